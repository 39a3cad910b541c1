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

#endif /* IMPSVC_CMOCKA_TESTS_H */
