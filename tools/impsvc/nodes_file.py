# A file of nodes that the user names: rows as Wireshark's table impsvc_nodes has them. What a row may say, is decided in the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
from contextlib import contextmanager
from pathlib import Path

from say import Failure
from tshark import Tshark

THREE_FIELDS = re.compile(r'\s*(?:"[^"]*"\s*,\s*){2}"[^"]*"\s*')
AFTER_THE_LINE = "Cluster: "     # of a field that is checked when the line is over, and Wireshark counts the next one
MISTAKE = re.compile(r"(?<![/\w])impsvc_nodes:(\d+): (.*)")      # as Wireshark names it


def add_option(parser, say):
    parser.add_argument("--nodes", metavar="FILE", help=say(
        "take nodes from this file instead of your Wireshark's table; its rows are those that impsvc nodes prints",
        "ノードを Wireshark の表ではなくこのファイルから読む。行の形式は impsvc nodes の出力と同じ"))


@contextmanager
def tshark(options, place, say):
    """Tshark with the nodes of the file, if there is one."""
    nodes = text_of(options.nodes, say) if options.nodes is not None else None
    with Tshark(options, place, say, nodes) as ours:
        if options.nodes is not None:
            check(ours, options.nodes)
        yield ours


def text_of(name, say):
    """The file's text; what Wireshark would not complain of is looked for here."""
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        raise Failure(f"{name}: {error.strerror}") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Failure(say(f"{name}:{line}: is not UTF-8 text", f"{name}:{line}: UTF-8 のテキストではありません")) from None
    rows = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#"):
            continue
        rows += bool(line.strip())
        if line.count('"') % 2:
            field = line.count('"') // 2 + 1
            raise Failure(say(f"{name}:{number}: field {field}: its quote is not closed",
                              f"{name}:{number}: {field} 番目のフィールド: 引用符が閉じていません"))
    if not rows:
        raise Failure(say(f"{name}: has no row of a node; a row is like \"10.1.0.11\",\"IM and Presence publisher\",\"imp-pub\"",
                          f"{name}: ノードの行がありません。行の例: \"10.1.0.11\",\"IM and Presence publisher\",\"imp-pub\""))
    return "".join(f"{with_four_fields(line)}\n" for line in text.split("\n"))


def with_four_fields(line):
    """Wireshark counts the line of a row without the last field twice."""
    return line.rstrip() + ',""' if THREE_FIELDS.fullmatch(line) else line


def check(ours, name):
    """Lets Wireshark read the rows; a mistake ends the command."""
    mistake = MISTAKE.search(ours.complaints("currentprefs"))
    if mistake:
        line = int(mistake[1]) - mistake[2].startswith(AFTER_THE_LINE)
        raise Failure(f"{name}:{line}: {mistake[2]}")
