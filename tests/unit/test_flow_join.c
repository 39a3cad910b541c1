/* test_flow_join.c
 * What captures from here and there, and from now and then, say together of a flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"
#include "fixed_random.h"
#include "flow_captures.h"
#include "flow_differences.h"

#define HOURS (60 * MINUTES)

static const int64_t begins = 1700000000 * SECONDS;

/* Both sides of a firewall, for as long as the story goes on. */
static collection *both_sides(const story *it, int64_t clock, uint32_t renumbered)
{
    collection *all = collect();

    record_story(all, it, (view){ .point = INSIDE });
    record_story(all, it, (view){ .point = OUTSIDE, .clock = clock, .renumbered = renumbered, .hops = 1 });
    watch(all, AT(INSIDE), begins - MINUTES, it->now + MINUTES);
    watch(all, AT(OUTSIDE), begins - MINUTES + clock, it->now + MINUTES + clock);
    return all;
}

static void a_connection_on_both_sides_of_a_firewall_is_one_flow(void **state)
{
    static const int64_t clocks[] = { 0, MILLISECONDS, SECONDS, -SECONDS, 19 * SECONDS / 10 };
    static const uint32_t renumbered[] = { 0, 77777, 0x60000000, 0xc0000000 };

    (void)state;
    for (size_t i = 0; i < 4 * sizeof clocks / sizeof *clocks; i++) {
        story it = begin(IMPSVC_TCP, false);
        collection *all;

        let_through(&it);
        all = both_sides(&it, clocks[i / 4], renumbered[i % 4]);
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].captures, 2);
        assert_int_equal(all->flows[0].record.ends[CLIENT].interfaces, AT(INSIDE) | AT(OUTSIDE));
        assert_int_equal(all->flows[0].record.ends[SERVER].interfaces, AT(INSIDE) | AT(OUTSIDE));
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_OPEN);
        assert_int_equal(all->flows[0].verdict.tries, 1);
        assert_int_equal(all->flows[0].sums[CLIENT].packets + all->flows[0].sums[SERVER].packets, it.count);
        free_collection(all);
    }
}

static void what_the_firewall_drops_stops_between_inside_and_outside(void **state)
{
    static void (*const tell[])(story *) = { dropped, asked_in_vain };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        collection *all = collect();
        story it = begin(tell[i] == dropped ? IMPSVC_TCP : IMPSVC_UDP, false);

        tell[i](&it);
        record_story(all, &it, (view){ .point = INSIDE });
        watch(all, AT(INSIDE), begins - MINUTES, begins + HOURS);
        watch(all, AT(OUTSIDE), begins - MINUTES, begins + HOURS);
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_NO_ANSWER);
        assert_int_equal(all->flows[0].verdict.seen_on, AT(INSIDE));
        assert_int_equal(all->flows[0].verdict.not_seen_on, AT(OUTSIDE));
        free_collection(all);
    }
}

/* A firewall that gives connections other sequence numbers, and a host behind it that is down. */
static void a_try_that_is_renumbered_is_one_try(void **state)
{
    collection *all;
    story it = begin(IMPSVC_TCP, false);

    (void)state;
    dropped(&it);
    all = both_sides(&it, SECONDS, 77777);
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_NO_ANSWER);
    assert_int_equal(all->flows[0].verdict.tries, 1);
    assert_false(all->flows[0].verdict.more_tries);
    assert_int_equal(all->flows[0].verdict.not_seen_on, 0);
    free_collection(all);
}

static void nothing_is_said_of_a_side_that_nobody_watched_at_that_time(void **state)
{
    static const int64_t from[] = { -3 * HOURS, HOURS };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        collection *all = collect();
        story it = begin(IMPSVC_TCP, false);

        dropped(&it);
        record_story(all, &it, (view){ .point = INSIDE });
        watch(all, AT(INSIDE), begins - MINUTES, begins + MINUTES);
        watch(all, AT(OUTSIDE), begins + from[i], begins + from[i] + HOURS);
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_NO_ANSWER);
        assert_int_equal(all->flows[0].verdict.seen_on, AT(INSIDE));
        assert_int_equal(all->flows[0].verdict.not_seen_on, 0);
        free_collection(all);
    }
}

