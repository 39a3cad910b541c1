/* test_detail.c
 * What a payload tells of its service: paths, names, events
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "cmocka_tests.h"

#include "core/catalog_index.h"
#include "core/detail.h"
#include "exact_payload.h"
#include "fixed_random.h"

typedef impsvc_text_span detail(const impsvc_payload *payload);

/* What a payload tells must be this text, and stand in the payload; NULL for nothing. */
static void expect_bytes(detail *ask, const void *bytes, size_t length, const char *wanted)
{
    impsvc_payload payload = whole_payload(bytes, length);
    impsvc_text_span found = ask(&payload);
    const uint8_t *start = (const uint8_t *)found.start;
    bool within = start == NULL || (start >= payload.bytes && start + found.length <= payload.bytes + payload.length);
    char shown[300] = { 0 };

    if (within && start != NULL && found.length < sizeof shown)
        memcpy(shown, start, found.length);
    free_payload(payload);
    assert_true(within);
    if (wanted == NULL && start != NULL)
        fail_msg("found \"%s\", wanted nothing", shown);
    if (wanted != NULL)
        assert_string_equal(start == NULL ? "nothing" : shown, wanted);
}

/* Cut anywhere, a payload tells the same or nothing, never half a name. */
static void expect_when_cut(detail *ask, const void *bytes, size_t length, const char *wanted)
{
    bool told = false;

    for (size_t cut = 0; cut <= length; cut++) {
        impsvc_payload payload = cut_payload(bytes, cut, length);
        impsvc_text_span found = ask(&payload);

        if (found.start != NULL) {
            told = true;
            assert_int_equal(found.length, strlen(wanted));
            assert_memory_equal(found.start, wanted, found.length);
        }
        free_payload(payload);
    }
    assert_true(told);
}

static void expect(detail *ask, const char *text, const char *wanted)
{
    expect_bytes(ask, text, strlen(text), wanted);
}

static void path(const char *text, const char *wanted)
{
    expect(impsvc_detail_request_path, text, wanted);
}

static void component(const char *text, const char *wanted)
{
    expect(impsvc_detail_component, text, wanted);
}

static void event(const char *text, const char *wanted)
{
    expect(impsvc_detail_sip_event, text, wanted);
}

static int build_index(void **state)
{
    (void)state;
    return impsvc_index_build(&impsvc_releases[0]) ? 0 : 1;
}

static void a_request_shows_its_path(void **state)
{
    (void)state;
    path("GET /axl/ HTTP/1.1\r\nHost: cup1\r\n\r\n", "/axl/");
    path("POST /EPASSoap/service/v80 HTTP/1.0\r\n", "/EPASSoap/service/v80");
    path("GET / HTTP/1.1\r\n", "/");
    path("PROPFIND /exchange/u/Calendar HTTP/1.1\r\n", "/exchange/u/Calendar");
    path("GET /d%C3%A9j%C3%A0 HTTP/1.1\r\n", "/d%C3%A9j%C3%A0");
}

static void a_query_is_not_shown(void **state)
{
    (void)state;
    path("GET /cupadmin/x.do?password=secret HTTP/1.1\r\n", "/cupadmin/x.do");
    path("GET /?q=/axl/ HTTP/1.1\r\n", "/");
    path("GET /a#b HTTP/1.1\r\n", "/a");
    path("GET /a?u=http://b/axl/ HTTP/1.1\r\n", "/a");
}

static void a_whole_url_shows_its_path(void **state)
{
    (void)state;
    path("GET http://cup1.example.com:8080/ccmadmin/showHome.do HTTP/1.1\r\n", "/ccmadmin/showHome.do");
    path("POST https://cup1/axl/?x=1 HTTP/1.1\r\n", "/axl/");
    path("NOTIFY http://10.0.0.1:50020/1 HTTP/1.1\r\n", "/1");
    path("GET http://cup1 HTTP/1.1\r\nReferer: http://other/axl/\r\n", NULL);
    path("GET http:///x HTTP/1.1\r\n", "/x");
}

/* RFC 3986, 3.2: a host ends at a question mark, too. */
static void a_path_within_a_query_is_not_the_requests(void **state)
{
    (void)state;
    path("GET http://cup1?from=/axl/ HTTP/1.1\r\n", NULL);
}

