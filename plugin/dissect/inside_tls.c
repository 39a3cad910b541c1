/* inside_tls.c
 * The catalog's services inside decrypted TLS
 *
 * TLS prints the name of the dissector it finds in tls.port on every record, decrypted or
 * not, and uses the table to see which end is the server: what stands there changes
 * what people see of any TLS on 8443. So our entries are in the table only
 * until the first file is opened (where `tshark -G decodes` shows them). Then a port that
 * somebody owns (5061, 636) is the owner's again, and what TLS decrypted on the others is found by the heuristics of
 * its table. Wireshark has one for HTTP, none for SIP.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dissect/inside_tls.h"

#include "annotate/annotate.h"
#include "dissect/native.h"
#include "identify/identify.h"
#include "wireshark/owners.h"

static int dissect_owned(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data, void *cb_data)
{
    return impsvc_owner_call((const impsvc_owner *)cb_data, tvb, pinfo, tree, data);
}

/* What decrypted payload on one of the packet's ports is, by the catalog. */
static impsvc_protocols recognise(packet_info *pinfo, tvbuff_t *tvb)
{
    impsvc_protocols protocol = impsvc_native_recognise(IMPSVC_TLS, (uint16_t)pinfo->destport, 0, tvb);

    return protocol != 0 ? protocol : impsvc_native_recognise(IMPSVC_TLS, (uint16_t)pinfo->srcport, 0, tvb);
}

/* For a user who puts IM&P on a TLS port with Decode As. */
static int dissect_unowned(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data, void *cb_data _U_)
{
    impsvc_protocols protocol = recognise(pinfo, tvb);

    return protocol == 0 ? 0 : impsvc_native_call(protocol, IMPSVC_TLS, tvb, pinfo, tree, data);
}

/* Whether one of the packet's ports is listed for an entry of a table. */
static bool is_of_table(const packet_info *pinfo, uint8_t table)
{
    const impsvc_port *ports[] = { impsvc_port_find(IMPSVC_TCP, (uint16_t)pinfo->destport),
                                   impsvc_port_find(IMPSVC_TCP, (uint16_t)pinfo->srcport) };

    for (size_t i = 0; i < array_length(ports); i++)
        for (uint8_t j = 0; ports[i] != NULL && j < ports[i]->count; j++)
            if (ports[i]->listeners[j]->table == table)
                return true;
    return false;
}

/* Rule: a port of the packet is listed with this protocol inside TLS, nobody owns
 * either port in tls.port, the packet belongs to an entry, and the payload begins
 * as the protocol does. HTTP is left to Wireshark's own heuristic. */
bool impsvc_inside_tls_listed(uint8_t table, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    impsvc_protocols protocol;
    impsvc_identity identity;

    if (data == NULL || !is_of_table(pinfo, table) || !impsvc_will_be_annotated(pinfo))
        return false;
    protocol = recognise(pinfo, tvb);
    if (protocol == 0 || protocol == IMPSVC_PROTOCOL_HTTP)
        return false;
    if (impsvc_owner_exists(IMPSVC_TLS_PORTS, pinfo->srcport) || impsvc_owner_exists(IMPSVC_TLS_PORTS, pinfo->destport))
        return false;
    if (!impsvc_identify_payload(pinfo, tvb, protocol, &identity)
        || identity.match.entry->table != table)
        return false;
    if (impsvc_native_call(protocol, IMPSVC_TLS, tvb, pinfo, tree, NULL) == 0)
        return false;
    *impsvc_tls_app_handle(data) = impsvc_native_handle(protocol, IMPSVC_TLS);
    return true;
}

static bool withdrawn;      /* our entries are not in the table any more */

static void for_each_port(const impsvc_release *release, void (*call)(uint16_t port))
{
    for (size_t i = 0; i < release->entry_count; i++)
        for (uint8_t j = 0; release->entries[i].inside_tls != 0 && j < release->entries[i].port_count; j++)
            call(release->entries[i].ports[j]);
}

static void add(uint16_t port)
{
    if (!impsvc_owner_displace(IMPSVC_TLS_PORTS, port, dissect_owned))
        impsvc_unowned_add(IMPSVC_TLS_PORTS, port, dissect_unowned);
}

static void withdraw(uint16_t port)
{
    if (!impsvc_owner_restore(IMPSVC_TLS_PORTS, port))
        impsvc_unowned_remove(IMPSVC_TLS_PORTS, port);
}

static void withdraw_all(void)
{
    for_each_port(impsvc_list, withdraw);
    withdrawn = true;
}

void impsvc_inside_tls_register(void)
{
    register_init_routine(withdraw_all);
}

void impsvc_inside_tls_handoff(void)
{
    for_each_port(impsvc_list, add);
}

void impsvc_inside_tls_follow(const impsvc_release *before)
{
    if (withdrawn)
        return;
    for_each_port(before, withdraw);
    for_each_port(impsvc_list, add);
}
