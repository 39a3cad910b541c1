# What is in the profile: everything of the catalog, colors that can be read and told apart.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import json
import math
import re
import shutil

import formats
import pytest
from conftest import NAME, SOURCE, make
from port_list import ENTRIES
from expert_items import NOTES, WARNINGS

LISTS = ["colorfilters", "dfilter_buttons", "dfilters", "cfilters", "dfilter_macros", "dmacros", "io_graphs", "services"]
FILES = {*LISTS, "preferences", "recent", "impsvc_profile"}
WHITE, DARK = (255, 255, 255), (30, 30, 30)     # what packets without a rule stand on


def items(profile, name):
    return formats.parse(name, formats.read(profile / name))


def rows_of(name):
    with open(SOURCE / "catalog" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_are_those_that_wireshark_reads(profile):
    assert {path.name for path in profile.iterdir() if path.is_file()} == FILES


def test_the_same_catalog_gives_the_same_profile(made, tmp_path):
    assert make(tmp_path).returncode == 0
    for name in FILES:
        assert (tmp_path / NAME / name).read_bytes() == (made / NAME / name).read_bytes()


@pytest.mark.parametrize("name", ["colorfilters", "dfilters", "cfilters", "dfilter_buttons", "dmacros"])
def test_every_group_has_its_rule_filter_button_and_macro(profile, name):
    found = [item.key for item in items(profile, name)]
    japanese = profile.parent.name == "ja"
    for group in rows_of("groups.csv"):
        text = group["name_ja" if japanese else "name_en"]
        wanted = {"dfilter_buttons": f"{'グループ' if japanese else 'Group'}//{text}", "dmacros": f"impsvc_{group['slug']}"}
        assert found.count(wanted.get(name, f"{NAME}: {text}")) == 1


def test_every_table_has_a_button_and_is_in_one_group(profile):
    numbers = [row["number"] for row in rows_of("tables.csv") if int(row["number"]) <= 28]      # base's
    filters = [item.value[1] for item in items(profile, "dfilter_buttons")]
    assert [f for f in filters if "table ==" in f] == [f"impsvc.table == {number}" for number in numbers]
    in_groups = [number for f in filters if "table in" in f for number in re.findall(r"\d+", f)]
    assert sorted(in_groups, key=int) == numbers


def test_a_table_added_to_the_catalog_is_in_the_profile(tmp_path):
    catalog = tmp_path / "catalog"
    shutil.copytree(SOURCE / "catalog", catalog, ignore=shutil.ignore_patterns("*.py", "__pycache__", "profile"))
    with open(catalog / "tables.csv", "a", encoding="utf-8") as file:
        file.write("32,new_one,New requests,新しい要求,1,,no,no,no,recovery\n")
    lines = (catalog / "entries.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    lines.insert(68, "base,32,1,New,新規,IM and Presence,IM and Presence,no,TCP,TCP,29000,new-one,,,cluster,no,no,no,yes,,,no,,Note.,注。,Document\n")
    (catalog / "entries.csv").write_text("".join(lines), encoding="utf-8")
    done = make(tmp_path / "made", catalog=catalog)
    assert (done.returncode, done.stderr) == (0, "")
    texts = {name: (tmp_path / "made" / NAME / name).read_text(encoding="utf-8") for name in FILES}
    assert "Service//32 New requests" in texts["dfilter_buttons"]
    assert "impsvc.table in {10, 24, 32}" in texts["colorfilters"]
    assert '"Enabled","Backup and recovery","impsvc.confidence >= 3 and (impsvc.table in {10, 24, 32})"' in texts["io_graphs"]
    assert "new-one         29000/tcp   # 32.1 New\n" in texts["services"]
    assert re.search('"IM and Presence: Backup and recovery" .*port 29000', texts["cfilters"])


def test_a_mistake_in_the_catalog_is_named_and_nothing_written(tmp_path):
    catalog = tmp_path / "catalog"
    shutil.copytree(SOURCE / "catalog", catalog, ignore=shutil.ignore_patterns("*.py", "__pycache__", "profile"))
    text = (catalog / "tables.csv").read_text(encoding="utf-8")
    (catalog / "tables.csv").write_text(text.replace(",snmp\n", ",smnp\n"), encoding="utf-8")
    done = make(tmp_path / "made", catalog=catalog)
    assert done.returncode == 1 and not (tmp_path / "made").exists()
    assert f'{catalog}/tables.csv:12: group: "smnp": unknown group' in done.stderr


def test_wiresharks_own_rules_and_filters_come_last(made):
    for name, known in (("colorfilters", "Bad TCP"), ("dfilters", "TCP only"), ("cfilters", "No ARP"), ("dmacros", "private_ipv4")):
        keys = [item.key for item in items(made / NAME, name)]
        ours = [place for place, key in enumerate(keys) if key.startswith((NAME, "impsvc_"))]
        assert known in keys and keys.index(known) > max(ours) == len(ours) - 1


def test_without_wiresharks_data_ours_are_there_and_that_is_said(tmp_path):
    done = make(tmp_path / "made", "--wireshark-data", tmp_path)
    assert done.returncode == 0 and f"Wireshark's own coloring rules are not in {tmp_path}" in done.stderr
    assert len(items(tmp_path / "made" / NAME, "colorfilters")) == 18


def test_all_expert_items_of_the_plugin_are_problems(made):
    source = (SOURCE / "plugin/annotate/problems.c").read_text(encoding="utf-8")
    expert = dict(re.findall(r'"(impsvc\.[a-z_]+)", PI_\w+, PI_(\w+)', source))
    assert expert == dict.fromkeys(WARNINGS, "WARN") | dict.fromkeys(NOTES, "NOTE")
    button = next(item for item in items(made / NAME, "dfilter_buttons") if item.key == "Problems")
    rules = " ".join(item.value[1] for item in items(made / NAME, "colorfilters")[:6])
    assert set(expert) <= set(button.value[1].split()) and set(expert) <= set(re.findall(r"[a-z_.]+", rules))


def test_rules_color_only_what_surely_is_the_clusters_or_is_blocked(profile):
    ours = [item for item in items(profile, "colorfilters") if item.key.startswith(NAME)]
    assert len(ours) == 18
    assert ours[0].value[1] == "impsvc.result in {2, 3, 4, 5}"     # what is blocked, whoever it is
    assert all(item.value[1].startswith("impsvc.confidence >= 3 and (") for item in ours[1:])


def test_each_group_has_its_graph_with_the_color_and_the_packets_of_its_rule(made):
    rules = {item.key: item.value for item in items(made / NAME, "colorfilters")}
    graphs = {item.key: item.value for item in items(made / NAME, "io_graphs")}
    for group in rows_of("groups.csv"):
        shown, expression, color, style, unit = graphs[group["name_en"]][:5]
        assert (shown, color, style, unit) == ("Enabled", group["background"], "Stacked Bar", "Packets")
        assert expression == rules[f"{NAME}: {group['name_en']}"][1]
    assert len(graphs) == len(rows_of("groups.csv")) + 3
    assert graphs["blocked or reset"][0] == "Enabled" and graphs["all packets"][:2] == ("Enabled", "")


def test_the_columns_that_are_shown_fit_a_window_of_1280_pixels(profile):
    """Its list has a little more than 1229; with 1233 there is a scroll bar."""
    widths = dict(re.findall(r'"([^"]+)", "(\d+)"', (profile / "recent").read_text(encoding="utf-8")))
    columns = formats.Preferences(formats.read(profile / "preferences")).columns()
    shown = {column.key: int(widths[re.sub(":0:[RU]$", "", column.key)]) for column in columns if not column.hidden}
    assert sum(shown.values()) <= 1229 and shown["%i"] >= 350


# Ports that IANA names as the port list uses them.
WELL_KNOWN = {("tcp", 22), ("udp", 53), ("udp", 123), ("udp", 161), ("udp", 162), ("tcp", 389), ("udp", 500), ("tcp", 636), ("tcp", 1099),
              ("tcp", 3268), ("tcp", 5060), ("udp", 5060), ("tcp", 5061), ("tcp", 5222), ("tcp", 5269), ("udp", 5353), ("tcp", 5432),
              ("tcp", 8080)}


def test_every_port_of_the_port_list_has_one_name_unless_the_common_one_is_right(profile):
    named = {tuple(item.key.split("/")[::-1]): item.value for item in items(profile, "services")}
    listed = {("udp" if transport == "UDP" else "tcp", port) for entry in ENTRIES for transport in entry.transports
              if transport != "ICMP" for port in entry.ports}
    assert {(carrier, int(port)) for carrier, port in named} == listed - WELL_KNOWN and WELL_KNOWN < listed
    assert len(items(profile, "services")) == len(named) > 40
    for (carrier, port), (name, remark) in named.items():
        assert re.fullmatch("(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*", name) and len(name) <= 15
        entries = {f"{entry.table}.{entry.row}" for entry in ENTRIES if int(port) in entry.ports}
        assert set(re.findall(r"(?:^|, )(\d+\.\d+) ", remark)) == entries
    assert len({name for name, _ in named.values()}) == len({port for _, port in named})


def test_no_menu_takes_a_letter_for_a_shortcut(profile):
    for name in ("dfilter_buttons", "dfilters", "cfilters"):
        assert [item.key for item in items(profile, name) if "&" in item.key] == []


def test_the_plugin_has_wireshark_copy_the_record():
    import record
    assert f'profile_register_persconffile("{record.RECORD}");' in (SOURCE / "plugin/plugin.c").read_text(encoding="utf-8")


def test_the_record_has_every_item_of_every_list(profile):
    files = json.loads((profile / "impsvc_profile").read_text(encoding="utf-8"))["files"]
    assert set(files) == {*LISTS, "preferences"}
    for name in LISTS:
        assert files[name] == [[item.key, list(item.value)] for item in items(profile, name)]
    columns = formats.Preferences(formats.read(profile / "preferences")).columns()
    assert files["preferences"] == [[item.key, list(item.value)] for item in columns]


# Colors.

def colors(made):
    """{rule: (background, foreground)} of ours, 0 to 255."""
    return {item.key: tuple(tuple(int(part) // 257 for part in color[1:-1].split(",")) for color in item.value[2:])
            for item in items(made / NAME, "colorfilters") if item.key.startswith(NAME)}


def linear(color):
    return [part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in color]


def luminance(color):
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(color)))


def contrast(one, other):
    """WCAG 2's contrast ratio, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(color):
    red, green, blue = linear(color)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (part ** (1 / 3) if part > (6 / 29) ** 3 else part * 841 / 108 + 4 / 29 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """CIE 1976: 2.3 is just noticeable."""
    return math.dist(lab(one), lab(other))


def test_contrast_is_measured_as_wcag_does():
    assert contrast(WHITE, (0, 0, 0)) == pytest.approx(21)
    assert contrast(WHITE, (0x76, 0x76, 0x76)) == pytest.approx(4.54, abs=0.01)


def test_text_can_be_read_on_every_color(made):
    ratios = {name: contrast(*pair) for name, pair in colors(made).items()}
    print({name: round(ratio, 1) for name, ratio in ratios.items()})
    assert {name: ratio for name, ratio in ratios.items() if ratio < 7} == {}


def test_every_two_rules_can_be_told_apart(made):
    backgrounds = [(name, pair[0]) for name, pair in colors(made).items()]
    distances = {(one, two): difference(a, b) for number, (one, a) in enumerate(backgrounds) for two, b in backgrounds[:number]}
    print(min(distances.items(), key=lambda pair: pair[1]))
    assert {pair: distance for pair, distance in distances.items() if distance < 10} == {}


def test_colored_packets_stand_out_in_a_light_and_in_a_dark_window(made):
    near = {name: (round(difference(pair[0], WHITE)), round(difference(pair[0], DARK))) for name, pair in colors(made).items()}
    assert {name: distances for name, distances in near.items() if min(distances) < 10} == {}
