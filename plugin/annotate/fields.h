/* fields.h
 * The fields impsvc.*: their registration, and filling them from an identity
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FIELDS_H
#define IMPSVC_FIELDS_H

#include "identify/identity.h"

/** Register the fields under a protocol of Wireshark. */
void impsvc_fields_register(int proto);

/**
 * Add an identity's fields, each once (impsvc.candidate for every candidate, the
 * hidden impsvc.role for both ends).
 * @param tree where to; may be a faked one
 * @param tvb the whole frame
 */
void impsvc_fields_add(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const impsvc_identity *identity);

/** Add a payload of IM&P's of which nobody knows the service. */
void impsvc_fields_add_unknown(proto_tree *tree, packet_info *pinfo, tvbuff_t *payload);

#endif /* IMPSVC_FIELDS_H */
