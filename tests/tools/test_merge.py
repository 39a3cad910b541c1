# impsvc-merge, which joins flows of many captures: its table, what it says of input that it does not understand, and that no
# input makes it crash. Whoever keeps flows for a year has one file that was cut, and has to find out which.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import random
import re
import subprocess

import pytest

from places import BUILD

MERGE = BUILD / "libexec/impsvc-merge"
COLUMNS = """key entry service transport carrier way confidence initiator initiator_port initiator_role initiator_is_node listener
    listener_port listener_role listener_is_node first_seen last_seen packets_to bytes_to retransmissions_to packets_back bytes_back
    retransmissions_back dscp_to dscp_back result is_blocked is_answered is_judged badness stopped_by tries points_to points_back
    seen_on not_seen_on captures community_id""".split()
SECOND = 10**9
NOON = 1700000000 * SECOND
TCP, SENT_SYN, SENT_SYN_ACK, SENT_ACK = 1, 1 | 2, 1 | 4, 1 | 8


def run(text):
    data = text if isinstance(text, bytes) else text.encode()
    return subprocess.run([MERGE], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=60)


def rows(text):
    done = run(text)
    assert (done.returncode, done.stderr) == (0, b"")
    head, *lines = done.stdout.decode().splitlines()
    assert head.split("\t") == COLUMNS
    return [dict(zip(COLUMNS, line.split("\t"))) for line in lines]


def end(sent, role=0, is_node=0, packets=1):
    """An end that has sent packets with TTL 64 and DSCP 24 on interface 0, or nothing."""
    seen = 1 if sent else 0
    return [role, is_node, sent, 64 * seen, 64 * seen, 0, 25 * seen, packets * seen, 0, 60 * packets * seen, seen, seen, 0, 0, 0, 0, 0, 0]


def record(answered=False, when=NOON, syn=1000, port=40000, entry=(22, 4), form=1, capture_end=NOON + 60 * SECOND):
    """A record as plugin/joins/flow_text.c writes it: a SYN, and perhaps its answer and more."""
    client = [0, 0xffff << 32 | 0x0a000001, port]
    server = [0, 0xffff << 32 | 0x0a000901, 7400]
    numbers = [form, TCP, *client, *server, when, when, 1, 20, 1, 7, 1, *entry, TCP, 2, 1, 0, 7 if answered else 1, 0,
               *end(SENT_SYN | SENT_ACK if answered else SENT_SYN), *end(SENT_SYN_ACK if answered else 0),
               1, 0, syn, 1, *([1, 0, syn, 2] if answered else [0, 0]), 0, 0, capture_end, 0, 0, 0, 0]
    return " ".join(map(str, numbers))


def lines(*seen, release="base", points=("inside", "outside"), watched=((0b01, -60, 60), (0b10, -60, 60))):
    head = [("release", release), ("points", *points), ("sides", 0, 3), ("sides", 1, 3), ("flows", "k 1")]
    head += [("watched", NOON + begin * SECOND, NOON + until * SECOND, bits) for bits, begin, until in watched]
    return "".join("\t".join(map(str, line)) + "\n" for line in head + [("seen", *words) for words in seen])


def test_a_flow_has_a_row_with_all_columns():
    row, = rows(lines((1, 0, record(answered=True)), (2, 1, record(answered=True, when=NOON + SECOND))))
    assert row["key"] == "k 1" and row["entry"] == "22.4" and (row["transport"], row["carrier"]) == ("TCP", "TCP")
    assert (row["initiator"], row["initiator_port"], row["listener"], row["listener_port"]) == ("10.0.0.1", "40000", "10.0.9.1", "7400")
    assert (row["way"], row["confidence"]) == ("inbound", "2")
    assert (row["first_seen"], row["last_seen"]) == (str(NOON), str(NOON + SECOND))
    assert (row["packets_to"], row["bytes_to"], row["packets_back"]) == ("1", "60", "1")
    assert (row["dscp_to"], row["dscp_back"]) == ("CS3", "CS3")
    assert (row["result"], row["is_blocked"], row["is_answered"], row["is_judged"]) == ("open", "0", "1", "1")
    assert (row["points_to"], row["points_back"], row["captures"], row["tries"]) == ("inside, outside", "inside, outside", "2", "1")
    assert (row["seen_on"], row["not_seen_on"], row["stopped_by"]) == ("", "", "")
    assert re.fullmatch(r"1:[A-Za-z0-9+/]{27}=", row["community_id"])


def test_what_stops_between_two_points_is_said():
    row, = rows(lines((1, 0, record())))
    assert (row["result"], row["is_blocked"], row["seen_on"], row["not_seen_on"]) == ("no answer", "1", "inside", "outside")
    row, = rows(lines((1, 0, record()), watched=((0b01, -60, 60), (0b10, 600, 900))))
    assert (row["result"], row["seen_on"], row["not_seen_on"]) == ("no answer", "inside", "")


def test_other_ends_are_other_flows_and_forget_what_was_watched():
    text = lines((1, 0, record())) + f"flows\tk 2\nseen\t1\t0\t{record(port=40001)}\n"
    one, other = rows(text)
    assert (one["key"], one["initiator_port"], one["not_seen_on"]) == ("k 1", "40000", "outside")
    assert (other["key"], other["initiator_port"], other["not_seen_on"]) == ("k 2", "40001", "")


