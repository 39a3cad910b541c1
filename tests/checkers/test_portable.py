# Sources that compile for Windows, too: C and GLib, and nothing of POSIX in plugin/ and in impsvc-merge. platforms/test_windows.py compiles
# them; refused here is what its compiler takes and Wireshark's own for Windows does not, or what does something else there.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re

import pytest

from tree import HEADERS, SOURCE, SOURCES

FILES = SOURCES + HEADERS + sorted((SOURCE / "tools" / "merge").glob("*.[ch]"))
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')

# What is looked for outside of texts, and what is said where it is found.
IN_CODE = (
    (r"#\s*include\s*<(strings|unistd|dirent|pwd|netdb|poll|pthread|regex|syslog)\.h>", "POSIX has this header, C has not: GLib has what is in it"),
    (r"#\s*include\s*<(sys|arpa|net|netinet)/", "POSIX has this header, C has not: core/ip_text.h and wsutil/inet_addr.h do addresses"),
    (r"\bstrn?casecmp\s*\(", "g_ascii_strcasecmp() and g_ascii_strncasecmp() are everywhere, and the same in each locale"),
    (r"\binet_(ntop|pton)\s*\(", "impsvc_ip_text() writes addresses, ws_inet_pton4() and ws_inet_pton6() read them"),
    (r"\bgetline\s*\(", "tools/merge/input_lines.h reads lines"),
    (r"\bssize_t\b", "GLib has gssize"),
    (r"\b(strtok_r|strsep|strptime|timegm|gmtime_r|localtime_r|v?asprintf|strcasestr|memmem|stpcpy|strchrnul|usleep|random)\s*\(",
     "the C library of Windows lacks it: GLib has its like"),
    (r"(?<!long )\blong\b(?!\s+(long|double)\b)", "a long has four bytes on Windows: int64_t, uint64_t or size_t say how many"),
    (r"(?<!->)\b(fopen|freopen|open|creat|stat|mkdir|remove|rename|unlink)\s*\(",
     'file names would be in the system\'s code page: ws_fopen() takes UTF-8, and with "wb" lines end the same everywhere (wsutil/file_util.h)'),
    (r"\b(getenv|setenv)\s*\(", "values would be in the system's code page: g_getenv() gives UTF-8"),
)
FORMAT = r"%[-+ #0]*[0-9*]*(\.[0-9*]+)?"
IN_TEXTS = (
    (FORMAT + "l[diouxX]", "a long has four bytes on Windows: PRId64 and PRIu64 are the formats of int64_t and uint64_t"),
    (FORMAT + "z[diouxX]", "old C libraries of Windows lack it: G_GSIZE_FORMAT is GLib's"),
    (FORMAT + "j[diouxX]", "old C libraries of Windows lack it: PRId64 and PRIu64 are the formats of int64_t and uint64_t"),
)


def refused(text):
    """What of a source is not portable, with its line and the reason."""
    text = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for number, line in enumerate(text.splitlines(), 1):
        for patterns, part in ((IN_CODE, TEXT.sub('""', line)), (IN_TEXTS, " ".join(TEXT.findall(line)))):
            for pattern, reason in patterns:
                if re.search(pattern, part):
                    yield f"{number}: {line.strip()}: {reason}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_in_the_plugin_is_missing_on_windows(path):
    assert list(refused(path.read_text())) == []


@pytest.mark.parametrize("line, sentence", [
    ("#include <strings.h>", "POSIX has this header"),
    ("#include <sys/types.h>", "POSIX has this header"),
    ("if (strncasecmp(a, b, 3) == 0)", "g_ascii_strncasecmp()"),
    ("return strcasecmp(a, b);", "g_ascii_strcasecmp()"),
    ("inet_ntop(AF_INET, from, to, sizeof to);", "impsvc_ip_text()"),
    ("while (getline(&line, &room, stdin) > 0)", "input_lines.h"),
    ("ssize_t length;", "gssize"),
    ("unsigned long n;", "four bytes"),
    ('printf("%lu", n);', "PRIu64"),
    ('printf("%-8ld", n);', "PRIu64"),
    ('printf("%zu", n);', "G_GSIZE_FORMAT"),
    ('FILE *file = fopen(name, "w");', "UTF-8"),
    ('home = getenv("HOME");', "g_getenv()"),
])
def test_what_windows_lacks_is_named_with_the_reason(line, sentence):
    wrong, = refused(f"/* strcasecmp(),\n   %lu */\n{line}\n")
    assert wrong.startswith(f"3: {line}: ") and sentence in wrong


@pytest.mark.parametrize("line", [
    "#include <string.h>", "if (g_ascii_strncasecmp(a, b, 3) == 0)", 'file = ws_fopen(name, "wb");', 'printf("%" PRIu64 " %llu", n, m);',
    "unsigned long long n;", "long double n;", 'say("as long as a port is open (%d)", n);', "impsvc_rules_open(rules);", "g_remove(name);",
    "table->remove(row);",
])
def test_what_is_everywhere_is_fine(line):
    assert list(refused(line)) == []
