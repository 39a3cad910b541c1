# The benchmark's own tests: what it makes of figures, of callgrind's output, and of what is missing.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import copy
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bench
import judge
import traffic
from callgrind import Profile

HERE = Path(__file__).resolve().parent
MADE_WITH = {"wireshark": "4.0.17", "valgrind": "valgrind-3.19.0", "compiler": "GNU 12.2.0", "processor": "avx2",
             "build_type": "RelWithDebInfo", "flags": "", "as_one": "YES"}


@pytest.fixture
def figures():
    """Made up: within all budgets."""
    return {
        "made_with": dict(MADE_WITH),
        "captures": {"unlisted": {"packets": 1000, "listed": 0, "matched": 0, "digest": "a"},
                     "mixed": {"packets": 1000, "listed": 300, "matched": 250, "digest": "b"}},
        "own": {"loading": {"ports": 0, "rest": 3000000},
                "unlisted": {"ports": 0, "rest": 50000},
                "mixed": {"ports": 37500, "rest": 300000}},
        "totals": {"mixed": {mode: {"alone": 50000000, "impsvc": 50400000} for mode in judge.MORE_ALLOWED}},
        "decoded": {"mixed": dict.fromkeys(judge.MORE_ALLOWED, 200000)},
        "printed": {"mixed": {mode: 100000 if mode == "tree" else 0 for mode in judge.MORE_ALLOWED}},
        "loading": {"milliseconds": 2.5},
    }


def changes(figures, now):
    return {change.name: change.worse for change in judge.compare(now, figures)}


def test_equal_figures_are_no_regression(figures):
    assert changes(figures, figures) == {"loading": False, "unlisted": False, "mixed": False}


@pytest.mark.parametrize("name", ["loading", "unlisted", "mixed"])
def test_more_than_three_percent_is_a_regression(figures, name):
    now = copy.deepcopy(figures)
    now["own"][name]["rest"] += round(0.031 * sum(figures["own"][name].values()))
    assert [other for other, worse in changes(figures, now).items() if worse] == [name]
    now["own"][name]["rest"] -= round(0.002 * sum(figures["own"][name].values()))
    assert not any(changes(figures, now).values())


def test_what_moves_from_one_part_to_another_is_no_regression(figures):
    now = copy.deepcopy(figures)
    now["own"]["mixed"] = {"ports": 300000, "rest": 37500}
    assert not any(changes(figures, now).values())


def test_other_traffic_is_told_and_not_compared(figures):
    now = copy.deepcopy(figures)
    now["captures"]["mixed"]["digest"] = "c"
    assert judge.other_traffic(now, figures) == ["mixed"]
    assert set(changes(figures, now)) == {"loading", "unlisted"}


def test_a_capture_that_could_not_be_made_is_no_regression(figures):
    now = copy.deepcopy(figures)
    del now["captures"]["unlisted"], now["own"]["unlisted"]
    assert set(changes(figures, now)) == {"loading", "mixed"} and judge.other_traffic(now, figures) == []
    assert not {"a packet that cannot match", "an annotated packet, mixed"} & {one.name for one in judge.budgets(now)}


@pytest.mark.parametrize("key, value", [("compiler", "Clang 14.0.6"), ("build_type", "Debug"), ("flags", "-O3"), ("as_one", "NO"), ("processor", "")])
def test_other_compilers_code_is_not_compared(figures, key, value):
    now = copy.deepcopy(figures)
    assert judge.not_comparable(now, figures) is None
    now["made_with"][key] = value
    assert value in judge.not_comparable(now, figures)


def test_figures_within_the_budgets(figures):
    assert [str(one) for one in judge.budgets(figures) if one.over] == []
    assert judge.early_exit(figures) == 50
    assert judge.annotated(figures, "mixed") == (337500 - 750 * 50) / 250


def test_payload_that_is_decoded_because_of_the_plugin_is_told_apart(figures):
    figures["totals"]["mixed"]["fields"]["impsvc"] = 50600000
    told = next(str(one) for one in judge.budgets(figures) if one.name == "more in all, mixed, fields")
    assert told == ("more in all, mixed, fields: 1.20%, budget 1.00%: OVER; 0.80% without the payload that is decoded because "
                    "of the plugin")


def test_what_is_printed_once_at_the_end_is_told_apart(figures):
    told = next(str(one) for one in judge.budgets(figures) if one.name == "more in all, mixed, tree")
    assert told.endswith("; 0.40% without the payload that is decoded because of the plugin, 0.20% without printing at the end, too")


def statistics(check):
    def count(more, decoded=0, printed=0):
        return {"all": 50000000 + more, "decoded": decoded, "printed": printed}
    return {"mixed": {"nothing": count(500, 0, 500), "conv,tcp": count(1502000, 0, 2000), "impsvc,check": count(*check)}}


