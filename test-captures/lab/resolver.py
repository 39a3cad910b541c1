# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's DNS server (unbound): every host forwards and backwards, and the service records clients look for."""
import topology

SERVICES = (
    ("_cisco-uds._tcp.alpha.example", 8443, "cucm"),
    ("_cuplogin._tcp.alpha.example", 8443, "imp-pub"),
    ("_xmpp-client._tcp.alpha.example", 5222, "imp-pub"),
    ("_xmpp-server._tcp.alpha.example", 5269, "imp-pub"),
    ("_xmpp-server._tcp.bravo.example", 5269, "imp-pub-b"),
    ("_xmpp-server._tcp.delta.example", 5269, "office"),
    ("_xmpp-server._tcp.echo.example", 5269, "office-2"),
    ("_xmpp-server._tcp.foxtrot.example", 15269, "imp-pub"),
    ("_xmpp-server._tcp.golf.example", 15269, "imp-pub-b"),
    ("_sip._udp.alpha.example", 5060, "imp-pub"),
)

DOMAINS = (("alpha.example", "imp-pub"), ("bravo.example", "imp-pub-b"), ("delta.example", "office"),
           ("echo.example", "office-2"), ("foxtrot.example", "imp-pub"), ("golf.example", "imp-pub-b"))

CONFIGURATION = """
server:
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: "{folder}/unbound.pid"
  use-syslog: no
  interface: 0.0.0.0
  interface: ::0
  access-control: 0.0.0.0/0 allow
  access-control: ::/0 allow
  do-not-query-localhost: no
  module-config: "iterator"
  local-zone: "example." static
  local-zone: "10.10.in-addr.arpa." static
  local-zone: "." static
{records}
remote-control:
  control-enable: no
"""


def records():
    lines = []
    for host in topology.visible():
        lines.append(f'local-data: "{host.fqdn}. 3600 IN A {host.ipv4}"')
        lines.append(f'local-data: "{host.fqdn}. 3600 IN AAAA {host.ipv6}"')
        lines.append(f'local-data-ptr: "{host.ipv4} 3600 {host.fqdn}."')
        lines.append(f'local-data-ptr: "{host.ipv6} 3600 {host.fqdn}."')
    for name, port, host in SERVICES:
        lines.append(f'local-data: "{name}. 3600 IN SRV 10 10 {port} {topology.HOSTS[host].fqdn}."')
    for domain, host in DOMAINS:
        lines.append(f'local-data: "{domain}. 3600 IN A {topology.HOSTS[host].ipv4}"')
        lines.append(f'local-data: "conference.{domain}. 3600 IN A {topology.HOSTS[host].ipv4}"')
        lines.append(f'local-data: "upload.{domain}. 3600 IN A {topology.HOSTS[host].ipv4}"')
    return "\n".join("  " + line for line in lines)


def start(runner):
    configuration = runner.folder / "unbound.conf"
    configuration.write_text(CONFIGURATION.format(folder=runner.folder, records=records()))
    return runner.start("dns", ["unbound", "-d", "-c", configuration], ready=[("udp", 53)])


def resolv_conf():
    return f"nameserver {topology.HOSTS['dns'].ipv4}\nsearch alpha.example\noptions timeout:1 attempts:2\n"
