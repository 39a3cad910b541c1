# What the window's menus do with any field and any packet (Follow, Export, Find, Apply as Column or as Filter, Packet Comments), by what
# tshark has for each. tests/suite follows the streams of all captures with and without the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import io
import json
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from packets import Capture, Connection, Ends

EVERY = ["impsvc.table", "impsvc.row", "impsvc.entry", "impsvc.service", "impsvc.protocol", "impsvc.transport", "impsvc.role.src",
         "impsvc.role.dst", "impsvc.direction", "impsvc.flow", "impsvc.port", "impsvc.reach", "impsvc.confidence", "impsvc.evidence",
         "impsvc.note", "impsvc.payload"]
TEXTS = ["impsvc.entry", "impsvc.service", "impsvc.protocol", "impsvc.role.src", "impsvc.role.dst", "impsvc.evidence", "impsvc.note"]


@pytest.fixture(scope="module")
def agent(wireshark):
    """Payload on a port that nobody else knows: the only capture in which every field of EVERY is there."""
    return wireshark.readable("cdp-agent-7999.pcapng")


@pytest.fixture(scope="module")
def told(wireshark, agent):
    """What the fields say of each of its packets with payload."""
    rows = wireshark.fields(agent, ["frame.number", *EVERY], "-Y", "impsvc.payload")
    assert rows and all(row[name] for row in rows for name in EVERY)
    return {row["frame.number"][0]: {name: row[name][0] for name in EVERY} for row in rows}


def test_following_a_stream_shows_the_payload(wireshark, capture_path):
    file = Capture()
    file.add_connection(Connection(Ends(server_port=7999)).open().ask(b"ask the agent", b"the agent answers"))
    said = wireshark.read(file.write(capture_path), "-q", "-z", "follow,tcp,ascii,0")
    assert "\n13\nask the agent\n\t17\nthe agent answers\n" in said


def test_json_has_every_field(wireshark, agent, told):
    packets = json.loads(wireshark.read(agent, "-T", "json", "-Y", "impsvc.payload"))
    assert len(packets) == len(told)
    for packet in packets:
        layers = packet["_source"]["layers"]
        wanted = told[layers["frame"]["frame.number"]]
        exported = {name: layers["impsvc"][name] for name in EVERY}
        assert exported.pop("impsvc.payload").replace(":", "") == wanted["impsvc.payload"]
        assert exported == {name: wanted[name] for name in exported}


def test_ek_has_every_field(wireshark, agent, told):
    lines = [json.loads(line) for line in wireshark.read(agent, "-T", "ek", "-Y", "impsvc.payload").splitlines()]
    layers = [line["layers"] for line in lines if "layers" in line]
    assert len(layers) == len(told)
    for one in layers:
        wanted = told[str(one["frame"]["frame_frame_number"])]
        names = [name for name in EVERY if name != "impsvc.payload"]
        assert {name: str(one["impsvc"]["impsvc_" + name.replace(".", "_")]) for name in names} == {name: wanted[name] for name in names}


def test_pdml_has_every_field_in_the_tree_of_im_and_presence(wireshark, agent, told):
    packets = ElementTree.fromstring(wireshark.read(agent, "-T", "pdml", "-Y", "impsvc.payload")).findall("packet")
    assert len(packets) == len(told)
    for packet in packets:
        wanted = told[packet.find("proto[@name='geninfo']/field[@name='num']").get("show")]
        ours = packet.find("proto[@name='impsvc']")
        exported = {field.get("name"): field.get("show") for field in ours.findall("field")}
        assert exported.pop("impsvc.payload").replace(":", "") == wanted["impsvc.payload"]
        assert {name: exported[name] for name in EVERY if name in exported} == {name: wanted[name] for name in EVERY[:-1]}


def test_csv_is_quoted_and_has_a_head(wireshark, agent, told):
    text = wireshark.read(agent, "-T", "fields", "-E", "header=y", "-E", "separator=,", "-E", "quote=d", "-Y", "impsvc.payload",
                          "-e", "frame.number", *(part for name in EVERY for part in ("-e", name)))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row.pop("frame.number"): row for row in rows} == told


def test_a_field_can_be_a_column(wireshark, agent, told):
    columns = "gui.column.format:\"Number\",\"%m\",\"Entry\",\"%Cus:impsvc.entry\",\"Direction\",\"%Cus:impsvc.direction\""
    lines = wireshark.read(agent, "-o", columns, "-Y", "impsvc.payload").splitlines()
    words = {"1": "request", "2": "reply"}
    assert [line.split() for line in lines] == [[number, row["impsvc.entry"], words[row["impsvc.direction"]]] for number, row in told.items()]


@pytest.mark.parametrize("name", EVERY)
def test_the_filter_that_the_window_would_apply_shows_the_packets(wireshark, agent, told, name):
    """Apply as Filter > Selected: the field's value as the tree has it."""
    value = next(iter(told.values()))[name]
    if name == "impsvc.payload":
        text = ":".join(value[at:at + 2] for at in range(0, len(value), 2))
    else:
        text = json.dumps(value) if name in TEXTS or name == "impsvc.transport" else value
    shown = wireshark.frames(agent, f"{name} == {text}")
    with_payload = {number for number, row in told.items() if row[name] == value}
    assert with_payload <= {str(number) for number in shown}
    assert not set(shown) & {int(number) for number, row in told.items() if row[name] != value}


@pytest.mark.parametrize("name", TEXTS)
def test_parts_of_texts_can_be_found(wireshark, agent, told, name):
    number, row = next(iter(told.items()))
    part = row[name][1:-1] or row[name]
    assert int(number) in wireshark.frames(agent, f"{name} contains {json.dumps(part)}")
    assert int(number) in wireshark.frames(agent, f"lower({name}) matches {json.dumps('(?i)^' + row[name][0])}")
    assert wireshark.frames(agent, f"{name} contains \"no text has this\"") == []


def test_bytes_of_the_payload_can_be_found(wireshark, agent, told):
    number, row = next(iter(told.items()))
    value = row["impsvc.payload"]
    part = ":".join(value[at:at + 2] for at in range(0, min(len(value), 8), 2))
    assert int(number) in wireshark.frames(agent, f"impsvc.payload contains {part}")


def test_comments_go_with_the_fields(wireshark, agent, told):
    number = next(iter(told))
    commented = wireshark.folder / "commented.pcapng"
    done = subprocess.run(["editcap", "-a", f"{number}:ask the firewall people", str(agent), str(commented)], check=True,
                          capture_output=True, encoding="utf-8")
    assert done.stderr == ""
    commented.chmod(0o644)
    assert wireshark.frames(commented, "frame.comment contains \"firewall\" and impsvc.entry == \"" + told[number]["impsvc.entry"] + "\"") == [
        int(number)]
    row = wireshark.fields(commented, ["frame.comment", "impsvc.service"], "-Y", "frame.comment")[0]
    assert row == {"frame.comment": ["ask the firewall people"], "impsvc.service": [told[number]["impsvc.service"]]}


def test_preferences_have_help_texts(wireshark):
    said = wireshark.run("-G", "currentprefs", marks=()).splitlines()
    for name, words in (("annotate", "Every packet that fits an entry"), ("learn_nodes", "Take an address for a node")):
        at = next(number for number, line in enumerate(said) if line.startswith((f"impsvc.{name}:", f"#impsvc.{name}:")))
        comment = []
        while said[at - 1].startswith("# "):
            at -= 1
            comment.insert(0, said[at][2:])
        assert words in " ".join(comment)
