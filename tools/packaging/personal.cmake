# Warns root, when a personal build is configured and again when it is installed. No refusal: whoever builds a file system for an
# ordinary user may be root.
#
# SPDX-License-Identifier: GPL-2.0-or-later

execute_process(COMMAND id -u OUTPUT_VARIABLE IMPSVC_UID OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND id -g OUTPUT_VARIABLE IMPSVC_GID OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(IMPSVC_UID STREQUAL "0" OR IMPSVC_GID STREQUAL "0")
  message(WARNING "IMPSVC_PERSONAL puts the plugin into root's own folder, below $ENV{HOME}: Wireshark does not look there when root runs it, "
    "and nobody else's Wireshark does. Run this as the user who will run Wireshark, or install for all users, without "
    "-DIMPSVC_PERSONAL=ON.")
endif()
