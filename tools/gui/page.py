# The report as a browser shows it: impsvc report of a build writes it, Chromium draws it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import shutil
import subprocess
from pathlib import Path

from desktop import as_ordinary_user, need_programs

PROGRAMS = {"chromium": "chromium", "convert": "imagemagick"}
COLOURS = 48        # enough for the page, and a third of the bytes
SECONDS = 120


def draw(desktop, source, build, capture, rows, language, path, size):
    """Draws the upper part of the report of a capture. rows: the nodes, as --nodes wants them."""
    need_programs(PROGRAMS)
    home = Path(desktop.environment["HOME"])     # which an ordinary user may write to
    nodes, page, whole = desktop.folder / "nodes", home / "report.html", home / "report.png"
    nodes.write_text("".join(f'"{address}","{role}","{name}"\n' for address, role, name in rows), encoding="utf-8")
    shutil.copy(capture, desktop.folder)
    shutil.copytree(build / "plugins", desktop.folder / "plugins", dirs_exist_ok=True)
    subprocess.run(["chmod", "-R", "a+rX", desktop.folder / "plugins", nodes, desktop.folder / capture.name], check=True)
    environment = {**desktop.environment, "WIRESHARK_PLUGIN_DIR": str(desktop.folder / "plugins"), "PATH": os.environ["PATH"]}
    written = subprocess.run([*as_ordinary_user(), "/usr/bin/python3", source / "tools/impsvc/main.py", "report", capture.name, "--nodes", nodes,
                              "--language", language, "--output", page], cwd=desktop.folder, env=environment, timeout=SECONDS, check=False)
    if written.returncode not in (0, 1):
        raise FileNotFoundError(f"impsvc report wrote no page of {capture}")
    subprocess.run([*as_ordinary_user(), "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                    "--window-size={},{}".format(*size), f"--screenshot={whole}", page.as_uri()], env=environment, timeout=SECONDS, check=True,
                   capture_output=True)
    subprocess.run(["convert", whole, "-colors", str(COLOURS), f"PNG8:{path}"], check=True)
