"""Many askers of one server while a writer adds, replaces and removes: errors, waiting, and memory as minutes go by."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from index.library import Library
from index.settings import Settings

__all__ = ["measure_load"]

# What comes and goes while others ask, and the question that only it answers: of every so many, each asker asks it.
_URL = "https://press.example.com/load/footbridge"
_FILE = f"""---
url: {_URL}
---

# A footbridge with a lamp for each of its metres

The Larkmoor footbridge was opened on Monday. It has %s lamps, which were lit by the mayor at nine.
"""
_ASKED = "How many lamps does the Larkmoor footbridge have?"
_EVERY = 10
# Questions that wait for each that is answered at a time; see `qa.desk`.
_WAITING = 8
_MINUTE = 60.0
_SECONDS_TO_START = 120.0


@dataclass
class _Tally:
    """What was measured in a stretch of time."""

    waited: list[float] = field(default_factory=list)  # seconds, of each question that was answered or refused
    said: Counter[str] = field(default_factory=Counter)  # answered, refused, failed, stale


@dataclass
class _Footbridge:
    """The release that comes and goes: whether it is away for certain, its removal having returned and its return not
    begun, and how many times it has come."""

    gone: bool = False
    changes: int = 0


def measure_load(settings: Settings, questions: Path, askers: int, minutes: float) -> bool:
    """Prints a line a minute and one for all; returns whether nothing failed and nothing that was removed was quoted.

    A copy of the index is served by `python app.py`, with places enough for all askers; each asks by HTTP, one
    question of the file after the other, and again. A writer in this process adds, replaces and removes a release
    meanwhile. Seconds are from the question to its answer; megabytes what the server holds when the minute is over.
    """
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").split("\n") if line.strip()]
    asked = [row[key] for key in ("question_th", "question_en") for row in rows if row.get(key)]
    with tempfile.TemporaryDirectory() as folder:
        copied = _copy_index(settings.home, Path(folder))
        with _served(copied, askers) as (address, server):
            return asyncio.run(_measure(copied, address, server, asked, askers, minutes))


async def _measure(home: Path, address: str, server: int, asked: list[str], askers: int, minutes: float) -> bool:
    footbridge, over = _Footbridge(), asyncio.Event()
    tallies = [_Tally()]
    # A connection for each request: one that is kept may be closed by the server just when it is used again.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:
        asking = [
            asyncio.create_task(_ask_on(client, asked[number:] + asked[:number], footbridge, tallies, over))
            for number in (len(asked) * asker // askers for asker in range(askers))
        ]
        writing = asyncio.create_task(_write_on(home, footbridge, over))
        print("| minute | answered | refused | failed | removed and quoted | median, s | p95, s | server, MB |")
        print("|---|---|---|---|---|---|---|---|", flush=True)
        held, started = [], time.monotonic()
        for minute in range(1, math.ceil(minutes) + 1):
            await asyncio.sleep(max(0.0, started + min(minute, minutes) * _MINUTE - time.monotonic()))
            if writing.done():
                writing.result()
            held.append(_megabytes_of(server))
            print(f"| {minute} {_line(tallies[-1], held[-1])}", flush=True)
            tallies.append(_Tally())
        over.set()
        await asyncio.gather(*asking, writing)
    total = _Tally([second for tally in tallies for second in tally.waited], sum((t.said for t in tallies), Counter()))
    print(f"| all {_line(total, max(held))}")
    print(f"a release was added, replaced and removed {footbridge.changes} times meanwhile")
    return not total.said["failed"] and not total.said["stale"] and bool(total.waited)


def _line(tally: _Tally, held: int) -> str:
    said, waited = tally.said, tally.waited or [0.0]
    p95 = statistics.quantiles(waited, n=20)[-1] if len(waited) > 1 else waited[0]
    counted = " | ".join(f"{said[what]:,}" for what in ("answered", "refused", "failed", "stale"))
    return f"| {counted} | {statistics.median(waited):.1f} | {p95:.1f} | {held:,} |"


async def _ask_on(
    client: httpx.AsyncClient, asked: list[str], footbridge: _Footbridge, tallies: list[_Tally], over: asyncio.Event
) -> None:
    """One asker: a question after the other until it is over."""
    number = 0
    while not over.is_set():
        number += 1
        question = _ASKED if number % _EVERY == 0 else asked[number % len(asked)]
        gone, changes, began = footbridge.gone, footbridge.changes, time.monotonic()
        try:
            answer = await _ask(client, question)
        except (httpx.HTTPError, ValueError) as error:
            tallies[-1].said["failed"] += 1
            print(f"{question}: {type(error).__name__}: {error}", file=sys.stderr)
            continue
        tally = tallies[-1]
        tally.waited.append(time.monotonic() - began)
        tally.said["refused" if answer["abstained"] else "answered"] += 1
        quoted = any(citation["url"] == _URL for citation in answer["citations"])
        if gone and footbridge.changes == changes and quoted:
            tally.said["stale"] += 1


async def _ask(client: httpx.AsyncClient, question: str) -> dict[str, Any]:
    """The answer of the server; raises `ValueError` with what it says instead."""
    begun = await client.post("/gradio_api/call/v2/ask", json={"question": question})
    begun.raise_for_status()
    said = (await client.get(f"/gradio_api/call/ask/{begun.json()['event_id']}")).text
    event, data = re.findall(r"^event: *(\w+)\ndata: *(.*)$", said, re.MULTILINE)[-1]
    if event != "complete":
        raise ValueError(f"{event}: {data}")
    answer: dict[str, Any] = json.loads(data)[0]
    return answer


async def _write_on(home: Path, footbridge: _Footbridge, over: asyncio.Event) -> None:
    """Adds a release, replaces it and removes it, again and again; the release is away for a while between."""
    library = Library(Settings(home=home))
    file = home.parent / "footbridge.md"
    while not over.is_set():
        footbridge.changes += 1
        footbridge.gone = False
        for lamps in (footbridge.changes, footbridge.changes + 1):
            file.write_text(_FILE % lamps, encoding="utf-8")
            await asyncio.to_thread(library.add, [file])
        await asyncio.to_thread(library.remove, [_URL])
        footbridge.gone = True
        await asyncio.sleep(5)


def _copy_index(home: Path, folder: Path) -> Path:
    """A home with a copy of the index, and the models of the one it is of."""
    copied = folder / "home"
    copied.mkdir()
    for part in home.iterdir():
        if part.name == "model":
            (copied / "model").symlink_to(part)
        elif part.is_dir():
            shutil.copytree(part, copied / part.name)
        elif part.suffix != ".lock":
            shutil.copy2(part, copied / part.name)
    return copied


@contextmanager
def _served(home: Path, askers: int) -> Iterator[tuple[str, int]]:
    """The address of a server of a home, ready to answer, and the number of its process."""
    places = max(2, math.ceil(askers / (1 + _WAITING)))
    environment = {
        **os.environ,
        "THALAENG_CONCURRENCY": str(places),
        "THALAENG_QUESTIONS_A_MINUTE": "0",
        "THALAENG_LOOKS_A_MINUTE": "0",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "app.py", "--home", str(home), "--port", "0"]
    with (
        open(home.parent / "server.log", "w+", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=environment) as process,
    ):
        try:
            yield _address_of(process, home.parent / "server.log"), process.pid
        finally:
            process.terminate()


def _address_of(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where a server listens, once it can answer; raises `RuntimeError` with its log where it does not come to that."""
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until and process.poll() is None:
        if listening := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8")):
            with httpx.Client() as client:
                if client.get(f"{listening[0]}/health").status_code == httpx.codes.OK:
                    return listening[0]
        time.sleep(0.5)
    raise RuntimeError(f"The server did not come to answer:\n{log.read_text(encoding='utf-8')[-2000:]}")


def _megabytes_of(process: int) -> int:
    """What a process holds, in MB; Linux says so."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000
