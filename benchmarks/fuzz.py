"""Bad input by the thousand: mutated files to the readers and the splitter, hostile questions to the answers.

What may come of a file is releases or one of the product's own reasons why not; of a question an answer, a refusal or
one of the product's own errors. Anything else is a fault, and so is what takes longer than `MOST_SECONDS`.
"""

from __future__ import annotations

import faulthandler
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.hostile_questions import Hostile, hostile_question
from benchmarks.mutations import LONGEST, STARTS, mutate, read_starts
from index.embed import Encoder
from index.errors import ThalaengError, UnreadableFile
from index.readers import read_file
from index.release import Release
from index.settings import Settings
from index.split import Splitter
from index.words import index_words
from qa.ask import Answerer
from qa.clause import clause_around
from qa.facts import key_facts
from qa.filters import read_filters

__all__ = ["MOST_SECONDS", "Fault", "Tally", "check_file", "check_question", "fuzz_files", "fuzz_questions", "run_fuzz"]

# Seconds that a file or a question may take of the processor, all threads together: a busy machine changes nothing.
MOST_SECONDS = 5.0
# After so many seconds of the clock a run is given up, with what it is at: that may be code that nothing interrupts.
_HANGS = 120.0
# Bytes by which memory may grow over the second half of a run. Over the first, OpenVINO learns the lengths of texts: it
# keeps what it makes ready for each, about a gigabyte once it has seen them all.
_MOST_GROWTH = 300 * 2**20
# Characters of a reason why a file was skipped: it is one line for people.
_LONGEST_REASON = 600
# Passages of a release whose words, quotes and facts are looked at.
_LOOKED_AT = 3
# Inputs taken before time and memory are measured, so that what is loaded once is there.
_WARM_UP = 50


class Fault(Exception):
    """What the product promises does not hold."""


