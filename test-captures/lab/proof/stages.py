# SPDX-License-Identifier: GPL-2.0-or-later
"""The stages of the proof, each with what it found wrong and a line of the table at the end."""
import re
import time
from dataclasses import dataclass, field

import programs
from proof import attempts, dialects, everywhere, matching, playing, recorder, routed, scan, takeout
from proof import paths as proof_paths

HEAD = ("stage", "rules", "tried", "as planned", "seconds")


@dataclass
class Outcome:
    stage: str
    dialect: str
    tried: str
    planned: str
    seconds: float = 0.0
    wrong: list = field(default_factory=list)


class Proof:
    """What the stages share: the routed lab, the plugin, and its plan."""

    def __init__(self, session, plugin, folder, capture, say):
        self.session, self.plugin, self.folder, self.say = session, plugin, folder, say
        self.network = session.network
        self.paths = proof_paths.planned(plugin.check(capture))
        self.texts = {dialect: plugin.rules(dialect, "plan", capture) for dialect in ("nftables", "iptables")}
        self.outcomes = []

    def stage(self, name, dialect, run, *arguments):
        """Run a stage with the router's rules in a dialect."""
        begun = time.monotonic()

        def say(words):
            self.say(f"{name} ({dialect}): {words}")

        say("loading the rules")
        dialects.load(self.network, dialect, self.texts[dialect])
        try:
            tried, planned, wrong = run(self, dialect, say, *arguments)
        except (programs.Failed, RuntimeError, OSError) as reason:
            tried, planned, wrong = "-", "-", [str(reason)]
        self.outcomes.append(Outcome(name, dialect, tried, planned, time.monotonic() - begun, wrong))
        self.say(f"{name} ({dialect}): {planned} as planned, {len(wrong)} mistakes", True)

    def table(self):
        rows = [HEAD] + [(one.stage, one.dialect, one.tried, one.planned, f"{one.seconds:.0f}") for one in self.outcomes]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
        return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def play_programs(proof, dialect, say):
    """The lab's recordings by their real programs."""
    capture, rows, wrong = playing.play(proof.session, proof.folder, dialect, say)
    say("the check")
    told = proof_paths.results(proof.plugin.check(capture))
    used = playing.used(rows, proof.paths)
    found = list(playing.problems(told, used))
    tried = f"{len(playing.recordings())} recordings, {len(rows)} flows"
    return tried, f"{len(used) - len(found)} of {len(used)} paths", wrong + found


def try_paths(proof, dialect, say):
    """Every planned path, by listeners and clients of the lab."""
    wrong = []
    with listeners(proof):
        for number, some in enumerate(proof_paths.rounds(proof.paths), 1):
            say(f"{len(some)} paths")
            proof.network.forget_connections()
            recording = recorder.Recorder(proof.network, proof.folder, f"paths-{dialect}-{number}")
            try:
                answered = attempts.attempt(proof.network, some)
            finally:
                recording.stop()
            told = proof_paths.results(proof.plugin.check(recording.path))
            for path in some:
                if path not in answered:
                    wrong.append(f"{path}: planned, but the router does not let it through")
                elif proof_paths.result(told, path) != "open":
                    wrong.append(f"{path}: answered, but the check says {proof_paths.result(told, path)}")
    return f"{len(proof.paths)} paths", f"{len(proof.paths) - len(wrong)} paths", wrong


def scan_ports(proof, dialect, say):
    """nmap from each host to all others, and a ping."""
    with listeners(proof):
        wrong, count = scan.run_all(proof.network, proof.paths, say)
        say(f"{len(scan.pings())} pings")
        wrong += scan.ping_all(proof.network, proof.paths)
    tried = f"{len(scan.scans())} scans, {count} ports, {len(scan.pings())} pings"
    return tried, f"all but {len(wrong)}" if wrong else "all", wrong


def one_rule_out(proof, dialect, say, step):
    """Each rule taken out once; step: each such one, and of each shape one."""
    text = proof.texts[dialect]
    rules = [rule for rule in dialects.rules(proof.network, text) if not matching.is_frame(rule)]
    own = takeout.owners(rules, proof.paths)
    wrong = [f"no planned path uses this rule: {rule.text}" for rule, paths in own.items() if not paths]
    own = {rule: own[rule] for rule in some([rule for rule, paths in own.items() if paths], step)}
    with listeners(proof):
        parts, capture = takeout.play(proof.network, proof.folder, text, own, say)
    say(f"the check and the missing rules of {len(parts)} parts")
    found = takeout.judge(proof.network, proof.plugin, proof.folder, parts, capture)
    bad = {part.rule for part, problems in zip(parts, found) if problems}
    wrong += [f"without the rule {part.rule.text}\n      {one}" for part, problems in zip(parts, found) for one in problems]
    tried = f"{len(own)} of {len(rules)} rules, {sum(len(part.paths) for part in parts)} paths"
    return tried, f"{len(own) - len(bad)} rules", wrong


def some(rules, step):
    """Each such rule, and of each shape (what is left of the text without addresses, numbers and comment) the first one."""
    shapes = {re.sub(r'[0-9a-f]*[.:][0-9a-f.:]+|\d+|, |comment.*', "", rule.text): rule for rule in reversed(rules)}
    return [rule for number, rule in enumerate(rules) if number % step == 0 or rule in shapes.values()]


def listeners(proof):
    """On all ports of the scan, and of the plan."""
    tcp, udp = ({path.target for path in proof.paths if path.transport == transport} | set(scan.ports(transport))
                for transport in ("TCP", "UDP"))
    return everywhere.listening(proof.network, routed.hosts(), sorted(tcp), sorted(udp))
