# With what captures are read: the plugin, the port lists and the user's settings. Results of other setups are kept apart.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import hashlib
from typing import NamedTuple

import port_list


class Setup(NamedTuple):
    plugin: str         # version
    catalog: str        # SHA-256
    release: str
    settings: str       # SHA-256


def setup_of(tshark):
    """The setup of a tshark with the plugin."""
    release = tshark.release["release"] if tshark.release else port_list.BASE
    return Setup(tshark.place.version, digest_of(tshark.place.catalog.glob("*.csv")), release,
                 digest_of(path for path in tshark.config.iterdir() if path.is_file()))


def digest_of(paths):
    """Of the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda each: each.name):
        data = path.read_bytes()
        digest.update(f"{path.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def known_number(setup, database):
    """The setup's number in the database; None if nothing was collected with it."""
    rows = database.ask(f"SELECT id FROM setups WHERE {' AND '.join(f'{name} = ?' for name in setup._fields)}", setup)
    return rows[0][0] if rows else None


def number_of(setup, database):
    """The setup's number, which a new one gets; it is the one that was used last from now on."""
    with database.transaction():
        names = ", ".join(setup._fields)
        database.change(f"INSERT INTO setups ({names}, used) VALUES (?, ?, ?, ?, ?) ON CONFLICT ({names}) DO UPDATE SET used = excluded.used",
                        (*setup, database.now()))
        return known_number(setup, database)
