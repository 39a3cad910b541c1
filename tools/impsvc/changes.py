# What changes for a firewall from one release of the port list to another: a row (dict of COLUMNS) for each change.
#
# Entries are compared by their numbers, which mean the same service in all releases. What stays inside one node in both needs no
# rule and is no change. Of a release that is known in part only its facts are said.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import lanes
from port_list import is_complete

COLUMNS = ("kind", "entry", "service", "from", "to", "transport", "old_ports", "new_ports", "old_source_ports", "new_source_ports", "remark")
NEW, NEW_ENDS, PORT, TLS, NO_TLS, TRANSPORT, DIRECTION, SOURCE, REACH, ENDS_GONE, GONE, FACT = KINDS = (
    "new", "new ends", "port", "TLS", "no TLS", "transport", "direction", "source ports", "reach", "ends gone", "gone", "known in part")


def between(catalog, before, after, say):
    """The changes from one release to another, in the order of KINDS and of the entries."""
    roles = lanes.Roles(catalog.roles, say)
    if is_complete(before) and is_complete(after):
        old, new = (lanes.of_release(catalog, release["release"], roles) for release in (before, after))
        found = [change for entry in {**old, **new} for change in _of_entry(old.get(entry), new.get(entry), say)]
    else:
        found = [_fact(row, release, other, release is after, catalog, say) for release, other in ((before, after), (after, before))
                 if not is_complete(release) for row in catalog.facts if row["release"] == release["release"]]
    return sorted(found, key=lambda change: (KINDS.index(change["kind"]), [int(part) for part in change["entry"].split(" ")[0].split(".") if part]))


def _of_entry(old, new, say):
    """The changes of a service; None is a release that does not have it."""
    if old is None:
        return [_row(NEW, None, lane, _both_ways(lane, say)) for lane in new.needed()]
    if new is None:
        return [_row(GONE, lane, None, "") for lane in old.needed()]
    found = _of_own_row(old.own, new.own, say)
    opened = [lane for lane in new.between_hosts() if not old.covers(lane)]
    closed = [lane for lane in old.between_hosts() if not new.covers(lane)]
    if old.own.inside_node != new.own.inside_node:      # said above, with all that it covers
        opened = [lane for lane in opened if not lanes.Service(new.own, new.roles).covers(lane)]
        closed = [lane for lane in closed if not lanes.Service(old.own, old.roles).covers(lane)]
    elif old.own in closed and new.own in opened and (old.own.initiator, old.own.listener) == (new.own.listener, new.own.initiator):
        found.append(_row(DIRECTION, old.own, new.own, say("the other side connects now", "接続を始める側が入れ替わる")))
        opened.remove(new.own)
    found += [_opened(old, new, lane, say) for lane in opened]
    found += [_row(ENDS_GONE, lane, None, "")
              for lane in closed if lane is not old.own or new.own.ends != old.own.ends]
    return found + _source_ports(old, new)


def _opened(old, new, lane, say):
    if lane is new.own and lane.ends == old.own.ends:
        return _row(DIRECTION, old.own, lane, say("now in both directions", "双方向になる"))
    return _row(NEW_ENDS, None, lane, _both_ways(lane, say))


def _of_own_row(old, new, say):
    if old.inside_node and new.inside_node:
        return []
    if old.inside_node != new.inside_node:
        return [_row(REACH, old, new, say("only inside a node now", "ノードの中だけになる") if new.inside_node else
                     say("leaves the node now", "ノードの外にも出る"))]
    found = []
    if old.ports != new.ports:
        found.append(_row(PORT, old, new, ""))
    if ("TLS" in old.transports) != ("TLS" in new.transports):
        is_tls = "TLS" in new.transports
        found.append(_row(TLS if is_tls else NO_TLS, old, new, f"{old.transport} → {new.transport}"))
    elif set(old.transports) != set(new.transports):
        found.append(_row(TRANSPORT, old, new, f"{old.transport} → {new.transport}"))
    if old.both_ways and not new.both_ways and old.ends == new.ends and old.initiator != old.listener:
        found.append(_row(DIRECTION, old, new, say("now in one direction only", "片方向だけになる")))
    return found


def _source_ports(old, new):
    """Where the same ends have other source ports."""
    pairs = {(old.like(lane), lane): lane for lane in new.between_hosts() if old.covers(lane)}
    for lane in old.others:
        if new.covers(lane):
            pairs.setdefault((lane, new.like(lane)), lane)
    return [_row(SOURCE, *pair, "", lane) for pair, lane in pairs.items() if pair[0].source_ports != pair[1].source_ports]


def _both_ways(lane, say):
    return say("both directions", "双方向") if lane.both_ways else ""


def _row(kind, old, new, remark, lane=None):
    """A change from one lane to another; either may be missing. The ends are the new one's, unless a lane is given for them."""
    lane = lane or new or old
    return {"kind": kind, "entry": lane.entry, "service": lane.service, "from": lane.initiator_name, "to": lane.listener_name,
            "transport": lane.transport, "old_ports": old.ports if old else "", "new_ports": new.ports if new else "",
            "old_source_ports": old.source_ports if old else "", "new_source_ports": new.source_ports if new else "", "remark": remark}


def _fact(fact, release, other, is_new, catalog, say):
    """A fact of a release that is known in part, with the ports that the other list has for the same services."""
    names = {number: row["service_" + say.language] for number, row in _entries(catalog.entries).items()}
    listed = _entries(row for row in catalog.entries if row["release"] == other["release"])
    numbers = fact["entry"].split()
    remark = f"{release['name']}: {fact['fact_' + say.language]}"
    if is_complete(other) and not all(number in listed for number in numbers):
        remark += say(f" ({other['name']} does not list it)", f" ({other['name']} の一覧にはない)")
    role = {row["name_en"]: row["name_" + say.language] for row in catalog.roles}
    mine, theirs = ("new", "old") if is_new else ("old", "new")
    return {"kind": FACT, "entry": fact["entry"],
            "service": say(", ", "、").join(names[number] for number in numbers) or fact["protocol"],
            "from": role.get(fact["from"], fact["from"]), "to": role.get(fact["to"], fact["to"]), "transport": fact["transports"],
            f"{mine}_ports": fact["ports"], f"{theirs}_ports": _all_of("listener_ports", listed, numbers),
            f"{mine}_source_ports": fact["source_ports"], f"{theirs}_source_ports": _all_of("source_ports", listed, numbers),
            "remark": f"{remark} [{fact['source']}]"}


def _entries(rows):
    """{entry: row}, of the first release that has it."""
    found = {}
    for row in rows:
        found.setdefault(f"{row['table']}.{row['row']}", row)
    return found


def _all_of(column, listed, numbers):
    """The ports of some services, each once, though several services share one."""
    return " ".join(dict.fromkeys(port for number in numbers if number in listed for port in listed[number][column].split()))
