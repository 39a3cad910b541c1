/* flow_feed.c
 * From an annotated packet to the record of its flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "statistics/flow_feed.h"

#include <epan/dissectors/packet-tcp.h>

#include "wireshark/addresses.h"
#include "wireshark/beginning.h"
#include "wireshark/tcp_flags.h"

/* An address that is not an IP address, of which there are none so far, counts as no address. */
static impsvc_flow_end end_of(const impsvc_end *end)
{
    impsvc_flow_end made = { .at = { .port = end->port }, .role = end->role, .is_node = end->node.is_node };

    (void)impsvc_ip_from_address(end->address, &made.at.address);
    return made;
}

/* TCP's number of the connection, where TCP keeps one, or the two ends. */
static impsvc_flow_key key_of(const impsvc_identity *identity, const impsvc_flow_end *initiator, const impsvc_flow_end *listener,
                              const impsvc_tcp_seen *tcp)
{
    if (identity->carrier == IMPSVC_ICMP)
        return impsvc_flow_key_of_pings(&initiator->at.address, &listener->at.address);
    if (tcp != NULL)
        return impsvc_flow_key_of_stream(tcp->stream);
    return impsvc_flow_key_of_ends(identity->carrier == IMPSVC_UDP ? IMPSVC_UDP : IMPSVC_TCP, &initiator->at, &listener->at);
}

/* In a joined capture the answer may come before the SYN: then Wireshark counts neither as a handshake. */
static uint8_t seen_in(const packet_info *pinfo)
{
    switch (impsvc_tcp_flags_of(pinfo) & (TH_SYN | TH_ACK | TH_RST)) {
    case TH_SYN:
        return IMPSVC_TCP_SYN;
    case TH_SYN | TH_ACK:
        return IMPSVC_TCP_SYN_ACK;
    case TH_RST:
    case TH_RST | TH_ACK:
        return IMPSVC_TCP_RST;
    default:
        return 0;
    }
}

static void note(impsvc_flow_record *record, const packet_info *pinfo, const impsvc_identity *identity,
                 const impsvc_tcp_seen *tcp)
{
    record->entry = identity->match.entry;
    record->carrier = identity->carrier;
    record->confidence = identity->confidence;
    record->flow = identity->flow;
    if (tcp != NULL)
        record->tcp |= (uint8_t)(tcp->completeness | (identity->icmp_error == NULL ? seen_in(pinfo) : 0));
    if (identity->icmp_error == NULL)
        return;
    record->has_icmp_error = true;
    record->icmp_error = identity->icmp_error->head;
    record->icmp_sender = identity->icmp_error->sender;
}

const impsvc_flow_record *impsvc_flow_feed(impsvc_flow_list *list, const packet_info *pinfo, const impsvc_identity *identity)
{
    impsvc_flow_end initiator = end_of(&identity->initiator);
    impsvc_flow_end listener = end_of(&identity->listener);
    impsvc_tcp_seen seen;
    bool is_tcp = identity->carrier != IMPSVC_UDP && identity->carrier != IMPSVC_ICMP
                  && impsvc_tcp_seen_of(identity->conversation, &seen);
    impsvc_flow_key key = key_of(identity, &initiator, &listener, is_tcp ? &seen : NULL);
    impsvc_flow_record *record = impsvc_flow_list_get(list, &key);

    record->initiator = initiator;
    record->listener = listener;
    note(record, pinfo, identity, is_tcp ? &seen : NULL);
    impsvc_flow_count(record, identity->match.direction, pinfo->fd->pkt_len,
                      (int64_t)pinfo->abs_ts.secs * 1000000000 + pinfo->abs_ts.nsecs);
    return record;
}