/* Both have the connection. But one of the captures was over before the data were lost. */
static void data_that_are_lost_later_do_not_stop_where_the_capture_was_over(void **state)
{
    (void)state;
    for (unsigned still = 0; still < 2; still++) {
        collection *all = collect();
        story it = begin(IMPSVC_TCP, false);

        idle_and_forgotten(&it);
        record_story(all, &it, (view){ .point = INSIDE });
        record_story(all, &it, (view){ .point = OUTSIDE, .until = begins + 10 * MINUTES });
        watch(all, AT(INSIDE), begins, it.now);
        watch(all, AT(OUTSIDE), begins, still ? it.now : begins + 10 * MINUTES);
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_LOST);
        assert_int_equal(all->flows[0].verdict.seen_on, AT(INSIDE));
        assert_int_equal(all->flows[0].verdict.not_seen_on, still ? AT(OUTSIDE) : 0);
        free_collection(all);
    }
}

/* A question every ten minutes, and at last the end. */
static story long_connection(void)
{
    story it = begin(IMPSVC_TCP, false);

    handshake(&it);
    for (unsigned i = 0; i < 10; i++) {
        talk(&it);
        wait_for(&it, 10 * MINUTES);
    }
    segment(&it, CLIENT, FIN | ACK, 0);
    segment(&it, SERVER, FIN | ACK, 0);
    segment(&it, CLIENT, ACK, 0);
    return it;
}

/* Files of a ring, one after the other. */
static void record_ring(collection *all, const story *it, view how, int64_t from, int64_t each)
{
    for (; from < it->now; from += each) {
        how.from = from;
        how.until = from + each;
        record_story(all, it, how);
        watch(all, AT(how.point), how.from + how.clock, how.until + how.clock);
    }
}

static void a_connection_that_goes_on_over_the_files_of_a_ring_is_one_flow(void **state)
{
    collection *all = collect();
    story it = long_connection();

    (void)state;
    record_ring(all, &it, (view){ .point = INSIDE }, begins, 20 * MINUTES + SECONDS);
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].captures, 5);
    assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_OPEN);
    assert_int_equal(all->flows[0].sums[CLIENT].packets + all->flows[0].sums[SERVER].packets, it.count);
    record_ring(all, &it, (view){ .point = OUTSIDE, .clock = -SECONDS, .renumbered = 99 }, begins - 7 * MINUTES, 15 * MINUTES);
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_OPEN);
    assert_int_equal(all->flows[0].verdict.tries, 1);
    assert_int_equal(all->flows[0].sums[CLIENT].packets + all->flows[0].sums[SERVER].packets, it.count);
    free_collection(all);
}

static void a_file_that_ends_within_the_handshake_makes_no_second_flow(void **state)
{
    (void)state;
    for (size_t i = 1; i < 4; i++) {
        story it = begin(IMPSVC_TCP, false);
        collection *all = collect();

        segment(&it, CLIENT, SYN, 0);
        wait_for(&it, 5 * SECONDS);     /* which is more than clocks differ */
        segment(&it, SERVER, SYN | ACK, 0);
        segment(&it, CLIENT, ACK, 0);
        talk(&it);
        record_story(all, &it, (view){ .point = INSIDE, .until = it.packet[i].when });
        record_story(all, &it, (view){ .point = INSIDE, .from = it.packet[i].when });
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_OPEN);
        free_collection(all);
    }
}

/* Once refused, once let through. */
static story used_again(int64_t after)
{
    story it = begin(IMPSVC_TCP, false);

    refused(&it);
    wait_for(&it, after);
    it.next[CLIENT] += 5000000;
    it.next[SERVER] += 7000000;
    let_through(&it);
    return it;
}

