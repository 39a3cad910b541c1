# What the plugin says of the recorded captures. Many tests ask for it, each about something else: a capture is read once for
# all of them, with every field that one of them wants, whichever process of pytest-xdist they run in.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import hashlib
import json
import os

import called
import golden
import labs_log
from places import SOURCE

CONTRACT = (SOURCE / "tests" / "contract.txt").read_text(encoding="utf-8").splitlines()
OURS = [line.split()[1].rstrip(":") for line in CONTRACT if line.startswith("field impsvc.")]
FIELDS = list(dict.fromkeys(["frame.number", "impsvc", *OURS, *called.FIELDS, *labs_log.FIELDS, *golden.FIELDS]))


class Recorded:
    def __init__(self, wireshark, folder):
        self.wireshark, self.folder = wireshark, folder

    def rows(self, capture, *options):
        """Of each frame of a capture in test-captures, all FIELDS as Wireshark.fields() has them. options must not hide frames."""
        kept = self.folder / f"recorded-{hashlib.sha256(repr((capture, options)).encode()).hexdigest()}.json"
        if not kept.exists():
            rows = self.wireshark.fields(self.wireshark.readable(capture), FIELDS, *options)
            unfinished = kept.with_suffix(f".{os.getpid()}")
            unfinished.write_text(json.dumps(rows), encoding="utf-8")
            unfinished.rename(kept)
        return json.loads(kept.read_text(encoding="utf-8"))


def annotated(rows):
    """Those of our packets; an ICMP error speaks of others' packets."""
    return [row for row in rows if row["impsvc"] and not row["impsvc.icmp_error"]]
