# SPDX-License-Identifier: GPL-2.0-or-later
"""Starting and stopping programs inside a host, by path and process id, with their output in a log file."""
import os
import shutil
import signal
import subprocess
import time

WHERE = "/usr/sbin:/usr/bin:/sbin:/bin"
READY_SECONDS = 20
STOP_SECONDS = 5

# `ip netns exec` gives each program a mount namespace of its own, `unshare` a host name: it sees the lab host's name,
# resolver and hosts file, never the machine's.
# Programs that keep a pid file or socket at a fixed path get empty /run and /tmp directories the same way.
ENTER = """
hostname "$LAB_NAME"
mount --bind "$LAB_FILES/resolv.conf" /etc/resolv.conf
mount --bind "$LAB_FILES/hosts-$LAB_NAME" /etc/hosts
for folder in $LAB_PRIVATE; do mkdir -p "$folder" && mount -t tmpfs -o mode=755 lab "$folder"; done
unset LAB_NAME LAB_FILES LAB_PRIVATE
exec "$@"
"""


class Failed(Exception):
    """A program did not start, or ended with an error. The message carries the end of its log."""


def find(program):
    path = shutil.which(program, path=WHERE)
    if not path and program.startswith("/") and os.access(program, os.X_OK):
        path = program
    if not path:
        raise Failed(f"{program} is not installed: see record --install")
    return path


class Runner:
    """Runs programs in the hosts of a network. Files go to a folder of this recording."""

    def __init__(self, network, folder, keys):
        self.network = network
        self.folder = folder
        self.keys = keys  # where programs with SSLKEYLOGFILE support leave their TLS keys
        self.running = []
        self.logs = []  # of all servers, ended or not

    def start(self, host, argv, ready=(), private=(), env=None):
        """Start a server; return when it listens on every (transport, port) of ready."""
        log = self.folder / f"{host}-{os.path.basename(argv[0])}-{len(self.logs)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(self._enter(host, argv), stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, env=self._environment(host, private, env), cwd=self.folder,
                                       start_new_session=True)
        process.log = log
        self.running.append(process)
        self.logs.append(log)
        self._wait_ready(host, process, argv, ready)
        return process

    def run(self, host, argv, text="", env=None, timeout=30, check=True, private=()):
        """Run a client to its end and return what it printed."""
        line = " ".join(str(argument) for argument in argv)
        try:
            result = subprocess.run(self._enter(host, argv), input=text, capture_output=True, text=True, check=False,
                                    env=self._environment(host, private, env), cwd=self.folder, timeout=timeout)
        except subprocess.TimeoutExpired as late:
            raise Failed(f"{line}: still running after {timeout} s: {tail(late.stdout)}") from None
        if check and result.returncode != 0:
            raise Failed(f"{line}: exit {result.returncode}: {tail(result.stdout + result.stderr)}")
        return result.stdout

    def stop(self, process, how=signal.SIGTERM):
        """End a program and what it started: its own process group, by number."""
        for number in (how, signal.SIGKILL):
            if process.poll() is None:
                os.killpg(process.pid, number)
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    pass
        if process in self.running:
            self.running.remove(process)

    def stop_all(self):
        for process in reversed(list(self.running)):
            self.stop(process)

    def _enter(self, host, argv):
        inside = ["ip", "netns", "exec", self.network.namespace(host), "unshare", "--uts", "sh", "-ec", ENTER, "lab"]
        return inside + [find(argv[0])] + [str(argument) for argument in argv[1:]]

    def _environment(self, host, private, extra):
        return {
            "PATH": WHERE,
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "SSLKEYLOGFILE": str(self.keys),
            "LAB_NAME": host,
            "LAB_FILES": str(self.folder.parent),
            "LAB_PRIVATE": " ".join(private),
            **(extra or {}),
        }

    def _wait_ready(self, host, process, argv, ready):
        deadline = time.monotonic() + READY_SECONDS
        while not all(self._listens(host, transport, port) for transport, port in ready):
            if process.poll() is not None:
                raise Failed(f"{argv[0]} ended with {process.returncode}: {tail(process.log.read_bytes())}")
            if time.monotonic() > deadline:
                raise Failed(f"{argv[0]} does not listen on {ready}: {tail(process.log.read_bytes())}")
            time.sleep(0.05)

    def _listens(self, host, transport, port):
        """Asked of the kernel: a trial connection would be part of the capture."""
        flags = {"tcp": "-Htln", "udp": "-Huan"}[transport]
        argv = ["ip", "netns", "exec", self.network.namespace(host), "ss", flags, f"sport = :{port}"]
        return bool(subprocess.run(argv, capture_output=True, check=True).stdout.strip())


def tail(output, lines=12):
    if output is None:
        return "no output"
    text = output.decode(errors="replace") if isinstance(output, bytes) else output
    return "\n    " + "\n    ".join(text.strip().splitlines()[-lines:])
