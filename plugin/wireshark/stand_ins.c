/* stand_ins.c
 * Dissectors that stand in Wireshark's tables for others
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/stand_ins.h"

#include "wireshark/own_protocol.h"

/* Wireshark lets a dissector that gets data from us have no description of its own, and one that has it get no data: so there is
 * a function for each place in this array. */
static struct {
    dissector_cb_t  dissector;
    void           *data;
} places[48];
static size_t place_count;

#define ONE(n) \
    static int call_##n(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data) \
    { \
        return places[n].dissector(tvb, pinfo, tree, data, places[n].data); \
    }
#define EIGHT(a, b, c, d, e, f, g, h) ONE(a) ONE(b) ONE(c) ONE(d) ONE(e) ONE(f) ONE(g) ONE(h)
EIGHT(0, 1, 2, 3, 4, 5, 6, 7)
EIGHT(8, 9, 10, 11, 12, 13, 14, 15)
EIGHT(16, 17, 18, 19, 20, 21, 22, 23)
EIGHT(24, 25, 26, 27, 28, 29, 30, 31)
EIGHT(32, 33, 34, 35, 36, 37, 38, 39)
EIGHT(40, 41, 42, 43, 44, 45, 46, 47)

static const dissector_t functions[] = {
    call_0, call_1, call_2, call_3, call_4, call_5, call_6, call_7, call_8, call_9, call_10, call_11, call_12, call_13, call_14,
    call_15, call_16, call_17, call_18, call_19, call_20, call_21, call_22, call_23, call_24, call_25, call_26, call_27, call_28,
    call_29, call_30, call_31, call_32, call_33, call_34, call_35, call_36, call_37, call_38, call_39, call_40, call_41, call_42,
    call_43, call_44, call_45, call_46, call_47
};

dissector_handle_t impsvc_stand_in_new(const char *name, const char *description, dissector_cb_t dissector, void *data)
{
    size_t place = place_count;

    G_STATIC_ASSERT(array_length(functions) == array_length(places));
    if (place == array_length(places))
        return NULL;
    place_count++;
    places[place].dissector = dissector;
    places[place].data = data;
    return register_dissector_with_description(name, description, functions[place], impsvc_stand_in_proto());
}