static void the_same_ports_used_again_are_another_flow(void **state)
{
    static const int64_t pauses[] = { 300 * MILLISECONDS, 30 * SECONDS, 2 * HOURS };

    (void)state;
    for (size_t i = 0; i < 9; i++) {
        story it = used_again(pauses[i % 3]);
        collection *all = i < 6 ? both_sides(&it, i < 3 ? SECONDS : -SECONDS, 0) : collect();

        if (i >= 6) {
            record_story(all, &it, (view){ .point = INSIDE, .until = it.packet[2].when });
            record_story(all, &it, (view){ .point = INSIDE, .from = it.packet[2].when });
        }
        assert_int_equal(join(all), 2);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_REFUSED);
        assert_int_equal(all->flows[1].verdict.result, IMPSVC_RESULT_OPEN);
        assert_int_equal(all->flows[0].captures, i < 6 ? 2 : 1);
        assert_int_equal(all->flows[1].captures, i < 6 ? 2 : 1);
        assert_int_equal(all->flows[0].sums[CLIENT].packets + all->flows[0].sums[SERVER].packets, 2);
        free_collection(all);
    }
}

static void what_goes_on_belongs_to_the_connection_that_was_last(void **state)
{
    collection *all = collect();
    story it = used_again(5 * SECONDS);

    (void)state;
    record_story(all, &it, (view){ .point = INSIDE, .until = it.packet[4].when });
    record_story(all, &it, (view){ .point = INSIDE, .from = it.packet[4].when });
    assert_int_equal(join(all), 2);
    assert_int_equal(all->flows[0].captures, 1);
    assert_int_equal(all->flows[1].captures, 2);
    free_collection(all);
}

static void a_capture_that_begins_late_shows_the_same_connection(void **state)
{
    (void)state;
    for (unsigned both = 0; both < 2; both++)
        for (int64_t clock = -SECONDS; clock <= SECONDS; clock += SECONDS) {
            collection *all = collect();
            story it = long_connection();

            record_story(all, &it, (view){ .point = INSIDE, .from = both ? begins + 9 * MINUTES : 0 });
            record_story(all, &it, (view){ .point = OUTSIDE, .clock = clock, .from = begins + MINUTES });
            assert_int_equal(join(all), 1);
            assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_OPEN);
            free_collection(all);
        }
}

/* Whatever it is, it is not the connection of which the capture of that time shows the end, or no beginning. */
static void an_hour_after_the_end_it_is_another_connection(void **state)
{
    static void (*const tell[])(story *) = { let_through, dropped, refused };

    (void)state;
    for (size_t i = 0; i < sizeof tell / sizeof *tell; i++) {
        collection *all = collect();
        story it = begin(IMPSVC_TCP, false);
        int64_t later;

        tell[i](&it);
        wait_for(&it, HOURS);
        later = it.now;
        talk(&it);
        record_story(all, &it, (view){ .point = INSIDE, .until = later });
        record_story(all, &it, (view){ .point = INSIDE, .from = later });
        assert_int_equal(join(all), 2);
        assert_int_equal(all->flows[1].verdict.result, IMPSVC_RESULT_OPEN);
        free_collection(all);
    }
}

static void after_a_silence_longer_than_any_it_is_another_connection(void **state)
{
    static const int64_t silences[] = { 2 * HOURS + MINUTES, 4 * HOURS };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        collection *all = collect();
        story it = begin(IMPSVC_TCP, false);

        handshake(&it);
        talk(&it);
        wait_for(&it, silences[i]);
        talk(&it);
        record_story(all, &it, (view){ .point = INSIDE, .until = begins + MINUTES });
        record_story(all, &it, (view){ .point = INSIDE, .from = begins + MINUTES });
        assert_int_equal(join(all), i + 1);
        free_collection(all);
    }
}

/* A question and its answer every minute. */
static story exchange(void)
{
    story it = begin(IMPSVC_UDP, false);

    while (it.count + 2 <= MOST_PACKETS) {
        one_packet(&it, CLIENT);
        one_packet(&it, SERVER);
        wait_for(&it, MINUTES);
    }
    return it;
}

