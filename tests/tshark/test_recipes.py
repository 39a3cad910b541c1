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
KINDS = ("packets-as-csv", "-T json", "-z ", "into-elasticsearch", "-l -n -i eth0", "ssh firewall", "flows-as-json",
         "watch-problems")
# Recipes that tests/engines and tests/many/test_sql_examples.py try.
TRIED_ELSEWHERE = {"collect-with-parallel", "collect-with-slurm", "sql"}


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
    assert set(found) == set(KINDS) >= {path.name for path in (SOURCE / "tools/examples").iterdir()} - TRIED_ELSEWHERE
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


WORDS = {"impsvc.direction": {"1": "request", "2": "reply"},
         "impsvc.confidence": {"1": "port", "2": "payload", "3": "learned node", "4": "configured node"}}
ADDRESSES = ("ip.src", "ipv6.src", "ip.dst", "ipv6.dst")


def has_both_families(pairs):
    """Whether each pair is of two addresses of one family, and there are pairs of both."""
    families = [{ipaddress.ip_address(address).version for address in pair} for pair in pairs]
    assert all(len(family) == 1 for family in families)
    return set.union(*families) == {4, 6}


def test_a_table_for_a_spreadsheet(recipe, wireshark, kitchen):
    """Nobody knows by heart what confidence 2 is, and a quarter of the packets is IPv6."""
    text = cook(wireshark, kitchen, exchange(recipe("packets-as-csv"), ("CAPTURE", "cluster.pcapng"), ("> packets.csv", "")))
    rows = list(csv.DictReader(text.splitlines()))
    names = {"Time": "frame.time_epoch", "Port": "impsvc.port", "Entry": "impsvc.entry", "Service": "impsvc.service",
             "Direction": "impsvc.direction", "Confidence": "impsvc.confidence"}
    wanted = told(wireshark, *names.values(), *ADDRESSES)
    assert [{title: row[title] for title in names} for row in rows] == \
        [{title: WORDS.get(name, {}).get(*(packet[name] or [""]) * 2) for title, name in names.items()} for packet in wanted]
    # The first address is the outer one, whose packet an ICMP error is.
    assert [[row["Source"], row["Destination"]] for row in rows] == \
        [[(packet[f"ip.{end}"] or packet[f"ipv6.{end}"])[0] for end in ("src", "dst")] for packet in wanted]
    assert len(rows) > 3000 and has_both_families([(row["Source"], row["Destination"]) for row in rows])


def test_a_table_has_all_columns_though_some_are_hidden_in_wireshark(recipe, wireshark, kitchen):
    """Wireshark 4.4 and later hide columns by their numbers, whichever these are; then words would stand under another's title."""
    settings = kitchen / "settings"
    settings.mkdir(exist_ok=True)
    (settings / "preferences").write_text("gui.column.hidden: %s\ngui.column.hide: 2,3\n", encoding="utf-8")
    subprocess.run(["chmod", "-R", "a+rX", settings], check=True)
    line = exchange(recipe("packets-as-csv"), ("CAPTURE > packets.csv", "cluster.pcapng 'impsvc and frame.number < 50'"))
    rows = list(csv.DictReader(cook(wireshark, kitchen, f"WIRESHARK_CONFIG_DIR={settings} {line}").splitlines()))
    assert len(rows) > 20 and {row["Direction"] for row in rows} == {"request", "reply"}
    assert all(ipaddress.ip_address(row["Source"]) and row["Confidence"] for row in rows)


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
    for address, port in (("127.0.0.1", 5222), ("::1", 7400)):
        try: socket.create_connection((address, port), 1)
        except OSError: pass
    time.sleep(0.3)
