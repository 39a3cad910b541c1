# SPDX-License-Identifier: GPL-2.0-or-later


class Complaint(Exception):
    """Something is not as it must be. The text is one sentence for the user."""
