# impsvc summary: one screen about a capture, with the verdict last.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import command_line
import findings
import overview
import settings
from say import OF_PREFERENCE
from tshark import Tshark

ORDER = 1
COLUMNS = ('"No.","%m","Entry","%Cus:impsvc.entry:0:R","Source","%s","Destination","%d","Protocol","%p","Service","%Cus:impsvc.service:0:R",'
           '"Direction","%Cus:impsvc.direction:0:R","Confidence","%Cus:impsvc.confidence:0:R"')


def describe(say):
    return [
        say("what is in a capture, on one screen, with the verdict last", "キャプチャの内容を一画面に要約 (結論は最後)"),
        say("Shows the packets and connections of each table of the port list, the nodes and how they are known, the connections that were "
            "refused, not answered, stopped by an ICMP error or reset, and the problems with the first packet that has each; then a "
            "verdict in a sentence or two. A line that is too long ends in \"…\"; --all has all of it.",
            "ポート一覧の表ごとのパケット数と接続数、ノードとその根拠、拒否・無応答・ICMP エラー・リセットに終わった接続、問題点と最初のパケットを"
            "表示し、最後に結論を一、二文で述べます。長い行は「…」で終わります。--all ですべて表示します。"),
        say("Of your own Wireshark's settings only nodes, moved ports, whether to learn nodes, the release of the port list, and TLS keys matter.",
            "Wireshark の個人設定のうち、ノード、変更したポート、ノードの学習の有無、ポート一覧のリリース、TLS 鍵だけが影響します。"),
        say("A capture that is cut short or damaged is summed up as far as it can be read, and the verdict says so. Only a damaged one "
            "is an error.",
            "途中で切れた、または壊れたキャプチャは、読めるところまで要約し、結論にその旨を示します。壊れている場合だけがエラーです。")]


def add_arguments(parser, say):
    command_line.add_capture(parser, say)
    parser.add_argument("--all", action="store_true", help=say(
        "show every packet, the traffic by table and by node, and all connections and problems, before the verdict",
        "結論の前に、すべてのパケット、表ごと・ノードごとの通信、すべての接続と問題点を表示"))
    command_line.add_language(parser, say)
    command_line.add_release(parser, say)
    command_line.add_wireshark(parser, say)


def run(options, place, say):
    place.code_of_profile()
    from expert_items import NOTES, WARNINGS    # noqa: E402 (in the profile's folder)
    # What is blocked stands among the connections.
    items = [item for item in (*WARNINGS, *NOTES) if item != "impsvc.blocked"]
    language = ["-o", f"impsvc.language:{OF_PREFERENCE[say.language]}"]
    with Tshark(options, place, say) as tshark:
        capture = tshark.open(options.capture)
        found = findings.read(tshark.read(capture, *language, *findings.arguments(items)), items)
        findings.insist_on_packets(found, capture, tshark)
        if not found.tables:
            found.conversations = findings.conversations(tshark.read(capture, "-q", "-z", "conv,tcp", "-z", "conv,udp"))
        if options.all:
            everything(tshark, capture, language, say)
        configured = settings.configured_nodes(tshark.settings)
        for line in overview.lines(found, capture.name, configured, tshark.incomplete, options.all, tshark.release, say):
            print(line)
    return 2 if tshark.damaged else 0


def everything(tshark, capture, language, say):
    """Every packet that fits the port list, then the statistics' trees."""
    print(say("Packet, entry of the port list, source, destination, protocol, service, direction, confidence:",
              "パケット番号、ポート一覧のエントリー、送信元、宛先、プロトコル、サービス、方向、確度:"))
    for line in tshark.read(capture, *language, "-o", f"gui.column.format:{COLUMNS}", "-Y", "impsvc", "-z", "impsvc_nodes,tree",
                            "-z", "impsvc,tree"):
        print(line.rstrip())
    print()
