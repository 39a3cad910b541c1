# The page of impsvc report in a real browser: whoever opens it on a phone, on a large screen, or prints it, can read all of it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import lab_hosts
from cluster import Scene
from conftest import PRINTED
from hostile_names import hostile_nodes, interfaces_renamed
from places import CAPTURES

WIDTHS = {"telephone": (400, "screen"), "screen": (1280, "screen"), "paper": (PRINTED, "print")}
CONTRAST = 4.5      # WCAG 2, level AA, for text that is not large

TOO_WIDE = """
const room = document.documentElement.clientWidth, scrolls = e => e.closest('.wide') && getComputedStyle(e.closest('.wide')).overflowX == 'auto';
const wide = [...document.body.querySelectorAll('*')].filter(e => !scrolls(e) && !e.closest('.hidden') && e.checkVisibility()
    && e.getBoundingClientRect().right > room + 1);
return [document.documentElement.scrollWidth - room, wide.map(e => e.outerHTML.slice(0, 200))];
"""

# For each colour of text the worst background that it stands on; stripes and dots of a pattern count as a background of their own.
CONTRASTS = """
const numbers = text => text.match(/[\\d.]+/g).map(Number);
const over = ([r, g, b, a = 1], under) => [r, g, b].map((each, i) => each * a + under[i] * (1 - a));
const light = colour => { const [r, g, b] = colour.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ratio = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
const backgrounds = element => {
    if (!element) return [[255, 255, 255]];
    const style = getComputedStyle(element), plain = backgrounds(element.parentElement).map(under => over(numbers(style.backgroundColor), under));
    const pattern = (style.backgroundImage.match(/rgba?\\([^)]*\\)/g) || []).map(numbers);
    return plain.concat(...pattern.map(colour => plain.map(under => over(colour, under))));
};
const found = {}, walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text; text = walk.nextNode();) {
    const element = text.parentElement;
    if (!text.data.trim() || element.closest('.hidden') || !element.checkVisibility()) continue;
    const colour = numbers(getComputedStyle(element).color), worst = Math.min(...backgrounds(element).map(each => ratio(over(colour, each), each)));
    const key = getComputedStyle(element).color + ' ' + worst.toFixed(2);
    found[key] = [worst, text.data.trim().slice(0, 60)];
}
return Object.values(found);
"""


def long_addresses(folder):
    """A capture of hosts with the longest addresses that there are, and their file of nodes; one path is blocked."""
    hosts = [f"2001:db8:1111:2222:3333:4444:5555:666{each}" for each in range(3)]
    scene = Scene()
    scene.call(hosts[0], hosts[1], 7400)
    scene.knock(hosts[1], hosts[2], 7400, answered=False)
    rows = [f'"{host}","IM and Presence subscriber","node-{number}.presence.example"\n' for number, host in enumerate(hosts)]
    (folder / "long.txt").write_text("".join(rows), encoding="utf-8")
    return scene.write(folder / "long.pcap")


@pytest.fixture(scope="session")
def pages(impsvc, tmp_path_factory):
    """Makes pages, each once: of a kind and in a language."""
    folder, made = tmp_path_factory.mktemp("pages"), {}
    nodes = lab_hosts.nodes_file(folder / "nodes.txt")
    hostile = hostile_nodes(folder / "hostile.txt")
    captures = {"cluster": (CAPTURES / "cluster.pcapng", "--nodes", nodes),
                "firewall": (CAPTURES / "firewall-rules.pcapng", "--nodes", nodes),
                "several": (CAPTURES / "trouble-exposed.pcapng", CAPTURES / "firewall-forgotten.pcapng", CAPTURES / "firewall-other-road.pcapng",
                            CAPTURES / "firewall-dscp.pcapng", folder / "none.pcap"),
                "long": (long_addresses(folder), "--nodes", folder / "long.txt"),
                "hostile": (interfaces_renamed(CAPTURES / "firewall-rules.pcapng", folder / "<b>.pcapng", b"<script>document.title='x'</script>",
                                               b"<img src=x onerror=alert(1)>" + "長い".encode() * 60), "--nodes", hostile)}

    def page(kind, language):
        if (kind, language) not in made:
            path = folder / f"{kind}-{language}.html"
            done = impsvc.done("report", "--language", language, "-o", path, *captures[kind])
            assert path.exists(), done.stderr
            made[kind, language] = path
        return made[kind, language]

    return page


