/* fuzz_dissect.c
 * Any packets go through Wireshark with the plugin in it, twice, as a file's do
 *
 * Input: a byte of settings (bit 0: nodes configured, 1: a port moved, 2: nodes learned), then frames: two bytes
 * of which the lowest 11 bits are the length and the highest says that IP's and UDP's lengths be made
 * right, then Ethernet. Each input is a file of its own.
 *
 * What Wireshark calls malformed or its own bug is looked at once more with the plugin disabled: it has to be so
 * then, too, unless the plugin has called a dissector that Wireshark alone does not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "fuzz.h"

#include <string.h>

#include <wireshark.h>
#include <epan/column.h>
#include <epan/column-info.h>
#include <epan/epan.h>
#include <epan/epan_dissect.h>
#include <epan/packet.h>
#include <epan/prefs.h>
#include <epan/tap.h>
#include <epan/timestamp.h>
#include <epan/uat-int.h>
#include <wiretap/wtap.h>
#include <wsutil/filesystem.h>
#include <wsutil/privileges.h>
#include <wsutil/report_message.h>

#include "identify/identify.h"

#define FRAMES 40       /* of an input, at most */

void plugin_register(void);

typedef enum { FINE, MALFORMED, BUG } trouble;

/* What one frame looked like to the end. */
typedef struct {
    trouble  trouble;
    uint32_t layers;    /* a number for the protocols that took part */
} outcome;

struct packet_provider_data {
    frame_data frames[FRAMES];
    unsigned   count;
};

static struct packet_provider_data file;
static uint8_t                     bytes[FRAMES][2048];
static column_info                 columns;
static int                         hf_malformed, hf_bug;
static unsigned long               inputs, frames_seen, annotated, looked_twice;

/* In the place of Wireshark's own: with each file it would read its lists of manufacturers and services
 * again, which takes a hundred times as long as a small file's packets. */
char *get_datafile_path(const char *name)
{
    return g_strdup_printf("/nonexistent/%s", name);
}

static const nstime_t *time_of(struct packet_provider_data *provider, uint32_t number)
{
    return number >= 1 && number <= provider->count ? &provider->frames[number - 1].abs_ts : NULL;
}

static const struct packet_provider_funcs provider_functions = { time_of, NULL, NULL, NULL };

static void set(const char *preference)
{
    char *text = g_strdup(preference), *error = NULL;

    must(prefs_set_pref(text, &error) == PREFS_SET_OK);
    g_free(text);
}

/* Fill or empty a table of the user's, if it is not so already. */
static void set_table(const char *name, bool filled, const char *const rows[])
{
    uat_t *table = uat_get_table_by_name(name);

    must(table != NULL);
    if ((*table->nrows_p > 0) == filled)
        return;
    if (!filled)
        uat_clear(table);
    for (size_t i = 0; filled && rows[i] != NULL; i++)
        set(rows[i]);
}

static void set_up(uint8_t settings)
{
    static const char *const nodes[] = {
        "uat:impsvc_nodes:\"10.10.1.11\",\"IM and Presence publisher\",\"a\"",
        "uat:impsvc_nodes:\"10.10.1.12\",\"IM and Presence subscriber\",\"b\"",
        "uat:impsvc_nodes:\"2001:db8::/32\",\"IM and Presence subscriber\",\"c\"", NULL
    };
    static const char *const ports[] = {
        "uat:impsvc_ports:\"22.4\",\"TCP\",\"7401\"", "uat:impsvc_ports:\"2.1\",\"UDP\",\"5070-5071\"", NULL
    };

    set_table("IM and Presence nodes", settings & 1, nodes);
    set_table("IM and Presence moved ports", settings & 2, ports);
    set(settings & 4 ? "impsvc.learn_nodes:TRUE" : "impsvc.learn_nodes:FALSE");
}

static tap_packet_status count_annotated(void *unused _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    must(((const impsvc_identity *)data)->match.entry != NULL);
    annotated++;
    return TAP_PACKET_DONT_REDRAW;
}

static void put_16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Mutations seldom get lengths right, without which there is no payload. */
static void make_lengths_right(uint8_t *frame, size_t length)
{
    size_t ip = 14, header;

    if (length < ip + 28 || frame[12] != 8 || frame[13] != 0)
        return;
    header = (frame[ip] & 15u) * 4;
    put_16(frame + ip + 2, length - ip);
    put_16(frame + ip + 6, 0);      /* no fragment */
    if (frame[ip + 9] == 17 && length >= ip + header + 8)
        put_16(frame + ip + header + 4, length - ip - header);
}

static wtap_rec record_of(unsigned number, size_t length)
{
    wtap_rec record = { .rec_type = REC_TYPE_PACKET, .presence_flags = WTAP_HAS_TS | WTAP_HAS_CAP_LEN };

    record.ts.nsecs = (int)number * 1000000;
    record.rec_header.packet_header.caplen = (uint32_t)length;
    record.rec_header.packet_header.len = (uint32_t)length;
    record.rec_header.packet_header.pkt_encap = WTAP_ENCAP_ETHERNET;
    return record;
}

/* Cut the input into frames; a copy each, so that a byte too far is seen. */
static void take_frames(const uint8_t *data, size_t size)
{
    file.count = 0;
    while (size > 2 && file.count < FRAMES) {
        size_t length = (size_t)((data[0] & 7) << 8 | data[1]);
        bool right = data[0] & 0x80;
        wtap_rec record;

        data += 2;
        size -= 2;
        length = length < size ? length : size;
        memcpy(bytes[file.count], data, length);
        if (right)
            make_lengths_right(bytes[file.count], length);
        record = record_of(file.count, length);
        frame_data_init(&file.frames[file.count], file.count + 1, &record, 0, 0);
        file.count++;
        data += length;
        size -= length;
    }
}