def test_a_statistic_may_cost_no_more_than_wiresharks_conversations(figures):
    figures["statistics"] = statistics((1900000, 200000, 250000))
    assert [str(one) for one in judge.budgets(figures) if "-z" in one.name] == [
        "more in all, mixed, -z impsvc,check: 2.90%, budget 3.00%: within; conv,tcp takes 3.00%"]
    figures["statistics"] = statistics((1900000, 150000, 200000))
    assert [one.name for one in judge.budgets(figures) if one.over] == ["more in all, mixed, -z impsvc,check"]


def test_nor_four_percent_where_those_cost_more(figures):
    figures["statistics"] = statistics((2020000,))
    figures["statistics"]["mixed"]["conv,tcp"]["all"] += 5000000
    assert [one.limit for one in judge.budgets(figures) if one.over] == [0.04]


@pytest.mark.parametrize("change, name", [
    (lambda one: one["own"]["unlisted"].update(rest=100100), "a packet that cannot match"),
    (lambda one: one["own"]["mixed"].update(rest=540000), "an annotated packet, mixed"),
    (lambda one: one["totals"]["mixed"]["summary"].update(impsvc=50501000), "more in all, mixed, summary"),
    (lambda one: one["totals"]["mixed"]["fields"].update(impsvc=50501000), "more in all, mixed, fields"),
    (lambda one: one["totals"]["mixed"]["all fields"].update(impsvc=52501000), "more in all, mixed, all fields"),
    (lambda one: one["totals"]["mixed"]["tree"].update(impsvc=52501000), "more in all, mixed, tree"),
    (lambda one: one["loading"].update(milliseconds=5.1), "loading"),
])
def test_each_budget_can_be_exceeded(figures, change, name):
    change(figures)
    assert [one.name for one in judge.budgets(figures) if one.over] == [name]


def test_a_regression_makes_the_run_fail(figures, capsys):
    assert bench.judged(figures, copy.deepcopy(figures), set()) == []
    now = copy.deepcopy(figures)
    now["own"]["mixed"]["rest"] += 10500
    assert bench.judged(now, figures, set()) == ["mixed: 337500 instructions in the baseline, 348000 now, +3.11%: REGRESSION"]
    assert bench.judged(figures, now, set()) == []
    assert "mixed: 348000 instructions in the baseline, 337500 now, -3.02%: better: renew the baseline" in capsys.readouterr().out


def test_other_traffic_makes_the_run_fail(figures):
    now = copy.deepcopy(figures)
    now["captures"]["mixed"]["digest"] = "c"
    assert bench.judged(now, figures, set()) == ["mixed: other traffic than the baseline's: renew the baseline (README.md)"]


def test_a_budget_that_the_baseline_is_over_does_not_fail_again(figures, capsys):
    now = copy.deepcopy(figures)
    now["own"]["unlisted"]["rest"] = 100100
    assert bench.judged(now, copy.deepcopy(now), {"a packet that cannot match"}) == []
    assert "budget 100.0 instructions: OVER, as the baseline says" in capsys.readouterr().out


def test_a_baseline_keeps_the_missed_budgets_that_were_not_measured_now(figures):
    assert judge.missed(figures, ["a packet that cannot match", "an annotated packet, tls"]) == ["an annotated packet, tls"]
    figures["own"]["unlisted"]["rest"] = 100100
    del figures["totals"]
    assert judge.missed(figures, ["more in all, mixed, tree"]) == ["a packet that cannot match", "more in all, mixed, tree"]


def test_without_a_baseline_the_budgets_are_checked(figures, capsys):
    assert bench.judged(figures, None, set()) == []
    assert "no baseline for Wireshark 4.0, or not for so many packets: only the budgets are checked" in capsys.readouterr().out
    figures["own"]["unlisted"]["rest"] = 100100
    assert bench.judged(figures, None, set()) == ["a packet that cannot match: 100.1 instructions, budget 100.0 instructions: OVER"]


def test_another_compilers_figures_are_held_against_the_budgets_alone(figures, capsys):
    now = copy.deepcopy(figures)
    now["made_with"]["compiler"] = "GNU 14.2.0"
    now["own"]["mixed"]["rest"] += 20000
    assert bench.judged(now, figures, set()) == []
    assert "not compared with the baseline: the baseline was made with compiler 'GNU 12.2.0'" in capsys.readouterr().out


# Two of Wireshark's functions, four of ours, and a dissector that ours asks and that comes back to ours.
CALLGRIND = """\
# callgrind format
events: Ir

ob=(1) /usr/lib/libwireshark.so.16
fl=(1) ???
fn=(1) dissect_tcp
0 100
cob=(2) /x/plugins/4.0/epan/impsvc.so
cfi=(2) /src/plugin/ports.c
cfn=(2) dissect_unowned
calls=2 0
0 1060
cob=(2)
cfi=(3) /src/plugin/annotate.c
cfn=(3) annotate
calls=5 0
0 50

ob=(2)
fl=(2)
fn=(2)
12 30
+3 10
cob=(1)
cfi=(1)
cfn=(4) call_dissector_only'2
calls=2 0
15 1000
cfn=(5) impsvc_helper
calls=4 0
* 20

fn=(5)
20 8
cob=(1)
cfi=(1)
cfn=(6) p_add_proto_data
calls=4 0
20 12

fl=(3)
fn=(3)
7 50

ob=(1)
fl=(1)
fn=(4)
0 893
cob=(2)
cfi=(4) /src/plugin/heuristics.c
cfn=(7) ask_3
calls=1 0
0 107

fn=(6)
0 12

ob=(2)
fl=(4)
fn=(7)
1 107

totals: 1210
"""


