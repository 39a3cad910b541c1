# SPDX-License-Identifier: GPL-2.0-or-later

from command_fixtures import impsvc, pytest_configure       # noqa: F401
