/* moved_ports.h
 * Ports that an administrator has moved services to, entered by the user: the table impsvc_ports
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_MOVED_PORTS_H
#define IMPSVC_MOVED_PORTS_H

#include "wireshark/compat.h"

/** Register the table. */
void impsvc_moved_ports_register(module_t *preferences);

/** Before another list is taken: all moved ports go back to whoever had them. */
void impsvc_moved_ports_give_back(void);

/** When another list is at hand: the rows take their ports again. A row whose entry the list does not have has no effect, which is
 *  said when the next file is opened. */
void impsvc_moved_ports_take(void);

#endif /* IMPSVC_MOVED_PORTS_H */