@dataclass(slots=True)
class Tally:
    """What came of inputs: how many of each outcome, the faults, the slowest in seconds, memory in bytes.

    `growth` is by how much the most memory that the process ever had grew, `late_growth` by how much over the second
    half of the inputs, `largest` by how much with one input.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    growth: int = 0
    late_growth: int = 0
    largest: tuple[int, str] = (0, "")

    def lines(self, noun: str) -> Iterator[str]:
        """The lines of a table."""
        yield f"| {noun} | {self.outcomes.total()} |"
        for outcome, count in self.outcomes.most_common():
            yield f"| {outcome} | {count} |"
        yield f"| faults | {len(self.faults)} |"
        yield f"| slowest | {self.slowest[0]:.2f} s ({self.slowest[1]}) |"
        yield f"| memory grew by | {self.growth / 2**20:.0f} MiB |"
        yield f"| of that in the second half | {self.late_growth / 2**20:.0f} MiB |"
        yield f"| most with one input | {self.largest[0] / 2**20:.0f} MiB ({self.largest[1]}) |"


def run_fuzz(settings: Settings, files: int, questions: int, seed: int, failing: Path) -> bool:
    """Prints what came of mutated files and of hostile questions; whether all was well.

    Each input that failed is written into the folder `failing`.
    """
    splitter = Splitter(Encoder(settings).count_tokens)
    tallies = {"mutated files": fuzz_files(splitter, files, seed, failing)} if files else {}
    if questions:
        tallies["hostile questions"] = fuzz_questions(Answerer(settings), questions, seed, failing)
    for noun, tally in tallies.items():
        print("", *tally.lines(noun), sep="\n")
        if tally.late_growth > _MOST_GROWTH:
            tally.faults.append(
                f"memory grew by more than {_MOST_GROWTH / 2**20:.0f} MiB in the second half of the run"
            )
        for fault in tally.faults:
            print(fault, file=sys.stderr)
    sound = not any(tally.faults for tally in tallies.values())
    if sound:
        with suppress(OSError):  # what failed in an earlier run is kept
            failing.rmdir()
    else:
        print(f"Seed {seed}; the inputs that failed are in {failing}.", file=sys.stderr)
    return sound


def fuzz_files(splitter: Splitter, count: int, seed: int, failing: Path, longest: int = LONGEST) -> Tally:
    """Reads and splits mutated files of `longest` bytes at most, each made of the seed and its number alone."""
    starts = read_starts(STARTS)
    if not starts:
        raise ThalaengError("Run this where the project is: it begins with the files of tests/releases and corpus.")
    watch = _Watch(failing, count)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            mutated = mutate(starts, random.Random(f"file {seed} {number}"), longest)
            path = Path(folder) / f"mutated{mutated.suffix}"
            path.write_bytes(mutated.data)
            watch.take(f"file-{seed}-{number}{mutated.suffix}", mutated.data, partial(check_file, path, splitter))
            path.unlink()
    return watch.tally


def fuzz_questions(answerer: Answerer, count: int, seed: int, failing: Path) -> Tally:
    """Asks hostile questions, each made of the seed and its number alone."""
    answerer.warm_up()
    watch = _Watch(failing, count)
    for number in range(count):
        hostile = hostile_question(random.Random(f"question {seed} {number}"))
        data = json.dumps(hostile.as_json()).encode()
        watch.take(f"question-{seed}-{number}.json", data, partial(check_question, answerer, hostile))
    return watch.tally


def check_file(path: Path, splitter: Splitter) -> str:
    """What came of a file: "releases", or the kind of reason why there are none. Raises `Fault`, or what is raised."""
    try:
        reading = read_file(path)
    except UnreadableFile as error:
        _check_reason(str(error))
        return f"skipped: {type(error).__name__}"
    for row in reading.skipped:
        _check_reason(row.reason)
    if not reading.releases:
        raise Fault("neither a release nor a reason")
    for release in reading.releases:
        _check_release(release, splitter)
    return "rows, some skipped" if reading.skipped else "releases"


def _check_reason(reason: str) -> None:
    if not reason.strip() or "\n" in reason or len(reason) > _LONGEST_REASON:
        raise Fault(f"a reason that is not one line: {reason[:80]!r}")
    _check_writable(reason)


def _check_release(release: Release, splitter: Splitter) -> None:
    for value in (release.title, release.text):
        if not value.strip():
            raise Fault("a release without headline or text")
    for value in (release.title, release.text, release.url, release.category, release.publisher, *release.other_urls):
        _check_writable(value)
    if not re.fullmatch("[0-9a-f]{16}", release.id) or not release.content_hash:
        raise Fault("a release without a name")
    passages = splitter.split(release)
    if not passages:
        raise Fault("a release without passages")
    for passage in passages:
        if release.text[passage.start : passage.end] != passage.text or not passage.text.strip():
            raise Fault(f"a passage that is no slice of its release, from {passage.start} to {passage.end}")
    for passage in passages[:_LOOKED_AT]:
        index_words(passage.text)
        start, end = clause_around(release.text, passage.start, passage.start + 1, release.language)
        if not 0 <= start < end <= len(release.text):
            raise Fault(f"a quote from {start} to {end}")
        for fact in key_facts(release.text[start:end], release.language, "en" if release.language == "th" else "th"):
            if release.text[start:end][fact.start : fact.end] != fact.quoted:
                raise Fault(f"a fact that is no slice of its quote: {fact.quoted!r}")


def check_question(answerer: Answerer, hostile: Hostile) -> str:
    """What came of a question: "answered", "refused" or the product's error. Raises `Fault`, or what is raised."""
    try:
        filters = read_filters(hostile.filters)
        answer = answerer.ask(hostile.question, hostile.history, filters=filters)
        found = answerer.search(hostile.question, filters=filters)
    except ThalaengError as error:
        _check_writable(str(error))
        return f"error: {type(error).__name__}"
    for citation in answer.citations:
        stored = answerer.release(citation.release_id)
        if stored is None or stored.release.text[citation.start : citation.end] != citation.quote or not citation.quote:
            raise Fault(f"a quote that does not stand in its release: {citation.quote[:80]!r}")
    if answer.abstained == bool(answer.citations) or not answer.text:
        raise Fault("neither an answer nor a refusal")
    _check_writable(json.dumps(answer.as_json(), ensure_ascii=False, allow_nan=False))
    _check_writable("".join(ranked.release.title for ranked in found))
    return "refused" if answer.abstained else "answered"


def _check_writable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Fault(f"text that cannot be written as UTF-8: {text[max(0, error.start - 20) : error.end]!r}") from error


class _Watch:
    """Takes the outcomes of inputs into a tally; what fails is written into a folder, where it can be tried again."""

    def __init__(self, failing: Path, count: int) -> None:
        self.tally = Tally()
        self._half = count // 2
        self._failing = failing
        failing.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, data: bytes, check: Callable[[], str]) -> None:
        """Runs a check on the input `data`, which is kept under `name` where it fails."""
        kept, tally = self._failing / name, self.tally
        kept.write_bytes(data)
        faulthandler.dump_traceback_later(_HANGS, exit=True)
        memory, started = _memory(), time.process_time()
        try:
            outcome, fault = check(), ""
        except Exception as error:  # whatever comes of bad input is what is looked for
            outcome, fault = "fault", f"{type(error).__name__}: {str(error)[:200]!r}"
        seconds, grown = time.process_time() - started, _memory() - memory
        faulthandler.cancel_dump_traceback_later()
        tally.outcomes[outcome] += 1
        if tally.outcomes.total() > _WARM_UP:
            tally.slowest = max(tally.slowest, (seconds, name))
            tally.largest = max(tally.largest, (grown, name))
            tally.growth += grown
            tally.late_growth += grown if tally.outcomes.total() > self._half else 0
            if not fault and seconds > MOST_SECONDS:
                fault = f"took {seconds:.1f} s"
        if fault:
            tally.faults.append(f"{name}: {fault}")
        else:
            kept.unlink()


def _memory() -> int:
    """The most memory this process has had, in bytes; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
