# Japanese for people to read: tree, problems, statistics. What filters, columns and scripts go by stays as it is.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import json
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from cluster import Scene, node
from places import SOURCE
from contract import CONTRACT
from golden import EXPERT
from packets import Capture, Connection, Ends

pytestmark = pytest.mark.any_version

JAPANESE = ("-o", "impsvc.language:japanese")
LETTER = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")     # kana and kanji
NODES = [*node("10.10.1.11", name="pub-1"), *node("10.10.1.12", "IM and Presence subscriber", "sub-1")]
# Together they have every table, word and problem.
CAPTURES = ["cluster", "firewall-forgotten", "firewall-other-road", "firewall-rules", "icmp-ping", "ike-500", "joined-late", "localhost-services", "trouble-cleartext", "trouble-exposed", "trouble-filtered",
            "trouble-moved", "trouble-moved-more", "trouble-refused", "trouble-reversed", "trouble-unexpected"]
FIELDS = sorted(re.findall(r"^field (impsvc\.[a-z_.]+): FT_(?!NONE)", CONTRACT.read_text(encoding="utf-8"), re.MULTILINE))

TREES = {"english": """\
[IM and Presence, CDP Agent (12.4), request]
    [Result: open (1)]
    [Table: SNMP requests (12)]
    [Row: 4]
    [Entry: 12.4]
    [Service: CDP Agent]
    [Protocol: TCP]
    [Transport: TCP]
    [Reach: external (3)]
    [Note: Socket between the CDP Agent and the CDP program. The document nevertheless names an SNMP server as the side that opens it.]
    [Source role: SNMP server]
    [Destination role: IM and Presence]
    [Direction: request (1)]
    [Flow: inbound (1)]
    [Listener port: 7999]
    [Confidence: port (1)]
    [Evidence: TCP port 7999; SYN in frame 1]
    Payload: 0000001600010001434450206e65696768626f757273
""", "japanese": """\
[IM and Presence, CDP エージェント (12.4), 要求]
    [結果: 通過 (1)]
    [表: SNMP 要求 (12)]
    [行: 4]
    [項目: 12.4]
    [サービス: CDP エージェント]
    [プロトコル: TCP]
    [トランスポート: TCP]
    [到達範囲: クラスタ外 (3)]
    [備考: CDP エージェントと CDP プログラムを結ぶソケットです。ただし文書では SNMP サーバが接続を始める側です。]
    [送信元の役割: SNMP サーバ]
    [宛先の役割: IM and Presence]
    [方向: 要求 (1)]
    [フローの向き: インバウンド (1)]
    [待ち受けポート: 7999]
    [確度: ポート (1)]
    [根拠: TCP 7999; SYN フレーム 1]
    ペイロード: 0000001600010001434450206e65696768626f757273
"""}


def capture(wireshark, name):
    return wireshark.readable(f"{name}.pcapng")


@pytest.fixture(scope="module")
def files(wireshark):
    return {name: capture(wireshark, name) for name in CAPTURES}


def catalog(name):
    with open(SOURCE / "catalog" / f"{name}.csv", encoding="utf-8") as text:
        return list(csv.DictReader(text))


ROLES = {row["name_en"]: row["name_ja"] for row in catalog("roles")}
ROLES["Unknown host"] = "不明なホスト"        # a role that the catalog has not
SERVICES = {row["service_en"]: row["service_ja"] for row in catalog("entries")}
NOTES = {row["note_en"]: row["note_ja"] for row in catalog("entries")}
TABLES = {row["number"]: (row["name_en"], row["name_ja"]) for row in catalog("tables")}


@pytest.mark.parametrize("word,shown", [("japanese", "japanese"), ("日本語", "japanese"), ("english", "english"), ("English", "english"),
                                        (None, "english")])
def test_the_tree_is_in_the_language_chosen(wireshark, word, shown):
    chosen = ["-o", f"impsvc.language:{word}"] if word else []
    said = wireshark.read(capture(wireshark, "cdp-agent-7999"), "-O", "impsvc", "-Y", "frame.number == 4", *chosen)
    assert said[said.index("[IM and Presence, "):].rstrip() == TREES[shown].rstrip()


