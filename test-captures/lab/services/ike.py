# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 13: IKE between a node and a gateway (strongSwan), version 2 and version 1, up to the tunnel's deletion.

The tunnel itself (ESP) is not in the port list; where the kernel has none, setting it up fails after the exchanges.
"""
from recording import records

PORT = 500

DAEMON = """
charon-systemd {{
  load = random nonce openssl pem pkcs1 x509 pubkey hmac sha1 sha2 aes gmp curve25519 kdf kernel-netlink socket-default vici updown
  plugins {{
    vici {{ socket = unix://{folder}/{host}.vici }}
  }}
  filelog {{ stderr {{ default = 1 }} }}
  syslog {{ daemon {{ default = -1 }} auth {{ default = -1 }} }}
  port = {port}
  retransmit_tries = 1
  install_routes = no
}}
"""
CONNECTION = """
connections {{
  lab {{
    version = {version}
    local_addrs = {local}
    remote_addrs = {remote}
    local_port = {port}
    remote_port = {port}
    mobike = no
    {aggressive}
    local {{ auth = psk
      id = {local} }}
    remote {{ auth = psk
      id = {remote} }}
    children {{ lab {{ mode = transport }} }}
  }}
}}
secrets {{
  ike-lab {{ secret = made-up-secret }}
}}
"""


def daemon(lab, host, port=PORT):
    folder = lab.folder
    configuration = lab.file(f"{host}-strongswan.conf", DAEMON.format(folder=folder, host=host, port=port))
    lab.start(host, ["charon-systemd"], env={"STRONGSWAN_CONF": str(configuration)}, private=["/run/lab"])
    lab.wait(1)


def load(lab, host, local, remote, version, port=PORT):
    text = CONNECTION.format(local=local, remote=remote, version=version, aggressive="", port=port)
    swanctl(lab, host, "--load-all", "--file", lab.file(f"{host}-{version}.conf", text))


def swanctl(lab, host, *what, check=True):
    return lab.run(host, ["swanctl", *what, "--uri", f"unix://{lab.folder}/{host}.vici"], check=check)


def tunnel(lab, initiator, target, family, version, port=PORT):
    """Set a tunnel up and take it down."""
    first, second = getattr(lab.host(initiator), family), getattr(lab.host(target), family)
    load(lab, initiator, first, second, version, port)
    load(lab, target, second, first, version, port)
    swanctl(lab, initiator, "--initiate", "--child", "lab", "--timeout", "5", check=False)
    swanctl(lab, initiator, "--terminate", "--ike", "lab", "--timeout", "5", check=False)


@records("ike-500", "IKE versions 2 and 1 between node and gateway, each way", "13.1", programs="charon-systemd swanctl",
         real="everything")
def key_exchange(lab):
    ends = ("imp-pub", "gateway")
    for host in ends:
        daemon(lab, host)
    lab.flow("13.1", "UDP", "gateway", "imp-pub", 500)
    lab.flow("13.1", "UDP", "imp-pub", "gateway", 500)
    for initiator, target, family, version in (("gateway", "imp-pub", "ipv4", 2), ("imp-pub", "gateway", "ipv6", 1)):
        tunnel(lab, initiator, target, family, version)
