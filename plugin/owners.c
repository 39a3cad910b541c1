/* owners.c
 * The dissectors Wireshark had registered where ours now stand
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "owners.h"

#include "plugin.h"

static GSList *owners;          /* of impsvc_owner */
static GSList *unowned;         /* of impsvc_owner, without an original */

/* The protocol in name only that stands for an owner's protocol in the tables.
 * It adds no layer to a packet. Its parent is the owner's protocol, which makes
 * it enabled or disabled with the owner; its long name is the owner's, which TLS
 * prints in its records; its short name differs, since Decode As wants them apart. */
static int stand_in_for(int owner_proto)
{
    const char *filter_name = proto_get_protocol_filter_name(owner_proto);
    char *name = g_strdup_printf("impsvc_%s", filter_name);
    int stand_in;

    for (char *c = name; *c != '\0'; c++)
        if (*c == '.')
            *c = '_';
    stand_in = proto_get_id_by_filter_name(name);
    if (stand_in != -1) {
        g_free(name);
        return stand_in;
    }
    return proto_register_protocol_in_name_only(
        proto_get_protocol_long_name(find_protocol_by_id(owner_proto)),
        g_strdup_printf("%s (IM&P)", proto_get_protocol_short_name(find_protocol_by_id(owner_proto))),
        name, owner_proto, FT_PROTOCOL);
}

static impsvc_owner *find_by_original(const char *table, dissector_handle_t original)
{
    for (GSList *at = owners; at != NULL; at = at->next) {
        impsvc_owner *owner = (impsvc_owner *)at->data;

        if (owner->original == original && strcmp(owner->table, table) == 0)
            return owner;
    }
    return NULL;
}

static impsvc_owner *new_owner(GSList **list, const char *table, dissector_handle_t original, int proto,
                               dissector_cb_t dissector)
{
    impsvc_owner *owner = g_new0(impsvc_owner, 1);

    owner->table = table;
    owner->original = original;
    owner->ours = register_dissector_with_data(
        g_strdup_printf("%s.%s", proto_get_protocol_filter_name(proto), table), dissector, proto, owner);
    *list = g_slist_prepend(*list, owner);
    return owner;
}

static bool is_ours(dissector_handle_t handle)
{
    for (GSList *at = owners; at != NULL; at = at->next)
        if (((const impsvc_owner *)at->data)->ours == handle)
            return true;
    for (GSList *at = unowned; at != NULL; at = at->next)
        if (((const impsvc_owner *)at->data)->ours == handle)
            return true;
    return false;
}

bool impsvc_owner_displace(const char *table, uint32_t port, dissector_cb_t dissector)
{
    dissector_handle_t original = dissector_get_uint_handle(find_dissector_table(table), port);
    impsvc_owner *owner;
    int proto;

    if (original == NULL)
        return false;
    if (is_ours(original))
        return true;    /* several entries share the port */
    proto = dissector_handle_get_protocol_index(original);
    if (proto < 0)
        return true;    /* nothing a stand-in could be enabled with: the port stays as it is */
    owner = find_by_original(table, original);
    if (owner == NULL)
        owner = new_owner(&owners, table, original, stand_in_for(proto), dissector);
    dissector_add_uint(table, port, owner->ours);
    return true;
}

bool impsvc_owner_restore(const char *table, uint32_t port)
{
    dissector_handle_t handle = dissector_get_uint_handle(find_dissector_table(table), port);

    for (GSList *at = owners; at != NULL; at = at->next) {
        const impsvc_owner *owner = (const impsvc_owner *)at->data;

        if (owner->ours != handle || strcmp(owner->table, table) != 0)
            continue;
        dissector_add_uint(table, port, owner->original);
        return true;
    }
    return false;
}

static impsvc_owner *find_unowned(const char *table)
{
    for (GSList *at = unowned; at != NULL; at = at->next) {
        impsvc_owner *owner = (impsvc_owner *)at->data;

        if (strcmp(owner->table, table) == 0)
            return owner;
    }
    return NULL;
}

void impsvc_unowned_add(const char *table, uint32_t port, dissector_cb_t dissector)
{
    impsvc_owner *owner = find_unowned(table);

    if (owner == NULL)
        owner = new_owner(&unowned, table, NULL, impsvc_payload_proto(), dissector);
    dissector_add_uint(table, port, owner->ours);
}

void impsvc_unowned_remove(const char *table, uint32_t port)
{
    const impsvc_owner *owner = find_unowned(table);

    if (owner != NULL && dissector_get_uint_handle(find_dissector_table(table), port) == owner->ours)
        dissector_delete_uint(table, port, owner->ours);
}

bool impsvc_owner_exists(const char *table, uint32_t port)
{
    dissector_handle_t handle = dissector_get_uint_handle(find_dissector_table(table), port);
    const impsvc_owner *nobody = find_unowned(table);

    return handle != NULL && (nobody == NULL || handle != nobody->ours);
}

int impsvc_owner_call(const impsvc_owner *owner, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    /* Each level of dissectors takes one from can_desegment; ours must not count,
     * or TCP's reassembly for the owner ends here. */
    pinfo->can_desegment = pinfo->saved_can_desegment;
    return call_dissector_only(owner->original, tvb, pinfo, tree, data);
}
