/* interface_names.c
 * What a capture's interfaces are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "language/interface_names.h"

#include <wiretap/wtap.h>

#include "language/language.h"

void impsvc_interface_names_note(impsvc_interface_names *names, packet_info *pinfo)
{
    uint32_t number = pinfo->rec->rec_header.packet_header.interface_id;

    if ((pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID) && number < IMPSVC_FLOW_INTERFACES - 1 && names->name[number] == NULL)
        names->name[number] = g_strdup(impsvc_interface_name(pinfo, number));
}

void impsvc_interface_names_forget(impsvc_interface_names *names)
{
    for (unsigned i = 0; i < IMPSVC_FLOW_INTERFACES; i++)
        g_free(names->name[i]);
    memset(names, 0, sizeof *names);
}

/* A name in the capture may have anything in it; a line break would make another row of tshark's table. */
const char *impsvc_interface_name_for(wmem_allocator_t *pool, const impsvc_interface_names *names, unsigned number)
{
    if (names->name[number] == NULL)
        return wmem_strdup_printf(pool, IMPSVC_SAY("interface %u", "インタフェース %u"), number);
    return g_strdelimit(wmem_strdup(pool, names->name[number]), "\n\r\v\f", ' ');
}
