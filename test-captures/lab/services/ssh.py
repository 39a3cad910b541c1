# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 16: command line and file transfer with SSH; certificates between nodes go the same way."""
from network import command
from recording import records

SERVER = """
Port 22
HostKey {folder}/{host}-key
PidFile {folder}/sshd-{host}.pid
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PermitRootLogin yes
Subsystem sftp internal-sftp
"""


def prepare(lab, *hosts):
    """A key for each server, and one for the clients, made for this recording."""
    for name in (*(f"{host}-key" for host in hosts), "client-key"):
        command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "impsvc test lab", "-f", str(lab.folder / name))
    (lab.folder / "authorized").write_text((lab.folder / "client-key.pub").read_text())
    for host in hosts:
        configuration = lab.file(f"sshd-{host}.conf", SERVER.format(folder=lab.folder, host=host))
        lab.start(host, ["sshd", "-D", "-e", "-f", configuration], ready=[("tcp", 22)], private=["/run/sshd"])


def options(lab):
    return ["-i", lab.folder / "client-key", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "BatchMode=yes", "-F", "/dev/null"]


@records("ssh-sftp-22", "a command by SSH, files by SFTP, and between nodes over IPv6", "16.1",
         programs="sshd ssh sftp", real="everything")
def secure_shell(lab):
    prepare(lab, "files", "imp-sub")
    files = lab.host("files").ipv4
    lab.flow("16.1", "TCP", "imp-pub", "files", 22)
    lab.run("imp-pub", ["ssh", *options(lab), f"root@{files}", "echo hello from $SSH_CONNECTION"])
    backup = lab.file("backup.tar", "backup " * 1500)
    lab.run("imp-pub", ["sftp", *options(lab), "-b", "-", f"root@{files}"],
            text=f"put {backup} {lab.folder}/stored.tar\nls -l {lab.folder}/stored.tar\n")
    lab.flow("16.1", "TCP", "imp-pub", "imp-sub", 22, note="certificates between nodes")
    lab.run("imp-pub", ["sftp", *options(lab), "-b", "-", f"root@[{lab.host('imp-sub').ipv6}]"],
            text=f"get {lab.authority.root} {lab.folder}/fetched.crt\n")
