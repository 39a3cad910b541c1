/* fuzz_payload.c
 * Any payload is read within its bounds, and every answer about it holds together
 *
 * Input: a byte for who the ends are, one for how much the snap length took (and what Wireshark
 * found), then the payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include "core/catalog_index.h"
#include "core/detail.h"
#include "core/foreign.h"
#include "core/recognise.h"
#include "core/recognise_surely.h"
#include "core/says.h"
#include "core/service_rules.h"

/* A detail is text of the payload, of a length that can be shown. */
static impsvc_text_span check_span(const impsvc_payload *payload, impsvc_text_span span)
{
    const uint8_t *start = (const uint8_t *)span.start;

    if (start == NULL)
        return span;
    must(start >= payload->bytes && span.length <= payload->length);
    must((size_t)(start - payload->bytes) <= payload->length - span.length);
    must(span.length >= 1 && span.length <= 255);
    for (size_t i = 0; i < span.length; i++)
        must(start[i] > ' ' && start[i] != 0x7f);
    return span;
}

static void check_details(const impsvc_payload *payload)
{
    impsvc_text_span path = check_span(payload, impsvc_detail_request_path(payload));
    const impsvc_entry *entry = impsvc_detail_entry_of_path(path);

    must(path.start == NULL || path.start[0] == '/');
    must(entry == NULL || (path.start != NULL && entry->table == 4));
    must(path.start == NULL || impsvc_surely(IMPSVC_PROTOCOL_HTTP, payload));
    check_span(payload, impsvc_detail_component(payload));
    check_span(payload, impsvc_detail_tls_name(payload));
    check_span(payload, impsvc_detail_sip_event(payload));
}

/* Who is sure of a payload says no other than who only looks at its first bytes. */
static void check_recognisers(const impsvc_payload *payload)
{
    static const impsvc_protocols both[] = { IMPSVC_PROTOCOL_AGENTX, IMPSVC_PROTOCOL_HTTP, IMPSVC_PROTOCOL_LDAP,
                                             IMPSVC_PROTOCOL_RMI, IMPSVC_PROTOCOL_SIP, IMPSVC_PROTOCOL_SNMP };
    impsvc_protocols text = impsvc_surely_text(payload);

    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++)
        must(!impsvc_surely(both[i], payload)
             || impsvc_recognise(both[i], payload->bytes, payload->length, payload->whole));
    for (unsigned bit = 0; bit < 32; bit++) {
        impsvc_protocols protocol = UINT32_C(1) << bit;

        must(impsvc_surely(protocol, payload) == impsvc_surely(protocol, payload));
        (void)impsvc_recognise(protocol, payload->bytes, payload->length, payload->whole);
    }
    must(text == 0 || impsvc_surely(text, payload));
    must(!impsvc_surely_bosh(payload) || impsvc_surely(IMPSVC_PROTOCOL_HTTP, payload));
    must(!impsvc_surely_exchange(payload) || impsvc_surely(IMPSVC_PROTOCOL_HTTP, payload));
    must(!impsvc_surely_snmp_trap(payload) || impsvc_surely(IMPSVC_PROTOCOL_SNMP, payload));
    must(!impsvc_surely_xcp(payload) || impsvc_surely(IMPSVC_PROTOCOL_XMPP, payload));
    must(impsvc_surely_snmp_type(payload) == 0 || impsvc_surely(IMPSVC_PROTOCOL_SNMP, payload));
    must(!impsvc_accepts_component(payload) || payload->length >= strlen("<handshake/>"));
    must(!impsvc_recognise(IMPSVC_PROTOCOL_XMPP, payload->bytes, payload->length, payload->whole)
         || impsvc_continues_xmpp(payload));
    must(!impsvc_surely_xmpp_server(payload) || impsvc_surely(IMPSVC_PROTOCOL_XMPP, payload));
    must(impsvc_isakmp_marker(payload) <= payload->length);
}

/* What is surely of a protocol of these is not other people's. */
static void check_foreign(const impsvc_payload *payload)
{
    bool foreign = impsvc_is_foreign(payload);

    must(foreign == impsvc_is_foreign(payload));
    must(!foreign || payload->length >= strlen("+OK"));
    must(!foreign || (impsvc_surely_text(payload) & (IMPSVC_PROTOCOL_SSH | IMPSVC_PROTOCOL_XMPP)) == 0);
}

/* A message is of one of the protocols that were asked for, and says the same for that one alone. */
static void check_sayings(const impsvc_payload *payload, impsvc_protocols among)
{
    impsvc_protocols protocol = 0, again = 0;
    impsvc_saying saying = impsvc_says(payload, among, &protocol);

    if (saying == IMPSVC_SAYS_NOTHING) {
        must(protocol == 0);
        return;
    }
    must(saying <= IMPSVC_SAYS_NOTICE && payload->length > 0);
    must((protocol & among) == protocol && (protocol & (protocol - 1)) == 0 && protocol != 0);
    must(saying != IMPSVC_SAYS_NOTICE || impsvc_surely_snmp_trap(payload));
    must(impsvc_says(payload, protocol, &again) == saying && again == protocol);
}

static void check_rules(const impsvc_payload *payload, uint8_t ends, uint32_t seen)
{
    static const uint8_t carriers[] = { IMPSVC_TCP, IMPSVC_UDP, IMPSVC_TLS, IMPSVC_ICMP };
    const impsvc_parties parties = { ends & 1, ends & 2, ends & 4, ends & 8, ends & 16 };

    for (uint8_t table = 0; table <= 32; table++)
        for (size_t i = 0; i < sizeof carriers; i++) {
            const impsvc_entry *entry = impsvc_service_find(table, carriers[i], seen, payload, &parties);

            if (entry == NULL)
                continue;
            must(entry->table == table && impsvc_service_rule_exists(table, carriers[i]));
            must(parties.sender_is_node || parties.receiver_is_node);
            must(entry == impsvc_service_find(table, carriers[i], seen, payload, &parties));
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t ends = size > 0 ? data[0] : 0, cut = size > 1 ? data[1] : 0;
    size_t head = size < 2 ? size : 2;
    size_t length = size - head;
    impsvc_payload payload = { data + head, length, length + (cut < 128 ? 0 : (size_t)cut - 127) };

    take_list(data, size);
    check_recognisers(&payload);
    check_details(&payload);
    check_foreign(&payload);
    check_sayings(&payload, UINT32_MAX);
    for (unsigned bit = 0; bit < 32; bit++)
        check_sayings(&payload, UINT32_C(1) << bit);
    check_rules(&payload, ends, ends & 32 ? UINT32_C(1) << cut % 32 : 0);
    return 0;
}
