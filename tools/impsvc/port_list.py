# The port list as data: its releases, read from the catalog beside the command, and the one that a command uses.
#
# SPDX-License-Identifier: GPL-2.0-or-later

from say import Failure

BASE = "base"


def read(place, say):
    """The catalog (catalog/check.py)."""
    place.code_of_catalog()
    import check        # noqa: E402 (in the catalog's folder)
    catalog, problems = check.load(place.catalog)
    if problems:
        raise Failure(say("the port list cannot be read: ", "ポート一覧を読めません: ") + "\n".join(map(str, problems)))
    return catalog


def identifiers(place, complete_only=False):
    """Of the releases, in the catalog's order; none if it cannot be read, which is said when it is used."""
    try:
        releases = read(place, lambda english, japanese: english).releases
    except (Failure, ImportError):
        return []
    return [row["release"] for row in releases if is_complete(row) or not complete_only]


def is_complete(release):
    return release["complete"] == "yes"


def find(catalog, name, say, complete_only=False):
    """The release with an identifier, 12.5.1su3; its name, 12.5(1)SU3, is understood, too."""
    wanted = name.strip().lower()
    for row in catalog.releases:
        if wanted in (row["release"], row["name"].lower()):
            return row
    known = ", ".join(row["release"] for row in catalog.releases if is_complete(row) or not complete_only)
    raise Failure(say(f'there is no release "{name}"; known are: {known}', f"リリース「{name}」はありません。あるもの: {known}"))


def choose(place, name, say):
    """The release with that name, if its list is complete; else a Failure."""
    catalog = read(place, say)
    row = find(catalog, name, say, complete_only=True)
    if not is_complete(row):
        lists = ", ".join(each["release"] for each in catalog.releases if is_complete(each))
        raise Failure(say(f"only parts of {row['name']} are known; complete lists: {lists}",
                          f"{row['name']} は一部しかわかっていません。完全な一覧があるもの: {lists}"))
    return row


def of_list(release, say):
    """What is said beside "the port list" where it is not the usual one: the release that it is of, or nothing."""
    return "" if release is None or release["release"] == BASE else say(f" of {release['name']}", f"{release['name']} の")
