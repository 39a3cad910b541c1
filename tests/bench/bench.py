#!/usr/bin/env python3
# The benchmark: instructions that the plugin takes, counted by valgrind, against Wireshark alone, against others that
# add something to every packet, against the budgets, and against the baseline.
#
#   bench.py [--packets NUMBER] [--jobs NUMBER] [--json FILE] PART ...
#
#   own         the plugin's own share of each capture; fails if it is more than 3 % above the baseline's
#   functions   that share by function, as Markdown; for mixed and cluster
#   table       all instructions: five ways of running tshark, four captures, what each variant adds
#   statistics  all instructions of each of our statistics, against Wireshark's -z conv,tcp; for mixed and cluster
#   loading     what loading the plugin takes: instructions and milliseconds
#   baseline    renew the baseline from what own counts
#
# Captures (unlisted, mixed, cluster, tls) named among the parts limit functions, table and statistics to these.
# README.md here says more. The plugin comes from the build folder, or from IMPSVC_BUILD_DIR.
# Ends with 1 if something is worse than it may be, 77 if nothing can be counted.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import contextlib
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import judge
import traffic
import variants
from variants import RunFailed

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("IMPSVC_BUILD_DIR", HERE.parents[1] / "build-tests"))
PARTS = ("own", "functions", "table", "statistics", "loading", "baseline")
PACKETS = 4000          # of a capture; the baseline is for these
OWN_CAPTURES = ("unlisted", "mixed", "cluster")
RUNS = 40               # of tshark each way, for the time that loading takes
SKIPPED = 77


class NoCounting(Exception):
    """Nothing can be counted here; the reason."""


def say(text):
    print(text, flush=True)


def processor():
    """What this one can of that by which the C library chooses its functions."""
    known = re.search(r"^flags\s*:(.*)", Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace"), re.MULTILINE)
    return " ".join(sorted({"avx2", "avx512vl", "bmi2", "erms", "fsrm", "movbe", "rtm"} & set(known[1].split()))) if known else "other"


class Bench:
    """The captures, made once, and the variants that are run on them."""

    def __init__(self, packets, jobs):
        if shutil.which("valgrind") is None:
            raise NoCounting("valgrind is missing, which counts the instructions: install the package valgrind")
        self.packets, self.steady = packets, BUILD / "tests/bench/steady.so"
        if not self.steady.is_file() or not list(BUILD.glob("plugins/*/epan/impsvc.so")):
            raise NoCounting(f"no plugin, or no steady.so, in {BUILD}: build them, or set IMPSVC_BUILD_DIR")
        self.build = json.loads((BUILD / "tests/bench/build.json").read_text(encoding="utf-8"))
        if self.build["sanitize"] == "ON":
            raise NoCounting("the plugin is built with sanitizers, whose instructions are not the plugin's")
        self.workers = ThreadPoolExecutor(jobs)
        self.folder = Path(tempfile.mkdtemp(prefix="impsvc-bench-"))
        self.folder.chmod(0o755)
        self.captures, self.empty = {}, variants.empty_capture(self.folder / "empty.pcap")
        self.alone, self.ours = variants.alone(self.steady), variants.ours(self.steady, BUILD / "plugins")
        self.others = {}

    def close(self):
        self.workers.shutdown(cancel_futures=True)
        for one in (self.alone, self.ours, *self.others.values()):
            if one is not None:
                one.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def compared(self):
        """All variants by name; those that this Wireshark cannot have are left out."""
        if not self.others:
            self.others = {name: getattr(variants, name)(self.steady) for name in ("lua", "transum", "communityid")}
            for name, one in self.others.items():
                if one is None:
                    say(f"{name}: not in this Wireshark, left out")
        have = {name: one for name, one in self.others.items() if one is not None}
        return {"alone": self.alone, "impsvc": self.ours, **have}

    def capture(self, name):
        """A capture's traffic.Capture, or None if it cannot be made here, which is said once."""
        if name not in self.captures:
            try:
                made = self.captures[name] = traffic.make(name, self.folder, self.packets)
                made.path.chmod(0o644)
                say(f"{name}: {made}")
            except traffic.TrafficMissing as missing:
                self.captures[name] = None
                say(f"{name}: left out: {missing}")
        return self.captures[name]

    def all_captures(self, names):
        return {name: self.capture(name) for name in names if self.capture(name) is not None}

    def matched(self, capture):
        return len(self.ours.run("-n", "-r", capture.path, "-Y", "impsvc", "-T", "fields", "-e",
                                 "frame.number").splitlines())

    def described(self, captures):
        return {name: {"packets": one.packets, "listed": one.listed, "matched": self.matched(one), "digest": one.digest}
                for name, one in captures.items()}

    def made_with(self):
        version = re.search(r"\d+\.\d+\.\d+", self.alone.run("--version")).group()
        valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, encoding="utf-8", check=True).stdout
        return {"wireshark": version, "valgrind": valgrind.strip(), "processor": processor(),
                **{key: self.build[key] for key in ("compiler", "build_type", "flags", "as_one")}}

    def profiles(self, mode, captures):
        """callgrind's profile of the empty capture (as "") and of each of the others."""
        paths = {"": self.empty, **{name: one.path for name, one in captures.items()}}
        pending = {name: self.workers.submit(self.ours.profile, *self.ours.arguments(mode, path))
                   for name, path in paths.items()}
        return {name: one.result() for name, one in pending.items()}


