/* seeds.h
 * Inputs to begin with: one of every kind the harnesses know
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FUZZ_SEEDS_H
#define IMPSVC_FUZZ_SEEDS_H

#include <stddef.h>

typedef struct {
    const char *bytes;
    size_t      length;
} fuzz_seed;

/* Flags, sides and what is said, two ports, protocols; an entry named; in which protocol it is said; ports moved. */
#define BYTES(literal) { literal, sizeof(literal) - 1 }

static const fuzz_seed classify_seeds[] = {
    BYTES("\x01\x00\x9c\x41\x1c\xe9\x00\x00\x00\x00"),
    BYTES("\x01\x02\x9c\x41\x0b\x00\x00\x00\x00\x00"),
    BYTES("\x21\x01\x0b\x00\x9c\x41\xff\xff\xff\xff\x0c"),
    BYTES("\x00\x04\xf0\x01\x9c\x41\x00\x00\x00\x10"),
    BYTES("\x09\x00\x9c\x41\x38\x00\x00\x00\x00\x00"),
    BYTES("\x11\x00\x38\x00\x9c\x41\x00\x00\x00\x00"),
    BYTES("\x00\x24\x00\x00\x07\x00\x00\x00\x00\x01\x00"),
    BYTES("\x00\x48\x07\x00\x00\x00\x00\x00\x00\x01\x00"),
    BYTES("\x00\x5a\xf0\x01\x27\xb3\x00\x00\x00\x10\x04"),
    BYTES("\x20\x24\xf0\x01\x27\xb3\x00\x00\x00\x10\x24\x04"),
    BYTES("\xc1\x00\x9c\x41\x0b\x00\x00\x00\x00\x00\x05\x0b\x00\x06\x0b\x00\x07\x0b\x00\x08\x0b\x00"),
    BYTES("\xc0\x03\x13\x13\x13\x13\x00\x00\x00\x00\x01\x13\x13")
};

/* Ends (3: both nodes, who began unknown; 14: the sender asks a node), what is cut, payload. */
#define PAYLOAD(literal)  BYTES("\x03\x00" literal), BYTES("\x0e\x00" literal)
#define SNMP_COMMUNITY    "\x02\x01\x01\x04\x06public"

