# The README's recipes, run as they are printed, and with them the scripts of tools/examples: with a capture of the lab's for CAPTURE,
# the loopback interface or that capture for eth0, and something small that takes what Elasticsearch would. That the Japanese README
# has the same ones is for tests/package/test_readme_languages.py.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import csv
import functools
import http.server
import ipaddress
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import pytest

from expert_items import WARNINGS, any_of
from places import BUILD, CAPTURES, CLUSTER, SOURCE, need
from run_tshark import TIMEOUT, as_ordinary_user

sys.path.insert(0, str(SOURCE / "tools" / "packaging"))
from readme import parts

NUMBERS = {"short": 2 ** 15, "integer": 2 ** 31, "long": 2 ** 63}
# A word that only this recipe has.
KINDS = ("-E header=y", "-T json", "-z ", "into-elasticsearch", "-l -n -i eth0", "ssh firewall", "flows-as-json",
         "watch-problems")


def code_lines(blocks):
    for block in blocks:
        yield from block.lines if block.kind == "code" else []
        yield from code_lines(block.blocks)


@pytest.fixture(scope="module")
def recipe():
    """A function from a kind to its command."""
    part = [part for part in parts((SOURCE / "README.md").read_text(encoding="utf-8")) if part.name == "recipes"][0]
    found = {}
    for line in code_lines(part.blocks):
        kinds = [kind for kind in KINDS if kind in line]
        assert len(kinds) == 1 and kinds[0] not in found, f"no test knows this recipe: {line}"
        found[kinds[0]] = line
    assert set(found) == set(KINDS) >= {path.name for path in (SOURCE / "tools/examples").iterdir()}
    return found.__getitem__


@pytest.fixture(scope="module")
def kitchen(wireshark):
    """A folder where the ordinary user may write, with capture and tools as the README has them."""
    folder = wireshark.folder / "kitchen"
    shutil.copytree(SOURCE / "tools/examples", folder / "tools/examples")
    shutil.copy(CLUSTER, folder)
    shutil.copy(SOURCE / "tools/ek-mapping", folder / "tools")
    for name in ("tools/impsvc", "catalog/profile"):
        shutil.copytree(SOURCE / name, folder / name)
    shutil.copy(SOURCE / "CMakeLists.txt", folder)
    subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
    folder.chmod(0o777)
    return folder


def exchange(line, *pairs):
    """A recipe with something else in the place of what only its reader has."""
    for old, new in pairs:
        assert old in line, (old, line)
        line = line.replace(old, str(new))
    return line


def cook(wireshark, kitchen, line, **options):
    """Run a line in a shell; what it prints."""
    done = subprocess.run([*as_ordinary_user(), "bash", "-o", "pipefail", "-c", line], env=wireshark.environment(), cwd=kitchen,
                          timeout=TIMEOUT, capture_output=True, encoding="utf-8", **{"stdin": subprocess.DEVNULL, **options})
    assert done.returncode == 0, f"{line}: {done.stderr}"
    return done.stdout


def told(wireshark, *names, only="impsvc"):
    return wireshark.fields(CLUSTER, names, "-2", "-Y", only)


def test_a_table_for_a_spreadsheet(recipe, wireshark, kitchen):
    text = cook(wireshark, kitchen, exchange(recipe("-E header=y"), ("CAPTURE", "cluster.pcapng")))
    rows = list(csv.DictReader(text.splitlines()))
    wanted = told(wireshark, "frame.time_epoch", "impsvc.entry", "impsvc.service", "impsvc.confidence")
    assert [(row["impsvc.entry"], row["impsvc.service"], row["impsvc.confidence"]) for row in rows] == \
        [(row["impsvc.entry"][0], row["impsvc.service"][0], row["impsvc.confidence"][0]) for row in wanted]
    assert len(rows) > 3000 and None not in rows[0] and rows[0]["ip.src"]