static void what_is_no_request_with_a_path_shows_none(void **state)
{
    (void)state;
    path("GET /axl/\r\n", NULL);    /* HTTP/0.9 */
    path("GET /axl/\r\nX: y HTTP/1.1\r\n", NULL);
    path("OPTIONS * HTTP/1.1\r\nHost: cup1\r\nX: /axl/ \r\n", NULL);
    path("CONNECT cup1:8443 HTTP/1.1\r\n", NULL);
    path("HTTP/1.1 200 OK\r\nLocation: /axl/ \r\n", NULL);
    path("NOTIFY sip:u@example.com/axl/ SIP/2.0\r\n", NULL);
    path("POST /axl/ SIP/2.0\r\n", NULL);
    path(" GET /axl/ HTTP/1.1\r\n", NULL);
    path("", NULL);
}

static void a_path_with_rubbish_or_without_end_is_not_shown(void **state)
{
    char text[400] = "GET /";

    (void)state;
    path("GET /a\tb HTTP/1.1\r\n", NULL);
    path("GET /a\x7f HTTP/1.1\r\n", NULL);
    memset(text + 5, 'x', 254);
    strcpy(text + 259, " HTTP/1.1\r\n");
    text[4] = '/';
    {
        char longest[256] = "/";

        memset(longest + 1, 'x', 254);
        path(text, longest);
    }
    memset(text + 5, 'x', 255);
    strcpy(text + 260, " HTTP/1.1\r\n");
    path(text, NULL);
}

static void a_cut_request_shows_all_of_its_path_or_nothing(void **state)
{
    static const char plain[] = "POST /realtimeservice2/services/RISService HTTP/1.1\r\nHost: cup1\r\n\r\n";
    static const char url[] = "GET http://cup1.example.com/cupuser/?x=1 HTTP/1.1\r\nHost: cup1\r\n\r\n";

    (void)state;
    expect_when_cut(impsvc_detail_request_path, plain, sizeof plain - 1, "/realtimeservice2/services/RISService");
    expect_when_cut(impsvc_detail_request_path, url, sizeof url - 1, "/cupuser/");
}

static const char *entry_of(const char *text)
{
    impsvc_payload payload = whole_payload(text, strlen(text));
    const impsvc_entry *entry = impsvc_detail_entry_of_path((impsvc_text_span){ (const char *)payload.bytes,
                                                                                 payload.length });

    free_payload(payload);
    return entry == NULL ? "none" : entry->id;
}

static void the_web_servers_applications_have_their_entries(void **state)
{
    static const struct { const char *path, *entry; } paths[] = {
        { "/axl/", "4.2" }, { "/realtimeservice/services/RisPort", "4.2" },
        { "/realtimeservice2/services/RISService70", "4.2" },
        { "/perfmonservice/services/PerfmonPort", "4.2" }, { "/perfmonservice2/services/PerfmonService", "4.2" },
        { "/controlcenterservice/x", "4.2" }, { "/controlcenterservice2/services/ControlCenterServices", "4.2" },
        { "/logcollectionservice/x", "4.2" }, { "/logcollectionservice2/services/LogCollectionPortTypeService", "4.2" },
        { "/cupadmin/showHome.do", "4.3" }, { "/ccmadmin/", "4.3" }, { "/ccmservice/", "4.3" },
        { "/cmplatform/", "4.3" },
        { "/drf/", "4.3" }, { "/cucreports/", "4.3" }, { "/cupuser/showHome.do", "4.4" }, { "/ccmuser/", "4.4" },
        { "/EPASSoap/service/v105", "4.5" }
    };

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_string_equal(entry_of(paths[i].path), paths[i].entry);
}

static void an_application_is_told_by_its_whole_name_only(void **state)
{
    (void)state;
    assert_string_equal(entry_of("/axl"), "4.2");
    assert_string_equal(entry_of("/AXL/"), "4.2");
    assert_string_equal(entry_of("/EpasSoap"), "4.5");
    assert_string_equal(entry_of("/axl;jsessionid=1"), "4.2");
    assert_string_equal(entry_of("/axlfoo"), "none");
    assert_string_equal(entry_of("/ax"), "none");
    assert_string_equal(entry_of("/realtimeservice3/"), "none");
    assert_string_equal(entry_of("/x/axl/"), "none");
    assert_string_equal(entry_of("//axl/"), "none");
    assert_string_equal(entry_of("axl/"), "none");
    assert_string_equal(entry_of("/"), "none");
    assert_string_equal(entry_of("/;"), "none");
    assert_string_equal(entry_of(""), "none");
    assert_null(impsvc_detail_entry_of_path((impsvc_text_span){ NULL, 0 }));
}

