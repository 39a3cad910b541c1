# Captures that nobody can trace back, that give a key away or that blow up the
# clone are worse than none.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import re
import shutil
import struct
import subprocess

import pytest

from places import SOURCE

pytestmark = pytest.mark.any_version

FOLDER = SOURCE / "test-captures"
CAPTURES = sorted(FOLDER.glob("*.pcapng"))
MOST_BYTES = 8_000_000
SECRETS_BLOCK = 0x0A
# How private keys begin, each form with the first bytes of one that was made for this and thrown away.
KEYS = {
    "PEM": (rb"-----BEGIN [A-Z ]*PRIVATE KEY", b"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI"),
    "OpenSSH": (rb"openssh-key-v1", b"openssh-key-v1\0\0\0\0\4none"),
    "EC": (rb"\x30.\x02\x01\x01\x04[\x20\x30\x42]", bytes.fromhex("30770201010420c88db32731e40b21")),
    "EC, PKCS #8": (rb"\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01",
                    bytes.fromhex("308187020100301306072a8648ce3d020106082a8648ce3d030107")),
    "RSA": (rb"\x30\x82..\x02\x01\x00\x02\x82", bytes.fromhex("308204a50201000282010100ce679ed1")),
    "RSA, PKCS #8": (rb"\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01",
                     bytes.fromhex("308204bd020100300d06092a864886f70d0101010500048204a7")),
    "Base64": (rb"MHcCAQEEI|MIGHAgEAMBMG|MII[A-Za-z0-9+/]{3}IBAAKCA|MII[A-Za-z0-9+/]{3}IBADANBgkqhkiG",
               b"MIIEpQIBAAKCAQEAzmee0cOuU8LxObAwi7s2TRwm"),
}
PRIVATE_KEYS = re.compile(b"|".join(pattern for pattern, _ in KEYS.values()), re.DOTALL)
TLS_KEYS = re.compile(rb"#.*|(CLIENT_RANDOM|(CLIENT|SERVER)_(HANDSHAKE_TRAFFIC|TRAFFIC)_SECRET(_0)?"
                      rb"|EARLY_TRAFFIC_SECRET|CLIENT_EARLY_TRAFFIC_SECRET|EARLY_EXPORTER_SECRET|EXPORTER_SECRET)"
                      rb" [0-9a-f]{64} [0-9a-f]+")


def check(folder):
    """What lab/record --check says: its exit code and its complaints."""
    done = subprocess.run([folder / "lab" / "record", "--check"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copied(tmp_path):
    """A copy of the captures with the lab, to spoil."""
    return shutil.copytree(FOLDER, tmp_path / "test-captures", ignore=shutil.ignore_patterns("pictures"))


def test_the_page_and_the_log_of_flows_agree_with_the_captures():
    assert check(FOLDER) == (0, "")


def test_a_capture_that_was_swapped_is_noticed(copied):
    shutil.copy(copied / "dns-53.pcapng", copied / "ntp-123.pcapng")
    code, said = check(copied)
    assert code == 1 and "README.md differs" in said and "ntp-123.pcapng: no packet of" in said


def test_a_capture_that_is_gone_is_noticed(copied):
    (copied / "cdp-agent-7999.pcapng").unlink()
    code, said = check(copied)
    assert code == 1 and "cdp-agent-7999.pcapng does not exist" in said and "12.4: no capture has" in said


def test_the_captures_are_small_enough_to_clone():
    assert sum(capture.stat().st_size for capture in CAPTURES) < MOST_BYTES


@pytest.mark.parametrize("path", sorted(path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts),
                         ids=lambda path: path.name)
def test_no_file_holds_a_private_key(path):
    assert PRIVATE_KEYS.search(path.read_bytes()) is None


@pytest.mark.parametrize("form", KEYS)
def test_a_private_key_would_be_found(form):
    assert PRIVATE_KEYS.search(b"what comes before " + KEYS[form][1])


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.stem)
def test_the_secrets_in_a_capture_are_the_keys_of_its_tls_sessions(capture):
    content, offset = capture.read_bytes(), 0
    while offset < len(content):
        kind, size = struct.unpack_from("<II", content, offset)
        if kind == SECRETS_BLOCK:
            assert content[offset + 8:offset + 12] == b"KSLT"
            length = struct.unpack_from("<I", content, offset + 12)[0]
            lines = content[offset + 16:offset + 16 + length].splitlines()
            assert [line for line in lines if not TLS_KEYS.fullmatch(line)] == []
        offset += size
