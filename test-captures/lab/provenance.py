# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a capture comes from. It is written into the capture itself (the section's comment, JSON), and README.md's
table is made from the captures alone, so the two cannot drift apart."""
import json

import packages
import pcapng
import topology

BEGIN = "<!-- captures: written by lab/record --readme -->\n"
END = "<!-- end of captures -->\n"


def describe(recording):
    return {
        "title": recording.title,
        "entries": list(recording.entries),
        "programs": [packages.version(program) for program in recording.programs],
        "command": f"test-captures/lab/record {recording.name}",
        "real": recording.real,
        "made up": recording.made_up,
    }


def names_in(capture):
    """The names of the hosts that occur in the capture."""
    seen = set()
    for packet in capture.packets:
        seen.update(pcapng.addresses(packet))
    return {address: host.fqdn for host in topology.HOSTS.values() for address in topology.addresses(host)
            if address in seen}


def table(folder):
    """README.md's table: one row a capture, from what the files say."""
    lines = ["| capture | entries | programs | real | made up | command | packets | bytes |",
             "|---|---|---|---|---|---|---|---|"]
    for path in sorted(folder.glob("*.pcapng")):
        lines.append(row(path))
    return "\n".join(lines) + "\n"


def row(path):
    capture = pcapng.read(path)
    facts = json.loads(capture.comment)
    cells = (
        f"`{path.name}`: {facts['title']}",
        ", ".join(facts["entries"]) or "none",
        ", ".join(facts["programs"]) or "the lab's own sockets",
        facts["real"] or "-",
        facts["made up"] or "-",
        f"`{facts['command']}`",
        str(len(capture.packets)),
        str(path.stat().st_size),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def with_table(readme, folder):
    """README.md's text with its table as the captures say it."""
    head, rest = readme.split(BEGIN)
    _, foot = rest.split(END)
    return head + BEGIN + table(folder) + END + foot
