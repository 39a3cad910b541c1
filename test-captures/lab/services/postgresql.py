# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 23: an external PostgreSQL database, in clear text and with TLS."""
import glob
import os
import shutil

from programs import Failed
from recording import records

PORT = 5432
SCHEMA = """
CREATE TABLE tc_messages (room text, sender text, body text);
INSERT INTO tc_messages SELECT 'room', 'user' || n || '@alpha.example', 'message number ' || n FROM generate_series(1, 80) n;
SELECT count(*) FROM tc_messages;
SELECT * FROM tc_messages;
SELECT * FROM nowhere;
"""


def as_user(*argv):
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *argv]


def server_programs():
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not found:
        raise Failed("postgresql is not installed: see record --install")
    return found[-1]


def start(lab, host, port=PORT):
    programs, data = server_programs(), lab.folder / "data"
    certificate = lab.certificate(host)
    lab.run(host, as_user(f"{programs}/initdb", "-D", data, "-U", "imp", "-A", "trust", "--no-sync", "-E", "UTF8"), timeout=60)
    key = data / "server.key"
    shutil.copy(certificate.key, key)
    shutil.chown(key, "postgres", "postgres")
    os.chmod(key, 0o600)
    (data / "pg_hba.conf").write_text("host all all 0.0.0.0/0 trust\nhost all all ::/0 trust\n")
    settings = ("listen_addresses=*", f"port={port}", "unix_socket_directories=", "fsync=off", "ssl=on",
                f"ssl_cert_file={certificate.chain}", f"ssl_key_file={key}")
    options = [word for setting in settings for word in ("-c", setting)]
    lab.start(host, as_user(f"{programs}/postgres", "-D", data, *options), ready=[("tcp", port)], env=lab.with_keys())


def query(lab, client, address, text, port=PORT, security="disable"):
    lab.run(client, ["psql", "-X", "-q", "-U", "imp", "-d", "postgres", "-h", address, "-p", str(port)], text=text,
            env={"PGSSLMODE": security, "PGGSSENCMODE": "disable"})


@records("postgresql-5432", "group chat's external database: a table, rows, an error; IPv6; TLS", "23.1",
         programs="psql", real="everything; keys of the TLS connection in the capture")
def database(lab):
    start(lab, "database")
    host = lab.host("database")
    lab.flow("23.1", "TCP", "imp-pub", "database", PORT)
    lab.flow("23.1", "TCP", "imp-sub", "database", PORT)
    query(lab, "imp-pub", host.ipv4, SCHEMA)
    query(lab, "imp-pub", host.ipv6, "SELECT 1;")
    query(lab, "imp-sub", host.ipv4, "SELECT count(*) FROM tc_messages;", security="require")