def test_services_from_json(recipe, wireshark, kitchen):
    need("jq")
    text = cook(wireshark, kitchen, exchange(recipe("-T json"), ("CAPTURE", "cluster.pcapng")))
    counts = {}
    for row in told(wireshark, "impsvc.entry", "impsvc.service"):
        name = f"{row['impsvc.entry'][0]} {row['impsvc.service'][0]}"
        counts[name] = counts.get(name, 0) + 1
    assert {name: int(count) for count, name in (line.split(None, 1) for line in text.splitlines())} == counts


def test_statistics_of_a_part(recipe, wireshark, kitchen):
    text = cook(wireshark, kitchen, exchange(recipe("-z "), ("CAPTURE", "cluster.pcapng")))
    sure = len(told(wireshark, "frame.number", only="impsvc.confidence >= 3"))
    tables = [line for line in text.splitlines() if re.match(r"\s*Table \d+: ", line)]
    assert sum(int(re.search(r"\s{2,}(\d+)\s", line)[1]) for line in tables) == sure > 1000
    flows = [line.split(" |") for line in text.splitlines() if re.match(r"\s*\d+ \|", line)]
    assert flows and {flow[1].strip().split(".")[0] for flow in flows} == {"22"}
    inbound = told(wireshark, "tcp.stream", "udp.stream", only='impsvc.table == 22 and impsvc.flow == "inbound" and !icmp and !icmpv6')
    assert len(flows) == len({(*row["tcp.stream"], "udp", *row["udp.stream"]) for row in inbound})


class Shelf(http.server.BaseHTTPRequestHandler):
    """Takes what is put or posted."""

    def take(self):
        body = self.rfile.read(int(self.headers["Content-Length"])) if "Content-Length" in self.headers else self.chunks()
        self.server.taken.append((self.command, self.path, self.headers["Content-Type"], body.decode()))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def chunks(self):
        body = b""
        while True:
            size = int(self.rfile.readline(), 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return body

    do_PUT = do_POST = take

    def log_message(self, *_):
        pass


@pytest.fixture
def shelf():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shelf) as server:
        server.taken = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def misfits(layer, properties, path):
    """Values of a document that an index with these properties would refuse, or would not know."""
    for name, value in layer.items():
        known = properties.get(name)
        for one in value if isinstance(value, list) else [value]:
            if known is None:
                yield f"{path}{name}: not in the mapping"
            elif "properties" in known:
                yield from misfits(one, known["properties"], f"{path}{name}.")
            elif isinstance(one, dict):
                yield f"{path}{name}: an object, not {known['type']}"
            elif one is not None and known["type"] in NUMBERS and not -NUMBERS[known["type"]] <= int(one) < NUMBERS[known["type"]]:
                yield f"{path}{name}: {one} is no {known['type']}"
            elif one is not None and known["type"] not in (*NUMBERS, "keyword"):
                yield f"{path}{name}: no test for {known['type']}"


