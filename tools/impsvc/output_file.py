# The file that a command writes, or standard output.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import errno
import os
import shutil
import stat
import sys
from pathlib import Path

from say import Failure


def insist(name, captures, nodes, say):
    """What is wrong with the file should be said before captures are read, which may take long."""
    if name is None:
        return
    try:
        there, folder = found(name), found(Path(name).parent)
    except OSError as error:
        raise Failure(f"{name}: {error.strerror}") from None
    if there and stat.S_ISDIR(there.st_mode):
        raise Failure(say(f"{name}: is a folder, not a file to write", f"{name}: フォルダーです。書き込むファイルではありません"))
    if not folder or not stat.S_ISDIR(folder.st_mode):
        raise Failure(say(f"{name}: there is no folder {Path(name).parent}", f"{name}: フォルダー {Path(name).parent} がありません"))
    if any(is_file(there, capture) for capture in captures):
        raise Failure(say(f"{name}: is one of the captures, and would be overwritten", f"{name}: キャプチャの一つで、上書きされてしまいます"))
    if nodes is not None and is_file(there, nodes):
        raise Failure(say(f"{name}: is the file of --nodes, and would be overwritten", f"{name}: --nodes のファイルで、上書きされてしまいます"))
    if not os.access(name if there else Path(name).parent, os.W_OK):
        raise Failure(f"{name}: {os.strerror(errno.EACCES)}")


def found(path):
    """What is known of a file; None if there is none."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


def is_file(there, name):
    return there is not None and os.path.exists(name) and os.path.samestat(there, os.stat(name))


def write(text, name):
    data = text.encode("utf-8", "surrogateescape")
    if name is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    path = os.path.realpath(name)
    is_device = os.path.exists(name) and not os.path.isfile(name)
    try:
        if is_device or not os.access(os.path.dirname(path), os.W_OK):
            Path(name).write_bytes(data)
        else:
            replace(path, data)
    except OSError as error:
        raise Failure(f"{name}: {error.strerror}") from None


def replace(path, data):
    """The file is the old one until the new one is complete."""
    beside = Path(os.path.dirname(path), f".impsvc-{os.getpid()}")
    try:
        with open(beside, "xb") as new:
            new.write(data)
        if os.path.exists(path):
            shutil.copymode(path, beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