def own_shares(profiles):
    """By capture: the plugin's own instructions by part, loading left out, which stands by itself."""
    loading = profiles[""].parts()
    shares = {"loading": loading}
    for name, profile in profiles.items():
        if name:
            shares[name] = {part: count - loading[part] for part, count in profile.parts().items()}
    return shares


def baseline_path(made_with):
    return HERE / f"baseline-{made_with['wireshark'].rpartition('.')[0]}.json"


def known_missed():
    """Budgets that a baseline says are missed, whatever its Wireshark: that is the plugin's doing."""
    return {name for path in HERE.glob("baseline-*.json") for name in json.loads(path.read_text(encoding="utf-8"))["missed"]}


def show_own(result):
    say("\nthe plugin's own instructions for a packet, start-up left out\n")
    say(f"{'':10}{'packets':>9}{'listed':>8}{'annotated':>11}" + "".join(f"{part:>16}" for part in result["own"]["loading"])
        + f"{'together':>11}")
    for name, parts in result["own"].items():
        if name in result["captures"]:
            one = result["captures"][name]
            say(f"{name:10}{one['packets']:9}{one['listed']:8}{one['matched']:11}"
                + "".join(f"{count / one['packets']:16.1f}" for count in parts.values())
                + f"{sum(parts.values()) / one['packets']:11.1f}")
    say(f"\nloading and unloading: {sum(result['own']['loading'].values())} instructions of the plugin's own")


def part_own(bench, result):
    captures = bench.all_captures(OWN_CAPTURES)
    result["captures"].update(bench.described(captures))
    result["own"] = own_shares(bench.profiles("summary", captures))
    show_own(result)


def part_functions(bench, result):
    """The table for README.md: functions that take most, inclusive."""
    names = bench.wanted_captures or ("mixed", "cluster")
    captures = bench.all_captures(names)
    profiles = bench.profiles("summary", captures)
    before = profiles[""].by_function()
    for name, capture in captures.items():
        rows = {label: [now - then for now, then in zip(row, before.get(label, (0, 0, 0, 0)))]
                for label, row in profiles[name].by_function().items()}
        whole = sum(own_shares(profiles)[name].values())
        say(f"\n`{name}`, {capture.packets} packets: {whole / capture.packets:.0f} instructions a packet of the plugin's own\n")
        say("| function | calls | inclusive, a packet | share | its own code | called outside |")
        say("|---|---|---|---|---|---|")
        for label, (calls, own, outside, inclusive) in sorted(rows.items(), key=lambda row: (-row[1][3], row[0])):
            if inclusive >= 0.01 * whole:
                say(f"| `{label}` | {calls} | {inclusive / capture.packets:.1f} | {inclusive / whole:.1%} "
                    f"| {own / capture.packets:.1f} | {outside / capture.packets:.1f} |")


