# SPDX-License-Identifier: GPL-2.0-or-later
"""The proof that the plugin's rules are right: a firewall that has these rules and no others. prove.py runs it."""
