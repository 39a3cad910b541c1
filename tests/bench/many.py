#!/usr/bin/env python3
# What impsvc collect costs for many captures, in seconds of the processor, against a tshark for each.
#
#   many.py [--small N] [--large N] [--copies N] [--json FILE] [PART ...]       parts: small large merged workers; the first three by default
#
#   small    1000 captures of some 100 packets: a tshark for each tenth, collect into SQLite and into PostgreSQL, once more, query
#   large    10 captures of 32 clusters each, 150 000 packets: the same, and a tshark for each
#   merged   one tshark on all small ones together, and one on all large ones
#   workers  collect with one worker and with two, by the clock: when nothing else is done on this machine
#
# A tshark is "tshark -2 -q -z impsvc,records". What PostgreSQL's own processes take counts for the database. README.md here says more.
# The plugin comes from the build folder, or from IMPSVC_BUILD_DIR.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import contextlib
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

import many_captures
import traffic

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "helpers"))
from places import BUILD
from postgres import Postgres
from run_tshark import Wireshark, as_ordinary_user

PARTS = ("small", "large", "merged", "workers")
EACH = {"small": 10, "large": 1}        # a tshark for each so many of them
TURNS = 2               # of tshark and collect, as a machine with other work is now slower, now faster: the lower figure of each counts
TABLES = ("captures", "names", "interfaces", "sightings", "flows")


def say(text):
    print(text, flush=True)


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def processor(figures, name):
    """Seconds of the processor that all children take meanwhile."""
    before = children()
    yield
    figures[name] = children() - before


