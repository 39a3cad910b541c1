# impsvc.detail: what the payload tells of the service, and nothing it does not tell.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from collections import Counter

import pytest

from cluster import GATEWAY, PUB, STRANGER, SUB, Scene
from payloads import COMPONENT, HTTP, LDAP, UNKNOWN, sip


def details(wireshark, path, *arguments):
    return [row["impsvc.detail"] for row in wireshark.fields(path, ["impsvc.detail"], *arguments)]


def test_an_xcp_stream_is_named_by_its_component_from_its_head_on(wireshark, capture_path):
    scene = Scene()
    scene.xcp(SUB, PUB)
    path = scene.write(capture_path)
    assert details(wireshark, path) == details(wireshark, path, "-2") == [[]] * 3 + [["jsm-1.example.com"]] * 11


@pytest.mark.parametrize("head,name", [
    (b"<?xml version='1.0'?><stream:stream to=\"cm-1.pub\" xmlns='jabber:component:accept'>", "cm-1.pub"),
    (b"<stream:stream xmlns='jabber:component:accept' from='router.pub'>", "router.pub"),
    (b"<stream:stream xmlns='jabber:component:accept' to=''>", None),
    (b"<stream:stream xmlns='jabber:component:accept' to='never ends", None), (COMPONENT[0][:40], None)])
def test_whole_names_only_are_shown(wireshark, capture_path, head, name):
    scene = Scene()
    scene.call(SUB, PUB, 7400, (head, UNKNOWN[1]))
    assert details(wireshark, scene.write(capture_path))[3] == ([name] if name else [])


@pytest.mark.parametrize("header,event", [("Event: presence\r\n", "presence"), ("o: message-summary;id=1\r\n", "message-summary"),
                                          ("event:dialog\r\n", "dialog"), ("", None), ("X-Event: other\r\n", None)])
@pytest.mark.parametrize("carrier", ["TCP", "UDP"])
def test_the_event_of_a_sip_message(wireshark, capture_path, header, event, carrier):
    payloads = (sip("SUBSCRIBE sip:b@example.com SIP/2.0", "SUBSCRIBE", header, "Event: body\r\n"), sip("SIP/2.0 200 OK"))
    scene = Scene()
    frames = scene.call(GATEWAY, PUB, 5060, payloads) if carrier == "TCP" else scene.ask(GATEWAY, PUB, 5060, payloads)
    path = scene.write(capture_path)
    assert details(wireshark, path)[3 if carrier == "TCP" else 0] == ([event] if event else [])
    assert wireshark.frames(path, "impsvc.detail") == ([frames[3 if carrier == "TCP" else 0]] if event else [])


def test_tls_server_names_requests_and_events_of_real_programs(wireshark):
    found = Counter()
    for name in ("tomcat-8080-8443", "sip-presence-5060-5080", "xmpp-upload-7336", "xmpp-component-7400", "sip-tls-5061-5062"):
        path = wireshark.readable(f"{name}.pcapng")
        found.update((row["impsvc.entry"][0], row["impsvc.detail"][0])
                     for row in wireshark.fields(path, ["impsvc.entry", "impsvc.detail"], "-Y", "impsvc.detail"))
    assert {("4.2", "/axl/"), ("4.5", "/EPASSoap/service/v80"), ("3.1", "presence"), ("22.6", "upload.alpha.example"),
            ("22.6", "/file_share/lab/file.txt"), ("22.4", "service.alpha.example")} <= set(found)


def test_nothing_is_told_of_payload_that_tells_nothing(wireshark, capture_path):
    scene = Scene()
    for port, payloads in ((8600, UNKNOWN), (8600, HTTP), (389, LDAP), (7400, UNKNOWN), (8443, UNKNOWN)):
        scene.call(STRANGER, PUB, port, payloads)
    told = [detail for detail in details(wireshark, scene.write(capture_path)) if detail]
    assert told == [] or set(map(tuple, told)) == {("/status",)}
