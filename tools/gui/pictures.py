# Takes the README's pictures of the real window; tools/pictures runs it.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import argparse
import sys
from pathlib import Path

import page
import picture
from desktop import Desktop, Late, Missing, Unusable, need_programs
from window import PROFILE, Wireshark, build_folder

SOURCE = Path(__file__).resolve().parents[2]
sys.path.append(str(SOURCE / "catalog" / "profile"))
from expert_items import NOTES, WARNINGS, any_of

SCREEN = (1720, 1000)
LARGEST = 150_000       # bytes of one picture
XMPP = "impsvc.table == 22 and tcp.len > 0"
PROBLEMS = any_of(WARNINGS + NOTES)


FIREWALL = SOURCE / "test-captures/firewall-rules.pcapng"
FIREWALL_NODES = (("10.20.1.11", "IM and Presence publisher", "imp-pub-h"), ("10.20.2.12", "IM and Presence subscriber", "imp-sub-h"),
                  ("10.20.2.53", "DNS server", "dns-h"), ("10.20.2.123", "NTP server", "ntp-h"),
                  ("10.20.2.30", "External corporate directory", "ldap-h"), ("10.20.2.40", "XMPP client", "jabber-h"))


class Studio:
    """What the pictures of one language share."""

    def __init__(self, desktop, build, capture, language, output):
        self.desktop, self.build, self.capture, self.language, self.output = desktop, build, capture, language, output

    def wireshark(self, *options, **shape):
        return Wireshark(self.desktop, self.build, self.capture, *options, language=self.language, points=9, **shape)

    def path(self, name):
        return self.output / f"{name}{'' if self.language == 'en' else '-' + self.language}.png"

    def save(self, name, image):
        image.save(self.path(name))
        self.weigh(name)

    def weigh(self, name):
        path, size = self.path(name), self.path(name).stat().st_size
        print(f"{path} {size} bytes")
        if size > LARGEST:
            raise Unusable(f"{path} has {size} bytes, more than {LARGEST}")


def packets(studio):
    """The list, and the whole tree of a packet to the XCP router."""
    window = studio.wireshark("-Y", XMPP, "-g", studio.xcp, size=(1400, 810), panes=(300, 420))
    window.show_selected()
    studio.save("packets", window.show_entry())
    window.close()


def profile(studio):
    """A packet of each colouring rule of ours, and a menu of filter buttons."""
    window = studio.wireshark("-Y", f"frame.number in {{{', '.join(studio.coloured)}}}", size=(1400, 450), panes=(300, 0))
    window.keys("ctrl+slash", "Home")
    before = window.opened()
    window.open_filter_menu()
    image = window.settle(window.main, popup=window.wait_for_popup(before))
    studio.save("profile", image)
    window.close()


def dialogs(studio):
    """Statistics; flows, those first that did not get through; and expert information about our problems alone."""
    window = studio.wireshark(size=(1400, 850))
    dialog = window.traffic_by_table().shape(1150, 560)
    studio.save("statistics", window.settle(dialog))
    dialog.close()
    dialog = window.flows().shape(1480, 520)
    for _ in range(2):      # the second click on a column's head turns its order round
        window.settle(dialog)
        dialog.click((800, 22))
    studio.save("flows", window.settle(dialog))
    dialog.close()
    window.filter(PROBLEMS)
    window.settle(window.main)
    dialog = window.expert_information().shape(1300, 420)
    window.limit_to_filter(dialog)
    window.show_sentences(dialog, rows=2)
    studio.save("expert", window.settle(dialog))
    window.close()


def firewall(studio):
    """The firewall check, worst first, and the rules that are missing; from the lab's router, whose nodes are named."""
    named = [word for address, role, name in FIREWALL_NODES for word in ("-o", f'uat:impsvc_nodes:"{address}","{role}","{name}"')]
    window = Wireshark(studio.desktop, studio.build, FIREWALL, *named, language=studio.language, points=9, size=(1400, 850))
    dialog = window.firewall_check().shape(1480, 520)
    studio.save("check", window.settle(dialog))
    dialog.close()
    dialog = window.firewall_rules().shape(1270, 420)
    window.settle(dialog)
    dialog.click((616, 398))    # what is missing
    studio.save("rules", window.settle(dialog))
    dialog.close()
    window.close()


def report(studio):
    """The first screen of the report on the same capture."""
    page.draw(studio.desktop, SOURCE, studio.build, FIREWALL, FIREWALL_NODES, studio.language, studio.path("report"), (1100, 1000))
    studio.weigh("report")


def look_through(studio):
    """Which packets the pictures need; they are looked for in the capture, as frame numbers change when it is recorded again."""
    window = studio.wireshark()
    rows = window.tshark("-2", "-n", "-r", studio.capture.name, "-C", PROFILE, "--color", "-T", "fields", "-e", "frame.number",
                         "-e", "frame.coloring_rule.name", "-e", "impsvc.entry", "-e", "impsvc.detail", "-Y",
                         "tcp.len > 0 or udp or tcp.flags.reset == 1 or impsvc.icmp_error")
    window.close()
    shown, studio.xcp = {}, None
    for row in rows.splitlines():
        number, rule, entry, detail = row.split("\t")
        if rule.startswith(f"{PROFILE}: "):
            shown.setdefault(rule, []).append(number)
        if entry == "22.4" and detail and not studio.xcp:
            studio.xcp = number
    if not shown or not studio.xcp:
        raise Unusable(f"{studio.capture.name} has no packet of IM and Presence, or none of 22.4 with a detail")
    studio.coloured = sorted((numbers[len(numbers) // 2] for numbers in shown.values()), key=int)


def main():
    parser = argparse.ArgumentParser(prog="tools/pictures")
    parser.add_argument("--capture", type=Path, default=SOURCE / "test-captures/cluster.pcapng")
    parser.add_argument("--output", type=Path, default=SOURCE / "test-captures/pictures")
    parser.add_argument("--language", choices=["en", "ja"], action="append")
    arguments = parser.parse_args()
    try:
        need_programs(picture.TESSERACT)
        build = build_folder(SOURCE)
        if not arguments.capture.is_file():
            raise FileNotFoundError(f"no capture {arguments.capture}")
        arguments.output.mkdir(parents=True, exist_ok=True)
        for language in arguments.language or ["en", "ja"]:
            with Desktop(*SCREEN) as desktop:
                studio = Studio(desktop, build, arguments.capture, language, arguments.output)
                look_through(studio)
                packets(studio)
                profile(studio)
                dialogs(studio)
                firewall(studio)
                report(studio)
    except (Missing, Unusable, Late, FileNotFoundError) as mistake:
        sys.exit(f"pictures: {mistake}")


if __name__ == "__main__":
    main()
