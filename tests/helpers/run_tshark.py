# Runs tshark with the plugin, and without it, as an ordinary user.
#
# Wireshark ignores plugin folders other than its own when it runs as root, so a
# test run by root hands plugin and captures to "nobody" in a folder that anyone
# can read. The user's own Wireshark preferences take no part.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import atexit
import contextlib
import functools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from places import CAPTURES

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
TIMEOUT = 120   # seconds; a hang is a failure
# Tables of who makes a network card and whose an enterprise number is. Wireshark 4.0 reads them at each start, which takes it a
# third of its time; newer ones have them built in. Nothing that the plugin says comes from them.
LONG_LISTS = ("manuf", "enterprises.tsv")
# A tshark that only starts, reads little and ends is a fifth cheaper if it takes its memory in large pieces.
IN_LARGE_PIECES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.top_pad=67108864:glibc.malloc.arena_max=1"}
MARKS = ("Dissector bug", "Segmentation fault", "AddressSanitizer", "runtime error:", "WARNING **", "ERROR **")


def as_ordinary_user():
    """What to put before a command so that it runs without root's rights."""
    return NOBODY if os.geteuid() == 0 else []


@functools.cache
def its_data():
    """The folder where tshark finds its data, or None if it does not say."""
    said = subprocess.run(["tshark", "-G", "folders"], capture_output=True, encoding="utf-8", errors="replace").stdout
    return next((Path(line.partition(":")[2].strip()) for line in said.splitlines() if line.startswith("Global configuration:")), None)


@functools.cache
def data_without_long_lists():
    """What of the environment makes tshark take its data from a folder without them; nothing if there are none."""
    source = its_data()
    if source is None or not any((source / name).exists() for name in LONG_LISTS):
        return {}
    folder = Path(tempfile.mkdtemp(prefix="impsvc-tests-data-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    for path in source.iterdir():
        if path.name not in LONG_LISTS:
            (folder / path.name).symlink_to(path)
    return {"WIRESHARK_DATA_DIR": str(folder)}


class Wireshark:
    """One set-up of Wireshark: a folder to work in, and the plugin or none.

    plugin_dir is laid out as WIRESHARK_PLUGIN_DIR wants it (<minor>/epan/impsvc.so);
    None means Wireshark alone. Both replace the system's plugin folder.
    """

    def __init__(self, plugin_dir=None):
        self.folder = Path(tempfile.mkdtemp(prefix="impsvc-tests-"))
        self.folder.chmod(0o755)
        self.plugin_dir = self.folder / "plugins"
        if plugin_dir is None:
            self.plugin_dir.mkdir()
        else:
            shutil.copytree(plugin_dir, self.plugin_dir)
        self.data = data_without_long_lists()
        subprocess.run(["chmod", "-R", "a+rX", self.folder], check=True)
        self.copies = {}

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("XDG_") and not name.startswith("WIRESHARK_")}
        if "WIRESHARK_DEBUG_WMEM_OVERRIDE" in os.environ:   # with AddressSanitizer
            kept["WIRESHARK_DEBUG_WMEM_OVERRIDE"] = os.environ["WIRESHARK_DEBUG_WMEM_OVERRIDE"]
        return dict(kept, **self.data, **IN_LARGE_PIECES, HOME=str(self.folder / "home"), WIRESHARK_PLUGIN_DIR=str(self.plugin_dir),
                    LC_ALL="C.UTF-8", TZ="UTC")

    def readable(self, capture):
        """The path of a capture, one of the lab's by its name, for an ordinary user to read: a copy when root runs this."""
        capture = CAPTURES / capture
        if os.geteuid() == 0 and capture not in self.copies:
            self.copies[capture] = Path(shutil.copyfile(capture, self.folder / f"{len(self.copies)}-{capture.name}"))
            self.copies[capture].chmod(0o644)
        return self.copies.get(capture, capture)

    def command(self, *arguments, program="tshark"):
        return [*as_ordinary_user(), program, *map(str, arguments)]

    def done(self, *arguments, program="tshark", **options):
        """What became of a tshark with these arguments."""
        return subprocess.run(self.command(*arguments, program=program), env=self.environment(), cwd=self.folder, timeout=TIMEOUT,
                              capture_output=True, encoding="utf-8", errors="replace", **options or {"stdin": subprocess.DEVNULL})

    def run(self, *arguments, marks=MARKS):
        """Run tshark; its output. A crash, an assertion, an unknown option or one of marks fails the test."""
        done = self.done(*arguments)
        assert done.returncode == 0, f"tshark {arguments} ended with {done.returncode}: {done.stderr}"
        for mark in marks:
            assert mark not in done.stdout + done.stderr, f"tshark {arguments}: {mark}"
        return done.stdout

    def refusal(self, *arguments):
        """Run tshark with something it must refuse; what it says about that."""
        done = self.done(*arguments)
        assert done.returncode not in (0, None) and done.returncode > 0, f"tshark {arguments} was not refused"
        return done.stderr

    def refusal_or_output(self, *arguments):
        """Run tshark with something it may refuse; all that it says, however it ends. A crash fails the test."""
        done = self.done(*arguments)
        assert done.returncode >= 0, f"tshark {arguments} ended with {done.returncode}: {done.stderr}"
        return done.stdout + done.stderr

    @contextlib.contextmanager
    def settings(self, **files):
        """Files of the user's settings while the block runs; yields a list that has tshark's complaints afterwards."""
        folder = self.folder / "home" / ".config" / "wireshark"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        subprocess.run(["chmod", "-R", "a+rX", self.folder / "home"], check=True)
        complaints = []
        try:
            yield complaints
            complaints += self.done("-r", os.devnull).stderr.splitlines()
        finally:
            for name in files:
                (folder / name).unlink()

    def sharkd(self, requests):
        """Ask sharkd (method, parameters) one after the other in one session; the results."""
        lines = "".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}) + "\n"
                        for number, (method, parameters) in enumerate(requests, 1))
        done = self.done("-", program="sharkd", input=lines)
        answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        assert len(answers) == len(requests), f"sharkd ended with {done.returncode}: {done.stdout}{done.stderr}"
        wrong = [answer["error"] for answer in answers if "error" in answer]
        assert wrong == []
        return [answer["result"] for answer in answers]

    def read(self, capture, *arguments):
        """Run tshark on a capture, without looking names up."""
        return self.run("-n", "-r", capture, *arguments)

    def fields(self, capture, names, *arguments):
        """For each packet shown, a dict from field name to the list of its values."""
        wanted = [part for name in names for part in ("-e", name)]
        text = self.read(capture, "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", *wanted, *arguments)
        rows = [line.split("\t") for line in text.splitlines()]
        return [{name: cell.split("|") if cell else [] for name, cell in zip(names, row)} for row in rows]

    def frames(self, capture, display_filter, *arguments):
        """The numbers of the frames that a display filter shows."""
        rows = self.fields(capture, ["frame.number"], "-Y", display_filter, *arguments)
        return [int(row["frame.number"][0]) for row in rows]
