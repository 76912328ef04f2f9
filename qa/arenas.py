"""How the C library keeps memory for threads."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

__all__ = ["MOST_ARENAS", "share_arenas"]

# glibc makes an arena for each new thread, up to eight for each core, and what one of them has freed is not the next
# one's: with a hundred askers each held what its largest question had taken. See "Memory under load" in
# benchmarks/README.md.
MOST_ARENAS = 2
_M_ARENA_MAX = -8  # of malloc.h


def share_arenas() -> bool:
    """Has threads that begin from now on share a few arenas; False where the C library is another one than glibc."""
    if sys.platform != "linux":
        return False  # other systems keep memory otherwise, and may have no library that is named by nothing
    with suppress(OSError, AttributeError):  # musl has no `mallopt`
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, MOST_ARENAS))
    return False
