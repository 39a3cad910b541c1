/* command_line.c
 * What statistics that only tshark has print, and how they refuse what they are asked
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/command_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <wsutil/report_message.h>

void impsvc_print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
}

void impsvc_refuse(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    report_failure("%s", text);
    g_free(text);
    exit(1);
}
