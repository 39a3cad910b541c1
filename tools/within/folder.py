# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder plugins/epan/impsvc: sources, the catalog as C, and what Wireshark's build wants to know."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from complaint import Complaint

SOURCE = Path(__file__).resolve().parents[2]
# Who has made a folder, so that nobody's own is replaced or removed.
MARK = "# Made by impsvc's tools/within-wireshark: change the sources in its own tree, and make this folder anew.\n"

CMAKE = """\
#
# SPDX-License-Identifier: GPL-2.0-or-later

include(WiresharkPlugin)

# Plugin name and version info (major minor micro extra)
set_module_info(impsvc {version} 0)

set(PLUGIN_FILES
{sources}
)

set_source_files_properties(
	${{PLUGIN_FILES}}
	PROPERTIES
	COMPILE_FLAGS "${{WERROR_COMMON_FLAGS}}"
)

add_wireshark_plugin_library(impsvc epan)

target_compile_definitions(impsvc PRIVATE
	VERSION_MAJOR=${{PROJECT_MAJOR_VERSION}}
	VERSION_MINOR=${{PROJECT_MINOR_VERSION}}
)

target_link_libraries(impsvc epan)

install_plugin(impsvc epan)
"""


def make(tree):
    """Make the folder, in place of one that this module has made before; the number of its C sources."""
    part = tree.plugin.with_name("impsvc.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        shutil.copytree(SOURCE / "plugin", part, ignore=lambda folder, names: [name for name in names if is_no_source(Path(folder) / name)])
        shutil.copyfile(SOURCE / "LICENSE", part / "LICENSE")
        write_catalog(part)
        sources = sorted(path.relative_to(part).as_posix() for path in part.rglob("*.c"))
        text = CMAKE.format(version=version().replace(".", " "), sources="\n".join(f"\t{source}" for source in sources))
        (part / "CMakeLists.txt").write_text(MARK + text, encoding="utf-8")
        if tree.plugin.exists():
            remove(tree)
        part.rename(tree.plugin)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return len(sources)


def remove(tree):
    """All of the folder or, where a program has a file of it open (on Windows), nothing."""
    refuse_anothers(tree.plugin)
    old = tree.plugin.with_name("impsvc.old")
    shutil.rmtree(old, ignore_errors=True)
    tree.plugin.rename(old)
    shutil.rmtree(old)


def refuse_anothers(path):
    if path.is_symlink():
        raise Complaint(f"{path} is a link, which this command has not made, and stays as it is")
    try:
        is_ours = (path / "CMakeLists.txt").read_text(encoding="utf-8", errors="replace").startswith(MARK)
    except OSError:
        is_ours = False
    if not is_ours:
        raise Complaint(f"{path} was not made by this command, and stays as it is")


def is_no_source(path):
    return not path.is_dir() and path.suffix not in (".c", ".h")


def version():
    """The plugin's version, from CMakeLists.txt: the only place that has it."""
    return re.search(r"^project\(impsvc VERSION ([\d.]+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"), re.M)[1]


def write_catalog(folder):
    """The catalog as C, made now: Wireshark's build need not know how."""
    done = subprocess.run([sys.executable, SOURCE / "catalog" / "generate.py", "--catalog", SOURCE / "catalog", "--output", folder / "catalog_data.c"],
                          cwd=SOURCE, capture_output=True, encoding="utf-8", errors="replace")
    if done.returncode != 0:
        raise Complaint(f"the catalog is not written: {done.stderr.strip()}")
