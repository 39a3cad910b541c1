# Builds the tree as it is with another compiler, or for another processor: the plugin, impsvc-merge and the unit tests, where no
# warning is forgiven.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import shutil
import subprocess
import sys

from places import SOURCE
from run_tshark import Wireshark

UNIT_TESTS = sorted(path.stem for path in (SOURCE / "tests/unit").glob("test_*.c"))
assert len(UNIT_TESTS) >= 25, UNIT_TESTS
TARGETS = ["impsvc", "impsvc-merge", *UNIT_TESTS]
# What the plugin says of packets: the same whichever compiler built it. The lab's cluster has nearly all that it can say.
CAPTURE, PACKETS = "cluster.pcapng", 1500
FIELDS = ["frame.number", "impsvc.entry", "impsvc.direction", "impsvc.flow", "impsvc.confidence", "impsvc.port", "impsvc.role.src",
          "impsvc.role.dst", "impsvc.node.src", "impsvc.node.dst", "impsvc.candidate", "impsvc.icmp_error", "impsvc.detail",
          "impsvc.evidence"]


def done(*command, **options):
    return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8", errors="replace", check=False, **options)


def build(folder, *arguments):
    """Configure and build in a folder, with these arguments of cmake; the folder. ninja takes a third less time than make."""
    generator = ["-G", "Ninja"] if shutil.which("ninja") else []
    for command in (["cmake", *generator, "-S", SOURCE, "-B", folder, f"-DPython3_EXECUTABLE={sys.executable}", "-DIMPSVC_TESTS=ON",
                     "-DIMPSVC_WERROR=ON", *arguments],
                    ["cmake", "--build", folder, "-j", "2", "--target", *TARGETS]):
        said = done(*command)
        assert said.returncode == 0 and "warning:" not in said.stdout, said.stdout
    return folder


def answers(wireshark):
    """What the plugin says of the capture's packets, by a Wireshark with it."""
    rows = wireshark.fields(wireshark.readable(CAPTURE), FIELDS, "-c", str(PACKETS))
    assert len(rows) == PACKETS and len({row["impsvc.entry"][0] for row in rows if row["impsvc.entry"]}) > 10
    return rows


def answers_of(plugins):
    """The same, of a folder of plugins for this machine."""
    wireshark = Wireshark(plugins)
    try:
        return answers(wireshark)
    finally:
        wireshark.close()
