# SPDX-License-Identifier: GPL-2.0-or-later
"""Who is a node, and who only looks like one: clients behind NAT, a port scan, strangers on the same port numbers, and
nodes that can be told without XCP."""
import csv
from pathlib import Path

from recording import records
from services import directory, made_up, ntp, postgresql, sip, ssh, web, xmpp
from verify import STRANGER

HERE = Path(__file__).resolve().parent
CATALOG = HERE.parents[2] / "catalog" / "entries.csv"
BANNERS = HERE.parent / "banners.py"
DEBIAN_PYTHON = "/usr/bin/python3"

# Of a scan's other ports: what is common, and the port list's neighbours.
OTHER_TCP = (21, 23, 25, 80, 110, 111, 143, 443, 445, 3306, 3389, 5443, 6379, 7401, 8000, 10081, 8501, 8601, 9200, 20076)
OTHER_UDP = (69, 111, 137, 514, 1812, 4500)
SCAN_PORT = 45555  # the scanner's, for UDP


def scanned(transports, others):
    """The ports of a scan, with the entry that each port alone points to: the first in the port list."""
    entries = dict.fromkeys(others, "")
    with CATALOG.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["release"] == "base" and set(row["transports"].split()) & transports:
                # A row with a source port of its own is not what a scanner asks for.
                entry = "" if row["source_ports"] else f"{row['table']}.{row['row']}"
                for port in map(int, row["listener_ports"].split()):
                    entries[port] = entries.get(port) or entry
    return dict(sorted(entries.items()))


@records("nat-clients", "many clients behind one address: XMPP, SIP and HTTP through a NAT gateway", "2.1 2.6 4.3 22.1",
         programs="prosody sipp nginx curl", real="servers, clients and the gateway (nftables); keys of TLS in the capture",
         made_up="pages and bodies")
def nat_clients(lab):
    node, other = lab.host("imp-pub"), lab.host("imp-sub")
    xmpp.serve(lab, "imp-pub")
    lab.flow("22.1", "TCP", "nat", "imp-pub", 5222, note="several clients behind NAT")
    for client, user, security in (("home-1", "user1", "clear"), ("home-2", "user2", "clear"), ("home-3", "user1", "tls")):
        xmpp.client(lab, client, node.ipv4, f"{user}@alpha.example", "", security)
    web.serve(lab, "imp-sub", (8082, 8443), web.listener(8082, web.page("/", "text/xml", "<ok/>")),
              web.listener(8443, web.page("/cupadmin/", "text/html", "<html><title>administration</title></html>"), tls=True))
    lab.flow("2.6", "TCP", "nat", "imp-sub", 8082, note="several clients behind NAT")
    lab.flow("4.3", "TCP", "nat", "imp-sub", 8443, note="several clients behind NAT")
    for client in ("home-1", "home-2", "home-3"):
        web.ask(lab, client, web.url(lab, "imp-sub", 8082, "/presence/user1"))
        web.ask(lab, client, web.url(lab, "imp-sub", 8443, "/cupadmin/", "https"))
    for transport, name in (("u1", "UDP"), ("t1", "TCP")):
        lab.flow("2.1", name, "nat", "imp-sub", 5060, note="several clients behind NAT")
        server = sip.listen(lab, "imp-sub", other.ipv4, 5060, transport)
        for client in ("home-1", "home-2", "home-3"):  # the same port behind the gateway, which has to change it
            sip.call(lab, client, lab.host(client).ipv4, other.ipv4, 5060, transport, sip.FREE)
        lab.stop(server)


@records("port-scan", "a port scan of a host where nothing listens and of one that answers everywhere", "",
         programs="nmap", real="the scan (nmap -sT -sV and -sU), RST and ICMP errors", made_up="the banners")
def port_scan(lab):
    tcp, udp = scanned({"TCP", "TLS"}, OTHER_TCP), scanned({"UDP"}, OTHER_UDP)
    words = ["tcp", *map(str, tcp), "udp", *map(str, udp)]
    first_tcp, first_udp = min(tcp), min(udp)
    lab.start("talkative", [DEBIAN_PYTHON, BANNERS, *words], ready=[("tcp", first_tcp), ("udp", first_udp)])
    for target, result, fate in (("silent", "nothing listens", "refused"), ("talkative", "every port answers", "open")):
        for transport, ports in (("TCP", tcp), ("UDP", udp)):
            for port, entry in ports.items():
                payload = "made up" if target == "talkative" else "real" if transport == "UDP" else "none"
                lab.flow(entry, transport, "scanner", target, port, payload=payload, note=f"{STRANGER}: a scan where {result}",
                         fate="" if (target, transport) == ("silent", "UDP") else fate)  # the kernel says so to some only
        address = lab.host(target).ipv4
        quick = ("-n", "-Pn", "--max-retries", "0", "--host-timeout", "60")
        lab.run("scanner", ["nmap", *quick, "-sT", "-sV", "--version-intensity", "0", "-p", ",".join(map(str, tcp)), address],
                timeout=90)
        lab.run("scanner", ["nmap", *quick, "-sU", "--send-ip", "-g", SCAN_PORT, "--min-rate", "100", "-p",
                            ",".join(map(str, udp)), address], timeout=90)


@records("unrelated-host", "the port list's numbers on hosts that have nothing to do with IM and Presence",
         "", programs="nginx curl psql sipp prosody sshd ssh dig",
         real="servers, clients, TLS with its keys", made_up="pages and bodies")
