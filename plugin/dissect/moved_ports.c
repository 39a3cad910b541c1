/* moved_ports.c
 * Ports that an administrator has moved services to, entered by the user: the table impsvc_ports
 *
 * A row adds ports to an entry; the document's own stay, since other nodes may
 * still use them. An entry is fine if any release has it. When the table changes, all ports that rows had are given back to
 * whoever had them before, and the rows as they are now take theirs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dissect/moved_ports.h"

#include <epan/prefs.h>
#include <epan/range.h>
#include <epan/uat.h>
#include <wsutil/report_message.h>

#include "core/catalog_index.h"
#include "dissect/ports.h"

/* A row of impsvc_ports. */
typedef struct {
    char    *entry;
    unsigned transport;     /* IMPSVC_TCP or IMPSVC_UDP */
    range_t *ports;
} port_row;

/* A port that a row has now. */
typedef struct {
    uint8_t  transport;
    uint16_t port;
} taken;

static const value_string transport_names[] = {
    { IMPSVC_TCP, "TCP" },
    { IMPSVC_UDP, "UDP" },
    { 0, NULL }
};

static port_row *rows;
static unsigned  row_count;
static GArray   *all_taken;     /* of taken */
static unsigned  taken_rows;    /* the number of rows that have their ports */
static bool      checked;       /* whether the list has the rows' entries */

UAT_CSTRING_CB_DEF(rows, entry, port_row)
UAT_VS_DEF(rows, transport, port_row, unsigned, IMPSVC_TCP, "TCP")
UAT_RANGE_CB_DEF(rows, ports, port_row)

static uint8_t transports_of(const impsvc_entry *entry)
{
    uint8_t tcp = entry->transports & (IMPSVC_TCP | IMPSVC_TLS) ? IMPSVC_TCP : 0;

    return (uint8_t)(tcp | (entry->transports & IMPSVC_UDP));
}

static impsvc_row_bool check_entry(void *record _U_, const char *text, unsigned length, const void *unused _U_,
                               const void *unused_too _U_, char **error)
{
    char *id = g_strndup(text == NULL ? "" : text, length);
    const impsvc_entry *entry = impsvc_entry_in_any(id);

    *error = NULL;
    if (entry == NULL)
        *error = g_strdup_printf("Entry: \"%s\" is no entry of the port list; write table.row, such as 22.4", id);
    else if (entry->port_count == 0)
        *error = g_strdup_printf("Entry: %s has no listener port that could be moved", id);
    g_free(id);
    return *error == NULL;
}

/* In any of the lists. */
static bool is_carried(const char *id, uint8_t transport)
{
    for (size_t i = 0; i < impsvc_all_entry_count; i++)
        if (strcmp(impsvc_all_entries[i].id, id) == 0 && (transports_of(&impsvc_all_entries[i]) & transport) != 0)
            return true;
    return false;
}

static char *transport_error(const char *id, uint8_t transport)
{
    const impsvc_entry *entry = id == NULL ? NULL : impsvc_entry_in_any(id);

    if (entry == NULL || entry->port_count == 0 || is_carried(id, transport))
        return NULL;    /* the first two are the entry's fault */
    return g_strdup_printf("Transport: %s is not carried by %s", id, transport == IMPSVC_TCP ? "TCP" : "UDP");
}

static impsvc_row_bool check_transport(void *record, const char *text, unsigned length, const void *unused _U_,
                                   const void *unused_too _U_, char **error)
{
    *error = NULL;
    if (length != 3 || (memcmp(text, "TCP", 3) != 0 && memcmp(text, "UDP", 3) != 0))
        *error = g_strdup_printf("Transport: \"%.*s\" is neither TCP nor UDP (TLS runs over TCP)", (int)length,
                                 text == NULL ? "" : text);
    else
        *error = transport_error(((const port_row *)record)->entry, text[0] == 'T' ? IMPSVC_TCP : IMPSVC_UDP);
    return *error == NULL;
}

/* Wireshark takes "-3269" for 1-3269 and "3269-" for 3269-65535; a slip of the hand would move thousands of ports. */
static bool has_open_range(const char *ports)
{
    char **parts = g_strsplit(ports, ",", -1);
    bool found = false;

    for (char **part = parts; *part != NULL; part++) {
        const char *text = g_strstrip(*part);

        found = found || g_str_has_prefix(text, "-") || g_str_has_suffix(text, "-");
    }
    g_strfreev(parts);
    return found;
}

static impsvc_row_bool check_ports(void *record _U_, const char *text, unsigned length, const void *unused _U_,
                               const void *unused_too _U_, char **error)
{
    char *ports = g_strndup(text == NULL ? "" : text, length);
    range_t *range = NULL;
    bool valid = !has_open_range(ports) && range_convert_str(NULL, &range, ports, UINT16_MAX) == CVT_NO_ERROR
                 && range->nranges > 0;

    *error = NULL;
    for (unsigned i = 0; valid && i < range->nranges; i++)
        valid = range->ranges[i].low > 0;
    if (!valid)
        *error = g_strdup_printf("Ports: \"%s\" is no port or range of ports from 1 to 65535, such as 7401-7402", ports);
    wmem_free(NULL, range);
    g_free(ports);
    return valid;
}

