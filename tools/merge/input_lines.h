/* input_lines.h
 * The lines of standard input, however long: what getline() does where it exists
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_INPUT_LINES_H
#define IMPSVC_INPUT_LINES_H

#include <glib.h>

/**
 * Read the next line. The input is read ahead, so that nobody else can read what follows.
 * @param line becomes the line with its end; the last one may have none, and bytes of zero are as any others
 * @return false at the input's end, or where it cannot be read (ferror() says so)
 */
gboolean impsvc_read_line(GString *line);

#endif /* IMPSVC_INPUT_LINES_H */
