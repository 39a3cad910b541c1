# SPDX-License-Identifier: GPL-2.0-or-later
"""One rule is taken out at a time: its paths get no answer, others still do, and the plugin writes that rule again.

All of it is one recording, which is cut afterwards: a part for each rule, and a beat to end it. The beat is a datagram that is
on no list. It comes a good second later, which is how long the check waits before it calls a single try blocked.
"""
import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pcapng
import programs
from proof import attempts, dialects, matching, recorder
from proof import paths as proof_paths

BEAT = ("bystander", "10.10.9.20", 9)  # from, to, UDP port
LATER = 1_100_000_000  # nanoseconds
SILENCE = 0.35  # seconds that unanswered tries are given
SETTLE = 0.05


@dataclass
class Part:
    """One rule out, and some of its paths tried, with others that it does not concern."""

    rule: dialects.Rule
    paths: list
    rest: list  # of the rule's paths, those that need a part of their own
    controls: list
    answered: set
    begin: int
    end: int


def owners(rules, paths):
    """{rule: its paths}. A path that no rule lets through, or several do, is a mistake in the rules."""
    own = {rule: [] for rule in rules}
    wrong = []
    for path in paths:
        found = [rule for rule in rules if matching.lets_through(rule, path)]
        if len(found) != 1:
            wrong.append(f"{path}: " + (" and ".join(rule.text for rule in found) or "no rule lets it through"))
        for rule in found:
            own[rule].append(path)
    if wrong:
        raise programs.Failed("each path needs one rule that lets it through, but:" + "".join(f"\n    {one}" for one in wrong))
    return own


def controls(paths, others, most=4):
    """Of the other paths, those most like the rule's: the same entry between other hosts, the same hosts for other entries."""
    entries, ends = {path.entry for path in paths}, {(path.initiator, path.listener) for path in paths}
    other = [path for path in others if path.source_port == 0]
    return ([path for path in other if path.entry in entries][:most]
            + [path for path in other if path.entry not in entries and (path.initiator, path.listener) in ends][:most])


def play(network, folder, text, own, say):
    """Take each rule out and try its paths; the parts, and the capture of all of it."""
    recording = recorder.Recorder(network, folder, "one-rule-out")
    parts = []
    everything = [path for paths in own.values() for path in paths]
    try:
        for number, (rule, paths) in enumerate(own.items(), 1):
            say(f"{number}/{len(own)} {rule.comment}")
            kept = controls(paths, [path for path in everything if path not in set(paths)])
            for some in proof_paths.rounds(paths):
                rest = [path for path in paths if path not in set(some)]
                parts.append(without(network, text, rule, some, rest, kept))
        time.sleep(LATER / 1e9)
        beat(network)
    finally:
        capture = recording.stop()
    return parts, capture


def without(network, text, rule, paths, rest, kept):
    """The router's rules are loaded anew afterwards, so handles may change: this rule is found by its place."""
    place = dialects.lines(text).index(rule.text)
    dialects.load(network, "nftables", text)
    dialects.remove(network, dialects.rules(network, text)[place])
    begin = time.time_ns()
    beat(network)
    answered = attempts.attempt(network, paths + kept, SILENCE)
    time.sleep(SETTLE)
    return Part(rule, paths, rest, kept, answered, begin, time.time_ns())


def beat(network):
    host, to, port = BEAT
    with network.inside(host), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, contextlib.suppress(OSError):
        one.sendto(b"beat", (to, port))


def is_beat(packet):
    return pcapng.transport(packet)[2:] and pcapng.transport(packet)[4] == BEAT[2]


def judge(network, plugin, folder, parts, capture):
    """What is wrong with each part: a list of sentences for each."""
    beats = [packet for packet in capture.packets if is_beat(packet)]

    def one(numbered):
        number, part = numbered
        own = [packet for packet in capture.packets if part.begin <= packet.time <= part.end]
        own += [packet for packet in beats if packet.time >= part.end + LATER][:1]
        path = recorder.write(folder / f"without-{number}.pcapng", pcapng.Capture(own))
        return list(problems(network, plugin, part, path))

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, enumerate(parts, 1)))


def problems(network, plugin, part, capture):
    told = proof_paths.results(plugin.check(capture))
    for path in part.paths:
        wanted, found = without_answer(path), proof_paths.result(told, path)
        # Nobody can tell which of several entries a bare SYN is for; it is said of one of them.
        alike = {proof_paths.result(told, other) for other in part.paths if other.goes_where(path)}
        if path in part.answered:
            yield f"{path}: still answered without its rule"
        if not alike & wanted or found not in wanted | {"not seen"}:
            yield f"{path}: without its rule the check says {found}, not {' or '.join(sorted(wanted))}"
    for path in part.controls:
        found = proof_paths.result(told, path)
        if path not in part.answered or found != "open":
            yield f"{path}: is no path of this rule, but without the rule the check says {found}"
    yield from problems_again(network, part, plugin.rules("nftables", "missing", capture))


def without_answer(path):
    """What the check can say of a path that is stopped without a word.

    Where no answer is due, it knows only if it saw other packets of the two hosts on both sides.
    """
    return {"no answer"} if proof_paths.is_due(path) else {"no answer", "sent"}


def problems_again(network, part, text):
    """Does the plugin write the rule again?

    Where no answer is due it may not know that there was none. Of a part of the rule's paths, or where a bare SYN may be for several
    entries, it cannot write the same line, but one that lets the same paths through.
    """
    written = dialects.lines(text)
    if not written and all("sent" in without_answer(path) for path in part.paths):
        return
    if part.rest or len({path.entry for path in part.paths}) > 1:
        rules = dialects.understood(network, text)
        for path in part.paths + part.rest:
            again = any(matching.lets_through(rule, path) for rule in rules)
            if again != (path in part.paths):
                yield f"{path}: {'is' if again else 'is not'} let through by what the plugin writes again: {' and '.join(written)}"
    elif written != [part.rule.text]:
        yield f"the plugin writes again: {' and '.join(written) or 'nothing'}"
