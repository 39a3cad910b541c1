/* node_list.c
 * The addresses and prefixes that the user configured, to be looked up by address
 *
 * Two prefixes are either nested or disjoint. Sorted by first address, shorter
 * ones first, they are walked through once; wherever the answer changes, a border
 * is set: "from this address on, this row". A look-up is a binary search of the borders.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/node_list.h"

#include <stdlib.h>

#define LENGTHS 129     /* 0 to 128; prefixes that hold an address have different lengths */

typedef struct {
    impsvc_ip from;
    uint32_t  row;
} border;

struct impsvc_node_list {
    size_t    count;
    uint32_t *earlier;  /* for each row */
    border    borders[];
};

/* A prefix as the walk needs it. */
typedef struct {
    impsvc_ip first;
    impsvc_ip last;
    uint8_t   length;
    uint32_t  row;
} span;

impsvc_ip impsvc_prefix_first(const impsvc_prefix *prefix)
{
    impsvc_ip first = prefix->address;

    for (unsigned bit = prefix->length; bit < 128; bit++)
        first.bytes[bit / 8] &= (uint8_t)~(0x80 >> (bit % 8));
    return first;
}

static span span_of(const impsvc_prefix *prefix, uint32_t row)
{
    span made = { impsvc_prefix_first(prefix), prefix->address, prefix->length, row };

    for (unsigned bit = prefix->length; bit < 128; bit++)
        made.last.bytes[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
    return made;
}

static int by_place(const void *left, const void *right)
{
    const span *a = (const span *)left;
    const span *b = (const span *)right;
    int place = impsvc_ip_compare(&a->first, &b->first);

    if (place != 0)
        return place;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

bool impsvc_prefix_is_v4(const impsvc_prefix *prefix)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

    return prefix->length >= IMPSVC_IP_V4_BITS && memcmp(prefix->address.bytes, mapped, sizeof mapped) == 0;
}

/* The address after another; false after the last of all. */
static bool next_address(impsvc_ip *address)
{
    for (int i = 15; i >= 0; i--)
        if (++address->bytes[i] != 0)
            return true;
    return false;
}

static void set_border(impsvc_node_list *list, const impsvc_ip *from, uint32_t row)
{
    if (list->count > 0 && impsvc_ip_equal(&list->borders[list->count - 1].from, from))
        list->count--;
    list->borders[list->count++] = (border){ *from, row };
}

/* After the innermost open prefix, the one around it continues. */
static void close_innermost(impsvc_node_list *list, const span *const *open, size_t depth)
{
    impsvc_ip after = open[depth - 1]->last;

    if (next_address(&after))
        set_border(list, &after, depth > 1 ? open[depth - 2]->row : IMPSVC_NO_ROW);
}

static void walk(impsvc_node_list *list, const span *spans, size_t count)
{
    const span *open[LENGTHS];
    size_t depth = 0;

    for (size_t i = 0; i < count; i++) {
        while (depth > 0 && impsvc_ip_compare(&open[depth - 1]->last, &spans[i].first) < 0)
            close_innermost(list, open, depth--);
        list->earlier[spans[i].row] = IMPSVC_NO_ROW;
        if (depth > 0 && open[depth - 1]->length == spans[i].length)
            list->earlier[spans[i].row] = open[--depth]->row;   /* the same prefix once more: the later row counts */
        open[depth++] = &spans[i];
        set_border(list, &spans[i].first, spans[i].row);
    }
    while (depth > 0)
        close_innermost(list, open, depth--);
}

impsvc_node_list *impsvc_node_list_new(const impsvc_prefix *rows, size_t count)
{
    impsvc_node_list *list = (impsvc_node_list *)malloc(sizeof *list + 2 * count * sizeof list->borders[0]);
    span *spans = (span *)malloc(count * sizeof *spans + 1);
    uint32_t *earlier = (uint32_t *)malloc(count * sizeof *earlier + 1);

    if (list == NULL || spans == NULL || earlier == NULL) {
        free(list);
        free(spans);
        free(earlier);
        return NULL;
    }
    list->count = 0;
    list->earlier = earlier;
    for (size_t i = 0; i < count; i++)
        spans[i] = span_of(&rows[i], (uint32_t)i);
    qsort(spans, count, sizeof *spans, by_place);
    walk(list, spans, count);
    free(spans);
    return list;
}

void impsvc_node_list_free(impsvc_node_list *list)
{
    if (list != NULL)
        free(list->earlier);
    free(list);
}

uint32_t impsvc_node_list_earlier(const impsvc_node_list *list, uint32_t row)
{
    return list->earlier[row];
}

uint32_t impsvc_node_list_find(const impsvc_node_list *list, const impsvc_ip *address)
{
    size_t low = 0;
    size_t high = list == NULL ? 0 : list->count;

    /* Borders before low are at or before the address, those from high on after it. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (impsvc_ip_compare(&list->borders[middle].from, address) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? IMPSVC_NO_ROW : list->borders[low - 1].row;
}