#define XCP "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "

static void a_component_is_named_by_whom_the_stream_goes_to(void **state)
{
    (void)state;
    component(XCP "to='jsm-1.cup1'>", "jsm-1.cup1");
    component(XCP "to=\"cm-1_presencesrv.cup1\">", "cm-1_presencesrv.cup1");
    component("<?xml version='1.0'?>" XCP "from='a.cup1' to='b.cup1' id='1'>", "b.cup1");
    component(XCP "to='b.cup1' from='a.cup1'>", "b.cup1");
    component("<stream:stream to='b.cup1' xmlns='jabber:component:accept'>", "b.cup1");
}

static void the_answer_names_whom_it_comes_from(void **state)
{
    (void)state;
    component(XCP "from='jsm-1.cup1' id='4B2A'>", "jsm-1.cup1");
    component(XCP "from=\"it's.cup1\" id='4B2A'>", "it's.cup1");
}

static void what_names_no_component_shows_none(void **state)
{
    (void)state;
    component(XCP ">", NULL);
    component(XCP "to=jsm-1.cup1>", NULL);
    component(XCP "to='jsm-1.cup1>", NULL);
    component(XCP "to='two words'>", NULL);
    component(XCP "to=''>", NULL);
    component(XCP "></x><route to='a' from='b'>", NULL);
    component("<stream:stream xmlns='jabber:client' to='example.com'>", NULL);
    component("<route to='a.cup1' from='b.cup1'/>", NULL);
    component("<stream:stream", NULL);
    component("", NULL);
}

static void a_cut_stream_shows_all_of_its_name_or_nothing(void **state)
{
    static const char single[] = "<?xml version='1.0'?>" XCP "to='jsm-1.cup1' id='1'>";
    static const char answer[] = XCP "from=\"jsm-1.cup1\" id=\"1\">";

    (void)state;
    expect_when_cut(impsvc_detail_component, single, sizeof single - 1, "jsm-1.cup1");
    expect_when_cut(impsvc_detail_component, answer, sizeof answer - 1, "jsm-1.cup1");
}

/* ClientHellos of OpenSSL 3.0: TLS 1.2 with and without a server name, and TLS 1.3 without its padding. */
static const uint8_t hello[] = {
    0x16, 0x03, 0x01, 0x00, 0xb6, 0x01, 0x00, 0x00, 0xb2, 0x03, 0x03, 0xa1, 0x32, 0x3c, 0x70, 0x23, 0x45, 0x41,
    0x7c, 0x9d, 0x82, 0xf1, 0x54, 0x28, 0x23, 0x5f, 0x3f, 0xee, 0xe9, 0x9b, 0x4c, 0x51, 0x7a, 0x79, 0xf7, 0xbe,
    0xbc, 0x88, 0x5e, 0xef, 0x9d, 0xc1, 0xc5, 0x00, 0x00, 0x1e, 0xc0, 0x2c, 0xc0, 0x30, 0xc0, 0x2b, 0xc0, 0x2f,
    0xcc, 0xa9, 0xcc, 0xa8, 0xc0, 0x24, 0xc0, 0x28, 0xc0, 0x23, 0xc0, 0x27, 0x00, 0x9f, 0x00, 0x9e, 0x00, 0x6b,
    0x00, 0x67, 0x00, 0xff, 0x01, 0x00, 0x00, 0x6b, 0x00, 0x00, 0x00, 0x15, 0x00, 0x13, 0x00, 0x00, 0x10, 0x63,
    0x75, 0x70, 0x31, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x63, 0x6f, 0x6d, 0x00, 0x0b, 0x00,
    0x04, 0x03, 0x00, 0x01, 0x02, 0x00, 0x0a, 0x00, 0x0c, 0x00, 0x0a, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x1e, 0x00,
    0x19, 0x00, 0x18, 0x00, 0x23, 0x00, 0x00, 0x00, 0x16, 0x00, 0x00, 0x00, 0x17, 0x00, 0x00, 0x00, 0x0d, 0x00,
    0x2a, 0x00, 0x28, 0x04, 0x03, 0x05, 0x03, 0x06, 0x03, 0x08, 0x07, 0x08, 0x08, 0x08, 0x09, 0x08, 0x0a, 0x08,
    0x0b, 0x08, 0x04, 0x08, 0x05, 0x08, 0x06, 0x04, 0x01, 0x05, 0x01, 0x06, 0x01, 0x03, 0x03, 0x03, 0x01, 0x03,
    0x02, 0x04, 0x02, 0x05, 0x02, 0x06, 0x02
};

