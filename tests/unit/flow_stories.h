/* flow_stories.h
 * What happens to flows on their way, each with the verdict that is right
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_STORIES_H
#define IMPSVC_FLOW_STORIES_H

#include "flow_packets.h"
#include "flows/verdict.h"

static void nothing_at_all(story *told) { (void)told; }

static void let_through(story *told)
{
    handshake(told);
    talk(told);
    segment(told, CLIENT, FIN | ACK, 0);
    segment(told, SERVER, FIN | ACK, 0);
    segment(told, CLIENT, ACK, 0);
}

static void only_the_handshake(story *told) { handshake(told); }

static void answered_and_no_more(story *told)
{
    segment(told, CLIENT, SYN, 0);
    segment(told, SERVER, SYN | ACK, 0);
}

static void answered_to_the_third_syn(story *told)
{
    segment(told, CLIENT, SYN, 0);
    again(told, SECONDS);
    again(told, 2 * SECONDS);
    segment(told, SERVER, SYN | ACK, 0);
    segment(told, CLIENT, ACK, 0);
}

static void dropped(story *told)
{
    segment(told, CLIENT, SYN, 0);
    again(told, SECONDS);
    again(told, 2 * SECONDS);
}

static void dropped_twice(story *told)
{
    dropped(told);
    told->next[CLIENT] += 77777;
    dropped(told);
}

static void dropped_many_times(story *told)
{
    for (unsigned i = 0; i < 5; i++) {
        segment(told, CLIENT, SYN, 0);
        told->next[CLIENT] += 77777;
        wait_for(told, SECONDS);
    }
}

static void answer_to_another_syn(story *told)
{
    segment(told, CLIENT, SYN, 0);
    segment(told, SERVER, SYN | ACK, 0)->ack += 1000;
    again(told, SECONDS);
}

/* A host's answer to a SYN that it does not want has sequence number 0. */
static void refused(story *told)
{
    segment(told, CLIENT, SYN, 0);
    segment(told, SERVER, RST | ACK, 0)->seq = 0;
}

static void reset_on_the_way(story *told)
{
    segment(told, CLIENT, SYN, 0);
    segment(told, SERVER, RST | ACK, 0)->ttl = 63;
}

static void reset_of_another_connection(story *told)
{
    segment(told, CLIENT, SYN, 0);
    segment(told, SERVER, RST | ACK, 0)->ack += 1000;
    again(told, SECONDS);
}

static void reset_of_another_connection_and_of_this(story *told)
{
    segment(told, CLIENT, SYN, 0);
    segment(told, SERVER, RST | ACK, 0)->ack -= 1000;
    segment(told, SERVER, RST | ACK, 0)->seq = 0;
}

static void reset_without_acknowledgement(story *told)
{
    segment(told, CLIENT, SYN, 0);
    segment(told, SERVER, RST, 0);
}

static void tcp_port_unreachable_says_host(story *told)
{
    segment(told, CLIENT, SYN, 0);
    icmp_error(told, CLIENT, server_of(told), told->v6 ? 1 : 3, told->v6 ? 4 : 3);
}

static void prohibited_says_router(story *told)
{
    segment(told, CLIENT, SYN, 0);
    icmp_error(told, CLIENT, router_of(told), told->v6 ? 1 : 3, told->v6 ? 1 : 13);
}

static void unreachable_first_then_open(story *told)
{
    prohibited_says_router(told);
    repeat(told, 0, SECONDS);
    segment(told, SERVER, SYN | ACK, 0);
    segment(told, CLIENT, ACK, 0);
}

/* A redirect is no refusal. */
static void redirected_and_dropped(story *told)
{
    segment(told, CLIENT, SYN, 0);
    if (!told->v6)
        icmp_error(told, CLIENT, router_of(told), 5, 1);
    repeat(told, 0, 3 * SECONDS);
}

/* The error that says most counts, not the one that came first. */
static void advised_and_then_prohibited(story *told)
{
    segment(told, CLIENT, SYN, 0);
    icmp_error(told, CLIENT, router_of(told), told->v6 ? 2 : 5, 0);
    repeat(told, 0, SECONDS);
    icmp_error(told, CLIENT, router_of(told), told->v6 ? 1 : 3, told->v6 ? 1 : 13);
}