def test_the_same_ports_later_on_are_another_row():
    assert len(rows(lines((1, 0, record()), (2, 0, record(when=NOON + 90 * SECOND, syn=77))))) == 2


def test_without_input_there_are_the_columns():
    assert rows("") == [] and rows(lines()) == []


WATCHED = lines().count("\n")       # the first line that may be a record
BAD = {
    "an unknown word": ("hello\tworld\n", 1, "the first word is none of those that are known"),
    "an empty line": ("\n", 1, "the first word is none of those that are known"),
    "a missing word": (lines((1, 0)), WATCHED + 1, "a word is missing"),
    "no points": ("points\n", 1, "a word is missing"),
    "too many points": ("points" + "\tp" * 33 + "\n", 1, "there are too many words"),
    "a word too many": (lines((1, 0, record(), 5)), WATCHED + 1, "there are too many words"),
    "a capture that is no number": (lines(("one", 0, record())), WATCHED + 1, "a word is no number that is possible here"),
    "a negative capture": (lines((-1, 0, record())), WATCHED + 1, "a word is no number that is possible here"),
    "a number that is too large": ("watched\t99999999999999999999\t1\t0\n", 1, "a word is no number that is possible here"),
    "half a number": ("watched\t1x\t1\t0\n", 1, "a word is no number that is possible here"),
    "a point that there is not": (lines((1, 2, record())), WATCHED + 1, "there is no such point"),
    "a point before points": ("sides\t0\t0\n", 1, "there is no such point"),
    "a record before points": (f"seen\t1\t0\t{record()}\n", 1, "there is no such point"),
    "a point that is no number": (lines((1, "0,x", record())), WATCHED + 1, "a word is no number that is possible here"),
    "no point": (lines((1, "", record())), WATCHED + 1, "there is no such point"),
    "a watch elsewhere": (lines(watched=((4, 0, 1),)), WATCHED - 1, "there is no such point"),
    "sides elsewhere": ("points\ta\nsides\t0\t2\n", 2, "there is no such point"),
    "an unknown release": (lines(release="7.0"), 1, "there is no such port list"),
    "input that was cut": (lines((1, 0, record()))[:-1], WATCHED + 1, "the input ends within a line"),
    "a byte of zero": (lines((1, 0, record() + "\0")), WATCHED + 1, "it has a byte of zero"),
}


@pytest.mark.parametrize("name", BAD)
def test_input_that_is_wrong_is_named_with_its_line(name):
    text, line, why = BAD[name]
    done = run(text)
    assert (done.returncode, done.stderr.decode()) == (2, f"impsvc-merge: line {line}: {why}\n")


LEFT_OUT = {
    "a text of another version": (lines((1, 0, record(form=2))), "it is of another version"),
    "half a text": (lines((1, 0, record()[:-20])), "it ends too early"),
    "more than a text": (lines((1, 0, record() + " 1")), "it goes on after its end"),
    "an entry that there is not": (lines((1, 0, record(entry=(99, 9)))), "the port list has no such entry"),
    "a record of other ends": (lines((1, 0, record(port=1))).split("\n")[-2] + "\n", "it is of other ends than the records before it"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_record_that_is_none_is_named_and_takes_no_others_with_it(name):
    """Or one capture would keep a team from ever joining the others."""
    text, why = LEFT_OUT[name]
    bad = text.split("\n")[-2]
    good = lines((2, 0, record(answered=True)))
    done = run(good + bad + "\n")
    assert done.returncode == 0
    assert done.stderr.decode() == f"impsvc-merge: line {WATCHED + 2}: a record of capture 1 is left out: {why}\n"
    assert done.stdout == run(good).stdout


def test_output_that_nobody_takes_is_a_failure():
    with open("/dev/full", "wb") as full:
        assert subprocess.run([MERGE], input=b"", stdout=full, stderr=subprocess.PIPE, check=False).returncode == 2


def changed(data, chance):
    """Some bytes changed, taken out or put in; or lines in another order."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made))
        what = chance.randrange(5)
        if what == 0:
            made[at] = chance.randrange(256)
        elif what == 1:
            del made[at:at + chance.randint(1, 30)]
        elif what == 2:
            made[at:at] = chance.choice([b"\t", b"\n", b" ", b"9" * 20, b"-1", b",", b"\0", bytes([chance.randrange(256)]) * 40])
        elif what == 3:
            made[at] = chance.choice(b"0123456789")
        else:
            parts = bytes(made).splitlines(keepends=True)
            chance.shuffle(parts)
            made = bytearray(b"".join(parts))
    return bytes(made)


def test_no_input_makes_it_crash():
    chance = random.Random(17)
    good = lines((1, 0, record(answered=True)), (2, "1,0", record(when=NOON + SECOND)), (3, 1, record(when=NOON + 600 * SECOND, syn=5)))
    ends = {0: 0, 2: 0}
    for number in range(400):
        data = changed(good.encode(), chance) if number % 8 else chance.randbytes(chance.randrange(300))
        done = run(data)
        assert done.returncode in ends, (done.returncode, data, done.stderr)
        *others, last = done.stderr.split(b"\n")[:-1] or [b""]
        assert all(re.fullmatch(rb"impsvc-merge: line \d+: a record of capture .* is left out: [a-z .]+", line, re.DOTALL) for line in others), done.stderr
        assert done.returncode == 0 or re.fullmatch(rb"impsvc-merge: line \d+: [a-z .]+", last), (data, done.stderr)
        ends[done.returncode] += 1
    assert min(ends.values()) > 10