def test_every_field_goes_into_elasticsearch(recipe, wireshark, kitchen, shelf):
    need("curl")
    here = f"127.0.0.1:{shelf.server_address[1]}"
    line = exchange(recipe("into-elasticsearch"), ("localhost:9200", here), ("CAPTURE", "cluster.pcapng"))
    assert cook(wireshark, kitchen, line) == "{}{}"
    (method, path, kind, template), (posted, bulk, bulk_kind, lines) = shelf.taken
    assert (method, path, kind) == ("PUT", "/_index_template/impsvc", "application/json")
    assert (posted, bulk, bulk_kind) == ("POST", "/_bulk", "application/x-ndjson")
    template = json.loads(template)
    assert set(template) == {"index_patterns", "template"} and template["index_patterns"] == ["packets-*"]
    properties = template["template"]["mappings"]["properties"]["layers"]["properties"]
    lines = [json.loads(line) for line in lines.splitlines()]
    actions, documents = lines[::2], lines[1::2]
    assert all(set(action) == {"index"} and set(action["index"]) == {"_index"} and action["index"]["_index"].startswith("packets-")
               for action in actions), "Elasticsearch 8 takes nothing but the index's name"
    assert len(documents) == len(told(wireshark, "frame.number"))
    seen = set()
    for document in documents:
        layer = document["layers"]["impsvc"]
        assert list(misfits(layer, properties["impsvc"]["properties"], "")) == []
        assert document["timestamp"].isdigit()
        seen |= set(layer)
        for other in ("ip", "ipv6"):
            for end in ("src", "dst"):
                values = document["layers"].get(other, {}).get(f"{other}_{other}_{end}", [])
                for value in values if isinstance(values, list) else [values]:
                    ipaddress.ip_address(value)
    text = {name for name, known in properties["impsvc"]["properties"].items() if known.get("type") == "keyword"}
    assert len(seen & text) >= 12 and "_ws_expert" in seen
    left_out = json.loads(wireshark.run("-G", "elastic-mapping", "--elastic-mapping-filter", "impsvc"))
    assert text & set(left_out["mappings"]["properties"]["layers"]["properties"]["impsvc"]["properties"]) <= {"impsvc_impsvc_payload"}


@functools.lru_cache
def mapping(*arguments):
    """What tools/ek-mapping prints, and the properties in it of what -T ek prints of us."""
    done = subprocess.run([SOURCE / "tools/ek-mapping", *arguments], stdout=subprocess.PIPE, check=True,
                          env={**os.environ, "IMPSVC_BUILD": str(BUILD)})
    template = json.loads(done.stdout)
    return template, template["template"]["mappings"]["properties"]["layers"]["properties"]["impsvc"]["properties"]


@pytest.mark.parametrize("capture", sorted(CAPTURES.glob("*.pcapng")), ids=lambda path: path.stem)
def test_the_mapping_fits_every_capture(wireshark, capture):
    found, (_, properties) = [], mapping()
    for line in wireshark.read(capture, "-2", "-Y", "impsvc", "-T", "ek", "-J", "impsvc").splitlines()[1::2]:
        found += misfits(json.loads(line)["layers"]["impsvc"], properties, "")
    assert found == []


def test_the_mapping_has_every_field(wireshark):
    template, properties = mapping("--index", "imp-*")
    registered = re.findall(r"^F\t[^\t]*\t(impsvc\.[^\t]*)\t", wireshark.run("-G", "fields", marks=()), re.MULTILINE)
    names = {"impsvc_" + name.replace(".", "_") for name in registered}
    known = {*properties, *properties["_ws_expert"]["properties"]}
    assert template["index_patterns"] == ["imp-*"] and len(names) > 20
    assert names == {name for name in known if not name.startswith("_ws_expert")}


@contextlib.contextmanager
def own_network(wireshark, kitchen):
    """What to put before a command that may capture on a loopback interface which nobody else uses; skips where that cannot be."""
    before = ["unshare", "--map-user=65534", "--map-group=65534", "--keep-caps", "--net"]
    need("unshare", "ip", "dumpcap")
    tried = subprocess.run([*before, "bash", "-c", "ip link set lo up && dumpcap -D"], env=wireshark.environment(), cwd=kitchen,
                           capture_output=True, encoding="utf-8", timeout=30)
    if tried.returncode or "lo" not in tried.stdout:
        pytest.skip(f"no network of one's own to capture in: {tried.stderr.strip().splitlines()[-1:]}")
    yield before


KNOCK = """
import socket, sys, time
end = time.monotonic() + 30
while time.monotonic() < end:
    for port in (5222, 7400):
        try: socket.create_connection(("127.0.0.1", port), 1)
        except OSError: pass
    time.sleep(0.3)
"""


