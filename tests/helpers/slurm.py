# A Slurm of the test's own: a controller and two nodes, w1 and w2, with a CPU each, on this machine, run as an ordinary user. They
# listen on the loopback interface only and believe what a client says about its user (auth/none), so munge is not needed.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import pwd
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from started import Started, command_line, is_alive, kill_all, log_end, offspring, wait_until
from stubbed import open_folder

NODES = ("w1", "w2")

# As fast as Slurm can be made. Even so, a dead node is down after half a minute, its tasks begin again two minutes later, and those of a
# node that is back at once stay running in the controller's eyes: tests do not wait for that, as users need not. No cgroups are needed.
CONFIGURATION = """ClusterName=impsvc
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
CredType=cred/none
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
SlurmdTimeout=3
SlurmctldTimeout=3
KillWait=1
NodeName=w1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1
NodeName=w2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1
PartitionName=all Nodes=w1,w2 Default=YES MaxTime=INFINITE
"""


# A daemon listens where its machine's name leads, and believes everybody: that must be the loopback interface. root can give it a name.
NAMED = ["unshare", "--uts", "sh", "-ec", 'hostname localhost; exec "$@"', "sh"]


def its_user():
    """Who runs it: oneself, or for root the user that Debian's packages make for it. Newer ones do not want to be nobody."""
    try:
        return pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("slurm")
    except KeyError as error:
        pytest.skip(f"Slurm wants a user with a name: {error.args[0]}")


def name_of_machine():
    """The machine's name as the daemons see it."""
    name = socket.gethostname().split(".")[0] if os.geteuid() else "localhost"
    try:        # as Slurm asks: a machine without any network has no addresses, by that
        leads_to = {found[4][0] for found in socket.getaddrinfo(name, 0, socket.AF_INET, flags=socket.AI_ADDRCONFIG)}
    except OSError as error:
        pytest.skip(f"Slurm would find no address of {name}: {error.strerror}")
    if not all(address.startswith("127.") for address in leads_to):
        pytest.skip(f"Slurm would not listen on the loopback interface: this machine's name, {name}, leads elsewhere")
    return name


def program(name):
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def free_ports(count):
    with_ports = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in with_ports]
    for one in with_ports:
        one.close()
    return ports


class Slurm:
    """Used in a with statement: both nodes are idle when it begins, and nothing is left when it ends."""

    def __init__(self):
        self.daemons = {"slurmctld": [program("slurmctld"), "-D"], **{node: [program("slurmd"), "-D", "-N", node] for node in NODES}}
        self.user, self.host = its_user(), name_of_machine()
        self.as_user = [] if os.geteuid() else ["setpriv", f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups"]
        self.ports, self.running = free_ports(3), {}

    def __enter__(self):
        self.folder = open_folder()
        try:
            self._write()
            for name in self.daemons:
                self.start(name)
            self.wait_for_nodes(*NODES)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for one in reversed(self.running.values()):     # nodes first: they would wait for their controller
            one.kill()
        shutil.rmtree(self.folder)

    def environment(self, **more):
        """For sbatch and the like."""
        return {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf"), "HOME": str(self.folder), "LC_ALL": "C.UTF-8", **more}

    def run(self, *command, **options):
        """What becomes of a command, such as sbatch, that its user runs."""
        return subprocess.run([*self.as_user, *map(str, command)], capture_output=True, encoding="utf-8", check=False,
                              **{"env": self.environment(), "cwd": self.folder, "stdin": subprocess.DEVNULL, "timeout": 120, **options})

    def says(self, *command):
        done = self.run(*command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}{log_end(self.folder / 'slurmctld.log')}"
        return done.stdout

    def submit(self, script, array=None, *options):
        """A job of these lines of sh, as an array if its numbers are given ("1-4"); the job's number."""
        path = self.folder / "script"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        return self.says("sbatch", "--parsable", "--output=/dev/null", *([f"--array={array}"] if array else []), *options, path).strip()

    def jobs(self):
        """What waits or runs: lines with number, state, node, reason."""
        return self.says("squeue", "--noheader", "--array", "--format=%i %t %N %r").splitlines()

    def wait(self, patience=60):
        """Until no job waits or runs."""
        wait_until(lambda: not self.jobs(), "the end of all jobs", self.folder / "slurmctld.log", patience)

    def wait_for_nodes(self, *nodes, state="idle"):
        """Until all of them are in one of Slurm's states: idle, alloc, down…"""
        def there():
            for name, daemon in self.running.items():
                assert daemon.process.poll() is None, f"{name} ended with {daemon.process.returncode}{log_end(daemon.log)}"
            done = self.run("sinfo", "--noheader", "--Node", "--format=%N %t", "--nodes", ",".join(nodes))
            states = [line.split()[1].rstrip("*") for line in done.stdout.splitlines()]
            return states == [state] * len(nodes)
        wait_until(there, f"{', '.join(nodes)} {state}", self.folder / "slurmctld.log")

    def start(self, name):
        """The controller ("slurmctld") or a node, once more if it was killed."""
        self.running[name] = Started(self.daemons[name], self.folder / f"{name}.log", before=[*NAMED, *self.as_user] if self.as_user else [], cwd=self.folder,
                                     env=self.environment())
        if name == "slurmctld":
            self.running[name].ready(lambda: self.run("scontrol", "ping").returncode == 0, "slurmctld")

    def crash(self, name):
        """kill -9 of the controller, or of a node with all tasks that it runs."""
        numbers = [self.running[name].pid, *offspring(self.running[name].pid)]
        self.running[name].kill()
        assert not any(map(is_alive, numbers))

    def tasks(self, node):
        """The numbers of the processes that run jobs' scripts on a node."""
        return [number for number in offspring(self.running[node].pid) if b"slurm_script" in command_line(number)]

    def kill_tasks(self, node):
        """kill -9 of what a node runs of jobs, as when a machine is short of memory: the node stays."""
        scripts = self.tasks(node)
        assert scripts, f"{node} runs no task"
        kill_all(number for script in scripts for number in (script, *offspring(script)))

    def _cgroups(self):
        """An ordinary user has none to give. 22.05 cannot go without a plugin; that of v1 does nothing until it is asked to."""
        version = re.search(r"\d+", self.says(self.daemons["w1"][0], "-V"))
        return "disabled" if version and int(version[0]) > 22 else "cgroup/v1"

    def listens_on(self):
        """The addresses of its ports, as the kernel writes them: 0100007F is 127.0.0.1."""
        rows = [line.split() for family in ("tcp", "tcp6") for line in Path(f"/proc/net/{family}").read_text(encoding="utf-8").splitlines()[1:]]
        local = [row[1].split(":") for row in rows if row[3] == "0A"]
        return {address for address, port in local if int(port, 16) in self.ports}

    def _write(self):
        text = CONFIGURATION.format(host=self.host, ports=self.ports, user=self.user.pw_name, folder=self.folder)
        (self.folder / "slurm.conf").write_text(text, encoding="utf-8")
        (self.folder / "cgroup.conf").write_text(f"CgroupPlugin={self._cgroups()}\n", encoding="utf-8")
        folders = [self.folder, self.folder / "state", *(self.folder / f"spool-{node}" for node in NODES)]
        for folder in folders:
            folder.mkdir(exist_ok=True)
            if self.as_user:
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
