/* flow_moved.h
 * The record of a flow with other numbers for its capture's interfaces: those of the capture points that all captures share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_MOVED_H
#define IMPSVC_FLOW_MOVED_H

#include "flows/flow.h"

/**
 * Give a record's interfaces other numbers. Packets of which the capture has no interface were on its first one.
 * @param to for each interface its new number, all below IMPSVC_FLOW_INTERFACES
 */
void impsvc_flow_move(impsvc_flow_record *record, const uint8_t to[IMPSVC_FLOW_INTERFACES]);

#endif /* IMPSVC_FLOW_MOVED_H */
