# The page of a report: one HTML file, made by Jinja2 from the templates in report/. What comes out of a capture or a file is escaped
# everywhere, and cannot turn round or break the text beside it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from pathlib import Path

import check_screen
import results
from plain import in_one_line
from say import Failure, many

try:
    import jinja2
    from markupsafe import Markup
except ImportError:
    jinja2 = None

TEMPLATES = Path(__file__).resolve().parent / "report"
MOST_BLOCKED = 200      # paths that are not folded
MOST_RULES = 60         # lines
NUMBERS = {"captures": 2, "exposures": 3}       # the first column of numbers, where there are any


def insist_on_jinja2(say):
    if jinja2 is None:
        raise Failure(say("the report needs Jinja2 (Debian, Ubuntu: apt install python3-jinja2)",
                          "報告書には Jinja2 が必要です (Debian、Ubuntu: apt install python3-jinja2)"))


def printed(value):
    """What the page has of a value in a template, before it is escaped."""
    return value if isinstance(value, Markup) else in_one_line(str(value))


def made(sections, failures, asked, version, say):
    """The page."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
                                     finalize=printed, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(
        say=say, columns=columns(say), NUMBERS=NUMBERS, word=lambda key: word(key, say), verdict=lambda section: verdict(section, say),
        verdict_class=verdict_class, exposure_name=lambda kind: exposure_name(kind, say),
        MOST_BLOCKED=MOST_BLOCKED, MOST_RULES=MOST_RULES)
    return environment.get_template("page.html").render(
        title=say("IM and Presence: what the firewall lets through", "IM and Presence: ファイアウォール通過報告書"), version=version, asked=asked,
        sections=sections, failures=failures, total=check_screen.total([section.paths for section in sections], asked, say))


def columns(say):
    """The heads of the tables; also those that stand before each cell in a narrow window."""
    result, service, port, paths = say("Result", "結果"), say("Service", "サービス"), say("Port", "ポート"), say("Paths", "経路")
    return {
        "captures": [say("Capture", "キャプチャ"), say("Begin", "開始"), say("Packets", "パケット"), say("All paths", "全経路"), say("Blocked", "遮断"),
                     say("Exposed", "公開")],
        "nodes": [say("Address", "アドレス"), say("Name", "名前"), say("How it is known", "根拠")],
        "blocked": [result, service, say("From", "開始側"), say("To", "待ち受け側"), port, say("Stopped by, and evidence", "拒否元と根拠")],
        "exposures": [result, say("What", "内容"), say("In words", "説明"), say("Connections", "接続"), say("Frame", "フレーム")],
        "groups": [result, service, port, paths],
        "dscp": [service, say("To the listener", "待ち受け側へ"), say("Back", "復路"), say("Remark", "備考")]}


def word(key, say):
    one = next(result for result in results.RESULTS if result.key == key)
    return say(one.english, one.japanese)


def verdict(section, say):
    sentences = check_screen.verdict(section.paths, say)
    number = section.open_exposures
    if number:
        sentences.insert(1, say(f"{many(number, 'service')} {'is' if number == 1 else 'are'} open that should not be.",
                                f"開いていてはならないものが {number} 件あります。"))
    return sentences


def verdict_class(sections):
    """For the colour of a verdict."""
    if not any(section.paths.rows for section in sections):
        return "none"
    return "bad" if any(section.blocked or section.open_exposures for section in sections) else "good"


def exposure_name(kind, say):
    return {"impsvc.localhost_exposed": say("for the local host only", "ローカルホスト専用"),
            "impsvc.cluster_exposed": say("for the cluster only", "クラスタ内専用"),
            "impsvc.cleartext": say("not encrypted", "平文")}[kind]
