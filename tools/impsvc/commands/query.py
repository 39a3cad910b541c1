# impsvc query: what the database of impsvc collect says.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import sys

import command_line
from many import answers, asking
from many.opening import open_database
from say import many

ORDER = 4
FORMATS = ("text", "csv", "json")


def describe(say):
    return [
        say("which paths get through, since when, and where they stop, in a database of many captures",
            "多数のキャプチャのデータベースから、通る経路、いつからか、どこで止まるかを表示"),
        say("Shows every path (an entry of the port list from one host to another) with what came of it last and since when, the worst first; or "
            "what there is by capture point, node, release, flow or capture. Times are UTC.",
            "経路 (ポート一覧のエントリーと二つのホスト) ごとに、最後の結果とそれがいつからかを悪い順に表示します。キャプチャ地点、ノード、リリース、フロー、"
            "キャプチャごとにも表示できます。時刻は UTC です。"),
        say("The formats csv and json are for programs: all rows and columns, in English whatever the language. The exit status is 1 if a path that is "
            "shown is blocked.", "形式 csv と json はプログラム用で、すべての行と列を常に英語で出力します。表示した経路に遮断されたものがあれば、終了ステータスは "
            "1 です。"),
        say("For other programs the database has the tables captures, flows and sightings and the views paths, points, hosts, hours and where_seen, each "
            "column with a comment.", "ほかのプログラム向けに、データベースには表 captures、flows、sightings とビュー paths、points、hosts、hours、where_seen があり、"
            "各列にコメントがあります。")]


def add_arguments(parser, say):
    command_line.add_database(parser, say)
    parser.add_argument("--by", choices=list(asking.KINDS), metavar="|".join(asking.KINDS), help=say(
        "what a row is (by default path)", "行の単位 (既定は path)"))
    parser.add_argument("--blocked", action="store_true", help=say("only what is blocked", "遮断されたものだけ"))
    parser.add_argument("--entry", metavar="ENTRY", help=say("only this entry of the port list: 22.4", "このエントリーだけ: 22.4"))
    parser.add_argument("--node", metavar="ADDRESS", help=say("only what this host takes part in", "このホストのものだけ"))
    parser.add_argument("--point", metavar="NAME", help=say("only flows seen at this capture point; of paths, those whose last flow was", "このキャプチャ地点で見えたフローだけ (経路では最後のフロー)"))
    parser.add_argument("--since", metavar="TIME", help=say("only what was seen after this time, UTC: 2026-11-29, 2026-11-29T12:00",
                                                            "この時刻 (UTC) より後のものだけ: 2026-11-29、2026-11-29T12:00"))
    parser.add_argument("--until", metavar="TIME", help=say("only what was seen before this time", "この時刻より前のものだけ"))
    parser.add_argument("--format", choices=FORMATS, default="text", metavar="|".join(FORMATS), help=say(
        "a screen to read, or data for programs (by default text)", "画面表示、またはプログラム用のデータ (既定は text)"))
    parser.add_argument("--all", action="store_true", help=say(
        "show all rows; in CSV and JSON, which have all of them, without --by: every flow", "すべての行を表示。CSV と JSON では、--by がなければすべてのフロー"))
    command_line.add_language(parser, say)
    parser.add_argument("--release", metavar=command_line.RELEASE, help=say(
        "what was collected with this port list (by default with the one that was used last)",
        "このポート一覧で収集したもの (既定は最後に使ったもの)"))


def run(options, place, say):
    kind = options.by or ("flow" if options.all and options.format != "text" else "path")
    chosen = asking.chosen_filters(options, kind, say)
    database = open_database(options.db, say, is_new=False)
    try:
        with database.transaction(only_reads=True):
            setup = asking.setup_to_ask(database, options.release, say)
            heading = heading_of(database, setup, say)
            return show(asking.ask(database, setup, kind, chosen), kind, heading, options, say)
    finally:
        database.close()


def show(answer, kind, heading, options, say):
    """Prints an answer; 1 if something in it is blocked."""
    is_blocked = False
    blocked = answer.columns.index("is_blocked") if "is_blocked" in answer.columns else None

    def watched(rows):
        nonlocal is_blocked
        for row in rows:
            is_blocked |= blocked is not None and bool(row[blocked])
            yield row

    answer = answer._replace(rows=watched(answer.rows))
    if options.format == "csv":
        answers.write_csv(answer, sys.stdout)
    elif options.format == "json":
        answers.write_json(answer, sys.stdout)
    else:
        print(*answers.lines(answer, kind, heading, options.all, say), sep="\n")
    return int(is_blocked)


def heading_of(database, setup, say):
    """The database in a sentence, with what is to be known before one relies on it."""
    release = database.ask("SELECT release FROM setups WHERE id = ?", (setup,))[0][0]
    counts = dict(database.ask("SELECT state, COUNT(*) FROM captures WHERE setup = ? AND (state <> 'claimed' OR lease_until > ?) GROUP BY state",
                               (setup, database.now())))
    failed = counts.get("failed", 0) + database.ask("SELECT COUNT(*) FROM missed")[0][0]
    waiting = database.ask("SELECT COUNT(*) FROM captures WHERE setup = ? AND state = 'done' AND is_joined = 0", (setup,))[0][0]
    parts = [say(f"{database.shown}: {many(counts.get('done', 0), 'capture')}, port list {release}",
                 f"{database.shown}: キャプチャ {counts.get('done', 0)} 個、ポート一覧 {release}")]
    if failed:
        parts.append(say(f"{failed} cannot be read (--by capture)", f"{failed} 個は読めない (--by capture)"))
    if counts.get("claimed"):
        parts.append(say(f"{counts['claimed']} being read", f"{counts['claimed']} 個は読み込み中"))
    if waiting:
        parts.append(say(f"the flows of {waiting} are missing until impsvc collect is run again", f"{waiting} 個のフローは impsvc collect を再実行するまで未統合"))
    return say("; ", "。").join(parts)
