# A desktop of our own, without a screen: Xvfb on a free display, a window manager, and one ordinary user's HOME.
#
# A missing program raises Missing, a display or font that cannot be had Unusable, and something that does not appear in
# time Late; each says what it is.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from picture import Picture

PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool", "openbox": "openbox", "import": "imagemagick", "convert": "imagemagick",
            "fc-list": "fontconfig"}
DISPLAY_SECONDS = 20
# Windows have no frames, so that pictures show Wireshark alone; a new one gets the keyboard.
OPENBOX = """<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <theme><keepBorder>no</keepBorder></theme>
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
  <placement><policy>Smart</policy></placement>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <resize><popupShow>Never</popupShow></resize>
  <applications><application class="*"><decor>no</decor><focus>yes</focus></application></applications>
</openbox_config>
"""
# What DejaVu lacks comes from Noto's Japanese, not from its Chinese variants.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <alias binding="strong"><family>sans-serif</family><prefer>
    <family>DejaVu Sans</family><family>Noto Sans CJK JP</family></prefer></alias>
  <alias binding="strong"><family>monospace</family><prefer>
    <family>DejaVu Sans Mono</family><family>Noto Sans Mono CJK JP</family></prefer></alias>
  <alias binding="same"><family>DejaVu Sans Mono</family><accept><family>Noto Sans Mono CJK JP</family></accept></alias>
</fontconfig>
"""


class Missing(Exception):
    """A program is not installed."""


class Unusable(Exception):
    """There is no display, or no font for the text to show."""


class Late(Exception):
    """Something did not appear in time."""


def until(what, seconds, probe):
    """What probe() returns once that is true; it is called again and again for this many seconds."""
    end = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > end:
            raise Late(f"not within {seconds} s: {what}")
        time.sleep(0.1)


def need_programs(programs):
    """programs: names, and the Debian package that each is in."""
    missing = sorted({f"{name} (package {package})" for name, package in programs.items() if not shutil.which(name)})
    if missing:
        raise Missing("not installed: " + ", ".join(missing))


def need_font(language, environment=None):
    """Fail unless fontconfig knows a font with a language's letters, such as "ja"."""
    done = subprocess.run(["fc-list", f":lang={language}", "family"], capture_output=True, encoding="utf-8", env=environment)
    if not done.stdout.strip():
        raise Unusable(f'no font with letters for the language "{language}" (fc-list :lang={language} names none); '
                       "for Japanese install fonts-noto-cjk")


def as_ordinary_user():
    """What to put before a command so that it runs without root's rights, with which Wireshark loads no plugin."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


class Desktop:
    """Use it in a with statement: at its end everything that was started here is ended, and its folder removed."""

    def __init__(self, width=1400, height=900, server="Xvfb"):
        self.size, self.server, self.running = (width, height), server, []

    def __enter__(self):
        need_programs(PROGRAMS)
        self.folder = Path(tempfile.mkdtemp(prefix="impsvc-gui-"))
        try:
            self._begin()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _begin(self):
        self.folder.chmod(0o755)
        self.home = self.folder / "home"
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("XDG_", "WIRESHARK_", "LC_", "LANG", "DBUS_", "QT_", "WAYLAND_"))}
        self.environment.update(HOME=str(self.home), XDG_RUNTIME_DIR=str(self.folder / "run"), LC_ALL="C.UTF-8", TZ="UTC",
                                QT_QPA_PLATFORM="xcb", QT_ACCESSIBILITY="0", NO_AT_BRIDGE="1")
        self.write(".config/openbox/rc.xml", OPENBOX)
        self.write(".config/fontconfig/fonts.conf", FONTS)
        (self.folder / "run").mkdir(mode=0o700)
        self._own(self.folder / "run")
        self.environment["DISPLAY"] = f":{self._start_display()}"
        self._start_window_manager()

    def _start_display(self):
        reading, writing = os.pipe()
        with open(self.folder / "Xvfb.log", "wb") as log:
            server = self.start(self.server, "-displayfd", str(writing), "-nolisten", "tcp", "-noreset", "-dpi", "96", "-screen", "0",
                                "{}x{}x24".format(*self.size), log=log, pass_fds=[writing])
        os.close(writing)
        with open(reading, "rb", buffering=0) as numbers:
            number, end = b"", time.monotonic() + DISPLAY_SECONDS
            while not number.endswith(b"\n"):      # the server ends if nobody reads that, too
                if not select.select([numbers], [], [], max(0, end - time.monotonic()))[0]:
                    raise Unusable(f"no display: {self.server} named none within {DISPLAY_SECONDS} s")
                read = numbers.read(20)
                if not read:
                    break
                number += read
        if not number.strip():
            server.wait(DISPLAY_SECONDS)
            said = (self.folder / "Xvfb.log").read_text(encoding="utf-8", errors="replace").strip()
            raise Unusable(f"no display: {self.server} ended with {server.returncode}: {said}")
        return number.decode().strip()

    def _start_window_manager(self):
        path = self.folder / "openbox.log"
        with open(path, "wb") as log:
            openbox = self.start("openbox", "--config-file", str(self.home / ".config/openbox/rc.xml"), log=log)

        def ready():
            if openbox.poll() is not None:
                raise Unusable(f"openbox ended with {openbox.returncode}: {path.read_text(encoding='utf-8', errors='replace')}")
            return self.xdotool("get_num_desktops", failing=True)
        until("openbox takes the display over", DISPLAY_SECONDS, ready)

    def _own(self, path):
        """Give a path to the user that the programs run as."""
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)

    def write(self, name, text):
        """Write a file in HOME that its user may change."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for part in [path, *path.parents]:
            if part == self.folder:
                break
            self._own(part)
        return path

    def start(self, *command, log=subprocess.DEVNULL, **options):
        """Start a program as the ordinary user; it is ended with the desktop."""
        process = subprocess.Popen([*as_ordinary_user(), *command], env=self.environment, cwd=self.folder, stdout=log, stderr=log,
                                   stdin=subprocess.DEVNULL, start_new_session=True, **options)
        self.running.append(process)
        return process

    def close(self):
        for process in reversed(self.running):
            end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def xdotool(self, *arguments, failing=False):
        """Run xdotool; what it prints. If failing is set, "" when it fails."""
        done = subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, capture_output=True, encoding="utf-8",
                              timeout=30)
        if done.returncode and not failing:
            raise Unusable(f"xdotool {arguments}: {done.stderr.strip()}")
        return "" if done.returncode else done.stdout.strip()

    def picture(self, window="root"):
        """A Picture of a window, or of all that is on the screen."""
        done = subprocess.run(["import", "-silent", "-window", str(window), "-depth", "8", "ppm:-"], env=self.environment,
                              capture_output=True, timeout=30)
        if done.returncode:
            raise Unusable(f"import -window {window}: {done.stderr.decode(errors='replace').strip()}")
        return Picture.from_ppm(done.stdout)


def end(process):
    """End a process of ours, and what it has started."""
    for signal in (process.terminate, process.kill):
        if process.poll() is None:
            signal()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                continue
