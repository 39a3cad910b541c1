# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 5: a corporate directory (slapd) asked by the publisher: LDAP, StartTLS, LDAPS, and the global catalog's port."""
from recording import records

SUFFIX = "dc=alpha,dc=example"
ADMINISTRATOR = f"cn=admin,{SUFFIX}"
PASSWORD = "made-up-password"
PEOPLE = 60  # enough for an answer of several segments

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {certificate.authority}
TLSCertificateFile {certificate.chain}
TLSCertificateKeyFile {certificate.key}
database mdb
suffix "{suffix}"
rootdn "{administrator}"
rootpw {password}
directory {folder}/db
"""


def people():
    entries = [f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: alpha\ndc: alpha\n",
               f"dn: ou=people,{SUFFIX}\nobjectClass: organizationalUnit\nou: people\n"]
    for number in range(PEOPLE):
        entries.append(f"dn: uid=user{number},ou=people,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: user{number}\n"
                       f"cn: User {number}\nsn: {number}\nmail: user{number}@alpha.example\n"
                       f"telephoneNumber: +1 555 01{number:02}\nuserPassword: {PASSWORD}\n")
    return "\n".join(entries)


def start(lab, host, urls, ports):
    """A directory with the same people on any host."""
    configuration = lab.file(f"{host}/slapd.conf", CONFIGURATION.format(
        folder=lab.folder / host, certificate=lab.certificate(host), suffix=SUFFIX, administrator=ADMINISTRATOR,
        password=PASSWORD))
    (lab.folder / host / "db").mkdir()
    lab.run(host, ["slapadd", "-q", "-f", configuration, "-l", lab.file(f"{host}/people.ldif", people())])
    lab.start(host, ["slapd", "-d", "stats", "-f", configuration, "-h", urls], ready=[("tcp", port) for port in ports])


def search(lab, client, url, what, *options):
    environment = {"LDAPTLS_CACERT": str(lab.authority.root)}
    return lab.run(client, ["ldapsearch", "-x", "-LLL", "-H", url, "-b", SUFFIX, *options, what], env=environment)


@records("ldap-389-3268-636", "directory look-ups, log-ins, StartTLS, LDAPS, a refused password", "5.1 5.2",
         programs="slapd ldapsearch ldapmodify", real="everything; keys of LDAPS and StartTLS in the capture",
         made_up="the publisher as a directory, for the port list's second direction of 5.1")
def directory(lab):
    server = lab.host("directory")
    start(lab, "directory", "ldap://0.0.0.0:389 ldap://[::]:389 ldap://0.0.0.0:3268 ldaps://0.0.0.0:636 ldaps://[::]:636",
          (389, 3268, 636))
    login = ("-D", f"uid=user1,ou=people,{SUFFIX}", "-w", PASSWORD)
    lab.flow("5.1", "TCP", "imp-pub", "directory", 389)
    search(lab, "imp-pub", f"ldap://{server.ipv4}", "(uid=user7)", *login)
    search(lab, "imp-pub", f"ldap://{server.ipv4}", "(objectClass=inetOrgPerson)")
    search(lab, "imp-pub", f"ldap://[{server.ipv6}]", "(mail=user9@alpha.example)")
    search(lab, "imp-pub", f"ldap://{server.fqdn}", "(uid=user7)", "-ZZ", *login)
    lab.run("imp-pub", ["ldapsearch", "-x", "-H", f"ldap://{server.ipv4}", "-D", login[1], "-w", "wrong"], check=False)
    lab.flow("5.1", "TCP", "imp-pub", "directory", 3268)
    search(lab, "imp-pub", f"ldap://{server.ipv4}:3268", "(uid=user3)", *login)
    lab.flow("5.2", "TCP", "imp-pub", "directory", 636)
    search(lab, "imp-pub", f"ldaps://{server.fqdn}", "(uid=user3)", *login)
    search(lab, "imp-pub", f"ldaps://[{server.ipv6}]", "(uid=user4)", *login)
    start(lab, "imp-pub", "ldap://0.0.0.0:389", (389,))
    lab.flow("5.1", "TCP", "directory", "imp-pub", 389, note="the port list's second direction")
    search(lab, "directory", f"ldap://{lab.host('imp-pub').ipv4}", "(uid=user5)")