def part_table(bench, result):
    """Capture by capture, so that much is known before all is."""
    captures = bench.all_captures(bench.wanted_captures or traffic.MAKERS)
    compared = bench.compared()
    others = [who for who in compared if who != "alone"]
    result["captures"].update(bench.described(captures))
    for key in ("totals", "own_by_mode", "decoded", "printed"):
        result[key] = {name: {} for name in captures}
    paths = {"": bench.empty, **{name: one.path for name, one in captures.items()}}
    counts, profiles, printing = {}, {}, {}
    for name, path in paths.items():
        for mode in variants.MODES:
            for who, one in compared.items():
                counts[name, mode, who] = bench.workers.submit(one.count, *one.arguments(mode, path))
            profiles[name, mode] = bench.workers.submit(bench.ours.profile, *bench.ours.arguments(mode, path))
        printing[name] = bench.workers.submit(bench.alone.profile, *bench.alone.arguments("tree", path))
    say("\nInstructions a packet: Wireshark alone, and what each adds. Start-up left out.\n")
    say("| capture | mode | alone | impsvc's own share | decoded because of it | printed at the end | " + " | ".join(others) + " |")
    say("|---" * (6 + len(others)) + "|")
    for name in captures:
        for mode in variants.MODES:
            total = {who: counts[name, mode, who].result() - counts["", mode, who].result() for who in compared}
            shares = own_shares({one: profiles[one, mode].result() for one in ("", name)})
            result["totals"][name][mode] = total
            result["own_by_mode"][name][mode] = own = sum(shares[name].values())
            result["decoded"][name][mode] = decoded = profiles[name, mode].result().decoded()
            result["printed"][name][mode] = printed = printed_more(name, profiles, printing) if mode == "tree" else 0
            if mode == "summary":
                result["own"].update({one: share for one, share in shares.items() if one not in result["own"]})
            show_row(name, mode, result["captures"][name]["packets"], total, own, decoded, printed, others)


def part_statistics(bench, result):
    """What is done when the file is through, printing above all, is a column of its own."""
    captures = bench.all_captures(bench.wanted_captures or ("mixed", "cluster"))
    result["captures"].update(bench.described(captures))
    paths = {"": bench.empty, **{name: one.path for name, one in captures.items()}}
    asked = {"nothing": bench.alone, judge.MODEL: bench.alone, **dict.fromkeys(variants.STATISTICS, bench.ours)}
    pending = {(name, statistic): bench.workers.submit(one.profile, *one.asking(statistic, path))
               for name, path in paths.items() for statistic, one in asked.items()}
    result["statistics"] = {}
    say("\nInstructions a packet more than with Wireshark alone and no statistic. Start-up left out.\n")
    say("| capture | statistic | more | decoded because of it | at the end | without both |")
    say("|---|---|---|---|---|---|")
    for name, capture in captures.items():
        counts = result["statistics"][name] = {statistic: statistics_share(pending, name, statistic) for statistic in asked}
        alone = counts["nothing"]
        for statistic, count in counts.items():
            more = {key: count[key] - alone[key] for key in count}
            columns = more["all"], more["decoded"], more["printed"], more["all"] - more["decoded"] - more["printed"]
            if statistic != "nothing":
                say(f"| {name} | `{statistic}` | "
                    + " | ".join(f"{one / capture.packets:+.0f} ({one / alone['all']:+.2%})" for one in columns) + " |")


def statistics_share(pending, name, statistic):
    """Start-up left out: all instructions, what is decoded because of the plugin, and what is done when the file is through."""
    now, before = (pending[one, statistic].result() for one in (name, ""))
    return {"all": now.total - before.total, "decoded": now.decoded() - before.decoded(), "printed": now.printed() - before.printed()}


def printed_more(name, profiles, alone):
    """What printing impsvc's statistics takes more than printing those that Wireshark alone is asked for."""
    ours = profiles[name, "tree"].result().printed() - profiles["", "tree"].result().printed()
    return ours - (alone[name].result().printed() - alone[""].result().printed())


def show_row(name, mode, packets, total, own, decoded, printed, others):
    """A row of Markdown, so that README.md can have it as it is."""
    alone = total["alone"]
    added = [f"{(total[who] - alone) / packets:+.0f} ({total[who] / alone - 1:+.2%})" for who in others]
    say(f"| {name} | {mode} | {alone / packets:.0f} | {own / packets:.0f} ({own / alone:.2%}) | "
        f"{decoded / packets:.0f} ({decoded / alone:.2%}) | {printed / packets:.0f} ({printed / alone:.2%}) | "
        + " | ".join(added) + " |")


