# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 21: Java RMI between a node and RTMT: registry on 1099, object on 1090."""
from pathlib import Path

from recording import records

SOURCE = Path(__file__).resolve().parent.parent / "Counters.java"
REGISTRY, OBJECT = 1099, 1090
JAVA = ("java", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx64m")


@records("rmi-1090-1099", "a node looks an object up and calls it, IPv4 and IPv6", "21.1 21.2", programs="java",
         real="registry, object and client (Java's own RMI)", made_up="the object's methods")
def remote_objects(lab):
    lab.run("rtmt", ["javac", "-d", lab.folder, SOURCE], timeout=120)
    name = lab.host("rtmt").fqdn
    lab.start("rtmt", [*JAVA, f"-Djava.rmi.server.hostname={name}", "-cp", lab.folder, "Counters", "serve", REGISTRY, OBJECT],
              ready=[("tcp", REGISTRY), ("tcp", OBJECT)])
    lab.flow("21.2", "TCP", "imp-pub", "rtmt", REGISTRY)
    lab.flow("21.1", "TCP", "imp-pub", "rtmt", OBJECT)
    for option in ("-Djava.net.preferIPv4Stack=true", "-Djava.net.preferIPv6Addresses=true"):
        lab.run("imp-pub", [*JAVA, option, "-cp", lab.folder, "Counters", "call", name, REGISTRY], timeout=60)
