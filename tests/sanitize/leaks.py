#!/usr/bin/env python3
# Does the plugin give back what it takes, when files are opened one after the other and nodes
# and moved ports change between them?
#
#   leaks.py [FEW MANY]         numbers of files in a session; default: 7 20. FEW must reach all FILES, or what is
#                               made once looks like growth
#
# Runs sharkd under valgrind's memcheck with the plugin of IMPSVC_BUILD_DIR (built without the
# sanitizers). Fails if a block that the plugin asked for is lost, if what is still reachable at the end grows
# with the number of files, or if memcheck finds an error below the plugin.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import json
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import lab_hosts
from places import BUILD, CAPTURES
from run_tshark import Wireshark

SUPPRESSIONS = Path(__file__).with_name("wireshark.supp")
FILES = ["xmpp-component-7400", "sip-presence-5060-5080", "nodes-learning", "trouble-moved", "snmp-traps-162-61441",
         "tomcat-8080-8443", "rmi-1090-1099"]
PORTS = ['"22.4","TCP","7401-7402"', '"2.1","UDP","5070"', '"25.1","TCP","7401"', '"12.1","UDP","1161"']
LOST = ("Leak_DefinitelyLost", "Leak_IndirectlyLost")
LARGEST_GROWTH = 0          # bytes that may be reachable at the end for each further file


def requests(files, copies, changes):
    """What is asked of sharkd: files, so many of them after a change of nodes and ports."""
    nodes = list(lab_hosts.nodes().items())
    asked = []
    for number in range(files):
        address, name = nodes[number % len(nodes)]
        role = "IM and Presence " + ("publisher" if number % 2 else "subscriber")
        if number < changes:    # each adds a row, which is the user's: as many in either session
            asked.append(("setconf", {"name": "uat:impsvc_nodes", "value": f'"{address}","{role}","{name}"'}))
            asked.append(("setconf", {"name": "uat:impsvc_ports", "value": PORTS[number % len(PORTS)]}))
        asked.append(("setconf", {"name": "impsvc.learn_nodes", "value": "FALSE" if number % 3 == 0 else "TRUE"}))
        asked.append(("load", {"file": str(copies[number % len(copies)])}))
        asked.append(("frames", {"filter": "impsvc", "column0": "impsvc.entry:1", "column1": "impsvc.evidence:1"}))
        asked.append(("frame", {"frame": 4, "proto": True}))
        asked.append(("tap", {"tap0": "stat:impsvc", "tap1": "stat:impsvc_nodes", "tap2": "nstat:impsvc,flows", "tap3": "nstat:impsvc,check"}))
    return asked


def records(wireshark, files, copies, changes):
    """What memcheck says of a session: its <error> elements."""
    report = wireshark.folder / "memcheck.xml"
    report.touch()
    report.chmod(0o666)
    command = wireshark.command("--tool=memcheck", "--leak-check=full", "--show-leak-kinds=all", "--num-callers=40",
                                "--keep-debuginfo=yes", "--undef-value-errors=yes", f"--suppressions={SUPPRESSIONS}",
                                "--xml=yes", f"--xml-file={report}", "sharkd", "-", program="valgrind")
    lines = "".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}) + "\n"
                    for number, (method, parameters) in enumerate(requests(files, copies, changes), 1))
    done = subprocess.run(command, env=dict(wireshark.environment(), WIRESHARK_DEBUG_WMEM_OVERRIDE="simple"),
                          cwd=wireshark.folder, input=lines, capture_output=True, encoding="utf-8", errors="replace",
                          check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    wrong = [answer["error"] for answer in answers if "error" in answer]
    frames = [answer["result"] for answer in answers if isinstance(answer.get("result"), list)]
    if done.returncode != 0 or wrong or len(answers) != len(lines.splitlines()) or not any(frames):
        sys.exit(f"sharkd under valgrind: code {done.returncode}, {len(answers)} answers, {wrong}\n{done.stderr}")
    return xml.parse(report).getroot().findall("error")


def is_ours(record):
    """Whether the plugin is below it, and no dissector of Wireshark's that the plugin called."""
    for frame in record.find("stack"):
        if (frame.findtext("obj") or "").endswith("/impsvc.so"):
            return True
        if (frame.findtext("fn") or "").startswith(("dissector_try_", "call_dissector")):
            return False
    return False


def show(record):
    what = record.findtext("xwhat/text") or record.findtext("what")
    places = [f"{frame.findtext('fn')} ({frame.findtext('file') or Path(frame.findtext('obj') or '?').name}"
              f":{frame.findtext('line') or '-'})" for frame in record.find("stack")][:14]
    print("\n  ".join([what, *places]))


def figures(found):
    """Bytes and blocks of ours by kind; complains about what is lost or wrong."""
    sums, bad = {}, 0
    for record in filter(is_ours, found):
        kind = record.findtext("kind")
        size = int(record.findtext("xwhat/leakedbytes") or 0), int(record.findtext("xwhat/leakedblocks") or 0)
        sums[kind] = tuple(map(sum, zip(sums.get(kind, (0, 0)), size)))
        if kind in LOST or not kind.startswith("Leak_"):
            bad += 1
            show(record)
    return sums, bad


def main():
    few, many = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (7, 20)
    failed = False
    reachable = {}
    with contextlib.closing(Wireshark(BUILD / "plugins")) as wireshark:
        copies = [wireshark.readable(CAPTURES / f"{name}.pcapng") for name in FILES]
        for files in (few, many):
            began = time.monotonic()
            found = records(wireshark, files, copies, few)
            sums, bad = figures(found)
            failed |= bad > 0
            reachable[files] = sum(size for kind, (size, _) in sums.items() if kind not in LOST)
            said = ", ".join(f"{kind} {size} bytes in {blocks} blocks" for kind, (size, blocks) in sorted(sums.items()))
            print(f"{files} files: of the plugin's: {said or 'nothing'}; {len(found)} records in all; "
                  f"{time.monotonic() - began:.0f} s", flush=True)
    growth = (reachable[many] - reachable[few]) / (many - few)
    print(f"still reachable: {growth:.1f} bytes more for each further file")
    if failed or growth > LARGEST_GROWTH:
        sys.exit("the plugin leaks")


if __name__ == "__main__":
    main()
