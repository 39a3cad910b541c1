# impsvc releases: the releases of the port list, and what changes for a firewall from one to another.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import sys

import changes
import changes_screen
import command_line
import port_list
import screen
from say import Failure

ORDER = 3


def describe(say):
    return [
        say("the releases of the port list, and what changes for a firewall from one to another",
            "ポート一覧のリリースと、リリース間でファイアウォールに必要な変更を表示"),
        say("Without releases it lists those that are known, by the identifier that --release takes. With two, it lists what changes for a "
            "firewall when the cluster goes from A to B: services that are new or gone, other ports, TLS, directions, ends, source ports, and whether a "
            "service leaves its node. What stays inside one node needs no rule, and is left out.",
            "リリースを指定しなければ、既知のリリースを --release に渡せる識別子とともに表示します。二つ指定すると、クラスタを A から B へ更新するときに"
            "ファイアウォールで変わるものを表示します: 新しいサービス、なくなるサービス、ポート、TLS、向き、両端、送信元ポート、ノードの外に出るかどうか。"
            "ノードの中だけの通信はルールが不要なため省きます。"),
        say("Of some releases only parts are known. Then their facts are listed with their sources; what is not among them may have changed or not.",
            "一部しかわかっていないリリースについては、わかっている事実と出典だけを示します。そこにないものが変わったかどうかはわかりません。"),
        say(f"Kinds of changes in CSV, the same in every language: {', '.join(changes.KINDS)}.",
            f"CSV の変更の種類 (言語によらず同じ): {'、'.join(changes.KINDS)}。")]


def add_arguments(parser, say):
    before, after = command_line.RELEASES
    parser.add_argument("before", nargs="?", metavar=before, help=say("release that the rules are for now", "今のルールのリリース"))
    parser.add_argument("after", nargs="?", metavar=after, help=say("release that the cluster gets", "更新後のリリース"))
    parser.add_argument("--csv", action="store_true", help=say(
        "a row for each change, for a spreadsheet; the header and the kinds are English in every language",
        "表計算ソフト用に、変更ごとに 1 行。見出しと種類は言語によらず英語"))
    command_line.add_language(parser, say)


def run(options, place, say):
    catalog = port_list.read(place, say)
    if options.before is None:
        show_list(catalog.releases, options.csv, say)
        return 0
    if options.after is None:
        raise Failure(say("name two releases, or none: impsvc releases A B", "リリースは二つ指定するか、一つも指定しないでください: impsvc releases A B"))
    before, after = (port_list.find(catalog, name, say) for name in (options.before, options.after))
    found = changes.between(catalog, before, after, say) if before is not after else []
    if options.csv:
        write_csv(changes.COLUMNS, found)
    else:
        print(*changes_screen.lines(found, catalog, before, after, say), sep="\n")
    return 0


def show_list(releases, as_csv, say):
    if as_csv:
        columns = ("release", "name", "complete", "document")
        write_csv(columns, [{name: row[name] for name in columns} for row in releases])
        return
    state = {"yes": say("complete", "完全"), "no": say("in part", "一部")}
    rows = [(row["release"], row["name"], state[row["complete"]], row["document"]) for row in releases]
    heads = (say("Release", "リリース"), say("Name", "名前"), say("Known", "既知"), say("Document", "文書"))
    widths = [max(map(screen.width_of, column)) for column in zip(heads, *rows)]
    widths[-1] = screen.WIDTH - sum(widths[:-1]) - 2 * (len(widths) - 1)
    for row in (heads, *rows):
        print(*changes_screen.row_lines(row, widths), sep="\n")


def write_csv(columns, rows):
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