def unrelated(lab):
    unrelated_web(lab)
    unrelated_phones(lab)
    unrelated_xmpp(lab)
    for port, what in ((5432, "PostgreSQL"), (22, "SSH"), (53, "DNS")):
        entry = {5432: "23.1", 22: "16.1", 53: "15.1"}[port]
        lab.flow(entry, "UDP" if port == 53 else "TCP", "bystander", "dns" if port == 53 else "office", port,
                 note=f"{STRANGER}: {what}")
    postgresql.start(lab, "office")
    postgresql.query(lab, "bystander", lab.host("office").ipv4, "SELECT 1;")
    ssh.prepare(lab, "office")
    lab.run("bystander", ["ssh", *ssh.options(lab), f"root@{lab.host('office').ipv4}", "echo hello"])
    lab.run("bystander", ["dig", "+tries=1", f"@{lab.host('dns').ipv4}", "office.delta.example", "A"])


def unrelated_web(lab):
    """Consul's HTTP API, a web page, a debugger, a notebook."""
    consul = web.page("/v1/", "application/json",
                      '[{"Node":"office","Address":"10.10.9.20","ServiceName":"web","ServicePort":80}]')
    page = web.page("/", "text/html", "<html><title>office</title></html>")
    lines = web.page("/", "application/json", '{"version":"1.3","sessions":[]}')
    web.serve(lab, "office", (8500, 8443, 9003, 8888), web.listener(8500, consul), web.listener(8443, page, tls=True),
              web.listener(9003, lines), web.listener(8888, page))
    asked = (("", 8500, "/v1/catalog/service/web", "http", "Consul's HTTP API"), ("4.2", 8443, "/", "https", "a web page"),
             ("25.4", 9003, "/json", "http", "a debugger"), ("14.1", 8888, "/tree", "http", "a notebook"))
    for entry, port, path, scheme, what in asked:
        lab.flow(entry, "TCP", "bystander", "office", port, note=f"{STRANGER}: {what}")
        for version in (4, 6):
            web.ask(lab, "bystander", web.url(lab, "office", port, path, scheme, version))


def unrelated_phones(lab):
    """Two phones call each other, without any server."""
    caller, called = lab.host("phone"), lab.host("bystander")
    for transport, name in (("u1", "UDP"), ("t1", "TCP")):
        lab.flow("2.1", name, "phone", "bystander", 5060, note=f"{STRANGER}: two phones")
        server = sip.listen(lab, "bystander", called.ipv4, 5060, transport)
        sip.call(lab, "phone", caller.ipv4, called.ipv4, 5060, transport, sip.FREE)
        lab.stop(server)


def unrelated_xmpp(lab):
    """Two ordinary XMPP servers and a client."""
    servers = [xmpp.serve(lab, "office", domain="delta.example"), xmpp.serve(lab, "office-2", domain="echo.example")]
    lab.flow("22.1", "TCP", "bystander", "office", 5222, note=f"{STRANGER}: an XMPP server")
    lab.flow("22.2", "TCP", "office", "office-2", 5269, note=f"{STRANGER}: two XMPP servers")
    lab.flow("22.2", "TCP", "office-2", "office", 5269, note=f"{STRANGER}: two XMPP servers")
    xmpp.client(lab, "bystander", lab.host("office").ipv4, "user1@delta.example", "user2@echo.example", "clear")
    lab.wait_for_flow("TCP", "office-2", "office", xmpp.PORTS["s2s"])
    for server in servers:
        lab.stop(server)


@records("nodes-learning", "nodes that never speak XCP: their own services, then what any host does",
         "5.1 6.1 15.1 16.1 18.1 24.1 24.2 25.4 25.5 28.1", programs="slapd ldapsearch unbound dig sshd ssh chronyd",
         real="LDAP, DNS, SSH, NTP; handshake, segments and close of the rest",
         made_up="payloads on 8600, 9003, 9004, 20075, 21999 and 37239")
def nodes_learning(lab):
    pair = ("imp-pub-c", "imp-sub-c")
    for entry, transport, port, script in (
            ("6.1", "TCP", 8600, made_up.heartbeats("config-agent", count=1)),
            ("24.1", "TCP", 20075, made_up.conversation(("RPC getState", "NORMAL"))),
            ("25.4", "TCP", 9003, made_up.conversation(("REPLICATE 1", "DONE 1"))),
            ("25.5", "TCP", 9004, made_up.conversation(("REPLICATE 2", "DONE 2"))),
            ("24.2", "UDP", 21999, made_up.heartbeats("recovery-manager", count=1))):
        for client, server in (pair, pair[::-1]):
            lab.made_up(entry, transport, client, server, port, script)
    lab.made_up("28.1", "TCP", "imp-pub-c", "imp-pub-b", 37239, made_up.conversation(("SYNC users since=0", "USERS none")))
    directory.start(lab, "directory", "ldap://0.0.0.0:389", (389,))
    ntp.serve(lab, "ntp")
    ssh.prepare(lab, "files")
    for node in pair:
        lab.flow("15.1", "UDP", node, "dns", 53)
        lab.run(node, ["dig", "+tries=1", f"@{lab.host('dns').ipv4}", "directory.alpha.example", "A"])
        lab.flow("18.1", "UDP", node, "ntp", 123)
        ntp.ask(lab, node, lab.host("ntp").ipv4)
    lab.flow("5.1", "TCP", "imp-pub-c", "directory", 389)
    directory.search(lab, "imp-pub-c", f"ldap://{lab.host('directory').ipv4}", "(uid=user7)")
    lab.flow("16.1", "TCP", "imp-sub-c", "files", 22)
    lab.run("imp-sub-c", ["ssh", *ssh.options(lab), f"root@{lab.host('files').ipv4}", "echo hello"])
