# SPDX-License-Identifier: GPL-2.0-or-later
"""One module a family of services. Each function with @records makes one capture."""