KINDS = pytest.mark.parametrize("kind", ["cluster", "firewall", "several", "long", "hostile"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "ja"])


@LANGUAGES
@KINDS
@pytest.mark.parametrize("where", WIDTHS)
def test_nothing_is_wider_than_the_window(chromium, pages, kind, language, where):
    chromium.show(pages(kind, language), *WIDTHS[where])
    assert chromium.run("document.querySelectorAll('details').forEach(each => each.open = true);" + TOO_WIDE) == [0, []]


@LANGUAGES
@KINDS
@pytest.mark.parametrize("where", WIDTHS)
def test_text_stands_out_from_what_is_behind_it(chromium, pages, kind, language, where):
    chromium.show(pages(kind, language), *WIDTHS[where])
    found = chromium.run("document.querySelectorAll('details').forEach(each => each.open = true);" + CONTRASTS)
    assert len(found) >= 5, "it looked at texts"
    assert [each for each in found if each[0] < CONTRAST] == []


@LANGUAGES
def test_what_matters_is_there_to_be_read(chromium, pages, language):
    """On the screen as it opens, and on paper, also what is folded on the screen."""
    path = pages("firewall", language)
    verdict, rules = {"en": ("36 of ", "Rules that would allow it"), "ja": ("36 経路が遮断されています", "これを許可するルール")}[language]
    for where in WIDTHS.values():
        chromium.show(path, *where)
        text = chromium.run("return document.body.innerText")
        assert verdict in text and rules in text and text.count("10.20.2.30") >= 2 and "27.1" in text
        blocked, shown = chromium.run("""const rows = [...document.querySelectorAll('table.blocked tbody tr')];
            return [rows.length, rows.filter(row => row.getBoundingClientRect().height > 10).length]""")
        assert blocked == shown == 36
    assert chromium.run("return [...document.querySelectorAll('pre.rules')].map(each => each.getBoundingClientRect().height > 100)") == [True]
    chromium.show(path)
    assert chromium.run("return document.querySelectorAll('details:not([open])').length") > 5, "on the screen long lists are folded"


@LANGUAGES
def test_a_narrow_window_says_what_each_cell_is(chromium, pages, language):
    chromium.show(pages("firewall", language), 400)
    heads = chromium.run("""return [...document.querySelectorAll('table.blocked thead th')].map(each => each.textContent)""")
    before = chromium.run("""return [...document.querySelector('table.blocked tbody tr').cells].map(
        each => getComputedStyle(each, '::before').content)""")
    assert [f'"{head}"' for head in heads] == before and len(before) == 6
    chromium.show(pages("firewall", language), PRINTED, "print")
    assert chromium.run("return getComputedStyle(document.querySelector('table.blocked thead')).display") == "table-header-group", \
        "on each sheet of paper"


@LANGUAGES
def test_hosts_above_the_matrix_are_not_cut(chromium, pages, language):
    chromium.show(pages("cluster", language))
    cut = chromium.run("""return [...document.querySelectorAll('.matrix .up')].filter(each => { const box = each.getBoundingClientRect(),
        head = each.closest('th').getBoundingClientRect(); return box.top < head.top || box.height < 10 || each.scrollHeight > each.clientHeight + 1;
        }).map(each => each.textContent)""")
    assert cut == []


@LANGUAGES
@KINDS
def test_nothing_is_fetched_or_run(chromium, pages, kind, language):
    chromium.show(pages(kind, language))
    assert chromium.run("return [document.scripts.length, document.images.length, document.links.length, "
                        "performance.getEntriesByType('resource').length]")[:2] == [0, 0]
    assert chromium.run("return performance.getEntriesByType('resource').map(each => each.name)") == []
    assert chromium.driver.title == {"en": "IM and Presence: what the firewall lets through", "ja": "IM and Presence: ファイアウォール通過報告書"}[language]


def test_a_hostile_name_is_read_as_it_is(chromium, pages):
    chromium.show(pages("hostile", "en"))
    assert "stops between <img src=x onerror=alert(1)>長い" in chromium.run("return document.body.innerText")
