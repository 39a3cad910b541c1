/* stand_ins.h
 * Dissectors that stand in Wireshark's tables for others
 *
 * Each has a name of its own in Decode As, and all belong to one protocol in name only: Enabled Protocols and display filters
 * have that one more.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_STAND_INS_H
#define IMPSVC_STAND_INS_H

#include "wireshark/compat.h"

/**
 * Make one.
 * @param name        for Wireshark's list of dissectors, which has none of this name
 * @param description what Decode As calls it; different from those of the others in a table
 * @param dissector   what it does; gets data as its last argument
 * @return NULL if there are as many as there can be
 */
dissector_handle_t impsvc_stand_in_new(const char *name, const char *description, dissector_cb_t dissector, void *data);

#endif /* IMPSVC_STAND_INS_H */
