# SPDX-License-Identifier: GPL-2.0-or-later
"""What the plugin says: its plan, its firewall check and its rules, asked of tshark with the lab's hosts as configured nodes."""
import os
import shutil
import subprocess
from pathlib import Path

import programs
import topology
from proof import routed

NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")  # Wireshark loads no plugins for root
TIMEOUT = 240
KEY = ("Entry", "From", "To", "Transport")
# What hosts of the lab are besides: nodes ask the Communications Manager for the time, and each other for certificates.
ALSO = {"cucm": ("NTP server",), "imp-sub": ("Endpoint",)}


class Plugin:
    """A plugin as it was built, copied to where nobody can read it, and the folder in which tshark finds captures."""

    def __init__(self, build, folder):
        self.folder = folder
        self.plugins = folder / "plugins"
        built = Path(build) / "plugins"
        if not list(built.rglob("impsvc.so")):
            raise programs.Failed(f"{built}: no impsvc.so there; build the plugin, and name the build folder by --build "
                                  "or IMPSVC_BUILD_DIR")
        shutil.copytree(built, self.plugins)
        subprocess.run(["chmod", "-R", "a+rX", str(self.plugins)], check=True)

    def check(self, capture):
        """The rows of the firewall check: {(entry, from, to, transport): (result, blocked)}; what was not seen is in it, too."""
        rows, head = {}, []
        for line in self._ask(capture, "impsvc,check").splitlines():
            cells = [cell.strip() for cell in line.split(" |")[:-1]]
            if cells[:2] == ["No.", "Result"]:
                head = cells
            elif head and len(cells) == len(head):
                row = dict(zip(head, cells))
                if row["From"] != "-":
                    rows[tuple(row[name] for name in KEY)] = (row["Result"], row["Blocked"] == "yes")
        if not rows:
            raise programs.Failed(f"{capture}: the firewall check has no rows")
        return rows

    def rules(self, dialect, source, capture):
        """The rules in a firewall's own words."""
        return self._ask(capture, f"impsvc,rules,{dialect},{source}")

    def _ask(self, capture, statistic):
        environment = {"PATH": programs.WHERE, "HOME": str(self.folder / "nobody"), "LC_ALL": "C.UTF-8",
                       "WIRESHARK_PLUGIN_DIR": str(self.plugins)}
        argv = [*(NOBODY if os.geteuid() == 0 else ()), "tshark", "-n", "-q", "-2", "-r", str(capture), *configured(), "-z", statistic]
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False, timeout=TIMEOUT)
        if done.returncode != 0 or not done.stdout:
            raise programs.Failed(f"tshark -r {capture} -z {statistic} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout


def configured():
    """Options for tshark that name everybody who has a role, nodes with their cluster."""
    words = []
    for host in routed.hosts():
        cluster = host.domain.split(".")[0] if host.role.startswith("IM and Presence") else ""
        for role in (*ALSO.get(host.name, ()), host.role) if host.role else ():
            for address in topology.addresses(host):
                words += ["-o", f'uat:impsvc_nodes:"{address}","{role}","{host.name}","{cluster}"']
    return words


def readable(capture, folder):
    """A copy that nobody may read."""
    copy = Path(shutil.copyfile(capture, folder / capture.name))
    copy.chmod(0o644)
    return copy


def default_build():
    return os.environ.get("IMPSVC_BUILD_DIR", "")
