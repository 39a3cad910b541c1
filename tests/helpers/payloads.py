# What the services say: one request and one reply of each protocol, as real
# programs send them, and bytes that no dissector of Wireshark's claims.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import struct

from scapy.asn1.asn1 import ASN1_OID
from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.ntp import NTPHeader
from scapy.layers.snmp import SNMP, SNMPget, SNMPresponse, SNMPtrapv2, SNMPvarbind


def ber(tag, *parts):
    """One BER element."""
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    return bytes([tag, 0x82]) + struct.pack(">H", len(body)) + body


def integer(value):
    return ber(0x02, bytes([value]))


def octets(text):
    return ber(0x04, text.encode())


# --- SIP (RFC 3261) ---

def sip(first, method="OPTIONS", headers="", body=""):
    return (f"{first}\r\nVia: SIP/2.0/TCP 10.1.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\n"
            f"To: <sip:b@example.com>\r\nCall-ID: 1@10.1.0.1\r\nCSeq: 1 {method}\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n{body}").encode()


SIP = (sip("OPTIONS sip:b@example.com SIP/2.0"), sip("SIP/2.0 200 OK"))

# --- HTTP, also over UDP as Exchange sends it ---

HTTP = (b"GET /status HTTP/1.1\r\nHost: imp.example.com\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
HTTPU = (b"NOTIFY httpu://imp.example.com:50020/abc HTTP/1.1\r\nSubscription-id: 7\r\nContent-Length: 0\r\n\r\n",
         b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

# --- TLS (RFC 5246): client hello and server hello with one cipher suite ---


def tls_handshake(kind, body):
    message = bytes([kind]) + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + struct.pack(">H", len(message)) + message


TLS = (tls_handshake(1, b"\x03\x03" + bytes(range(32)) + b"\x00" + b"\x00\x02\x00\x9c" + b"\x01\x00"),
       tls_handshake(2, b"\x03\x03" + bytes(range(32, 64)) + b"\x00" + b"\x00\x9c" + b"\x00"))

# --- LDAP (RFC 4511) ---


def ldap(number, operation):
    return ber(0x30, integer(number), operation)


def ldap_entry(number, name, mail):
    attribute = ber(0x30, octets("mail"), ber(0x31, octets(mail)))
    return ldap(number, ber(0x64, octets(name), ber(0x30, attribute)))


LDAP_OK = ber(0x0a, b"\x00") + octets("") + octets("")
LDAP = (ldap(1, ber(0x60, integer(3), octets("cn=imp,dc=example"), ber(0x80, b"secret"))), ldap(1, ber(0x61, LDAP_OK)))

# --- SNMP, DNS, NTP ---

SYS_DESCR = SNMPvarbind(oid=ASN1_OID("1.3.6.1.2.1.1.1.0"))
SNMP_GET = (bytes(SNMP(community="public", PDU=SNMPget(id=1, varbindlist=[SYS_DESCR]))),
            bytes(SNMP(community="public", PDU=SNMPresponse(id=1, varbindlist=[SYS_DESCR]))))
SNMP_TRAP = (bytes(SNMP(version=1, community="public", PDU=SNMPtrapv2(id=2, varbindlist=[SYS_DESCR]))), SNMP_GET[1])

QUESTION = DNSQR(qname="imp.example.com")
ANSWER = DNSRR(rrname="imp.example.com", rdata="10.2.0.1", ttl=60)
DNS_QUERY = (bytes(DNS(id=1, rd=1, qd=QUESTION)), bytes(DNS(id=1, qr=1, qd=QUESTION, an=ANSWER)))
MDNS = (bytes(DNS(id=0, qd=DNSQR(qname="router.local"))),
        bytes(DNS(id=0, qr=1, aa=1, qd=None, an=DNSRR(rrname="router.local", rdata="10.2.0.1", ttl=60))))
NTP = (bytes(NTPHeader(version=4, mode=3)), bytes(NTPHeader(version=4, mode=4, stratum=2)))

# --- IKE (RFC 7296, a bare header), SSH, PostgreSQL, Java RMI, AgentX (RFC 2741) ---

ISAKMP = tuple(b"\x01" * 8 + answer * 8 + bytes([0, 0x20, 34, flags]) + bytes(4) + struct.pack(">I", 28)
               for answer, flags in ((b"\x00", 0x08), (b"\x02", 0x20)))
SSH = (b"SSH-2.0-OpenSSH_9.2p1\r\n", b"SSH-2.0-OpenSSH_8.4\r\n")
PGSQL_START = b"\x00\x03\x00\x00user\x00imp\x00database\x00tc\x00\x00"
PGSQL = (struct.pack(">I", len(PGSQL_START) + 4) + PGSQL_START, b"R" + struct.pack(">II", 8, 0))
RMI = (b"JRMI\x00\x02\x4b", b"\x4e\x00\x0810.1.0.1\x00\x00\xa1\x12")


def agentx(kind, session, body):
    return struct.pack(">BBBBIIII", 1, kind, 0x10, 0, session, 0, 1914421964, len(body)) + body


AGENTX = (agentx(1, 0, bytes([5, 0, 0, 0]) + bytes(4) + struct.pack(">I", 8) + b"subagent"),
          agentx(18, 9, struct.pack(">IHH", 4711, 0, 0)))

# --- XMPP (RFC 6120), and the router's component streams (XEP-0114) ---

STREAM = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
          "xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>").encode()
XMPP = (STREAM, STREAM.replace(b" to=", b" id='s1' from="))
COMPONENT = (b"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
             b"to='jsm-1.example.com'>",
             b"<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
             b"from='jsm-1.example.com' id='abc'>")

ACCEPTED = b"<handshake>0123456789abcdef0123456789abcdef01234567</handshake>", b"<handshake/>"

# --- Nobody's protocol ---

UNKNOWN = (b"\x7fimpsvc request\x7f", b"\x7fimpsvc reply\x7f")

_KNOWN = {
    ("2.1", ""): SIP, ("2.2", ""): TLS, ("2.3", ""): TLS, ("2.4", ""): SIP, ("2.5", ""): HTTP, ("2.6", ""): HTTP,
    ("2.7", ""): TLS, ("3.1", ""): SIP, ("4.1", ""): HTTP, ("4.2", ""): TLS, ("4.3", ""): TLS, ("4.4", ""): TLS,
    ("4.5", ""): TLS, ("5.1", ""): LDAP, ("5.2", ""): TLS, ("12.1", ""): SNMP_GET, ("12.2", ""): SNMP_GET,
    ("12.3", ""): SNMP_TRAP, ("12.5", ""): AGENTX, ("12.6", ""): SNMP_TRAP, ("12.7", ""): SNMP_TRAP,
    ("13.1", ""): ISAKMP, ("15.1", ""): DNS_QUERY, ("16.1", ""): SSH, ("18.1", ""): NTP, ("19.1", "TCP"): HTTP,
    ("19.1", "UDP"): HTTPU, ("21.1", ""): RMI, ("21.2", ""): RMI, ("22.1", ""): XMPP, ("22.2", ""): XMPP,
    ("22.3", ""): HTTP, ("22.4", ""): COMPONENT, ("22.5", ""): MDNS, ("22.6", ""): TLS, ("23.1", ""): PGSQL,
}


def of_entry(entry_id, transport):
    """(request, reply, whether a dissector of Wireshark's knows them) of an entry."""
    known = _KNOWN.get((entry_id, transport)) or _KNOWN.get((entry_id, ""))
    return (*(known or UNKNOWN), known is not None)
