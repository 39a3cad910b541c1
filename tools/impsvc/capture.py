# The user's capture, as tshark can read it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from say import SHORTAGES, Failure, Shortage


class Capture:
    """name is what the user calls it, path what tshark reads."""

    def __init__(self, name, tshark):
        self.name, self.tshark, self.say = name, tshark, tshark.say
        if name == "-":
            if sys.stdin.isatty():
                raise Failure(self.say("standard input is the keyboard: give a capture to it, as in impsvc summary - < CAPTURE",
                                       "標準入力がキーボードです。impsvc summary - < CAPTURE のようにキャプチャを渡してください"))
            self.path = self._copied(sys.stdin.buffer)
            self.name = self.say("standard input", "標準入力")
        else:
            self.path = self._readable(os.path.abspath(name))
        if os.path.getsize(self.path) == 0:
            raise Failure(self.say(f"{self.name}: the file is empty", f"{self.name}: ファイルが空です"))

    def _readable(self, path):
        try:
            mode = os.stat(path).st_mode
            if stat.S_ISDIR(mode):
                raise Failure(self.say(f"{self.name}: is a folder, not a capture", f"{self.name}: フォルダーです。キャプチャではありません"))
            with open(path, "rb") as file:
                if stat.S_ISREG(mode) and not self._is_hidden_from_tshark(path):
                    return path
                return self._copied(file)
        except OSError as error:
            raise Failure(f"{self.name}: {error.strerror}") from None

    def _is_hidden_from_tshark(self, path):
        as_whom = self.tshark.as_whom
        if not as_whom or is_open_to_all(path):
            return False
        return subprocess.run(["test", "-r", path], check=False, **as_whom).returncode != 0

    def _copied(self, file):
        """A copy in a folder that only tshark's user can read: pipes cannot be read twice, and nobody may not read all of root's files."""
        folder = self.tshark.folder
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix="capture-", delete=False) as copy:
                shutil.copyfileobj(file, copy, 1 << 20)
            if self.tshark.as_whom:
                os.chown(copy.name, self.tshark.as_whom["user"], self.tshark.as_whom["group"])
        except OSError as error:
            kind = Shortage if error.errno in SHORTAGES else Failure
            raise kind(self.say(f"{self.name}: has to be copied to {folder.parent} to be read, but: {error.strerror}",
                                f"{self.name}: 読むには {folder.parent} へのコピーが必要ですが、できません: {error.strerror}")) from None
        return copy.name


def is_open_to_all(path):
    """Whether its mode and those of its folders let everybody read a file: then nobody need try, which takes longer than to read a small one."""
    real = Path(os.path.realpath(path))
    return bool(real.stat().st_mode & stat.S_IROTH) and all(folder.stat().st_mode & stat.S_IXOTH for folder in real.parents)
