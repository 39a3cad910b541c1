# The real Wireshark on a desktop of ours: opened with plugin, profile and capture, and driven as a person would.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from desktop import Late, as_ordinary_user, end, need_font, need_programs, until

PROFILE = "IM and Presence"
START_SECONDS = 60      # on a busy machine
SECONDS = 20            # for what a click brings
PROGRAMS = {"wireshark": "wireshark", "tshark": "tshark"}
LIST_FONT = "DejaVu Sans Mono,{},-1,5,50,0,0,0,0,0"


class Window:
    """A window of Wireshark's, by its X number."""

    def __init__(self, desktop, number):
        self.desktop, self.number = desktop, number

    @property
    def title(self):
        return self.desktop.xdotool("getwindowname", self.number, failing=True)

    def shape(self, width, height, left=0, top=0):
        self.desktop.xdotool("windowsize", self.number, width, height, "windowmove", self.number, left, top)
        until(f"the window {self.title} is {width} pixels wide", SECONDS,
              lambda: f"WIDTH={width}" in self.desktop.xdotool("getwindowgeometry", "--shell", self.number).split())
        return self

    def picture(self):
        return self.desktop.picture(self.number)

    def place(self):
        """(left, top) on the screen."""
        found = dict(re.findall(r"(\w+)=(-?\d+)", self.desktop.xdotool("getwindowgeometry", "--shell", self.number)))
        return int(found["X"]), int(found["Y"])

    def click(self, at, button=1, times=1):
        left, top = self.place()
        # A toolbar that is about to be redrawn misses a click that comes right with the mouse.
        self.desktop.xdotool("mousemove", left + at[0], top + at[1], "sleep", 0.3, "click", "--repeat", times, "--delay", 60, button)

    def close(self):
        self.desktop.xdotool("windowactivate", "--sync", self.number, "key", "Escape")
        until("the window closes", SECONDS, lambda: not self.title)