static void a_udp_exchange_is_one_flow_a_file_and_not_one_a_year(void **state)
{
    collection *all = collect();
    story it = exchange();

    (void)state;
    record_ring(all, &it, (view){ .point = INSIDE }, begins, 4 * MINUTES);
    assert_int_equal(join(all), 8);
    for (int64_t clock = -SECONDS; clock <= SECONDS; clock += 2 * SECONDS) {
        collection *two = collect();

        record_ring(two, &it, (view){ .point = INSIDE }, begins, 4 * MINUTES);
        record_ring(two, &it, (view){ .point = OUTSIDE, .clock = clock }, begins, 4 * MINUTES);
        assert_int_equal(join(two), 8);
        for (unsigned i = 0; i < 8; i++) {
            assert_int_equal(two->flows[i].captures, 2);
            assert_int_equal(two->flows[i].verdict.result, IMPSVC_RESULT_OPEN);
            assert_int_equal(two->flows[i].sums[CLIENT].packets, 4);
        }
        free_collection(two);
    }
    free_collection(all);
}

/* Requests that nobody answers, in files of a ring inside and in files of any length outside: they stop nowhere in between. */
static void rings_that_turn_at_other_times_are_no_firewall_that_drops(void **state)
{
    static const int64_t lengths[] = { 4 * MINUTES, 3 * MINUTES, 7 * MINUTES, 10 * HOURS };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof lengths / sizeof *lengths; i++) {
        collection *all = collect();
        story it = exchange();

        for (size_t n = 0; n < it.count; n++)
            it.packet[n].from = CLIENT;
        record_ring(all, &it, (view){ .point = i % 2 }, begins, 4 * MINUTES);
        record_ring(all, &it, (view){ .point = 1 - i % 2, .clock = SECONDS }, begins - 90 * SECONDS, lengths[i / 2]);
        assert_in_range(join(all), 1, 12);
        for (unsigned n = 0; n < all->count; n++) {
            assert_int_equal(all->flows[n].verdict.result, IMPSVC_RESULT_NO_ANSWER);
            assert_int_equal(all->flows[n].verdict.not_seen_on, 0);
        }
        free_collection(all);
    }
}

static void beside_one_long_capture_the_files_of_a_ring_count_once(void **state)
{
    collection *all = collect();
    story it = exchange();

    (void)state;
    record_ring(all, &it, (view){ .point = INSIDE }, begins, 4 * MINUTES);
    record_story(all, &it, (view){ .point = OUTSIDE });
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].captures, 9);
    assert_int_equal(all->flows[0].sums[CLIENT].packets, MOST_PACKETS / 2);
    free_collection(all);
}

static void captures_that_overlap_show_one_flow(void **state)
{
    (void)state;
    for (unsigned udp = 0; udp < 2; udp++) {
        collection *all = collect();
        story it = udp ? exchange() : long_connection();

        record_story(all, &it, (view){ .point = INSIDE, .until = begins + 20 * MINUTES });
        record_story(all, &it, (view){ .point = INSIDE, .from = begins + 10 * MINUTES });
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_OPEN);
        assert_int_equal(all->flows[0].captures, 2);
        free_collection(all);
    }
}

/* What is on one of the cables is never on the other: they are no sides of anything. */
static void a_tap_with_a_cable_for_each_direction_shows_one_flow(void **state)
{
    static void (*const tell[])(story *) = { let_through, answered_to_the_third_syn, asked_and_answered, refused };

    (void)state;
    for (size_t i = 0; i < sizeof tell / sizeof *tell; i++) {
        collection *all = collect();
        story it = begin(tell[i] == asked_and_answered ? IMPSVC_UDP : IMPSVC_TCP, false);

        tell[i](&it);
        all->places.sides[INSIDE] = all->places.sides[OUTSIDE] = 0;
        record_story(all, &it, (view){ .point = INSIDE, .ends = 1 + CLIENT });
        record_story(all, &it, (view){ .point = OUTSIDE, .ends = 1 + SERVER });
        watch(all, AT(INSIDE) | AT(OUTSIDE), begins, it.now);
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, tell[i] == refused ? IMPSVC_RESULT_REFUSED : IMPSVC_RESULT_OPEN);
        assert_int_equal(all->flows[0].sums[CLIENT].packets + all->flows[0].sums[SERVER].packets, it.count);
        free_collection(all);
    }
}

