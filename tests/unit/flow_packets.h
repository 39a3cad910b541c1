/* flow_packets.h
 * Packets of one flow, as a person would tell what happened
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_PACKETS_H
#define IMPSVC_FLOW_PACKETS_H

#include <string.h>

#include "flows/flow_packet.h"

enum { CLIENT, SERVER, MOST_PACKETS = 64 };

#define FIN IMPSVC_FLAG_FIN
#define SYN IMPSVC_FLAG_SYN
#define RST IMPSVC_FLAG_RST
#define ACK IMPSVC_FLAG_ACK

#define MILLISECONDS INT64_C(1000000)
#define SECONDS      (1000 * MILLISECONDS)
#define MINUTES      (60 * SECONDS)

typedef struct {
    uint8_t            transport;
    bool               v6;
    impsvc_flow_packet packet[MOST_PACKETS];
    size_t             count;
    int64_t            now;
    uint32_t           next[2];     /* sequence numbers */
    uint8_t            ttl[2];
} story;

static const uint8_t client_v4[] = { 10, 0, 0, 1 }, server_v4[] = { 10, 0, 9, 1 }, router_v4[] = { 10, 0, 5, 1 };
static const uint8_t client_v6[16] = { 0xfd, [15] = 1 }, server_v6[16] = { 0xfd, [14] = 9, [15] = 1 }, router_v6[16] = { 0xfd, [15] = 5 };

static inline impsvc_ip client_of(const story *told)
{
    return told->v6 ? impsvc_ip_from_v6(client_v6) : impsvc_ip_from_v4(client_v4);
}

static inline impsvc_ip server_of(const story *told)
{
    return told->v6 ? impsvc_ip_from_v6(server_v6) : impsvc_ip_from_v4(server_v4);
}

static inline impsvc_ip router_of(const story *told)
{
    return told->v6 ? impsvc_ip_from_v6(router_v6) : impsvc_ip_from_v4(router_v4);
}

/** Sequence numbers pass zero soon, as one in many connections' do. */
static inline story begin(uint8_t transport, bool v6)
{
    return (story){ .transport = transport, .v6 = v6, .now = 1700000000 * SECONDS, .next = { UINT32_MAX - 200, 5000 }, .ttl = { 64, 61 } };
}

static inline void wait_for(story *told, int64_t nanoseconds)
{
    told->now += nanoseconds;
}

/** A packet, half a millisecond after the last one; it can be changed. */
static inline impsvc_flow_packet *one_packet(story *told, uint8_t from)
{
    impsvc_flow_packet *packet = &told->packet[told->count++];

    told->now += MILLISECONDS / 2;
    *packet = (impsvc_flow_packet){ .from = from, .when = told->now, .frame = (uint32_t)told->count, .bytes = 66, .has_ip = true,
                                    .ttl = told->ttl[from], .has_interface = true };
    return packet;
}

/** A segment that was not sent before. */
static inline impsvc_flow_packet *segment(story *told, uint8_t from, uint8_t flags, uint32_t payload)
{
    impsvc_flow_packet *packet = one_packet(told, from);

    packet->has_tcp = true;
    packet->flags = flags;
    packet->seq = told->next[from];
    packet->ack = flags & ACK ? told->next[1 - from] : 0;
    packet->payload = payload;
    packet->bytes += payload;
    told->next[from] += payload + (flags & (SYN | FIN) ? 1 : 0);
    return packet;
}

/** An earlier packet once more, after a time. */
static inline void repeat(story *told, size_t which, int64_t after)
{
    wait_for(told, after);
    told->packet[told->count] = told->packet[which];
    told->packet[told->count].when = told->now;
    told->packet[told->count].frame = (uint32_t)told->count + 1;
    told->count++;
}

/** The last packet once more. */
static inline void again(story *told, int64_t after)
{
    repeat(told, told->count - 1, after);
}

/** … and again, with the pauses of TCP. */
static inline void again_and_again(story *told)
{
    for (int64_t pause = 200 * MILLISECONDS; pause < 4 * SECONDS; pause *= 2)
        again(told, pause);
}

static inline void handshake(story *told)
{
    segment(told, CLIENT, SYN, 0);
    segment(told, SERVER, SYN | ACK, 0);
    segment(told, CLIENT, ACK, 0);
}

/** A question and its answer. */
static inline void talk(story *told)
{
    segment(told, CLIENT, ACK, 300);
    segment(told, SERVER, ACK, 400);
    segment(told, CLIENT, ACK, 0);
}

/** An ICMP error that quotes a packet of one end. */
static inline void icmp_error(story *told, uint8_t quoted, impsvc_ip sender, uint8_t type, uint8_t code)
{
    impsvc_flow_packet *packet = one_packet(told, 1 - quoted);

    packet->has_icmp = true;
    packet->icmp = (impsvc_icmp_head){ .v6 = told->v6, .type = type, .code = code };
    packet->icmp_sender = sender;
}

/** An empty record of the story's flow. */
static inline impsvc_flow_record record_for(const story *told)
{
    impsvc_flow_record record = { .transport = told->transport };

    record.ends[CLIENT].at = (impsvc_endpoint){ client_of(told), 40000 };
    record.ends[SERVER].at = (impsvc_endpoint){ server_of(told), 7400 };
    return record;
}

static inline impsvc_flow_record record_of(const story *told)
{
    impsvc_flow_record record = record_for(told);

    for (size_t i = 0; i < told->count; i++)
        impsvc_flow_add(&record, &told->packet[i]);
    return record;
}

#endif /* IMPSVC_FLOW_PACKETS_H */
