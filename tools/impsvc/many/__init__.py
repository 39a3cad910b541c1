# Many captures: read by resident sharkd processes, kept in a database, joined, and asked for.
#
# A capture's way: listing (which files) > claims (whose turn it is) > reader (a sharkd) > keeping (one transaction) > joining (one flow
# of several captures). asking reads what came of it. database and schema are below all of these.
#
# SPDX-License-Identifier: GPL-2.0-or-later
