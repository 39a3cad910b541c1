# Firewall rules as tshark -z impsvc,rules,DIALECT,SOURCE prints them. They are written in the plugin; here they are only asked for.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

DIALECTS = ("nftables", "iptables", "ios", "asa", "csv")
SOURCES = ("plan", "seen", "missing")
COMMENT = {"nftables": "#", "iptables": "#", "ios": "!", "asa": "!"}      # what begins one, except in CSV


def add_dialect(parser, say, **options):
    parser.add_argument("--dialect", choices=DIALECTS, metavar="DIALECT", help=say(
        "what the rules are for: nftables, iptables, ios or asa (Cisco), or csv for a change request",
        "ルールの形式: nftables、iptables、ios または asa (Cisco)、変更依頼なら csv") + options.pop("default_is", ""), **options)


class Rules:
    """Reads them. The arguments for tshark come last: what is asked for last is printed first, and before the table io,stat there are only
    packets and these."""

    END = "| IO Statistics"

    def __init__(self, dialect, source):
        self.dialect, self.lines = dialect, []
        self.arguments = ("-z", "io,stat,0", "-z", ",".join(filter(None, ["impsvc,rules", dialect, source])))

    def take(self, lines):
        """Reads the rules; yields the other lines."""
        for line in lines:
            if line.startswith(self.END):
                yield line
                break
            if re.match(r"\d+\t", line):        # a packet
                yield line
            else:
                self.lines.append(line.rstrip("\n"))
        while self.lines and not self.lines[-1].strip("="):     # what that table begins with
            self.lines.pop()
        yield from lines

    @property
    def has_rules(self):
        """At least one is no comment."""
        sign = COMMENT.get(self.dialect)
        return sign is None or any(line.strip() and not line.startswith(sign) for line in self.lines)
