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

/* Flags, sides, two ports, protocols; an entry named; ports moved. */
#define BYTES(literal) { literal, sizeof(literal) - 1 }

static const fuzz_seed classify_seeds[] = {
    BYTES("\x01\x00\x9c\x41\x1c\xe9\x00\x00\x00\x00"),
    BYTES("\x01\x02\x9c\x41\x0b\x00\x00\x00\x00\x00"),
    BYTES("\x21\x01\x0b\x00\x9c\x41\xff\xff\xff\xff\x0c"),
    BYTES("\x00\x04\xf0\x01\x9c\x41\x00\x00\x00\x10"),
    BYTES("\x09\x00\x9c\x41\x38\x00\x00\x00\x00\x00"),
    BYTES("\x11\x00\x38\x00\x9c\x41\x00\x00\x00\x00"),
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
            "\x00\x00\x02\x13\x01\x01\x00\x00\x04\x00\x17\x00\x00")
};

#undef BYTES
#undef PAYLOAD
#undef SNMP_COMMUNITY

#endif /* IMPSVC_FUZZ_SEEDS_H */
