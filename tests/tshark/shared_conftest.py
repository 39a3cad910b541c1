# The conftest of this folder under another name: those of other folders build on it, and are called conftest themselves.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location("tshark_conftest", Path(__file__).with_name("conftest.py"))
shared = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(shared)
