# What the figures are held against: the baseline, and the budgets of the design. Numbers in, findings out.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from typing import NamedTuple

WORST = 0.03            # of the plugin's own share: more than that is a regression
EARLY_EXIT = 100        # instructions for a packet that cannot match
ANNOTATED = 2000        # for one that is annotated, without a tree
LOADING = 5.0           # milliseconds
MORE_ALLOWED = {        # of all instructions, on mixed traffic
    "summary": 0.01, "fields": 0.01, "all fields": 0.05, "tree": 0.05,
}
STATISTIC = 0.04        # of all instructions, on mixed traffic, without what is decoded because of the plugin and the work at the end
MODEL = "conv,tcp"      # and no more than this statistic of Wireshark's costs


class Change(NamedTuple):
    name: str
    was: int
    now: int

    @property
    def share(self):
        return self.now / self.was - 1

    @property
    def worse(self):
        return self.now > self.was * (1 + WORST)

    def __str__(self):
        verdict = "REGRESSION" if self.worse else "better: renew the baseline" if self.share < -WORST else "as before"
        return f"{self.name}: {self.was} instructions in the baseline, {self.now} now, {self.share:+.2%}: {verdict}"


class Budget(NamedTuple):
    name: str
    figure: float
    limit: float
    form: str = "{:.1f} instructions"
    besides: str = ""       # what more there is to say

    @property
    def over(self):
        return self.figure > self.limit

    def __str__(self):
        return (f"{self.name}: {self.form.format(self.figure)}, budget {self.form.format(self.limit)}: "
                f"{'OVER' if self.over else 'within'}{self.besides}")


def not_comparable(result, baseline):
    """Why no comparison makes sense, or None: another compiler or other options make other code,
    and for another kind of processor the C library has other functions."""
    for key in ("compiler", "build_type", "flags", "as_one", "processor"):
        if result["made_with"][key] != baseline["made_with"][key]:
            return (f"the baseline was made with {key.replace('_', ' ')} '{baseline['made_with'][key]}', "
                    f"this is '{result['made_with'][key]}'")
    return None


def other_traffic(result, baseline):
    """The captures that are not those of the baseline."""
    return [name for name, one in result["captures"].items()
            if name in baseline["captures"] and one["digest"] != baseline["captures"][name]["digest"]]


def compare(result, baseline):
    """The plugin's own share of each capture, and of loading, against the baseline's."""
    same = set(result["captures"]) - set(other_traffic(result, baseline)) | {"loading"}
    return [Change(name, sum(baseline["own"][name].values()), sum(parts.values()))
            for name, parts in result["own"].items() if name in same and name in baseline["own"]]


def early_exit(result):
    """Instructions for each packet that cannot match, or None if that was not measured."""
    if "unlisted" not in result["own"]:
        return None
    return sum(result["own"]["unlisted"].values()) / result["captures"]["unlisted"]["packets"]


def annotated(result, name):
    """Instructions for each annotated packet of a capture: what packets that do not match take is left out. None if that
    was not measured."""
    capture = result["captures"][name]
    if early_exit(result) is None and capture["packets"] != capture["matched"]:
        return None
    others = (capture["packets"] - capture["matched"]) * (early_exit(result) or 0)
    return (sum(result["own"][name].values()) - others) / capture["matched"]


def statistics(counts):
    """Of each of our statistics: what it takes more than Wireshark alone, which counts nothing."""
    if not counts:
        return []
    while_reading = {name: count["all"] - count["decoded"] - count["printed"] for name, count in counts.items()}
    more = {name: count / while_reading["nothing"] - 1 for name, count in while_reading.items()}
    return [Budget(f"more in all, mixed, -z {name}", share, min(STATISTIC, more[MODEL]), "{:.2%}",
                   f"; {MODEL} takes {more[MODEL]:.2%}")
            for name, share in more.items() if name not in ("nothing", MODEL)]


def budgets(result):
    found = []
    if early_exit(result) is not None:
        found.append(Budget("a packet that cannot match", early_exit(result), EARLY_EXIT))
    for name in ("mixed", "cluster", "tls"):
        if result["captures"].get(name, {}).get("matched") and name in result["own"]:
            if (figure := annotated(result, name)) is not None:
                found.append(Budget(f"an annotated packet, {name}", figure, ANNOTATED))
    for mode, limit in MORE_ALLOWED.items():
        count = result.get("totals", {}).get("mixed", {}).get(mode)
        if count:
            decoded, printed = (result[key]["mixed"][mode] for key in ("decoded", "printed"))
            besides = (f"; {(count['impsvc'] - decoded) / count['alone'] - 1:.2%} without the payload that is decoded because of "
                       "the plugin")
            if printed:
                besides += f", {(count['impsvc'] - decoded - printed) / count['alone'] - 1:.2%} without printing at the end, too"
            found.append(Budget(f"more in all, mixed, {mode}", count["impsvc"] / count["alone"] - 1, limit, "{:.2%}", besides))
    found += statistics(result.get("statistics", {}).get("mixed", {}))
    if "milliseconds" in result.get("loading", {}):
        found.append(Budget("loading", result["loading"]["milliseconds"], LOADING, "{:.1f} ms"))
    return found


def missed(result, before):
    """Names of the budgets that are missed: now, or, if not measured now, in the list of before."""
    measured = {one.name: one.over for one in budgets(result)}
    return sorted({name for name, over in measured.items() if over} | {name for name in before if name not in measured})
