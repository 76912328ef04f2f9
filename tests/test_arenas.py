"""The chat's threads share the C library's memory."""

from __future__ import annotations

import platform
import re
import subprocess
import sys

import pytest

from qa.arenas import MOST_ARENAS, share_arenas

# Threads that all hold memory at once, each of which would begin an arena of its own; `malloc_info` names them all.
PROGRAM = """
import ctypes, os, threading
from qa.arenas import share_arenas
if {share}:
    assert share_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
together = threading.Barrier(8)

def hold():
    together.wait()
    libc.malloc(1000)
    together.wait()

threads = [threading.Thread(target=hold) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.fopen.restype = ctypes.c_void_p
stream = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, ctypes.c_void_p(stream))
libc.fclose(ctypes.c_void_p(stream))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_many_threads_have_few_arenas() -> None:
    def arenas(share: bool) -> int:
        program = PROGRAM.format(share=share)
        said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        return len(re.findall("<heap nr=", said.stdout))

    assert arenas(share=True) <= MOST_ARENAS < arenas(share=False)


def test_other_systems_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("ctypes.CDLL", None)  # calling it is an error
    assert not share_arenas()