def user_time(variant, *arguments):
    """Seconds of the processor, outside the kernel, that a tshark takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    variant.run(*arguments)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def part_loading(bench, result):
    # The cheapest tshark that loads and registers plugins: it prints its version and ends.
    both, asked = (bench.alone, bench.ours), ("--version",)
    alone, ours = bench.workers.map(lambda one: one.count(*asked), both)
    times = [[user_time(one, *asked) * 1000 for one in both] for _ in range(RUNS)]
    middle = [statistics.median(column) for column in zip(*times)]
    least = [min(column) for column in zip(*times)]
    # Held against the budget is what the instructions are worth: beside other load the clock is off by more than that.
    worth = (ours / alone - 1) * middle[0]
    result["loading"] = {"instructions": ours - alone, "of": alone, "milliseconds": worth,
                         "median_milliseconds": middle[1] - middle[0], "least_milliseconds": least[1] - least[0]}
    say(f"\nloading: {ours - alone} more instructions in tshark --version ({alone} alone, {ours / alone - 1:+.2%}, "
        f"worth {worth:.1f} ms)")
    say(f"user time of {RUNS} runs: median {middle[0]:.1f} ms alone, {middle[1]:.1f} ms with the plugin, "
        f"{middle[1] - middle[0]:+.1f}; least {least[0]:.1f}, {least[1]:.1f}, {least[1] - least[0]:+.1f}")


def part_baseline(bench, result):
    if bench.packets != PACKETS:
        sys.exit(f"the baseline is for {PACKETS} packets")
    if not set(OWN_CAPTURES) <= set(result["captures"]):
        sys.exit("the baseline wants all captures")
    kept = {key: result[key] for key in ("made_with", "captures", "own")}
    kept["captures"] = {name: kept["captures"][name] for name in OWN_CAPTURES}
    kept["own"] = {name: kept["own"][name] for name in (*OWN_CAPTURES, "loading")}
    path = baseline_path(result["made_with"])
    before = json.loads(path.read_text(encoding="utf-8"))["missed"] if path.is_file() else []
    kept["missed"] = judge.missed(result, before)
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    say(f"\nwritten: {path}")


def judged(result, baseline, known):
    """Say what the figures are worth; the findings that make the run fail. known: budgets of which that is no news."""
    wrong = []
    if baseline is None:
        say(f"\nno baseline for Wireshark {result['made_with']['wireshark'].rpartition('.')[0]}, or not for so many packets: "
            "only the budgets are checked")
    elif reason := judge.not_comparable(result, baseline):
        say(f"\nnot compared with the baseline: {reason}")
        baseline = None
    else:
        if baseline["made_with"]["wireshark"] != result["made_with"]["wireshark"]:
            say(f"\nthe baseline was made with Wireshark {baseline['made_with']['wireshark']}, this is "
                f"{result['made_with']['wireshark']}: functions of Wireshark's may have changed")
        say("")
        for name in judge.other_traffic(result, baseline):
            wrong.append(f"{name}: other traffic than the baseline's: renew the baseline (README.md)")
            say(wrong[-1])
        for change in judge.compare(result, baseline):
            say(str(change))
            if change.worse:
                wrong.append(str(change))
    say("")
    for budget in judge.budgets(result):
        say(f"{budget}{', as the baseline says' if budget.over and budget.name in known else ''}")
        if budget.over and budget.name not in known:
            wrong.append(str(budget))
    return wrong


def main():
    options = argparse.ArgumentParser(description="Counts what the plugin costs: see the head of this file.")
    options.add_argument("--packets", type=int, default=PACKETS, help="of each capture made (%(default)s)")
    options.add_argument("--jobs", type=int, default=1, help="valgrinds at once (%(default)s)")
    options.add_argument("--json", type=Path, help="write the figures there")
    options.add_argument("parts", nargs="+", metavar="PART", help=", ".join(PARTS) + "; or a capture")
    given = options.parse_args()
    captures = [part for part in given.parts if part in traffic.MAKERS]
    parts = [part for part in given.parts if part not in captures]
    if wrong := [part for part in parts if part not in PARTS]:
        options.error(f"no part is called {', '.join(wrong)}")
    if "baseline" in parts and "own" not in parts:
        parts.insert(0, "own")
    try:
        with contextlib.closing(Bench(given.packets, given.jobs)) as bench:
            bench.wanted_captures = captures
            result = {"made_with": bench.made_with(), "captures": {}, "own": {}}
            say(", ".join(f"{key.replace('_', ' ')} {value or 'none'}" for key, value in result["made_with"].items()))
            for part in PARTS:
                if part in parts:
                    globals()["part_" + part](bench, result)
    except NoCounting as reason:
        say(f"nothing is counted: {reason}")
        sys.exit(SKIPPED)
    except RunFailed as failure:
        sys.exit(f"bench.py: {failure}")
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    path = baseline_path(result["made_with"])
    baseline = json.loads(path.read_text(encoding="utf-8")) if given.packets == PACKETS and path.is_file() else None
    if wrong := judged(result, baseline, known_missed()):
        sys.exit("\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()
