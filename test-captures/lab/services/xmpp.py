# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 22: XMPP by prosody (server), slixmpp (client and component) and curl (BOSH, upload); XCP stanzas by the lab."""
import hashlib
from pathlib import Path

from recording import records

PASSWORD = "made-up-password"
CLIENT = Path(__file__).resolve().parent.parent / "xmpp_client.py"
DEBIAN_PYTHON = "/usr/bin/python3"  # the one that has python3-slixmpp
NODES = {"imp-pub": "alpha.example", "imp-pub-b": "bravo.example"}
PORTS = {"c2s": 5222, "s2s": 5269, "http": 7335, "https": 7336, "component": 7400}  # prosody's names

SERVER = """
run_as_root = true
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}"
certificates = "{folder}"
log = {{ {{ levels = {{ min = "info" }}, to = "console" }} }}
interfaces = {{ "*", "::" }}
modules_enabled = {{ "roster", "saslauth", "disco", "presence", "message", "iq", "ping", "offline", "vcard4", "bosh",
  "dialback", {tls} }}
modules_disabled = {{ "s2s_auth_certs" }}
authentication = "internal_plain"
allow_unencrypted_plain_auth = true
c2s_require_encryption = false
s2s_require_encryption = {require}
s2s_secure_auth = false
ssl = {{ certificate = "{certificate.chain}", key = "{certificate.key}", cafile = "{certificate.authority}" }}
component_interfaces = {{ "*", "::" }}
c2s_ports = {{ {ports[c2s]} }}
s2s_ports = {{ {ports[s2s]} }}
component_ports = {{ {ports[component]} }}
http_interfaces = {{ "*", "::" }}
http_ports = {{ {ports[http]} }}
https_interfaces = {{ "*", "::" }}
https_ports = {{ {ports[https]} }}
consider_bosh_secure = true
VirtualHost "{domain}"
http_host = "{address}"
Component "service.{domain}"
  component_secret = "{password}"
Component "upload.{domain}" "http_file_share"
  http_host = "upload.{domain}"
  http_external_url = "https://upload.{domain}:{ports[https]}/"
"""


def serve(lab, host, tls=True, domain="", ports=PORTS):
    """An XMPP server for a domain; the nodes have one of their own."""
    domain = domain or NODES[host]
    folder = lab.folder / f"{host}-{'tls' if tls else 'clear'}"
    accounts = folder / domain.replace(".", "%2e") / "accounts"
    accounts.mkdir(parents=True)
    for user in ("user1", "user2"):
        (accounts / f"{user}.dat").write_text(f'return {{ ["password"] = "{PASSWORD}" }};\n')
    configuration = lab.file(f"{folder.name}/prosody.cfg.lua", SERVER.format(
        folder=folder, domain=domain, ports=ports, address=lab.host(host).ipv4, password=PASSWORD, tls='"tls"' if tls else "",
        require="true" if tls else "false",
        certificate=lab.certificate(host, domain, f"upload.{domain}", f"service.{domain}")))
    return lab.start(host, ["prosody", "-F", "--config", configuration], env=lab.with_keys(),
                     ready=[("tcp", port) for port in ports.values()])


def client(lab, host, address, jid, peer="", security="tls", port=PORTS["c2s"]):
    lab.run(host, [DEBIAN_PYTHON, CLIENT, "client", address, port, jid, PASSWORD, peer, security], timeout=40)


@records("xmpp-client-5222", "clients log in, chat and change presence: in clear text, with STARTTLS, over IPv6", "22.1",
         programs="prosody", real="server (prosody) and client (slixmpp); keys of STARTTLS in the capture")
def clients(lab):
    serve(lab, "imp-pub")
    node = lab.host("imp-pub")
    lab.flow("22.1", "TCP", "jabber", "imp-pub", 5222)
    client(lab, "jabber", node.ipv4, "user1@alpha.example", "user2@alpha.example", "clear")
    client(lab, "jabber", node.ipv6, "user2@alpha.example", "user1@alpha.example", "clear")
    client(lab, "jabber", node.ipv4, "user1@alpha.example", "user2@alpha.example")


@records("xmpp-server-5269", "two clusters' servers: dialback in clear text, then TLS", "22.2", programs="prosody",
         real="everything; keys of TLS in the capture")
def federation(lab):
    for tls in (False, True):
        servers = [serve(lab, host, tls) for host in NODES]
        lab.flow("22.1", "TCP", "jabber", "imp-pub", 5222)
        lab.flow("22.2", "TCP", "imp-pub", "imp-pub-b", 5269)
        lab.flow("22.2", "TCP", "imp-pub-b", "imp-pub", 5269)
        client(lab, "jabber", lab.host("imp-pub").ipv4, "user1@alpha.example", "user2@bravo.example", "clear")
        lab.wait_for_flow("TCP", "imp-pub-b", "imp-pub", PORTS["s2s"])
        for server in servers:
            lab.stop(server)


BOSH = "<body xmlns='http://jabber.org/protocol/httpbind' {}>{}</body>"
SASL = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{}</auth>"


@records("xmpp-bosh-7335", "a BOSH session: opened, logged in, presence sent, closed", "22.3", programs="prosody curl",
         real="server (prosody), HTTP client (curl)", made_up="the client's XML")
