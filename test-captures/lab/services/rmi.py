# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 21: Java RMI between a node and RTMT: registry on 1099, object on 1090."""
from pathlib import Path

from recording import records

SOURCE = Path(__file__).resolve().parent.parent / "Counters.java"
REGISTRY, OBJECT = 1099, 1090
JAVA = ("java", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx64m")


def serve(lab, registry, remote_object):
    """A registry and an object at RTMT."""
    lab.run("rtmt", ["javac", "-d", lab.folder, SOURCE], timeout=120)
    lab.start("rtmt", [*JAVA, f"-Djava.rmi.server.hostname={lab.host('rtmt').fqdn}", "-cp", lab.folder, "Counters", "serve",
                       registry, remote_object], ready=[("tcp", registry), ("tcp", remote_object)])


def call(lab, registry, option="-Djava.net.preferIPv4Stack=true"):
    lab.run("imp-pub", [*JAVA, option, "-cp", lab.folder, "Counters", "call", lab.host("rtmt").fqdn, registry], timeout=60)


@records("rmi-1090-1099", "a node looks an object up and calls it, IPv4 and IPv6", "21.1 21.2", programs="java",
         real="registry, object and client (Java's own RMI)", made_up="the object's methods")
def remote_objects(lab):
    serve(lab, REGISTRY, OBJECT)
    lab.flow("21.2", "TCP", "imp-pub", "rtmt", REGISTRY)
    lab.flow("21.1", "TCP", "imp-pub", "rtmt", OBJECT)
    for option in ("-Djava.net.preferIPv4Stack=true", "-Djava.net.preferIPv6Addresses=true"):
        call(lab, REGISTRY, option)
