# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's recordings, played once more through the router by their real programs."""
from dataclasses import replace

import lab
import recording
import resolver
from proof import paths as proof_paths
from proof import recorder

# Recordings by the beginning of their names, and why they do not play here.
LEFT_OUT = {
    "trouble-": "shows what goes wrong",
    "false-friends": "is not in the port list",
    "port-scan": "is not in the port list",
    "unrelated-host": "no node takes part",
    "firewall-": "has a firewall of its own",
    "localhost-services": "leaves no host",
    "datastore-sql": "leaves no host",
    "nat-clients": "needs the NAT gateway's second link",
    "sip-presence-5060-5080": "calls a client back on a port of the client's choice",
    "xmpp-server-5269": "joins two clusters, and the port list has 22.2 within one only",
}


class Played(lab.Lab):
    """A recording whose packets somebody else records."""

    def _capture(self):
        return None


def recordings():
    recording.load()
    return [one for one in recording.select([]) if not one.name.startswith(tuple(LEFT_OUT))]


def play(session, folder, name, say):
    """All recordings; the capture of the router, their flows, and what went wrong."""
    recording_all = recorder.Recorder(session.network, folder, f"programs-{name}")
    keys, rows, wrong = b"", [], []
    todo = recordings()
    try:
        resolver.start(session.runner)
        for number, one in enumerate(todo, 1):
            say(f"{number}/{len(todo)} {one.name}: {one.title}")
            played = Played(session, replace(one, name=f"{one.name}-{name}", taps=()))
            try:
                rows += played.record()[1]
            except Exception as reason:  # whatever it is, the other recordings go on
                wrong.append(f"{one.name}: {type(reason).__name__}: {reason}")
            keys += played.keys.read_bytes()
    finally:
        session.runner.stop_all()
        recording_all.stop(keys)
    return recording_all.path, rows, wrong


def used(rows, paths):
    """The planned paths that the programs used."""
    flows = {(row.entry, row.transport, row.initiator_address, row.listener_address, int(row.listener_port or 0)) for row in rows}
    return [path for path in paths if (path.entry, path.transport, path.initiator, path.listener,
                                       path.target if path.transport != "ICMP" else 0) in flows]


def problems(told, paths):
    """What the check says of the paths that programs used, if it is not what it should say."""
    for path in paths:
        found = proof_paths.result(told, path)
        if found != "open" and (found != "sent" or proof_paths.is_due(path)):
            yield f"{path}: used by a program, but the check says {found}"
