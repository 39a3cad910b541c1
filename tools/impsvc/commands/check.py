# impsvc check: does every documented flow get through, who stops it, and where.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import sys

import check_data
import check_screen
import command_line
import nodes_file
import paths
import settings
from captures import Captures

ORDER = 2
FORMATS = ("text", "csv", "json")


def describe(say):
    return [
        say("whether what the port list documents gets through, who stops it, and where",
            "ポート一覧の通信が通るか、どこで何に止められるかを検査"),
        say("Shows the nodes and how they are known, then a row for each path, which is an entry of the port list from one host to another, "
            "the worst first, with whether it gets through, who stops it, and what that rests on; then a verdict. Rows that do not fit the "
            "screen are counted; --all has them.",
            "ノードとその根拠、続いて経路 (ポート一覧のエントリーと二つのホスト) ごとの行を悪い順に表示し、通るか、何が止めるか、その根拠を示し、"
            "最後に結論を述べます。画面に収まらない行は数だけ示し、--all ですべて表示します。"),
        say("A path is blocked if it is rejected on the way, refused by the listener, not answered, or lost after it was open. Then the exit "
            "status is 1. A capture that cannot be read is named; the others are checked, and the exit status is 2.",
            "経路上で拒否、リスナーが拒否、応答なし、通過後に途中で喪失した経路は「遮断」で、終了ステータスは 1 です。読めないキャプチャは名前を示し、"
            "残りを検査して終了ステータス 2 で終わります。"),
        say("The formats csv and json are for programs: all rows, in English whatever the language. CSV has a header row; JSON has also the "
            "counts of results, and the nodes of each capture.",
            "形式 csv と json はプログラム用で、すべての行を常に英語で出力します。CSV には見出し行があり、JSON には結果の数と各キャプチャのノードも"
            "含まれます。")]


def add_arguments(parser, say):
    command_line.add_captures(parser, say)
    nodes_file.add_option(parser, say)
    parser.add_argument("--format", choices=FORMATS, default="text", metavar="|".join(FORMATS), help=say(
        "a screen to read, or data for programs (by default text)", "画面表示、またはプログラム用のデータ (既定は text)"))
    parser.add_argument("--all", action="store_true", help=say("show all paths, each in full", "すべての経路を省略せず表示"))
    command_line.add_language(parser, say)
    command_line.add_release(parser, say)
    command_line.add_wireshark(parser, say)


def run(options, place, say):
    is_screen, several = options.format == "text", []
    with nodes_file.tshark(options, place, say) as tshark:
        configured = settings.configured_nodes(tshark.config)
        language = say.language if is_screen else "en"
        captures = Captures(tshark, options.captures)
        for one in captures.read(lambda capture: paths.read(tshark, capture, language, configured)):
            several.append(one)
            if is_screen:
                show(several, options.all, say)
            else:
                captures.say_incomplete()
    if several and not is_screen:
        (check_data.write_csv if options.format == "csv" else check_data.write_json)(several, sys.stdout)
    elif several and len(options.captures) > 1:
        print("", check_screen.total(several, len(options.captures), say), sep="\n")
    return 2 if captures.is_wrong else int(any(each.blocked for each in several))


def show(several, all_of_it, say):
    """The screen of the last capture; it is there before the next one is read."""
    if len(several) > 1:
        print()
    for line in check_screen.lines(several[-1], all_of_it, say):
        print(line)
    sys.stdout.flush()