static uint32_t layers_of(const packet_info *pinfo)
{
    uint32_t sum = 5381;

    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL; layer = wmem_list_frame_next(layer))
        sum = sum * 33 + (uint32_t)GPOINTER_TO_INT(wmem_list_frame_data(layer));
    return sum;
}

static bool has(epan_dissect_t *edt, int hf)
{
    GPtrArray *found = proto_find_finfo(edt->tree, hf);
    bool any = found->len > 0;

    g_ptr_array_free(found, TRUE);
    return any;
}

static void dissect(epan_t *session, unsigned at, bool second, outcome *seen)
{
    size_t length = file.frames[at].cap_len;
    uint8_t *copy = (uint8_t *)g_memdup2(bytes[at], length == 0 ? 1 : length);
    wtap_rec record = record_of(at, length);
    epan_dissect_t *edt = epan_dissect_new(session, second, second);
    static nstime_t elapsed;
    static const frame_data *reference;

    frame_data_set_before_dissect(&file.frames[at], &elapsed, &reference, at > 0 ? &file.frames[at - 1] : NULL);
    if (!second)
        prime_epan_dissect_with_postdissector_wanted_hfids(edt);
    epan_dissect_run_with_taps(edt, WTAP_FILE_TYPE_SUBTYPE_UNKNOWN, &record,
                               tvb_new_real_data(copy, (unsigned)length, (int)length), &file.frames[at],
                               second ? &columns : NULL);
    if (second) {
        epan_dissect_fill_in_columns(edt, FALSE, TRUE);
        seen->trouble = has(edt, hf_bug) ? BUG : has(edt, hf_malformed) ? MALFORMED : FINE;
        seen->layers = layers_of(&edt->pi);
    }
    epan_dissect_free(edt);
    g_free(copy);
}

/* A file is opened, read, shown and closed. */
static void read_file(const uint8_t *data, size_t size, outcome seen[FRAMES])
{
    epan_t *session = epan_new(&file, &provider_functions);

    take_frames(data, size);
    for (int second = 0; second < 2; second++)
        for (unsigned i = 0; i < file.count; i++)
            dissect(session, i, second, &seen[i]);
    for (unsigned i = 0; i < file.count; i++)
        frame_data_destroy(&file.frames[i]);
    epan_free(session);
}

static void compare(const outcome *ours, const outcome *alone, unsigned number)
{
    if (ours->trouble <= alone->trouble || (ours->trouble == MALFORMED && ours->layers != alone->layers))
        return;
    fprintf(stderr, "frame %u: with the plugin %s, without not\n", number,
            ours->trouble == BUG ? "a dissector's bug" : "malformed");
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    outcome ours[FRAMES], alone[FRAMES];
    bool trouble = false;

    if (size < 4)
        return 0;
    set_up(data[0]);
    read_file(data + 1, size - 1, ours);
    inputs++;
    frames_seen += file.count;
    for (unsigned i = 0; i < file.count; i++)
        trouble = trouble || ours[i].trouble != FINE;
    if (!trouble)
        return 0;
    looked_twice++;
    proto_set_decoding(proto_get_id_by_filter_name("impsvc"), FALSE);
    read_file(data + 1, size - 1, alone);
    proto_set_decoding(proto_get_id_by_filter_name("impsvc"), TRUE);
    for (unsigned i = 0; i < file.count; i++)
        compare(&ours[i], &alone[i], i + 1);
    return 0;
}

static void say_figures(void)
{
    fprintf(stderr, "fuzz_dissect: %lu inputs, %lu frames twice each, %lu times annotated, %lu inputs also without the plugin\n",
            inputs, frames_seen, annotated, looked_twice);
}

static void report(const char *format, va_list arguments)
{
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

static int filter_number(const char *name, const char *other_name)
{
    const header_field_info *field = proto_registrar_get_byname(name);

    if (field == NULL)
        field = proto_registrar_get_byname(other_name);
    must(field != NULL);
    return field->id;
}

int LLVMFuzzerInitialize(int *count, char ***arguments);

int LLVMFuzzerInitialize(int *count _U_, char ***arguments)
{
    static const struct report_message_routines routines = {
        report, report, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    };

    g_setenv("WIRESHARK_DEBUG_WMEM_OVERRIDE", "simple", TRUE);
    g_setenv("XDG_CONFIG_HOME", "/nonexistent", TRUE);      /* nobody's own settings */
    g_setenv("HOME", "/nonexistent", TRUE);
    init_process_policies();
    ws_log_init("fuzz_dissect", NULL);
    init_report_message((*arguments)[0], &routines);
    timestamp_set_type(TS_RELATIVE);
    timestamp_set_precision(TS_PREC_AUTO);
    timestamp_set_seconds_type(TS_SECONDS_DEFAULT);
    wtap_init(FALSE);
    plugin_register();
    must(epan_init(NULL, NULL, FALSE));
    must(proto_get_id_by_filter_name("impsvc") > 0);
    build_column_format_array(&columns, epan_load_settings()->num_cols, TRUE);
    hf_malformed = filter_number("_ws.malformed", "_ws.malformed");
    hf_bug = filter_number("_ws.malformed.dissector_bug", "_ws.dissector_bug");    /* before 4.4, and since */
    must(register_tap_listener("impsvc", &annotated, NULL, TL_REQUIRES_NOTHING, NULL, count_annotated, NULL, NULL) == NULL);
    atexit(say_figures);
    return 0;
}
