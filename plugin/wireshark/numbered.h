/* numbered.h
 * As many functions of one kind as Wireshark wants different ones
 *
 * Where Wireshark passes a call-back nothing that would say for whom it is called, each needs a function of its own:
 *
 *   #define ONE(n)  static int call_##n(void) { return call(n); }
 *   #define NAME(n) call_##n,
 *   IMPSVC_NUMBERED(ONE)
 *   static int (*const functions[IMPSVC_NUMBERED_COUNT])(void) = { IMPSVC_NUMBERED(NAME) };
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef IMPSVC_NUMBERED_H
#define IMPSVC_NUMBERED_H

/** How many there are. */
#define IMPSVC_NUMBERED_COUNT 64

/** What a macro makes of each number, from 0. */
#define IMPSVC_NUMBERED(X) \
    X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15) \
    X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31) \
    X(32) X(33) X(34) X(35) X(36) X(37) X(38) X(39) X(40) X(41) X(42) X(43) X(44) X(45) X(46) X(47) \
    X(48) X(49) X(50) X(51) X(52) X(53) X(54) X(55) X(56) X(57) X(58) X(59) X(60) X(61) X(62) X(63)

#endif /* IMPSVC_NUMBERED_H */
