/* result_text.c
 * Who stopped a flow, in words
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "language/result_text.h"

#include "wireshark/addresses.h"

const char *impsvc_result_by(wmem_allocator_t *pool, const impsvc_flow_record *record, const impsvc_flow_verdict *verdict,
                             impsvc_language language)
{
    switch (verdict->by) {
    case IMPSVC_STOPPED_BY_LISTENER:
        return impsvc_ip_to_str(pool, &impsvc_flow_listener(record)->at.address);
    case IMPSVC_STOPPED_BY_ICMP_SENDER:
        return impsvc_ip_to_str(pool, &verdict->icmp_sender);
    case IMPSVC_STOPPED_BY_DEVICE:
        return wmem_strdup_printf(pool, IMPSVC_IN(language, "a device in between (TTL %u, the host's others %u)",
                                                  "途中の装置 (TTL %u、ホストの他のパケットは %u)"), verdict->ttl, verdict->usual_ttl);
    case IMPSVC_STOPPED_BY_NOBODY:
    default:
        return NULL;
    }
}
