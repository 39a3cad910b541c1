# Access lists of Cisco IOS and ASA: reads the part of their languages that the plugin writes, strictly, and says what becomes of a packet.
#
# Written from Cisco's documentation, not from the plugin: what a list may hold from the command references (permit of IP and IPv6 lists,
# access-list extended, remark), which line counts for a later fragment from the IOS IP Configuration Guide ("Specifying IP Extended Access
# Lists with Fragment Control"), what comes back through an ASA from its Firewall CLI Configuration Guide ("Access Rules").
#
# SPDX-License-Identifier: GPL-2.0-or-later

import functools
import ipaddress
import re
from typing import NamedTuple, Optional

LONGEST_REMARK = 100
# The words that a product has for ICMP types, by version of IP.
IOS_ICMP = {4: {"echo": 8, "echo-reply": 0, "unreachable": 3, "time-exceeded": 11},
            6: {"echo-request": 128, "echo-reply": 129, "unreachable": 1, "packet-too-big": 2, "time-exceeded": 3}}
ASA_ICMP = {4: {"echo": 8, "echo-reply": 0, "unreachable": 3, "time-exceeded": 11},
            6: {"echo": 128, "echo-reply": 129, "unreachable": 1, "packet-too-big": 2, "time-exceeded": 3}}
NEIGHBOUR_DISCOVERY = {135, 136}    # which an IPv6 list of IOS permits before it denies the rest


class Packet(NamedTuple):
    """What a list looks at. A later fragment has addresses and a transport, and no more; number tells whose fragment it is."""
    transport: str          # tcp, udp, icmp
    source: str
    destination: str
    sport: int = 0
    dport: int = 0
    flags: str = ""         # of TCP: S, A, R, …
    icmp_type: Optional[int] = None
    is_later_fragment: bool = False
    number: Optional[int] = None

    @property
    def version(self):
        return address(self.source).version


@functools.lru_cache(None)
def address(text):
    return ipaddress.ip_address(text)


@functools.lru_cache(None)
def is_in(text, network):
    return address(text) in network


class Line(NamedTuple):
    number: int             # in the text
    transport: str
    version: int
    source: object          # a network
    sport: Optional[int]    # None: any
    destination: object
    dport: Optional[int]
    icmp_type: Optional[int]
    established: bool

    def fits_addresses(self, packet):
        return (self.transport == packet.transport and self.version == packet.version
                and is_in(packet.source, self.source) and is_in(packet.destination, self.destination))

    def fits(self, packet):
        return (self.fits_addresses(packet) and self.sport in (None, packet.sport) and self.dport in (None, packet.dport)
                and self.icmp_type in (None, packet.icmp_type) and (not self.established or bool(set("AR") & set(packet.flags))))


class Refused(Exception):
    """A firewall would not take this line."""

    def __init__(self, number, line, why):
        super().__init__(f"line {number}: {why}: {line!r}")


class Words:
    """The words of a line, from left to right."""

    def __init__(self, number, line):
        self.number, self.line, self.rest = number, line, line.split()

    def refuse(self, why):
        raise Refused(self.number, self.line, why)

    def next(self, what):
        if not self.rest:
            self.refuse(f"{what} is missing")
        return self.rest.pop(0)

    def take(self, word):
        if self.rest[:1] != [word]:
            return False
        del self.rest[0]
        return True

    def port(self):
        if not self.take("eq"):
            return None
        word = self.next("a port")
        if not re.fullmatch(r"[1-9]\d{0,4}", word) or int(word) > 65535:
            self.refuse(f"{word} is no port")
        return int(word)

    def network(self, text, version):
        try:
            network = ipaddress.ip_network(text)     # strict: no bits beyond the prefix
        except ValueError as error:
            self.refuse(error)
        if network.version != version:
            self.refuse(f"{text} is not of IPv{version}")
        return network

    def host_or_prefix(self, version, any_word, wildcards):
        word = self.next("an address")
        if word == any_word:
            return ipaddress.ip_network("0.0.0.0/0" if version == 4 else "::/0")
        if word == "host":
            return self.network(self.next("a host"), version)
        if version == 6:
            if "/" not in word:
                self.refuse("a prefix has no length")
            return self.network(word, version)
        mask = int(self.network(self.next("a mask"), version).network_address)
        ones = mask ^ 0xffffffff if wildcards else mask
        length = bin(ones).count("1")
        if ones != 0xffffffff << 32 - length & 0xffffffff:
            self.refuse("the mask has gaps or is turned around")
        return self.network(f"{word}/{length}", version)


def parse_line(words, version, transport, any_word, wildcards, icmp_types):
    """What follows the transport: ends, and what the transport has."""
    source, sport = words.host_or_prefix(version, any_word, wildcards), words.port()
    destination, dport = words.host_or_prefix(version, any_word, wildcards), words.port()
    established = transport == "tcp" and words.take("established")
    icmp_type = None
    if transport == "icmp":
        word = words.next("a type of ICMP")
        icmp_type = icmp_types.get(word)
        if icmp_type is None or sport is not None or dport is not None:
            words.refuse(f"ICMP of IPv{version} has no {word}, or no ports")
    if words.rest:
        words.refuse(f"{words.rest[0]} is not expected")
    return Line(words.number, transport, version, source, sport, destination, dport, icmp_type, established)