static const fuzz_seed payload_seeds[] = {
    PAYLOAD(""),
    PAYLOAD("GET /axl/?x=1 HTTP/1.1\r\nHost: cup1\r\n\r\n"),
    PAYLOAD("POST http://cup1:8080/cupadmin/x HTTP/1.1\r\n\r\n<body xmlns='http://jabber.org/protocol/httpbind'/>"),
    PAYLOAD("NOTIFY /1 HTTP/1.1\r\nSubscription-ID: 4\r\n\r\n"),
    PAYLOAD("POST /n HTTP/1.1\r\n\r\n<m:SendNotification/>"),
    PAYLOAD("SUBSCRIBE sip:u@example.com SIP/2.0\r\nEvent: presence;id=1\r\n\r\n"),
    PAYLOAD("SIP/2.0 200 OK\r\no: dialog\r\n\r\n"),
    PAYLOAD("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
            "to='a.cup1'>"),
    PAYLOAD("<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' from=\"a\">"),
    PAYLOAD("<db:result to='a' from='b'>k</db:result>"),
    PAYLOAD("<presence><show>away</show></presence>"),
    PAYLOAD("<route type='x' to='a' from='b'/>"),
    PAYLOAD("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"),
    PAYLOAD("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept'><handshake/>"),
    PAYLOAD(" "),
    PAYLOAD("SSH-2.0-OpenSSH_8.4\r\n"),
    PAYLOAD("\x30\x13" SNMP_COMMUNITY "\xa7\x06\x02\x01\x01\x30\x00\x05"),
    PAYLOAD("\x30\x82\x00\x13" SNMP_COMMUNITY "\xa0\x06\x02\x01\x01\x30\x00\x05"),
    PAYLOAD("\x30\x0c\x02\x01\x02\x60\x07\x02\x01\x03\x04\x00\x80\x00"),
    PAYLOAD("\x01\x0d\x10\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x00"),
    PAYLOAD("12345678\x00\x00\x00\x00\x00\x00\x00\x00\x21\x20\x22\x08\x00\x00\x00\x00\x00\x00\x00\x1c"),
    PAYLOAD("\x00\x00\x00\x00" "12345678"
            "\x00\x00\x00\x00\x00\x00\x00\x00\x21\x10\x22\x08\x00\x00\x00\x00\x00\x00\x00\x1c"),
    PAYLOAD("JRMI\x00\x02\x4b"),
    PAYLOAD("\x50\xac\xed\x00\x05\x77\x22\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00"),
    PAYLOAD("\x00\x00\x00\x10\x00\x03\x00\x00user\x00x\x00\x00"),
    PAYLOAD("Q\x00\x00\x00\x0dselect 1\x00" "X\x00\x00\x00\x04"),
    PAYLOAD("\x16\x03\x01\x00\x4c\x01\x00\x00\x48\x03\x03" "0123456789abcdef0123456789abcdef"
            "\x00\x00\x02\x13\x01\x01\x00\x00\x1d\x00\x00\x00\x15\x00\x13\x00\x00\x10" "cup1.example.com"
            "\x00\x17\x00\x00"),
    PAYLOAD("\x16\x03\x01\x00\x33\x01\x00\x00\x2f\x03\x03" "0123456789abcdef0123456789abcdef"
            "\x00\x00\x02\x13\x01\x01\x00\x00\x04\x00\x17\x00\x00"),
    PAYLOAD("\x30\x28\x02\x01\x03\x30\x0d\x02\x01\x01\x02\x02\x05\xdc\x04\x01\x04\x02\x01\x03\x04\x02\x30\x00"
            "\x30\x10\x04\x04" "engi" "\x04\x00\xa2\x06\x02\x01\x01\x30\x00\x05"),
    PAYLOAD("\x23\x03\x06\xec" "12345678901234567890123456789012345678901234"),
    PAYLOAD("\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00\x04" "cup1\x00\x00\x01\x00\x01"),
    PAYLOAD("\x00\x16\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04" "cup1\x00\x00\x01\x00\x01"),
    PAYLOAD("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"),
    PAYLOAD("-ERR unknown command\r\n"),
    PAYLOAD("\x1c\x00\x00\x00\x0a" "8.0.36\x00\x08\x00\x00\x00" "12345678\x00\xff\xff\xff\x02\x00\xff\xc7"),
    PAYLOAD("\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04" "abcd"),
    PAYLOAD("\x18\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    PAYLOAD("\x00\x01\x00\x00\x21\x12\xa4\x42" "123456789012"),
    PAYLOAD("\x03\x00\x00\x0b\x06\xe0\x00\x00\x00\x00\x00"),
    PAYLOAD("\x00\x00\x00\x10\xfe" "SMB@\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
};

/* Records of flows (plugin/joins/flow_text.h): let through, tried again and again, reset on the way, prohibited by a router, lost for
 * their size, forgotten and reset, answered by another road; a datagram and its answer; a window that is closed. */
static const fuzz_seed flow_text_seeds[] = {
    BYTES("1 1 0 281470849515521 40000 0 281470849517825 7400 1700000000000500000 1700000000004500000 15 20 0 0 0 2 1 1 0"
          " 0 0 0 0 0 0 59 64 64 0 1 6 0 696 1 1 7 0 7 1 1 1700000000003500000 1700000000003500000 1700000000004000000 "
          "101 7 101 100 0 100 0 300 1 0 0 61 61 61 0 1 3 0 598 1 2 8 0 7 1 1 1700000000004000000 1700000000004000000 "
          "1700000000004500000 5402 8 5402 5001 0 5401 0 400 1 1 0 4294967095 1 1 0 4294967095 2 0 0 1700000000004500000 "
          "2305843009213693952 0 0 0"),
    BYTES("1 1 18230571291595767808 1 40000 18230571291595767808 2305 7400 1700000000000500000 1700000004002500000 "
          "1152956690052710401 26 0 0 0 2 6 1 0 0 0 0 0 0 0 3 64 64 0 1 5 0 330 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"
          " 0 0 0 0 0 2 1 77577 2 155355 3 0 0 0 0 1700000005002500000 2305843009213693952 0 0 0"),
    BYTES("1 1 0 281470849515521 40000 0 281470849517825 7400 1700000000000500000 1700000000001000000 1 20 0 0 0 4 2 1 0 "
          "0 0 0 0 0 0 3 64 64 0 1 1 0 66 1 1 0 0 0 0 0 0 0 0 65 0 0 0 0 1 0 66 1 2 2 3 4294967096 2 63 0 0 0 0 0 1 0 "
          "4294967095 1 0 0 0 0 1700000000001000000 2305843009213693952 0 0 0"),
    BYTES("1 1 18230571291595767808 1 40000 18230571291595767808 2305 7400 1700000000000500000 1700000001001500000 "
          "576460752303423489 24 0 0 0 5 2 1 0 0 0 0 0 0 0 3 64 64 0 1 2 0 132 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 2 0 132 0 0 "
          "0 0 0 0 0 0 1 0 4294967095 1 0 0 1 0 18230571291595767808 5 4 1 1 1 0 1700000001001500000 2305843009213693952 "
          "0 0 0"),
    BYTES("1 1 0 281470849515521 40000 0 281470849517825 7400 1700000000000500000 1700000006505000000 562949986984089 27 "
          "0 0 0 8 3 1 0 0 0 0 0 0 0 27 64 64 0 1 13 0 12942 1 1 0 0 15 1 1 1700000006505000000 1700000000004500000 "
          "1700000000002500000 3196 9 100 100 1548 100 1448 300 1 0 0 29 61 61 0 1 3 0 598 1 2 0 0 7 1 1 "
          "1700000000002500000 1700000000002500000 1700000000003000000 5401 5 5401 5001 0 5401 0 400 1 1 0 4294967095 1 1"
          " 0 4294967095 2 0 0 1700000006505000000 2305843009213693952 0 0 0"),
    BYTES("1 1 18230571291595767808 1 40000 18230571291595767808 2305 7400 1700000000000500000 1700001800004000000 "
          "9007199254740993 35 0 0 0 11 3 1 0 0 0 0 0 0 0 27 64 64 0 1 5 0 1130 1 1 0 0 7 1 1 1700001800003500000 "
          "1700001800003500000 1700000000002500000 600 7 100 100 0 100 0 300 1 0 0 93 61 61 0 1 3 0 598 1 2 8 1 0 8 254 0"
          " 7 1 1 1700000000002500000 1700000000002500000 1700000000003000000 5401 5 5401 5001 0 5401 0 400 1 1 0 "
          "4294967095 1 1 0 4294967095 2 0 0 1700001800004000000 2305843009213693952 0 0 0"),
    BYTES("1 1 0 281470849515521 40000 0 281470849517825 7400 1700000000000500000 1700000000002000000 3 20 0 0 0 12 5 1 0"
          " 0 0 0 0 0 0 27 64 64 0 1 4 0 564 1 1 0 0 5 1 1 1700000000001500000 1700000000001500000 0 100 3 0 0 0 100 0 "
          "300 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 2 0 1 0 0 1700000000002000000 0 0 5401 5001 0 0 0 0 0 1 0 4294967095 1 0 0 0"
          " 0 1700000000002000000 2305843009213693952 0 0 0"),
    BYTES("1 2 18230571291595767808 1 40000 18230571291595767808 2305 7400 1700000000000500000 1700000000001000000 1 20 0"
          " 0 0 15 1 2 0 0 0 0 0 0 0 1 64 64 0 1 1 0 66 1 1 0 0 0 1 0 1700000000000500000 0 0 1 61 61 0 1 1 0 66 1 2 0 0 "
          "0 1 0 1700000000001000000 0 0 0 0 0 0 1700000000001000000 2305843009213693952 0 0 0"),
    BYTES("1 1 0 281470849515521 40000 0 281470849517825 7400 1700000000000500000 1700000006504000000 562949986984089 27 "
          "0 0 0 20 1 1 0 0 0 0 0 0 0 27 64 64 0 1 11 0 4526 1 1 0 0 23 1 1 1700000006504000000 1700000000003500000 "
          "1700000000002500000 600 7 100 100 0 100 0 300 1 0 0 29 61 61 0 1 3 0 598 1 2 0 0 7 1 1 1700000000002500000 "
          "1700000000002500000 1700000000003000000 5401 5 5401 5001 0 5401 0 400 1 1 0 4294967095 1 1 0 4294967095 2 0 0 "
          "1700000006504000000 2305843009213693952 0 0 0")
};

#undef BYTES
#undef PAYLOAD
#undef SNMP_COMMUNITY

#endif /* IMPSVC_FUZZ_SEEDS_H */