def test_the_language_can_be_kept_in_the_preferences(wireshark):
    path = capture(wireshark, "cdp-agent-7999")
    with wireshark.settings(preferences="impsvc.language: 日本語\n") as complaints:
        said = wireshark.read(path, "-Y", "frame.number == 4")
    assert not any("language" in line for line in complaints)
    assert said.rstrip().endswith("CDP エージェント, 要求, 22 バイト")
    assert wireshark.read(path, "-Y", "frame.number == 4").rstrip().endswith("CDP Agent, request, 22 bytes")


def test_a_payload_of_an_unknown_service(wireshark, capture_path):
    file = Capture()
    file.add_connection(Connection(Ends(server_port=9999)).open().ask(b"ask", b"answer"))
    path = file.write(capture_path)
    chosen = ("-d", "tcp.port==9999,impsvc_payload", "-Y", "impsvc.payload", "-P", "-O", "impsvc,impsvc_payload")
    said = wireshark.read(path, *chosen, *JAPANESE)
    for text in ("IM&P 57 不明なサービス, 要求, 3 バイト", "\nIM and Presence のペイロード\n    ペイロード: 61736b\n"):
        assert text in said
    said = wireshark.read(path, *chosen)
    for text in ("IM&P 57 Unknown service, request, 3 bytes", "\nIM and Presence payload\n    Payload: 61736b\n"):
        assert text in said


def details(wireshark, path, *options):
    """{frame: [(field, label as shown, value)]} of our trees."""
    packets = ElementTree.fromstring(wireshark.read(path, "-2", "-T", "pdml", "-Y", "impsvc", *NODES, *options)).findall("packet")
    found = {}
    for packet in packets:
        number = int(packet.find("proto[@name='geninfo']/field[@name='num']").get("show"))
        found[number] = [(field.get("name"), field.get("showname"), field.get("show"))
                         for field in packet.find("proto[@name='impsvc']").findall("field") if field.get("name") in FIELDS]
    return found


@pytest.fixture(scope="module")
def labels(wireshark, files):
    """{(field, value): (English label, Japanese label)}, and the values are the same."""
    both = {}
    for path in files.values():
        english, japanese = details(wireshark, path), details(wireshark, path, *JAPANESE)
        values = [{frame: [(name, value) for name, _, value in fields] for frame, fields in said.items()} for said in (english, japanese)]
        assert values[0] and values[0] == values[1]
        for frame, fields in english.items():
            for (name, label, value), (_, other, _) in zip(fields, japanese[frame]):
                both[name, value] = (label, other)
    return both


def test_every_field_has_a_japanese_label(labels):
    words = {}
    for (name, _), (english, japanese) in labels.items():
        # "Evidence [truncated]: …", in later versions "Evidence […]: …"
        words.setdefault(name, set()).add((english.partition(": ")[0].partition(" [")[0], japanese.partition(": ")[0]))
    assert sorted(words) == FIELDS
    assert {name: pairs for name, pairs in words.items() if len(pairs) != 1} == {}
    untranslated = {name for name, pairs in words.items() for _, label in pairs
                    if not LETTER.search(label) or re.search("[A-Za-z]", label.replace("ICMP", ""))}
    assert untranslated == set()
    assert len({label for pairs in words.values() for _, label in pairs}) == len(words)


def test_every_word_of_a_number_is_japanese(labels):
    wanted = re.findall(r"^value (impsvc\.\w+): (\d+) = (.*)", CONTRACT.read_text(encoding="utf-8"), re.MULTILINE)
    wanted.remove(("impsvc.result", "8", "not seen"))       # no packet has it: it is for paths
    wanted.remove(("impsvc.flow", "5", "intercluster"))     # only if clusters are configured: test_clusters.py
    wanted = [each for each in wanted if each[0] != "impsvc.table" or int(each[1]) <= 28]   # those of another list: test_release.py
    for name, number, word in wanted:
        english, japanese = labels[name, number]
        assert english.endswith(f": {word} ({number})")
        shown = re.fullmatch(rf"[^:]+: (.+) \({number}\)", japanese).group(1)
        assert LETTER.search(shown), japanese
        if name == "impsvc.table":
            assert shown == TABLES[number][1]


