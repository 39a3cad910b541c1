/* detail.h
 * What a payload says about its service: a name, a path, an event (impsvc.detail)
 *
 * Only what is in the payload literally, is cheap to find and cannot be
 * misread. Works on plain bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_DETAIL_H
#define IMPSVC_DETAIL_H

#include "core/catalog.h"
#include "core/payload.h"

/** The path of an HTTP request ("/axl/"), without its query. */
impsvc_text_span impsvc_detail_request_path(const impsvc_payload *payload);

/** The name in the head of a stream that is not a client's or a server's: who it goes to or, in the answer, who it comes from. */
impsvc_text_span impsvc_detail_component(const impsvc_payload *payload);

/** The server name of a TLS ClientHello (RFC 6066, 3). */
impsvc_text_span impsvc_detail_tls_name(const impsvc_payload *payload);

/** The event package of a SIP message (RFC 6665): "presence". */
impsvc_text_span impsvc_detail_sip_event(const impsvc_payload *payload);

/**
 * The entry that a request path on the web server's port belongs to (catalog/applications.csv).
 * @return NULL for any other path
 */
const impsvc_entry *impsvc_detail_entry_of_path(impsvc_text_span path);

#endif /* IMPSVC_DETAIL_H */