static const uint8_t hello_unnamed[] = {
    0x16, 0x03, 0x01, 0x00, 0x9d, 0x01, 0x00, 0x00, 0x99, 0x03, 0x03, 0x47, 0xe7, 0x48, 0x11, 0xa0, 0x8a, 0xfb,
    0x90, 0x25, 0x27, 0xbe, 0x94, 0xe4, 0xb1, 0xed, 0x79, 0x02, 0x42, 0x25, 0xce, 0x12, 0x1c, 0x5a, 0xaa, 0x6f,
    0x86, 0x05, 0x65, 0x39, 0xaa, 0x5f, 0x55, 0x00, 0x00, 0x1e, 0xc0, 0x2c, 0xc0, 0x30, 0xc0, 0x2b, 0xc0, 0x2f,
    0xcc, 0xa9, 0xcc, 0xa8, 0xc0, 0x24, 0xc0, 0x28, 0xc0, 0x23, 0xc0, 0x27, 0x00, 0x9f, 0x00, 0x9e, 0x00, 0x6b,
    0x00, 0x67, 0x00, 0xff, 0x01, 0x00, 0x00, 0x52, 0x00, 0x0b, 0x00, 0x04, 0x03, 0x00, 0x01, 0x02, 0x00, 0x0a,
    0x00, 0x0c, 0x00, 0x0a, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x1e, 0x00, 0x19, 0x00, 0x18, 0x00, 0x23, 0x00, 0x00,
    0x00, 0x16, 0x00, 0x00, 0x00, 0x17, 0x00, 0x00, 0x00, 0x0d, 0x00, 0x2a, 0x00, 0x28, 0x04, 0x03, 0x05, 0x03,
    0x06, 0x03, 0x08, 0x07, 0x08, 0x08, 0x08, 0x09, 0x08, 0x0a, 0x08, 0x0b, 0x08, 0x04, 0x08, 0x05, 0x08, 0x06,
    0x04, 0x01, 0x05, 0x01, 0x06, 0x01, 0x03, 0x03, 0x03, 0x01, 0x03, 0x02, 0x04, 0x02, 0x05, 0x02, 0x06, 0x02
};

