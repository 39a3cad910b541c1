# SPDX-License-Identifier: GPL-2.0-or-later
"""Table 12: managers, agents, subagents and traps, all by Net-SNMP."""
from recording import records
from services import made_up

COMMUNITY = "lab"
AGENTX = 7161
ENTERPRISE = ".1.3.6.1.4.1.32473"  # the number set aside for documentation
NATIVE_AGENT_SUBTREE = f"{ENTERPRISE}.2"  # what the master agent has the native agent answer

MASTER = """
agentaddress udp:161,udp6:161,udp:8161
rocommunity {community}
rocommunity6 {community}
createUser labuser SHA made-up-auth AES made-up-priv
rouser labuser priv
master agentx
agentXSocket tcp:{address}:{agentx}
proxy -v 2c -c {community} udp:127.0.0.1:6162 {subtree} .1.3.6.1.2.1.1
sysDescr IM and Presence lab
sysLocation lab
"""
NATIVE = """
sysDescr native agent
agentaddress udp:6162,udp6:6162
rocommunity {community}
rocommunity6 {community}
"""
RECEIVER = """
disableAuthorization yes
{forward}
"""


def agent(lab, host, name, configuration, ready, agentx=AGENTX):
    state = lab.folder / f"state-{host}-{name}"
    state.mkdir()
    path = lab.file(f"{host}-{name}.conf", configuration.format(community=COMMUNITY, address=lab.host(host).ipv4,
                                                                 subtree=NATIVE_AGENT_SUBTREE, agentx=agentx))
    lab.start(host, ["snmpd", "-f", "-Lo", "-C", "-c", path], ready=ready, env=state_in(state))


def subagent(lab, host, master, port=AGENTX):
    """A second snmpd that offers what it knows to the master agent."""
    state = lab.folder / f"state-{host}-subagent"
    state.mkdir()
    path = lab.file(f"{host}-subagent.conf", "rocommunity lab\n")
    return lab.start(host, ["snmpd", "-f", "-Lo", "-C", "-c", path, "-I", "ifTable,ip,udp", "-X", "-x",
                            f"tcp:{master}:{port}"], env=state_in(state))


def receiver(lab, host, ports, forward=""):
    path = lab.file(f"{host}-{ports[0]}-trapd.conf", RECEIVER.format(forward=forward))
    addresses = [f"{family}:{port}" for port in ports for family in ("udp", "udp6")]
    lab.start(host, ["snmptrapd", "-f", "-Lo", "-C", "-c", path, *addresses],
              ready=[("udp", port) for port in ports], env=state_in(lab.folder / f"state-{host}-trapd"))


