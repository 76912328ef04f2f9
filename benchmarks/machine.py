"""What machine and which versions a figure was measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

__all__ = ["describe_machine"]

_PACKAGES = ("sentence-transformers", "openvino", "torch", "chromadb", "pythainlp")


def describe_machine() -> str:
    """One line: processor, cores, memory, Python and the packages that matter for speed."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"{_processor()}, {os.cpu_count()} cores, {_memory()}; Python {platform.python_version()}, {packages}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return platform.processor() or platform.machine()
    lines = dict([part.strip() for part in line.split(":", 1)] for line in info.read_text().splitlines() if ":" in line)
    flags = set(lines.get("flags", "").split())
    known = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8") if flag in flags]
    return f"{lines.get('model name', platform.machine())} ({' '.join(known)})"


def _memory() -> str:
    if not hasattr(os, "sysconf"):
        return "memory unknown"
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
