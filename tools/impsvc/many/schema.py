# What is in the database: its tables with a comment on each column, its views, and how an older database becomes a new one.
#
# A step of STEPS is never changed once it was released: a database keeps the number of those that it has seen. SQLite keeps comments in
# the text of its tables, PostgreSQL beside them; both get the same.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from typing import NamedTuple


class Column(NamedTuple):
    name: str
    type: str
    comment: str


class Table(NamedTuple):
    name: str
    comment: str
    columns: tuple
    constraints: tuple = ()
    indexes: tuple = ()         # columns of each


SETUPS = Table("setups", "With what captures were read: other versions, lists or settings give other results, which are kept apart", (
    Column("id", "{number} PRIMARY KEY", "number of the setup"),
    Column("plugin", "TEXT NOT NULL", "version of impsvc"),
    Column("catalog", "TEXT NOT NULL", "SHA-256 of the port lists' files, hexadecimal"),
    Column("release", "TEXT NOT NULL", "the port list that was used: base, 12.5.1su3"),
    Column("settings", "TEXT NOT NULL", "SHA-256 of the user's settings that matter (nodes, moved ports, ...), hexadecimal"),
    Column("used", "DOUBLE PRECISION NOT NULL", "when captures were collected with it last, seconds since 1970; the largest is what is asked"),
), ("UNIQUE (plugin, catalog, release, settings)",))

CAPTURES = Table("captures", "Each capture file once, by its content", (
    Column("id", "{number} PRIMARY KEY", "number of the capture"),
    Column("setup", "BIGINT NOT NULL REFERENCES setups", "with what it is read"),
    Column("sha256", "TEXT NOT NULL", "SHA-256 of the file, hexadecimal"),
    Column("size_bytes", "BIGINT NOT NULL", "size of the file in bytes"),
    Column("name", "TEXT NOT NULL", "what the file was called when it was read, with its folder"),
    Column("point", "TEXT", "where it was made, if the user said so (--point); otherwise its interfaces say it"),
    Column("state", "TEXT NOT NULL", "claimed: somebody reads it; done; failed: it cannot be read, see reason"),
    Column("reason", "TEXT", "why it cannot be read, or only in part; a sentence in the language of whoever collected it"),
    Column("reader", "TEXT", "who has claimed it: machine, process, and when that process began; NULL when it is done"),
    Column("lease_until", "DOUBLE PRECISION", "until when the claim holds without being renewed, seconds since 1970; NULL when it is done"),
    Column("tries", "BIGINT NOT NULL", "how often somebody has begun to read it"),
    Column("packets", "BIGINT", "number of packets, whatever they are"),
    Column("first_seen", "BIGINT", "when its first packet came, nanoseconds since 1970; NULL if it has none"),
    Column("last_seen", "BIGINT", "when its last packet came, nanoseconds since 1970"),
    Column("is_joined", "INTEGER NOT NULL", "1 if its flows are in the table flows, 0 if the next collect has to put them there"),
), ("UNIQUE (setup, sha256)",), (("setup", "state", "is_joined"), ("setup", "name")))

NAMES = Table("names", "Files that were looked at, so that one that has not changed need not be read to know its SHA-256", (
    Column("machine", "TEXT NOT NULL", "name of the machine on which the file is called so"),
    Column("name", "TEXT NOT NULL", "the file, with its folder"),
    Column("size_bytes", "BIGINT NOT NULL", "its size in bytes when it was looked at"),
    Column("modified", "BIGINT NOT NULL", "when it had been changed last, nanoseconds since 1970"),
    Column("sha256", "TEXT NOT NULL", "SHA-256 of it, hexadecimal"),
), ("PRIMARY KEY (machine, name)",))

MISSED = Table("missed", "Files of which not even the SHA-256 could be taken; a file that can be read later on is taken out", (
    Column("machine", "TEXT NOT NULL", "name of the machine"),
    Column("name", "TEXT NOT NULL", "the file, with its folder"),
    Column("reason", "TEXT NOT NULL", "why, a sentence in the language of whoever collected"),
), ("PRIMARY KEY (machine, name)",))

