/* flow_list.h
 * The flows of a capture, each with its record
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_FLOW_LIST_H
#define IMPSVC_FLOW_LIST_H

#include "flows/flow.h"

typedef struct impsvc_flow_list impsvc_flow_list;

/** An empty list. */
impsvc_flow_list *impsvc_flow_list_new(void);

/** Free it with all records; NULL is allowed. */
void impsvc_flow_list_free(impsvc_flow_list *list);

/** How many flows it has. */
uint32_t impsvc_flow_list_size(const impsvc_flow_list *list);

/** A record by its number, from 1 to the size. */
const impsvc_flow_record *impsvc_flow_list_at(const impsvc_flow_list *list, uint32_t number);

/** The record of a flow, NULL if it has none. */
const impsvc_flow_record *impsvc_flow_list_find(const impsvc_flow_list *list, const impsvc_flow_key *key);

/** The record of a flow, a new one if it has none: impsvc_flow_new(), with its number. Good until the list is freed. */
impsvc_flow_record *impsvc_flow_list_get(impsvc_flow_list *list, const impsvc_flow_key *key);

#endif /* IMPSVC_FLOW_LIST_H */
