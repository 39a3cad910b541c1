# Other processors: ARM64, whose char is unsigned, and i386, whose size_t, long and time_t have 32 bits. Built with Debian's cross
# compilers against sysroots (tools/lib/sysroots.sh), and run by qemu where that is installed.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import contextlib
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from built_elsewhere import UNIT_TESTS, answers, answers_of, build, done
from places import BUILD, SOURCE, need
from run_tshark import LONG_LISTS, Wireshark, as_ordinary_user

# Debian's name of it, what its compiler is called, where its libraries are, what qemu calls it, and its ELF class and machine.
Processor = namedtuple("Processor", "name compiler libraries qemu bits machine")
PROCESSORS = [Processor("arm64", "aarch64-linux-gnu-gcc", "aarch64-linux-gnu", "qemu-aarch64", 64, 183),
              Processor("i386", "i686-linux-gnu-gcc", "i386-linux-gnu", "qemu-i386", 32, 3)]
TOOLCHAIN = """\
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR {name})
set(CMAKE_C_COMPILER {compiler})
set(CMAKE_SYSROOT {sysroot})
set(CMAKE_C_LIBRARY_ARCHITECTURE {libraries})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(CMAKE_MODULE_LINKER_FLAGS_INIT -Wl,-z,defs)
set(ENV{{PKG_CONFIG_SYSROOT_DIR}} {sysroot})
set(ENV{{PKG_CONFIG_LIBDIR}} {sysroot}/usr/lib/{libraries}/pkgconfig:{sysroot}/usr/share/pkgconfig)
"""


class Built(namedtuple("Built", "processor sysroot folder")):
    """What was built for a processor, and where."""

    def qemu(self):
        need(self.processor.qemu)
        return [self.processor.qemu, "-L", self.sysroot]


class Emulated(Wireshark):
    """The sysroot's own Wireshark, with a plugin that was built for it."""

    def __init__(self, built):
        self.qemu, self.root = built.qemu(), built.sysroot
        super().__init__(built.folder / "plugins")
        self.data = {}              # the sysroot's own
        if as_ordinary_user():      # who cannot look into root's folder; links take no space
            self.root = self.folder / "sysroot"
            links = done("cp", "-al", built.sysroot, self.root)
            if links.returncode:
                shutil.rmtree(self.root, ignore_errors=True)
                shutil.copytree(built.sysroot, self.root, symlinks=True)
            self.qemu[-1] = self.root
            for name in LONG_LISTS:
                (self.root / "usr/share/wireshark" / name).unlink(missing_ok=True)

    def command(self, *arguments, program="tshark"):
        return [*as_ordinary_user(), *map(str, self.qemu), f"{self.root}/usr/bin/{program}", *map(str, arguments)]


def sysroot_of(processor):
    return Path(done("bash", "-euc", '. "$1/tools/lib/common.sh"; . "$1/tools/lib/sysroots.sh"; sysroot_of "$2"', "tests", SOURCE,
                     processor.name).stdout.strip())


@pytest.fixture(scope="module", params=[pytest.param(processor, marks=pytest.mark.xdist_group(processor.name), id=processor.name)
                                        for processor in PROCESSORS])
def built(request, tmp_path_factory):
    """The tree, built for a processor without a warning, and linked with nothing undefined."""
    processor = request.param
    need(processor.compiler)
    sysroot = sysroot_of(processor)
    if not sysroot.is_dir():
        pytest.skip(f"there is no sysroot for {processor.name}: tools/setup sysroots makes it")
    folder = tmp_path_factory.mktemp(processor.name)
    toolchain = folder / "toolchain.cmake"
    toolchain.write_text(TOOLCHAIN.format(sysroot=sysroot, **processor._asdict()))
    return Built(processor, sysroot, build(folder, f"-DCMAKE_TOOLCHAIN_FILE={toolchain}"))


def elf(path):
    """The bits and the machine that an ELF file's head names; both processors are little-endian."""
    head = path.read_bytes()[:20]
    assert head[:4] == b"\x7fELF" and head[5] == 1, path
    return {1: 32, 2: 64}[head[4]], int.from_bytes(head[18:20], "little")


def test_plugin_and_programs_are_for_that_processor(built):
    plugin, = built.folder.glob("plugins/*/epan/impsvc.so")
    for path in (plugin, built.folder / "libexec/impsvc-merge", *(built.folder / "tests" / name for name in UNIT_TESTS)):
        assert elf(path) == (built.processor.bits, built.processor.machine), path


def test_unit_tests_pass(built):
    for name in UNIT_TESTS:
        said = done(*built.qemu(), built.folder / "tests" / name)
        assert said.returncode == 0 and "[  PASSED  ]" in said.stdout, f"{name}: {said.returncode}: {said.stdout}"


def test_its_tshark_says_the_same_with_the_plugin(built):
    with contextlib.closing(Emulated(built)) as emulated:
        assert answers(emulated) == answers_of(BUILD / "plugins")
