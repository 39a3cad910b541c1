# SPDX-License-Identifier: GPL-2.0-or-later

from with_plugin import alone, capture_path, pytest_configure, recorded, wireshark
