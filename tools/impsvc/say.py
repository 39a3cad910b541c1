# What the command says: in English or Japanese, and as an error.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import errno
import os

LANGUAGES = ("en", "ja")
OF_PREFERENCE = {"en": "english", "ja": "japanese"}     # the values of impsvc.language


class Failure(Exception):
    """An error that the user can do something about: a sentence."""


class Shortage(Failure):
    """This machine lacks something; that says nothing of the capture that was to be read."""


# Errors of a file that are not the file's: no room, no memory, too many open files.
SHORTAGES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE}


class Say:
    """Of each text the one in the language that was asked for."""

    def __init__(self, language):
        self.language = language

    def __call__(self, english, japanese):
        return japanese if self.language == "ja" else english


def language_of_locale():
    value = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if value.startswith("ja") else "en"


def many(number, word):
    """English: 1 packet, 2 packets."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
