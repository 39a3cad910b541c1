# impsvc rules: the firewall rules that let IM and Presence through, as a file for the firewall.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import sys

import command_line
import findings
import nodes_file
import output_file
import paths
from dialects import SOURCES, Rules, add_dialect

ORDER = 2


def describe(say):
    return [
        say("firewall rules from the plan, from what was seen, or for what is missing",
            "計画、観測した通信、または不足分から、ファイアウォールのルールを作成"),
        say("Writes what the port list wants between the configured nodes and servers (plan), what got through in the capture (seen), or what was "
            "blocked there (missing), for a firewall to read. Without a source it is the plan if nodes are configured, else what was seen. What "
            "nobody should allow without asking is a comment that says why.",
            "設定したノードとサーバの間でポート一覧が必要とするもの (plan)、キャプチャで通ったもの (seen)、遮断されたもの (missing) を、ファイアウォール用の形式で"
            "出力します。--source がなければ、ノードを設定していれば plan、なければ seen です。確認なしに許可すべきでないものは、理由を付けて"
            "コメントにします。"),
        say("Rules are of one capture, as loading them replaces those that were there. If you have several, merge them first: "
            "mergecap -w all.pcapng A B",
            "読み込むと前のルールを置き換えるため、ルールはキャプチャ一つから作ります。複数あれば、先に mergecap -w all.pcapng A B で結合してください。")]


def add_arguments(parser, say):
    command_line.add_capture(parser, say)
    add_dialect(parser, say, required=True)
    parser.add_argument("--source", choices=SOURCES, metavar="SOURCE", help=say(
        "what the rules are made of: plan, seen or missing", "ルールの元になるもの: plan、seen、missing"))
    nodes_file.add_option(parser, say)
    parser.add_argument("-o", "--output", metavar="FILE", help=say(
        "write the rules to this file (by default to standard output)", "ルールをこのファイルに書く (既定は標準出力)"))
    command_line.add_release(parser, say)
    command_line.add_wireshark(parser, say)


def run(options, place, say):
    output_file.insist(options.output, [options.capture], options.nodes, say)
    with nodes_file.tshark(options, place, say) as tshark:
        text = text_of(tshark, tshark.open(options.capture), options)
        if tshark.incomplete:
            print(f"impsvc: {tshark.incomplete}", file=sys.stderr)
    output_file.write(text, options.output)
    return 2 if tshark.damaged else 0


def text_of(tshark, capture, options):
    rules = Rules(options.dialect, options.source)
    found = findings.read(rules.take(tshark.read(capture, *paths.FIRST, *rules.arguments)), [])
    findings.insist_on_packets(found, capture, tshark)
    return "".join(f"{line}\n" for line in rules.lines)