/* The fields of a row may each be fine but not fit together. */
static impsvc_row_bool check_row(void *record, char **error)
{
    const port_row *row = (const port_row *)record;

    if (row->entry == NULL || impsvc_entry_in_any(row->entry) == NULL)
        *error = g_strdup("Entry: missing");
    else if (row->ports == NULL || row->ports->nranges == 0)
        *error = g_strdup("Ports: missing");
    else
        *error = transport_error(row->entry, (uint8_t)row->transport);
    return *error == NULL;
}

static void *copy_row(void *to, const void *from, size_t length _U_)
{
    const port_row *source = (const port_row *)from;
    port_row *copy = (port_row *)to;

    copy->entry = g_strdup(source->entry);
    copy->transport = source->transport;
    copy->ports = range_copy(NULL, source->ports);
    return copy;
}

static void free_row(void *record)
{
    port_row *row = (port_row *)record;

    g_free(row->entry);
    wmem_free(NULL, row->ports);
}

void impsvc_moved_ports_give_back(void)
{
    impsvc_index_forget_moves();
    for (unsigned i = 0; all_taken != NULL && i < all_taken->len; i++) {
        const taken *one = &g_array_index(all_taken, taken, i);

        if (impsvc_port_find(one->transport, one->port) == NULL)    /* otherwise the catalog has it, too */
            impsvc_ports_remove(one->transport, one->port);
    }
    if (all_taken != NULL)
        g_array_set_size(all_taken, 0);
    taken_rows = 0;
}

/* When Wireshark ends, it clears its dissector tables before users' tables: nothing must be given back by then. */
static void shut_down(void)
{
    if (all_taken != NULL)
        g_array_free(all_taken, TRUE);
    all_taken = NULL;
}

static void take(const impsvc_entry *entry, uint8_t transport, uint16_t port)
{
    taken one = { transport, port };

    if (!impsvc_index_move(entry, transport, port)) {
        report_warning("impsvc_ports: %s cannot be moved to port %u, where %u other entries are", entry->id, port,
                       IMPSVC_ENTRIES_PER_PORT);
        return;
    }
    impsvc_ports_add(transport, port);
    g_array_append_val(all_taken, one);
}

static void take_row(const port_row *row)
{
    const impsvc_entry *entry = impsvc_entry_find(row->entry);

    if (entry == NULL || (transports_of(entry) & row->transport) == 0)
        return;
    for (unsigned i = 0; i < row->ports->nranges; i++)
        for (uint32_t port = row->ports->ranges[i].low; port <= row->ports->ranges[i].high; port++)
            take(entry, (uint8_t)row->transport, (uint16_t)port);
}

void impsvc_moved_ports_take(void)
{
    impsvc_moved_ports_give_back();
    if (all_taken == NULL)
        all_taken = g_array_new(FALSE, FALSE, sizeof(taken));
    for (unsigned i = 0; i < row_count; i++)
        take_row(&rows[i]);
    taken_rows = row_count;
    checked = false;
}

/* Rows are read before the preference that chooses the list: so what it does not have is said when both are known. */
static void say_what_is_not_listed(void)
{
    for (unsigned i = 0; i < row_count; i++) {
        const impsvc_entry *entry = impsvc_entry_find(rows[i].entry);

        if (entry == NULL || (transports_of(entry) & rows[i].transport) == 0)
            report_warning("impsvc_ports: %s over %s is not in the port list of %s, so its row has no effect", rows[i].entry,
                           rows[i].transport == IMPSVC_UDP ? "UDP" : "TCP", impsvc_list->name);
    }
}

/* Wireshark does not call impsvc_moved_ports_take() when one row in a file was bad: the good ones count nevertheless. */
static void begin_file(void)
{
    if (taken_rows != row_count)
        impsvc_moved_ports_take();
    if (!checked)
        say_what_is_not_listed();
    checked = true;
}

void impsvc_moved_ports_register(module_t *preferences)
{
    static uat_field_t fields[] = {
        { "entry", "Entry", PT_TXTMOD_STRING, { check_entry, rows_entry_set_cb, rows_entry_tostr_cb }, { NULL, NULL, NULL },
          NULL, "Table and row of the port list, such as 22.4", FLDFILL },
        { "transport", "Transport", PT_TXTMOD_ENUM, { check_transport, rows_transport_set_cb, rows_transport_tostr_cb },
          { transport_names, transport_names, transport_names }, transport_names, "TCP (for TLS, too) or UDP", FLDFILL },
        { "ports", "Ports", PT_TXTMOD_STRING, { check_ports, rows_ports_set_cb, rows_ports_tostr_cb }, { NULL, NULL, NULL },
          GUINT_TO_POINTER(UINT16_MAX), "Listener ports, such as 7401 or 7401-7402", FLDFILL },
        UAT_END_FIELDS
    };
    uat_t *table = uat_new("IM and Presence moved ports", sizeof(port_row), "impsvc_ports", TRUE, &rows, &row_count,
                           UAT_AFFECTS_DISSECTION, NULL, copy_row, check_row, free_row, impsvc_moved_ports_take,
                           impsvc_moved_ports_give_back,
                           fields);

    register_init_routine(begin_file);
    register_shutdown_routine(shut_down);
    prefs_register_uat_preference(preferences, "ports", "IM and Presence moved ports",
        "Ports that services were moved to. The port list's own ports stay as they are.", table);
}
