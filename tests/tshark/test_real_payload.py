# A user sees what real programs say to each other, not bytes: no payload that the
# lab's log calls real may be shown as data, be it Wireshark's or ours.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

import labs_log
from lab_hosts import configured
from labs_log import CAPTURES

SHOWN_AS_DATA = re.compile(r":(?:tcp|udp|tls|dtls):data\b")
# Real payload that Wireshark has no dissector for, by words of the flow's note.
NO_DISSECTOR = {
    "not IM and Presence: a scan": "a scanner's probes are the protocols it guesses at; some are of its own invention",
}
# AgentX messages with variable bindings (TestSet, Notify, IndexAllocate, IndexDeallocate, Response): Wireshark 4.0 calls
# them malformed, so the plugin shows them plainly there, and leaves them to Wireshark's "data" on ports not listed.
AGENTX_BINDINGS = re.compile(r"01(?:08|0c|0e|0f|12)[0-9a-f]{2}00")


def decodable(flow):
    return flow.payload == "real" and not any(flow.note.startswith(words) for words in NO_DISSECTOR)


def undecoded(flow, packet, minor):
    payload = packet.row["impsvc.payload"]
    if minor == "4.0" and flow.entry == "12.5" and (
            AGENTX_BINDINGS.match(payload[0].replace(":", "")) if payload else flow.is_moved):
        return False
    return bool(SHOWN_AS_DATA.search(packet.row["frame.protocols"][0]) or payload)


WITH_REAL_PAYLOAD = sorted(path.name for path in CAPTURES.glob("*.pcapng")
                           if any(map(decodable, labs_log.flows(path.name))))


@pytest.mark.parametrize("capture", WITH_REAL_PAYLOAD)
def test_what_a_real_program_said_is_decoded(wireshark, capture):
    logged = labs_log.flows(capture)
    # On a port that is nobody's, it takes a known node to look for IM and Presence at all.
    nodes = configured() if any(flow.is_moved for flow in logged) else ()
    assigned, _ = labs_log.assign(logged, labs_log.packets(wireshark, wireshark.readable(capture), *nodes))
    spoken = [(flow, packet) for flow, packets in assigned.items() if decodable(flow)
              for packet in packets if packet.has_payload or packet.transport == "ICMP"]
    minor = next(wireshark.plugin_dir.iterdir()).name
    assert spoken
    assert [(packet.frame, flow.entry) for flow, packet in spoken if undecoded(flow, packet, minor)] == []


def test_there_is_real_payload_of_every_service_that_a_free_program_speaks():
    spoken = {flow.entry.split(".")[0] for name in WITH_REAL_PAYLOAD for flow in labs_log.flows(name) if decodable(flow)}
    assert spoken >= {"2", "3", "4", "5", "12", "13", "15", "16", "17", "18", "19", "21", "22", "23"}