@pytest.mark.parametrize("name,words", [("impsvc.service", SERVICES), ("impsvc.note", NOTES), ("impsvc.role.src", ROLES), ("impsvc.role.dst", ROLES)])
def test_the_catalogs_texts_are_shown_whole(labels, name, words):
    seen = {value: japanese.partition(": ")[2] for (field, value), (_, japanese) in labels.items() if field == name}
    assert len(seen) > 10 and seen == {value: words[value] for value in seen}


def test_every_note_fits_into_a_label():
    # Wireshark has 239 bytes for a label.
    assert [row["service_en"] for row in catalog("entries") if len(f"備考: {row['note_ja']}".encode()) > 239] == []


def test_evidence_has_no_english_words(labels):
    names = {"TCP", "UDP", "ICMP", "SYN", "ACK", "XCP", "IM", "and", "Presence", "XMPP", "SIP", "HTTP", "TLS", "SSH", "SNMP", "LDAP", "DNS", "NTP",
             "PGSQL", "RMI", "AgentX", "ISAKMP", "mDNS"}
    seen = [japanese.partition(": ")[2] for (field, _), (_, japanese) in labels.items() if field == "impsvc.evidence"]
    assert len(seen) > 100
    assert {word for text in seen for word in re.findall("[A-Za-z]+", text)} - names == set()
    parts = {re.sub(r"[0-9.]+", "N", part) for text in seen for part in text.split("; ")}
    for part in ("SYN フレーム N", "XMPP フレーム N", "方向はポートから", "最初のパケットは開始側から", "項目は要求のパスから", "送信元の設定: IM and Presence パブリッシャ",
                 "宛先の設定: IM and Presence サブスクライバ", "一覧外ポート、ペイロードとノードで検出", "ICMP メッセージ"):
        assert part in parts


def test_exports_and_columns_are_the_same(wireshark, files):
    every = [name for name in FIELDS] + EXPERT
    columns = ("-o", 'gui.column.format:"No.","%m","Service","%Cus:impsvc.service:0:R","Way","%Cus:impsvc.direction:0:R","Table",'
                     '"%Cus:impsvc.table:0:R","Why","%Cus:impsvc.evidence:0:R","Note","%Cus:impsvc.note:0:R"')
    for name, path in files.items():
        def both(read):
            return read(), read(*JAPANESE)
        english, japanese = both(lambda *more: wireshark.fields(path, ["frame.number", *every], "-2", *NODES, *more))
        assert english == japanese and any(row["impsvc.service"] for row in english), name
        english, japanese = both(lambda *more: wireshark.read(path, "-2", *columns, *NODES, *more))
        assert english == japanese, name


def test_the_trees_own_line_is_for_people(wireshark):
    path = capture(wireshark, "cdp-agent-7999")
    for more, shown in (((), "IM and Presence, CDP Agent (12.4), request"), (JAPANESE, "IM and Presence, CDP エージェント (12.4), 要求")):
        # Alone, with fields that are asked for as well, and with such that are not.
        for names in (["impsvc"], ["impsvc", "impsvc.service"], ["impsvc", *FIELDS]):
            rows = wireshark.fields(path, names, "-Y", "frame.number == 4", *more)
            assert [row["impsvc"] for row in rows] == [[shown]]


