# Names that people's filters, scripts and settings rely on.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

import contract
from places import SOURCE
from port_list import ENTRIES

CAPTURE = SOURCE / "test-captures" / "cdp-agent-7999.pcapng"

INSIDE_TLS = [636, 5061, 5062, 7336, 8083, 8443]


def test_every_listed_port_is_in_wiresharks_tables(wireshark):
    wanted = set()
    for entry in ENTRIES:
        for port in entry.ports:
            for transport in entry.transports:
                wanted.add(("udp.port" if transport == "UDP" else "tcp.port", str(port)))
    wanted |= {("tls.port", str(port)) for port in INSIDE_TLS}
    decodes = {(row[0], row[1]): row[2] for row in contract.report(wireshark, "decodes") if len(row) == 3}
    assert {key: decodes.get(key) for key in wanted if not decodes.get(key, "").startswith("impsvc")} == {}


def test_loading_the_plugin_says_nothing_on_the_terminal(wireshark, alone):
    assert wireshark.run("-v").splitlines()[0] == alone.run("-v").splitlines()[0]
    assert any(row[0] == "impsvc.so" for row in contract.report(wireshark, "plugins"))


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
    fewest = {"protocol": 2, "field": 27, "value": 27 + 12, "preference": 2, "table": 2, "statistics": 3, "tap": 1,
              "heuristics": 6, "heuristic": 38, "decode-as": 60}
    assert {kind: kinds.count(kind) >= number for kind, number in fewest.items()} == dict.fromkeys(fewest, True)


def test_the_version_that_is_built_has_its_changes():
    version = re.search(r"project\(impsvc VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)
    headings = re.findall(r"^## (\S+)", contract.CHANGES.read_text(encoding="utf-8"), re.MULTILINE)
    assert version in headings, f"CHANGES.md has no entry for {version}, the version in CMakeLists.txt"
