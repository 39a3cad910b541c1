# impsvc collect: what thousands of captures have of IM and Presence, in a database.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import errno
import os
import signal
import sys

import command_line
import nodes_file
from many import collector, content, listing, setup
from many.claims import LEASE, myself
from many.opening import open_database
from many.joining import Joiner
from many.reader import Reader
from many.telling import Telling
from say import Failure, many

ORDER = 4
SECONDS, MEGABYTES = 3600, 4096     # what one capture may take


def describe(say):
    return [
        say("what thousands of captures have of IM and Presence, in a database", "多数のキャプチャの IM and Presence の通信をデータベースに収集"),
        say("Reads captures, all files in folders, or the captures whose names are on standard input, one a line (-), and puts the flows of the port "
            "list into a database: a file of SQLite, or PostgreSQL for several machines (postgresql://...). Flows that are in several captures, "
            "because these were made on both sides of a firewall, or one after the other, are joined. Then ask with impsvc query and impsvc report --db.",
            "キャプチャ、フォルダー内のすべてのファイル、または標準入力の名前 (一行に一つ、-) のキャプチャを読み、ポート一覧のフローをデータベースに入れます。"
            "データベースは SQLite のファイル、複数のマシンなら PostgreSQL (postgresql://...) です。ファイアウォールの両側や連続したファイルなど、複数の"
            "キャプチャにあるフローは一つにまとめます。結果は impsvc query と impsvc report --db で調べます。"),
        say("What was read is known by its content, so it can be run again at any time, also at the same time, on other machines, and after it was "
            "stopped in whatever way: only what is missing is read. A file that cannot be read is named, kept with the reason, and not tried again "
            "unless --again says so; the exit status is 2 then. A file that is still being written to is left for the next time.",
            "読んだものは内容で識別するため、いつでも、同時に、別のマシンでも、どのように停止した後でも再実行でき、足りないものだけを読みます。読めないファイルは"
            "名前を示して理由とともに記録し、--again がない限り再試行しません。この場合の終了ステータスは 2 です。書き込み中のファイルは次回に回します。"),
        say("A capture point is where a capture was made. By default it is the name of the interface in the file; --point names it, for files that have no "
            "such name, or where several machines have the same. Two taps of one link, one for each direction, are one point.",
            "キャプチャ地点は、キャプチャを取得した場所です。既定ではファイル内のインタフェース名です。名前のないファイルや、複数のマシンで同じ名前の場合は --point で"
            "指定します。一つのリンクの方向別の二つのタップは、一つの地点です。")]


def add_arguments(parser, say):
    parser.add_argument("captures", metavar="CAPTURE", nargs="+", help=say(
        "a capture, a folder of captures, or - for names on standard input", "キャプチャ、キャプチャのフォルダー、または - (標準入力の名前)"))
    command_line.add_database(parser, say)
    nodes_file.add_option(parser, say)
    parser.add_argument("--point", metavar="NAME", help=say(
        "where these captures were made: inside, outside (by default the names of their interfaces)",
        "これらのキャプチャの取得地点: inside、outside など (既定はインタフェース名)"))
    parser.add_argument("--jobs", type=number, default=os.cpu_count() or 1, metavar="N", help=say(
        "read this many captures at once (by default one for each processor)", "同時に読むキャプチャの数 (既定はプロセッサー数)"))
    parser.add_argument("--again", action="store_true", help=say(
        "read these captures again, also those that were read or could not be read before", "読み込み済みのもの、読めなかったものも含めて読み直す"))
    parser.add_argument("--lease", type=number, default=LEASE, metavar="SECONDS", help=say(
        f"what a machine was reading when it died, others read so much later (by default {LEASE}); on the same machine at once",
        f"停止したマシンが読み込み中だったものを、ほかのマシンが読み始めるまでの秒数 (既定は {LEASE} 秒)。同じマシンではすぐに読む"))
    parser.add_argument("--list", action="store_true", help=say(
        "read no capture: print the names of those that the database does not have yet, one a line",
        "キャプチャを読まず、データベースにまだないものの名前を一行に一つずつ出力"))
    parser.add_argument("--time-limit", type=number, default=SECONDS, metavar="SECONDS", help=say(
        f"give up a capture that takes longer (by default {SECONDS})", f"一つのキャプチャの制限時間 (既定は {SECONDS} 秒)"))
    parser.add_argument("--memory-limit", type=number, default=MEGABYTES, metavar="MB", help=say(
        f"give up a capture for which Wireshark needs more memory (by default {MEGABYTES})",
        f"一つのキャプチャに使うメモリーの上限 (既定は {MEGABYTES} MB)"))
    command_line.add_release(parser, say)
    command_line.add_wireshark(parser, say)