class Wireshark:
    """One run of Wireshark. language, "en" or "ja", is that of its menus, of the profile, and of the plugin if it has a choice.

    build: the plugin's build folder. options: more of the command line, such as -g 5. panes: heights of packet list and tree; no tree if that is 0.
    points: size of the letters in both.
    """

    def __init__(self, desktop, build, capture, *options, language="en", size=(1400, 900), panes=(330, 480), points=10):
        need_programs(PROGRAMS)
        need_font("ja" if language == "ja" else "en", desktop.environment)
        self.desktop, self.language, self.size = desktop, language, size
        self._install(Path(build), Path(capture), size, panes, points)
        self.log = desktop.folder / "wireshark.log"
        with open(self.log, "wb") as log:
            self.process = desktop.start("wireshark", "-n", "-C", PROFILE, *self._language_option(), *options, "-r",
                                         str(desktop.folder / Path(capture).name), log=log)
        self.capture = Path(capture).name
        self.main = self.window(rf"^{re.escape(self.capture)}$", START_SECONDS).shape(*size)
        self._wait_until_read()

    def _install(self, build, capture, size, panes, points):
        folder, desktop = self.desktop.folder, self.desktop
        shutil.rmtree(folder / "plugins", ignore_errors=True)
        shutil.copytree(build / "plugins", folder / "plugins")
        shutil.copy(capture, folder)
        subprocess.run(["chmod", "-R", "a+rX", folder / "plugins", folder / capture.name], check=True)
        desktop.environment["WIRESHARK_PLUGIN_DIR"] = str(folder / "plugins")
        shutil.rmtree(desktop.home / ".config/wireshark", ignore_errors=True)
        profile = build / "profile" / ("ja" if self.language == "ja" else "") / PROFILE
        for path in sorted(profile.iterdir()):
            text = path.read_text(encoding="utf-8")
            if path.name == "preferences":
                text += f"gui.qt.font_name: {LIST_FONT.format(points)}\ngui.update.enabled: FALSE\n"
            if path.name == "recent":
                text += (f"gui.byte_view_show: FALSE\ngui.tree_view_show: {'TRUE' if panes[1] else 'FALSE'}\ngui.geometry_main_upper_pane: {panes[0]}\n"
                         f"gui.geometry_main_lower_pane: {panes[1]}\n")
            desktop.write(f".config/wireshark/profiles/{PROFILE}/{path.name}", text)
        desktop.write(".config/wireshark/recent_common",
                      "gui.geometry_main_x: 0\ngui.geometry_main_y: 0\ngui.geometry_main_width: {}\ngui.geometry_main_height: {}\n"
                      "gui.geometry_main_maximized: FALSE\nsys.warn_if_no_capture: FALSE\n".format(*size))
        if self.language == "ja":
            desktop.write(".config/wireshark/language", "language: ja_JP\n")

    def tshark(self, *arguments):
        """What tshark prints, with the same plugin and profile."""
        done = subprocess.run([*as_ordinary_user(), "tshark", *arguments], env=self.desktop.environment, cwd=self.desktop.folder,
                              capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=120)
        return done.stdout

    def _language_option(self):
        """The plugin's own language, if it has that preference."""
        known = "impsvc.language:" in self.tshark("-G", "currentprefs")
        return ["-o", "impsvc.language:japanese"] if known and self.language == "ja" else []

    def _wait_until_read(self):
        """The window says how many packets there are when it has read them all; then it stays as it is."""
        self.settle(self.main, START_SECONDS)

    def settle(self, window, seconds=SECONDS, popup=False):
        """A picture of a window once three in a row are the same; with popup, of what is in front of it as well."""
        last = []

        def look():
            if popup:
                return self.desktop.picture().crop(*window.place(), *self.size)
            return window.picture()

        def same():
            last.append(look())
            return len(last) > 3 and last[-1].pixels == last[-2].pixels == last[-3].pixels
        until(f"the window {window.title} is painted", seconds, same)
        return last[-1]

    def window(self, title, seconds=SECONDS):
        """A window by its title, a regular expression. Fails with what Wireshark says if it ends instead."""
        def visible():
            if self.process.poll() is not None:
                raise Late(f"Wireshark ended with {self.process.returncode}: "
                           + self.log.read_text(encoding="utf-8", errors="replace"))
            numbers = self.desktop.xdotool("search", "--onlyvisible", "--name", title, failing=True).split()
            return numbers and Window(self.desktop, numbers[-1])
        try:
            return until(f"a window titled {title}", seconds, visible)
        except Late as late:
            raise Late(f"{late}; Wireshark says: {self.log.read_text(encoding='utf-8', errors='replace')[-2000:]}; windows: "
                       + ", ".join(self.titles())) from late

    def titles(self):
        numbers = self.desktop.xdotool("search", "--onlyvisible", "--name", ".", failing=True).split()
        return [self.desktop.xdotool("getwindowname", number, failing=True) for number in numbers]

    def keys(self, *names):
        self.desktop.xdotool("key", "--clearmodifiers", "--delay", 40, *names)

    def focus(self):
        self.desktop.xdotool("windowactivate", "--sync", self.main.number)

    def opened(self):
        """The windows of this Wireshark that are on the screen, menus included."""
        return set(self.desktop.xdotool("search", "--onlyvisible", "--class", "wireshark", failing=True).split())

    def click_in_menu(self, text, before, button=1):
        """Click the entry of that text in the menu that has opened since before, what opened() said."""
        def place():
            for number in sorted(self.opened() - before, key=int, reverse=True):
                menu = Window(self.desktop, number)
                at = menu.picture().find(text, whole=True)
                if at:
                    return menu, at
            return None
        menu, at = until(f'a menu with "{text}"', SECONDS, place)
        menu.click(at, button)

    def menu(self, letter, *texts):
        """Open a menu by its letter, which is the same in every language, and click through texts."""
        self.focus()
        before = self.opened()
        self.keys(f"alt+{letter}")
        for text in texts:
            now = self.opened()
            self.click_in_menu(text, before)
            before = now | before

    def filter(self, text):
        """Type a display filter and apply it; what the status bar says then is the caller's to check."""
        self.focus()
        self.keys("ctrl+slash", "ctrl+a", "Delete")
        self.desktop.xdotool("type", "--delay", 5, text)
        self.keys("Escape", "Return")

    def status(self):
        """The status bar's text."""
        width, height = self.size
        return " ".join(self.main.picture().crop(width // 2, height - 24, width // 2, 24).lines(layout=7))

    def displayed(self):
        """How many packets the status bar says are displayed; None while it does not."""
        found = re.search(r"Packets: \d+ . Displayed: (\d+) ", self.status())
        return int(found[1]) if found else None

    def show_entry(self):
        """Unfold our part of the selected packet's tree, the last."""
        self.focus()
        self.main.click((self.size[0] // 2, self.size[1] - 45))
        for key in ("Home", "End", "Right", "End", "Left"):     # the first only makes some line the current one
            self.settle(self.main)
            self.keys(key)
        return self.settle(self.main)

    def wait_for_popup(self, before):
        """The number of a window that was not there before, by what opened() said."""
        return min(until("a menu or window opens", SECONDS, lambda: self.opened() - before), key=int)

    def click_filter_button(self, text):
        """Click a filter button, by its text."""
        left = self.size[0] // 2
        at = until(f"the filter button {text}", SECONDS, lambda: self.main.picture().crop(left, 60, left, 36).find(text))
        before = self.displayed()
        self.click_until("other packets are displayed", (left + at[0], 60 + at[1]), lambda: self.displayed() not in (None, before))

    def click_until(self, what, at, probe):
        """Click, and again if that did nothing: the first click may only close the list of what could be typed."""
        for _ in range(4):
            self.main.click(at)
            with contextlib.suppress(Late):
                return until(what, 3, probe)
        raise Late(f"not after four clicks: {what}")

    def open_filter_menu(self):
        """Open the second menu among the filter buttons, of groups; the first has one name in every language."""
        left = self.size[0] // 2
        at = until("the filter button IM and Presence", SECONDS,
                   lambda: self.main.picture().crop(left, 60, left, 36).find("IM and Presence"))
        before = self.opened()
        self.click_until("the menu of groups opens", (left + at[0] + 122, 60 + at[1]), lambda: self.opened() - before)

    def limit_to_filter(self, dialog):
        """Tick "Limit to Display Filter" in the lower left corner of the window with expert information."""
        image = self.settle(dialog)
        box = (18, image.height - 55)

        def ticked():
            pixels = dialog.picture().crop(box[0] - 5, box[1] - 5, 10, 10).pixels
            return min(pixels) < 80
        if not ticked():
            dialog.click(box)
        until("the box \"Limit to Display Filter\" is ticked", SECONDS, ticked)

    def show_sentences(self, dialog, rows):
        """Untick "Group by summary", right of "Limit to Display Filter", and unfold the first rows of the expert information."""
        dialog.click(({"en": 197, "ja": 177}[self.language], self.settle(dialog).height - 55))
        self.settle(dialog)
        for row in reversed(range(rows)):       # what unfolds moves the rows below it
            dialog.click((60, 39 + 15 * row))
            self.keys("Right")
        dialog.click((486, 22), times=2)        # as wide as what is in it
        self.settle(dialog)

    def show_selected(self):
        """Scroll the selected packet into view, if it is at the list's edge."""
        self.focus()
        self.keys("ctrl+Down", "ctrl+Down", "ctrl+Up", "ctrl+Up")

    def traffic_by_table(self):
        """Statistics > IM and Presence > Traffic by table."""
        self.menu("s", "IM and Presence", "Traffic by table")
        return self.window("Traffic by table")

    def flows(self):
        """Statistics > IM and Presence flows."""
        self.menu("s", "IM and Presence flows")
        return self.window("IM and Presence flows")

    def firewall_check(self):
        """Statistics > IM and Presence firewall check."""
        self.menu("s", "IM and Presence firewall check")
        return self.window("IM and Presence firewall check")

    def firewall_rules(self):
        """Tools > IM and Presence > Firewall rules."""
        self.menu("t", "IM and Presence")
        self.keys("Down", "Return")     # a menu of few lines is hard to read
        return self.window("IM and Presence firewall rules")

    def choose_list(self, name):
        """Tools > IM and Presence > Port list, and there the release of that name; the menu has them in this order."""
        self.menu("t", "IM and Presence")
        self.keys("Down", "Down", "Right", *["Down"] * ["12.5(1)SU3", "base"].index(name), "Return")

    def unlisted(self):
        """Statistics > IM and Presence > Ports that the list lacks."""
        self.menu("s", "IM and Presence", "Ports that the list lacks")
        return self.window("Ports that the list lacks")

    def io_graphs(self):
        """Statistics > I/O Graphs."""
        self.focus()
        before = self.opened()
        self.keys("alt+s")
        self.wait_for_popup(before)
        self.keys("i")      # its letter in every language; tesseract does not read the I as one
        return self.window(r"I/O Graphs|入出力グラフ")

    def expert_information(self):
        """The button at the left end of the status bar."""
        before = self.opened()
        self.main.click((17, self.size[1] - 10))
        return Window(self.desktop, self.wait_for_popup(before))

    def close(self):
        end(self.process)


def build_folder(source):
    """The build folder with a plugin and a profile; if there is none, says what to do."""
    build = Path(os.environ.get("IMPSVC_BUILD", os.environ.get("IMPSVC_BUILD_DIR", Path(source) / "build-tests")))
    if not list(build.glob("plugins/*/epan/impsvc.so")) or not (build / "profile" / PROFILE).is_dir():
        raise FileNotFoundError(f"no plugin and profile in {build}: build it first")
    return build
