/* cmocka_tests.h
 * cmocka with the headers it wants before it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_CMOCKA_TESTS_H
#define IMPSVC_CMOCKA_TESTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka 2 deprecates this, and has in its place one that GCC warns of. */
#ifdef assert_uint_in_range
#undef assert_in_range
#define assert_in_range(value, least, most) assert_true((value) >= (least) && (value) <= (most))
#endif

#endif /* IMPSVC_CMOCKA_TESTS_H */
