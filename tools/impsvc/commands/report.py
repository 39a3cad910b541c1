# impsvc report: a page for the firewall team, on what is blocked, by whom, and what would allow it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import io
import sys

import check_screen
import command_line
import nodes_file
import output_file
import paths
import report_data
import report_page
import settings
from captures import Captures
from dialects import add_dialect
from report_content import Section
from many import asking
from many.opening import open_database
from many.report_section import DatabaseSection
from report_reader import ReportReader
from say import Failure, Say

ORDER = 2
FORMATS = ("html", "csv", "json")


def describe(say):
    return [
        say("a page for the firewall team: what is blocked, by whom, and what would allow it",
            "ファイアウォール担当者に渡す報告書: 何が何に遮断され、どのルールで通るか"),
        say("Writes one HTML file without scripts that needs no network, reads well on a screen, on a phone and on paper, and without colours: "
            "the nodes and how they are known, the verdict, a matrix of services and hosts, the blocked paths with who stops them, what is open "
            "that should not be, what gets through, DSCP, and what is planned but was not seen. Of several captures each has a section.",
            "スクリプトもネットワークも要らない HTML ファイルを一つ作成します。画面でも携帯電話でも紙でも、色がなくても読めます。ノードとその根拠、結論、サービスと"
            "ホストの表、遮断された経路とその拒否元、開いていてはならないもの、通った経路、DSCP、計画にあるが未検出の経路を示します。"
            "キャプチャが複数あれば、それぞれに節があります。"),
        say("With --db it is about all captures that impsvc collect has put into a database: since when each path is as it is, how often it was tried, and "
            "between which capture points it stops.",
            "--db を指定すると、impsvc collect でデータベースに集めたすべてのキャプチャについて、各経路がいつからその状態か、何回試みられたか、どの地点の間で"
            "止まるかを報告します。"),
        say("A capture that cannot be read is named in the page; then the exit status is 2. It is 1 if something documented is blocked.",
            "読めないキャプチャは報告書に名前を示し、終了ステータス 2 で終わります。文書にある通信が遮断されていれば 1 です。"),
        say("The formats csv and json are for programs, in English whatever the language: the rows of impsvc check, with what is open that should "
            "not be.", "形式 csv と json はプログラム用で、常に英語です。impsvc check の行に、開いていてはならないものを加えます。")]


def add_arguments(parser, say):
    command_line.add_captures(parser, say, nargs="*")
    command_line.add_database(parser, say, required=False)
    parser.add_argument("-o", "--output", metavar="FILE", help=say(
        "write the report to this file (by default to standard output)", "報告書をこのファイルに書く (既定は標準出力)"))
    nodes_file.add_option(parser, say)
    parser.add_argument("--format", choices=FORMATS, default="html", metavar="|".join(FORMATS), help=say(
        "a page to read, or data for programs (by default html)", "ページ、またはプログラム用のデータ (既定は html)"))
    add_dialect(parser, say, default="nftables", default_is=say(" (by default nftables)", " (既定は nftables)"))
    command_line.add_language(parser, say)
    command_line.add_release(parser, say)
    command_line.add_wireshark(parser, say)


def run(options, place, say):
    if options.format == "html":
        report_page.insist_on_jinja2(say)
    if options.format == "html" and options.output is None and sys.stdout.isatty():
        raise Failure(say("the report is a page, not for a terminal: name its file with -o report.html",
                          "報告書は端末向けではありません。-o report.html のようにファイルを指定してください"))
    insist_on_one_source(options, say)
    files = [f"{options.db}{ending}" for ending in ("", "-wal", "-shm")] if options.db is not None else options.captures
    output_file.insist(options.output, files, options.nodes, say)
    if options.db is not None:
        return of_database(options, place, say)
    sections = []
    with nodes_file.tshark(options, place, say) as tshark:
        language = say.language if options.format == "html" else "en"
        configured = settings.configured_nodes(tshark.config)
        captures = Captures(tshark, options.captures)

        def section(capture):
            reader = ReportReader(options.dialect)
            return Section(len(sections) + 1, paths.read(tshark, capture, language, configured, reader), reader)

        for one in captures.read(section):
            sections.append(one)
            captures.say_incomplete()
    if sections:
        output_file.write(made(sections, captures.failures, options, place, say), options.output)
        if options.output:
            print(f"{options.output}: {check_screen.total([each.paths for each in sections], len(options.captures), say)}")
    return 2 if captures.is_wrong else int(any(each.blocked for each in sections))


def insist_on_one_source(options, say):
    if (options.db is None) == (not options.captures):
        raise Failure(say("name captures, or a database with --db, and not both", "キャプチャか、--db でデータベースのどちらか一方を指定してください"))
    if options.db is not None and options.nodes is not None:
        raise Failure(say("--nodes: was decided when the captures were collected (impsvc collect)", "--nodes: 収集時 (impsvc collect) に決まっています"))


def of_database(options, place, say):
    """The report on many captures; the status."""
    words = say if options.format == "html" else Say("en")
    database = open_database(options.db, say, is_new=False)
    try:
        with database.transaction(only_reads=True):
            setup = asking.setup_to_ask(database, options.release, say)
            section = DatabaseSection(database, setup, {}, words)
            failures = [reason if name in reason else f"{name}: {reason}" for name, state, reason, *_
                        in asking.ask(database, setup, "capture", {}).rows if state == "failed"]
    finally:
        database.close()
    output_file.write(made([section], failures, options, place, say, asked=1), options.output)
    if options.output:
        print(f"{options.output}: {check_screen.how_paths_went(section.paths.rows, words) if section.paths.rows else section.facts(say)}")
    return int(bool(section.blocked))


def made(sections, failures, options, place, say, asked=None):
    if options.format == "html":
        return report_page.made(sections, failures, asked or len(options.captures), place.version, say)
    text = io.StringIO(newline="")
    (report_data.write_csv if options.format == "csv" else report_data.write_json)(sections, failures, text)
    return text.getvalue()
