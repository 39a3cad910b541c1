/* input_lines.c
 * The lines of standard input, however long: what getline() does where it exists
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "input_lines.h"

#include <stdio.h>
#include <string.h>

/* What was read, and not yet given. */
static struct {
    char   bytes[1 << 16];
    size_t at;
    size_t length;
} ahead;

gboolean impsvc_read_line(GString *line)
{
    const char *end;

    g_string_truncate(line, 0);
    do {
        const char *begin;
        size_t length;

        if (ahead.at == ahead.length) {
            ahead.at = 0;
            ahead.length = fread(ahead.bytes, 1, sizeof ahead.bytes, stdin);
            if (ahead.length == 0)
                return line->len > 0;
        }
        begin = ahead.bytes + ahead.at;
        end = (const char *)memchr(begin, '\n', ahead.length - ahead.at);
        length = end == NULL ? ahead.length - ahead.at : (size_t)(end - begin) + 1;
        g_string_append_len(line, begin, (gssize)length);
        ahead.at += length;
    } while (end == NULL);
    return TRUE;
}
