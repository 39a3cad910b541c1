# SPDX-License-Identifier: GPL-2.0-or-later
"""Throw-away certificates: a new authority for every run of the lab, a certificate for each host that asks."""
from dataclasses import dataclass
from pathlib import Path

from network import command

ELLIPTIC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-x509")


@dataclass(frozen=True)
class Certificate:
    chain: Path
    key: Path
    authority: Path


class Authority:
    def __init__(self, folder):
        self.folder = folder
        self.issued = {}
        self.root = folder / "authority.crt"
        command("openssl", "req", *ELLIPTIC, "-subj", "/CN=impsvc test lab", "-keyout", str(folder / "authority.key"),
                "-out", str(self.root))

    def certificate(self, host, *names):
        """A certificate for the host's name and addresses, and for other names it serves."""
        identity = (host.name, names)
        if identity not in self.issued:
            self.issued[identity] = self._issue(host, names)
        return self.issued[identity]

    def _issue(self, host, names):
        base = self.folder / "-".join((host.name, *names))
        chain, key = Path(f"{base}.crt"), Path(f"{base}.key")
        alternatives = [f"DNS:{name}" for name in (host.fqdn, *names)] + [f"IP:{host.ipv4}", f"IP:{host.ipv6}"]
        command("openssl", "req", *ELLIPTIC, "-CA", str(self.root), "-CAkey", str(self.folder / "authority.key"),
                "-subj", f"/O=impsvc test lab/CN={host.fqdn}",
                "-addext", f"subjectAltName={','.join(alternatives)}", "-addext", "basicConstraints=critical,CA:FALSE",
                "-keyout", str(key), "-out", str(chain))
        key.chmod(0o644)  # servers that drop root read it too; it lives as long as the run
        return Certificate(chain, key, self.root)