"""


def test_live_from_an_interface(recipe, wireshark, kitchen):
    line = exchange(recipe("-l -n -i eth0"), ("-i eth0", "-i lo -c 200"))
    with own_network(wireshark, kitchen) as before:
        shell = f"ip link set lo up; {sys.executable} -c '{KNOCK}' & trap 'kill $!' EXIT; {line} | head -n 4"
        done = subprocess.run([*before, "bash", "-c", shell], env=wireshark.environment(), cwd=kitchen, timeout=60,
                              capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)
    assert set(done.stdout.splitlines()) == {
        "127.0.0.1\t\t127.0.0.1\t\tIM and Presence, XMPP client access (22.1), request",
        "\t::1\t\t::1\tIM and Presence, XCP router master access (22.4), request"}, done.stderr


def far_machine(kitchen):
    """A folder for PATH with an ssh to this machine, in which tcpdump writes down what it was called with and sends the capture."""
    folder = kitchen / "far"
    folder.mkdir(exist_ok=True)
    for name, script in (("ssh", 'shift; SSH_CLIENT="10.10.9.2 50022 22" exec sh -c "$*"'),
                         ("tcpdump", f'echo "$@" >{kitchen}/tcpdump.asked; cat {kitchen}/cluster.pcapng; sleep 20')):
        (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def test_live_from_another_machines_tcpdump(recipe, wireshark, kitchen):
    """What arrives is told while the pipe is open; a capture of the ssh connection that carries it would grow for ever."""
    environment = wireshark.environment()
    environment["PATH"] = f"{far_machine(kitchen)}:{environment.get('PATH', os.environ['PATH'])}"
    process = subprocess.Popen([*as_ordinary_user(), "bash", "-c", recipe("ssh firewall")], env=environment, cwd=kitchen,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True)
    began, rows, wanted = time.monotonic(), [], wireshark.fields(CLUSTER, [*ADDRESSES, "impsvc"], "-Y", "impsvc.confidence >= 3", "-n")
    enough = 1 + next(at for at, row in enumerate(wanted) if row["ipv6.src"])
    try:
        while len(rows) < enough:
            rows.append(process.stdout.readline().rstrip("\n").split("\t"))
        assert time.monotonic() - began < 19
    finally:
        subprocess.run(["kill", "--", f"-{process.pid}"], check=False)
        process.communicate()
    assert rows == [[",".join(row[name]) for name in (*ADDRESSES, "impsvc")] for row in wanted[:enough]]
    assert enough > 20 and all(re.fullmatch(r"IM and Presence, .* \(\d+\.\d\), (request|reply)(: .*)?", row[4]) for row in rows)
    assert (kitchen / "tcpdump.asked").read_text(encoding="utf-8") == "-i eth1 -U -w - not tcp port 50022\n"


def test_flows_from_sharkd(recipe, wireshark, kitchen):
    need("sharkd")
    text = cook(wireshark, kitchen, exchange(recipe("flows-as-json"), ("CAPTURE", "cluster.pcapng")))
    answers = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert [answer["id"] for answer in answers] == [1, 2]
    table = answers[1]["result"]["taps"][0]
    assert [field["c"] for field in table["fields"]][:3] == ["Flow", "Entry", "Service"]
    report = wireshark.read(CLUSTER, "-2", "-q", "-z", "impsvc,flows")
    assert len(table["tables"][0]["i"]) == len(re.findall(r"^\s*\d+ \|", report, re.MULTILINE)) > 100


def watched(recipe, wireshark, kitchen, capture, nodes):
    """The rows that watch-problems prints when a capture comes in, for the cluster's nodes; and how many files there were."""
    need("dumpcap")
    shutil.rmtree(kitchen / "ring", ignore_errors=True)
    (kitchen / "ring").mkdir()
    (kitchen / "ring").chmod(0o777)
    line = exchange(recipe("watch-problems"), (" eth0 10.10.1.0/24 >> problems.csv", f" - {nodes} ring/impsvc.pcapng 300 >> ring/problems.csv"))
    with open(capture, "rb") as packets:
        feed = subprocess.Popen(["cat"], stdin=packets, stdout=subprocess.PIPE)
        cook(wireshark, kitchen, line, stdin=feed.stdout)
        feed.stdout.close()
        feed.wait(10)
    rows = list(csv.reader((kitchen / "ring/problems.csv").read_text(encoding="utf-8").splitlines()))
    assert {len(row) for row in rows} == {7}
    # The plugin's sentences name service and entry; what Wireshark's own dissectors say of these packets does not.
    assert [row[6] for row in rows if not re.search(r" \(\d+\.\d\)", row[6])] == []
    return rows, len(list((kitchen / "ring").glob("impsvc_*.pcapng")))


def test_problems_watched_in_a_ring_of_files(recipe, wireshark, kitchen):
    rows, files = watched(recipe, wireshark, kitchen, CLUSTER, "10.10.1.0/24")
    nodes = ["-o", 'uat:impsvc_nodes:"10.10.1.0/24","IM and Presence publisher",""']
    wanted = wireshark.fields(CLUSTER, ["frame.time_epoch", "impsvc.entry"], "-2", *nodes, "-Y",
                              any_of(item for item in WARNINGS if item != "impsvc.blocked"))
    missing = {row["frame.time_epoch"][0] for row in wanted} - {row[0] for row in rows}
    assert files >= 3 and len(wanted) > 10 and len(missing) <= len(wanted) // 10, "only connections cut by a file's end are told worse"
    assert any("for the local host only" in row[6] for row in rows)
    # Of the prefix "10.10.1.0/24" each host is called by its own address, not by a piece of the prefix.
    called = {name for row in rows for name in re.findall(r"(?:port \d+|listen) on (\S+?)(?:[:,]|$)", row[6])}
    assert {str(ipaddress.ip_address(name)) for name in called} > {"10.10.1.11"}


def test_problems_over_ipv6_have_their_addresses(recipe, wireshark, kitchen):
    rows, _ = watched(recipe, wireshark, kitchen, CAPTURES / "joined-late.pcapng", "2001:db8:10::1:0/112")
    ends = [[address for address in row[1:5] if address] for row in rows]
    assert {len(pair) for pair in ends} == {2} and {ipaddress.ip_address(address).version for pair in ends for address in pair} == {6}
