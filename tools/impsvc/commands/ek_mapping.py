# impsvc ek-mapping: an index template for Elasticsearch that knows every field of the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import json
import re

import command_line
from say import Failure
from tshark import Tshark

ORDER = 6
WORD = {"type": "keyword", "ignore_above": 1024}
# Can be searched by its words, too: impsvc_impsvc_note.text
SENTENCE = {"type": "keyword", "ignore_above": 8191, "fields": {"text": {"type": "text"}}}
SENTENCES = {"impsvc.detail", "impsvc.evidence", "impsvc.note", "impsvc.service"}
TYPES = {
    "FT_STRING": WORD,
    "FT_UINT8": {"type": "short"},
    "FT_UINT16": {"type": "integer"},
    "FT_UINT32": {"type": "long"},
    # Hexadecimal text: kept, but too long to be searched.
    "FT_BYTES": {"type": "keyword", "index": False, "doc_values": False},
}
# Wireshark's own fields that go with them.
OTHERS = {
    "frame": {"frame_frame_number": {"type": "long"}, "frame_frame_len": {"type": "long"},
              "frame_frame_protocols": WORD, "frame_frame_interface_name": WORD},
    "ip": {"ip_ip_src": {"type": "ip"}, "ip_ip_dst": {"type": "ip"}},
    "ipv6": {"ipv6_ipv6_src": {"type": "ip"}, "ipv6_ipv6_dst": {"type": "ip"}},
    "tcp": {"tcp_tcp_srcport": {"type": "integer"}, "tcp_tcp_dstport": {"type": "integer"}, "tcp_tcp_stream": {"type": "long"},
            "tcp_tcp_len": {"type": "long"}},
    "udp": {"udp_udp_srcport": {"type": "integer"}, "udp_udp_dstport": {"type": "integer"}},
}


def describe(say):
    return [
        say("an index template for Elasticsearch that knows every field of the plugin",
            "プラグインの全フィールドを持つ Elasticsearch のインデックス テンプレートを出力"),
        say("Prints JSON for PUT _index_template (Elasticsearch 7.8 and later, OpenSearch), to match what tshark -T ek prints: all fields of "
            "impsvc, including text and problems, which Wireshark's own tshark -G elastic-mapping leaves out, and the packets' addresses, "
            "ports and numbers.",
            "tshark -T ek の出力に合う PUT _index_template (Elasticsearch 7.8 以降、OpenSearch) 用の JSON を出力します。impsvc の全フィールド "
            "(tshark -G elastic-mapping にはない文字列と問題点を含む)、パケットのアドレス、ポート、番号があります。")]


def add_arguments(parser, say):
    parser.add_argument("--index", metavar="PATTERN", default="packets-*", help=say(
        "which indices it is for (by default packets-*, as tshark names them)", "対象のインデックス (既定は tshark が付ける名前 packets-*)"))
    command_line.add_wireshark(parser, say)


def run(options, place, say):
    with Tshark(options, place, say) as tshark:
        found = re.findall(r"^F\t[^\t]*\t(impsvc\.[^\t]+)\t(FT_\w+)", tshark.report("fields"), re.MULTILINE)
    print(json.dumps(template(options.index, properties(found, say)), indent=2))
    return 0


def printed(name):
    """A field's name as -T ek prints it, within its protocol."""
    return "impsvc_" + name.replace(".", "_")


def properties(fields, say):
    """Elasticsearch's properties of (name, type) pairs."""
    ours, problems = {}, {}
    for name, kind in fields:
        if kind == "FT_NONE":
            problems[printed(name)] = WORD      # present or absent; what it says is in the message
        elif kind in TYPES:
            ours[printed(name)] = SENTENCE if name in SENTENCES else TYPES[kind]
        else:
            raise Failure(say(f"no Elasticsearch type is known for {name}, {kind}; add it to TYPES in {__file__}",
                              f"{name} ({kind}) に対応する Elasticsearch の型がありません。{__file__} の TYPES に追加してください"))
    expert = {"_ws_expert__ws_expert_message": SENTENCE, "_ws_expert__ws_expert_severity": {"type": "long"},
              "_ws_expert__ws_expert_group": {"type": "long"}}
    return {**ours, "_ws_expert": {"properties": {**problems, **expert}}}


def template(pattern, ours):
    layers = {name: {"properties": known} for name, known in {**OTHERS, "impsvc": ours}.items()}
    return {"index_patterns": [pattern],
            "template": {"mappings": {"dynamic": False, "properties": {"timestamp": {"type": "date"},
                                                                       "layers": {"properties": layers}}}}}
