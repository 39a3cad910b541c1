# The READMEs of all languages are one: the same blocks in the same order, with the same commands, names, rows and pictures.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from paths import SOURCE
from readme import code

ENGLISH, JAPANESE = (SOURCE / name for name in ("README.md", "README.ja.md"))
KINDS = (("heading", "#+ "), ("mark", "<!-- "), ("end of mark", "-->"), ("row", r"\|"), ("picture", r"!\["), ("item", "- "),
         ("code", " {4}"), ("text", ""))
LINK = re.compile(r"\]\(([^)]*)\)")


def read(path):
    return path.read_text(encoding="utf-8")


def blocks(text):
    """(kind, text) of each block; a heading, mark, picture, row or line of code is a block of its own."""
    found, going_on = [], False
    for line in text.split("\n"):
        kind = next(kind for kind, begin in KINDS if re.match(begin, line))
        if going_on and kind == "text" and line:
            found[-1][1] += f" {line.strip()}"
        elif line:
            found.append([kind, line])
        going_on = bool(line) and kind in ("item", "text")
    return found


def targets(text):
    """Where links lead: a heading of the same page has another name in another language, and so has the other README."""
    return sorted(re.sub(r"^#.*|^README.*", "here", target) for target in LINK.findall(text))


def common(kind, text):
    """What of a block is the same in every language."""
    if kind == "heading":
        return text.count("#", 0, text.index(" "))
    if kind == "mark":
        return re.sub(r"(<!-- man: \S+).*", r"\1", text)
    if kind == "picture":
        return LINK.search(text)[1].replace("-ja.png", ".png")
    if kind == "code":
        return re.sub(r"\s+# .*", "", text)
    if kind == "row":
        return [sorted(code(cell)) for cell in re.split(r"(?<!\\)\|", text)]
    return sorted(set(code(text))), targets(text)


def outline(text):
    return [(kind, common(kind, said)) for kind, said in blocks(text)]


def pictures(text):
    return [LINK.search(said)[1] for kind, said in blocks(text) if kind == "picture"]


def test_the_japanese_readme_has_what_the_english_one_has():
    english, japanese = read(ENGLISH), read(JAPANESE)
    pairs = zip(blocks(english), blocks(japanese))
    for (kind, said), (other_kind, other_said) in pairs:
        assert (kind, common(kind, said)) == (other_kind, common(other_kind, other_said)), f"{said}\n\n{other_said}"
    assert len(blocks(english)) == len(blocks(japanese))


@pytest.mark.parametrize("line", [
    r"## .*", r"### .*", r"<!-- man: fields -->", r"!\[.*", r"\| `impsvc\.entry` .*", r"    tshark .*", r"- .*", r"\[.*"])
def test_a_line_that_is_only_in_one_is_missed(line):
    text = read(JAPANESE)
    changed = re.sub(rf"^{line}\n", "", text, count=1, flags=re.MULTILINE)
    assert changed != text and outline(changed) != outline(text)


@pytest.mark.parametrize("before,after", [
    ("    tools/demo", "    tools/test"), ("`impsvc.learn_nodes`", "`impsvc.annotate`"), ("`TRUE`", "`FALSE`"), ("### ", "#### "),
    ("pictures/packets", "pictures/flows"), ("](plugin/README.md)", "](tests/README.md)"), ("`tools/setup build`", "`tools/setup`"),
    ("|---|---|\n", "|---|---|---|\n"), (" | 全テスト合格 |", " |")])
def test_a_change_in_one_is_missed(before, after):
    text = read(JAPANESE)
    assert before in text and outline(text.replace(before, after, 1)) != outline(text)


def test_only_comments_of_commands_are_translated():
    assert outline("    tools/x   # one") == outline("    tools/x   # 一つ") != outline("    tools/y   # one")


@pytest.mark.parametrize("readme,other", [(ENGLISH, JAPANESE), (JAPANESE, ENGLISH)], ids=lambda path: path.name)
def test_each_links_to_the_other_at_its_top(readme, other):
    assert f"]({other.name})" in "\n".join(read(readme).split("\n")[:4])


def test_nothing_is_left_in_english():
    english = {said for kind, said in blocks(read(ENGLISH)) if kind in ("heading", "text", "item", "picture")}
    same = [said for kind, said in blocks(read(JAPANESE)) if said in english]
    assert same == ["# impsvc", "**wireshark**(1), **tshark**(1), **wireshark-filter**(4)"]


@pytest.mark.parametrize("readme", [ENGLISH, JAPANESE], ids=lambda path: path.name)
def test_links_lead_somewhere(readme):
    text = read(readme)
    # As GitHub names a heading.
    anchors = {re.sub(r"[^\w\- ]", "", said.lstrip("# ").lower()).replace(" ", "-") for kind, said in blocks(text) if kind == "heading"}
    links = LINK.findall(text)
    assert len(links) > 10
    assert [link for link in links if link.startswith("#") and link[1:] not in anchors] == []
    assert [link for link in links if not link.startswith("#") and not (SOURCE / link.split("#")[0]).is_file()] == []


def test_pictures_are_japanese_where_there_are_such():
    shown = pictures(read(JAPANESE))
    assert shown and [name for name in shown if not name.endswith("-ja.png") and (SOURCE / name.replace(".png", "-ja.png")).exists()] == []
