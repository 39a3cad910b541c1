# SPDX-License-Identifier: GPL-2.0-or-later
"""`ip netns exec` needs / to be a mount point. In a chroot it is none: put it on top of itself, for the lab alone."""
import ctypes
import os

from network import command

CLONE_NEWNS = 0x00020000
WHERE = "/mnt"


def root_is_a_mount():
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        return any(line.split()[4] == "/" for line in mounts)


def make_root_a_mount():
    """In a mount namespace of its own, which ends with the lab."""
    if root_is_a_mount():
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    here = os.getcwd()
    command("mount", "--rbind", "/", WHERE)
    os.chroot(WHERE)
    os.chdir(here)
