# impsvc profile: puts the profile "IM and Presence" into the user's Wireshark, or brings it up to date.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import subprocess
import sys
import tempfile

import command_line
import port_list
from say import LANGUAGES, Failure

ORDER = 5


def describe(say):
    return [
        say('put the profile "IM and Presence" into your Wireshark, or bring it up to date',
            'プロファイル "IM and Presence" を Wireshark に追加、または更新'),
        say("What you have changed, added or removed in it stays that way; before a file changes, it is copied to the profile's folder "
            "impsvc_backup. A file that cannot be understood is left alone and named, and the exit status is 2.",
            "変更、追加、削除した内容はそのまま残ります。ファイルは書き換える前にプロファイルのフォルダー impsvc_backup に保存します。理解できない"
            "ファイルには手を付けず、名前を示して終了ステータス 2 で終わります。"),
        say("Close Wireshark first: it writes its settings when it is closed. Then choose the profile with Edit > Configuration Profiles, "
            'or start wireshark -C "IM and Presence".',
            "先に Wireshark を終了してください (終了時に設定を書き込むため)。その後、編集 > 設定プロファイル で選ぶか、"
            'wireshark -C "IM and Presence" で起動します。'),
        say("With --release its capture filters and names of ports are those of that release's port list, and impsvc.release is set in it; from then on it "
            "stays with that release until you name another.",
            "--release を付けると、キャプチャ フィルターやポート名がそのリリースのポート一覧のものになり、impsvc.release も設定されます。別のリリースを指定するまで"
            "そのままです。")]


def add_arguments(parser, say):
    parser.add_argument("--language", choices=LANGUAGES, metavar="en|ja", help=say(
        "language of its names (by default that of the profile there, or English)", "名前の言語 (既定は今のプロファイルの言語、なければ英語)"))
    parser.add_argument("--release", metavar=command_line.RELEASE, help=say(
        "make it for the port list of this release (by default that of the profile there, or base)",
        "このリリースのポート一覧用にする (既定は今のプロファイルのリリース、なければ base)"))
    parser.add_argument("--profiles-dir", metavar="DIR", help=say(
        "folder of profiles (by default your own, such as ~/.config/wireshark/profiles)",
        "プロファイルのフォルダー (既定は ~/.config/wireshark/profiles など自分のもの)"))


def run(options, place, say):
    release = port_list.choose(place, options.release, say)["release"] if options.release is not None else None
    wanted = [word for name, value in (("--language", options.language), ("--release", release), ("--profiles-dir", options.profiles_dir)) if value
              for word in (name, value)]
    with tempfile.TemporaryDirectory() as new:
        made = place.profile_made
        if not made:
            made = new
            if call(place.profile_code / "make.py", "--output", made, "--version", place.version):
                return 2
        elif not made.is_dir():
            raise Failure(say(f"there is no {made}: build or install impsvc again",
                              f"{made} がありません。ビルドまたはインストールし直してください"))
        return 2 if call(place.profile_code / "upgrade.py", made, *wanted) else 0


def call(script, *arguments):
    return subprocess.run([sys.executable, script, *arguments], check=False).returncode
