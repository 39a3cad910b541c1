# Ports that several rows of the list share: what tells them apart, and what stays open.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

from cluster import PUB, STRANGER, SUB, Scene, moved, node

CANDIDATES_8443 = ["4.3", "4.4", "4.5"]


@pytest.fixture(scope="module")
def tomcat(wireshark):
    """{client's port: its rows} of the lab's real HTTPS connections to 8443; the log says which entry each port is."""
    path = wireshark.readable("tomcat-8080-8443.pcapng")
    names = ["tcp.srcport", "tcp.dstport", "impsvc.entry", "impsvc.candidate", "impsvc.detail", "http.request.uri",
             "http.response.code", "impsvc.evidence"]
    connections = {}
    for row in wireshark.fields(path, names, "-Y", "tcp.port == 8443"):
        client = next(port for port in (row["tcp.srcport"][0], row["tcp.dstport"][0]) if port != "8443")
        connections.setdefault(client, []).append(row)
    return connections


@pytest.mark.parametrize("client,entry,path", [
    (45004, "4.2", "/axl/"), (45006, "4.2", "/axl/"), (45014, "4.3", "/cupadmin/showHome.do"),
    (45024, "4.4", "/cupuser/showHome.do"), (45034, "4.5", "/EPASSoap/service/v80"), (45036, "4.5", "/EPASSoap/service/v80")])
def test_the_request_path_inside_tls_tells_the_services_of_8443_apart(tomcat, client, entry, path):
    rows = tomcat[str(client)]
    request = next(number for number, row in enumerate(rows) if row["http.request.uri"])
    assert rows[request]["impsvc.detail"] == [path]
    before, after = rows[:request], rows[request:]
    assert {tuple(row["impsvc.entry"] + row["impsvc.candidate"]) for row in before} == {("4.2", *CANDIDATES_8443)}
    assert {tuple(row["impsvc.entry"] + row["impsvc.candidate"]) for row in after} == {(entry,)}
    assert any(row["http.response.code"] for row in after)
    assert "entry told by the request path" in after[-1]["impsvc.evidence"][0]


PATHS = {"/axl/": "4.2", "/axl": "4.2", "/realtimeservice2/services/RISService70": "4.2", "/ccmadmin/showHome.do": "4.3",
         "/ccmservice/": "4.3", "/cmplatform/showHome.do": "4.3", "/CUPADMIN/": "4.3", "/ccmuser/": "4.4",
         "/cupuser?x=/axl/": "4.4", "/EPASSoap/service/v105": "4.5"}


@pytest.mark.parametrize("path", PATHS)
def test_paths_of_every_application_are_known(wireshark, capture_path, path):
    """In the clear, since a test cannot encrypt: the port's rows are told the same way."""
    scene = Scene()
    frames = scene.call(STRANGER, PUB, 8443, (f"GET {path} HTTP/1.1\r\nHost: p\r\n\r\n".encode(),
                                              b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    rows = wireshark.fields(scene.write(capture_path), ["impsvc.entry"])
    assert [row["impsvc.entry"] for row in rows] == [["4.2"]] * 3 + [[PATHS[path]]] * (len(frames) - 3)


@pytest.mark.parametrize("path", ["/", "/axlx/", "/other/axl/", "/favicon.ico"])
def test_other_paths_leave_the_question_open(wireshark, capture_path, path):
    scene = Scene()
    scene.call(STRANGER, PUB, 8443, (f"GET {path} HTTP/1.1\r\n\r\n".encode(), b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"))
    rows = wireshark.fields(scene.write(capture_path), ["impsvc.entry", "impsvc.candidate"])
    assert {tuple(row["impsvc.entry"] + row["impsvc.candidate"]) for row in rows} == {("4.2", *CANDIDATES_8443)}


@pytest.mark.parametrize("port,between,within", [(6603, "25.1", "26.1"), (6604, "25.2", "26.2"), (6605, "25.3", "26.3")])
def test_6603_to_6605_are_replication_between_nodes_and_sql_within_one(wireshark, capture_path, port, between, within):
    scene = Scene()
    apart = scene.call(SUB, PUB, port)
    alone = scene.call(PUB, PUB, port, client_port=42000)
    loop = scene.call("::1", "::1", port)
    path = scene.write(capture_path)
    rows = dict(enumerate(wireshark.fields(path, ["impsvc.entry", "impsvc.candidate"]), 1))
    told = {name: {tuple(rows[frame]["impsvc.entry"] + rows[frame]["impsvc.candidate"]) for frame in frames}
            for name, frames in (("apart", apart), ("alone", alone), ("loop", loop))}
    assert told == {"apart": {(between, within)}, "alone": {(within,)}, "loop": {(within,)}}
    known = wireshark.fields(path, ["impsvc.entry", "impsvc.candidate"], *node("10.1.0.0/24"))
    assert {tuple(known[frame - 1]["impsvc.entry"] + known[frame - 1]["impsvc.candidate"]) for frame in apart} == {(between,)}


def test_the_users_word_counts_most_on_a_shared_port(wireshark, capture_path):
    scene = Scene()
    scene.call(STRANGER, PUB, 8443)
    rows = wireshark.fields(scene.write(capture_path), ["impsvc.entry", "impsvc.candidate"], *moved("22.4", "TCP", "8443"))
    assert {tuple(row["impsvc.entry"]) for row in rows} == {("22.4",)}
    assert rows[0]["impsvc.candidate"] == ["4.2", *CANDIDATES_8443]
