# SPDX-License-Identifier: GPL-2.0-or-later
"""HTTP and HTTPS: the proxy's listeners (table 2), Tomcat's (4) and Exchange's notifications (19). nginx serves, curl asks.

The messages' bodies are the lab's; their shape is that of public examples.
"""
from recording import records

SERVER = """
daemon off;
master_process off;
pid {folder}/nginx-{host}.pid;
error_log stderr info;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body-{host};
  proxy_temp_path {folder}/proxy-{host};
  fastcgi_temp_path {folder}/fastcgi-{host};
  uwsgi_temp_path {folder}/uwsgi-{host};
  scgi_temp_path {folder}/scgi-{host};
  server_tokens off;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_certificate {certificate.chain};
  ssl_certificate_key {certificate.key};
  {servers}
}}
"""
SOAP = ('<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope '
        'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>{}</soapenv:Body></soapenv:Envelope>')
REDIRECT = "location / {{ return 301 https://{host}.alpha.example:8443$request_uri; }}"
LOGIN = SOAP.format("<login><username>user1</username><force>true</force></login>")
AXL = SOAP.format('<axl:getCCMVersion xmlns:axl="http://www.cisco.com/AXL/API/11.5"/>')
NOTIFICATION = SOAP.format('<m:SendNotification xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">'
                           "<m:Notification><t:SubscriptionId>lab</t:SubscriptionId></m:Notification></m:SendNotification>")


def page(path, kind, body):
    return f"location {path} {{ default_type {kind}; return 200 '{body}'; }}"


def listener(port, *locations, tls=False):
    options = " ssl" if tls else ""
    return (f"server {{ listen {port}{options}; listen [::]:{port}{options}; "
            f"{' '.join(locations)} }}")


def serve(lab, host, ports, *servers):
    configuration = lab.file(f"nginx-{host}.conf", SERVER.format(
        folder=lab.folder, host=host, certificate=lab.certificate(host), servers="\n  ".join(servers)))
    lab.start(host, ["nginx", "-c", configuration], ready=[("tcp", port) for port in ports])


def ask(lab, client, url, *options):
    return lab.run(client, ["curl", "-sS", "--cacert", lab.authority.root, "-A", "lab", "-o", "/dev/null", *options, url])


def post(lab, client, url, body, *options, kind="text/xml; charset=utf-8"):
    return ask(lab, client, url, "-H", f"Content-Type: {kind}", "--data-binary", body, *options)


def url(lab, host, port, path="/", scheme="http", version=4):
    address = lab.host(host).ipv4 if version == 4 else f"[{lab.host(host).ipv6}]"
    return f"{scheme}://{address}:{port}{path}"


@records("proxy-http-8081-8083", "the proxy's HTTP listeners: configuration changes, third-party clients, HTTPS",
         "2.5 2.6 2.7", programs="nginx curl", real="servers, clients, TLS with its keys", made_up="paths and bodies")
def proxy(lab):
    answer = page("/", "text/xml", "<ok/>")
    serve(lab, "imp-pub", (8081, 8082, 8083), listener(8081, answer), listener(8082, answer), listener(8083, answer, tls=True))
    lab.flow("2.5", "TCP", "imp-sub", "imp-pub", 8081)
    lab.flow("2.6", "TCP", "other-client", "imp-pub", 8082)
    lab.flow("2.7", "TCP", "other-client", "imp-pub", 8083)
    for version in (4, 6):
        post(lab, "imp-sub", url(lab, "imp-pub", 8081, "/config", version=version), "<changed service='proxy'/>")
        ask(lab, "other-client", url(lab, "imp-pub", 8082, "/presence/user1", version=version))
        post(lab, "other-client", url(lab, "imp-pub", 8083, "/presence/user1", "https", version), "<status>away</status>")


@records("tomcat-8080-8443", "web access, AXL, administration, user options and client SOAP", "4.1 4.2 4.3 4.4 4.5",
         programs="nginx curl", real="servers, clients, TLS 1.2 and 1.3 with their keys", made_up="pages and bodies")
def tomcat(lab):
    pages = (page("/axl/", "text/xml", SOAP.format("<version>11.5.1</version>")),
             page("/cupadmin/", "text/html", "<html><title>administration</title></html>"),
             page("/cupuser/", "text/html", "<html><title>user options</title></html>"),
             page("/EPASSoap/", "text/xml", SOAP.format("<loginResponse><key>lab</key></loginResponse>")))
    for host in ("imp-pub", "imp-sub"):
        redirect = listener(8080, REDIRECT.format(host=host), tls=host == "imp-sub")  # printed as HTTPS: both are met
        serve(lab, host, (8080, 8443), redirect, listener(8443, *pages, tls=True))
    lab.flow("4.1", "TCP", "browser", "imp-pub", 8080, note="a redirect in clear text")
    ask(lab, "browser", url(lab, "imp-pub", 8080, "/cupadmin/"))
    lab.flow("4.1", "TCP", "browser", "imp-sub", 8080, note="TLS")
    ask(lab, "browser", url(lab, "imp-sub", 8080, "/", "https"))
    requests = (("4.2", "/axl/", AXL), ("4.3", "/cupadmin/showHome.do", ""), ("4.4", "/cupuser/showHome.do", ""),
                ("4.5", "/EPASSoap/service/v80", LOGIN))
    for number, (entry, path, body) in enumerate(requests):
        for version, most in ((4, "1.3"), (6, "1.2")):
            port = 45000 + 10 * number + version  # four entries share the listener's port: the client's tells them apart
            lab.flow(entry, "TCP", "browser", "imp-pub", 8443, source_port=port)
            address = url(lab, "imp-pub", 8443, path, "https", version)
            options = ("--local-port", str(port), "--tls-max", most)
            post(lab, "browser", address, body, *options) if body else ask(lab, "browser", address, *options)


@records("exchange-50020", "calendar notifications: SOAP over TCP, NOTIFY over UDP", "19.1", programs="nginx curl",
         real="server, client and HTTP over TCP", made_up="bodies; HTTP over UDP altogether")
def exchange(lab):
    serve(lab, "imp-pub", (50020,), listener(50020, page("/", "text/xml", SOAP.format("<SubscriptionStatus>OK</SubscriptionStatus>"))))
    lab.flow("19.1", "TCP", "exchange", "imp-pub", 50020)
    for version in (4, 6):
        post(lab, "exchange", url(lab, "imp-pub", 50020, "/notifications", version=version), NOTIFICATION,
             "-H", 'SOAPAction: "SendNotification"')
    notify = (b"NOTIFY httpu://10.10.1.11:50020/lab HTTP/1.1\r\nSubscription-group: lab\r\nSubscription-id: 7\r\n"
              b"Call-Back: httpu://10.10.1.11:50020/lab\r\nContent-Length: 0\r\n\r\n")
    accepted = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    for version in (4, 6):
        lab.made_up("19.1", "UDP", "exchange", "imp-pub", 50020, [("request", notify), ("reply", accepted)], version=version)