static const uint8_t hello_13[] = {
    0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, 0x5a, 0xad, 0x88, 0xf2, 0x40, 0x1d, 0xe0,
    0x55, 0x13, 0x81, 0x20, 0xce, 0x1d, 0x8c, 0x60, 0x41, 0xd1, 0xb2, 0xed, 0xd3, 0x42, 0xba, 0x00, 0xe0, 0x22,
    0x8f, 0x52, 0xc7, 0xb4, 0xd7, 0xc3, 0x95, 0x20, 0x41, 0xa5, 0x2c, 0xf8, 0x59, 0xde, 0xbe, 0x78, 0xf6, 0x4d,
    0x9c, 0x52, 0x95, 0xea, 0x85, 0x26, 0x69, 0xed, 0x1e, 0x46, 0x60, 0x2c, 0x63, 0x17, 0x5b, 0xca, 0x8e, 0xb6,
    0xab, 0x74, 0xa6, 0xf0, 0x00, 0x24, 0x13, 0x02, 0x13, 0x03, 0x13, 0x01, 0xc0, 0x2c, 0xc0, 0x30, 0xc0, 0x2b,
    0xc0, 0x2f, 0xcc, 0xa9, 0xcc, 0xa8, 0xc0, 0x24, 0xc0, 0x28, 0xc0, 0x23, 0xc0, 0x27, 0x00, 0x9f, 0x00, 0x9e,
    0x00, 0x6b, 0x00, 0x67, 0x00, 0xff, 0x01, 0x00, 0x01, 0x8f, 0x00, 0x00, 0x00, 0x15, 0x00, 0x13, 0x00, 0x00,
    0x10, 0x63, 0x75, 0x70, 0x31, 0x2e, 0x65, 0x78, 0x61, 0x6d, 0x70, 0x6c, 0x65, 0x2e, 0x63, 0x6f, 0x6d, 0x00,
    0x0b, 0x00, 0x04, 0x03, 0x00, 0x01, 0x02, 0x00, 0x0a, 0x00, 0x16, 0x00, 0x14, 0x00, 0x1d, 0x00, 0x17, 0x00,
    0x1e, 0x00, 0x19, 0x00, 0x18, 0x01, 0x00, 0x01, 0x01, 0x01, 0x02, 0x01, 0x03, 0x01, 0x04, 0x00, 0x23, 0x00,
    0x00, 0x00, 0x16, 0x00, 0x00, 0x00, 0x17, 0x00, 0x00, 0x00, 0x0d, 0x00, 0x2a, 0x00, 0x28, 0x04, 0x03, 0x05,
    0x03, 0x06, 0x03, 0x08, 0x07, 0x08, 0x08, 0x08, 0x09, 0x08, 0x0a, 0x08, 0x0b, 0x08, 0x04, 0x08, 0x05, 0x08,
    0x06, 0x04, 0x01, 0x05, 0x01, 0x06, 0x01, 0x03, 0x03, 0x03, 0x01, 0x03, 0x02, 0x04, 0x02, 0x05, 0x02, 0x06,
    0x02, 0x00, 0x2b, 0x00, 0x05, 0x04, 0x03, 0x04, 0x03, 0x03, 0x00, 0x2d, 0x00, 0x02, 0x01, 0x01, 0x00, 0x33,
    0x00, 0x26, 0x00, 0x24, 0x00, 0x1d, 0x00, 0x20, 0xf0, 0x41, 0xe2, 0x11, 0x2c, 0x57, 0x01, 0x55, 0x1e, 0x91,
    0x20, 0xf4, 0x16, 0x1c, 0xc2, 0xf1, 0xa7, 0xe6, 0x3d, 0x60, 0xa1, 0xf9, 0xd7, 0x68, 0x88, 0x40, 0x61, 0x50,
    0xcb, 0x8a, 0x64, 0x6f, 0x00, 0x15, 0x00, 0xdd
};

#define NAME 89    /* where the name stands in hello */

static void tls_name(const uint8_t *bytes, size_t length, const char *wanted)
{
    expect_bytes(impsvc_detail_tls_name, bytes, length, wanted);
}

static void a_client_hello_shows_the_server_name(void **state)
{
    (void)state;
    tls_name(hello, sizeof hello, "cup1.example.com");
    tls_name(hello_13, sizeof hello_13, "cup1.example.com");
}

static void a_client_hello_without_server_name_shows_none(void **state)
{
    (void)state;
    tls_name(hello_unnamed, sizeof hello_unnamed, NULL);
}

static void a_cut_client_hello_shows_all_of_the_name_or_nothing(void **state)
{
    (void)state;
    expect_when_cut(impsvc_detail_tls_name, hello, sizeof hello, "cup1.example.com");
    expect_when_cut(impsvc_detail_tls_name, hello_13, sizeof hello_13, "cup1.example.com");
    for (size_t cut = 0; cut <= sizeof hello_unnamed; cut++)
        tls_name(hello_unnamed, cut, NULL);
}

static void other_records_show_no_server_name(void **state)
{
    uint8_t bytes[sizeof hello];

    (void)state;
    memcpy(bytes, hello, sizeof hello);
    bytes[0] = 23;
    tls_name(bytes, sizeof bytes, NULL);
    bytes[0] = 22;
    bytes[5] = 2;   /* ServerHello */
    tls_name(bytes, sizeof bytes, NULL);
    bytes[5] = 1;
    bytes[1] = 2;
    tls_name(bytes, sizeof bytes, NULL);
}

/* Where lengths of the server name stand: of the extension, of its list, of the name. */
enum { EXTENSION = NAME - 7, NAME_TYPE = NAME - 3, NAME_LENGTH = NAME - 2, NAME_SIZE = 16 };

