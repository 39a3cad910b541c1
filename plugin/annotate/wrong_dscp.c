/* wrong_dscp.c
 * Whether a packet has another DSCP than the user expects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "annotate/wrong_dscp.h"

#include "core/catalog_index.h"
#include "core/dscp.h"
#include "flows/flow_packet.h"
#include "identify/dscp_table.h"
#include "language/dscp_text.h"
#include "language/language.h"
#include "wireshark/packet_heads.h"

/* "XCP router master access (22.4)", "XCP requests (22)", "group xmpp": as wide as the row. */
static const char *service_text(packet_info *pinfo, const impsvc_entry *entry, impsvc_dscp_scope scope)
{
    const impsvc_table *table = impsvc_table_find(entry->table);

    if (scope == IMPSVC_DSCP_OF_ENTRY || table == NULL)
        return wmem_strdup_printf(pinfo->pool, "%s (%s)", impsvc_shown(&entry->service), entry->id);
    if (scope == IMPSVC_DSCP_OF_TABLE)
        return wmem_strdup_printf(pinfo->pool, "%s (%u)", impsvc_shown(&table->name), table->number);
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("group %s", "グループ %s"), table->group);
}

const char *impsvc_wrong_dscp(packet_info *pinfo, const impsvc_identity *identity)
{
    const impsvc_entry *entry = identity->match.entry;
    bool back = identity->match.direction == IMPSVC_REPLY;
    impsvc_expected_dscp expected = impsvc_dscp_expected(entry, identity->match.direction);
    impsvc_packet_heads heads;

    if (expected.scope == IMPSVC_DSCP_OF_NOTHING || identity->icmp_error != NULL)
        return NULL;
    heads = impsvc_packet_heads_of(pinfo);
    /* An RST may come from a device in between, and a host's system may send one unmarked: that says nothing of the service. */
    if (!heads.has_ip || (heads.has_tcp && (heads.flags & IMPSVC_FLAG_RST)) || (expected.values >> heads.dscp & 1))
        return NULL;
    return wmem_strdup_printf(pinfo->pool, IMPSVC_SAY("DSCP is %s, expected %s for %s, %s", "DSCP は %s。期待値は %s: %s、%s"),
                              impsvc_dscp_name(heads.dscp), impsvc_dscp_text(pinfo->pool, expected.values),
                              service_text(pinfo, entry, expected.scope),
                              back ? IMPSVC_SAY("back from the listener", "待ち受け側からの復路")
                                   : IMPSVC_SAY("to the listener", "待ち受け側への往路"));
}
