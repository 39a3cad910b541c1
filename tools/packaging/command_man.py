#!/usr/bin/env python3
# The man page impsvc(1) from the help of the command impsvc and of its subcommands (tools/impsvc).
#
#   command_man.py --language en --version 0.1.0 --date 2025-01-31 --output impsvc.1
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).resolve().parents[1] / "impsvc"))

import command_line                 # noqa: E402
from man import escaped, lead, lines_of, literal    # noqa: E402
from say import LANGUAGES, Say      # noqa: E402


def bold(text):
    return f"\\fB{literal(escaped(text))}\\fR"


def text(paragraph):
    """Lines of a paragraph; what is to be typed keeps its characters."""
    return lines_of(literal(escaped(paragraph)))


def invocation(action):
    """An argument as it is typed: -C NAME, --profile NAME."""
    value = f" \\fI{literal(action.metavar)}\\fR" if action.metavar and action.nargs != 0 else ""
    if not action.option_strings:
        return value.strip()
    return ", ".join(bold(option) + value for option in action.option_strings)


def options(parser):
    for action in command_line.actions_of(parser):
        yield ".TP"
        yield lead(invocation(action))
        yield from text(action.help)


def usage(parser):
    """How it is called, in one line."""
    words = parser.format_usage().split(": ", 1)[1].split()
    return bold(parser.prog) + literal(escaped(" " + " ".join(words[len(parser.prog.split()):])))


def page(say, version, date):
    """All lines of the page."""
    top = command_line.parser(say)
    commands = dict(command_line.parsers_of(top))
    yield "'\\\" -*- coding: UTF-8 -*-"
    yield '.\\" Made from the help of tools/impsvc by tools/packaging/command_man.py.'
    yield '.\\" SPDX-License-Identifier: GPL-2.0-or-later'
    yield f'.TH IMPSVC 1 "{date}" "impsvc {version}"'
    yield ".nh"
    yield ".nr HY 0"
    yield ".ad l"
    yield f'.SH "{say("NAME", "名前")}"'
    yield say("impsvc \\- what a capture has of Cisco IM and Presence", "impsvc \\- キャプチャの中の Cisco IM and Presence を調べる")
    yield f'.SH "{say("SYNOPSIS", "書式")}"'
    for number, one in enumerate([*commands.values(), top]):
        if number:
            yield ".br"
        yield usage(one)
    yield f'.SH "{say("DESCRIPTION", "説明")}"'
    for number, paragraph in enumerate(command_line.about(say)):
        if number:
            yield ".PP"
        yield from text(paragraph)
    yield f'.SH "{say("COMMANDS", "コマンド")}"'
    for name, one in commands.items():
        yield f'.SS "{name}"'
        for number, paragraph in enumerate(one.description.split("\n\n")):
            if number:
                yield ".PP"
            yield from text(paragraph)
        yield from options(one)
    yield f'.SH "{say("OPTIONS", "オプション")}"'
    yield from options(top)
    yield f'.SH "{say("EXIT STATUS", "終了ステータス")}"'
    yield from text(command_line.exit_statuses(say).split(": ", 1)[1])
    yield f'.SH "{say("ENVIRONMENT", "環境変数")}"'
    for name, meaning in command_line.environment(say):
        yield ".TP"
        yield bold(name)
        yield from text(meaning)
    yield f'.SH "{say("SEE ALSO", "関連項目")}"'
    yield "\\fBimpsvc\\fR(7), \\fBtshark\\fR(1), \\fBwireshark\\fR(1)"


def main():
    parser = argparse.ArgumentParser(description="The man page impsvc(1) from the command's help.")
    parser.add_argument("--language", required=True, choices=LANGUAGES)
    parser.add_argument("--version", required=True, help="of the command")
    parser.add_argument("--date", required=True, help="of the text, as 2025-01-31")
    parser.add_argument("--output", required=True, type=Path)
    asked = parser.parse_args()
    asked.output.write_text("\n".join(page(Say(asked.language), asked.version, asked.date)) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
