# The tshark to run: which one, with which plugin, as whom, and what it complains about.
#
# Wireshark loads no plugins of one's own when root runs it, and nobody should dissect captures as root: in that case it is run
# as nobody, with copies of what nobody may not read.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import port_list
import settings
from capture import Capture
from progress import Progress
from say import Failure
from why_not import why_not_loaded

NOBODY = 65534
LOG = re.compile(r"^ ?\*\* ")        # of Wireshark's own developers
LOADED = re.compile(r"^impsvc\.(so|dll)\s", re.MULTILINE)
# What tshark says of a capture that it could read in part.
INCOMPLETE = re.compile(r"cut short|damaged or corrupt")


class Tshark:
    """A tshark that has loaded the plugin. Used in a with statement: its folder goes at the end."""

    def __init__(self, options, place, say, nodes=None):
        self.say, self.plugins = say, place.plugins
        self.program = options.tshark or os.environ.get("IMPSVC_TSHARK") or "tshark"
        if not shutil.which(self.program):
            raise Failure(say(f"there is no {self.program}: install Wireshark's tshark (Debian, Ubuntu: apt install tshark), or name it "
                              "with --tshark", f"{self.program} がありません。Wireshark の tshark をインストールするか (Debian、Ubuntu: "
                              "apt install tshark)、--tshark で指定してください"))
        self.program = os.path.abspath(shutil.which(self.program))
        self.as_whom = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        self.place, self.profile = place, options.profile
        self.nodes = nodes      # rows to use instead of the user's table
        self.asked_release = getattr(options, "release", None)
        self.incomplete = self.damaged = None

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="impsvc-")
        self.folder = Path(self.temporary.name)
        try:
            self._prepare()
        except BaseException:
            self.temporary.cleanup()
            raise
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def _prepare(self):
        self.config = self.folder / "config"
        self.settings = settings.take(self.place, self.profile, self.config, self.say, self.nodes)
        self.names = {str(self.config): str(self.settings)}     # what its complaints have, and what the user knows
        self.release = self._choose_release()
        # Programs that capture elsewhere are not wanted; to list the plugins, tshark would start each of them, twice.
        self.environment = dict(os.environ, LC_ALL="C.UTF-8", WIRESHARK_CONFIG_DIR=str(self.config), WIRESHARK_EXTCAP_DIR=str(self.folder / "none"))
        chosen = None if os.environ.get("WIRESHARK_PLUGIN_DIR") else self._own_plugins()
        if chosen:
            self.environment["WIRESHARK_PLUGIN_DIR"] = str(chosen)
        if self.as_whom:
            self._leave_root()
        self._load_plugin(is_chosen=bool(chosen))

    def _choose_release(self):
        """The release of the port list: None if neither the command line nor the user's preferences name one."""
        preferred = settings.preferred_release(self.config)
        if self.asked_release is not None or not preferred:
            return port_list.choose(self.place, self.asked_release, self.say) if self.asked_release is not None else None
        try:
            return port_list.choose(self.place, preferred, self.say)
        except Failure as failure:
            raise Failure(f"{self.settings / 'preferences'}: impsvc.release: {failure}") from None

    def settle_release(self):
        """Puts the release into the settings, for programs that take no preferences on their command line."""
        if self.release:
            with open(self.config / "preferences", "a", encoding="utf-8") as file:
                file.write(f"impsvc.release: {self.release['release']}\n")

    def _load_plugin(self, is_chosen):
        """A folder that was chosen for it comes first; else the plugin is where tshark looks by itself."""
        loaded = self._said("-G", "plugins")
        if not LOADED.search(loaded.stdout) and is_chosen:
            chosen = self.environment.pop("WIRESHARK_PLUGIN_DIR")
            if LOADED.search(self._said("-G", "plugins").stdout):
                return
            self.environment["WIRESHARK_PLUGIN_DIR"] = chosen
        if not LOADED.search(loaded.stdout):
            raise Failure(why_not_loaded(self, loaded, self.say))

    def _own_plugins(self):
        """A folder of plugins that Wireshark has to be told of: a build tree's; root's own, as nobody has another HOME."""
        if self.plugins:
            return self.plugins
        own = Path("~/.local/lib/wireshark/plugins").expanduser()
        return own if self.as_whom and list(own.glob("*/epan/impsvc.so")) else None

    def _leave_root(self):
        plugins = self.environment.get("WIRESHARK_PLUGIN_DIR")
        if plugins and Path(plugins).is_dir():
            try:
                self.environment["WIRESHARK_PLUGIN_DIR"] = str(shutil.copytree(plugins, self.folder / "plugins"))
            except shutil.Error as error:       # of each file: from, to, why not
                raise Failure(error.args[0][0][2]) from None
            self.names[str(self.folder / "plugins")] = plugins
        self.environment["HOME"] = str(self.folder)
        self.names[str(self.folder)] = str(Path.home())
        try:
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)
            subprocess.run(["test", "-x", str(self.folder)], check=True, **self.as_whom)
        except (OSError, subprocess.CalledProcessError):
            raise Failure(self.say(
                "run by root, tshark has to be run as nobody, because Wireshark loads no plugins of one's own for root. That is not "
                f"possible here (a container without other users, or {self.folder.parent} is closed to them): run impsvc as an ordinary user",
                "root で実行すると、Wireshark が root 用にはプラグインを読み込まないため、tshark を nobody で実行する必要がありますが、ここでは"
                f"できません (ほかのユーザーのないコンテナか、{self.folder.parent} が閉じられています)。一般ユーザーで実行してください")) from None

    def _options(self):
        return {"env": self.environment, "stdin": subprocess.DEVNULL, "cwd": self.folder, **self.as_whom}

    def _said(self, *arguments):
        try:
            return subprocess.run([self.program, *arguments], capture_output=True, encoding="utf-8", errors="replace", **self._options())
        except OSError as error:
            raise Failure(self.say(f"{self.program} cannot be run: {error.strerror}",
                                   f"{self.program} を実行できません: {error.strerror}")) from None

    def report(self, kind):
        """What tshark -G prints."""
        return self._said("-G", kind).stdout

    def complaints(self, kind):
        """What tshark -G complains of."""
        return self._said("-G", kind).stderr

    def version(self):
        """Its version, "4.0.17", and the minor one, "4.0"; empty if it does not say."""
        found = re.search(r"(\d+\.\d+)\.\d+", self._said("--version").stdout.split("\n")[0])
        return (found[0], found[1]) if found else ("", "")

    def open(self, name):
        """A capture of the user's, as this tshark can read it."""
        capture = Capture(name, self)
        self.names[capture.path] = name
        return capture

    def read(self, capture, *arguments):
        """The lines that tshark prints of a capture, read twice. If it can be read in part only, incomplete says why; a
        damaged capture is an error, one that is cut short is not."""
        self.incomplete = self.damaged = None
        with tempfile.TemporaryFile() as errors, Progress(capture.name, self.say):
            chosen = ["-o", f"impsvc.release:{self.release['release']}"] if self.release else []
            started = subprocess.Popen([self.program, "-2", "-n", *chosen, "-r", capture.path, *arguments], stdout=subprocess.PIPE, stderr=errors,
                                       encoding="utf-8", errors="replace", **self._options())
            with started:
                try:
                    yield from started.stdout
                finally:
                    if started.poll() is None and sys.exc_info()[0]:
                        started.kill()
            errors.seek(0)
            self._judge(started.returncode, errors.read().decode("utf-8", "replace"))

    def _judge(self, status, complaints):
        complaints = self.in_the_users_words(complaints)
        if status > 0 and INCOMPLETE.search(complaints):
            self.incomplete, self.damaged = complaints.replace("\n", " "), "cut short" not in complaints
        elif status < 0:
            raise Failure(self.say(f"tshark was stopped by the signal {signal.Signals(-status).name}: {complaints}",
                                   f"tshark がシグナル {signal.Signals(-status).name} で終了しました: {complaints}").rstrip(": "))
        elif status:
            raise Failure(complaints or self.say(f"tshark ended with {status}", f"tshark が {status} で終了しました"))
        elif complaints:
            print(f"impsvc: {complaints}", file=sys.stderr)

    def in_the_users_words(self, complaints):
        """tshark's complaints without its log, and with the user's own names for files."""
        lines = [line.removeprefix("tshark: ") for line in complaints.split("\n") if line.strip() and not LOG.match(line)]
        text = "\n".join(lines)
        for ours, theirs in sorted(self.names.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(ours, theirs)
        # A bad row in a table is named with the table's file only.
        return re.sub(r"(?<![/\w])(impsvc_(?:nodes|ports):)", lambda name: f"{self.settings}/{name[0]}", text)