INTERFACES = Table("interfaces", "Where the interfaces of a capture are", (
    Column("capture", "BIGINT NOT NULL REFERENCES captures ON DELETE CASCADE", "the capture"),
    Column("number", "BIGINT NOT NULL", "the interface's number in it, from 0"),
    Column("point", "TEXT NOT NULL", "the capture point: what the user called it, or the interface's name in the file, or -"),
), ("PRIMARY KEY (capture, number)",))

SIGHTINGS = Table("sightings", "What one capture has of one flow", (
    Column("capture", "BIGINT NOT NULL REFERENCES captures ON DELETE CASCADE", "the capture"),
    Column("transport", "TEXT NOT NULL", "TCP, UDP or ICMP"),
    Column("address", "TEXT NOT NULL", "the end with the smaller address"),
    Column("port", "INTEGER NOT NULL", "its port, 0 for ICMP"),
    Column("other", "TEXT NOT NULL", "the other end"),
    Column("other_port", "INTEGER NOT NULL", "its port, 0 for ICMP"),
    Column("first_seen", "BIGINT NOT NULL", "when its first packet came, nanoseconds since 1970"),
    Column("last_seen", "BIGINT NOT NULL", "when its last packet came, nanoseconds since 1970"),
    Column("frame", "BIGINT NOT NULL", "number of its first packet in the capture"),
    Column("interfaces", "BIGINT NOT NULL", "the capture's interfaces that show it, as bits; 0 where the file names none"),
    Column("record", "TEXT NOT NULL", "all that is known of it, to be joined with others; its form is that of one version of impsvc"),
), (), (("address", "other", "transport", "port", "other_port", "first_seen"), ("address", "other", "first_seen"), ("capture",)))

SIDES = Table("sides", "Capture points that have shown the same packets: two sides of something", (
    Column("setup", "BIGINT NOT NULL REFERENCES setups ON DELETE CASCADE", "with what the captures were read"),
    Column("point", "TEXT NOT NULL", "a capture point"),
    Column("other", "TEXT NOT NULL", "another one; each pair is there both ways"),
), ("PRIMARY KEY (setup, point, other)",))

FLOWS = Table("flows", "Each flow once, however many captures have it: a TCP connection, an exchange over UDP, hosts that ping each other", (
    Column("setup", "BIGINT NOT NULL REFERENCES setups ON DELETE CASCADE", "with what its captures were read"),
    Column("ends", "TEXT NOT NULL", "transport and both ends, the smaller address first"),
    Column("entry", "TEXT NOT NULL", "entry of the port list: 22.4"),
    Column("service", "TEXT NOT NULL", "the entry's service"),
    Column("transport", "TEXT NOT NULL", "TCP, UDP or ICMP"),
    Column("carrier", "TEXT NOT NULL", "as the port list names it: TLS for TLS over TCP"),
    Column("way", "TEXT NOT NULL", "as the cluster sees it: inbound, outbound, intracluster, localhost, intercluster"),
    Column("confidence", "INTEGER NOT NULL", "how sure the entry is: 1 port, 2 payload, 3 learned node, 4 configured node"),
    Column("initiator", "TEXT NOT NULL", "address of the end that began"),
    Column("initiator_port", "INTEGER NOT NULL", "its port, 0 for ICMP"),
    Column("initiator_role", "TEXT NOT NULL", "what it is to the service"),
    Column("initiator_is_node", "INTEGER NOT NULL", "1 if it is known to be an IM and Presence server"),
    Column("listener", "TEXT NOT NULL", "address of the end that owns the service's port"),
    Column("listener_port", "INTEGER NOT NULL", "its port, 0 for ICMP"),
    Column("listener_role", "TEXT NOT NULL", "what it is to the service"),
    Column("listener_is_node", "INTEGER NOT NULL", "1 if it is known to be an IM and Presence server"),
    Column("first_seen", "BIGINT NOT NULL", "when its first packet came, nanoseconds since 1970"),
    Column("last_seen", "BIGINT NOT NULL", "when its last packet came, nanoseconds since 1970"),
    Column("packets_to", "BIGINT NOT NULL", "packets to the listener, at the capture point that has seen most"),
    Column("bytes_to", "BIGINT NOT NULL", "bytes on the wire, likewise"),
    Column("retransmissions_to", "BIGINT NOT NULL", "segments sent again, likewise"),
    Column("packets_back", "BIGINT NOT NULL", "packets to the initiator, likewise"),
    Column("bytes_back", "BIGINT NOT NULL", "bytes on the wire, likewise"),
    Column("retransmissions_back", "BIGINT NOT NULL", "segments sent again, likewise"),
    Column("dscp_to", "TEXT NOT NULL", "DSCP values of packets to the listener by name (CS0, EF), a comma and a blank between them"),
    Column("dscp_back", "TEXT NOT NULL", "DSCP values of packets to the initiator"),
    Column("result", "TEXT NOT NULL", "whether it gets through: open, refused, rejected, no answer, lost, one way, sent, undecided"),
    Column("is_blocked", "INTEGER NOT NULL", "1 if it does not get through"),
    Column("is_answered", "INTEGER NOT NULL", "1 if the listener took it"),
    Column("is_judged", "INTEGER NOT NULL", "0 if the captures show too little of it, or an answer could still come"),
    Column("badness", "INTEGER NOT NULL", "for what is said of its path: 0 is the worst, flows that cannot be judged come last"),
    Column("stopped_by", "TEXT NOT NULL", "who said no: an address, or a device in between; empty if nobody did"),
    Column("tries", "INTEGER NOT NULL", "different SYNs; anything else that begins a flow is one"),
    Column("points_to", "TEXT NOT NULL", "capture points that have packets to the listener, a comma and a blank between them"),
    Column("points_back", "TEXT NOT NULL", "capture points that have packets to the initiator"),
    Column("seen_on", "TEXT NOT NULL", "of a flow that is stopped or lost: points where the packets are that were"),
    Column("not_seen_on", "TEXT NOT NULL", "points where the two hosts were seen at that time, but not these packets: it stops before them"),
    Column("captures", "INTEGER NOT NULL", "how many captures have it"),
    Column("community_id", "TEXT NOT NULL", "Community ID 1.0, seed 0: its name in Zeek, Suricata and Arkime"),
), (), (("setup", "ends"), ("setup", "entry", "initiator", "listener", "listener_port")))

