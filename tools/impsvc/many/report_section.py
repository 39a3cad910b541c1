# What a report says of a database of many captures, in the form that it has for one capture. Rules, exposed services and the plan are of
# single captures, and left out.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import findings
import paths
from many import answers, asking
from report_content import Section
from say import many


class Nothing:
    """Of what is known of one capture only."""
    begin = None
    rules = None

    @property
    def exposed(self):
        return self

    @staticmethod
    def of_rows(rows):
        return []


class DatabaseSection(Section):
    """Of the captures of one setup in a database."""

    def __init__(self, database, setup, chosen, say):
        rows = [dict(zip(found.columns, row)) for found in [asking.ask(database, setup, "path", chosen)] for row in found.rows]
        self.captures, self.first, self.last, packets = database.ask(
            "SELECT COUNT(*), MIN(first_seen), MAX(last_seen), SUM(packets) FROM captures WHERE setup = ? AND state = 'done'", (setup,))[0]
        self.list = database.ask("SELECT release FROM setups WHERE id = ?", (setup,))[0][0]
        read = paths.Paths(database.shown, release={"release": self.list, "name": self.list}, found=findings.Findings(packets=int(packets or 0), nodes=nodes(database, setup, say)),
                           columns=COLUMNS)
        read.rows = [row_of(number, row, say) for number, row in enumerate(rows, 1)]
        super().__init__(1, read, Nothing())

    def facts(self, say):
        number, rows = many(self.captures, "capture"), many(len(self.paths.rows), "path")
        return say(f"{number} from {answers.short(self.first)} until {answers.short(self.last)} UTC; {rows} of the port list {self.list}",
                   f"キャプチャ {self.captures} 個 ({answers.short(self.first)} ～ {answers.short(self.last)} UTC)、ポート一覧 {self.list} の経路 "
                   f"{len(self.paths.rows)}")


COLUMNS = ["no", "result", "entry", "service", "from", "to", "by", "tries", "answered", "dscp_to", "dscp_back", "evidence", "transport", "blocked"]


def row_of(number, row, say):
    """A path as the check has it."""
    return {"no": number, "result": answers.word_of(row["result"], say), "entry": row["entry"], "service": row["service"], "from": row["initiator"],
            "to": answers.host(row["listener"], row["listener_port"]), "by": answers.stopper(row["stopped_by"], say) or None, "tries": row["tries"],
            "answered": row["answered_flows"], "dscp_to": row["dscp_to"] or None, "dscp_back": row["dscp_back"] or None,
            "evidence": evidence(row, say), "transport": row["carrier"], "blocked": "yes" if row["is_blocked"] else None}


def evidence(row, say):
    """Since when, how often, and where it stops."""
    return say("; ", "、").join([*answers.where_it_stops(row, say), answers.since(row, say), answers.how_often(row, say)])


def nodes(database, setup, say):
    """(address, how it is known)"""
    how = {3: say("learned from its traffic", "通信から学習"), 4: say("configured, or its peer is", "設定済み、または相手が設定済み")}
    rows = database.ask("SELECT address, MAX(confidence) FROM (SELECT initiator AS address, confidence FROM flows WHERE setup = ? AND "
                        "initiator_is_node = 1 UNION ALL SELECT listener, confidence FROM flows WHERE setup = ? AND listener_is_node = 1) known "
                        "GROUP BY address ORDER BY address", (setup, setup))
    return [(address, how.get(confidence, how[3])) for address, confidence in rows]
