# What is compared: Wireshark alone, with the plugin, and with what else adds something to every packet; run under
# valgrind so that instructions are counted.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import csv
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "helpers"))
from run_tshark import Wireshark

from callgrind import Profile

COMMON_FIELDS = ("frame.number", "ip.src", "ip.dst", "tcp.dstport")
TIMEOUT = 1800      # seconds

# What is asked of tshark. {tree} and {fields} are each variant's. Without a statistic that wants packets dissected, -q
# would not dissect any: the others have NOTHING.
MODES = {
    "summary": (),
    "fields": ("-T", "fields", "{common}"),
    "all fields": ("-T", "fields", "{common}", "{fields}"),
    "tree": ("-q", "-z", "{tree}"),
    "-2": ("-2",),
}

# Ours that -z can be asked for, and what counts hardly anything.
STATISTICS = ("impsvc,tree", "impsvc,flows", "impsvc,check", "impsvc,records")
NOTHING = "dns,tree"


class RunFailed(Exception):
    """A tshark did not do what it was run for; what it said."""


def asked_for(fields):
    return [part for field in fields for part in ("-e", field)]


def lua_list():
    """The port list as Lua text; of several rows on a port, the first."""
    rows = {"TCP": {}, "UDP": {}}
    with open(SOURCE / "catalog" / "entries.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for transport in row["transports"].split() if row["release"] == "base" else ():
                for port in row["listener_ports"].split():
                    list_of = rows.get({"TLS": "TCP"}.get(transport, transport))
                    if list_of is not None and port.isdigit():
                        list_of.setdefault(int(port), row)

    def text(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    lines = []
    for transport, ports in rows.items():
        lines.append(f"  {transport} = {{")
        for port, row in sorted(ports.items()):
            lines.append(f"    [{port}] = {{ entry = {text(row['table'] + '.' + row['row'])}, "
                         f"service = {text(row['service_en'])}, from = {text(row['from'])}, to = {text(row['to'])} }},")
        lines.append("  },")
    return "return {\n" + "\n".join(lines) + "\n}\n"


class Variant:
    """One way of running tshark; what only it needs stands in options, fields, tree."""

    def __init__(self, wireshark, steady, options=(), fields=(), tree=NOTHING):
        self.wireshark, self.options, self.fields, self.tree = wireshark, options, fields, tree
        shutil.copyfile(steady, wireshark.folder / "steady.so")
        (wireshark.folder / "out").mkdir()
        (wireshark.folder / "out").chmod(0o777)

    def arguments(self, mode, capture):
        given = {"{common}": asked_for(COMMON_FIELDS), "{fields}": asked_for(self.fields), "{tree}": [self.tree]}
        asked = [one for part in MODES[mode] for one in given.get(part, [part])]
        return ["-n", "-r", capture, *self.options, *asked]

    def asking(self, statistic, capture):
        """Arguments for a statistic, or for "nothing"."""
        return ["-n", "-q", "-r", capture, *self.options, "-z", NOTHING if statistic == "nothing" else statistic]

    def environment(self):
        """As little as can be: the environment's size moves the stack."""
        kept = self.wireshark.environment()
        return {name: kept[name] for name in ("PATH", "HOME", "WIRESHARK_PLUGIN_DIR", "LC_ALL", "TZ")}

    def _valgrind(self, tool, *arguments):
        # valgrind hands the variable on to tshark; itself it links nothing that could be replaced.
        done = subprocess.run(self.wireshark.command(*tool, "tshark", *arguments, program="valgrind"),
                              env=dict(self.environment(), LD_PRELOAD=str(self.wireshark.folder / "steady.so")),
                              cwd=self.wireshark.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, encoding="utf-8", errors="replace", timeout=TIMEOUT)
        if done.returncode != 0:
            raise RunFailed(f"tshark {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stderr

    def count(self, *arguments):
        """Instructions of a tshark."""
        said = self._valgrind(("--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"), *arguments)
        return int(re.search(r"I +refs: +([\d,]+)", said).group(1).replace(",", ""))

    def profile(self, *arguments):
        """The same, by function."""
        with tempfile.NamedTemporaryFile(dir=self.wireshark.folder / "out") as file:
            out = Path(file.name + ".callgrind")
            self._valgrind(("--tool=callgrind", f"--callgrind-out-file={out}"), *arguments)
            try:
                return Profile(out)
            finally:
                out.unlink()

    def run(self, *arguments):
        """What a tshark prints, without valgrind."""
        done = subprocess.run(self.wireshark.command(*arguments), env=self.environment(), cwd=self.wireshark.folder,
                              stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace")
        if done.returncode != 0:
            raise RunFailed(f"tshark {' '.join(map(str, arguments))} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done.stdout

    def close(self):
        self.wireshark.close()


def field_names(variant, protocol):
    """All fields that a protocol has, expert items included."""
    lines = (line.split("\t") for line in variant.run("-G", "fields").splitlines())
    return [line[2] for line in lines if line[0] == "F" and line[4] == protocol]


def alone(steady):
    return Variant(Wireshark(), steady)


def ours(steady, plugins):
    variant = Variant(Wireshark(plugins), steady, tree="impsvc,tree")
    variant.fields = field_names(variant, "impsvc")
    return variant


def communityid(steady):
    return Variant(Wireshark(), steady, ("--enable-protocol", "communityid"), ("communityid",))


def transum(steady):
    """Needs Wireshark's own plugin of that name; None if it is not installed."""
    variant = alone(steady)
    said = subprocess.run(["tshark", "-G", "folders"], capture_output=True, encoding="utf-8", errors="replace",
                          env={name: value for name, value in variant.environment().items()
                               if name != "WIRESHARK_PLUGIN_DIR"}).stdout
    place = re.search(r"^Global Plugins:\s*(\S.*)$", said, re.MULTILINE)
    plugin = Path(place.group(1)) / "epan" / "transum.so" if place else Path()
    if not plugin.is_file():
        variant.close()
        return None
    folder = variant.wireshark.plugin_dir / plugin.parent.parent.name / "epan"
    folder.mkdir(parents=True)
    shutil.copyfile(plugin, folder / plugin.name)
    variant.options = ("--enable-protocol", "transum")
    variant.fields = [name for name in field_names(variant, "transum") if name.startswith("transum.")]
    return variant


def lua(steady):
    """None if this Wireshark has no Lua."""
    variant = alone(steady)
    if not re.search(r"with\s+Lua", variant.run("--version")):
        variant.close()
        return None
    script, ports = variant.wireshark.folder / "lookup.lua", variant.wireshark.folder / "ports.lua"
    shutil.copyfile(HERE / "lookup.lua", script)
    ports.write_text(lua_list(), encoding="utf-8")
    variant.options = ("-X", f"lua_script:{script}", "-X", f"lua_script1:{ports}")
    variant.fields = [f"lookup.{name}" for name in ("entry", "service", "role.src", "role.dst", "direction", "port")]
    return variant


def empty_capture(path):
    """A capture without packets: what starting up takes is counted with it."""
    path.write_bytes(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
    return path
