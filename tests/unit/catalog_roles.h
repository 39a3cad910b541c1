/* catalog_roles.h
 * The catalog's roles by the names that the document gives them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CATALOG_ROLES_H
#define IMPSVC_CATALOG_ROLES_H

#include <string.h>

#include "cmocka_tests.h"

#include "core/catalog.h"

/* Fails the test if there is none. */
static inline uint8_t role(const char *name)
{
    for (size_t i = 0; i < impsvc_role_count; i++)
        if (strcmp(impsvc_roles[i].name.in[IMPSVC_ENGLISH], name) == 0)
            return (uint8_t)i;
    fail_msg("the catalog has no role %s", name);
    return 0;
}

#endif /* IMPSVC_CATALOG_ROLES_H */
