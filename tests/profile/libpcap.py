# libpcap, as far as capture filters go: what compiles, and what a filter selects.
#
# SPDX-License-Identifier: GPL-2.0-or-later

import ctypes
import ctypes.util

ETHERNET, SNAPLEN, ANY_NETMASK = 1, 262144, 0xffffffff
OFFLINE_END = -2


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint), ("instructions", ctypes.c_void_p)]


class Header(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("microseconds", ctypes.c_long),
                ("captured", ctypes.c_uint32), ("length", ctypes.c_uint32)]


library = ctypes.CDLL(ctypes.util.find_library("pcap") or "libpcap.so.0.8")
for name in ("pcap_open_dead", "pcap_open_offline"):
    getattr(library, name).restype = ctypes.c_void_p
library.pcap_geterr.restype = ctypes.c_char_p
library.pcap_geterr.argtypes = [ctypes.c_void_p]
library.pcap_compile.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint32]
library.pcap_close.argtypes = [ctypes.c_void_p]
library.pcap_next_ex.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
library.pcap_offline_filter.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]


def compiled(expression):
    """(program, None) or (None, what libpcap says)."""
    handle = library.pcap_open_dead(ETHERNET, SNAPLEN)
    program = Program()
    failed = library.pcap_compile(handle, ctypes.byref(program), expression.encode(), 1, ANY_NETMASK)
    reason = library.pcap_geterr(handle).decode() if failed else None
    library.pcap_close(handle)
    return (None, reason) if failed else (program, None)


def selected(capture, programs):
    """For each program, the set of the numbers of the frames that it selects."""
    error = ctypes.create_string_buffer(256)
    handle = library.pcap_open_offline(str(capture).encode(), error)
    assert handle, error.value
    found, number = [set() for _ in programs], 0
    header, data = ctypes.POINTER(Header)(), ctypes.c_void_p()
    while True:
        state = library.pcap_next_ex(handle, ctypes.byref(header), ctypes.byref(data))
        if state == OFFLINE_END:
            break
        assert state == 1, library.pcap_geterr(handle)
        number += 1
        for program, frames in zip(programs, found):
            if library.pcap_offline_filter(ctypes.byref(program), header, data):
                frames.add(number)
    library.pcap_close(handle)
    return found