/* … also if the files turn, and one of them has one direction alone. */
static void packets_of_a_ring_are_counted_in_each_direction(void **state)
{
    collection *all = collect();
    story it = long_connection();

    (void)state;
    for (size_t i = 0; i < it.count; i++)
        it.packet[i].interface = it.packet[i].from;
    for (size_t i = 0; i < it.count; i++) {
        impsvc_flow_record record = record_for(&it);

        impsvc_flow_add(&record, &it.packet[i]);
        (void)sight(all, i, &record, it.now);
    }
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].sums[CLIENT].packets + all->flows[0].sums[SERVER].packets, it.count);
    free_collection(all);
}

static void an_answer_that_does_not_get_back_is_seen_to_stop(void **state)
{
    collection *all = collect();
    story it = begin(IMPSVC_TCP, false);

    (void)state;
    segment(&it, CLIENT, SYN, 0);
    segment(&it, SERVER, SYN | ACK, 0);
    repeat(&it, 0, SECONDS);
    repeat(&it, 1, MILLISECONDS);
    record_story(all, &it, (view){ .point = INSIDE, .drops_server = true });
    record_story(all, &it, (view){ .point = OUTSIDE });
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_NO_ANSWER);
    assert_int_not_equal(all->flows[0].verdict.answer, 0);
    assert_int_equal(all->flows[0].verdict.seen_on, AT(OUTSIDE));
    assert_int_equal(all->flows[0].verdict.not_seen_on, AT(INSIDE));
    free_collection(all);
}

static void a_device_in_between_that_resets_is_not_taken_for_the_host(void **state)
{
    collection *all = collect();
    story it = begin(IMPSVC_TCP, false);

    (void)state;
    reset_on_the_way(&it);
    record_story(all, &it, (view){ .point = INSIDE });
    record_story(all, &it, (view){ .point = OUTSIDE, .drops_server = true, .hops = 1 });
    impsvc_ttls_add(&g_array_index(all->sightings, impsvc_flow_sighting, 0).around.listener_ttls, 61);
    impsvc_ttls_add(&g_array_index(all->sightings, impsvc_flow_sighting, 1).around.listener_ttls, 63);    /* on the other side */
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_REJECTED);
    assert_int_equal(all->flows[0].verdict.by, IMPSVC_STOPPED_BY_DEVICE);
    assert_int_equal(all->flows[0].verdict.ttl, 63);
    assert_int_equal(all->flows[0].verdict.usual_ttl, 61);
    free_collection(all);
}

/* The file with the RST has nothing else of the host. */
static void the_hosts_ttl_is_known_from_an_earlier_file(void **state)
{
    collection *all = collect();
    story it = begin(IMPSVC_TCP, false);

    (void)state;
    idle_and_reset_on_the_way(&it);
    record_ring(all, &it, (view){ .point = INSIDE }, begins, 15 * MINUTES);
    record_story(all, &it, (view){ .point = OUTSIDE, .hops = 1, .until = begins + 20 * MINUTES });
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_REJECTED);
    assert_int_equal(all->flows[0].verdict.by, IMPSVC_STOPPED_BY_DEVICE);
    assert_int_equal(all->flows[0].verdict.usual_ttl, 61);
    free_collection(all);
}