class Bench:
    def __init__(self, folder, options):
        self.folder, self.wireshark, self.result = folder, Wireshark(BUILD / "plugins"), {}
        # As a user's, with the tables of names, which the tests do without.
        self.environment = {name: value for name, value in self.wireshark.environment().items() if name != "WIRESHARK_DATA_DIR"}
        self.made = many_captures.make(folder, options.small, options.large, options.copies)
        for kind, (files, packets, size) in self.made.items():
            say(f"{kind}: {files} captures, {packets} packets, {size / 1e6:.1f} MB")
        self.number = 0

    def captures(self, kind):
        return sorted((self.folder / kind).iterdir())

    def tshark(self, path):
        subprocess.run([*as_ordinary_user(), "tshark", "-2", "-q", "-r", path, "-z", "impsvc,records"], check=True, cwd=self.wireshark.folder,
                       env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def impsvc(self, *arguments):
        """Runs it with a clock in it; what that says."""
        self.number += 1
        figures = self.folder / f"figures-{self.number}.json"
        done = subprocess.run([sys.executable, HERE / "many_inside.py", figures, BUILD, *map(str, arguments)], check=False,
                              env={**self.environment, "WIRESHARK_PLUGIN_DIR": "", "HOME": str(self.folder)}, capture_output=True,
                              encoding="utf-8", stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 1):       # 1: something is blocked
            sys.exit(f"impsvc {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr}")
        return json.loads(figures.read_text(encoding="utf-8"))

    def collect(self, kind, database, server=lambda: 0.0):
        """Collects them, once more, and asks; figures. server is what the database's own processes have taken."""
        found = {}
        for name, arguments in (("collect", ("collect", "--jobs", 1, "--db", database, self.folder / kind)),
                                ("again", ("collect", "--jobs", 1, "--db", database, self.folder / kind)),
                                ("query", ("query", "--db", database, "--format", "csv"))):
            before = server()
            with processor(found, name):
                inside = self.impsvc(*arguments)
            of_server = server() - before
            found[name] += of_server
            if name == "collect":
                found.update(inside, database=inside["database"] + of_server, server=of_server)
        return found


def seconds_of(pid):
    """What a process and its children, those that have ended and those that have not, have taken."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            if stat.parent.name == str(pid):
                ticks += sum(map(int, words[11:15]))
            elif words[1] == str(pid):
                ticks += sum(map(int, words[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def size_of_sqlite(path):
    """{table: rows}, and bytes of the file."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        rows = {table: connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in TABLES}
    return rows, sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*"))


def size_of_postgres(server):
    """{table: (rows, bytes with its indexes)}."""
    server.rows("VACUUM ANALYZE")
    return {table: [int(number) for number in server.rows(f"SELECT (SELECT COUNT(*) FROM {table}), pg_total_relation_size('{table}')")[0].split("|")]
            for table in TABLES}


def show(kind, figures, made):
    files, packets, _ = made
    each = figures["tshark"] / files
    for name in [name for name in ("sqlite", "postgres") if name in figures]:
        one = figures[name]
        say(f"  collect, {name}: {one['collect']:.2f} s, {one['collect'] / files * 1000:.1f} ms a capture, {each * files / one['collect']:.2f} times "
            f"cheaper than a tshark for each ({one['collect'] / figures['tshark'] - 1:+.1%})")
        say(f"    of it: sharkd and impsvc-merge {one['children']:.2f} s, impsvc {one['impsvc']:.2f} s, PostgreSQL {one['server']:.2f} s; joining "
            f"{one['joining']:.2f} s; database {one['database']:.2f} s, {one['database'] / one['collect']:.1%}")
        say(f"    once more: {one['again']:.2f} s, {one['again'] / files * 1000:.2f} ms a capture; query: {one['query']:.2f} s")
        say(f"    memory: impsvc at most {one['peak'] / 1e6:.0f} MB; after so many captures impsvc and sharkd had, in MB: "
            + ", ".join(f"{number}: {ours / 1e6:.0f} {theirs / 1e6:.0f}" for number, ours, theirs in one["memory"][::4] + one["memory"][-1:]))
    rows, size = figures["size"]["sqlite"]
    say(f"  SQLite: {size / 1e6:.1f} MB, {size / max(rows['sightings'], 1):.0f} bytes a sighting and its flow; "
        + ", ".join(f"{count} {table}" for table, count in rows.items()))
    if "postgres" in figures:
        say("  PostgreSQL: " + ", ".join(f"{table} {size / max(count, 1):.0f} bytes a row" for table, (count, size) in figures["size"]["postgres"].items()))


def measure(bench, kind):
    """Small or large ones."""
    figures = bench.result[kind] = {"made": bench.made[kind]}
    some = bench.captures(kind)[::EACH[kind]]
    turns = []
    for turn in range(TURNS):
        taken, path = {}, bench.folder / f"{kind}-{turn}.db"
        with processor(taken, "tshark"):
            for capture in some:
                bench.tshark(capture)
        turns.append((taken["tshark"] * len(bench.captures(kind)) / len(some), bench.collect(kind, path)))
    figures["tshark"] = min(tshark for tshark, _ in turns)
    figures["sqlite"] = min((ours for _, ours in turns), key=lambda ours: ours["collect"])
    figures["size"] = {"sqlite": size_of_sqlite(path)}
    say(f"\n{kind}\n  a tshark for each{' (of one in ten)' if len(some) < bench.made[kind][0] else ''}: {figures['tshark']:.2f} s, "
        f"{figures['tshark'] / bench.made[kind][0] * 1000:.1f} ms each")
    with contextlib.suppress(pytest.skip.Exception), Postgres() as server:     # without PostgreSQL there are no figures of it
        figures["postgres"] = bench.collect(kind, server.url, lambda: (time.sleep(1), seconds_of(server.postmaster.pid))[1])
        figures["size"]["postgres"] = size_of_postgres(server)
    show(kind, figures, bench.made[kind])


def merged(bench):
    """One tshark on all of a kind."""
    figures = bench.result["merged"] = {}
    for kind in EACH:
        path = bench.folder / f"merged-{kind}.pcapng"
        # A thousand files are more than some machines let one program have open.
        subprocess.run(["mergecap", "-F", "pcapng", "-w", path, *bench.captures(kind)], check=True,
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
        path.chmod(0o644)
        with processor(figures, kind):
            bench.tshark(path)
        say(f"\none tshark on all {kind} ones together: {figures[kind]:.2f} s")
        path.unlink()


def workers(bench):
    """By the clock; the runs take turns, and the shortest of each counts."""
    figures = bench.result["workers"] = {"load before": os.getloadavg()[0]}
    for kind in EACH:
        clock = {1: [], 2: []}
        for turn in range(3):
            for jobs, times in clock.items():
                path = bench.folder / f"workers-{kind}-{turn}-{jobs}.db"
                began = time.monotonic()
                bench.impsvc("collect", "--jobs", jobs, "--db", path, bench.folder / kind)
                times.append(time.monotonic() - began)
        figures[kind] = clock
        say(f"\n{kind}, by the clock: {min(clock[1]):.2f} s with one worker, {min(clock[2]):.2f} s with two: {min(clock[1]) / min(clock[2]):.2f} times as "
            f"fast on {os.cpu_count()} processors; load before {figures['load before']:.1f}")


def main():
    parser = argparse.ArgumentParser(description="What impsvc collect costs for many captures.")
    for name, number in (("small", 1000), ("large", 10), ("copies", 32)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--json", type=Path)
    parser.add_argument("parts", nargs="*", metavar="PART")
    options = parser.parse_args()
    wrong = [part for part in options.parts if part not in PARTS]
    if wrong:
        parser.error(f"no part is called {' or '.join(wrong)}: there are {', '.join(PARTS)}")
    folder = Path(tempfile.mkdtemp(prefix="impsvc-many-"))
    folder.chmod(0o755)
    bench = None
    try:
        bench = Bench(folder, options)
        for part in options.parts or PARTS[:3]:
            if part in EACH:
                measure(bench, part)
            else:
                {"merged": merged, "workers": workers}[part](bench)
            if options.json:
                options.json.write_text(json.dumps(bench.result, indent=1), encoding="utf-8")
    except traffic.TrafficMissing as missing:
        sys.exit(str(missing))
    finally:
        if bench:
            bench.wireshark.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
