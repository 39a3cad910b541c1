# The command line, built from the files in commands/: its parser, and the words that complete it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import importlib.util
import shlex
from pathlib import Path

import port_list
import screen
from say import LANGUAGES

COMMANDS = Path(__file__).resolve().parent / "commands"
FILES = ("CAPTURE", "DIR", "FILE", "TSHARK")    # metavars of arguments that are files
RELEASE, RELEASES = "R", ("A", "B")             # and of those that are releases: one that can be chosen, and any


def subcommands():
    """(name, module) of each subcommand."""
    found = []
    for path in COMMANDS.glob("[a-z]*.py"):
        spec = importlib.util.spec_from_file_location(f"commands.{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found.append((path.stem.replace("_", "-"), module))
    return sorted(found, key=lambda each: (each[1].ORDER, each[0]))


class Help(argparse.HelpFormatter):
    """Wraps paragraphs, Japanese ones too, at a width that does not depend on the terminal."""

    def __init__(self, prog):
        super().__init__(prog, max_help_position=26, width=screen.WIDTH)
        self._action_max_length = 14        # so that the names of subcommands are in one column

    def _split_lines(self, text, width):
        return screen.wrapped(text, width)

    def _fill_text(self, text, width, indent):
        return "\n\n".join("\n".join(screen.wrapped(paragraph, width)) for paragraph in text.split("\n\n"))


def parser(say):
    """The parser of the whole command line, with its help in a language."""
    top = _new("impsvc", about(say), say)
    top.own.add_argument("--version", action="store_true", help=say("say which version this is", "バージョンを表示"))
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title=say("commands", "コマンド"),
                                  parser_class=lambda **names: _new(names["prog"], names["description"], say))
    for name, module in subcommands():
        sentence, *paragraphs = module.describe(say)
        one = commands.add_parser(name, help=sentence, description=[sentence, *paragraphs])
        module.add_arguments(one.own, say)
        one.set_defaults(run=module.run, parser=one)
    top.set_defaults(parser=top)
    top.epilog = "\n\n".join([say("impsvc COMMAND --help says more about one of them.", "各コマンドの説明: impsvc COMMAND --help"),
                              exit_statuses(say)])
    return top


def about(say):
    return [say("What a capture has of Cisco IM and Presence, from Wireshark's plugin impsvc.",
                "Wireshark のプラグイン impsvc で、キャプチャの中の Cisco IM and Presence を調べます。"),
            say("It runs tshark with the plugin where Wireshark finds it; in a build tree, with the one built there. For root, tshark runs as nobody.",
                "Wireshark が見つけるプラグインで tshark を実行します。ビルド ツリーでは、そこでビルドしたプラグインです。root では nobody として実行します。")]


def exit_statuses(say):
    return say("Exit status: 0 done, 1 something documented is blocked, 2 error.",
               "終了ステータス: 0 正常、1 文書にある通信が遮断されている、2 エラー。")


def environment(say):
    """(name, what it does) of the variables that matter."""
    return [("IMPSVC_TSHARK", say("the tshark to run, unless --tshark names one", "使用する tshark (--tshark がない場合)")),
            ("IMPSVC_SHARKD", say("the sharkd that impsvc collect runs, in place of the one beside tshark",
                                  "impsvc collect が使用する sharkd (既定は tshark と同じ場所のもの)")),
            ("WIRESHARK_PLUGIN_DIR", say("where Wireshark looks for plugins, as ever", "Wireshark がプラグインを探すフォルダー (通常どおり)")),
            ("TMPDIR", say("where standard input, and as root a capture that nobody may not read, is copied while it is read",
                           "標準入力や、root で実行したとき nobody が読めないキャプチャを、読む間コピーしておく場所")),
            ("LANG, LC_ALL", say("Japanese if they begin with ja", "ja で始まれば日本語"))]