/* What the inner clock has sent and the outer one, a second ahead, has sent, was not sent again. */
static void clocks_that_differ_make_nothing_lost(void **state)
{
    static const int64_t clocks[] = { SECONDS, -SECONDS, 700 * MILLISECONDS };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        story it = begin(IMPSVC_TCP, false), forgotten = begin(IMPSVC_TCP, false);
        collection *all;

        in_flight_when_the_capture_ends(&it);
        all = both_sides(&it, clocks[i], 0);
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_OPEN);
        free_collection(all);
        idle_and_forgotten(&forgotten);     /* by a firewall that stands behind both */
        all = both_sides(&forgotten, clocks[i], 0);
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_LOST);
        assert_int_equal(all->flows[0].verdict.seen_on, AT(INSIDE) | AT(OUTSIDE));
        free_collection(all);
    }
}

static void clocks_that_differ_leave_time_for_an_answer(void **state)
{
    (void)state;
    for (int64_t clock = -SECONDS; clock <= SECONDS; clock += SECONDS) {
        collection *all = collect();
        story it = begin(IMPSVC_TCP, false);

        segment(&it, CLIENT, SYN, 0);
        wait_for(&it, SECONDS / 10);
        record_story(all, &it, (view){ .point = INSIDE });
        record_story(all, &it, (view){ .point = OUTSIDE, .clock = clock });
        assert_int_equal(join(all), 1);
        assert_int_equal(all->flows[0].verdict.result, IMPSVC_RESULT_NO_ANSWER);
        assert_true(all->flows[0].verdict.too_early);
        again(&it, SECONDS);
        it.now += SECONDS / 10;
        record_story(all, &it, (view){ .point = INSIDE, .from = it.packet[1].when });
        assert_int_equal(join(all), 1);
        assert_false(all->flows[0].verdict.too_early);
        free_collection(all);
    }
}

/* A node that pings another one, and is pinged by it: one of them is not answered. */
static void hosts_that_ping_each_other_have_two_flows(void **state)
{
    collection *all = collect();

    (void)state;
    for (unsigned capture = 0; capture < 2; capture++)
        for (uint8_t way = 0; way < 2; way++) {
            story it = begin(IMPSVC_ICMP, false);
            impsvc_flow_record record;

            one_packet(&it, CLIENT)->has_icmp = true;
            it.packet[0].icmp.type = 8;
            it.packet[0].interface = capture;
            if (way == 0)
                one_packet(&it, SERVER)->interface = capture;
            record = record_of(&it);
            if (way == 1) {
                impsvc_endpoint client = record.ends[CLIENT].at;

                record.ends[CLIENT].at = record.ends[SERVER].at;
                record.ends[SERVER].at = client;
            }
            (void)sight(all, capture, &record, it.now + MINUTES);
        }
    assert_int_equal(join(all), 2);
    assert_int_equal(all->flows[0].captures, 2);
    assert_int_equal(all->flows[1].captures, 2);
    assert_true((all->flows[0].verdict.result == IMPSVC_RESULT_OPEN) != (all->flows[1].verdict.result == IMPSVC_RESULT_OPEN));
    free_collection(all);
}

/* Several of one capture: Wireshark has told them apart, and whoever has two interfaces has two connections there. */
static void connections_of_one_capture_stay_apart(void **state)
{
    collection *all = collect();
    story it = begin(IMPSVC_TCP, false);
    impsvc_flow_record record;

    (void)state;
    talk(&it);
    record = record_of(&it);
    (void)sight(all, 0, &record, it.now);
    record.stream = 1;
    (void)sight(all, 0, &record, it.now);
    assert_int_equal(join(all), 2);
    free_collection(all);
}

static void what_is_told_twice_counts_once(void **state)
{
    collection *all = collect();
    story it = begin(IMPSVC_TCP, false);

    (void)state;
    let_through(&it);
    record_story(all, &it, (view){ .point = INSIDE });
    all->captures = 0;
    record_story(all, &it, (view){ .point = INSIDE });
    assert_int_equal(join(all), 1);
    assert_int_equal(all->flows[0].captures, 1);
    assert_int_equal(all->flows[0].sums[CLIENT].packets + all->flows[0].sums[SERVER].packets, it.count);
    free_collection(all);
}

