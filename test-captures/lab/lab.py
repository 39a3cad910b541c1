# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab as a recording sees it: hosts, programs, exchanges, and a declaration for each flow it causes."""
import json
import shutil
import subprocess
import time

import exchange
import flows
import pcapng
import programs
import provenance
import topology

SETTLE_SECONDS = 0.4  # for the last acknowledgements, and for connection tracking to report

# Whatever else is recorded, programs ask for names. The port list means a node's questions; a port cannot tell.
LOOK_UPS = [
    flows.Declaration("15.1", "UDP", node, "dns", 53, None, "real", "")
    for node in ("imp-pub", "imp-sub", "imp-pub-b", "imp-sub-b", "imp-pub-c", "imp-sub-c")
] + [flows.Declaration("15.1", "UDP", None, "dns", 53, None, "real", "the initiator is no node")]


class Lab:
    """One recording: its programs, its dumpcaps, its declarations."""

    def __init__(self, session, recording):
        self.network = session.network
        self.authority = session.authority
        self.tracker = session.tracker
        self.recording = recording
        self.folder = session.folder / recording.name
        self.folder.mkdir()
        self.folder.chmod(0o777)  # servers that drop root write here
        self.keys = self.folder / "keys.log"
        self.keys.touch()
        self.keys.chmod(0o666)
        self.runner = programs.Runner(self.network, self.folder, self.keys)
        self.preload = session.preload
        self.declarations = []
        self.dumpcaps = []
        self.expected = []
        self.since = 0.0
        self.evidence = []  # the servers' last words, if it fails
        self.witnesses = []  # called with the flows: they complain if they saw something else than was declared

    # What recordings use.

    def host(self, name):
        return topology.HOSTS[name]

    def certificate(self, name, *names):
        return self.authority.certificate(self.host(name), *names)

    def file(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def start(self, host, argv, **options):
        return self.runner.start(host, argv, **options)

    def run(self, host, argv, **options):
        return self.runner.run(host, argv, **options)

    def stop(self, process, **options):
        self.runner.stop(process, **options)

    def wait(self, seconds):
        time.sleep(seconds)

    def wait_for_flow(self, transport, initiator, listener, port, seconds=10):
        """Until a server has opened a connection of its own accord, and a little longer."""
        wanted = flows.Declaration("", transport, initiator, listener, port, None, "", "")
        deadline = time.monotonic() + seconds
        while not any(wanted.fits(event) for event in self.tracker.events(self.since)):
            if time.monotonic() > deadline:
                raise programs.Failed(f"no {transport} connection from {initiator} to {listener} {port} in {seconds} s")
            time.sleep(0.1)
        time.sleep(1)

    def with_keys(self):
        """Environment for OpenSSL programs that do not keep a TLS key log by themselves."""
        return {"LD_PRELOAD": str(self.preload)} if self.preload else {}

    def flow(self, entry, transport, initiator, listener, port, source_port=None, payload="real", note="", fate=""):
        """Declare: connections like this belong to the entry. One must occur, else the recording has failed."""
        self.expected.append(self._declare(entry, transport, initiator, listener, port, source_port, payload, note, fate))

    def made_up(self, entry, transport, client, server, port, script, source_port=0, note="", **options):
        """A plain exchange of made-up payload, declared and played. options: see exchange.py."""
        is_answered = transport == "TCP" or any(side == "reply" for side, _ in script)
        self.flow(entry, transport, client, server, port, source_port or None, "made up", note,
                  "open" if is_answered else "no_answer_due")
        play = {"TCP": exchange.tcp, "UDP": exchange.udp}[transport]
        play(self, client, server, port, script, source_port=source_port, **options)

    def _declare(self, *what):
        declaration = flows.Declaration(*what)
        if declaration not in self.declarations:
            self.declarations.append(declaration)
        return declaration

    # What the session uses.

    def record(self):
        """Run the recording; return its capture and its flows."""
        self.network.forget_connections()
        self.since = time.time()
        for tap in self.recording.taps:
            self._start_dumpcap(*tap)
        try:
            self.recording.run(self)
            time.sleep(SETTLE_SECONDS)
        except Exception:
            self.evidence = [f"{log.name}:{programs.tail(log.read_bytes())}" for log in self.runner.logs]
            raise
        finally:
            self._stop_dumpcaps()
            self.runner.stop_all()
        return self._capture(), self._flows()

    def _start_dumpcap(self, host, interface, name):
        path = self.folder / f"{host}-{interface}.pcapng"
        argv = ["ip", "netns", "exec", self.network.namespace(host), programs.find("dumpcap"), "-q", "-i", interface,
                "-w", str(path)]
        log = self.folder / f"{host}-{interface}.dumpcap.log"
        with log.open("wb") as output:
            process = subprocess.Popen(argv, stdout=output, stderr=output, start_new_session=True)
        deadline = time.monotonic() + programs.READY_SECONDS
        while b"File:" not in log.read_bytes():  # printed once packets are being taken
            if process.poll() is not None or time.monotonic() > deadline:
                raise programs.Failed(f"dumpcap does not record {interface}: {programs.tail(log.read_bytes())}")
            time.sleep(0.05)
        self.dumpcaps.append((process, name, path))

    def _stop_dumpcaps(self):
        for process, _, _ in self.dumpcaps:
            process.terminate()
        for process, _, _ in self.dumpcaps:
            process.wait()

    def _capture(self):
        parts = []
        for _, name, path in self.dumpcaps:
            part = pcapng.read(path)
            for packet in part.packets:
                packet.interface = name
            parts.append(part)
        capture = pcapng.merge(parts, json.dumps(provenance.describe(self.recording), ensure_ascii=False))
        capture.keys = self.keys.read_bytes()
        capture.names = provenance.names_in(capture)
        return capture

    def _flows(self):
        declarations = self.declarations + LOOK_UPS
        events = [event for event in self.tracker.events(self.since) if self._recorded(event)]
        rows, unseen = flows.match(f"{self.recording.name}.pcapng", declarations, events)
        missing = [one for one in self.expected if one in unseen]
        if missing:
            seen = sorted({f"{one.transport} {one.initiator} {one.initiator_port} -> {one.listener or one.listener_address} "
                           f"{one.listener_port}" for one in rows if not one.entry})
            raise programs.Failed("these flows did not happen:" + "".join(f"\n    {one}" for one in missing)
                                  + "\n  but these did, of no entry:" + "".join(f"\n    {one}" for one in seen))
        for witness in self.witnesses:
            witness(rows)
        return rows

    def _recorded(self, event):
        """What a host says to itself is in the capture only if its loopback interface is; addresses behind a NAT gateway
        are nowhere."""
        if not event["initiator"]:
            return False
        return event["initiator"] != event["listener"] or event["initiator"] in self.recording.loopback


def compile_key_log(source, folder):
    """The key log for OpenSSL programs; without a compiler those captures just carry no keys."""
    library = folder / "keylog.so"
    if not shutil.which("gcc"):
        return None
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library
