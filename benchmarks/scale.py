"""What grows with the number of releases: the time of a start and of a question, memory, and the disk."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.settings import Settings
from index.store import Store

__all__ = ["measure_scale"]

_STARTS = 3
_TOTAL = re.compile(r"^total\s+median\s+([\d.]+) ms\s+p95\s+([\d.]+) ms", re.MULTILINE)
_FIND = re.compile(r"^find\s+median\s+([\d.]+) ms\s+p95\s+([\d.]+) ms", re.MULTILINE)
_QUESTION = "รัฐบาลช่วยเหลือผู้ประสบอุทกภัยอย่างไร"


@dataclass(frozen=True, slots=True)
class _Run:
    """A process that ended well: what it printed, its seconds, and the most memory that it held, in MB."""

    printed: str
    seconds: float
    memory: int


def measure_scale(homes: Sequence[Path], questions: Path) -> None:
    """Prints a line for each index, in Markdown: what it holds, what it takes, and how long a question takes in it.

    A start is `python -m qa ask` from the call to the printed answer, the median of three. Disk is without the models,
    which are the same for any index, and said as times the bytes of the texts. Milliseconds are the
    median and the 95th percentile; megabytes are the most memory that the process held.
    """
    print("| releases | passages | disk, MB | times the text | first answer, s | a question, ms | found, ms |")
    print("|---|---|---|---|---|---|---|")
    for home in homes:
        store = Store(Settings(home=home).home / "releases.sqlite")
        releases, passages = (sum(counts.values()) for counts in (store.count_releases(), store.count_passages()))
        text = int(str(store.read("SELECT sum(length(CAST(text AS BLOB))) FROM releases")[0][0]))
        disk = sum(_bytes_of(home / part) for part in ("releases.sqlite", "vectors"))
        starts = [_run("qa", "ask", _QUESTION, "--home", str(home)) for _ in range(_STARTS)]
        asked = _run("benchmarks", "latency", str(questions), "--home", str(home))
        total, find = _TOTAL.search(asked.printed), _FIND.search(asked.printed)
        assert total and find, asked.printed
        print(
            f"| {releases:,} | {passages:,} | {disk / 1e6:,.0f} | {disk / text:.1f} "
            f"| {statistics.median(start.seconds for start in starts):.1f}, {starts[0].memory:,} MB "
            f"| {float(total[1]):.0f}, {float(total[2]):.0f}, {asked.memory:,} MB "
            f"| {float(find[1]):.0f}, {float(find[2]):.0f} |",
            flush=True,
        )


def _bytes_of(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _run(module: str, *arguments: str) -> _Run:
    """Runs `python -m module`; raises `CalledProcessError` where it does not end well."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args, printed)
    return _Run(printed, seconds, usage.ru_maxrss // 1024)
