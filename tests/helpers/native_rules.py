# What may differ between Wireshark's output with the plugin and without it, frame
# by frame, and nothing else:
#   - the plugin's own tree;
#   - a payload that Wireshark alone shows as data: its own lines, and of the layers
#     below it only what tells of its reassembly, and of the columns Protocol and Info;
#   - the same for what Wireshark takes for Foundation Fieldbus on TCP 1090, where RMI runs;
#   - the name TLS prints on a record of a connection in which the plugin found that protocol;
#   - numbers of UDP streams, as far as Wireshark's SNMP dissector explains them (UdpStreams).
#
# Only texts in, only texts out: no Wireshark in it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import difflib
import json
import re

PROTOCOLS = re.compile(r"^    \[Protocols in frame: (\S*)\]\n", re.MULTILINE)
# Begins with what a search finds fast, as others here: this is looked for in every frame.
OUR_TREE = re.compile(r"\n\[?IM and Presence, .* \(\d+\.\d+\), (?:request|reply)\]?(?:\n .*)*(?=\n)")
# Of protocols, what carries a payload directly when nobody decodes it.
SHOWN_AS_DATA = re.compile(r"(.*?:(?:tcp|udp|tls|dtls)):data\b")
FIELDBUS = re.compile(r"(.*?:tcp)(?::ff\b|$)")
FIELDBUS_PORT = re.compile(r"^Transmission Control Protocol, Src Port: (?:1090,|\d+, Dst Port: 1090,)", re.MULTILINE)
# A layer of the details: a line at the margin, then indented or empty ones, or a dump of its bytes.
LAYER = re.compile(r"^(?![0-9a-f]{4,8}  )\S.*\n(?:(?: .*|[0-9a-f]{4,8}  .*)?\n)*", re.MULTILINE)
# Sections of a frame's details that are payload nobody decodes, and of Foundation Fieldbus.
DATA_SECTION = re.compile(r"Data \(\d+ bytes?\)\n")
FIELDBUS_SECTION = re.compile(r"Data \(\d+ bytes?\)\n|FOUNDATION Fieldbus|\[(?:Malformed|BoundError Unreassembled) Packet: FF|\[\d+ Reassembled TCP Segments")
# Below a payload: how much of it there is, and in which frames it is put together.
REASSEMBLY = re.compile(r"^    (?:TCP payload|TCP segment data|\[Reassembled PDU in frame: |\[PDU Size: |\[This is a continuation to the PDU in frame: ).*\n",
                        re.MULTILINE)
MALFORMED = re.compile(r"^\[Malformed Packet", re.MULTILINE)
# TLS prints the name of what it carries: in a record's line, and once it is sure, in a line of its own.
TLS_CONTENT = re.compile(r"(?<=Record Layer: Application Data Protocol: ).*|^ +\[Application Data Protocol: .*\n", re.MULTILINE)
# HTTP/3's dissector prints where its bytes lie in memory.
MEMORY_PLACE = re.compile(r"bytes 0x[0-9a-f]+(?= pos )")
UDP_TIMES = re.compile(r"^        \[Time since (?:first|previous) frame: .*\n", re.MULTILINE)
UDP_STREAM = re.compile(r"^( *)User Datagram Protocol, .*\n(?:\1 (?! *\[Stream index).*\n)*\1 +\[Stream index: (\d+)\]\n",
                        re.MULTILINE)
# The same number, where transum says how to filter for a request and its answer.
TRANSUM_STREAM = re.compile(r"\[Trace clip filter: udp\.stream==\d+")
UDP_ENDS = re.compile(r"^Internet Protocol Version \d, Src: (\S+), Dst: (\S+)\n(?: .*\n)*"
                      r"(?:.*Fragment.*\n(?: .*\n)*)?User Datagram Protocol, Src Port: (\d+), Dst Port: (\d+)\n", re.MULTILINE)


def without_our_tree(frame):
    return OUR_TREE.sub("", frame)


def protocols(frame):
    found = PROTOCOLS.search(frame)
    return found.group(1) if found else ""


def left_undecoded(chain, on_fieldbus_port):
    """The protocols below a payload that Wireshark alone leaves undecoded, or None if it decodes everything."""
    found = SHOWN_AS_DATA.match(chain) or (FIELDBUS.match(chain) if on_fieldbus_port else None)
    return found.group(1) if found else None


def chain_may_become(native, ours, on_fieldbus_port=False):
    """Whether frame.protocols may be this with the plugin when it is that without."""
    below = left_undecoded(native, on_fieldbus_port)
    if below is None or not (ours + ":").startswith(below + ":"):
        return native == ours
    return not on_fieldbus_port or set(ours[len(below):].split(":")) <= {"", "rmi", "data", "tls", "x509sat", "x509ce"}


def sections(frame):
    """(summary line, [the text of each layer]) of a frame."""
    summary, _, details = frame.partition("\n")
    return summary, LAYER.findall(details)