def check_text(number, line, text):
    if not line.isascii() or not line.isprintable():
        raise Refused(number, line, "no plain text")
    if text is not None and not 0 < len(text) <= LONGEST_REMARK:
        raise Refused(number, line, f"a remark has {len(text)} characters")


def numbered(text):
    """The lines that are no comments, with their numbers."""
    for number, line in enumerate(text.rstrip("\n").split("\n"), 1):
        check_text(number, line, None)
        if not line.startswith("!"):
            yield number, line


def no_doubles(lines, text):
    """IOS leaves the second of two equal lines out with a message, ASA warns of it: whoever pastes a list should see neither."""
    seen = {}
    for line in lines:
        if line[1:] in seen:
            raise Refused(line.number, text.split("\n")[line.number - 1], f"the same as line {seen[line[1:]]}")
        seen[line[1:]] = line.number
    return lines


class Ios:
    """A router with the lists of a text, each for all packets of its version of IP in each direction: it remembers nothing."""

    HEADS = {"ip access-list extended ": 4, "ipv6 access-list ": 6}

    def __init__(self, text):
        self.lists, self.names, version = {}, set(), None
        for number, line in numbered(text):
            if not line.startswith(" "):
                version = self.begin(number, line)
            elif version is None:
                raise Refused(number, line, "no list has begun")
            elif line.startswith(" remark "):
                check_text(number, line, line[len(" remark "):])
            else:
                self.lists[version].append(self.line(number, line, version))
        for version in self.lists:
            no_doubles(self.lists[version], text)

    def begin(self, number, line):
        for head, version in self.HEADS.items():
            name = line[len(head):]
            if line.startswith(head):
                if not re.fullmatch(r"[A-Za-z][\w-]{0,62}", name) or name in self.names or version in self.lists:
                    raise Refused(number, line, "no name for a list, or one that is there")
                self.names.add(name)
                self.lists[version] = []
                return version
        raise Refused(number, line, "unknown command")

    @staticmethod
    def line(number, line, version):
        words = Words(number, line)
        if words.next("permit") != "permit" or not line.startswith(" permit "):
            words.refuse("neither permit nor remark")
        transport = words.next("a transport")
        if transport not in ("tcp", "udp", "icmp"):
            words.refuse(f"unknown transport {transport}")
        return parse_line(words, version, transport, "any", True, IOS_ICMP[version])

    @functools.lru_cache(None)
    def permits(self, packet):
        for line in self.lists.get(packet.version, ()):
            if packet.is_later_fragment and line.fits_addresses(packet) or line.fits(packet):
                return True
        return packet.version == 6 and packet.transport == "icmp" and packet.icmp_type in NEIGHBOUR_DISCOVERY and 6 in self.lists


class Asa:
    """A firewall in transparent or routed mode with a text's list on all interfaces: it remembers connections and puts fragments together."""

    NAME = "access-list IMPSVC "

    def __init__(self, text, is_routed=False):
        self.lines, self.is_routed, self.is_applied = [], is_routed, False
        self.forget()
        for number, line in numbered(text):
            if self.is_applied:
                raise Refused(number, line, "after the list has been applied")
            if line == "access-group IMPSVC global":
                self.is_applied = True
            elif line.startswith(self.NAME + "remark "):
                check_text(number, line, line[len(self.NAME + "remark "):])
            else:
                self.lines.append(self.line(number, line))
        no_doubles(self.lines, text)

    def forget(self):
        """As after a restart."""
        self.connections, self.fragments = set(), set()

    def line(self, number, line):
        words = Words(number, line)
        if not line.startswith(self.NAME + "extended permit "):
            words.refuse("unknown command")
        words.rest = words.rest[4:]
        transport = words.next("a transport")
        if transport not in ("tcp", "udp", "icmp", "icmp6"):
            words.refuse(f"unknown transport {transport}")
        version = 6 if transport == "icmp6" or ":" in line or "any6" in words.rest else 4
        return parse_line(words, version, transport.rstrip("6"), f"any{version}", False, ASA_ICMP[version])

    def permits(self, packet):
        """Whether it comes through; a packet that does is remembered."""
        ends = packet.transport, frozenset(((packet.source, packet.sport), (packet.destination, packet.dport)))
        datagram = packet.transport, packet.source, packet.destination, packet.number
        if packet.is_later_fragment:
            return datagram in self.fragments
        if not self.is_let_in(packet, ends):
            return False
        if packet.transport != "icmp":
            self.connections.add(ends)
        if packet.number is not None:
            self.fragments.add(datagram)
        return True

    def is_let_in(self, packet, ends):
        if ends in self.connections and packet.transport != "icmp":
            return True
        if packet.transport == "tcp" and packet.flags != "S":      # "no connection"
            return False
        if self.is_routed and address(packet.destination).is_multicast:
            return False
        return self.has_line_for(packet)

    @functools.lru_cache(None)
    def has_line_for(self, packet):
        return any(line.fits(packet) for line in self.lines)
