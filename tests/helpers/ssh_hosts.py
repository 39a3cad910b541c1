# Hosts that ssh reaches: each in namespaces of its own, joined by a bridge in one more, where who gives them work is. There is no
# way out of these networks. Keys and configuration are made for the run; nobody's ~/.ssh is read or written.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import functools
import os
import shlex
import shutil
import subprocess

import pytest

from places import need
from started import Started, is_alive, offspring
from stubbed import open_folder

NETWORK = "10.77.0.0/24"
CONTROL = "10.77.0.1"       # of who gives work
ADDRESSES = {"h1": "10.77.0.11", "h2": "10.77.0.12"}
# Of each host's processes, as if it were a machine: kill the first, and all are gone.
HOST = ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]
# sshd wants a folder in /run that only its package's service would make; a host has a /run of its own.
BECOME = ["sh", "-ec", 'hostname "$1"; shift; mount -t tmpfs run /run; mkdir /run/sshd; exec "$@"', "sh"]

SERVER = """Port 22
ListenAddress {address}
HostKey {folder}/host-key
PidFile none
AuthorizedKeysFile {folder}/key.pub
StrictModes no
UsePAM no
UseDNS no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitUserRC no
MaxStartups 100
SetEnv {environment}
"""
CLIENT = """Host *
    User root
    IdentityFile {folder}/key
    IdentitiesOnly yes
    IdentityAgent none
    UserKnownHostsFile {folder}/known
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
    BatchMode yes
    ConnectTimeout 5
    ServerAliveInterval 2
"""


@functools.lru_cache(None)
def why_not():
    """Why this machine cannot have such hosts, or nothing."""
    if os.geteuid() != 0:
        return "only root can make hosts of namespaces"
    tried = subprocess.run(["unshare", "--net", *HOST, *BECOME, "tried", "ip", "link", "add", "type", "veth"], capture_output=True,
                           encoding="utf-8", check=False)
    return f"no namespaces here: {tried.stderr.strip()}" if tried.returncode else ""


class SshHosts:
    """Used in a with statement: the hosts are up within it."""

    def __init__(self, **environment):
        """Variables that commands have on each host; HOME is an empty folder, one for all."""
        need("ip", "unshare", "nsenter", "ssh", "ssh-keygen", "mount")
        self.sshd = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
        if not self.sshd:
            pytest.skip("sshd is not installed")
        if why_not():
            pytest.skip(why_not())
        self.variables, self.networks, self.running = environment, {}, {}

    def __enter__(self):
        self.folder = open_folder()
        try:
            self.home = self.folder / "home"
            self.home.mkdir()
            self._join()
            self._write()
            for name in ADDRESSES:
                self.start(name)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for one in (*self.running.values(), *self.networks.values()):
            one.kill()
        shutil.rmtree(self.folder)

    @property
    def inside(self):
        """What to put before a command so that it reaches the hosts: it then runs in their network, as CONTROL."""
        return self._enter("control")

    @property
    def ssh(self):
        """The ssh that knows them, as a command line; the hosts are h1 and h2."""
        return f"ssh -F {self.folder}/config"

    @property
    def sshlogins(self):
        """A file for parallel --sshloginfile."""
        return self.folder / "hosts"

    def environment(self, **more):
        """For a command inside, such as parallel, which takes its ssh from PARALLEL_SSH."""
        return {**os.environ, "HOME": str(self.home), "PARALLEL_SSH": self.ssh, "LC_ALL": "C.UTF-8", **more}

    def start(self, name):
        """A host, once more if it was killed. Returns when its sshd listens."""
        log = self.folder / f"{name}.log"
        log.unlink(missing_ok=True)
        self.running[name] = Started([self.sshd, "-D", "-e", "-f", self.folder / f"sshd-{name}"], log,
                                     before=[*self._enter(name), *HOST, *BECOME, name], cwd="/")
        self.running[name].ready(lambda: "Server listening on" in log.read_text(encoding="utf-8"), f"sshd of {name}")

    def crash(self, name):
        """kill -9 of everything that runs on a host, as if it lost its power. start(name) starts it again."""
        numbers = offspring(self.running[name].pid)
        self.running[name].kill()
        assert numbers and not any(map(is_alive, numbers))

    def run(self, *command, **options):
        """What becomes of a command that is run inside."""
        return subprocess.run([*self.inside, *map(str, command)], capture_output=True, encoding="utf-8", check=False,
                              **{"env": self.environment(), "stdin": subprocess.DEVNULL, "timeout": 120, **options})

    def _enter(self, name):
        return ["nsenter", f"--net=/proc/{self.networks[name].pid}/ns/net"]

    def _join(self):
        """A network for each host and one with the bridge, which has an address, too."""
        here = os.readlink("/proc/self/ns/net")
        for name in ("control", *ADDRESSES):
            holder = self.networks[name] = Started(["sleep", "infinity"], self.folder / f"{name}.net", before=["unshare", "--net"])
            holder.ready(lambda path=f"/proc/{holder.pid}/ns/net": os.readlink(path) != here, f"the network of {name}")
            self._ip(name, "link set lo up")
        self._ip("control", "link add lan type bridge stp_state 0")
        self._ip("control", f"addr add {CONTROL}/24 dev lan")
        self._ip("control", "link set lan up")
        for name, address in ADDRESSES.items():
            self._ip("control", f"link add {name} type veth peer name eth0 netns {self.networks[name].pid}")
            self._ip("control", f"link set {name} master lan up")
            self._ip(name, f"addr add {address}/24 dev eth0")
            self._ip(name, "link set eth0 up")

    def _ip(self, name, line):
        done = subprocess.run([*self._enter(name), "ip", *line.split()], capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, f"ip {line}: {done.stderr}"

    def _write(self):
        for name in ("key", "host-key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "impsvc tests", "-f", self.folder / name], check=True)
        host_key = (self.folder / "host-key.pub").read_text(encoding="utf-8")
        variables = {"HOME": self.home, **self.variables}
        words = " ".join(shlex.quote(f"{name}={value}") for name, value in variables.items())
        client, known = CLIENT.format(folder=self.folder), ""
        for name, address in ADDRESSES.items():
            client += f"Host {name}\n    HostName {address}\n"
            known += f"{address} {host_key}"
            (self.folder / f"sshd-{name}").write_text(SERVER.format(address=address, folder=self.folder, environment=words), encoding="utf-8")
        (self.folder / "config").write_text(client, encoding="utf-8")
        (self.folder / "known").write_text(known, encoding="utf-8")
        (self.folder / "hosts").write_text("".join(f"{name}\n" for name in ADDRESSES), encoding="utf-8")