static void syn_ack_not_captured(story *told)
{
    segment(told, CLIENT, SYN, 0);
    told->next[SERVER]++;
    segment(told, CLIENT, ACK, 0);
    talk(told);
}

/* What an earlier connection on the same ports got does not open this one. */
static void ports_used_again_and_dropped(story *told)
{
    talk(told);
    told->next[CLIENT] += 5000000;
    segment(told, CLIENT, SYN, 0);
    again(told, SECONDS);
    again(told, 2 * SECONDS);
}

static void talks_in_a_late_capture(story *told) { talk(told); }

static void acknowledged_in_a_late_capture(story *told)
{
    segment(told, CLIENT, ACK, 300);
    segment(told, SERVER, ACK, 0);
}

static void syn_ack_first_then_talk(story *told)
{
    segment(told, SERVER, SYN | ACK, 0);
    segment(told, CLIENT, ACK, 0);
}

static void idle_and_forgotten(story *told)
{
    handshake(told);
    talk(told);
    wait_for(told, 30 * MINUTES);
    segment(told, CLIENT, ACK, 500);
    again_and_again(told);
}

static void idle_and_forgotten_for_answers(story *told)
{
    handshake(told);
    talk(told);
    wait_for(told, 30 * MINUTES);
    segment(told, SERVER, ACK, 500);
    again_and_again(told);
}

static void idle_and_alive(story *told)
{
    handshake(told);
    talk(told);
    wait_for(told, 30 * MINUTES);
    talk(told);
}

static void idle_and_reset_on_the_way(story *told)
{
    handshake(told);
    talk(told);
    wait_for(told, 30 * MINUTES);
    segment(told, CLIENT, ACK, 500);
    segment(told, SERVER, RST, 0)->ttl = 254;
}

static void reset_by_the_server_itself(story *told)
{
    handshake(told);
    talk(told);
    segment(told, CLIENT, ACK, 500);
    segment(told, SERVER, RST, 0);
}

static void large_segments_lost(story *told)
{
    handshake(told);
    talk(told);
    segment(told, CLIENT, ACK, 1448);
    segment(told, CLIENT, ACK, 1448);
    segment(told, CLIENT, ACK, 200);
    segment(told, SERVER, ACK, 0)->ack -= 1448 + 1448 + 200;
    repeat(told, told->count - 4, 300 * MILLISECONDS);
    again_and_again(told);
}

static void large_segments_too_big_says_router(story *told)
{
    large_segments_lost(told);
    icmp_error(told, CLIENT, router_of(told), told->v6 ? 2 : 3, told->v6 ? 0 : 4);
}

static void lost_once_then_acknowledged(story *told)
{
    handshake(told);
    segment(told, CLIENT, ACK, 1448);
    again_and_again(told);
    segment(told, SERVER, ACK, 0);
}

static void in_flight_when_the_capture_ends(story *told)
{
    handshake(told);
    talk(told);
    wait_for(told, 30 * MINUTES);
    segment(told, CLIENT, ACK, 500);
}

/* It takes long, but it goes on: what was sent again just now may still arrive. */
static void slow_but_going_on(story *told)
{
    handshake(told);
    segment(told, CLIENT, ACK, 1000);
    segment(told, CLIENT, ACK, 1000);
    wait_for(told, 5 * SECONDS);
    segment(told, SERVER, ACK, 0)->ack -= 1000;
    repeat(told, told->count - 2, 200 * MILLISECONDS);
}

static void window_closed(story *told)
{
    handshake(told);
    talk(told);
    segment(told, CLIENT, ACK, 500);
    segment(told, SERVER, ACK, 0)->ack -= 500;
    told->packet[told->count - 1].no_room = true;
    repeat(told, told->count - 2, 300 * MILLISECONDS);
    again_and_again(told);
}

static void keep_alives(story *told)
{
    handshake(told);
    talk(told);
    for (unsigned i = 0; i < 4; i++) {
        wait_for(told, MINUTES);
        segment(told, CLIENT, ACK, 1)->seq--;
        told->next[CLIENT]--;
        segment(told, SERVER, ACK, 0);
    }
}