def state_in(folder):
    return {"SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""}


def ask(lab, host, program, target, *what, version=("-v", "2c", "-c", COMMUNITY)):
    return lab.run(host, [program, *version, "-r", "1", "-t", "3", target, *what], env={"MIBS": ""})


def notify(lab, host, program, target, number, *options):
    """A trap, or an inform: the one with an answer."""
    ask(lab, host, program, target, "", f"{ENTERPRISE}.0.{number}", f"{ENTERPRISE}.1.0", "s", "lab alert",
        version=("-v", "2c", "-c", COMMUNITY, *options))


@records("snmp-161-8161", "a manager asks: versions 1, 2c and 3 with privacy, walks, an unknown object", "12.1",
         programs="snmpd snmpget snmpbulkwalk", real="everything")
def manager(lab):
    agent(lab, "imp-pub", "master", MASTER, [("udp", 161), ("udp", 8161)])
    node = lab.host("imp-pub")
    lab.flow("12.1", "UDP", "snmp-manager", "imp-pub", 161)
    lab.flow("12.1", "UDP", "snmp-manager", "imp-pub", 8161)
    ask(lab, "snmp-manager", "snmpget", node.ipv4, ".1.3.6.1.2.1.1.1.0", ".1.3.6.1.2.1.1.5.0")
    ask(lab, "snmp-manager", "snmpget", node.ipv4, ".1.3.6.1.2.1.1.3.0", version=("-v", "1", "-c", COMMUNITY))
    ask(lab, "snmp-manager", "snmpbulkwalk", f"{node.ipv4}:8161", ".1.3.6.1.2.1.2.2")
    ask(lab, "snmp-manager", "snmpget", f"udp6:[{node.ipv6}]:161", ".1.3.6.1.2.1.1.1.0", f"{ENTERPRISE}.9.0")
    private = ("-v", "3", "-l", "authPriv", "-u", "labuser", "-a", "SHA", "-A", "made-up-auth", "-x", "AES", "-X", "made-up-priv")
    ask(lab, "snmp-manager", "snmpget", node.ipv4, ".1.3.6.1.2.1.1.1.0", version=private)


@records("snmp-agents-6161-6162-7161", "master agent with native agent, subagent (AgentX) and forwarded traps",
         "12.2 12.3 12.5 12.6", programs="snmpd snmptrapd snmpget snmptrap snmpinform", loopback="imp-pub",
         real="everything; subagents of the other node only to have AgentX on the wire too")
def agents(lab):
    agent(lab, "imp-pub", "native", NATIVE, [("udp", 6162)])
    agent(lab, "imp-pub", "master", MASTER, [("udp", 161), ("tcp", 7161)])
    node, monitor = lab.host("imp-pub"), lab.host("trap-monitor")
    receiver(lab, "trap-monitor", [162])
    receiver(lab, "imp-pub", [6161], f"forward default {monitor.ipv4}:162")
    lab.flow("12.2", "UDP", "imp-pub", "imp-pub", 6162, note="forwarded by the master agent")
    lab.flow("12.1", "UDP", "snmp-manager", "imp-pub", 161)
    ask(lab, "snmp-manager", "snmpget", node.ipv4, f"{NATIVE_AGENT_SUBTREE}.5.0")
    lab.flow("12.2", "UDP", "imp-sub", "imp-pub", 6162)
    ask(lab, "imp-sub", "snmpget", f"{node.ipv4}:6162", ".1.3.6.1.2.1.1.1.0")
    ask(lab, "imp-sub", "snmpget", f"udp6:[{node.ipv6}]:6162", ".1.3.6.1.2.1.1.1.0")
    lab.flow("12.5", "TCP", "imp-pub", "imp-pub", 7161)
    lab.flow("12.5", "TCP", "imp-sub", "imp-pub", 7161)
    for host in ("imp-pub", "imp-sub"):
        subagent(lab, host, node.ipv4)
    lab.flow("12.3", "UDP", "imp-pub", "imp-pub", 6161)
    lab.flow("12.3", "UDP", "imp-sub", "imp-pub", 6161)
    lab.flow("12.6", "UDP", "imp-pub", "trap-monitor", 162, note="forwarded by the trap receiver on 6161")
    notify(lab, "imp-pub", "snmptrap", "127.0.0.1:6161", 1)
    notify(lab, "imp-sub", "snmpinform", f"{node.ipv4}:6161", 2)
    notify(lab, "imp-sub", "snmpinform", f"udp6:[{node.ipv6}]:6161", 3)
    lab.wait(1.5)  # the subagents register


@records("snmp-traps-162-61441", "traps and informs to the monitor, and from port 61441 to a port of one's choice",
         "12.6 12.7", programs="snmptrapd snmptrap snmpinform", real="everything")
def traps(lab):
    monitor, other = lab.host("trap-monitor"), lab.host("imp-sub")
    receiver(lab, "trap-monitor", [162])
    receiver(lab, "imp-sub", [10162])
    lab.flow("12.6", "UDP", "imp-pub", "trap-monitor", 162)
    notify(lab, "imp-pub", "snmptrap", monitor.ipv4, 1)
    notify(lab, "imp-pub", "snmpinform", monitor.ipv4, 2)
    notify(lab, "imp-pub", "snmpinform", f"udp6:[{monitor.ipv6}]:162", 3)
    fixed_port = (f"--clientaddr={lab.host('imp-pub').ipv4}:61441", "--clientaddrUsesPort=yes")
    lab.flow("12.7", "UDP", "imp-pub", "imp-sub", 10162, source_port=61441)
    notify(lab, "imp-pub", "snmptrap", f"{other.ipv4}:10162", 4, *fixed_port)
    notify(lab, "imp-pub", "snmpinform", f"{other.ipv4}:10162", 5, *fixed_port)


@records("cdp-agent-7999", "the CDP agent's socket", "12.4", real="handshake, segments and close (the kernel's own)",
         made_up="every payload")
def cdp(lab):
    for version in (4, 6):
        lab.made_up("12.4", "TCP", "snmp-manager", "imp-pub", 7999,
                    made_up.conversation(("CDP neighbours", "NEIGHBOUR switch-1 port 7")), version=version)
