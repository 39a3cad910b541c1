# SPDX-License-Identifier: GPL-2.0-or-later
"""One request and its answer for services whose protocol is public, written by the lab: enough to be recognised."""
import socket
import struct

NTP_ERA = 2208988800  # 1970, in NTP's seconds
TIME = struct.pack("!II", NTP_ERA + 1764000000, 0)


def dns(name, address):
    """A look-up of an address, and its answer."""
    question = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + bytes.fromhex("0000010001")
    found = bytes.fromhex("c00c0001000100000e100004") + socket.inet_aton(address)
    return (bytes.fromhex("1a2b01000001000000000000") + question,
            bytes.fromhex("1a2b85800001000100000000") + question + found)


def ntp():
    return (b"\x23" + bytes(39) + TIME,
            b"\x24\x03\x06\xe9" + bytes(8) + b"LAB\0" + TIME * 4)


def snmp():
    """How long has the agent been up? Version 2c, community lab."""
    head, name = "02010104036c6162", "06082b06010201010300"
    return (bytes.fromhex(f"3026{head}a01c02040badcafe020100020100300e300c{name}0500"),
            bytes.fromhex(f"3028{head}a21e02040badcafe0201000201003010300e{name}43021234"))


def trap():
    """coldStart, version 2c."""
    return bytes.fromhex("304102010104036c6162a73702040badcafe0201000201003029300e06082b06010201010300430212343017"
                         "060a2b06010603010104010006092b0601060301010501")


def ldap():
    """A bind without a name."""
    return bytes.fromhex("300c020101600702010304008000"), bytes.fromhex("300c02010161070a010004000400")


def sip(lab, client, server, carrier):
    head = (f"Via: SIP/2.0/{carrier} {lab.host(client).fqdn};branch=z9hG4bK-lab-1\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{lab.host(client).fqdn}>;tag=1\r\nTo: <sip:{lab.host(server).fqdn}>{{tag}}\r\n"
            "Call-ID: 1@lab.example\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
    return (f"OPTIONS sip:{lab.host(server).fqdn} SIP/2.0\r\n{head.format(tag='')}".encode(),
            f"SIP/2.0 200 OK\r\n{head.format(tag=';tag=2')}".encode())
