/* node_table.c
 * The user's table impsvc_nodes: hosts, what they are, and what they are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "identify/node_table.h"

#include <epan/prefs.h>
#include <epan/uat.h>

#include "core/roles.h"
#include "identify/node_texts.h"

/* Roles that a row can have: two of a cluster's own, then the catalog's outside ones. */
enum { PUBLISHER, SUBSCRIBER = IMPSVC_SUBSCRIBER, FIRST_OUTSIDE_ROLE };

/* A row of impsvc_nodes. */
typedef struct {
    char    *address;   /* with an optional /length */
    unsigned role;      /* as numbered in role_names */
    char    *name;
    char    *cluster;
} node_row;

/* The rows of IPv4 or IPv6, in the order of addresses: ::/0 is not meant to hold 10.0.0.1. */
typedef struct {
    impsvc_node_list *list;
    uint32_t         *row_of;   /* the row of each of its prefixes */
} family;

static family              families[2];
static value_string       *role_names;
static const impsvc_text **role_texts;  /* the same for people to read */
static uint8_t            *catalog_roles;   /* the same as indexes into impsvc_roles */
static node_row           *rows;
static unsigned            row_count;
static void              (*table_changed)(void);
static impsvc_configured_host *hosts;   /* the rows, as others see them */
static unsigned            listed;      /* so many rows are in the lists and in hosts */
static bool                has_node;    /* one of them is a node */

UAT_CSTRING_CB_DEF(rows, address, node_row)
UAT_VS_DEF(rows, role, node_row, unsigned, PUBLISHER, "IM and Presence publisher")
UAT_CSTRING_CB_DEF(rows, name, node_row)
UAT_CSTRING_CB_DEF(rows, cluster, node_row)

static void make_role_names(void)
{
    static const impsvc_text publisher = { { "IM and Presence publisher", "IM and Presence パブリッシャ" } };
    static const impsvc_text subscriber = { { "IM and Presence subscriber", "IM and Presence サブスクライバ" } };
    size_t most = impsvc_role_count + FIRST_OUTSIDE_ROLE;
    uint32_t count = FIRST_OUTSIDE_ROLE;

    role_texts = g_new0(const impsvc_text *, most);
    catalog_roles = g_new0(uint8_t, most);
    role_texts[PUBLISHER] = &publisher;
    role_texts[SUBSCRIBER] = &subscriber;
    catalog_roles[PUBLISHER] = catalog_roles[SUBSCRIBER] = IMPSVC_NO_ROLE;
    for (size_t i = 0; i < impsvc_role_count; i++)
        if (!impsvc_roles[i].in_cluster) {
            catalog_roles[count] = (uint8_t)i;
            role_texts[count++] = &impsvc_roles[i].name;
        }
    role_names = g_new0(value_string, most + 1);
    for (uint32_t i = 0; i < count; i++)
        role_names[i] = (value_string){ i, role_texts[i]->in[IMPSVC_ENGLISH] };
}

/* Wireshark takes the line of a last field for the next one, and 4.0 counts the line of a row without it twice. So what is said
 * of a row names its address as well. */
static const char *address_of(const void *record)
{
    const char *text = ((const node_row *)record)->address;

    return text == NULL ? "" : text;
}

static impsvc_row_bool check_cluster(void *record, const char *text, unsigned length, const void *unused _U_,
                                 const void *unused_too _U_, char **error)
{
    char *name = g_strndup(text == NULL ? "" : text, length);

    *error = impsvc_cluster_error(name, address_of(record));
    g_free(name);
    return *error == NULL;
}

/* Wireshark puts file and line before what a check of a field says, but not before what a check of a row says. */
static impsvc_row_bool check_address(void *record _U_, const char *text, unsigned length, const void *unused _U_,
                                 const void *unused_too _U_, char **error)
{
    char *copy = g_strndup(text == NULL ? "" : text, length);
    impsvc_prefix prefix;
    bool valid;

    *error = NULL;
    valid = impsvc_parse_prefix(copy, &prefix, error);
    g_free(copy);
    return valid;
}

static impsvc_row_bool check_row(void *record, char **error)
{
    const char *text = address_of(record);

    return check_address(record, text, (unsigned)strlen(text), NULL, NULL, error);
}

