"""What grows with the number of releases: the time of a start and of a question, memory, and the disk."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import ThalaengError
from index.settings import Settings
from index.store import Store

__all__ = ["Size", "measure_scale", "read_sizes"]

_STARTS = 3
_TOTAL = re.compile(r"^total\s+median\s+([\d.]+) ms\s+p95\s+([\d.]+) ms", re.MULTILINE)
_FIND = re.compile(r"^find\s+median\s+([\d.]+) ms\s+p95\s+([\d.]+) ms", re.MULTILINE)
_QUESTION = "รัฐบาลช่วยเหลือผู้ประสบอุทกภัยอย่างไร"


@dataclass(frozen=True, slots=True)
class Size:
    """What an index of one size takes.

    Disk and text in bytes, disk without the models, which are the same for any index. A start is `python -m qa ask`
    from the call to the printed answer, the median of three, in seconds. A question and finding in milliseconds:
    median, 95th percentile. Memory is the most that the process held, in MB.
    """

    releases: int
    passages: int
    text: int
    disk: int
    start: float
    start_memory: int
    question: tuple[float, float]
    question_memory: int
    find: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Run:
    """A process that ended well: what it printed, its seconds, and the most memory that it held, in MB."""

    printed: str
    seconds: float
    memory: int


def measure_scale(homes: Sequence[Path], questions: Path, kept: Path | None = None) -> None:
    """Prints a line for each index, in Markdown, and adds what it takes to the file of sizes, if one is named."""
    print("| releases | passages | disk, MB | times the text | first answer, s | a question, ms | found, ms |")
    print("|---|---|---|---|---|---|---|")
    for home in homes:
        size = _measure(home, questions)
        print(_line(size), flush=True)
        if kept:
            with kept.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(size)) + "\n")


def read_sizes(path: Path) -> Iterator[Size]:
    """The sizes that `measure_scale` has kept, smallest first; of one measured again, the last.

    Raises `ThalaengError` where the file holds something else.
    """
    try:
        kept = [Size(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]
        yield from sorted({size.releases: size for size in kept}.values(), key=lambda size: size.releases)
    except (OSError, ValueError, TypeError) as error:
        raise ThalaengError(
            f"{path} cannot be read as sizes of `python -m benchmarks scale --keep`: {error}"
        ) from error


def _measure(home: Path, questions: Path) -> Size:
    store = Store(Settings(home=home).home / "releases.sqlite")
    releases, passages = (sum(counts.values()) for counts in (store.count_releases(), store.count_passages()))
    starts = [_run("qa", "ask", _QUESTION, "--home", str(home)) for _ in range(_STARTS)]
    asked = _run("benchmarks", "latency", str(questions), "--home", str(home))
    return Size(
        releases,
        passages,
        text=sum(len(stored.release.text.encode()) for stored in store.releases()),
        disk=sum(_bytes_of(home / part) for part in ("releases.sqlite", "vectors")),
        start=statistics.median(start.seconds for start in starts),
        start_memory=starts[0].memory,
        question=_milliseconds(_TOTAL, asked.printed),
        question_memory=asked.memory,
        find=_milliseconds(_FIND, asked.printed),
    )


def _line(size: Size) -> str:
    return (
        f"| {size.releases:,} | {size.passages:,} | {size.disk / 1e6:,.0f} | {size.disk / size.text:.1f} "
        f"| {size.start:.1f}, {size.start_memory:,} MB "
        f"| {size.question[0]:.0f}, {size.question[1]:.0f}, {size.question_memory:,} MB "
        f"| {size.find[0]:.0f}, {size.find[1]:.0f} |"
    )


def _milliseconds(step: re.Pattern[str], printed: str) -> tuple[float, float]:
    found = step.search(printed)
    assert found, printed
    return float(found[1]), float(found[2])


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
