"""What the stores themselves do with a million passages: SQLite with its words, Chroma's HNSW, token vectors; no model.

Synthetic releases (`benchmarks.synthetic`) are written as `python -m index add` writes them: in batches of the same
size, each a transaction with passages, words, files and outbox, which is brought to Chroma at once. Files are not read,
passages not cut out, and nothing is encoded.
"""

from __future__ import annotations

import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import TYPE_CHECKING

from benchmarks.synthetic import FIRST_DAY, LAST_DAY, NARROW, AskedQuestion, Synthetic
from index.__main__ import progress_bar
from index.errors import BadSetting, PlaceTaken, StorageFull
from index.library import _BATCH_PASSAGES, AddReport, Library
from index.progress import Progress
from index.release import LANGUAGES, Language
from index.selection import EVERY_RELEASE, SelectedPassages, Selection
from index.settings import Settings
from qa.find import Candidate, find_passages
from qa.rank import rank_passages, rank_releases

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["measure_stores"]

# Questions without a filter, as many with a narrow one and with a middle one.
_QUESTIONS = 120
_NEAREST = 20
# As in `qa.search`: releases that are ranked.
_RETRIEVED = 20
# What a passage takes on the disk, with some room for what SQLite writes beside the file: it was 11,400.
_BYTES_A_PASSAGE = 13_000
# What the middle filter selects of all days.
_MIDDLE = 0.3
_NARROW = Selection(category=NARROW)
_BEFORE = (LAST_DAY - FIRST_DAY) * (1 - _MIDDLE) / 2
_SOME_DAYS = Selection(FIRST_DAY + _BEFORE, LAST_DAY - _BEFORE)
_COLUMNS = (
    "passages", "written a second", "SQLite, MB", "vectors, MB", "opened, s", "found, ms", "narrow filter, ms",
    "middle filter, ms", "ranked, ms", "memory, MB", f"recall@{_NEAREST}",
)  # fmt: skip


@dataclass(slots=True)
class _Asked:
    """What a process saw that asked: the seconds it took to open the index, the milliseconds of each question, the most
    memory that it held, in MB, and the share of the nearest passages that Chroma found."""

    opened: float = 0.0
    found: list[float] = field(default_factory=list)
    narrow: list[float] = field(default_factory=list)
    middle: list[float] = field(default_factory=list)
    ranked: list[float] = field(default_factory=list)
    memory: int = 0
    recall: float = 0.0


class _Nearest:
    """The passages nearest to questions, by comparing all; they are numbered as the store numbers them, from 1 on."""

    def __init__(self, questions: Sequence[AskedQuestion]) -> None:
        import numpy as np

        self._vectors = {
            language: np.stack([question.vectors[language].vector for question in questions]) for language in LANGUAGES
        }
        self._scores = {language: np.full((len(questions), _NEAREST), -1, np.float32) for language in LANGUAGES}
        self._ids = {language: np.zeros((len(questions), _NEAREST), np.int64) for language in LANGUAGES}
        self._seen = 0

    def see(self, vectors: Sequence[tuple[Language, Array]]) -> None:
        """Takes up the passages of releases in their order."""
        import numpy as np

        for language, of_release in vectors:
            ids = np.arange(self._seen + 1, self._seen + len(of_release) + 1)
            self._seen += len(of_release)
            scores = self._vectors[language] @ (of_release / np.linalg.norm(of_release, axis=1, keepdims=True)).T
            scores = np.concatenate([self._scores[language], scores], axis=1)
            ids = np.concatenate([self._ids[language], np.broadcast_to(ids, (len(scores), len(ids)))], axis=1)
            best = np.argsort(-scores, axis=1)[:, :_NEAREST]
            self._scores[language] = np.take_along_axis(scores, best, axis=1)
            self._ids[language] = np.take_along_axis(ids, best, axis=1)

    def found(self) -> dict[Language, list[set[int]]]:
        """For each question the ids of its nearest passages in a language."""
        return {language: [set(row) - {0} for row in ids.tolist()] for language, ids in self._ids.items()}


def measure_stores(passages: int, steps: Sequence[int], folder: Path | None = None) -> None:
    """Prints a line for each step up to a number of passages, in Markdown; how far it is goes to standard error.

    What is written a second is by the time that the stores took since the line before. Then a new process asks.
    It opens the index as the chat does, which counts what is there and loads the vectors, and its memory is the one
    that is printed. Milliseconds are the median and the 95th percentile of 120 questions: found as `qa.find` does,
    in both languages, by vectors, words and days; with a filter that leaves a hundredth of the releases; with one that
    leaves three tenths; and the candidates ranked, their texts and token vectors read and compared. Recall is of
    Chroma's twenty nearest, against comparing all. What was written stays in `folder`, or is thrown away.

    Raises `BadSetting`, `PlaceTaken` where the folder is not empty, `StorageFull` where the disk has no room.
    """
    steps = sorted({step for step in steps if step < passages} | {passages})
    if steps[0] < 1:
        raise BadSetting("A number of passages has to be 1 or more.")
    with _place(folder) as home:
        _check_room(home, passages)
        print(f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}", flush=True)
        _write(home, steps)


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is None:
        with tempfile.TemporaryDirectory() as temporary:
            yield Path(temporary)
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PlaceTaken(f"There is something in {folder} already. Name a folder that is empty or not there.")
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


