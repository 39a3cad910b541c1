/* steady.c
 * Takes chance out of a run that is counted: preloaded, it answers when GLib is asked for random numbers
 *
 * Wireshark seeds its hash functions with them: two equal runs differ by 0.05 % of all instructions, which is a
 * tenth of what the plugin may take. With this they differ by 0.002 %.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <glib.h>

__attribute__((visibility("default"))) guint32 g_random_int(void)
{
    return 0x2f6e2b1;
}

__attribute__((visibility("default"))) gint32 g_random_int_range(gint32 begin, gint32 end)
{
    (void)end;
    return begin;
}
