# What the command says: in English or Japanese, and as an error.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os

LANGUAGES = ("en", "ja")
OF_PREFERENCE = {"en": "english", "ja": "japanese"}     # the values of impsvc.language


class Failure(Exception):
    """An error that the user can do something about: a sentence."""


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
