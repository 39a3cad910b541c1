/* dscp_table.c
 * The user's table impsvc_dscp: which DSCP values services should have
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/dscp_table.h"

#include <epan/prefs.h>
#include <epan/uat.h>

#include "core/catalog_index.h"
#include "core/dscp.h"

/* Which packets a row is for: bits for directions. */
enum { WAY_REQUEST = 1, WAY_REPLY = 2, WAY_BOTH = WAY_REQUEST | WAY_REPLY };

/* A row of impsvc_dscp. */
typedef struct {
    char    *service;   /* "22", "22.4" or "xmpp" */
    unsigned way;
    char    *dscp;
} dscp_row;

static const value_string ways[] = {
    { WAY_REQUEST, "request" },
    { WAY_REPLY,   "reply" },
    { WAY_BOTH,    "both" },
    { 0, NULL }
};

static dscp_row             *rows;
static unsigned              row_count;
static impsvc_expected_dscp *expected;      /* for each entry, of requests and of replies; NULL: there are no rows */
static unsigned              listed;        /* so many rows are in it */

UAT_CSTRING_CB_DEF(rows, service, dscp_row)
UAT_VS_DEF(rows, way, dscp_row, unsigned, WAY_BOTH, "both")
UAT_CSTRING_CB_DEF(rows, dscp, dscp_row)

/* What a row's first field is to an entry. */
static impsvc_dscp_scope scope_in(const impsvc_entry *entry, const char *service)
{
    const impsvc_table *table = impsvc_table_find(entry->table);
    char number[4];

    if (strcmp(entry->id, service) == 0)
        return IMPSVC_DSCP_OF_ENTRY;
    if (table == NULL)
        return IMPSVC_DSCP_OF_NOTHING;
    (void)snprintf(number, sizeof number, "%u", table->number);
    if (strcmp(number, service) == 0)
        return IMPSVC_DSCP_OF_TABLE;
    return g_ascii_strcasecmp(table->group, service) == 0 ? IMPSVC_DSCP_OF_GROUP : IMPSVC_DSCP_OF_NOTHING;
}

/* "sip, presence, web": each once, in the tables' order. */
static char *all_groups(void)
{
    GString *names = g_string_new(NULL);

    for (size_t i = 0; i < impsvc_table_count; i++) {
        bool is_new = true;

        for (size_t before = 0; before < i && is_new; before++)
            is_new = strcmp(impsvc_tables[before].group, impsvc_tables[i].group) != 0;
        if (is_new)
            g_string_append_printf(names, "%s%s", names->len == 0 ? "" : ", ", impsvc_tables[i].group);
    }
    return g_string_free(names, FALSE);
}

static impsvc_row_bool check_service(void *record _U_, const char *text, unsigned length, const void *unused _U_,
                                 const void *unused_too _U_, char **error)
{
    char *service = g_strndup(text == NULL ? "" : text, length);
    char *groups;
    bool found = false;

    *error = NULL;
    for (size_t i = 0; i < impsvc_all_entry_count && !found; i++)
        found = scope_in(&impsvc_all_entries[i], service) != IMPSVC_DSCP_OF_NOTHING;
    if (!found) {
        groups = all_groups();
        *error = g_strdup_printf("Service: \"%s\" is no table (22), entry (22.4) or group (%s) of the port list", service, groups);
        g_free(groups);
    }
    g_free(service);
    return found;
}

static impsvc_row_bool check_way(void *record _U_, const char *text, unsigned length, const void *unused _U_,
                             const void *unused_too _U_, char **error)
{
    *error = NULL;
    for (const value_string *way = ways; way->strptr != NULL; way++)
        if (strlen(way->strptr) == length && memcmp(way->strptr, text, length) == 0)
            return TRUE;
    *error = g_strdup_printf("Way: \"%.*s\" is none of request, reply, both", (int)length, text == NULL ? "" : text);
    return FALSE;
}

/* Wireshark takes the line of a last field for the next one: so what is said of it names the row as well. */
static impsvc_row_bool check_dscp(void *record, const char *text, unsigned length, const void *unused _U_,
                              const void *unused_too _U_, char **error)
{
    const char *service = ((const dscp_row *)record)->service;
    char *values = g_strndup(text == NULL ? "" : text, length);
    char *wrong;
    uint64_t set;

    *error = NULL;
    if (!impsvc_dscp_parse(values, &set, &wrong))
        *error = g_strdup_printf("DSCP: \"%s\" is no value: write CS0 to CS7, AF11 to AF43, EF, VA, LE or 0 to 63, with commas "
                                 "between several (row of %s)", wrong, service == NULL ? "" : service);
    g_free(wrong);
    g_free(values);
    return *error == NULL;
}