def _new(prog, paragraphs, say):
    new = argparse.ArgumentParser(prog=prog, description="\n\n".join(paragraphs), add_help=False, allow_abbrev=False, formatter_class=Help)
    new.own = new.add_argument_group(say("options and arguments", "オプションと引数"))
    new.own.add_argument("-h", "--help", action="help", help=say("show this help", "このヘルプを表示"))
    return new


def add_language(parser, say):
    parser.add_argument("--language", choices=LANGUAGES, metavar="en|ja",
                        help=say("English or Japanese (by default, as the locale says)", "英語または日本語 (既定はロケールに従う)"))


def add_wireshark(parser, say):
    """The options of commands that run tshark."""
    parser.add_argument("--tshark", metavar="TSHARK", help=say(
        "the tshark to run (by default IMPSVC_TSHARK, or the one in PATH)", "使用する tshark (既定は IMPSVC_TSHARK、次に PATH のもの)"))
    parser.add_argument("-C", "--profile", metavar="NAME", help=say(
        "take nodes, moved ports and TLS keys from this profile of your Wireshark (by default the one without a name). Nothing else "
        "in your settings matters",
        "ノード、変更したポート、TLS 鍵を Wireshark のこのプロファイルから読む (既定は名前のないプロファイル)。ほかの設定は影響しません"))


def add_release(parser, say):
    parser.add_argument("--release", metavar=RELEASE, help=say(
        "use the port list of this release; impsvc releases lists them (by default impsvc.release in your Wireshark's preferences, or base)",
        "このリリースのポート一覧を使う。リリースは impsvc releases で表示 (既定は Wireshark の設定 impsvc.release、なければ base)"))


def add_database(parser, say, required=True):
    parser.add_argument("--db", required=required, metavar="DB", help=say(
        "the database: a file, or postgresql://USER@HOST/NAME", "データベース: ファイル、または postgresql://USER@HOST/NAME"))


def add_capture(parser, say):
    parser.add_argument("capture", metavar="CAPTURE", help=say(
        "any file that Wireshark reads; - is standard input", "Wireshark で読めるファイル。- は標準入力"))


def what_is_unknown(options, unknown, say):
    """What is wrong with words that no argument takes."""
    if getattr(options, "capture", None) is not None and not any(word.startswith("-") and word != "-" for word in unknown):
        merge = f"mergecap -w all.pcapng {shlex.join([options.capture, *unknown])}"
        return say(f"takes one capture; merge them first: {merge}", f"キャプチャは一つだけです。先に結合してください: {merge}")
    return say(f"unknown: {' '.join(unknown)}", f"不明な引数: {' '.join(unknown)}")


def add_captures(parser, say, nargs="+"):
    parser.add_argument("captures", metavar="CAPTURE", nargs=nargs, help=say(
        "any file that Wireshark reads; - is standard input", "Wireshark で読めるファイル。- は標準入力"))


def actions_of(one):
    """The arguments of a parser, without those that hold the subcommands."""
    return [action for action in one._actions if not isinstance(action, argparse._SubParsersAction)]


def parsers_of(top):
    """(name, parser) of each subcommand."""
    return next(action for action in top._actions if isinstance(action, argparse._SubParsersAction)).choices.items()


def words(say, before, place):
    """What can follow the words of a command line: subcommands, options, values; CAPTURE, DIR, FILE and TSHARK stand for files."""
    top = parser(say)
    commands = dict(parsers_of(top))
    one = commands.get(before[0]) if before else None
    if not one:
        return [*commands, *(option for action in actions_of(top) for option in action.option_strings)]
    actions = actions_of(one)
    for action in actions:
        if before[1:] and before[-1] in action.option_strings and action.nargs != 0:
            return values(action, place)
    return list(dict.fromkeys(word for action in actions for word in action.option_strings or values(action, place)))


def values(action, place):
    """What can be the value of an argument, as far as that is known."""
    if action.metavar == RELEASE:
        return port_list.identifiers(place, complete_only=True)
    if action.metavar in RELEASES:
        return port_list.identifiers(place)
    return list(action.choices or ([action.metavar] if action.metavar in FILES else []))