static impsvc_row_bool check_role(void *record, const char *text, unsigned length, const void *names _U_,
                              const void *unused _U_, char **error)
{
    GString *known;

    *error = NULL;
    for (const value_string *role = role_names; role->strptr != NULL; role++)
        if (strlen(role->strptr) == length && memcmp(role->strptr, text, length) == 0)
            return TRUE;
    known = g_string_new(NULL);
    for (const value_string *role = role_names; role->strptr != NULL; role++)
        g_string_append_printf(known, "%s%s", role == role_names ? "" : ", ", role->strptr);
    *error = g_strdup_printf("Role: \"%.*s\" is none of %s (row of %s)", (int)length, text, known->str, address_of(record));
    g_string_free(known, TRUE);
    return FALSE;
}

static void *copy_row(void *to, const void *from, size_t length _U_)
{
    const node_row *source = (const node_row *)from;
    node_row *copy = (node_row *)to;

    copy->address = g_strdup(source->address);
    copy->role = source->role;
    copy->name = g_strdup(source->name);
    copy->cluster = g_strdup(source->cluster);
    return copy;
}

static void free_row(void *record)
{
    node_row *row = (node_row *)record;

    g_free(row->address);
    g_free(row->name);
    g_free(row->cluster);
}

static void forget_rows(void)
{
    for (size_t i = 0; i < array_length(families); i++) {
        impsvc_node_list_free(families[i].list);
        g_free(families[i].row_of);
        families[i] = (family){ NULL, NULL };
    }
    g_free(hosts);
    hosts = NULL;
    listed = 0;
    has_node = false;
}

static const char *text_or_null(const char *text)
{
    return text == NULL || text[0] == '\0' ? NULL : text;
}

/* numbers: of the clusters so far, by name. */
static uint32_t cluster_number(const node_row *row, GHashTable *numbers)
{
    const char *name = row->cluster == NULL ? "" : row->cluster;
    void *number;

    if (row->role >= FIRST_OUTSIDE_ROLE && name[0] == '\0')
        return IMPSVC_NO_CLUSTER;
    number = g_hash_table_lookup(numbers, name);
    if (number == NULL) {
        number = GUINT_TO_POINTER(g_hash_table_size(numbers) + 1);
        g_hash_table_insert(numbers, (void *)name, number);
    }
    return GPOINTER_TO_UINT(number);
}

static void make_hosts(void)
{
    GHashTable *numbers = g_hash_table_new(g_str_hash, g_str_equal);

    hosts = g_new0(impsvc_configured_host, row_count + 1);
    for (unsigned i = 0; i < row_count; i++) {
        char *error = NULL;

        hosts[i] = (impsvc_configured_host){ .address = rows[i].address, .role = (uint8_t)rows[i].role,
                                             .is_node = rows[i].role < FIRST_OUTSIDE_ROLE,
                                             .name = text_or_null(rows[i].name), .cluster_name = text_or_null(rows[i].cluster),
                                             .cluster = cluster_number(&rows[i], numbers), .earlier = IMPSVC_NOT_CONFIGURED };
        if (impsvc_parse_prefix(rows[i].address, &hosts[i].prefix, &error))    /* which a check has seen to */
            hosts[i].is_v6 = !impsvc_prefix_is_v4(&hosts[i].prefix);
        g_free(error);
    }
    g_hash_table_destroy(numbers);
}

/* Who does not say which node is the publisher may mean any. */
static void note_kinds(void)
{
    GHashTable *named = g_hash_table_new(NULL, NULL);

    for (unsigned i = 0; i < row_count; i++) {
        void *cluster = GUINT_TO_POINTER(hosts[i].cluster);
        unsigned kinds = GPOINTER_TO_UINT(g_hash_table_lookup(named, cluster));

        if (hosts[i].is_node)
            g_hash_table_insert(named, cluster, GUINT_TO_POINTER(kinds | 1u << impsvc_configured_kind(hosts[i].role)));
    }
    for (unsigned i = 0; i < row_count; i++) {
        unsigned kinds = GPOINTER_TO_UINT(g_hash_table_lookup(named, GUINT_TO_POINTER(hosts[i].cluster)));

        hosts[i].kinds = (uint8_t)(1u << impsvc_configured_kind(hosts[i].role) | (~kinds & IMPSVC_KINDS_ALL));
    }
    g_hash_table_destroy(named);
}

/* Put the rows of one address family in order. */
static void list_rows(bool v6)
{
    impsvc_prefix *prefixes = g_new(impsvc_prefix, row_count + 1);
    family *one = &families[v6];
    uint32_t count = 0;

    one->row_of = g_new(uint32_t, row_count + 1);
    for (uint32_t i = 0; i < row_count; i++)
        if (hosts[i].is_v6 == v6) {
            prefixes[count] = hosts[i].prefix;
            one->row_of[count++] = i;
        }
    one->list = impsvc_node_list_new(prefixes, count);
    for (uint32_t i = 0; one->list != NULL && i < count; i++) {
        uint32_t earlier = impsvc_node_list_earlier(one->list, i);

        if (earlier != IMPSVC_NO_ROW)
            hosts[one->row_of[i]].earlier = one->row_of[earlier];
    }
    g_free(prefixes);
}

