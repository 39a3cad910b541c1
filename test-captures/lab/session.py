# SPDX-License-Identifier: GPL-2.0-or-later
"""A run of the lab: make the network, play the recordings one by one, put the results in place, clean up."""
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import certificates
import derived
import flows
import lab
import network
import pcapng
import programs
import provenance
import resolver
import topology

LAB = Path(__file__).resolve().parent
CAPTURES = LAB.parent
CLUSTER = "cluster.pcapng"
# Not merged into the cluster's day: no node takes part, or most packets are there twice, from both sides of a firewall.
APART = ("port-scan", "unrelated-host", "firewall-")  # how their names begin


class Session:
    def __init__(self, folder, kind=network.Network):
        self.folder = folder
        self.network = kind()
        self.tracker = flows.Tracker(self.network, folder)
        self.runner = programs.Runner(self.network, folder / "session", folder / "session" / "keys.log")
        self.authority = None
        self.preload = None

    def open(self):
        self.runner.folder.mkdir()
        (self.folder / "resolv.conf").write_text(resolver.resolv_conf())
        for host in topology.HOSTS.values():
            (self.folder / f"hosts-{host.name}").write_text(topology.own_hosts_file(host))
        self.authority = certificates.Authority(self.folder)
        self.preload = lab.compile_key_log(LAB / "keylog.c", self.folder)
        self.network.create()
        self.tracker.start()
        resolver.start(self.runner)

    def close(self):
        self.runner.stop_all()
        self.tracker.stop()
        self.network.remove()


def record(recordings):
    """Record them all; return how many failed. A failed one leaves its older capture as it was."""
    failures = 0
    one_processor()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="impsvc-lab-") as folder:
        os.chmod(folder, 0o755)
        session = Session(Path(folder))
        try:
            session.open()
            for number, recording in enumerate(recordings, 1):
                print(f"[{number}/{len(recordings)}] {recording.name} ", end="", flush=True)
                failures += not attempt(session, recording)
        finally:
            session.close()
    finish()
    return failures


def attempt(session, recording):
    begun = time.monotonic()
    one = lab.Lab(session, recording)
    try:
        capture, rows = one.record()
    except Exception as reason:  # whatever it is, the other recordings go on
        print(f"FAILED: {type(reason).__name__}: {reason}", flush=True)
        for words in one.evidence:
            print(f"  {words}", flush=True)
        return False
    path = CAPTURES / f"{recording.name}.pcapng"
    pcapng.write(path, capture)
    others = [flow for flow in flows.read(CAPTURES / "flows.csv") if flow.capture != path.name]
    flows.write(CAPTURES / "flows.csv", others + rows)
    undeclared = sum(not flow.entry for flow in rows)
    print(f"{len(capture.packets)} packets, {path.stat().st_size} bytes, {len(rows)} flows"
          f"{f' ({undeclared} of no entry)' if undeclared else ''}, {time.monotonic() - begun:.1f} s", flush=True)
    return True


def finish():
    """What is made of all captures: the derived ones, the cluster's, the hosts file and README.md's table."""
    derived.write_all(CAPTURES)
    write_cluster()
    (CAPTURES / "hosts").write_text(topology.hosts_file())
    write_readme()


def write_cluster():
    paths = [path for path in recorded() if path.name != CLUSTER]
    captures = [pcapng.read(path) for path in paths]
    described = [json.loads(capture.comment) for capture in captures]
    entries = {entry for facts in described for entry in facts["entries"]}
    merged = pcapng.merge(captures, json.dumps({
        "title": "a cluster's day: all recorded captures in which a node takes part, in time order",
        "entries": sorted(entries, key=lambda entry: [int(part) for part in entry.split(".")]),
        "programs": ["those of the captures it is made of"],
        "command": "test-captures/lab/record",
        "real": "as in the captures it is made of",
        "made up": "as in the captures it is made of",
    }))
    pcapng.write(CAPTURES / CLUSTER, merged)
    print(f"{CLUSTER}: {len(merged.packets)} packets, {(CAPTURES / CLUSTER).stat().st_size} bytes")


def recorded():
    """Captures with a node in them, without those made from others."""
    return [path for path in sorted(CAPTURES.glob("*.pcapng"))
            if not path.stem.startswith(APART) and path.stem not in derived.DERIVED]


def write_readme():
    readme = CAPTURES / "README.md"
    readme.write_text(provenance.with_table(readme.read_text(), CAPTURES))


def check_readme():
    readme = (CAPTURES / "README.md").read_text()
    return readme == provenance.with_table(readme, CAPTURES)


def one_processor():
    """On one processor a segment and its acknowledgement cannot overtake each other on their way to dumpcap."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