@pytest.fixture
def profile(tmp_path):
    path = tmp_path / "out"
    path.write_text(CALLGRIND, encoding="utf-8")
    return Profile(path)


def test_every_instruction_is_read(profile):
    assert profile.total == sum(profile.own.values()) == 1210


def test_dissectors_that_the_plugin_asks_are_not_its_own_share(profile):
    assert profile.parts() == {"post-dissector": 50, "heuristics": 107, "ports": 60, "rest": 0}


def test_only_what_the_port_list_has_decoded_counts_as_decoded(tmp_path, profile):
    assert profile.decoded() == 0
    path = tmp_path / "native"
    path.write_text(CALLGRIND.replace("/src/plugin/ports.c", "/src/plugin/native.c"), encoding="utf-8")
    assert Profile(path).decoded() == 1000


def test_printing_statistics_is_what_the_call_takes(tmp_path, profile):
    assert profile.printed() == 0
    path = tmp_path / "printing"
    path.write_text(CALLGRIND + """
fl=(90) tshark.c
fn=(90) main
1 7
cfl=(91) tap.c
cfn=(91) draw_tap_listeners
calls=1 1
1 300
""", encoding="utf-8")
    assert Profile(path).printed() == 300


def test_copies_that_the_compiler_made_are_the_function(tmp_path):
    path = tmp_path / "copies"
    path.write_text(CALLGRIND.replace("(3) annotate", "(3) annotate.part.0.lto_priv.1'2"), encoding="utf-8")
    assert Profile(path).parts() == {"post-dissector": 50, "heuristics": 107, "ports": 60, "rest": 0}


def test_shares_of_functions(profile):
    assert profile.by_function() == {
        "ports: dissect_unowned": [2, 40, 0, 60],
        "ports: impsvc_helper": [4, 8, 12, 20],
        "annotate: annotate": [5, 50, 0, 50],
        "heuristics: ask_3": [1, 107, 0, 107],
    }


def test_repeated_captures_have_other_addresses_and_keep_their_order():
    frame = traffic.as_ethernet(bytes.fromhex("4500001c00000000401100000a0a010b0a0a010c") + bytes(8), 101, "made up")
    timed = traffic.repeated([[frame, frame + b"2"], [frame + b"3"]], 4)
    assert [time for time, _ in timed] == [0.25, 0.75, 0.5, 0.5]
    assert [one[26:34].hex() for one in traffic.in_time(timed)] == ["0a0a010b0a0a010c"] * 2 + ["0a0b010b0a0b010c"] \
        + ["0a0a010b0a0a010c"]


def test_traffic_says_which_ports_are_listed():
    ports = traffic.listed_ports()
    assert {(6, 7400), (17, 5060), (6, 5060), (17, 61441), (6, 6603), (6, 6605)} <= ports and (17, 7400) not in ports

    def udp(port):
        return traffic.as_ethernet(bytes.fromhex("4500001c00000000401100000a0a010b0a0a010c9c40") + port.to_bytes(2, "big"),
                                   101, "made up")
    assert traffic.is_listed(udp(53), ports) is True and traffic.is_listed(udp(7400), ports) is False
    assert traffic.is_listed(udp(53)[:30], ports) is None


def test_missing_valgrind_is_said(tmp_path):
    done = subprocess.run([sys.executable, HERE / "bench.py", "own"], env=dict(os.environ, PATH=str(tmp_path)),
                          capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (77, "nothing is counted: valgrind is missing, which counts the "
                                                  "instructions: install the package valgrind\n")


def test_unknown_part_is_refused():
    done = subprocess.run([sys.executable, HERE / "bench.py", "speed"], capture_output=True, encoding="utf-8")
    assert done.returncode == 2 and "no part is called speed" in done.stderr


@pytest.mark.parametrize("path", sorted(HERE.glob("baseline-*.json")), ids=lambda path: path.name)
def test_baseline_has_what_is_compared(path):
    baseline = json.loads(path.read_text(encoding="utf-8"))
    assert baseline["made_with"]["wireshark"].startswith(path.stem.partition("-")[2] + ".")
    assert set(baseline["captures"]) | {"loading"} == set(baseline["own"])
    assert not any(change.worse for change in judge.compare(baseline, baseline))
    assert set(judge.missed(baseline, [])) <= set(baseline["missed"])
