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

#endif /* IMPSVC_MOVED_PORTS_H */
