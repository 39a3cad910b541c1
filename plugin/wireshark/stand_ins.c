/* stand_ins.c
 * Dissectors that stand in Wireshark's tables for others
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/stand_ins.h"

#include "wireshark/numbered.h"
#include "wireshark/own_protocol.h"

/* Wireshark lets a dissector that gets data from us have no description of its own, and one that has it get no data: so there is
 * a function for each place in this array. */
static struct {
    dissector_cb_t  dissector;
    void           *data;
} places[IMPSVC_NUMBERED_COUNT];
static size_t place_count;

#define ONE(n) \
    static int call_##n(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data) \
    { \
        return places[n].dissector(tvb, pinfo, tree, data, places[n].data); \
    }
#define NAME(n) call_##n,
IMPSVC_NUMBERED(ONE)

static const dissector_t functions[] = { IMPSVC_NUMBERED(NAME) };

dissector_handle_t impsvc_stand_in_new(const char *name, const char *description, dissector_cb_t dissector, void *data)
{
    size_t place = place_count;

    if (place == array_length(places))
        return NULL;
    place_count++;
    places[place].dissector = dissector;
    places[place].data = data;
    return register_dissector_with_description(name, description, functions[place], impsvc_stand_in_proto());
}
