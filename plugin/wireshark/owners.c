/* owners.c
 * The dissectors that Wireshark had registered where ours are now
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/owners.h"

#include "wireshark/own_protocol.h"
#include "wireshark/stand_ins.h"

static GSList *owners;  /* of impsvc_owner */

static struct {
    const char        *name;
    dissector_table_t  table;
    impsvc_owner      *nobody;  /* for ports that nobody owns; it has no original */
} tables[] = {
    [IMPSVC_TCP_PORTS] = { "tcp.port", NULL, NULL },
    [IMPSVC_UDP_PORTS] = { "udp.port", NULL, NULL },
    [IMPSVC_TLS_PORTS] = { "tls.port", NULL, NULL },
    [IMPSVC_IP_PROTOCOLS] = { "ip.proto", NULL, NULL }
};

/* The handle in a table. The table is looked up once: finding it by its name costs more than asking it. */
static dissector_handle_t handle_at(impsvc_table_id table, uint32_t port)
{
    if (tables[table].table == NULL)
        tables[table].table = find_dissector_table(tables[table].name);
    return dissector_get_uint_handle(tables[table].table, port);
}

/* The handle that stands there as long as nobody chooses another with Decode As. */
static dissector_handle_t default_at(impsvc_table_id table, uint32_t port)
{
    return dissector_get_default_uint_handle(tables[table].name, port);
}

/* What the user chose with Decode As, or NULL. */
static dissector_handle_t choice_at(impsvc_table_id table, uint32_t port)
{
    dissector_handle_t now = handle_at(table, port);

    return now == default_at(table, port) ? NULL : now;
}

/* Change what stands there by default; the user's choice stays in front of it. handle: NULL for nothing. */
static void set_default(impsvc_table_id table, uint32_t port, dissector_handle_t handle)
{
    dissector_handle_t choice = choice_at(table, port);

    if (handle != NULL)
        dissector_add_uint(tables[table].name, port, handle);
    else
        dissector_delete_uint(tables[table].name, port, default_at(table, port));
    if (choice != NULL)
        dissector_change_uint(tables[table].name, port, choice);
}

static impsvc_owner *find_by_original(impsvc_table_id table, dissector_handle_t original)
{
    for (GSList *at = owners; at != NULL; at = at->next) {
        impsvc_owner *owner = (impsvc_owner *)at->data;

        if (owner->original == original && owner->table == table)
            return owner;
    }
    return NULL;
}

/* A protocol may have several dissectors in one table: their stand-ins are numbered. */
static unsigned number_of(impsvc_table_id table, int proto)
{
    unsigned number = 1;

    for (GSList *at = owners; at != NULL; at = at->next) {
        const impsvc_owner *owner = (const impsvc_owner *)at->data;

        if (owner->table == table && dissector_handle_get_protocol_index(owner->original) == proto)
            number++;
    }
    return number;
}

/* Decode As wants different names: ours is "SIP (IM&P)". Names live as long as Wireshark. */
static impsvc_owner *new_owner(impsvc_table_id table, dissector_handle_t original, dissector_cb_t dissector)
{
    const protocol_t *protocol = find_protocol_by_id(dissector_handle_get_protocol_index(original));
    unsigned number = number_of(table, dissector_handle_get_protocol_index(original));
    const char *name = g_strdup_printf("impsvc.%s.%s.%u", tables[table].name,
                                       proto_get_protocol_filter_name(proto_get_id(protocol)), number);
    const char *called = proto_get_protocol_short_name(protocol);
    impsvc_owner *owner = g_new0(impsvc_owner, 1);

    owner->table = table;
    owner->original = original;
    owner->ours = impsvc_stand_in_new(name, number == 1 ? g_strdup_printf("%s (IM&P)", called)
                                                        : g_strdup_printf("%s (IM&P %u)", called, number), dissector, owner);
    return owner;
}

static bool is_ours(dissector_handle_t handle)
{
    for (GSList *at = owners; at != NULL; at = at->next)
        if (((const impsvc_owner *)at->data)->ours == handle)
            return true;
    for (size_t i = 0; i < array_length(tables); i++)
        if (tables[i].nobody != NULL && tables[i].nobody->ours == handle)
            return true;
    return false;
}

bool impsvc_owner_displace(impsvc_table_id table, uint32_t port, dissector_cb_t dissector)
{
    dissector_handle_t original = default_at(table, port);
    impsvc_owner *owner;

    if (original == NULL)
        return false;
    if (is_ours(original))
        return true;    /* several entries share the port */
    if (dissector_handle_get_protocol_index(original) < 0)
        return true;    /* nothing a stand-in could be called: the port stays as it is */
    owner = find_by_original(table, original);
    if (owner == NULL) {
        owner = new_owner(table, original, dissector);
        owners = g_slist_prepend(owners, owner);
    }
    if (owner->ours != NULL)
        set_default(table, port, owner->ours);
    return true;
}

bool impsvc_owner_restore(impsvc_table_id table, uint32_t port)
{
    dissector_handle_t handle = default_at(table, port);

    for (GSList *at = owners; at != NULL; at = at->next) {
        const impsvc_owner *owner = (const impsvc_owner *)at->data;

        if (owner->ours != handle || owner->table != table)
            continue;
        set_default(table, port, owner->original);
        return true;
    }
    return false;
}

static impsvc_owner *new_nobody(impsvc_table_id table, dissector_cb_t dissector)
{
    impsvc_owner *nobody = g_new0(impsvc_owner, 1);

    nobody->table = table;
    nobody->ours = register_dissector_with_data(g_strdup_printf("impsvc_payload.%s", tables[table].name), dissector,
                                                impsvc_payload_proto(), nobody);
    return nobody;
}

void impsvc_unowned_add(impsvc_table_id table, uint32_t port, dissector_cb_t dissector)
{
    if (tables[table].nobody == NULL)
        tables[table].nobody = new_nobody(table, dissector);
    set_default(table, port, tables[table].nobody->ours);
}

static bool is_nobody(impsvc_table_id table, dissector_handle_t handle)
{
    return tables[table].nobody != NULL && tables[table].nobody->ours == handle;
}

void impsvc_unowned_remove(impsvc_table_id table, uint32_t port)
{
    if (is_nobody(table, default_at(table, port)))
        set_default(table, port, NULL);
}

bool impsvc_owner_exists(impsvc_table_id table, uint32_t port)
{
    dissector_handle_t handle = handle_at(table, port);

    return handle != NULL && !is_nobody(table, handle);
}

int impsvc_owner_call(const impsvc_owner *owner, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    /* Each level of dissectors takes one from can_desegment; ours must not count,
     * or TCP's reassembly for the owner ends here. */
    pinfo->can_desegment = pinfo->saved_can_desegment;
    return call_dissector_only(owner->original, tvb, pinfo, tree, data);
}
