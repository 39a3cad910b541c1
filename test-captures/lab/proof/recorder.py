# SPDX-License-Identifier: GPL-2.0-or-later
"""Recording on all sides of the router at once: one capture, each host's cable an interface of it."""
import re
import subprocess
import time

import pcapng
import programs
from proof import routed


# Megabytes for each interface; bytes and packets that wait to be written, of which dumpcap allows a thousand otherwise.
ROOM = ("-B", "16", "-C", "268435456", "-N", "1000000")
LOST = re.compile(r"^Packets received/dropped on interface '.*': \d+/(\d+) ", re.MULTILINE)


class Recorder:
    """dumpcap on the router's interfaces, from here on until stop()."""

    def __init__(self, network, folder, name):
        self.path = folder / f"{name}.pcapng"
        self.raw = folder / f"{name}-as-recorded.pcapng"
        self.log = folder / f"{name}-dumpcap.log"
        interfaces = [word for host in routed.hosts() for word in ("-i", host.name)]
        argv = ["ip", "netns", "exec", network.namespace(routed.ROUTER), programs.find("dumpcap"), "-q", *ROOM, *interfaces,
                "-w", str(self.raw)]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(argv, stdout=output, stderr=output, start_new_session=True)
        deadline = time.monotonic() + programs.READY_SECONDS
        while b"File:" not in self.log.read_bytes():  # printed once packets are being taken
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise programs.Failed(f"dumpcap does not record the router: {programs.tail(self.log.read_bytes())}")
            time.sleep(0.05)

    def stop(self, keys=b""):
        """The capture: its packets in time order."""
        time.sleep(0.3)  # for the last packets
        self.process.terminate()
        self.process.wait()
        lost = sum(int(number) for number in LOST.findall(self.log.read_text(encoding="utf-8", errors="replace")))
        if lost:
            raise programs.Failed(f"dumpcap lost {lost} packets: this machine is too busy for a recording without gaps")
        capture = pcapng.read(self.raw)
        capture.keys = keys
        write(self.path, capture)
        return capture


def write(path, capture):
    pcapng.write(path, capture)
    path.chmod(0o644)
    return path
