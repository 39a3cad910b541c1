# Names that people's filters, scripts and settings rely on.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

import contract
from places import SOURCE
from port_list import ENTRIES

CAPTURE = SOURCE / "test-captures" / "cdp-agent-7999.pcapng"

FIELDS = {
    "impsvc.table": "FT_UINT8", "impsvc.row": "FT_UINT8", "impsvc.entry": "FT_STRING", "impsvc.service": "FT_STRING",
    "impsvc.protocol": "FT_STRING", "impsvc.transport": "FT_STRING", "impsvc.role": "FT_STRING",
    "impsvc.role.src": "FT_STRING", "impsvc.role.dst": "FT_STRING", "impsvc.direction": "FT_UINT8",
    "impsvc.flow": "FT_UINT8", "impsvc.port": "FT_UINT16", "impsvc.reach": "FT_UINT8", "impsvc.confidence": "FT_UINT8",
    "impsvc.evidence": "FT_STRING", "impsvc.candidate": "FT_STRING", "impsvc.note": "FT_STRING",
    "impsvc.icmp_error": "FT_STRING", "impsvc.payload": "FT_BYTES", "impsvc.node.src": "FT_STRING",
    "impsvc.node.dst": "FT_STRING", "impsvc.detail": "FT_STRING", "impsvc.localhost_exposed": "FT_NONE",
    "impsvc.cleartext": "FT_NONE", "impsvc.unexpected_payload": "FT_NONE", "impsvc.reversed": "FT_NONE",
    "impsvc.moved": "FT_NONE",
}
VALUES = {
    "impsvc.direction": {1: "request", 2: "reply"},
    "impsvc.flow": {1: "inbound", 2: "outbound", 3: "intracluster", 4: "localhost"},
    "impsvc.reach": {1: "localhost", 2: "cluster", 3: "external"},
    "impsvc.confidence": {1: "port", 2: "payload", 3: "learned node", 4: "configured node"},
}
INSIDE_TLS = [636, 5061, 5062, 7336, 8083, 8443]


def table(wireshark, *arguments):
    # No marks: some field of Wireshark's is called "Dissector bug".
    text = wireshark.run(*arguments, marks=())
    return [[cell.strip() for cell in line.split("\t")] for line in text.splitlines()]


def test_fields_keep_their_names_and_types(wireshark):
    found = {row[2]: row[3] for row in table(wireshark, "-G", "fields") if row[0] == "F" and row[2] in FIELDS}
    assert found == FIELDS


@pytest.mark.parametrize("field", VALUES)
def test_numbers_keep_their_words(wireshark, field):
    found = {int(row[2]): row[3] for row in table(wireshark, "-G", "values") if row[0] == "V" and row[1] == field}
    assert found == VALUES[field]


def test_every_listed_port_is_in_wiresharks_tables(wireshark):
    wanted = set()
    for entry in ENTRIES:
        for port in entry.ports:
            for transport in entry.transports:
                wanted.add(("udp.port" if transport == "UDP" else "tcp.port", str(port)))
    wanted |= {("tls.port", str(port)) for port in INSIDE_TLS}
    decodes = {(row[0], row[1]): row[2] for row in table(wireshark, "-G", "decodes") if len(row) == 3}
    assert {key: decodes.get(key) for key in wanted if not decodes.get(key, "").startswith("impsvc")} == {}


def test_loading_the_plugin_says_nothing_on_the_terminal(wireshark, alone):
    assert wireshark.run("-v").splitlines()[0] == alone.run("-v").splitlines()[0]
    assert any(row[0] == "impsvc.so" for row in table(wireshark, "-G", "plugins"))


def test_the_contract_is_as_recorded(wireshark):
    today = contract.contract(wireshark)
    differs = contract.difference(contract.CONTRACT.read_text(encoding="utf-8"), today)
    assert differs == "", (
        f"What users rely on has changed:\n{differs}\nIf that is meant: write a line for each in {contract.CHANGES.relative_to(SOURCE)} "
        "under the next version, then accept it with tests/helpers/contract.py --plugin-dir build/plugins --update")


def test_annotate_takes_its_words(wireshark):
    # Wireshark takes a word it does not know for the default.
    path = wireshark.readable(CAPTURE)
    shown = {word: len(wireshark.frames(path, "impsvc", "-o", "impsvc.learn_nodes:FALSE", "-o", f"impsvc.annotate:{word}"))
             for word in ("all", "nodes")}
    assert shown["nodes"] == 0 and shown["all"] > 0


@pytest.mark.parametrize("changed,told", [
    (("field impsvc.entry: FT_STRING", "field impsvc.entry: FT_UINT8"), "FT_UINT8"), (("= request", "= asks"), "= asks"),
    (("tap impsvc\n", ""), "-tap impsvc"), (("heuristic impsvc_xcp_tcp", "heuristic impsvc_xmpp_tcp"), "impsvc_xmpp_tcp")])
def test_a_change_of_the_contract_is_seen(changed, told):
    kept = contract.CONTRACT.read_text(encoding="utf-8")
    assert changed[0] in kept and told in contract.difference(kept, kept.replace(*changed))


def test_the_contract_has_something_of_every_kind():
    kinds = [line.split()[0] for line in contract.CONTRACT.read_text(encoding="utf-8").splitlines()]
    fewest = {"protocol": 2, "field": len(FIELDS), "value": 27 + 12, "preference": 2, "table": 2, "statistics": 3, "tap": 1,
              "heuristics": 6, "heuristic": 38, "decode-as": 60}
    assert {kind: kinds.count(kind) >= number for kind, number in fewest.items()} == dict.fromkeys(fewest, True)


def test_the_version_that_is_built_has_its_changes():
    version = re.search(r"project\(impsvc VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)
    headings = re.findall(r"^## (\S+)", contract.CHANGES.read_text(encoding="utf-8"), re.MULTILINE)
    assert version in headings, f"CHANGES.md has no entry for {version}, the version in CMakeLists.txt"
