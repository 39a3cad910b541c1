# Where the command is run from, and what it finds there.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import sys
from pathlib import Path
from typing import NamedTuple, Optional

MODULES = Path(__file__).resolve().parent
SOURCE = MODULES.parents[1]


class Place(NamedTuple):
    version: str
    profile_code: Path              # upgrade.py and what it needs
    profile_made: Optional[Path]    # what make.py wrote, for both languages; None in a source tree: it is made when wanted
    plugins: Optional[Path]         # the plugin of a build tree, laid out as WIRESHARK_PLUGIN_DIR wants it; None: installed
    catalog: Path                   # the port list: its CSV files, and check.py, which reads them
    merge: Path                     # impsvc-merge, which joins flows of many captures

    def code_of_profile(self):
        """Modules of the profile can be imported after this."""
        _can_import_from(self.profile_code)

    def code_of_catalog(self):
        """And those that read the catalog after this."""
        _can_import_from(self.catalog)


def _can_import_from(folder):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def source_tree():
    """python3 tools/impsvc/main.py, with the plugin of its first build folder (tools/lib/common.sh)."""
    text = (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8")
    builds = [os.environ["IMPSVC_BUILD"]] if "IMPSVC_BUILD" in os.environ else ["build", "build-tools", "build-tests"]
    plugins = [SOURCE / build / "plugins" for build in builds]
    merge = [SOURCE / build / "libexec/impsvc-merge" for build in builds]
    return Place(version=re.search(r"^project\(impsvc VERSION ([0-9.]+)", text, re.MULTILINE)[1],
                 profile_code=SOURCE / "catalog/profile", profile_made=None,
                 plugins=next((folder for folder in plugins if folder.is_dir()), None), catalog=SOURCE / "catalog",
                 merge=next((path for path in merge if path.is_file()), merge[0]))


def build_tree(version, build, catalog):
    return Place(version, SOURCE / "catalog/profile", Path(build, "profile"), Path(build, "plugins"), Path(catalog),
                 Path(build, "libexec/impsvc-merge"))


def installed(version, merge):
    return Place(version, MODULES / "profile", MODULES / "profile/made", None, MODULES / "catalog", (MODULES / merge).resolve())