static void lying_lengths_show_no_server_name(void **state)
{
    uint8_t bytes[sizeof hello];

    (void)state;
    memcpy(bytes, hello, sizeof hello);
    bytes[NAME_LENGTH + 1] = 0;
    tls_name(bytes, sizeof bytes, NULL);
    bytes[NAME_LENGTH + 1] = NAME_SIZE + 1;     /* longer than its extension */
    tls_name(bytes, sizeof bytes, NULL);
    bytes[NAME_LENGTH] = 0xff;
    tls_name(bytes, sizeof bytes, NULL);
    memcpy(bytes, hello, sizeof hello);
    bytes[EXTENSION + 1] = 4;
    tls_name(bytes, sizeof bytes, NULL);
    memcpy(bytes, hello, sizeof hello);
    bytes[NAME_TYPE] = 1;
    tls_name(bytes, sizeof bytes, NULL);
    memcpy(bytes, hello, sizeof hello);
    bytes[NAME + 3] = 0;
    tls_name(bytes, sizeof bytes, NULL);
    bytes[NAME + 3] = 0xe9;
    tls_name(bytes, sizeof bytes, NULL);
    memcpy(bytes, hello, sizeof hello);
    bytes[43] = 0xff;   /* the session reaches behind the end */
    tls_name(bytes, sizeof bytes, NULL);
}

/* A hello whose server name has another length. */
static void expect_name_of(size_t length, bool shown)
{
    uint8_t bytes[NAME + 400];
    char name[401] = { 0 };

    memcpy(bytes, hello, NAME);
    memset(name, 'n', length);
    memcpy(bytes + NAME, name, length);
    for (size_t at = 0; at < 2; at++) {
        bytes[EXTENSION - 4 + at] = (uint8_t)((length + 9) >> (8 - 8 * at));
        bytes[EXTENSION + at] = (uint8_t)((length + 5) >> (8 - 8 * at));
        bytes[NAME_LENGTH + at] = (uint8_t)(length >> (8 - 8 * at));
    }
    tls_name(bytes, NAME + length, shown ? name : NULL);
}

static void a_server_name_is_shown_up_to_the_length_a_name_can_have(void **state)
{
    (void)state;
    expect_name_of(1, true);
    expect_name_of(255, true);
    expect_name_of(256, false);
    expect_name_of(400, false);
}

/* What stands behind the extensions, such as the next record, is not the hello's. */
static void bytes_behind_the_client_hello_are_not_its_extensions(void **state)
{
    uint8_t bytes[sizeof hello];

    (void)state;
    memcpy(bytes, hello, sizeof hello);
    bytes[EXTENSION - 3] = bytes[EXTENSION - 4] = 0;    /* a hello that has no extensions */
    tls_name(bytes, sizeof bytes, NULL);
}

/* Whatever a byte of a hello is changed to, what is shown lies within it and is text. */
static void broken_client_hellos_are_read_within_their_bounds(void **state)
{
    fixed_random random = { 5 };

    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        impsvc_payload payload = whole_payload(hello, sizeof hello - random_below(&random, sizeof hello - NAME));
        uint8_t *bytes = (uint8_t *)(uintptr_t)payload.bytes;
        impsvc_text_span found;

        for (unsigned changes = 1 + i % 3; changes > 0; changes--)
            bytes[random_below(&random, payload.length)] = (uint8_t)random_64(&random);
        found = impsvc_detail_tls_name(&payload);
        if (found.start != NULL) {
            assert_true(found.length >= 1 && found.length <= 255);
            assert_true((const uint8_t *)found.start >= bytes
                        && (const uint8_t *)found.start + found.length <= bytes + payload.length);
            for (size_t at = 0; at < found.length; at++)
                assert_true((uint8_t)found.start[at] >= 0x21 && (uint8_t)found.start[at] <= 0x7e);
        }
        free_payload(payload);
    }
}

#define SUBSCRIBE "SUBSCRIBE sip:u@example.com SIP/2.0\r\nVia: SIP/2.0/TCP 10.0.0.1\r\n"

static void a_sip_message_shows_its_event(void **state)
{
    (void)state;
    event(SUBSCRIBE "Event: presence\r\nExpires: 3600\r\n\r\n", "presence");
    event(SUBSCRIBE "EVENT:dialog;id=7\r\n\r\n", "dialog");
    event(SUBSCRIBE "event: \t presence.winfo ; id=1\r\n\r\n", "presence.winfo");
    event("SIP/2.0 200 OK\r\nEvent: presence\r\n\r\n", "presence");
    event("NOTIFY sip:u@example.com SIP/2.0\r\nEvent: message-summary\r\n\r\n", "message-summary");
}