def test_live_from_an_interface(recipe, wireshark, kitchen):
    line = exchange(recipe("-l -n -i eth0"), ("-i eth0", "-i lo -c 200"))
    with own_network(wireshark, kitchen) as before:
        shell = f"ip link set lo up; {sys.executable} -c '{KNOCK}' & trap 'kill $!' EXIT; {line} | head -n 4"
        done = subprocess.run([*before, "bash", "-c", shell], env=wireshark.environment(), cwd=kitchen, timeout=60,
                              capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)
    rows = {tuple(row.split("\t")[:3]) for row in done.stdout.splitlines()}
    assert rows == {("127.0.0.1", "127.0.0.1", "22.1"), ("127.0.0.1", "127.0.0.1", "22.4")}, done.stderr


def test_live_from_another_machines_tcpdump(recipe, wireshark, kitchen):
    """What arrives is told while the pipe is open."""
    line = exchange(recipe("ssh firewall"), ("ssh firewall tcpdump -i eth1 -U -w -", "(cat cluster.pcapng; sleep 20)"))
    process = subprocess.Popen([*as_ordinary_user(), "bash", "-c", line], env=wireshark.environment(), cwd=kitchen,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True)
    began, rows = time.monotonic(), []
    try:
        while len(rows) < 100:
            rows.append(process.stdout.readline().rstrip("\n").split("\t"))
        assert time.monotonic() - began < 19
    finally:
        subprocess.run(["kill", "--", f"-{process.pid}"], check=False)
        process.communicate()
    wanted = wireshark.fields(CLUSTER, ["frame.number", "impsvc.entry", "impsvc.service"], "-Y", "impsvc.confidence >= 3", "-n")
    assert rows == [[row["frame.number"][0], row["impsvc.entry"][0], row["impsvc.service"][0]] for row in wanted[:100]]


def test_flows_from_sharkd(recipe, wireshark, kitchen):
    need("sharkd")
    text = cook(wireshark, kitchen, exchange(recipe("flows-as-json"), ("CAPTURE", "cluster.pcapng")))
    answers = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert [answer["id"] for answer in answers] == [1, 2]
    table = answers[1]["result"]["taps"][0]
    assert [field["c"] for field in table["fields"]][:3] == ["Flow", "Entry", "Service"]
    report = wireshark.read(CLUSTER, "-2", "-q", "-z", "impsvc,flows")
    assert len(table["tables"][0]["i"]) == len(re.findall(r"^\s*\d+ \|", report, re.MULTILINE)) > 100


def test_problems_watched_in_a_ring_of_files(recipe, wireshark, kitchen):
    need("dumpcap")
    shutil.rmtree(kitchen / "ring", ignore_errors=True)
    (kitchen / "ring").mkdir()
    (kitchen / "ring").chmod(0o777)
    line = exchange(recipe("watch-problems"), (" eth0 ", " - "), (" >> problems.csv", " ring/impsvc.pcapng 300 >> ring/problems.csv"))
    with open(CLUSTER, "rb") as packets:
        feed = subprocess.Popen(["cat"], stdin=packets, stdout=subprocess.PIPE)
        cook(wireshark, kitchen, line, stdin=feed.stdout)
        feed.stdout.close()
        feed.wait(10)
    rows = list(csv.reader((kitchen / "ring/problems.csv").read_text(encoding="utf-8").splitlines()))
    assert len(list((kitchen / "ring").glob("impsvc_*.pcapng"))) >= 3
    nodes = ["-o", 'uat:impsvc_nodes:"10.10.1.0/24","IM and Presence publisher",""']
    wanted = wireshark.fields(CLUSTER, ["frame.time_epoch", "impsvc.entry"], "-2", *nodes, "-Y",
                              any_of(WARNINGS))
    missing = {row["frame.time_epoch"][0] for row in wanted} - {row[0] for row in rows}
    assert len(wanted) > 10 and len(missing) <= len(wanted) // 10, "only connections cut by a file's end are told worse"
    assert all(len(row) == 5 for row in rows) and any("for the local host only" in row[4] for row in rows)