def payload_may_differ(native, ours):
    """Whether two texts of a frame, both without our tree, differ in an undecoded payload only."""
    on_fieldbus_port = FIELDBUS_PORT.search(native) is not None
    chain, our_chain = protocols(native), protocols(ours)
    if left_undecoded(chain, on_fieldbus_port) is None or not chain_may_become(chain, our_chain, on_fieldbus_port):
        return False
    if MALFORMED.search(ours) and not MALFORMED.search(native):
        return False            # then it was better left alone
    summary, layers = sections(native)
    our_summary, our_layers = sections(ours)
    if summary.split()[:5] != our_summary.split()[:5]:      # number, time, source, arrow, destination
        return False
    undecoded = FIELDBUS_SECTION if on_fieldbus_port else DATA_SECTION
    # Every layer but the undecoded one is there, in order; what else we show is the payload.
    left = iter(map(comparable, our_layers))
    return all(comparable(layer) in left for layer in layers if not undecoded.match(layer))


def comparable(layer):
    """A layer without what its payload's decoding tells of: protocols, reassembly, times and number of a UDP stream."""
    if layer.startswith("Frame "):
        layer = PROTOCOLS.sub("", layer)
    elif layer.startswith("Transmission Control Protocol, "):
        layer = REASSEMBLY.sub("", layer)
    elif layer.startswith("Transport Layer Security"):
        layer = TLS_CONTENT.sub("", layer)
    elif layer.startswith("User Datagram Protocol, "):
        layer = UDP_TIMES.sub("", hide_udp_streams(layer))
    return layer.rstrip()


def udp_streams(frame):
    return [int(number) for _, number in UDP_STREAM.findall(frame)]


def hide_udp_streams(frame):
    if "User Datagram Protocol" not in frame:
        return frame
    frame = TRANSUM_STREAM.sub("", frame)
    return UDP_STREAM.sub(lambda found: found.group(0).replace(f"[Stream index: {found.group(2)}]", "[Stream index]"), frame)


class UdpStreams:
    """Numbers of UDP streams with the plugin and without.

    Wireshark's SNMP dissector begins a conversation of its own for each pair of ends, which
    UDP then counts as one more stream. If only the plugin knows that a payload is SNMP, all
    streams counted later have a higher number: by one for each such pair, never a lower one,
    and the order stays. In a second pass conversations are looked up again, so there a frame
    may come before the SNMP that moved its number; else it may not.
    """

    def __init__(self, two_passes=False):
        self.two_passes = two_passes
        self.ours = {}              # native number -> ours
        self.pairs = set()          # ends of SNMP that only the plugin decodes

    def snmp_by_us(self, native, ours):
        if ":snmp" in protocols(ours) and ":snmp" not in protocols(native):
            found = UDP_ENDS.search(native)
            if found:
                source, destination, source_port, destination_port = found.groups()
                self.pairs.add(frozenset([(source, source_port), (destination, destination_port)]))

    def see(self, native_numbers, our_numbers):
        """Note a frame's numbers; False if they cannot be explained."""
        for native, ours in zip(native_numbers, our_numbers):
            if self.ours.setdefault(native, ours) != ours or ours < native:
                return False
            if not self.two_passes and ours - native > len(self.pairs):
                return False
        return len(native_numbers) == len(our_numbers)

    def problem(self):
        """What is wrong with the numbers of the whole capture; "" if nothing."""
        last = 0
        for native, ours in sorted(self.ours.items()):
            moved = ours - native
            if moved < last:
                return f"UDP stream {native} became {ours}, but one before it moved by {last}"
            if moved > len(self.pairs):
                return f"UDP stream {native} became {ours}, with {len(self.pairs)} SNMP conversations that only the plugin decodes"
            last = moved
        return ""


OUR_PDML = re.compile(r'^  <proto name="impsvc"(?:[^>]*/>\n|.*?^  </proto>\n)', re.MULTILINE | re.DOTALL)
PDML_PROTOCOLS = re.compile(r'<field name="frame.protocols".* show="([^"]*)"')
PDML_FIELDBUS_PORT = re.compile(r'<field name="tcp.port".* show="1090"')
BELOW_TRANSPORT = ("geninfo", "eth", "vlan", "sll", "ip", "ipv6")     # "frame" holds frame.protocols


def fields_same(native, ours):
    """Two lines of -T fields: frame.number, frame.protocols, tcp.port, then the columns."""
    number, chain, ports, *rest = native.rstrip("\n").split("\t")
    our_number, our_chain, our_ports, *our_rest = ours.rstrip("\n").split("\t")
    on_fieldbus_port = "1090" in ports.split(",")
    return (number, ports) == (our_number, our_ports) and (
        (chain, rest) == (our_chain, our_rest)
        or left_undecoded(chain, on_fieldbus_port) is not None and chain_may_become(chain, our_chain, on_fieldbus_port))