# The columns that make a path.
PATH = "setup, entry, service, transport, initiator, listener, listener_port"

PATHS = ("paths", "Each path (an entry from one host to another) with what came of it and since when", f"""
SELECT {PATH}, carrier, initiator_role, listener_role, initiator_is_node, listener_is_node, way, confidence,
       result, is_blocked,
       (SELECT MIN(since.first_seen) FROM flows since
         WHERE {{same:since}} AND since.is_judged = 1 AND since.is_blocked = last_one.is_blocked AND since.first_seen > COALESCE(
           (SELECT MAX(before.first_seen) FROM flows before
             WHERE {{same:before}} AND before.is_judged = 1 AND before.is_blocked <> last_one.is_blocked), {-2**63})) AS since,
       CASE WHEN (SELECT COUNT(DISTINCT change.is_blocked) FROM flows change WHERE {{same:change}} AND change.is_judged = 1) > 1
            THEN 1 ELSE 0 END AS has_changed,
       all_flows AS flows, blocked_flows, answered_flows, all_tries AS tries, path_first AS first_seen, path_last AS last_seen,
       stopped_by, seen_on, not_seen_on, points_to, points_back, dscp_to, dscp_back
  FROM (SELECT flows.*,
               COUNT(*) OVER path AS all_flows, SUM(is_blocked) OVER path AS blocked_flows, SUM(is_answered) OVER path AS answered_flows,
               SUM(tries) OVER path AS all_tries, MIN(first_seen) OVER path AS path_first, MAX(last_seen) OVER path AS path_last,
               ROW_NUMBER() OVER (PARTITION BY {PATH} ORDER BY is_judged DESC, first_seen DESC, badness, last_seen DESC, ends) AS from_last
          FROM flows WINDOW path AS (PARTITION BY {PATH})) last_one
 WHERE from_last = 1""")

