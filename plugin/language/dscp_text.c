/* dscp_text.c
 * DSCP values in words, and where they were seen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "language/dscp_text.h"

#include "core/dscp.h"
#include "language/language.h"

const char *impsvc_dscp_text(wmem_allocator_t *pool, uint64_t values)
{
    wmem_strbuf_t *names = wmem_strbuf_new(pool, "");

    for (unsigned value = 0; value < IMPSVC_DSCP_VALUES; value++)
        if (values >> value & 1)
            wmem_strbuf_append_printf(names, "%s%s", wmem_strbuf_get_len(names) == 0 ? "" : ", ", impsvc_dscp_name(value));
    return values == 0 ? "-" : wmem_strbuf_get_str(names);
}

const char *impsvc_dscp_places_text(wmem_allocator_t *pool, const impsvc_flow_marks *marks, const impsvc_interface_names *names)
{
    wmem_strbuf_t *said = wmem_strbuf_new(pool, "");

    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++) {
        uint64_t values = impsvc_marks_on(marks, i);

        if (values == 0)
            continue;
        if (wmem_strbuf_get_len(said) > 0)
            wmem_strbuf_append(said, impsvc_user_language() == IMPSVC_JAPANESE ? "、" : ", ");
        if (impsvc_user_language() == IMPSVC_JAPANESE)
            wmem_strbuf_append_printf(said, "%s では %s", impsvc_interface_name_for(pool, names, i), impsvc_dscp_text(pool, values));
        else
            wmem_strbuf_append_printf(said, "%s on %s", impsvc_dscp_text(pool, values), impsvc_interface_name_for(pool, names, i));
    }
    return wmem_strbuf_get_str(said);
}