def without_sentences(value):
    """JSON without what problems say: their sentences are Wireshark's field _ws.expert.message."""
    if isinstance(value, dict):
        return {key: without_sentences(part) for key, part in value.items() if "expert" not in key or "message" not in key}
    return [without_sentences(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("form", ["json", "ek"])
@pytest.mark.parametrize("name", ["trouble-exposed", "trouble-moved-more", "icmp-ping"])
def test_json_is_the_same(wireshark, files, form, name):
    def packets(*more):
        text = wireshark.read(files[name], "-2", "-T", form, "-Y", "impsvc", *NODES, *more)
        said = json.loads(text) if form == "json" else [json.loads(line) for line in text.splitlines()]
        return [without_sentences(packet) for packet in said]

    english = packets()
    assert english and english == packets(*JAPANESE)


@pytest.mark.parametrize("display_filter", [
    'impsvc.service == "XCP router master access"', 'impsvc.role == "IM and Presence (XCP Router)"', 'impsvc.direction == "reply"',
    'impsvc.table == "XCP requests"', 'impsvc.flow == "intracluster"', 'impsvc.evidence contains "SYN in frame"',
    'impsvc.note contains "Allow it between the nodes"', 'impsvc.confidence == "configured node"'])
def test_filters_are_the_same(wireshark, files, display_filter):
    english = wireshark.frames(files["cluster"], display_filter, *NODES)
    assert english and english == wireshark.frames(files["cluster"], display_filter, *NODES, *JAPANESE)


def sentences(wireshark, path, problem, *more):
    """Wireshark's own problems, too."""
    rows = wireshark.fields(path, ["_ws.expert.message"], "-2", "-Y", problem, *NODES, *more)
    return [text for row in rows for text in row["_ws.expert.message"]]


@pytest.mark.parametrize("name,problem,sentence", [
    ("trouble-exposed", "impsvc.localhost_exposed",
     "証明書マネージャ (7.1) はローカルホスト専用ですが、10.10.9.9 が TCP ポート 7070 で 10.10.1.11 (pub-1) に接続: ホスト間では遮断が必要"),
    ("trouble-exposed", "impsvc.localhost_exposed",
     "データベース クライアント (8.1) はローカルホスト専用ですが、10.10.9.9 が TCP ポート 1500 で 10.10.1.11 (pub-1) に接続: "
     "クラスタに必要な場合あり"),
    ("trouble-cleartext", "impsvc.cleartext", "サードパーティ製クライアント HTTPS (2.7) は TLS で暗号化されるはずですが、HTTP が TCP ポート 8083 で平文のまま読めます"),
    ("trouble-unexpected", "impsvc.unexpected_payload",
     "HTTP を TCP ポート 389 で検出、一覧では LDAP (5.1): 10.10.1.11 (pub-1) で別のプログラムが待ち受けている可能性"),
    ("trouble-reversed", "impsvc.reversed",
     "LDAPS (5.2): 一覧では IM and Presence → 外部社内ディレクトリ、実際は 10.10.3.10 → 10.10.1.11 (pub-1): 一覧の向きの規則では通りません"),
    ("trouble-moved-more", "impsvc.moved", "SNMP サブエージェント (12.5) を TCP ポート 17161 で検出、一覧ではポート 7161: 一覧どおりの規則では対象外"),
    ("trouble-moved", "impsvc.moved", "LDAP (5.1) を TCP ポート 10389 で検出、一覧ではポート 389 と 3268: 一覧どおりの規則では対象外")])
def test_problems_are_told_in_japanese(wireshark, files, name, problem, sentence):
    english, japanese = sentences(wireshark, files[name], problem), sentences(wireshark, files[name], problem, *JAPANESE)
    assert len(english) == len(japanese) and sentence in japanese
    ours = [(one, other) for one, other in zip(english, japanese) if one != other]
    assert all(LETTER.search(other) and not LETTER.search(one) for one, other in ours)
    said = " ".join(one for one, other in zip(english, japanese) if one == other)
    assert not re.search("the port list|for the local host only|inside TLS", said)
    assert wireshark.frames(files[name], problem, "-2", *NODES) == wireshark.frames(files[name], problem, "-2", *NODES, *JAPANESE)


def test_who_is_not_of_the_cluster_is_told_in_japanese(wireshark, capture_path):
    scene = Scene()
    scene.call("192.0.2.7", "10.10.1.11", 8600)
    said = sentences(wireshark, scene.write(capture_path), "impsvc.cluster_exposed", *JAPANESE)
    assert "設定エージェントのハートビート (6.1) はクラスタ内専用ですが、ノードではない 192.0.2.7 が TCP ポート 8600 で " \
        "10.10.1.11 (pub-1) に接続" in said


def test_what_is_too_long_is_cut_between_characters(wireshark, files):
    for length in range(60, 66):
        named = node("10.10.1.11", name="名" * length + "x" * (length % 3))
        said = wireshark.read(files["trouble-exposed"], "-2", "-O", "impsvc", *named, *JAPANESE)
        assert "\ufffd" not in said and "truncated" not in said
        assert re.search(r"\[Expert Info \(Warning/Security\): [^\n]*名…\]\n", said)
        label = re.search(r"\[宛先ノード: (名+x*…?)\]\n", said).group()
        assert len(label.strip().encode()) <= 241


def tree(wireshark, path, name, *more):
    """The statistics' lines: depth, name, counts."""
    lines = []
    for line in wireshark.read(path, "-2", "-q", "-z", name, *NODES, *more).splitlines():
        found = re.fullmatch(r"( *)(\S.*?) {2,}(\d+ .*?) *", line)
        if found and not line.startswith("Topic"):
            lines.append((len(found[1]), found[2], found[3].split()))
    return lines


LEARNED_FROM = {"XCP component logged on, and another service": "XCP コンポーネントと別サービス",
                "answers on several IM&P-only ports": "専用ポートで応答", "a node uses it": "ノードが使用"}
CONFIGURED_AS = {"IM and Presence publisher": "IM and Presence パブリッシャ", "IM and Presence subscriber": "IM and Presence サブスクライバ"}


def in_japanese(text):
    """A name in the statistics as it ought to be."""
    table = re.fullmatch(r"Table (\d+): .*", text)
    if table:
        return f"表 {table[1]}: {TABLES[table[1]][1]}"
    ends = re.fullmatch(r"(\S+) to (\S+)", text)
    if ends:
        return f"{ends[1]} から {ends[2]} へ"
    entry = re.fullmatch(r"(\d+\.\d+) (.*?)(: listens|: asks|)", text)
    if entry and entry[2] in SERVICES:
        return f"{entry[1]} {SERVICES[entry[2]]}" + {": listens": ": 待ち受け", ": asks": ": 要求", "": ""}[entry[3]]
    learned = re.fullmatch(r"learned: (.*) \(frame (\d+)\)", text)
    if learned:
        return f"学習: {LEARNED_FROM[learned[1]]} (フレーム {learned[2]})"
    if text.startswith("configured: "):
        return f"設定: {CONFIGURED_AS.get(text[12:], ROLES.get(text[12:]))}"
    return ROLES.get(text, text)


@pytest.mark.parametrize("statistics", ["impsvc,tree", "impsvc_nodes,tree"])
@pytest.mark.parametrize("name", ["cluster", "trouble-moved-more"])
def test_statistics_have_japanese_names_and_the_same_counts(wireshark, files, statistics, name):
    english, japanese = (tree(wireshark, files[name], statistics, *more) for more in ((), JAPANESE))
    assert len(english) > 10
    # Names of equal counts may come in another order.
    assert sorted((depth, in_japanese(text), counts) for depth, text, counts in english) == sorted(japanese)
    assert [depth for depth, _, _ in english] == [depth for depth, _, _ in japanese]
    if statistics == "impsvc,tree":
        numbers = [int(re.match(r"表 (\d+)", text).group(1)) for depth, text, _ in japanese if depth == 0]
        assert numbers == sorted(numbers)


def flows(wireshark, path, *more):
    said = wireshark.read(path, "-2", "-q", "-z", "impsvc,flows", *more).splitlines()
    return [[cell.strip() for cell in line.split(" |")] for line in said if line.endswith(" |")]


def short_error(text):
    """An ICMP error in Japanese."""
    what, _, sender = text.partition(", says ")
    if sender:
        return f"{ {'port unreachable': 'ポート到達不能'}[what]} ({sender} より)"
    return re.sub(r"prohibited by (\S+)", r"\1 が禁止", text)


def test_the_table_of_flows_is_in_japanese(wireshark, files):
    words = {"complete": "完了", "answered": "応答のみ", "refused": "拒否", "no answer": "応答なし", "not captured": "キャプチャ前", "-": "-",
             "closed": "終了", "reset": "リセット", "closed, reset": "終了、リセット", "open": "継続中"}
    seen = set()
    for name in ("trouble-filtered", "trouble-refused", "cluster", "joined-late"):
        english, japanese = flows(wireshark, files[name]), flows(wireshark, files[name], *JAPANESE)
        assert english[0] == japanese[0] and len(english) > 4       # the columns' names
        service, handshake, end = (english[0].index(column) for column in ("Service", "Handshake", "End"))
        for one, other in zip(english[1:], japanese[1:]):
            seen |= {one[handshake], one[end]}
            one[service] = SERVICES[one[service]]
            for column in (handshake, end):
                one[column] = words.get(one[column]) or short_error(one[column])
            assert other == one
    assert {"complete", "refused", "no answer", "not captured", "closed", "open"} < seen
    assert {"prohibited by 10.10.1.12", "port unreachable, says 10.10.1.12"} < seen


def test_choosing_another_language_changes_what_is_shown(wireshark, files):
    """sharkd keeps a file open, as the window does."""
    tap = ("tap", {"tap0": "stat:impsvc", "tap1": "nstat:impsvc,flows"})
    frame = ("frame", {"frame": 1, "proto": True})

    def choose(language):
        return [("setconf", {"name": "impsvc.language", "value": language}), tap, frame]

    answers = wireshark.sharkd([("load", {"file": str(files["trouble-filtered"])}), tap, frame, *choose("japanese"), *choose("english")])
    assert answers[1:3] == answers[7:9]
    said = json.dumps(answers[4:6], ensure_ascii=False)
    for text in ("表 22: XCP 要求", "XCP ルータ マスター アクセス", "応答なし", "フローの向き: ", "備考: "):
        assert text in said
    for text in ("Table 22", "XCP router master access (22.4)", "no answer", "Flow: "):
        assert text not in said and text in json.dumps(answers[1:3], ensure_ascii=False)
    assert not LETTER.search(json.dumps(answers[1:3], ensure_ascii=False))


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_a_terminal_without_japanese_does_no_harm(wireshark, files, locale):
    done = subprocess.run(wireshark.command("-n", "-r", files["trouble-filtered"], "-V", "-z", "impsvc,tree", "-z", "expert", *JAPANESE),
                          env=dict(wireshark.environment(), LC_ALL=locale), cwd=wireshark.folder, stdin=subprocess.DEVNULL, capture_output=True,
                          check=True, timeout=120)
    assert LETTER.search(done.stdout.decode("utf-8"))


# Both languages stand together in the source: sentences as IMPSVC_SAY() and IMPSVC_IN(), words as impsvc_text.
LITERAL = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
PAIRS = [re.compile(r"IMPSVC_(?:SAY|IN)\((?:language,\s*)?" + LITERAL + r",\s*" + LITERAL + r"\)"),
         re.compile(r"\{ \{ " + LITERAL + r",\s*" + LITERAL + r"\} \}")]


def pairs():
    for path in sorted((SOURCE / "plugin").rglob("*.c")):
        text = path.read_text(encoding="utf-8")
        for pattern in PAIRS:
            for english, japanese in pattern.findall(text):
                yield tuple("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', part)) for part in (english, japanese))
        # What the patterns do not see would not be checked.
        calls = len(re.findall(r"IMPSVC_(?:SAY|IN)\(", text))
        assert path.name == "language.c" or calls == sum(1 for _ in PAIRS[0].finditer(text)), path


def test_every_sentence_is_translated():
    found = list(pairs())
    assert len(found) > 60
    names = re.compile(r"[-%;, a-z]*")      # "%s %u"
    assert [english for english, japanese in found if not LETTER.search(japanese) and not names.fullmatch(japanese)] == []
    assert [english for english, japanese in found if LETTER.search(english)] == []
    # The compiler checks each format against its arguments; here, that both use them alike.
    directives = re.compile(r"%[^a-z%]*[a-z]")
    assert [pair for pair in found if directives.findall(pair[0]) != directives.findall(pair[1])] == []