/* Called when rows have changed but, in Wireshark 4.0 to 4.6, not when a file of them had a bad one. */
static void rows_changed(void)
{
    table_changed();
    forget_rows();
    make_hosts();
    note_kinds();
    list_rows(false);
    list_rows(true);
    listed = row_count;
    has_node = false;
    for (unsigned i = 0; i < row_count; i++)
        has_node = has_node || rows[i].role < FIRST_OUTSIDE_ROLE;
}

void impsvc_node_table_register(module_t *preferences, void (*changed)(void))
{
    static uat_field_t fields[] = {
        { "address", "Address", PT_TXTMOD_STRING, { check_address, rows_address_set_cb, rows_address_tostr_cb },
          { NULL, NULL, NULL }, NULL, "IPv4 or IPv6 address, or a prefix such as 10.1.0.0/24", FLDFILL },
        { "role", "Role", PT_TXTMOD_ENUM, { check_role, rows_role_set_cb, rows_role_tostr_cb }, { NULL, NULL, NULL },
          NULL, "What the host is: a node of the cluster, or one of the port list's roles outside", FLDFILL },
        UAT_FLD_CSTRING(rows, name, "Name", "Shown as impsvc.node.src and impsvc.node.dst; the address if empty"),
        { "cluster", "Cluster", PT_TXTMOD_STRING, { check_cluster, rows_cluster_set_cb, rows_cluster_tostr_cb },
          { NULL, NULL, NULL }, NULL, "The cluster's name; needed only if there are several", FLDFILL },
        UAT_END_FIELDS
    };
    static const char *if_missing[] = { NULL, NULL, NULL, "" };     /* rows of three fields are complete */
    uat_t *table;

    table_changed = changed;
    make_role_names();
    fields[1].cbdata.chk = role_names;
    fields[1].cbdata.set = role_names;
    fields[1].cbdata.tostr = role_names;
    fields[1].fld_data = role_names;
    table = uat_new("IM and Presence nodes", sizeof(node_row), "impsvc_nodes", TRUE, &rows, &row_count,
                    UAT_AFFECTS_DISSECTION, NULL, copy_row, check_row, free_row, rows_changed, forget_rows, fields);
    uat_set_default_values(table, if_missing);
    prefs_register_uat_preference(preferences, "nodes", "IM and Presence nodes",
        "Addresses of IM and Presence nodes, and of the hosts around them. Packets of these nodes get confidence 4.",
        table);
}

const impsvc_text *impsvc_configured_role_name(uint8_t role)
{
    return role_texts[role];
}

uint8_t impsvc_configured_role_of(uint8_t role)
{
    return catalog_roles[role];
}

impsvc_node_kind impsvc_configured_kind(uint8_t role)
{
    return role == PUBLISHER ? IMPSVC_KIND_PUBLISHER : role == SUBSCRIBER ? IMPSVC_KIND_SUBSCRIBER : IMPSVC_KIND_ANY;
}

bool impsvc_is_configured_as(const impsvc_ip *host, bool is_node, uint8_t listed_role)
{
    size_t row = impsvc_configured_find(host, !impsvc_ip_is_v4(host));
    uint8_t kind = impsvc_roles[listed_role].kind;

    if (row == IMPSVC_NOT_CONFIGURED)
        return is_node && impsvc_roles[listed_role].in_cluster;
    for (; row != IMPSVC_NOT_CONFIGURED; row = hosts[row].earlier)
        if (impsvc_is_known_as(hosts[row].is_node, impsvc_configured_role_of(hosts[row].role), listed_role)
            && (!hosts[row].is_node || kind == IMPSVC_KIND_ANY || (hosts[row].kinds >> kind & 1)))
            return true;
    return false;
}

void impsvc_node_table_begin_file(void)
{
    if (listed != row_count)
        rows_changed();
}

size_t impsvc_configured_count(void)
{
    return listed;
}

impsvc_configured_host impsvc_configured_at(size_t row)
{
    return hosts[row];
}

bool impsvc_nodes_configured(void)
{
    return has_node;
}

size_t impsvc_configured_find(const impsvc_ip *ip, bool v6)
{
    uint32_t found = impsvc_node_list_find(families[v6].list, ip);

    return found == IMPSVC_NO_ROW ? IMPSVC_NOT_CONFIGURED : families[v6].row_of[found];
}
