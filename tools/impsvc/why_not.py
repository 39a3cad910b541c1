# Why tshark has not loaded the plugin, in a sentence that says what to do.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
from pathlib import Path


def why_not_loaded(tshark, loaded, say):
    """A sentence; loaded is what became of tshark -G plugins."""
    full, minor = tshark.version()
    if not minor:
        return say(f"{tshark.program} is no tshark: it does not say which version it is",
                   f"{tshark.program} は tshark ではありません (バージョンを表示しません)")
    if os.getegid() == 0 and os.geteuid() != 0:
        return say("your group is root's (0), for which Wireshark loads no plugins of one's own: use another group, or install the plugin "
                   "for all users", "グループが root (0) です。Wireshark は root 用には個人のプラグインを読み込みません。別のグループで実行するか、"
                   "プラグインを全ユーザー用にインストールしてください")
    folders = folders_of(tshark)
    built = sorted({path.parents[1].name for folder in folders for path in folder.glob("*/epan/impsvc.so")})
    if minor in built:
        reason = tshark.in_the_users_words(loaded.stderr).strip() or say("it does not say why", "理由は表示されません")
        return say(f"tshark {full} has not loaded the plugin in {_listed(folders, minor)}: {reason}",
                   f"tshark {full} がプラグイン ({_listed(folders, minor)}) を読み込みませんでした: {reason}")
    if built:
        return say(f"the plugin is for Wireshark {', '.join(built)}, but {tshark.program} is {full}: build or install the plugin for "
                   f"{minor}, or name a tshark {built[0]} with --tshark",
                   f"プラグインは Wireshark {', '.join(built)} 用ですが、{tshark.program} は {full} です。{minor} 用のプラグインをビルド"
                   f"またはインストールするか、--tshark で tshark {built[0]} を指定してください")
    return say(f"the plugin is not installed for {tshark.program}: it looks for {minor}/epan/impsvc.so in "
               f"{' and '.join(map(str, folders))}",
               f"{tshark.program} 用のプラグインがインストールされていません。{minor}/epan/impsvc.so を {'、'.join(map(str, folders))} で"
               "探します")


def folders_of(tshark):
    """The folders of plugins that this tshark knows, with one folder below for each minor version; as the user knows them."""
    said = tshark.in_the_users_words(tshark.report("folders"))
    found = re.findall(r"^(?:Personal|Global) Plugins:\s*(\S.*?)\s*$", said, re.MULTILINE)
    return [Path(folder).parent for folder in found]


def _listed(folders, minor):
    return ", ".join(str(folder / minor / "epan") for folder in folders if (folder / minor / "epan/impsvc.so").exists())