/* Times at the ends of what a number holds, which a file may have, are no trouble. */
static void the_ends_of_time_are_joined_like_others(void **state)
{
    static const int64_t times[] = { INT64_MIN, -1, 0, INT64_MAX };

    (void)state;
    for (size_t i = 0; i < 16; i++)
        for (unsigned tcp = 0; tcp < 2; tcp++) {
            collection *all = collect();
            story it = begin(tcp ? IMPSVC_TCP : IMPSVC_UDP, false);

            if (tcp)
                talk(&it);
            else
                asked_and_answered(&it);
            for (size_t n = 0; n < it.count; n++) {
                impsvc_flow_record record = record_for(&it);

                it.packet[n].when = times[n % 2 == 0 ? i % 4 : i / 4];
                impsvc_flow_add(&record, &it.packet[n]);
                (void)sight(all, n, &record, times[i % 4]);
            }
            watch(all, AT(OUTSIDE), INT64_MIN, INT64_MAX);
            assert_in_range(join(all), 1, 4);
            free_collection(all);
        }
}

static const char *flows_differ(const collection *one, const collection *other)
{
    const char *differ = one->count == other->count ? NULL : "their number";

    for (unsigned i = 0; i < one->count && differ == NULL; i++) {
        const impsvc_flow_joined *this = &one->flows[i], *that = &other->flows[i];

        differ = records_differ(&this->record, &that->record);
        for (unsigned end = 0; end < 2 && differ == NULL; end++)
            /* A capture that has nothing but an ICMP error does not say where. */
            if (!this->record.icmp.is_there && memcmp(&this->sums[end], &that->sums[end], sizeof this->sums[end]) != 0)
                differ = "sums";
        if (differ == NULL)
            differ = verdicts_differ(&this->verdict, &that->verdict);
        if (differ == NULL && this->verdict.not_seen_on != that->verdict.not_seen_on)
            differ = "not_seen_on";
        if (differ == NULL && this->verdict.too_early != that->verdict.too_early)
            differ = "too_early";
    }
    return differ;
}

/* The story's packets, each in one of some captures of a point. */
static void record_parts(collection *all, const story *it, view how, unsigned parts, fixed_random *random)
{
    unsigned of[MOST_PACKETS];

    for (size_t i = 0; i < it->count; i++)
        of[i] = (unsigned)random_below(random, parts);
    for (unsigned part = 0; part < parts; part++) {
        story piece = *it;

        piece.count = 0;
        for (size_t i = 0; i < it->count; i++)
            if (of[i] == part)
                piece.packet[piece.count++] = it->packet[i];
        record_story(all, &piece, how);
    }
}

static void mix(collection *all, fixed_random *random)
{
    for (unsigned i = all->sightings->len; i > 1; i--) {
        impsvc_flow_sighting *last = &g_array_index(all->sightings, impsvc_flow_sighting, i - 1);
        impsvc_flow_sighting *other = &g_array_index(all->sightings, impsvc_flow_sighting, random_below(random, i)), kept = *last;

        *last = *other;
        *other = kept;
    }
}

static void however_packets_are_spread_over_captures_the_flows_are_the_same(void **state)
{
    fixed_random random = { 2027 };

    (void)state;
    for (size_t i = 0; i < STORIES * 60; i++) {
        story it = told(i % STORIES, i % 2 == 1);
        view inside = { .point = INSIDE };
        view outside = { .point = OUTSIDE, .clock = (int64_t)random_below(&random, 3) * SECONDS - SECONDS, .hops = 1 };
        collection *whole = collect(), *spread = collect();

        /* What has no SYN, and is of ports that are used again sooner than clocks differ, may be of either connection. */
        if (stories[i % STORIES].tell == ports_used_again_and_dropped)
            outside.clock = 0;
        /* Datagrams are another flow in each file. A SYN+ACK to a SYN that no capture shows is of another connection. */
        if (it.transport == IMPSVC_TCP && stories[i % STORIES].tell != answer_to_another_syn) {
            record_story(whole, &it, inside);
            record_parts(spread, &it, inside, 1 + (unsigned)random_below(&random, 5), &random);
            if (i % 3 != 0) {
                record_story(whole, &it, outside);
                record_parts(spread, &it, outside, 1 + (unsigned)random_below(&random, 5), &random);
            }
            mix(spread, &random);
            (void)join(whole);
            (void)join(spread);
            if (flows_differ(whole, spread) != NULL)
                fail_msg("%s, round %zu: %s", stories[i % STORIES].name, i, flows_differ(whole, spread));
            mix(spread, &random);
            (void)join(spread);
            assert_null(flows_differ(whole, spread));
        }
        free_collection(whole);
        free_collection(spread);
    }
}

