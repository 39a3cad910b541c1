# The sources compile and link for Windows, and the core's unit tests pass there. This shows portable sources, not a working DLL:
# Wireshark for Windows is built by another compiler, with libraries that Debian does not have (helpers/windows.py).
#
# SPDX-License-Identifier: GPL-2.0-or-later

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

import windows
import windows_glib
import wine
from places import BUILD, SOURCE

CORE = windows.sources("impsvc_core")
PLUGIN = windows.sources("impsvc")
MERGE = windows.sources("impsvc-merge")
WHY_NOT = "IMPSVC_CHECKERS=no" if os.environ.get("IMPSVC_CHECKERS") == "no" else windows.why_not(CORE)
pytestmark = [pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT)), pytest.mark.xdist_group("windows")]

UNIT_TESTS = sorted((SOURCE / "tests" / "unit").glob("test_*.c"))
# What Windows has, and what Wireshark brings along there.
OF_WINDOWS = {"kernel32.dll", "msvcrt.dll"}
OF_WIRESHARK = set(windows.LIBRARIES.values())


@pytest.fixture(scope="session")
def compiler(tmp_path_factory):
    return windows.CrossCompiler(tmp_path_factory.mktemp("windows") / "made")


@pytest.fixture(scope="session")
def compiled(compiler):
    """Objects of the core, of the plugin and of impsvc-merge, and what the compiler said of sources that it refused."""
    return {name: compiler.compile_all(some) for name, some in (("core", CORE), ("plugin", PLUGIN), ("merge", MERGE))}


@pytest.fixture(scope="session")
def libraries(compiler):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(compiler.import_library, windows.LIBRARIES))


@pytest.fixture(scope="session")
def core(compiler, compiled):
    return compiler.archive("core", compiled["core"][0])


@pytest.fixture(scope="session")
def dll(compiler, compiled, core, libraries):
    return compiler.link("impsvc.dll", [*compiled["plugin"][0], core, *libraries], "-shared")


@pytest.fixture(scope="session")
def program(compiler, compiled, core, libraries):
    return compiler.link("impsvc-merge.exe", [*compiled["merge"][0], core, libraries[-1]])


def test_whoever_builds_for_windows_gets_no_error_and_no_warning(compiled):
    assert len(CORE) >= 40 and len(PLUGIN) >= 60 and len(MERGE) >= 2
    assert {path.name for path in (SOURCE / "plugin").rglob("*.c")} <= {source.path.name for source in CORE + PLUGIN}
    wrong = [said for _, refused in compiled.values() for said in refused]
    assert not wrong, "\n".join(wrong)


def test_wireshark_for_windows_finds_what_it_looks_for_in_the_dll(dll):
    wanted = {"plugin_version", "plugin_want_major", "plugin_want_minor", "plugin_register"}
    if "plugin_describe" in windows.run("nm", "-D", "--defined-only", next(BUILD.glob("plugins/*/epan/impsvc.so"))):
        wanted.add("plugin_describe")       # since Wireshark 4.4
    assert windows.exported(dll) == wanted


def test_the_dll_asks_for_nothing_that_wireshark_for_windows_does_not_bring(dll):
    assert OF_WIRESHARK - {"libwiretap.dll"} <= windows.imported(dll) <= OF_WIRESHARK | OF_WINDOWS


def test_whoever_joins_captures_on_windows_has_impsvc_merge(program):
    assert windows.imported(program) <= OF_WINDOWS | {windows.LIBRARIES["glib-2.0"]}


def test_a_function_that_windows_lacks_is_named(compiler, compiled, core, libraries, tmp_path):
    altered = tmp_path / "plugin.c"
    altered.write_text((SOURCE / "plugin" / "plugin.c").read_text().replace(
        "void plugin_register(void)\n{", "int fork(void);\nvoid plugin_register(void)\n{\n    (void)fork();"))
    source, = (source for source in PLUGIN if source.path.name == "plugin.c")
    others = [made for made in compiled["plugin"][0] if not made.name.endswith("plugin-plugin.o")]
    made = compiler.compile(source._replace(path=altered))
    with pytest.raises(AssertionError, match="undefined reference to `fork'"):
        compiler.link("altered.dll", [made, *others, core, *libraries], "-shared")