static void a_sip_message_shows_its_event_in_compact_form(void **state)
{
    (void)state;
    event(SUBSCRIBE "o: presence\r\n\r\n", "presence");
    event(SUBSCRIBE "O:dialog;id=1\r\n\r\n", "dialog");
    event(SUBSCRIBE "o: dialog\r\nEvent: presence\r\n\r\n", "presence");
}

/* RFC 3261, 25.1 (HCOLON): blanks may stand before the colon. */
static void blanks_before_a_headers_colon_do_not_hide_it(void **state)
{
    (void)state;
    event(SUBSCRIBE "Event : presence\r\n\r\n", "presence");
}

static void what_is_no_event_header_shows_none(void **state)
{
    (void)state;
    event(SUBSCRIBE "Allow-Events: presence\r\n\r\n", NULL);
    event(SUBSCRIBE "X: Event: presence\r\n\r\n", NULL);
    event(SUBSCRIBE "Event:\r\n\r\n", NULL);
    event(SUBSCRIBE "Content-Type: text/plain\r\n\r\nEvent: presence\r\n", NULL);
    event(SUBSCRIBE "\r\no: presence\r\n", NULL);
    event(SUBSCRIBE "Content-Type: application/sdp\r\n\r\nv=0\r\no=u 1 1 IN IP4 10.0.0.1\r\no:x\r\n", NULL);
    event("GET / HTTP/1.1\r\nEvent: presence\r\n\r\n", NULL);
    event("Event: presence\r\n", NULL);
    event("", NULL);
}

static void a_cut_sip_message_shows_all_of_its_event_or_nothing(void **state)
{
    static const char message[] = SUBSCRIBE "Event: presence\r\nExpires: 3600\r\n\r\n";
    static const char compact[] = SUBSCRIBE "o: presence;id=1\r\n\r\n";

    (void)state;
    expect_when_cut(impsvc_detail_sip_event, message, sizeof message - 1, "presence");
    expect_when_cut(impsvc_detail_sip_event, compact, sizeof compact - 1, "presence");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_shows_its_path),
        cmocka_unit_test(a_query_is_not_shown),
        cmocka_unit_test(a_whole_url_shows_its_path),
        cmocka_unit_test(a_path_within_a_query_is_not_the_requests),
        cmocka_unit_test(what_is_no_request_with_a_path_shows_none),
        cmocka_unit_test(a_path_with_rubbish_or_without_end_is_not_shown),
        cmocka_unit_test(a_cut_request_shows_all_of_its_path_or_nothing),
        cmocka_unit_test(the_web_servers_applications_have_their_entries),
        cmocka_unit_test(an_application_is_told_by_its_whole_name_only),
        cmocka_unit_test(a_component_is_named_by_whom_the_stream_goes_to),
        cmocka_unit_test(the_answer_names_whom_it_comes_from),
        cmocka_unit_test(what_names_no_component_shows_none),
        cmocka_unit_test(a_cut_stream_shows_all_of_its_name_or_nothing),
        cmocka_unit_test(a_client_hello_shows_the_server_name),
        cmocka_unit_test(a_client_hello_without_server_name_shows_none),
        cmocka_unit_test(a_cut_client_hello_shows_all_of_the_name_or_nothing),
        cmocka_unit_test(other_records_show_no_server_name),
        cmocka_unit_test(lying_lengths_show_no_server_name),
        cmocka_unit_test(a_server_name_is_shown_up_to_the_length_a_name_can_have),
        cmocka_unit_test(bytes_behind_the_client_hello_are_not_its_extensions),
        cmocka_unit_test(broken_client_hellos_are_read_within_their_bounds),
        cmocka_unit_test(a_sip_message_shows_its_event),
        cmocka_unit_test(a_sip_message_shows_its_event_in_compact_form),
        cmocka_unit_test(blanks_before_a_headers_colon_do_not_hide_it),
        cmocka_unit_test(what_is_no_event_header_shows_none),
        cmocka_unit_test(a_cut_sip_message_shows_all_of_its_event_or_nothing)
    };

    return cmocka_run_group_tests(tests, build_index, NULL);
}
