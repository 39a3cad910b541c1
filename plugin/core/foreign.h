/* foreign.h
 * Payloads of well-known protocols that no service of the port list speaks
 *
 * Other people's programs listen on the list's ports, too. Works on plain bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FOREIGN_H
#define IMPSVC_FOREIGN_H

#include "core/catalog.h"
#include "core/payload.h"

/** Whether a payload is visibly not of a protocol whose dissector stands on its port, and takes what comes. */
bool impsvc_is_not_of(impsvc_protocols protocol, const impsvc_payload *payload);

/** Whether a payload begins as one of those protocols does. */
bool impsvc_is_foreign(const impsvc_payload *payload);

#endif /* IMPSVC_FOREIGN_H */
