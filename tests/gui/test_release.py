# The port list, chosen in the window: the open capture is read anew with it, and the choice is there the next time.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import pytest

import desktop as driver
import window
from places import BUILD, CLUSTER
from desktop import until
from window import PROFILE, SECONDS

SU3 = "12.5.1su3"
DIFFERS = 'impsvc.entry == "26.1" or impsvc.entry == "29.19"'


def counted(window, release):
    return len(window.tshark("-2", "-n", "-r", CLUSTER.name, "-C", PROFILE, "-o", f"impsvc.release:{release}", "-Y", DIFFERS).splitlines())


def saved(window):
    text = (window.desktop.home / f".config/wireshark/profiles/{PROFILE}/preferences").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("impsvc.release:")]


@pytest.fixture(scope="module")
def own(programs):
    """A Wireshark of its own: the others' would have learned its nodes anew."""
    with driver.Desktop() as desktop:
        yield window.Wireshark(desktop, BUILD, CLUSTER)


def test_another_list_is_chosen_in_the_menu_and_the_file_read_anew(own):
    numbers = {release: counted(own, release) for release in ("base", SU3)}
    assert numbers["base"] != numbers[SU3] and min(numbers.values()) > 0
    own.filter(DIFFERS)
    until("packets as base has them are displayed", SECONDS, lambda: own.displayed() == numbers["base"])
    own.choose_list("12.5(1)SU3")
    until("packets as 12.5(1)SU3 has them are displayed", SECONDS, lambda: own.displayed() == numbers[SU3])
    assert saved(own) == [f"impsvc.release: {SU3}"]
    own.choose_list("base")
    until("packets as base has them are displayed again", SECONDS, lambda: own.displayed() == numbers["base"])
    assert saved(own) == []


def test_ports_that_the_list_lacks_are_in_the_menu(own):
    dialog = own.unlisted().shape(1150, 300)
    text = " ".join(own.settle(dialog).lines(layout=6))
    dialog.close()
    assert "asks" in text or "listens" in text, text