VIEW_POINTS = ("points", "Each capture point: what was captured there, and what stops after it", """
SELECT captures.setup, interfaces.point, COUNT(DISTINCT captures.id) AS captures, MIN(captures.first_seen) AS first_seen,
       MAX(captures.last_seen) AS last_seen,
       (SELECT COUNT(*) FROM flows WHERE flows.setup = captures.setup
          AND {has:points_to || ', ' || points_back}) AS flows,
       (SELECT COUNT(*) FROM flows WHERE flows.setup = captures.setup AND is_blocked = 1 AND not_seen_on <> ''
          AND {has:seen_on}) AS stopped_after
  FROM captures JOIN interfaces ON interfaces.capture = captures.id
 WHERE captures.state = 'done' GROUP BY captures.setup, interfaces.point""")

VIEW_HOSTS = ("hosts", "Each host in each of its roles: paths that it begins and that it listens on", """
SELECT setup, host, role, is_node, SUM(begins) AS begins, SUM(listens) AS listens, SUM(is_blocked) AS blocked,
       MIN(first_seen) AS first_seen, MAX(last_seen) AS last_seen
  FROM (SELECT setup, initiator AS host, initiator_role AS role, initiator_is_node AS is_node, 1 AS begins, 0 AS listens, is_blocked,
               first_seen, last_seen FROM paths
        UNION ALL
        SELECT setup, listener, listener_role, listener_is_node, 0, 1, is_blocked, first_seen, last_seen FROM paths) ends
 GROUP BY setup, host, role, is_node""")

VIEW_WHERE = ("where_seen", "In which captures a flow is, and at which frame it begins there", """
SELECT flows.setup, flows.ends, flows.first_seen AS flow_first_seen, captures.name, captures.point, sightings.frame,
       sightings.first_seen, sightings.last_seen
  FROM flows
  JOIN sightings ON sightings.transport || ' ' || sightings.address || ' ' || sightings.port || ' ' || sightings.other || ' ' ||
                    sightings.other_port = flows.ends
   AND sightings.first_seen BETWEEN flows.first_seen AND flows.last_seen
  JOIN captures ON captures.id = sightings.capture AND captures.setup = flows.setup AND captures.state = 'done'""")

VIEW_TIMELINE = ("hours", "How many flows of each path began in each hour, and how many of them were blocked: for charts", f"""
SELECT {PATH}, {{hour:first_seen}} AS hour, COUNT(*) AS flows, SUM(is_blocked) AS blocked, SUM(packets_to + packets_back) AS packets,
       SUM(bytes_to + bytes_back) AS bytes
  FROM flows GROUP BY {PATH}, {{hour:first_seen}}""")

# Each step is what one version of the schema added: tables, then views (name, comment, text).
STEPS = (
    ((SETUPS, CAPTURES, NAMES, MISSED, INTERFACES, SIGHTINGS, SIDES, FLOWS), ()),
    ((), (PATHS, VIEW_POINTS, VIEW_HOSTS, VIEW_WHERE, VIEW_TIMELINE)))
VERSION = len(STEPS)

COLUMNS_OF_A_FLOW = tuple(column.name for column in FLOWS.columns)
COLUMNS_OF_A_SIGHTING = tuple(column.name for column in SIGHTINGS.columns)


def has_point(points, point):
    """That a list of points has one: the same with every database, whatever letters and marks names have."""
    return f"REPLACE(', ' || {points} || ', ', ', ' || {point} || ', ', '') <> ', ' || {points} || ', '"


def is_same_path(other):
    """That a flow with another name is of the path at hand."""
    return " AND ".join(f"{other}.{name} = last_one.{name}" for name in PATH.split(", "))


def statements(step, dialect):
    """The SQL of a step; dialect is of database.py."""
    tables, views = STEPS[step]
    for table in tables:
        yield from dialect.table(table)
        for number, columns in enumerate(table.indexes):
            yield f"CREATE INDEX {table.name}_{number} ON {table.name} ({', '.join(columns)})"
    for name, comment, text in views:
        for other in ("since", "before", "change"):
            text = text.replace(f"{{same:{other}}}", is_same_path(other))
        for points in ("points_to || ', ' || points_back", "seen_on"):
            text = text.replace(f"{{has:{points}}}", has_point(points, "interfaces.point"))
        yield from dialect.view(name, comment, text.replace("{hour:first_seen}", dialect.hour("first_seen")))
