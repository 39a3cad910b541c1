/* dscp.c
 * DSCP values and their names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "core/dscp.h"

#include <glib.h>

/* RFC 2474, 4.2.2 (CS); RFC 2597, 6 (AF); RFC 3246, 2.7 (EF); RFC 5865, 4 (VA); RFC 8622, 4 (LE). */
static const char *const names[IMPSVC_DSCP_VALUES] = {
    "CS0", "LE", "2",    "3",  "4",    "5",  "6",    "7",
    "CS1", "9",  "AF11", "11", "AF12", "13", "AF13", "15",
    "CS2", "17", "AF21", "19", "AF22", "21", "AF23", "23",
    "CS3", "25", "AF31", "27", "AF32", "29", "AF33", "31",
    "CS4", "33", "AF41", "35", "AF42", "37", "AF43", "39",
    "CS5", "41", "42",   "43", "VA",   "45", "EF",   "47",
    "CS6", "49", "50",   "51", "52",   "53", "54",   "55",
    "CS7", "57", "58",   "59", "60",   "61", "62",   "63"
};

/* What else they are called: by Cisco's commands, by RFC 2474, by Wireshark. */
static const struct {
    const char *name;
    unsigned    value;
} other_names[] = {
    { "default", 0 }, { "BE", 0 }, { "DF", 0 }, { "VOICE-ADMIT", 44 }, { "EF PHB", 46 }
};

const char *impsvc_dscp_name(unsigned value)
{
    return names[value % IMPSVC_DSCP_VALUES];
}

static bool parse_one(const char *text, unsigned *value)
{
    guint64 number;

    for (unsigned i = 0; i < IMPSVC_DSCP_VALUES; i++)
        if (g_ascii_strcasecmp(text, names[i]) == 0) {
            *value = i;
            return true;
        }
    for (size_t i = 0; i < G_N_ELEMENTS(other_names); i++)
        if (g_ascii_strcasecmp(text, other_names[i].name) == 0) {
            *value = other_names[i].value;
            return true;
        }
    if (!g_ascii_string_to_unsigned(text, 10, 0, IMPSVC_DSCP_VALUES - 1, &number, NULL))
        return false;
    *value = (unsigned)number;
    return true;
}

bool impsvc_dscp_parse(const char *text, uint64_t *values, char **wrong)
{
    char **parts = g_strsplit(text, ",", -1);

    *values = 0;
    *wrong = NULL;
    for (char **part = parts; *part != NULL && *wrong == NULL; part++) {
        unsigned value = 0;

        if (parse_one(g_strstrip(*part), &value))
            *values |= UINT64_C(1) << value;
        else
            *wrong = g_strdup(*part);
    }
    if (*values == 0 && *wrong == NULL)
        *wrong = g_strdup("");
    g_strfreev(parts);
    return *wrong == NULL;
}
