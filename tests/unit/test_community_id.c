/* test_community_id.c
 * The Community ID is the one that others have for the same flow
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <arpa/inet.h>
#include <string.h>

#include "cmocka_tests.h"

#include "flows/community_id.h"

static impsvc_endpoint at(const char *address, uint16_t port)
{
    uint8_t bytes[16];

    if (inet_pton(AF_INET, address, bytes) == 1)
        return (impsvc_endpoint){ impsvc_ip_from_v4(bytes), port };
    assert_int_equal(inet_pton(AF_INET6, address, bytes), 1);
    return (impsvc_endpoint){ impsvc_ip_from_v6(bytes), port };
}

/* https://github.com/corelight/community-id-spec, baseline/baseline_deflt.json: all of ICMP, TCP and UDP */
static void the_ids_are_those_of_the_specification(void **state)
{
    static const struct {
        uint8_t     protocol;
        const char *src;
        const char *dst;
        uint16_t    src_port;
        uint16_t    dst_port;
        const char *id;
    } cases[] = {
        { 58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 135, 0, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=" },
        { 58, "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 136, 0, "1:dGHyGvjMfljg6Bppwm3bg0LO8TY=" },
        { 58, "fe80::260:97ff:fe07:69ea", "fe80::200:86ff:fe05:80da", 135, 0, "1:zavyT/cezQr1fmImYCwYnMXbgck=" },
        { 58, "fe80::200:86ff:fe05:80da", "fe80::260:97ff:fe07:69ea", 136, 0, "1:zavyT/cezQr1fmImYCwYnMXbgck=" },
        { 58, "3ffe:501:1800:2345::2", "3ffe:507:0:1:200:86ff:fe05:80da", 3, 0, "1:2ObVBgIn28oZvibYZhZMBgh7WdQ=" },
        { 58, "3ffe:501:410:0:2c0:dfff:fe47:33e", "3ffe:507:0:1:200:86ff:fe05:80da", 1, 4, "1:hLZd0XGWojozrvxqE0dWB1iM6R0=" },
        { 58, "3ffe:507:0:1:200:86ff:fe05:80da", "3ffe:501:0:1001::2", 128, 0, "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=" },
        { 58, "3ffe:501:0:1001::2", "3ffe:507:0:1:200:86ff:fe05:80da", 129, 0, "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=" },
        { 58, "fe80::200:86ff:fe05:80da", "ff02::2", 133, 0, "1:hO+sN4H+MG5MY/8hIrXPqc4ZQz0=" },
        { 58, "fe80::260:97ff:fe07:69ea", "ff02::1", 134, 0, "1:pkvHqCL88/tg1k4cPigmZXUtL00=" },
        { 1, "192.168.0.89", "192.168.0.1", 8, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=" },
        { 1, "192.168.0.1", "192.168.0.89", 0, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=" },
        { 1, "10.0.0.1", "10.0.0.2", 11, 0, "1:YHxtAirCG//0OzkcVAukqKQN9xM=" },
        { 6, "2001:470:e5bf:dead:4957:2174:e82c:4887", "2607:f8b0:400c:c03::1a", 63943, 25, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=" },
        { 6, "2607:f8b0:400c:c03::1a", "2001:470:e5bf:dead:4957:2174:e82c:4887", 25, 63943, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=" },
        { 6, "128.232.110.120", "66.35.250.204", 34855, 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
        { 6, "66.35.250.204", "128.232.110.120", 80, 34855, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
        { 17, "192.168.1.52", "8.8.8.8", 54585, 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
        { 17, "8.8.8.8", "192.168.1.52", 53, 54585, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        impsvc_endpoint src = at(cases[i].src, cases[i].src_port), dst = at(cases[i].dst, cases[i].dst_port);
        char id[IMPSVC_COMMUNITY_ID_SIZE];

        impsvc_community_id(cases[i].protocol, &src, &dst, id);
        assert_string_equal(id, cases[i].id);
    }
}

static void a_record_has_the_id_of_its_packets(void **state)
{
    static const struct {
        uint8_t     transport;
        const char *initiator;
        const char *listener;
        uint16_t    initiator_port;
        uint16_t    listener_port;
        uint8_t     ping;
        const char *id;
    } cases[] = {
        { IMPSVC_TCP, "128.232.110.120", "66.35.250.204", 34855, 80, 0, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
        { IMPSVC_UDP, "192.168.1.52", "8.8.8.8", 54585, 53, 0, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
        { IMPSVC_ICMP, "192.168.0.89", "192.168.0.1", 0, 0, 8 + 1, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=" },
        { IMPSVC_ICMP, "192.168.0.89", "192.168.0.1", 0, 0, 0, "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=" },    /* only answers were seen */
        { IMPSVC_ICMP, "3ffe:507:0:1:200:86ff:fe05:80da", "3ffe:501:0:1001::2", 0, 0, 128 + 1, "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=" },
    };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        uint8_t initiator = i % 2;      /* whichever end is named first */
        impsvc_flow_record record = { .transport = cases[i / 2].transport, .initiator = initiator, .ping = cases[i / 2].ping };
        char id[IMPSVC_COMMUNITY_ID_SIZE];

        record.ends[initiator].at = at(cases[i / 2].initiator, cases[i / 2].initiator_port);
        record.ends[1 - initiator].at = at(cases[i / 2].listener, cases[i / 2].listener_port);
        impsvc_community_id_of(&record, id);
        assert_string_equal(id, cases[i / 2].id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ids_are_those_of_the_specification),
        cmocka_unit_test(a_record_has_the_id_of_its_packets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