static void the_order_in_which_rings_are_read_does_not_matter(void **state)
{
    fixed_random random = { 2028 };

    (void)state;
    for (unsigned round = 0; round < 300; round++) {
        collection *all = collect(), *first;
        story it = round % 2 == 0 ? exchange() : long_connection();
        int64_t each = (int64_t)(2 + random_below(&random, 20)) * MINUTES;

        record_ring(all, &it, (view){ .point = INSIDE }, begins - (int64_t)random_below(&random, 90) * SECONDS, 5 * MINUTES);
        record_ring(all, &it, (view){ .point = OUTSIDE, .clock = SECONDS, .renumbered = round % 3 }, begins - MINUTES, each);
        (void)join(all);
        first = g_new(collection, 1);
        *first = *all;
        mix(all, &random);
        (void)join(all);
        assert_null(flows_differ(first, all));
        g_free(first);
        free_collection(all);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_on_both_sides_of_a_firewall_is_one_flow),
        cmocka_unit_test(what_the_firewall_drops_stops_between_inside_and_outside),
        cmocka_unit_test(a_try_that_is_renumbered_is_one_try),
        cmocka_unit_test(nothing_is_said_of_a_side_that_nobody_watched_at_that_time),
        cmocka_unit_test(data_that_are_lost_later_do_not_stop_where_the_capture_was_over),
        cmocka_unit_test(a_connection_that_goes_on_over_the_files_of_a_ring_is_one_flow),
        cmocka_unit_test(a_file_that_ends_within_the_handshake_makes_no_second_flow),
        cmocka_unit_test(the_same_ports_used_again_are_another_flow),
        cmocka_unit_test(what_goes_on_belongs_to_the_connection_that_was_last),
        cmocka_unit_test(a_capture_that_begins_late_shows_the_same_connection),
        cmocka_unit_test(an_hour_after_the_end_it_is_another_connection),
        cmocka_unit_test(after_a_silence_longer_than_any_it_is_another_connection),
        cmocka_unit_test(a_udp_exchange_is_one_flow_a_file_and_not_one_a_year),
        cmocka_unit_test(rings_that_turn_at_other_times_are_no_firewall_that_drops),
        cmocka_unit_test(beside_one_long_capture_the_files_of_a_ring_count_once),
        cmocka_unit_test(captures_that_overlap_show_one_flow),
        cmocka_unit_test(a_tap_with_a_cable_for_each_direction_shows_one_flow),
        cmocka_unit_test(packets_of_a_ring_are_counted_in_each_direction),
        cmocka_unit_test(an_answer_that_does_not_get_back_is_seen_to_stop),
        cmocka_unit_test(a_device_in_between_that_resets_is_not_taken_for_the_host),
        cmocka_unit_test(the_hosts_ttl_is_known_from_an_earlier_file),
        cmocka_unit_test(clocks_that_differ_make_nothing_lost),
        cmocka_unit_test(clocks_that_differ_leave_time_for_an_answer),
        cmocka_unit_test(hosts_that_ping_each_other_have_two_flows),
        cmocka_unit_test(connections_of_one_capture_stay_apart),
        cmocka_unit_test(what_is_told_twice_counts_once),
        cmocka_unit_test(the_ends_of_time_are_joined_like_others),
        cmocka_unit_test(however_packets_are_spread_over_captures_the_flows_are_the_same),
        cmocka_unit_test(the_order_in_which_rings_are_read_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