def bosh(lab):
    serve(lab, "imp-pub")
    lab.flow("22.3", "TCP", "web-client", "imp-pub", 7335)
    for address in (lab.host("imp-pub").ipv4, f"[{lab.host('imp-pub').ipv6}]"):
        bosh_session(lab, address, PORTS["http"])


def bosh_session(lab, address, port):
    """Each request names the session and counts on from the one before."""
    url = f"http://{address}:{port}/http-bind"

    def send(number, attributes="", content=""):
        body = BOSH.format(f"rid='{number}' {attributes}", content)
        return lab.run("web-client", ["curl", "-sS", "-H", f"Host: {lab.host('imp-pub').ipv4}:{port}",
                                      "-H", "Content-Type: text/xml", "-d", body, url])

    opened = send(1000, "to='alpha.example' wait='5' hold='1' ver='1.6' xml:lang='en' xmpp:version='1.0' "
                        "xmlns:xmpp='urn:xmpp:xbosh'")
    session = "sid='" + opened.split("sid='")[1].split("'")[0] + "'"
    send(1001, session, SASL.format(plain("user1")))
    send(1002, f"{session} to='alpha.example' xmpp:restart='true' xmlns:xmpp='urn:xmpp:xbosh'")
    send(1003, session, "<iq type='set' id='b1' xmlns='jabber:client'>"
                        "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
    send(1004, f"{session} type='terminate'", "<presence type='unavailable' xmlns='jabber:client'/>")


def plain(user):
    import base64
    return base64.b64encode(f"\0{user}\0{PASSWORD}".encode()).decode()


@records("xmpp-upload-7336", "managed file transfer: a file uploaded and fetched over HTTPS", "22.6",
         programs="prosody curl", real="server (prosody), client (curl), TLS with its keys",
         made_up="a request without the slot an XMPP client asks for first: it is refused")
def upload(lab):
    serve(lab, "imp-pub")
    lab.flow("22.6", "TCP", "imp-sub", "imp-pub", 7336)
    for address in (lab.host("imp-pub").ipv4, f"[{lab.host('imp-pub').ipv6}]"):
        options = ("--cacert", lab.authority.root, "--resolve", f"upload.alpha.example:7336:{address}", "-o", "/dev/null")
        url = "https://upload.alpha.example:7336/file_share/lab/file.txt"
        lab.run("imp-sub", ["curl", "-sS", *options, "-X", "PUT", "--data-binary", "x" * 4000, url])
        lab.run("imp-sub", ["curl", "-sS", *options, url])


NAMESPACES = "xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'"
STREAM_ID = "4c61625f"


def xcp_session(component, router):
    """A component's way into the XCP router, as seen on 7400: stream, handshake, then xdb and route stanzas."""
    digest = hashlib.sha1((STREAM_ID + PASSWORD).encode()).hexdigest()
    lookup = (f"<xdb type='get' id='{{}}' from='{component}' to='{router}' ns='jabber:iq:auth'/>")
    found = (f"<xdb type='result' id='{{}}' from='{router}' to='{component}' ns='jabber:iq:auth'>"
             "<query xmlns='jabber:iq:auth'><username>user1</username></query></xdb>")
    presence = (f"<route type='component-presence' from='{component}' to='{router}'>"
                f"<presence from='{component}'><show>online</show></presence></route>")
    large = f"<xdb type='set' id='9' from='{component}' to='{router}' ns='lab'><items>{'<item/>' * 700}</items></xdb>"
    return [
        ("request", f"<?xml version='1.0'?><stream:stream {NAMESPACES} to='{router}'>".encode()),
        ("reply", f"<?xml version='1.0'?><stream:stream {NAMESPACES} from='{router}' id='{STREAM_ID}'>".encode()),
        ("request", f"<handshake>{digest}</handshake>".encode()),
        ("reply", b"<handshake/>"),
        ("request", presence.encode()),
        ("request", "".join(lookup.format(number) for number in (1, 2, 3)).encode()),  # several in a segment
        ("reply", "".join(found.format(number) for number in (1, 2, 3)).encode()),
        ("request", large.encode()),  # one over several segments
        ("reply", f"<xdb type='result' id='9' from='{router}' to='{component}' ns='lab'/>".encode()),
        ("wait", 0.2),
        ("reply", presence.replace("online", "away").encode()),
        ("request", b"</stream:stream>"),
        ("reply", b"</stream:stream>"),
    ]


@records("xmpp-component-7400", "components at the router: a real one, and XCP's own stanzas", "22.4", programs="prosody",
         real="server (prosody) and component (slixmpp) of the first connection",
         made_up="the connections with xdb and route stanzas: the shape is XCP's, the content the lab's")
def components(lab):
    server = serve(lab, "imp-pub")
    lab.flow("22.4", "TCP", "imp-sub", "imp-pub", 7400)
    lab.run("imp-sub", [DEBIAN_PYTHON, CLIENT, "component", lab.host("imp-pub").ipv4, 7400, "service.alpha.example",
                        PASSWORD, "user1@alpha.example"], timeout=40)
    lab.stop(server)
    session = xcp_session("auth-1.imp-sub-alpha", "router.imp-pub-alpha")
    for version in (4, 6):
        lab.made_up("22.4", "TCP", "imp-sub-b", "imp-pub-b", 7400, session, version=version)
    lab.made_up("22.4", "TCP", "imp-pub", "imp-sub", 7400, session[:6], reset=True)
