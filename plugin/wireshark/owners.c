/* owners.c
 * The dissectors that Wireshark had registered where ours are now
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/owners.h"

#include "wireshark/own_protocol.h"

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

static impsvc_owner *find_by_original(impsvc_table_id table, dissector_handle_t original)
{
    for (GSList *at = owners; at != NULL; at = at->next) {
        impsvc_owner *owner = (impsvc_owner *)at->data;

        if (owner->original == original && owner->table == table)
            return owner;
    }
    return NULL;
}

static bool has_stand_in(impsvc_table_id table, const char *name)
{
    for (GSList *at = owners; at != NULL; at = at->next) {
        const impsvc_owner *owner = (const impsvc_owner *)at->data;

        if (owner->table == table && strcmp(owner->stand_in, name) == 0)
            return true;
    }
    return false;
}

/* A name for a stand-in that no other in the table has: a protocol may have several
 * dissectors in one table, and several protocols may share a filter name. */
static char *stand_in_name(impsvc_table_id table, const char *filter_name, unsigned *number)
{
    char *name = g_strdup_printf("impsvc_%s", filter_name);

    for (*number = 1; has_stand_in(table, g_strdelimit(name, ".", '_')); ) {
        g_free(name);
        name = g_strdup_printf("impsvc_%s_%u", filter_name, ++*number);
    }
    return name;
}

/* The protocol in name only that stands for an owner's protocol in the tables.
 * It adds no layer to a packet. Its parent is the owner's protocol, which makes
 * it enabled or disabled with the owner; its long name is the owner's, which TLS
 * prints in its records; its short name differs from the owner's, and from that of
 * another stand-in in the table, since Decode As needs different names. */
static int stand_in_for(int owner_proto, const char *name, unsigned number)
{
    const char *short_name = proto_get_protocol_short_name(find_protocol_by_id(owner_proto));

    return proto_register_protocol_in_name_only(
        proto_get_protocol_long_name(find_protocol_by_id(owner_proto)),
        number == 1 ? g_strdup_printf("%s (IM&P)", short_name) : g_strdup_printf("%s (IM&P %u)", short_name, number),
        name, owner_proto, FT_PROTOCOL);
}

/* name: of the protocol in name only that is in the table. */
static impsvc_owner *new_owner(impsvc_table_id table, dissector_handle_t original, int proto, const char *name,
                               dissector_cb_t dissector)
{
    impsvc_owner *owner = g_new0(impsvc_owner, 1);

    owner->table = table;
    owner->stand_in = name;
    owner->original = original;
    owner->ours = register_dissector_with_data(g_strdup_printf("%s.%s", name, tables[table].name), dissector, proto, owner);
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
    dissector_handle_t original = handle_at(table, port);
    impsvc_owner *owner;
    unsigned number;
    char *name;
    int proto;

    if (original == NULL)
        return false;
    if (is_ours(original))
        return true;    /* several entries share the port */
    proto = dissector_handle_get_protocol_index(original);
    if (proto < 0)
        return true;    /* nothing a stand-in could be enabled with: the port stays as it is */
    owner = find_by_original(table, original);
    if (owner == NULL) {
        name = stand_in_name(table, proto_get_protocol_filter_name(proto), &number);
        owner = new_owner(table, original, stand_in_for(proto, name, number), name, dissector);
        owners = g_slist_prepend(owners, owner);
    }
    dissector_add_uint(tables[table].name, port, owner->ours);
    return true;
}

bool impsvc_owner_restore(impsvc_table_id table, uint32_t port)
{
    dissector_handle_t handle = handle_at(table, port);

    for (GSList *at = owners; at != NULL; at = at->next) {
        const impsvc_owner *owner = (const impsvc_owner *)at->data;

        if (owner->ours != handle || owner->table != table)
            continue;
        dissector_add_uint(tables[table].name, port, owner->original);
        return true;
    }
    return false;
}

void impsvc_unowned_add(impsvc_table_id table, uint32_t port, dissector_cb_t dissector)
{
    if (tables[table].nobody == NULL)
        tables[table].nobody = new_owner(table, NULL, impsvc_payload_proto(),
                                         proto_get_protocol_filter_name(impsvc_payload_proto()), dissector);
    dissector_add_uint(tables[table].name, port, tables[table].nobody->ours);
}

static bool is_nobody(impsvc_table_id table, dissector_handle_t handle)
{
    return tables[table].nobody != NULL && tables[table].nobody->ours == handle;
}

void impsvc_unowned_remove(impsvc_table_id table, uint32_t port)
{
    dissector_handle_t handle = handle_at(table, port);

    if (is_nobody(table, handle))
        dissector_delete_uint(tables[table].name, port, handle);
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
