# impsvc rules: the firewall rules that let IM and Presence through, as a file for the firewall.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import sys

import command_line
import findings
import nodes_file
import output_file
import paths
from dialects import COMMENT, SOURCES, Rules, add_dialect
from plain import in_one_line
from say import Failure
from tshark import Tshark

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
        say("Of several captures the rules come one after the other, each after a comment with the capture's name; CSV has one header.",
            "キャプチャが複数あれば、それぞれの名前のコメントに続けて順に出力します。CSV の見出し行は一つです。")]


def add_arguments(parser, say):
    command_line.add_captures(parser, say)
    add_dialect(parser, say, required=True)
    parser.add_argument("--source", choices=SOURCES, metavar="SOURCE", help=say(
        "what the rules are made of: plan, seen or missing", "ルールの元になるもの: plan、seen、missing"))
    nodes_file.add_option(parser, say)
    parser.add_argument("-o", "--output", metavar="FILE", help=say(
        "write the rules to this file (by default to standard output)", "ルールをこのファイルに書く (既定は標準出力)"))
    command_line.add_wireshark(parser, say)


def run(options, place, say):
    output_file.insist(options.output, options.captures, say)
    nodes = nodes_file.text_of(options.nodes, say) if options.nodes is not None else None
    texts, is_wrong = [], False
    with Tshark(options, place, say, nodes) as tshark:
        if options.nodes is not None:
            nodes_file.check(tshark, options.nodes)
        for name in options.captures:
            try:
                texts.append((name, text_of(tshark, tshark.open(name), options)))
            except Failure as failure:
                print(f"impsvc: {failure}", file=sys.stderr)
                is_wrong = True
                continue
            is_wrong |= bool(tshark.damaged)
            if tshark.incomplete:
                print(f"impsvc: {tshark.incomplete}", file=sys.stderr)
    if texts:
        output_file.write(joined(texts, options.dialect), options.output)
    return 2 if is_wrong else 0


def text_of(tshark, capture, options):
    rules = Rules(options.dialect, options.source)
    found = findings.read(rules.take(tshark.read(capture, *paths.FIRST, *rules.arguments)), [])
    findings.insist_on_packets(found, capture, tshark)
    return "".join(f"{line}\n" for line in rules.lines)


def joined(texts, dialect):
    if len(texts) == 1:
        return texts[0][1]
    if dialect not in COMMENT:      # CSV: of the others without their header
        return texts[0][1] + "".join("".join(text.splitlines(keepends=True)[1:]) for _, text in texts[1:])
    return "\n".join(f"{COMMENT[dialect]} {in_one_line(name)}\n{text}" for name, text in texts)
