# The plugin's rules in a real firewall: nftables and iptables between the lab's hosts. Rules that look right and block a cluster,
# or that open more than one asked for, are found here.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import shutil
import subprocess
import sys

import pytest

import packages
from places import BUILD, SOURCE

PROVE = SOURCE / "test-captures" / "lab" / "prove.py"
PROGRAMS = ("ip", "nft", "iptables-restore", "ip6tables-restore", "conntrack", "ethtool", "sysctl", "dumpcap", "nmap", "setpriv")
WHERE = "/usr/sbin:/usr/bin:/sbin:/bin"
RIGHT = "the rules let through what is planned, and nothing else"
BUSY = "this machine is too busy for a recording without gaps"
MINUTES = 15
TRIES = 3


def why_not():
    """Why no firewall can be had here, or None."""
    if os.geteuid() != 0:
        return "needs root, to make network namespaces"
    missing = [program for program in PROGRAMS if not shutil.which(program, path=WHERE)]
    if missing:
        return f"not installed: {' '.join(missing)} (tools/setup installs them)"
    tried = subprocess.run(["unshare", "--net", "nft", "add table inet impsvc; add chain inet impsvc forward "
                            "{ type filter hook forward priority filter; }; add rule inet impsvc forward ct state new accept"],
                           capture_output=True, text=True, check=False)
    return f"no nftables in a network namespace: {tried.stderr.strip()}" if tried.returncode else None


pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "")


def prove(*arguments):
    """What it says. A recording with gaps proves nothing, so it is made again; a machine that is too busy all the time proves nothing either."""
    for _ in range(TRIES):
        done = subprocess.run([sys.executable, str(PROVE), "--build", str(BUILD), *arguments], capture_output=True, text=True, check=False,
                              timeout=MINUTES * 60)
        said = done.stdout + done.stderr
        if BUSY not in said:
            return done.returncode, said
    return pytest.skip(f"{TRIES} times {BUSY}")


def rows(said):
    """{(stage, dialect): (tried, as planned)} of the table."""
    return {tuple(cells[:2]): tuple(cells[2:4]) for cells in (re.split(r"  +", line) for line in said.splitlines()) if len(cells) == 5}


@pytest.fixture(scope="module")
def proof(folder):
    """The proof as it is without --long, but for the lab's programs: what it said, and the folder it left."""
    code, said = prove("paths", "ports", "rules", "--keep", str(folder))
    print(said)
    return code, said, max(folder.iterdir(), key=lambda path: path.stat().st_mtime)


def test_what_is_planned_gets_through_and_nothing_else(proof):
    code, said, _ = proof
    assert code == 0 and RIGHT in said, said
    told = rows(said)
    paths = told["paths", "nftables"]
    assert paths == told["paths", "iptables"] and paths[0] == paths[1] and int(paths[0].split()[0]) > 800
    assert int(re.search(r"(\d+) ports", told["ports", "nftables"][0])[1]) > 300000
    tried, again = told["rules", "nftables"]
    assert int(tried.split()[0]) > 50 and tried.split()[0] == again.split()[0]


def test_the_labs_programs_get_through():
    missing = packages.missing()
    if missing:
        pytest.skip(f"not installed: {' '.join(missing)} (test-captures/lab/prove --install installs them)")
    code, said = prove("programs", "--dialect", "nftables")
    assert code == 0 and RIGHT in said, said
    good, used = re.match(r"(\d+) of (\d+) paths", rows(said)["programs", "nftables"][1]).groups()
    assert good == used and int(used) > 100


@pytest.fixture
def altered(proof, tmp_path):
    """The plugin's rules, with a line changed: a file."""
    def write(old, new):
        lines = (proof[2] / "rules.nftables").read_text().splitlines(keepends=True)
        assert sum(old in line for line in lines) == 1
        path = tmp_path / "rules.nft"
        path.write_text("".join(line.replace(line, new(line)) if old in line else line for line in lines))
        return str(path)
    return write


XCP = "ip saddr { 10.10.1.11, 10.10.1.12 } ip daddr { 10.10.1.11, 10.10.1.12 } tcp dport 7400 "
BOSH = "ip saddr 10.10.4.22 ip daddr { 10.10.1.11, 10.10.1.12, 10.10.2.11, 10.10.2.12, 10.10.6.11, 10.10.6.12 } tcp dport 7335 "


def test_a_rule_that_is_not_there_is_missed_by_its_paths(altered):
    code, said = prove("paths", "--rules", altered(XCP, lambda line: "# " + line))
    assert code == 1 and "2 mistakes" in said
    assert ("22.4: imp-sub (10.10.1.12) to imp-pub (10.10.1.11), TCP 7400: planned, but the router does not let it through") in said


def test_a_rule_that_opens_too_much_is_seen_by_nmap(altered):
    code, said = prove("ports", "--rules", altered(BOSH, lambda line: line.replace("tcp dport 7335", "tcp dport 7335-7336")))
    assert code == 1
    assert "web-client, IPv4, TCP: imp-pub (10.10.1.11) port 7336 is open, and no planned path leads there" in said
    assert "6 mistakes" in said and "bystander" not in said


def test_rules_that_let_all_the_rest_through_are_no_firewall(altered):
    code, said = prove("paths", "--rules", altered("policy drop", lambda line: line.replace("drop", "accept")))
    assert code == 1 and "the nftables rules are no firewall: the chain's hook is forward, its policy accept" in said
