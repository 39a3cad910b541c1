# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of recordings. Each is a function in services/ that plays one family of services, with what to say of it."""
import importlib
import pkgutil
from dataclasses import dataclass
from typing import Callable

RECORDINGS = {}
LAN = (("switch", "lan", "lan"),)
BOTH_SIDES = (("firewall", "eth0", "inside"), ("firewall", "eth1", "outside"))


@dataclass(frozen=True)
class Recording:
    name: str  # the capture's file name without .pcapng
    title: str  # what it shows
    entries: tuple  # "table.row", in the port list's order
    programs: tuple  # commands whose versions the capture's description names
    real: str
    made_up: str
    loopback: tuple  # hosts whose loopback interface is recorded too
    taps: tuple  # where it is recorded: (host, interface, its name in the capture)
    run: Callable


def records(name, title, entries, programs=(), real="", made_up="", loopback=(), taps=LAN):
    """Decorator: the function records this capture. It is called with the lab."""

    def register(function):
        if name in RECORDINGS:
            raise ValueError(f"two recordings are called {name}")
        split = [tuple(part.split() if isinstance(part, str) else part) for part in (entries, programs, loopback)]
        ends = tuple((host, "lo", f"{host} loopback") for host in split[2])
        RECORDINGS[name] = Recording(name, title, split[0], split[1], real, made_up, split[2], taps + ends, function)
        return function

    return register


def load():
    """Import every module of services/: each registers its recordings."""
    package = importlib.import_module("services")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"services.{module.name}")
    return RECORDINGS


def order(recording):
    """By first entry; what belongs to none comes last."""
    first = recording.entries[0] if recording.entries else "99.0"
    return [int(part) for part in first.split(".")], recording.name


def select(words):
    """The recordings for tables (22), entries (22.4) and names (xmpp-client-5222); all if there are no words."""
    chosen = sorted(RECORDINGS.values(), key=order)
    for word in words:
        if not any(matches(recording, word) for recording in chosen):
            raise ValueError(f"no recording is called {word}, and none has that table or entry: see record --list")
    return [one for one in chosen if not words or any(matches(one, word) for word in words)]


def matches(recording, word):
    return word == recording.name or any(entry == word or entry.split(".")[0] == word for entry in recording.entries)
