# What all folders share: how many combinations of its parameters a test is run with.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os

import pairs


def pytest_collection_modifyitems(config, items):
    chosen = config.option.keyword or any("::" in argument for argument in config.args)      # by hand, and so every one of them
    if os.environ.get("IMPSVC_LONG") != "1" and not chosen:
        items[:], left_out = pairs.thinned(items)
        config.hook.pytest_deselected(items=left_out)