def pdml_same(native, ours):
    """Two packets of -T pdml."""
    ours = OUR_PDML.sub("", ours)
    if native == ours:
        return True
    found, our_found = PDML_PROTOCOLS.search(native), PDML_PROTOCOLS.search(ours)
    on_fieldbus_port = PDML_FIELDBUS_PORT.search(native) is not None
    return bool(found and our_found and left_undecoded(found.group(1), on_fieldbus_port) is not None
                and chain_may_become(found.group(1), our_found.group(1), on_fieldbus_port)
                and pdml_below(native) == pdml_below(ours))


def pdml_below(packet):
    protos = re.findall(r'^  <proto name="([^"]*)"(.*?)^  </proto>\n', packet, re.MULTILINE | re.DOTALL)
    return [proto for proto in protos if proto[0] in BELOW_TRANSPORT]


def json_same(native, ours):
    """Two packets of -T json, read as lists of (key, value): keys may repeat."""
    layers, our_layers = (dict(dict(packet)["_source"])["layers"] for packet in (native, ours))
    our_layers = [layer for layer in our_layers if layer[0] != "impsvc"]
    if layers == our_layers:
        return [part for part in native if part[0] != "_source"] == [part for part in ours if part[0] != "_source"]
    chain, our_chain = (dict(dict(both)["frame"])["frame.protocols"] for both in (layers, our_layers))
    on_fieldbus_port = any(key == "tcp.port" and value == "1090" for key, value in dict(layers).get("tcp", []))
    return (left_undecoded(chain, on_fieldbus_port) is not None and chain_may_become(chain, our_chain, on_fieldbus_port)
            and [layer for layer in layers if layer[0] in BELOW_TRANSPORT]
            == [layer for layer in our_layers if layer[0] in BELOW_TRANSPORT])


def compare_packets(native_packets, our_packets, same):
    """Like compare_frames, of packets in another form than details. same tells of two whether they may stand for each
    other. Nobody counts those that only we decode, and UDP stream numbers must be the same."""
    number = decoded = 0
    for native in native_packets:
        number += 1
        ours = next(our_packets, None)
        if ours is None:
            return number, decoded, f"frame {number}: missing with the plugin"
        if not same(native, ours):
            if not isinstance(native, str):
                native, ours = (json.dumps(packet, indent=1) for packet in (native, ours))
            return number, decoded, show_difference(number, native, ours)
    if next(our_packets, None) is not None:
        return number, decoded, f"frame {number + 1}: only with the plugin"
    return number, decoded, ""


def show_difference(number, native, ours):
    lines = difflib.unified_diff(native.splitlines(), ours.splitlines(), "Wireshark alone", "with the plugin",
                                 lineterm="", n=1)
    return "\n".join([f"frame {number}:", *list(lines)[:40]])


def tcp_stream(frame):
    found = re.search(r"^Transmission Control Protocol, .*\n(?: (?! *\[Stream index).*\n)* +\[Stream index: (\d+)\]\n", frame,
                      re.MULTILINE)
    return found and found.group(1)


def compare_frames(native_frames, our_frames, two_passes=False):
    """(frames, frames only we decode, problem) of two streams of frames' texts, up to the first difference."""
    number = decoded = 0
    streams = UdpStreams(two_passes)
    inside_tls = set()              # TCP streams in which TLS's payload is decoded by us only
    named_by_tls = {}               # TCP stream -> the first difference in what TLS calls its payload
    for native in native_frames:
        number += 1
        ours = next(our_frames, None)
        if ours is None:
            return number, decoded, f"frame {number}: missing with the plugin"
        if ours != native:
            native, ours = MEMORY_PLACE.sub("", native), MEMORY_PLACE.sub("", without_our_tree(ours))
        if ours == native:
            if "User Datagram Protocol," in native:
                numbers = udp_streams(native)
                if not streams.see(numbers, numbers):
                    return number, decoded, f"frame {number}: UDP stream {numbers} has had another number before"
        elif hide_udp_streams(ours) == hide_udp_streams(native):
            if not streams.see(udp_streams(native), udp_streams(ours)):
                return number, decoded, show_difference(number, native, ours)
        elif payload_may_differ(native, ours):
            decoded += 1
            if ":tls:" in protocols(native):
                inside_tls.add(tcp_stream(native))
            streams.snmp_by_us(native, ours)
        elif ":tls" in protocols(native) and TLS_CONTENT.sub("", native) == TLS_CONTENT.sub("", ours) \
                and (two_passes or tcp_stream(native) in inside_tls):
            named_by_tls.setdefault(tcp_stream(native), show_difference(number, native, ours))
        else:
            return number, decoded, show_difference(number, native, ours)
    for stream in sorted(set(named_by_tls) - inside_tls):
        return number, decoded, named_by_tls[stream]
    if next(our_frames, None) is not None:
        return number, decoded, f"frame {number + 1}: only with the plugin"
    return number, decoded, streams.problem()
