/* interface_names.h
 * What a capture's interfaces are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_INTERFACE_NAMES_H
#define IMPSVC_INTERFACE_NAMES_H

#include "flows/flow_numbers.h"
#include "wireshark/compat.h"

/** Names by the interfaces' numbers, as the capture has them; NULL where that is not known, and for the last, which stands for several. */
typedef struct {
    char *name[IMPSVC_FLOW_INTERFACES];
} impsvc_interface_names;

/** Note the name of a packet's interface. */
void impsvc_interface_names_note(impsvc_interface_names *names, packet_info *pinfo);

/** Forget them all. */
void impsvc_interface_names_forget(impsvc_interface_names *names);

/** An interface's name in one line, for people: "outside", or "interface 3" in the user's language. */
const char *impsvc_interface_name_for(wmem_allocator_t *pool, const impsvc_interface_names *names, unsigned number);

#endif /* IMPSVC_INTERFACE_NAMES_H */