static void last_fin_not_acknowledged(story *told)
{
    handshake(told);
    segment(told, SERVER, FIN | ACK, 0);
    segment(told, CLIENT, FIN | ACK, 0);
    segment(told, SERVER, ACK, 0)->ack--;
    repeat(told, told->count - 2, 300 * MILLISECONDS);
    again_and_again(told);
}

static void answers_by_another_road(story *told)
{
    segment(told, CLIENT, SYN, 0);
    told->next[SERVER]++;
    segment(told, CLIENT, ACK, 0);
    segment(told, CLIENT, ACK, 300);
    told->next[SERVER] += 400;
    segment(told, CLIENT, ACK, 0);
}

static void questions_by_another_road(story *told)
{
    told->next[CLIENT]++;
    segment(told, SERVER, SYN | ACK, 0);
    told->next[CLIENT] += 300;
    segment(told, SERVER, ACK, 400);
}

static void one_road_in_a_late_capture(story *told)
{
    segment(told, CLIENT, ACK, 300);
    told->next[SERVER] += 400;
    segment(told, CLIENT, ACK, 300);
}

static void forgotten_before_the_capture(story *told)
{
    segment(told, CLIENT, ACK, 300);
    again_and_again(told);
}

/* The byte of a keep-alive is none of the data. */
static void keep_alives_in_one_direction(story *told)
{
    segment(told, CLIENT, ACK, 1);
    again(told, MINUTES);
    again(told, MINUTES);
}

static void reset_before_the_capture(story *told)
{
    segment(told, CLIENT, ACK, 300);
    segment(told, SERVER, RST, 0);
}

static void one_packet_in_a_late_capture(story *told) { segment(told, CLIENT, ACK, 0); }

static void only_an_rst_in_a_late_capture(story *told) { segment(told, SERVER, RST, 0); }

static void asked_and_answered(story *told)
{
    one_packet(told, CLIENT);
    one_packet(told, SERVER);
}

static void asked_in_vain(story *told)
{
    one_packet(told, CLIENT);
    again(told, 2 * SECONDS);
}

static void asked_where_nobody_listens(story *told)
{
    one_packet(told, CLIENT);
    icmp_error(told, CLIENT, server_of(told), told->v6 ? 1 : 3, told->v6 ? 4 : 3);
}

static void asked_and_not_let_through(story *told)
{
    one_packet(told, CLIENT);
    icmp_error(told, CLIENT, router_of(told), told->v6 ? 1 : 3, told->v6 ? 1 : 10);
}

/* The client gave up waiting, and its host says so: the answer was on the wire. */
static void answer_came_too_late(story *told)
{
    one_packet(told, CLIENT);
    icmp_error(told, SERVER, client_of(told), told->v6 ? 1 : 3, told->v6 ? 4 : 3);
}

