# Right-click > Conversation Filter > IM and Presence service. The window's menu cannot be asked here: filter_spy.c asks the same
# filter for each packet.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import shutil

import pytest

from places import BUILD
from packets import Capture, Connection, Ends
from run_tshark import Wireshark

FILTER = "impsvc_spy.filter"
NODES = ["-o", 'uat:impsvc_nodes:"10.2.0.1","IM and Presence publisher","pub"']


@pytest.fixture(scope="module")
def spied(tmp_path_factory):
    """Wireshark with the plugin and the spy."""
    plugins = tmp_path_factory.mktemp("spied") / "plugins"
    shutil.copytree(BUILD / "plugins", plugins)
    shutil.copytree(BUILD / "tests" / "spy", plugins, dirs_exist_ok=True)
    with contextlib.closing(Wireshark(plugins)) as both:
        yield both


def filters(spied, path, *options):
    """For each frame: its entry and the filter of ours that is offered for it, or None."""
    rows = spied.fields(path, ["impsvc.entry", FILTER], "-2", *options)
    ours = [row[FILTER][0] if row[FILTER] and row[FILTER][0].startswith("impsvc") else None for row in rows]
    return list(zip([row["impsvc.entry"][0] if row["impsvc.entry"] else None for row in rows], ours))


def connections(path):
    """Two clients of a node's 7400, which uses another's 7400 itself; and its 5222."""
    file = Capture()
    numbers = []
    for client, server in ((Ends(number=1), 7400), (Ends(number=1, client_port=41235), 7400), (Ends(number=1), 5222)):
        numbers.append(file.add_connection(Connection(client._replace(server_port=server)).open().ask(b"<a>", b"<b>")))
    numbers.append(file.add_connection(Connection(Swapped(number=1, server_port=7400)).open()))
    return file.write(path), numbers


class Swapped(Ends):
    """The other way round: the server asks."""

    def address(self, side):
        return super().address(3 - side)


def test_it_shows_the_service_at_its_listener(spied, capture_path):
    path, (first, second, client_access, other_way) = connections(capture_path)
    told = filters(spied, path)
    assert told[0][1] == 'impsvc.entry == "22.4" and ((ip.dst == 10.2.0.1 and tcp.dstport == 7400) or ' \
                         '(ip.src == 10.2.0.1 and tcp.srcport == 7400))'
    assert len({told[number - 1] for number in first + second}) == 1
    assert spied.frames(path, told[first[0] - 1][1]) == first + second
    assert spied.frames(path, told[client_access[0] - 1][1]) == client_access
    assert spied.frames(path, told[other_way[-1] - 1][1]) == other_way


@pytest.mark.parametrize("name", ["trouble-filtered", "trouble-refused", "icmp-ping", "snmp-traps-162-61441", "cdp-agent-7999", "vlan"])
def test_every_filter_shows_the_packet_it_was_made_for(spied, name):
    """IPv4 and IPv6, TCP, UDP, pings, and ICMP errors."""
    path = spied.readable(f"{name}.pcapng")
    told = filters(spied, path)
    assert [offered is None for _, offered in told] == [entry is None for entry, _ in told]
    for wanted in {offered for _, offered in told if offered}:
        shown = spied.frames(path, wanted, "-2")
        made_for = {number for number, (_, offered) in enumerate(told, 1) if offered == wanted}
        assert made_for <= set(shown), wanted
        assert {told[number - 1][0] for number in shown} == {told[min(made_for) - 1][0]}


def test_it_is_for_annotated_packets_only(spied, capture_path):
    path, _ = connections(capture_path)
    assert all(offered for _, offered in filters(spied, path))
    assert not any(offered for _, offered in filters(spied, path, "--disable-protocol", "impsvc"))
    quiet = ["-o", "impsvc.learn_nodes:FALSE", "-o", "impsvc.annotate:nodes"]
    assert not any(offered for _, offered in filters(spied, path, *quiet))
    assert all(offered for _, offered in filters(spied, path, *quiet, *NODES))


def test_asking_teaches_nothing(spied, wireshark, capture_path):
    """The packet is identified once more for the filter: what the plugin says of all packets stays the same."""
    path = spied.readable("nodes-learning.pcapng")
    names = ["impsvc.entry", "impsvc.confidence", "impsvc.evidence", "impsvc.node.src", "impsvc.moved"]
    ours = wireshark.readable("nodes-learning.pcapng")
    assert spied.fields(path, [*names, FILTER], "-2")[0].keys() == {*names, FILTER}
    told = [{name: row[name] for name in names} for row in spied.fields(path, [*names, FILTER], "-2")]
    assert told == wireshark.fields(ours, names, "-2")
