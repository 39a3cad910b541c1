/* recognise_surely.h
 * Payloads that are of one protocol beyond doubt, whatever the port
 *
 * recognise.h is for ports that the catalog lists with a protocol; this is for
 * ports it does not list, and for saying that a payload is not what was expected.
 * Works on plain bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_RECOGNISE_SURELY_H
#define IMPSVC_RECOGNISE_SURELY_H

#include "core/catalog.h"
#include "core/payload.h"

/** Whether a payload is of a protocol, one of IMPSVC_PROTOCOL_…; false for one without such a test. */
bool impsvc_surely(impsvc_protocols protocol, const impsvc_payload *payload);

/** The text protocol (HTTP, SIP, SSH, XMPP) that a payload begins as, or 0. Texts cannot be mistaken. */
impsvc_protocols impsvc_surely_text(const impsvc_payload *payload);

/** The head of an XCP component stream, with the namespace of components. Elements such as <route> may be in any XML. */
bool impsvc_surely_xcp(const impsvc_payload *payload);

/** The XCP router's word that it has accepted a component (XEP-0114, 3). */
bool impsvc_accepts_component(const impsvc_payload *payload);

/** XML of a stream between XMPP servers. */
bool impsvc_surely_xmpp_server(const impsvc_payload *payload);

/** The head of a stream that says that it is a client's or a server's. */
bool impsvc_surely_no_component(const impsvc_payload *payload);

/** The tag of an SNMP message's own part (RFC 3416, 3: 0xa0 is a GetRequest); 0 for what is none, or is encrypted or cut. */
uint8_t impsvc_surely_snmp_type(const impsvc_payload *payload);

/** An SNMP message that is a notification (trap or inform); in an encrypted one that cannot be seen. */
bool impsvc_surely_snmp_trap(const impsvc_payload *payload);

/** A BOSH request or answer (XEP-0124): HTTP with its body element. */
bool impsvc_surely_bosh(const impsvc_payload *payload);

/** Exchange's report of a change: NOTIFY with a subscription, or EWS' SendNotification. */
bool impsvc_surely_exchange(const impsvc_payload *payload);

/** How many bytes come before an ISAKMP message on a port other than its own: 4 zero bytes (RFC 3948, 2.2), or none. */
size_t impsvc_isakmp_marker(const impsvc_payload *payload);

#endif /* IMPSVC_RECOGNISE_SURELY_H */
