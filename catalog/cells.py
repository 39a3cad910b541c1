# SPDX-License-Identifier: GPL-2.0-or-later
"""What a cell of the catalog may hold: a check takes a cell's text and returns what is wrong with it, or None."""

import ipaddress
import os
import re

MAX_PORT_NAME = 15          # letters of a service name in IANA's registry (RFC 6335)
NO_PORT_NAME = "-"          # where another of the entry's ports has one


def form(cell):
    if cell != cell.strip():
        return "begins or ends with a blank"
    if not all(character.isprintable() or character == "\u3000" for character in cell):
        return "has a line break or another invisible character in it"
    return None


def text(cell):
    return None if cell else "is empty"


def table_name(cell):
    return 'has a "/", which separates levels in statistics trees' if "/" in cell else text(cell)


def group_name(cell):
    found = [sign for sign in ("//", "@", '"', "\\", "&") if sign in cell]
    return f"has a {found[0]}, which has a meaning of its own in Wireshark's profiles" if found else text(cell)


def port_name(cell):
    if cell == NO_PORT_NAME:
        return None
    if len(cell) > MAX_PORT_NAME:
        return f'"{cell}" has {len(cell)} letters, at most {MAX_PORT_NAME} are usual'
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", cell) or cell.isdigit():
        return f'"{cell}" is no name of a port: a-z, 0-9, and single hyphens between them, with a letter'
    return None


def one_of(values):
    return lambda cell: None if cell in values else f'"{cell}" is none of {", ".join(values)}'


def pattern(pattern, allowed):
    return lambda cell: None if re.fullmatch(pattern, cell) else f'"{cell}" is not made of {allowed}'


def number(least, most):
    def check(cell):
        if not re.fullmatch("0|[1-9][0-9]*", cell):
            return f'"{cell}" is not a number'
        return None if least <= int(cell) <= most else f"{cell} is not in {least} to {most}"
    return check


def multicast_group(cell):
    try:
        is_group = ipaddress.ip_address(cell).is_multicast
    except ValueError:
        is_group = False
    return None if is_group else f'"{cell}" is not the address of a multicast group'


def name_in(other, column, what):
    """A name that another file has; while that file has a mistake in its names, any."""
    known = {row[column].strip() for row in other.rows}
    reason = f"unknown {what}, {os.path.basename(other.path)} does not have it"

    def check(cell):
        if cell in known or not other.complete or not all(row.fine(column) for row in other.rows):
            return text(cell)
        return text(cell) or f'"{cell}": {reason}'
    return check


def optional(check):
    return lambda cell: check(cell) if cell else None


def list_of(check, most):
    def check_list(cell):
        items = cell.split(" ")
        reasons = [reason for reason in map(check, items) if reason]
        if reasons:
            return reasons[0] + ", items of a list are separated by one blank"
        if len(items) > most:
            return f"has {len(items)} items, at most {most} are possible"
        return f'"{cell}" has an item twice' if len(set(items)) < len(items) else None
    return check_list


def port(cell):
    return number(1, 65535)(cell)


def ports(cell):
    """A port, or a range of ports as in "37240-61000"."""
    first, dash, last = cell.partition("-")
    reason = port(first) or (port(last) if dash else None)
    if reason is None and dash and int(first) >= int(last):
        return f'"{cell}" ends before it begins'
    return reason
