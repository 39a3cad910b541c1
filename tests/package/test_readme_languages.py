# README, reference and the pages on many captures and on other systems are the same in all languages: the same blocks in the same order, with the same
# commands, names, rows and pictures. What a command prints, after <!-- output -->, is in the reader's language;
# tests/command/test_readmes_screen.py runs it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from paths import PAGES, SOURCE
from readme import code

ENGLISH, JAPANESE = (PAGES[ending][0] for ending in (".md", ".ja.md"))
MORE = [tuple(SOURCE / "tools" / folder / f"README{ending}" for ending in (".md", ".ja.md")) for folder in ("impsvc/many", "within")]
PAIRS = [*zip(PAGES[".md"], PAGES[".ja.md"]), *MORE]
EVERY = [path for pair in PAIRS for path in pair]
KINDS = (("heading", "#+ "), ("mark", "<!-- "), ("end of mark", "-->"), ("row", r"\|"), ("picture", r"!\["), ("item", "- "),
         ("code", " {4}"), ("text", ""))
LINK = re.compile(r"\]\(([^)]*)\)")


def read(path):
    return path.read_text(encoding="utf-8")


def blocks(text):
    """(kind, text) of each block; a heading, mark, picture, row or line of code or output is a block of its own."""
    found, going_on, output = [], False, False
    for line in text.split("\n"):
        kind = next(kind for kind, begin in KINDS if re.match(begin, line))
        output = line == "<!-- output -->" or output and (kind == "code" or not line)
        kind = "output" if output and kind == "code" else kind
        if going_on and kind == "text" and line:
            found[-1][1] += f" {line.strip()}"
        elif line:
            found.append([kind, line])
        going_on = bool(line) and kind in ("item", "text")
    return found


def targets(text):
    """Where links lead: a heading has another name in another language, and so has the other page."""
    return sorted(re.sub(r"^#.*|^(README|REFERENCE)[^/#]*$", "here", re.sub(r"REFERENCE(\.ja)?\.md#.*", "REFERENCE#", target))
                  .replace(".ja.md", ".md") for target in LINK.findall(text))


def common(kind, text):
    """What of a block is the same in every language."""
    if kind == "heading":
        return text.count("#", 0, text.index(" "))
    if kind == "mark":
        return re.sub(r"(<!-- man: \S+).*", r"\1", text)
    if kind == "picture":
        return LINK.search(text)[1].replace("-ja.png", ".png")
    if kind == "output":
        return len(re.match(" *", text)[0])
    if kind == "code":
        return re.sub(r"\s+# .*", "", text)
    if kind == "row":
        return [sorted(code(cell)) for cell in re.split(r"(?<!\\)\|", text)]
    return sorted(set(code(text))), targets(text)


def outline(text):
    return [(kind, common(kind, said)) for kind, said in blocks(text)]


def pictures(text):
    return [LINK.search(said)[1] for kind, said in blocks(text) if kind == "picture"]


@pytest.mark.parametrize("english,japanese", PAIRS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_the_japanese_page_has_what_the_english_one_has(english, japanese):
    english, japanese = read(english), read(japanese)
    pairs = zip(blocks(english), blocks(japanese))
    for (kind, said), (other_kind, other_said) in pairs:
        assert (kind, common(kind, said)) == (other_kind, common(other_kind, other_said)), f"{said}\n\n{other_said}"
    assert len(blocks(english)) == len(blocks(japanese))


@pytest.mark.parametrize("line", [
    r"## .*", r"### .*", r"<!-- man: fields -->", r"!\[.*", r"\| `impsvc\.entry` .*", r"    tshark .*", r"- .*", r"\[.*", r"    ノード"])
def test_a_line_that_is_only_in_one_is_missed(line):
    text = "\n".join(read(path) for path in PAGES[".ja.md"])
    changed = re.sub(rf"^{line}\n", "", text, count=1, flags=re.MULTILINE)
    assert changed != text and outline(changed) != outline(text)


@pytest.mark.parametrize("before,after", [
    ("    tools/demo", "    tools/test"), ("`impsvc.learn_nodes`", "`impsvc.annotate`"), ("`TRUE`", "`FALSE`"), ("### ", "#### "),
    ("pictures/packets", "pictures/flows"), ("](plugin/README.md)", "](tests/README.md)"), ("`tools/setup build`", "`tools/setup`"),
    ("|---|---|\n", "|---|---|---|\n"), (" | 未テスト |", " |")])
def test_a_change_in_one_is_missed(before, after):
    text = "\n".join(read(path) for path in PAGES[".ja.md"])
    assert before in text and outline(text.replace(before, after, 1)) != outline(text)


def test_only_comments_of_commands_are_translated():
    assert outline("    tools/x   # one") == outline("    tools/x   # 一つ") != outline("    tools/y   # one")


@pytest.mark.parametrize("page,other", [*PAIRS, *((japanese, english) for english, japanese in PAIRS)],
                         ids=lambda path: str(path.relative_to(SOURCE)))
def test_each_links_to_the_other_at_its_top(page, other):
    assert f"]({other.name})" in "\n".join(read(page).split("\n")[:4])


def test_nothing_is_left_in_english():
    english = {said for path in PAGES[".md"] for kind, said in blocks(read(path)) if kind in ("text", "item", "picture")}
    same = [said for path in PAGES[".ja.md"] for kind, said in blocks(read(path)) if said in english]
    assert same == ["**impsvc**(1), **wireshark**(1), **tshark**(1), **wireshark-filter**(4)"]


def anchors(path):
    """A page's headings, as GitHub names them in addresses."""
    return {re.sub(r"[^\w\- ]", "", said.lstrip("# ").lower()).replace(" ", "-") for kind, said in blocks(read(path)) if kind == "heading"}


@pytest.mark.parametrize("page", EVERY, ids=lambda path: str(path.relative_to(SOURCE)))
def test_links_lead_somewhere(page):
    links = LINK.findall(read(page))
    assert len(links) > 4
    for link in links:
        path, _, heading = link.partition("#")
        aim = (page.parent / path).resolve() if path else page
        assert aim.exists(), link
        assert not heading or heading in anchors(aim), link


@pytest.mark.parametrize("readme", [ENGLISH, JAPANESE], ids=lambda path: path.name)
def test_the_first_screen_has_a_picture_a_command_and_what_it_prints(readme):
    """Who looks at the first page of a browser decides by it."""
    text = read(readme)
    screen = "\n".join(text.split("\n")[:48])
    kinds = [kind for kind, _ in blocks(screen)]
    assert kinds.index("picture") < kinds.index("code") < kinds.index("output")
    assert "    tools/demo" in screen and text.index("    tools/test") < text.index("\n## ") and text.count("\n") < 300


def test_pictures_are_japanese_where_there_are_such():
    shown = [(path.parent / name).resolve() for path in PAGES[".ja.md"] for name in pictures(read(path))]
    assert shown and [name for name in shown if not name.stem.endswith("-ja") and name.with_name(f"{name.stem}-ja.png").exists()] == []