def _check_room(home: Path, passages: int) -> None:
    needed, free = passages * _BYTES_A_PASSAGE, shutil.disk_usage(home).free
    if needed > free:
        raise StorageFull(
            f"{passages:,} passages need {needed / 1e9:,.1f} GB, and {home} has {free / 1e9:,.1f}. "
            "Name a --folder with more room, or fewer --passages."
        )


def _write(home: Path, steps: Sequence[int]) -> None:
    """Writes the passages, and at each step has a process ask and prints its line."""
    library = Library(_settings(home))
    synthetic = Synthetic()
    asked = synthetic.questions(3 * _QUESTIONS)
    # Others for each kind, whose words are new to the index of words.
    kinds = [asked[start : start + _QUESTIONS] for start in range(0, len(asked), _QUESTIONS)]
    nearest = _Nearest(kinds[0])
    written, before, seconds, asking, began = 0, 0, 0.0, 0.0, time.perf_counter()
    with library.writing(), progress_bar("Writing") as bar:
        with library.store.transaction():
            library.note()
        library.sync()
        for step in steps:
            while written < step:
                waiting, packed, vectors = synthetic.batch(min(_BATCH_PASSAGES, step - written))
                nearest.see(vectors)
                started = time.perf_counter()
                library.commit(AddReport(), waiting, packed)
                seconds += time.perf_counter() - started
                written += waiting.size
                so_far = time.perf_counter() - began - asking
                bar(Progress(written, steps[-1], written, so_far, "", written / steps[-1]))
            started = time.perf_counter()
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                saw = process.submit(_ask, home, kinds, nearest.found()).result()
            asking += time.perf_counter() - started
            print(_line(home, step, (step - before) / seconds, saw), flush=True)
            before, seconds = step, 0.0


def _settings(home: Path) -> Settings:
    return Settings(home=home, snapshot=None, chroma_url="")


def _ask(home: Path, kinds: Sequence[list[AskedQuestion]], nearest: dict[Language, list[set[int]]]) -> _Asked:
    """Asks all questions, in the process that it is called in."""
    plain, narrow, middle = kinds
    asked, started = _Asked(), time.perf_counter()
    library = Library(_settings(home))
    library.finish()
    asked.opened = time.perf_counter() - started
    _found_ms(library, plain[0], EVERY_RELEASE)  # loads dictionaries and the glossary
    for question in plain:
        ms, candidates = _found_ms(library, question, EVERY_RELEASE)
        asked.found.append(ms)
        started = time.perf_counter()
        ranked = rank_passages(candidates, question.language, question.vectors, library.store, question.days)
        rank_releases(ranked, _RETRIEVED, question.language, library.store)
        asked.ranked.append((time.perf_counter() - started) * 1000)
    asked.narrow = [_found_ms(library, question, _NARROW)[0] for question in narrow]
    asked.middle = [_found_ms(library, question, _SOME_DAYS)[0] for question in middle]
    shares = []
    for language, best in nearest.items():
        for question, exact in zip(plain, best, strict=True):
            vector = question.vectors[language].vector
            near = SelectedPassages(EVERY_RELEASE, library.store, library.vectors).nearest(vector, language, _NEAREST)
            shares += [len(exact & set(near)) / len(exact)] if exact else []
    asked.recall = statistics.mean(shares)
    asked.memory = _most_memory()
    return asked


def _found_ms(library: Library, question: AskedQuestion, selection: Selection) -> tuple[float, list[Candidate]]:
    started = time.perf_counter()
    candidates = find_passages(
        question.text, question.language, question.vectors, library.store, library.vectors, question.days, selection
    )
    return (time.perf_counter() - started) * 1000, candidates


def _most_memory() -> int:
    """The most that this process held, in MB: what `getrusage` says counts the process that has started it too."""
    status = Path("/proc/self/status")
    most = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.is_file() else None
    return (int(most[1]) if most else getrusage(RUSAGE_SELF).ru_maxrss) // 1024


def _line(home: Path, passages: int, a_second: float, asked: _Asked) -> str:
    sqlite = sum(file.stat().st_size for file in home.glob("releases.sqlite*"))
    vectors = sum(file.stat().st_size for file in (home / "vectors").rglob("*") if file.is_file())
    times = (asked.found, asked.narrow, asked.middle, asked.ranked)
    cells = (
        f"{passages:,}", f"{a_second:,.0f}", f"{sqlite / 1e6:,.1f}", f"{vectors / 1e6:,.1f}", f"{asked.opened:.1f}",
        *(f"{statistics.median(ms):,.0f}, {statistics.quantiles(ms, n=20)[-1]:,.0f}" for ms in times),
        f"{asked.memory:,}", f"{asked.recall:.3f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
