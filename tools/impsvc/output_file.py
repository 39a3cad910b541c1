# The file that a command writes, or standard output.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import sys
from pathlib import Path

from say import Failure


def insist(name, captures, say):
    """What is wrong with the file should be said before captures are read, which may take long."""
    if name is None:
        return
    output = Path(name)
    if output.is_dir():
        raise Failure(say(f"{name}: is a folder, not a file to write", f"{name}: フォルダーです。書き込むファイルではありません"))
    if not output.parent.is_dir():
        raise Failure(say(f"{name}: there is no folder {output.parent}", f"{name}: フォルダー {output.parent} がありません"))
    if output.exists() and any(os.path.exists(capture) and os.path.samefile(capture, name) for capture in captures):
        raise Failure(say(f"{name}: is one of the captures, and would be overwritten", f"{name}: キャプチャの一つで、上書きされてしまいます"))


def write(text, name):
    data = text.encode("utf-8", "surrogateescape")
    if name is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    try:
        Path(name).write_bytes(data)
    except OSError as error:
        raise Failure(f"{name}: {error.strerror}") from None