/* Wireshark puts file and line before what a check of a field says, but not before this. */
static impsvc_row_bool check_row(void *record, char **error)
{
    const dscp_row *row = (const dscp_row *)record;
    const char *service = row->service == NULL ? "" : row->service;
    const char *dscp = row->dscp == NULL ? "" : row->dscp;

    return check_service(record, service, (unsigned)strlen(service), NULL, NULL, error)
           && check_dscp(record, dscp, (unsigned)strlen(dscp), NULL, NULL, error);
}

static void *copy_row(void *to, const void *from, size_t length _U_)
{
    const dscp_row *source = (const dscp_row *)from;
    dscp_row *copy = (dscp_row *)to;

    copy->service = g_strdup(source->service);
    copy->way = source->way;
    copy->dscp = g_strdup(source->dscp);
    return copy;
}

static void free_row(void *record)
{
    dscp_row *row = (dscp_row *)record;

    g_free(row->service);
    g_free(row->dscp);
}

static void forget_rows(void)
{
    g_free(expected);
    expected = NULL;
    listed = 0;
}

static void expect(impsvc_expected_dscp *of, impsvc_dscp_scope scope, uint64_t values)
{
    if (scope >= of->scope)
        *of = (impsvc_expected_dscp){ scope, values };
}

static void list_row(const dscp_row *row)
{
    uint64_t values;
    char *wrong;

    if (impsvc_dscp_parse(row->dscp, &values, &wrong))      /* which a check has seen to */
        for (size_t i = 0; i < impsvc_all_entry_count; i++) {
            impsvc_dscp_scope scope = scope_in(&impsvc_all_entries[i], row->service);

            if (scope == IMPSVC_DSCP_OF_NOTHING)
                continue;
            if (row->way & WAY_REQUEST)
                expect(&expected[i * 2], scope, values);
            if (row->way & WAY_REPLY)
                expect(&expected[i * 2 + 1], scope, values);
        }
    g_free(wrong);
}

static void rows_changed(void)
{
    forget_rows();
    if (row_count > 0)
        expected = g_new0(impsvc_expected_dscp, impsvc_all_entry_count * 2);
    for (unsigned i = 0; i < row_count; i++)
        list_row(&rows[i]);
    listed = row_count;
}

/* Wireshark does not call rows_changed() when one row in a file was bad: the good ones count nevertheless. */
static void begin_file(void)
{
    if (listed != row_count)
        rows_changed();
}

void impsvc_dscp_table_register(module_t *preferences)
{
    static uat_field_t fields[] = {
        { "service", "Service", PT_TXTMOD_STRING, { check_service, rows_service_set_cb, rows_service_tostr_cb }, { NULL, NULL, NULL },
          NULL, "A table of the port list (22), an entry (22.4) or a group (xmpp)", FLDFILL },
        { "way", "Way", PT_TXTMOD_ENUM, { check_way, rows_way_set_cb, rows_way_tostr_cb }, { ways, ways, ways }, ways,
          "Packets to the listener (request), back from it (reply), or both", FLDFILL },
        { "dscp", "DSCP", PT_TXTMOD_STRING, { check_dscp, rows_dscp_set_cb, rows_dscp_tostr_cb }, { NULL, NULL, NULL },
          NULL, "The value, by name or number, such as CS3 or 24; several with commas between them", FLDFILL },
        UAT_END_FIELDS
    };
    uat_t *table = uat_new("IM and Presence DSCP values", sizeof(dscp_row), "impsvc_dscp", TRUE, &rows, &row_count,
                           UAT_AFFECTS_DISSECTION, NULL, copy_row, check_row, free_row, rows_changed, forget_rows, fields);

    register_init_routine(begin_file);
    prefs_register_uat_preference(preferences, "dscp", "IM and Presence DSCP values",
        "Which DSCP values you expect. Only services that have a row here are checked.", table);
}

impsvc_expected_dscp impsvc_dscp_expected(const impsvc_entry *entry, impsvc_direction direction)
{
    static const impsvc_expected_dscp nothing = { IMPSVC_DSCP_OF_NOTHING, 0 };

    return expected == NULL ? nothing : expected[impsvc_entry_place(entry) * 2 + (direction == IMPSVC_REPLY)];
}