@pytest.mark.parametrize("line, complaint", [
    ('g_string_append_printf(to, "%lu", (guint64)1);', "-Werror=format"),
    ('(void)sprintf(to->str, "%ld", G_GINT64_CONSTANT(1));', "-Werror=format"),
    ("unsigned long first = to->len; (void)first;", "-Werror=conversion"),
    ("guint where = GPOINTER_TO_UINT(to); (void)where; (void)(unsigned long)to;", "-Werror=pointer-to-int-cast"),
])
def test_a_long_of_four_bytes_is_found_before_it_cuts_a_number_off(compiler, tmp_path, line, complaint):
    altered = tmp_path / "permit_text.c"
    altered.write_text("#include <stdio.h>\n#include <glib.h>\nvoid altered(GString *to);\nvoid altered(GString *to)\n{\n" + line + "\n}\n")
    with pytest.raises(AssertionError) as wrong:
        compiler.compile(CORE[-1]._replace(path=altered))
    assert complaint in str(wrong.value)


def test_glibs_types_have_the_sizes_that_they_have_on_windows(compiler, tmp_path):
    sizes = tmp_path / "sizes.c"
    sizes.write_text("#include <stdint.h>\n#include <glib.h>\n" + "".join(
        f'_Static_assert({size}, "{size}");\n' for size in (
            "sizeof(glong) == 4", "sizeof(gint64) == 8", "sizeof(gsize) == sizeof(size_t)", "sizeof(gpointer) == sizeof(guintptr)",
            "G_MAXSIZE == SIZE_MAX", "GLIB_SIZEOF_LONG == 4", "G_GINT64_CONSTANT(1) << 40 > 0", "G_DIR_SEPARATOR == 92",
            "sizeof(GPOINTER_TO_SIZE(0)) == 8")))
    compiler.compile(CORE[-1]._replace(path=sizes))
    assert "G_OS_UNIX" not in windows_glib.config(windows_glib.installed())
    with pytest.raises(AssertionError, match="has nothing that looks like"):
        windows_glib.config("#define G_OS_UNIX\n")


@pytest.fixture(scope="session")
def windows_of_wine(tmp_path_factory):
    wine.need_wine()
    started = wine.Wine(tmp_path_factory.mktemp("wine") / "prefix")
    yield started
    started.end()


@pytest.fixture(scope="session")
def unit_tests(compiler, core, tmp_path_factory):
    """Programs by their names, and what the compiler said. Warnings are not asked for: unit tests are built for Linux with all of them."""
    wine.need_wine()
    headers = tmp_path_factory.mktemp("posix")
    (headers / "arpa").mkdir()
    (headers / "arpa" / "inet.h").write_text(wine.INET_H)
    objects, wrong = compiler.compile_all([CORE[-1]._replace(path=path) for path in UNIT_TESTS], "-w", "-O0", "-isystem", wine.LIBRARIES,
                                          "-isystem", headers)
    assert not wrong, "\n".join(wrong)
    libraries = [core, wine.LIBRARIES / "libglib-2.0.dll.a", wine.LIBRARIES / "libcmocka.a", "-lws2_32"]
    return {path.stem: compiler.link(f"{path.stem}.exe", [made, *libraries]) for path, made in zip(UNIT_TESTS, objects)}


@pytest.mark.parametrize("path", UNIT_TESTS, ids=lambda path: path.stem)
def test_the_core_decides_on_windows_as_it_does_on_linux(path, windows_of_wine, unit_tests):
    native = subprocess.run([BUILD / "tests" / path.stem], capture_output=True, encoding="utf-8", check=False)
    expected = wine.outcome(native.stdout + native.stderr)
    said, status = windows_of_wine.run(unit_tests[path.stem])
    assert wine.outcome(said) == expected, said
    assert status == 0 and expected.passed == expected.run > 0


@pytest.mark.parametrize("said, expected", [
    ("[==========] 3 test(s) run.\n[  PASSED  ] 3 test(s).\n", (3, 3, 0)),
    ("[==========] 3 test(s) run.\n[  PASSED  ] 2 test(s).\n[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] a_test\n", (3, 2, 1)),
])
def test_what_cmocka_says_is_understood(said, expected):
    assert wine.outcome(said) == expected


def test_a_unit_test_that_crashes_on_windows_has_not_passed():
    with pytest.raises(AssertionError):
        wine.outcome("[==========] Running 3 test(s).\n[ RUN      ] a_test\n")
