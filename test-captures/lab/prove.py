# SPDX-License-Identifier: GPL-2.0-or-later
"""Prove the plugin's firewall rules by a real firewall.

A router stands between any two hosts of the lab. The rules that the plugin writes from its plan are the router's only ones, and it
drops everything else. Then

  programs   the lab's recordings are played through it by their real programs: the check must find open what they use
  paths      every planned path is tried by clients of the lab: answered, and open in the check
  ports      nmap asks from each host for the ports of all others, and pings them: only what the plan names is open
  rules      one rule is taken out at a time: its paths get no answer, others do, and the plugin writes that rule again
"""
import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import mounts  # noqa: E402
import packages  # noqa: E402
import programs  # noqa: E402
import session  # noqa: E402
from proof import plugin, routed, stages  # noqa: E402

EPILOG = """Without --long each eighth rule is taken out, and one of each shape; programs and ports are tried with the nftables rules only.
Needs root (namespaces). Nothing leaves the machine: the lab's network has no way out."""
STAGES = {"programs": stages.play_programs, "paths": stages.try_paths, "ports": stages.scan_ports, "rules": stages.one_rule_out}
ALWAYS = {*(("nftables", stage) for stage in STAGES), ("iptables", "paths")}  # without --long
STEP = 8
ANY_CAPTURE = session.CAPTURES / "icmp-ping.pcapng"  # the check lists the plan beside what a capture shows
ENOUGH = 40  # sentences that are printed of what is wrong


def arguments():
    parser = argparse.ArgumentParser(prog="prove", description=__doc__, epilog=EPILOG,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", metavar="STAGE", help=f"{', '.join(STAGES)} (default: all)")
    parser.add_argument("--build", default=plugin.default_build(), metavar="FOLDER",
                        help="where the plugin was built (default: IMPSVC_BUILD_DIR)")
    parser.add_argument("--dialect", choices=("nftables", "iptables"), help="these rules only (default: both)")
    parser.add_argument("--long", action="store_true", help="every rule, and every stage with the iptables rules, too")
    parser.add_argument("--rules", metavar="FILE", help="try these nftables rules, in place of the plugin's")
    parser.add_argument("--keep", metavar="FOLDER", help="leave rules and captures in this folder")
    parser.add_argument("--install", action="store_true", help="install what is missing with apt-get first")
    options = parser.parse_args()
    for word in options.what:
        if word not in STAGES:
            parser.error(f"there is no stage {word}: choose of {', '.join(STAGES)}")
    if options.rules:
        if options.dialect == "iptables":
            parser.error("--rules takes nftables rules, not iptables")
        options.dialect = "nftables"
    if not list(chosen(options)):
        parser.error("rules are taken out by nftables' handles: not with --dialect iptables")
    return options


def read(path):
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        raise programs.Failed(f"{path}: {reason}") from None


def chosen(options):
    """(dialect, stage) in their order. Taking rules out by handle is nftables' way."""
    for dialect in (options.dialect,) if options.dialect else ("nftables", "iptables"):
        for stage in options.what or STAGES:
            if (dialect, stage) in ALWAYS or (stage != "rules" and (options.long or options.dialect)):
                yield dialect, stage


def plays(options):
    """Whether programs of the lab take part."""
    return any(stage == "programs" for _, stage in chosen(options))


def say(words, stays=False):
    """Where it is at. On a terminal the next words take the place of these, unless they are to stay."""
    if sys.stderr.isatty():
        print(f"\r\033[K{words[:100]}", end="\n" if stays else "", file=sys.stderr, flush=True)
    elif stays:
        print(words, file=sys.stderr, flush=True)


def prove(folder, options):
    """Run the stages; what was wrong."""
    asked = plugin.Plugin(options.build, folder)
    one = session.Session(folder, routed.RoutedNetwork)
    try:
        say("making the network")
        if plays(options):
            one.open()
            one.runner.stop_all()  # the DNS server is the programs' alone
        else:
            one.network.create()
        proof = stages.Proof(one, asked, folder, plugin.readable(ANY_CAPTURE, folder), say)
        if options.rules:
            proof.texts["nftables"] = read(options.rules)
        for dialect, text in proof.texts.items():
            (folder / f"rules.{dialect}").write_text(text)
        for dialect, stage in chosen(options):
            extra = (1 if options.long else STEP,) if stage == "rules" else ()
            proof.stage(stage, dialect, STAGES[stage], *extra)
    finally:
        one.close()
        say("")
    print(*proof.table(), sep="\n")
    return [f"{outcome.stage} ({outcome.dialect}): {words}" for outcome in proof.outcomes for words in outcome.wrong]


def main():
    options = arguments()
    if os.geteuid() != 0:
        sys.exit("prove: needs root, to make network namespaces")
    needed = packages.PACKAGES if plays(options) else packages.FOR_ROUTER
    if options.install:
        packages.install(needed)
    elif packages.missing(needed):
        sys.exit(f"prove: not installed: {' '.join(packages.missing(needed))}; prove --install installs them")
    mounts.make_root_a_mount()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    begun = time.monotonic()
    if options.keep:
        folder = Path(tempfile.mkdtemp(prefix="proof-", dir=options.keep))
        wrong = run(folder, options)
        print(f"rules and captures are in {folder}")
    else:
        with tempfile.TemporaryDirectory(prefix="impsvc-proof-") as name:
            wrong = run(Path(name), options)
    for words in wrong[:ENOUGH]:
        print(f"  {words}")
    if len(wrong) > ENOUGH:
        print(f"  … and {len(wrong) - ENOUGH} more")
    print(f"{len(wrong)} mistakes, {time.monotonic() - begun:.0f} s" if wrong else
          f"the rules let through what is planned, and nothing else ({time.monotonic() - begun:.0f} s)")
    return 1 if wrong else 0


def run(folder, options):
    folder.chmod(0o755)
    try:
        return prove(folder, options)
    except programs.Failed as reason:
        sys.exit(f"prove: {reason}")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("prove: interrupted; everything it started has been stopped")
