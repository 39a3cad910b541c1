# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 18: chronyd asks chronyd. The port list's server is the Communications Manager; a separate one is common."""
from recording import records

SERVER = """
local stratum 3
allow
port 123
bindcmdaddress /
cmdport 0
pidfile {folder}/chronyd-{host}.pid
driftfile {folder}/drift-{host}
"""


def serve(lab, host):
    configuration = lab.file(f"chrony-{host}.conf", SERVER.format(folder=lab.folder, host=host))
    lab.start(host, ["chronyd", "-d", "-x", "-u", "root", "-f", configuration], ready=[("udp", 123)])


def ask(lab, client, address):
    """-Q asks, prints the difference and leaves the clock alone."""
    options = (f"server {address} iburst maxsamples 3", "cmdport 0", "bindcmdaddress /",
               f"pidfile {lab.folder}/{client}.pid", f"driftfile {lab.folder}/drift-{client}")
    lab.run(client, ["chronyd", "-Q", "-d", "-u", "root", "-t", "8", "-f", "/dev/null", *options])


@records("ntp-123", "the nodes ask for the time", "18.1", programs="chronyd", real="everything")
def time_of_day(lab):
    serve(lab, "ntp")
    serve(lab, "cucm")
    for client, server in (("imp-pub", "ntp"), ("imp-sub", "cucm")):
        lab.flow("18.1", "UDP", client, server, 123)
        ask(lab, client, lab.host(server).ipv4)
    ask(lab, "imp-pub", lab.host("ntp").ipv6)
