# Packets are bad input: cut short, broken, or meant to break. Nothing crashes,
# and the rest of the capture is still told.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import random
import subprocess
import sys

import pytest

from places import BUILD, SOURCE
from expect import NOTHING_LEARNED, SERVICES
from packets import Capture, Connection, Ends, udp

SNAPS = [14, 18, 33, 34, 35, 41, 42, 43, 53, 54, 55, 56, 60, 66, 74, 96, 128, 200]


def everything():
    capture = Capture()
    for number, service in enumerate(SERVICES, 1):
        request, reply, _ = service.payloads()
        if service.carrier == "TCP":
            capture.add_connection(Connection(service.ends(number)).open().ask(request, reply).reset())
        elif service.carrier == "UDP":
            capture.add(udp(service.ends(number), True, request))
            capture.add(udp(service.ends(number), False, reply))
    return capture


@pytest.mark.parametrize("snap", SNAPS)
def test_a_snapped_capture_is_read_to_its_end(wireshark, capture_path, snap):
    capture = everything()
    path = capture.write(capture_path, snap)
    rows = wireshark.fields(path, ["frame.number", "impsvc.entry"])
    assert len(rows) == len(capture.frames)
    if snap >= 54:  # Ethernet, IPv4 and TCP's header: ports and flags are there
        told = sum(1 for row in rows if row["impsvc.entry"])
        assert told > 0.9 * len(rows)


def broken(frame, chance):
    """A frame with random bytes changed behind its Ethernet header."""
    changed = bytearray(frame)
    for at in range(14, len(changed)):
        if chance.random() < 0.03:
            changed[at] = chance.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("seed", range(4))
def test_broken_packets_do_not_keep_the_others_from_being_told(wireshark, capture_path, seed):
    chance = random.Random(seed)
    capture = Capture()
    for frame in everything().frames:
        capture.add(broken(frame, chance))
    good = [capture.add(frame) for frame in everything().frames]
    path = capture.write(capture_path)
    wireshark.read(path, "-V")
    told = wireshark.fields(path, ["impsvc.entry"], "-2")
    missing = [number for number in good if not told[number - 1]["impsvc.entry"]]
    assert len(missing) < 0.1 * len(good)   # a broken SYN before may have told another listener


def test_payload_of_every_length_is_shown(wireshark, capture_path):
    capture = Capture()
    for length in (1, 2, 3, 5, 8, 1400):
        capture.add(udp(Ends(length, server_port=21999), True, b"\x7f" * length))
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.payload"])
    assert [len(row["impsvc.payload"][0]) // 2 for row in rows] == [1, 2, 3, 5, 8, 1400]


def test_two_passes_say_the_same_and_know_no_less(wireshark):
    """A dissector that asks for more segments counts as seen in a first pass, which has no tree."""
    path = wireshark.readable("cluster.pcapng")
    names = ["impsvc.entry", "impsvc.direction"]
    assert wireshark.fields(path, names, *NOTHING_LEARNED) == \
        wireshark.fields(path, names, "-2", *NOTHING_LEARNED)
    known = ["impsvc.confidence", "impsvc.candidate"]
    once, twice = wireshark.fields(path, known), wireshark.fields(path, known, "-2")
    assert [number for number, (one, two) in enumerate(zip(once, twice), 1)
            if one["impsvc.confidence"] > two["impsvc.confidence"]
            or one["impsvc.confidence"] and not set(one["impsvc.candidate"]) >= set(two["impsvc.candidate"])] == []


def test_confidence_rises_when_the_protocol_is_seen_and_says_where(wireshark, capture_path):
    service = next(service for service in SERVICES if service.entry.id == "22.4")
    request, reply, _ = service.payloads()
    capture = Capture()
    capture.add_connection(Connection(service.ends(1)).open().ask(request, reply))
    rows = wireshark.fields(capture.write(capture_path), ["impsvc.confidence", "impsvc.evidence"], *NOTHING_LEARNED)
    assert [row["impsvc.confidence"][0] for row in rows] == ["1", "1", "1", "2", "2", "2", "2"]
    assert "SYN in frame 1" in rows[0]["impsvc.evidence"][0]
    assert "XMPP seen in frame 4" in rows[6]["impsvc.evidence"][0]


def test_captures_made_worse_are_no_worse_with_the_plugin():
    """editcap's changes and cuts, and randpkt's packets; tools/test --long has many more."""
    done = subprocess.run([sys.executable, SOURCE / "tests" / "fuzz" / "mutated.py", "--short"], capture_output=True,
                          encoding="utf-8", env=dict(os.environ, IMPSVC_BUILD_DIR=str(BUILD)), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "none worse with the plugin" in done.stdout
