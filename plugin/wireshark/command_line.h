/* command_line.h
 * What statistics that only tshark has print, and how they refuse what they are asked
 *
 * As Wireshark's own do (its ui/cli): to standard output, and with an end of the program.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_COMMAND_LINE_H
#define IMPSVC_COMMAND_LINE_H

#include <glib.h>

/** Print a text. */
void impsvc_print(const char *format, ...) G_GNUC_PRINTF(1, 2);

/** Say what is wrong with an argument, and end the program with status 1. */
void impsvc_refuse(const char *format, ...) G_GNUC_PRINTF(1, 2) G_GNUC_NORETURN;

#endif /* IMPSVC_COMMAND_LINE_H */