def number(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value


def run(options, place, say):
    insist_on_point(options.point, say)
    end_as_with_ctrl_c()
    own = {os.path.abspath(f"{options.db}{ending}") for ending in ("", "-wal", "-shm", "-journal")}
    files = [(path, size_of(path)) for path in listing.files(options.captures, say) if path not in own]
    database = open_database(options.db, say)
    try:
        with nodes_file.tshark(options, place, say) as tshark:
            tshark.settle_release()
            ours = setup.setup_of(tshark)
            if options.list:
                return list_missing(files, database, setup.known_number(ours, database))
            return collect(files, database, tshark, ours, options, place, say)
    finally:
        database.close()


def end_as_with_ctrl_c():
    """When it is asked to end in another way, too: by kill, by a batch system, or because its terminal is gone."""
    def interrupt(*_):
        raise KeyboardInterrupt
    for each in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) == signal.SIG_DFL:
            signal.signal(each, interrupt)


def insist_on_point(point, say):
    if point is not None and (not point.strip() or any(mark in point for mark in ",\t\n\r")):
        raise Failure(say(f'--point "{point}": a name has no comma and no line break, and is not empty',
                          f"--point「{point}」: 名前にコンマや改行は使えません。空にもできません"))


def size_of(path):
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def list_missing(files, database, number_of_setup):
    """Files that are not done, as far as they can be looked at; those that cannot are, too."""
    for path, _ in files:
        try:
            found = content.content_of(path, database)
        except (OSError, content.Changing):
            found = None
        done = found and database.ask("SELECT 1 FROM captures WHERE setup = ? AND sha256 = ? AND state <> 'claimed'",
                                      (number_of_setup, found.sha256))
        if not done:
            sys.stdout.buffer.write(os.fsencode(path) + b"\n")
    return 0


def collect(files, database, tshark, ours, options, place, say):
    if files and not any(os.path.lexists(path) for path, _ in files):       # a name that nothing has changes nothing
        raise Failure("\n".join(f"{content.shown(path)}: {os.strerror(errno.ENOENT)}" for path, _ in files))
    number_of_setup = setup.number_of(ours, database)
    joiner = Joiner(database, number_of_setup, ours.release, place.merge)
    limits = collector.Limits(options.time_limit, options.memory_limit << 20)
    with Reader(tshark, None, None) as reader:
        reader.insist_on_plugin()
    options.jobs = min(options.jobs, max(len(files), 1))
    with Telling(len(files), sum(size for _, size in files), say) as telling:
        work = collector.Collector(tshark, database, number_of_setup, joiner, limits, options, telling)
        try:
            work.run(files, myself())
        except KeyboardInterrupt:
            raise Failure(say("interrupted: what was read is kept; run it again for the rest",
                              "中断しました。読み込んだものは保存済みです。残りは再実行で読み込みます")) from None
    print(summary(work.counts, len(files), say))
    return 2 if work.counts["failed"] or work.counts["of another point"] else 0


def summary(counts, files, say):
    parts = [say(f"{many(files, 'file')}: {counts['read']} read", f"{files} ファイル: {counts['read']} 個を読み込み")]
    if counts["known"]:
        parts.append(say(f"{counts['known']} known already", f"{counts['known']} 個は収集済み"))
    if counts["growing"]:
        parts.append(say(f"{counts['growing']} still being written to", f"{counts['growing']} 個は書き込み中"))
    if counts["failed"]:
        parts.append(say(f"{counts['failed']} cannot be read", f"{counts['failed']} 個は読めない"))
    if counts["of another point"]:
        parts.append(say(f"{counts['of another point']} collected at another point before", f"{counts['of another point']} 個は別の地点で収集済み"))
    if counts["known to have failed"]:
        parts.append(say(f"{counts['known to have failed']} could not be read before (--again tries them again)",
                         f"{counts['known to have failed']} 個は以前に読めなかったもの (--again で再試行)"))
    return say(", ", "、").join(parts)