static const struct {
    const char         *name;
    void              (*tell)(story *told);
    uint8_t             transport;
    impsvc_flow_result  result;
    impsvc_flow_stopper by;
} stories[] = {
#define TCP_STORY(name, result, by) { #name, name, IMPSVC_TCP, IMPSVC_RESULT_##result, IMPSVC_STOPPED_BY_##by }
#define UDP_STORY(name, result, by) { #name, name, IMPSVC_UDP, IMPSVC_RESULT_##result, IMPSVC_STOPPED_BY_##by }
    TCP_STORY(nothing_at_all, UNDECIDED, NOBODY),
    TCP_STORY(let_through, OPEN, NOBODY),
    TCP_STORY(only_the_handshake, OPEN, NOBODY),
    TCP_STORY(answered_and_no_more, OPEN, NOBODY),
    TCP_STORY(answered_to_the_third_syn, OPEN, NOBODY),
    TCP_STORY(dropped, NO_ANSWER, NOBODY),
    TCP_STORY(dropped_twice, NO_ANSWER, NOBODY),
    TCP_STORY(dropped_many_times, NO_ANSWER, NOBODY),
    TCP_STORY(answer_to_another_syn, NO_ANSWER, NOBODY),
    TCP_STORY(refused, REFUSED, LISTENER),
    TCP_STORY(reset_on_the_way, REJECTED, DEVICE),
    TCP_STORY(reset_of_another_connection, NO_ANSWER, NOBODY),
    TCP_STORY(reset_of_another_connection_and_of_this, REFUSED, LISTENER),
    TCP_STORY(reset_without_acknowledgement, REFUSED, LISTENER),
    TCP_STORY(tcp_port_unreachable_says_host, REFUSED, LISTENER),
    TCP_STORY(prohibited_says_router, REJECTED, ICMP_SENDER),
    TCP_STORY(unreachable_first_then_open, OPEN, NOBODY),
    TCP_STORY(redirected_and_dropped, NO_ANSWER, NOBODY),
    TCP_STORY(advised_and_then_prohibited, REJECTED, ICMP_SENDER),
    TCP_STORY(syn_ack_not_captured, OPEN, NOBODY),
    TCP_STORY(ports_used_again_and_dropped, NO_ANSWER, NOBODY),
    TCP_STORY(slow_but_going_on, OPEN, NOBODY),
    TCP_STORY(keep_alives_in_one_direction, UNDECIDED, NOBODY),
    TCP_STORY(talks_in_a_late_capture, OPEN, NOBODY),
    TCP_STORY(acknowledged_in_a_late_capture, OPEN, NOBODY),
    TCP_STORY(syn_ack_first_then_talk, OPEN, NOBODY),
    TCP_STORY(idle_and_forgotten, LOST, NOBODY),
    TCP_STORY(idle_and_forgotten_for_answers, LOST, NOBODY),
    TCP_STORY(idle_and_alive, OPEN, NOBODY),
    TCP_STORY(idle_and_reset_on_the_way, REJECTED, DEVICE),
    TCP_STORY(reset_by_the_server_itself, OPEN, NOBODY),
    TCP_STORY(large_segments_lost, LOST, NOBODY),
    TCP_STORY(large_segments_too_big_says_router, LOST, ICMP_SENDER),
    TCP_STORY(lost_once_then_acknowledged, OPEN, NOBODY),
    TCP_STORY(in_flight_when_the_capture_ends, OPEN, NOBODY),
    TCP_STORY(window_closed, OPEN, NOBODY),
    TCP_STORY(keep_alives, OPEN, NOBODY),
    TCP_STORY(last_fin_not_acknowledged, OPEN, NOBODY),
    TCP_STORY(answers_by_another_road, ONE_WAY, NOBODY),
    TCP_STORY(questions_by_another_road, ONE_WAY, NOBODY),
    TCP_STORY(one_road_in_a_late_capture, ONE_WAY, NOBODY),
    TCP_STORY(forgotten_before_the_capture, LOST, NOBODY),
    TCP_STORY(reset_before_the_capture, REFUSED, LISTENER),
    TCP_STORY(one_packet_in_a_late_capture, UNDECIDED, NOBODY),
    TCP_STORY(only_an_rst_in_a_late_capture, UNDECIDED, NOBODY),
    UDP_STORY(asked_and_answered, OPEN, NOBODY),
    UDP_STORY(asked_in_vain, NO_ANSWER, NOBODY),
    UDP_STORY(asked_where_nobody_listens, REFUSED, LISTENER),
    UDP_STORY(asked_and_not_let_through, REJECTED, ICMP_SENDER),
    UDP_STORY(answer_came_too_late, OPEN, NOBODY),
#undef TCP_STORY
#undef UDP_STORY
};

#define STORIES (sizeof stories / sizeof *stories)

static inline story told(size_t number, bool v6)
{
    story made = begin(stories[number].transport, v6);

    stories[number].tell(&made);
    return made;
}

/** A capture whose other packets from the server have its usual TTL, and a service that answers. */
static inline impsvc_flow_context usual_context(void)
{
    impsvc_flow_context context = { .answers = true };

    impsvc_ttls_add(&context.listener_ttls, 61);
    return context;
}

#endif /* IMPSVC_FLOW_STORIES_H */
