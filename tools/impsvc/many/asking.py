# Questions to the database: which rows, in which columns. The answers' words are the database's; how they look is many/answers.py's.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import ipaddress
import re
from datetime import datetime, timezone
from typing import NamedTuple

from many import schema
from say import Failure

# Worst first, as the plugin sorts paths.
ORDER_OF_RESULTS = ("rejected", "no answer", "lost", "refused", "one way", "undecided", "open", "sent")


class Kind(NamedTuple):
    view: str
    columns: tuple
    order: tuple                # of columns
    filters: tuple = ()         # of FILTERS, those that it has


FILTERS = {
    "blocked": "is_blocked = 1",
    "entry": "entry = ?",
    "node": "(initiator = ? OR listener = ?)",
    "point": schema.has_point("points_to || ', ' || points_back", "?"),
    "since": "last_seen >= ?",
    "until": "first_seen <= ?"}

OF_FLOWS = ("blocked", "entry", "node", "point", "since", "until")
KINDS = {
    "path": Kind("paths", ("result", "entry", "service", "carrier", "initiator", "listener", "listener_port", "since", "has_changed", "flows",
                           "blocked_flows", "answered_flows", "tries", "first_seen", "last_seen", "stopped_by", "seen_on", "not_seen_on",
                           "points_to", "points_back", "dscp_to", "dscp_back", "initiator_role", "listener_role", "way", "confidence",
                           "is_blocked"),
                 ("initiator", "listener", "listener_port", "transport"), OF_FLOWS),
    "flow": Kind("flows", tuple(name for name in schema.COLUMNS_OF_A_FLOW if name != "setup"), ("first_seen", "ends", "last_seen"), OF_FLOWS),
    "point": Kind("points", ("point", "captures", "first_seen", "last_seen", "flows", "stopped_after"), ("point",)),
    "node": Kind("hosts", ("host", "role", "is_node", "begins", "listens", "blocked", "first_seen", "last_seen"),
                 ("host", "role")),
    "capture": Kind("captures", ("name", "state", "reason", "point", "packets", "first_seen", "last_seen", "size_bytes", "sha256"),
                    ("first_seen", "name")),
    "release": Kind("", ("release", "plugin", "captures", "flows", "paths", "blocked", "open", "is_last"), ())}
TEXTS = {"ends", "initiator", "listener", "transport", "point", "host", "role", "name"}     # columns to sort by, which are texts
LEAST, MOST = -2**63 + 1, 2**63 - 1
TIMES = {"first_seen", "last_seen", "since"}

RELEASES = """
SELECT release, plugin,
       (SELECT COUNT(*) FROM captures WHERE setup = setups.id AND state = 'done'),
       (SELECT COUNT(*) FROM flows WHERE setup = setups.id),
       (SELECT COUNT(*) FROM paths WHERE setup = setups.id),
       (SELECT COUNT(*) FROM paths WHERE setup = setups.id AND is_blocked = 1),
       (SELECT COUNT(*) FROM paths WHERE setup = setups.id AND result IN ('open', 'sent')),
       CASE WHEN used = (SELECT MAX(used) FROM setups latest WHERE latest.release = setups.release) THEN 1 ELSE 0 END
  FROM setups ORDER BY release, used"""


class Answer(NamedTuple):
    columns: tuple
    rows: object        # lists, in the order of the columns; of flows one after the other, as there may be any number


def ask(database, setup, kind, chosen):
    """The rows of a kind; chosen has values for some of its filters."""
    if kind == "release":
        return Answer(KINDS[kind].columns, [list(row) for row in database.ask(RELEASES)])
    one = KINDS[kind]
    conditions, values = ["setup = ?"], [setup]
    for name, value in chosen.items():
        conditions.append(FILTERS[name])
        values += [] if value is True else [value] * FILTERS[name].count("?")
    order = ", ".join(database.by_bytes(name) if name in TEXTS else name for name in one.order)
    sql = f"SELECT {', '.join(one.columns)} FROM {one.view} WHERE {' AND '.join(conditions)} ORDER BY {order}"
    if kind == "flow":
        return Answer(one.columns, map(list, database.each(sql, values)))
    rows = [list(row) for row in database.ask(sql, values)]
    if kind == "path":          # entries in the list's order, which SQL does not know
        rows.sort(key=lambda row: (-row[-1], rank_of(row[0]), *entry_order(row[1])))
    if kind == "capture":
        rows += [[name, "failed", reason, None, None, None, None, None, None]
                 for name, reason in database.ask(f"SELECT name, reason FROM missed ORDER BY {database.by_bytes('name')}")]
    return Answer(one.columns, rows)


def rank_of(result):
    return ORDER_OF_RESULTS.index(result) if result in ORDER_OF_RESULTS else len(ORDER_OF_RESULTS)


def entry_order(entry):
    return [int(part) for part in entry.split(".")]


def setup_to_ask(database, release, say):
    """The number of the setup that was used last, or last with a release."""
    rows = database.ask("SELECT id, release FROM setups ORDER BY used DESC, id DESC")
    if not rows:
        raise Failure(say(f"{database.shown}: has no captures yet", f"{database.shown}: キャプチャがまだありません"))
    for number, theirs in rows:
        if release in (None, theirs):
            return number
    known = ", ".join(sorted({theirs for _, theirs in rows}))
    raise Failure(say(f"{database.shown}: nothing was collected with the port list of {release}; there is: {known}",
                      f"{database.shown}: リリース {release} のポート一覧では収集していません。あるもの: {known}"))


def chosen_filters(options, kind, say):
    """The filters that the options name; a Failure for those that the kind does not have."""
    chosen = {}
    if options.blocked:
        chosen["blocked"] = True
    for name in ("entry", "node"):
        if getattr(options, name) is not None:
            chosen[name] = getattr(options, name)
    if options.node is not None:
        chosen["node"] = address_of(options.node, say)
    if options.point is not None:
        chosen["point"] = options.point
    for name in ("since", "until"):
        if getattr(options, name) is not None:
            chosen[name] = nanoseconds_of(getattr(options, name), say)
    wrong = [f"--{name}" for name in chosen if name not in KINDS[kind].filters]
    if wrong:
        raise Failure(say(f"{', '.join(wrong)}: is for --by path and --by flow", f"{'、'.join(wrong)}: --by path と --by flow で使えます"))
    return chosen


def address_of(text, say):
    """As the database has it: IPv6 in short."""
    try:
        return ipaddress.ip_address(text).compressed
    except ValueError:
        raise Failure(say(f'"{text}" is no address', f"「{text}」はアドレスではありません")) from None


def nanoseconds_of(text, say):
    """A day or a time: 2026-11-29, 2026-11-29T12:00, UTC as all times here, or with +01:00 another zone's."""
    try:
        when = datetime.fromisoformat(re.sub(r"Z$", "+00:00", text))
        seconds = (when if when.tzinfo else when.replace(tzinfo=timezone.utc)).timestamp()
    except (ValueError, OverflowError):
        raise Failure(say(f'"{text}" is no time: write it as 2026-11-29 or 2026-11-29T12:00',
                          f"「{text}」は時刻ではありません。2026-11-29 または 2026-11-29T12:00 のように書いてください")) from None
    return max(LEAST, min(round(seconds * 1_000_000) * 1000, MOST))
