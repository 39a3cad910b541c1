# Tests of other compilers, processors and systems: each is skipped, with the reason, where its compiler cannot be had.
#
# SPDX-License-Identifier: GPL-2.0-or-later
