"""From a question to an answer: find, rank, read, refuse or quote, cite."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TypeVar

from index.catalogue import Catalogue
from index.embed import Encoder
from index.errors import IndexBusy, IndexDamaged, IndexEmpty
from index.library import Library
from index.normal import writable
from index.release import LANGUAGES, Language
from index.settings import DEFAULT_MODEL, Settings
from index.store import StoredRelease
from index.words import index_words
from qa.adapter import QueryAdapter
from qa.answer import Answer, Citation, Retrieved
from qa.because import asks_why, to_reasons
from qa.compose import cite, compose, nothing_asked, nothing_found
from qa.filters import NO_FILTERS, Filters, unknown_name
from qa.find import NO_PASSAGES, find_passages
from qa.follow import followed
from qa.listing import during, list_releases, newest_releases
from qa.premise import parted, places_asked_about, unnamed
from qa.prove import Prover
from qa.question import Question, earlier_read, read_question
from qa.quote import Quote, choose_quotes
from qa.rank import RankedRelease, rank_passages, rank_releases
from qa.read import FoundAnswer, headline_odds, read_releases
from qa.reader import Reader
from qa.refuse import certainty, is_answered, is_near
from qa.shift import LanguageShift, ShiftedQuestion
from qa.stretch import Days
from qa.topic import asks_for_list, topic_of
from qa.when import find_days, wants_latest

__all__ = ["Answerer"]

T = TypeVar("T")

# Releases named in `retrieved`.
_RETRIEVED = 20
# How often a question is looked for while a writer replaces or removes what is quoted.
_TRIES = 5
# The certainty from which a bare question is read with what it follows: together with something else, 10 questions on
# nothing that is there came to -10 at most ("Follow-ups" in benchmarks/README.md).
_SURE = 0.0
# What is asked before anybody else asks.
_FIRST_QUESTION = "รัฐบาลแถลงเรื่องอะไรเมื่อวานนี้"


class Answerer:
    """Answers questions from the index of a home folder. Safe to use from many threads.

    Asking raises `IndexEmpty` where there is nothing to search, `IndexMismatch` where the index was
    made with another model or splitter, `ModelUnavailable` where the model cannot be loaded, `IndexBusy` where
    what is quoted has been replaced each time that it was read.
    """

    def __init__(
        self,
        settings: Settings,
        report: Callable[[str], None] = lambda line: None,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        today: Callable[[], dt.date] = dt.date.today,
    ) -> None:
        """`today` is what "last week" counts from."""
        self._today = today
        self.library = Library(settings, report, encoder)
        self.reader = reader or Reader(settings, report)
        self._adapter = QueryAdapter(settings, report)
        self._shift = LanguageShift(self.library.encoder, settings.home / "model")
        self._lock = threading.Lock()
        self._generation: str | None = None
        self._passages = NO_PASSAGES

    def load_models(self, beside: Callable[[], object] = lambda: None) -> None:
        """Loads the models, each once, and does `beside` meanwhile, whose faults are raised when they are loaded."""
        _import_shared()
        # Most of loading is not Python's, so that several go beside each other.
        with ThreadPoolExecutor(2, "loading") as threads:
            aside = threads.submit(beside)
            reading = threads.submit(self.reader.read, _FIRST_QUESTION, [("", _FIRST_QUESTION)])
            self._encode(read_question(_FIRST_QUESTION), {})
            reading.result()
        aside.result()

    def load(self, first: Callable[[], object] = lambda: None) -> None:
        """Loads the models, and beside them the vectors and the dictionaries: all that the first question needs.

        `first` is done before the vectors are opened. They may be in a server that is away: then the models are
        loaded all the same.
        """
        self._check()

        def open_all() -> None:
            first()
            index_words(_FIRST_QUESTION)
            for language in LANGUAGES:
                self.library.vectors.count(language)

        self.load_models(open_all)

    def warm_up(self, first: Callable[[], object] = lambda: None) -> None:
        """As `load`, and asks a question for itself: the first one is as fast as the next."""
        self.load(first)
        self._search(read_question(_FIRST_QUESTION), {})

    def count_releases(self) -> int:
        """How many releases there are to ask about."""
        return 0 if self.library.is_empty() else sum(self.library.store.count_releases().values())

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        language: Language | None = None,
        filters: Filters = NO_FILTERS,
    ) -> Answer:
        """Answers a question with up to three verbatim quotes, or says that the releases do not.

        `history` holds the questions asked before, oldest first; `language` is the language to answer
        in, the question's own where it is not given. `filters` say which releases may answer; raises
        `BadFilter` where no release is of the category or the publisher that they name.
        """
        question = writable(question)
        asked = read_question(question, history)
        language = language or asked.language
        if asked.is_empty:
            return Answer(question, language, nothing_asked(language), abstained=True)
        self._check(filters)
        timings: dict[str, float] = {}
        with _timed(timings, "total"):
            alone = asked
            asked = followed(
                alone,
                lambda question: self._nearest(question, filters),
                lambda question: self._is_sure(question, filters),
            )
            days = self._days(asked)
            for _ in range(_TRIES):
                releases, quotes = self._steadily(lambda: self._search(asked, timings, days, filters))
                if not self._changed(quotes):
                    break
            else:
                raise IndexBusy("Releases are replaced faster than they can be read. Ask again in a moment.")
        citations = cite(quotes, language)
        retrieved = tuple(Retrieved(ranked.id, ranked.release.url, ranked.score) for ranked in releases)
        text = compose(citations, language) if citations else nothing_found(language, unnamed(releases, asked))
        if not citations:
            # The days of what was asked before need not be those of a question on something else.
            days = tuple(find_days(asked.text, self._today()))
        return Answer(
            question, language, text, not citations, citations, retrieved, timings, days=days, filters=filters,
            follows=() if asked is alone else earlier_read(history), read_as=asked.read_as,
        )  # fmt: skip

    def search(
        self, question: str, limit: int = 10, filters: Filters = NO_FILTERS, *, for_answer: bool = False
    ) -> list[RankedRelease]:
        """The releases nearest to a question, best first, whether they answer it or not; none for an empty one.

        With `filters.newest_first` the same releases, newest first; `for_answer` ranks them as `ask` does before it
        reads. Raises `BadFilter` as `ask` does.
        """
        asked = read_question(question)
        if asked.is_empty:
            return []
        self._check(filters)
        timings: dict[str, float] = {}
        questions = self._encode(asked, timings)
        nearest = self._steadily(
            lambda: self._retrieve(asked, questions, self._days(asked), timings, filters, for_answer=for_answer)
        )
        nearest = nearest[: max(0, limit)]
        return sorted(nearest, key=_age) if filters.newest_first else nearest

    def release(self, release_id: str) -> StoredRelease | None:
        """The release of that id, or None."""
        return None if self.library.is_empty() else self.library.store.release(release_id)

    def prover(self, citations: Sequence[Citation], language: Language) -> Prover:
        """What proves sentences in a language against the passages of citations."""
        return Prover(self.library.encoder, self._shift, citations, language)

    def catalogue(self) -> Catalogue:
        """The releases to look through; raises `IndexEmpty` where there are none."""
        if self.library.is_empty():
            raise IndexEmpty(f"There are no releases in {self.library.settings.home} yet.")
        self._refresh()
        return Catalogue(self.library.store)

    def _days(self, asked: Question) -> tuple[Days, ...]:
        """The days that a question names: those of a follow-up take the place of those named before it."""
        return tuple(next((days for _, days in self._named(asked) if days), []))

    def _named(self, asked: Question) -> Iterator[tuple[str, list[Days]]]:
        """The question and those that it is searched together with, the latest first, each with the days it names."""
        today = self._today()
        altogether = find_days(asked.search, today)
        return ((text, find_days(text, today, altogether)) for text in asked.latest_first)

    def _nearest(self, asked: Question, filters: Filters) -> float:
        """The score of the release nearest to a question."""
        questions, days = self._encode(asked, {}), self._days(asked)
        found = self._steadily(lambda: self._retrieve(asked, questions, days, {}, filters, for_answer=True))
        return max((ranked.score for ranked in found), default=0.0)

    def _is_sure(self, asked: Question, filters: Filters) -> bool:
        """Whether what the releases say to a question surely answers it; see `_SURE`."""

        def search() -> bool:
            questions, days = self._encode(asked, {}), self._days(asked)
            releases = self._retrieve(asked, questions, days, {}, filters, for_answer=True)
            releases, _, found = self._read(asked, questions, releases)
            model = self.library.encoder.name
            return bool(found) and certainty(found, releases, asked, days, model) >= _SURE

        return self._steadily(search)

    def _search(
        self,
        asked: Question,
        timings: dict[str, float],
        days: Sequence[Days] = (),
        filters: Filters = NO_FILTERS,
    ) -> tuple[list[RankedRelease], list[Quote]]:
        """The releases nearest to a question, best first, and what is quoted of them; nothing where they do not say."""
        if asks_for_list(asked.in_full):
            return self._search_list(asked, timings, days, filters)
        questions = self._encode(asked, timings)
        releases = self._retrieve(asked, questions, days, timings, filters, for_answer=True)
        with _timed(timings, "read"):
            releases, others, found = self._read(asked, questions, releases)
            answered = is_answered(
                found, releases, asked, days, self.library.encoder.name,
                headline=lambda release: headline_odds(asked, release, self.reader),
            )  # fmt: skip
        releases += others
        if not answered:
            return releases, []
        quotes = choose_quotes(found, asked.language)
        if asks_why(asked.text):
            quotes = to_reasons(quotes)
        if filters.newest_first:
            return releases, sorted(quotes, key=lambda quote: _age(quote.source))
        # What answers best goes first: see "Reading" in benchmarks/README.md.
        return sorted(releases, key=lambda ranked: ranked.id != quotes[0].source.id), quotes

    def _read(
        self, asked: Question, questions: dict[Language, ShiftedQuestion], releases: Sequence[RankedRelease]
    ) -> tuple[list[RankedRelease], list[RankedRelease], list[FoundAnswer]]:
        """The releases that may answer, the others, and the likely answers in those that may."""
        # What speaks of another place does not answer, whatever the reader finds in it.
        releases, others = parted(releases, places_asked_about(asked))
        found = read_releases(asked, releases, questions, self.library.store, self.library.encoder, self.reader)
        return releases, others, found

    def _search_list(
        self, asked: Question, timings: dict[str, float], days: Sequence[Days], filters: Filters
    ) -> tuple[list[RankedRelease], list[Quote]]:
        """The releases that are about what a question asks for a list of, and how each of some of them begins.

        The newest, of the days named, where it names nothing that they are to be about.
        """
        topics = (topic_of(text, asked.language, days_named) for text, days_named in self._named(asked))
        topic = next(filter(None, topics), "")
        if not topic:
            with _timed(timings, "find"):
                newest = newest_releases(self.library.store, during(filters.selection, days, later=0))
            return newest, list_releases(newest, asked.language, days)
        about = replace(asked, search=topic)
        questions = self._encode(about, timings)
        within = replace(filters, selection=during(filters.selection, days))
        releases = self._retrieve(about, questions, days, timings, within)
        near = is_near(releases, asked.language, self.library.encoder.name)
        return releases, list_releases(releases, asked.language, days, topic) if near else []

    def _changed(self, quotes: Sequence[Quote]) -> bool:
        """Whether a quoted release has been replaced or removed since it was read.

        Raises `IndexDamaged` where it reads as it does in the index, but not as when it was indexed.
        """
        store = self.library.store
        for release_id, release in {quote.source.id: quote.source.release for quote in quotes}.items():
            if not store.is_intact(release_id, release):
                now = store.release(release_id)
                if now is not None and now.release.content_hash == release.content_hash:
                    raise IndexDamaged("A release is not what it was when it was indexed. Run: python -m index verify")
                return True
        return False

    def _encode(self, asked: Question, timings: dict[str, float]) -> dict[Language, ShiftedQuestion]:
        """The question as the passages of each language see it."""
        with _timed(timings, "encode"):
            encoded = self.library.encoder.encode_question(asked.search)
            adapted = self._adapter.adapt(asked.search) if self.library.encoder.name == DEFAULT_MODEL else None
            return {language: self._shift.to(encoded, asked.language, language, adapted) for language in LANGUAGES}

    def _retrieve(
        self,
        asked: Question,
        questions: dict[Language, ShiftedQuestion],
        days: Sequence[Days],
        timings: dict[str, float],
        filters: Filters,
        *,
        for_answer: bool = False,
    ) -> list[RankedRelease]:
        store, vectors = self.library.store, self.library.vectors
        with _timed(timings, "find"):
            candidates = find_passages(
                asked.search, asked.language, questions, store, vectors, days, filters.selection, self._passages
            )
        with _timed(timings, "rank"):
            latest = filters.newest_first or wants_latest(asked.text, days)
            ranked = rank_passages(candidates, asked.language, questions, store, days, latest, for_answer)
            return rank_releases(ranked, _RETRIEVED, asked.language, store)

    def _check(self, filters: Filters = NO_FILTERS) -> None:
        """Sees to it that there is an index, made the way it is read, and as new as it can be; and what is asked of."""
        if self.library.is_empty():
            raise IndexEmpty(
                f"There are no releases in {self.library.settings.home} yet. Add some: python -m index add FOLDER"
            )
        self.library.check()
        self._refresh()
        chosen = filters.selection
        if chosen.category and not self.library.store.has("category", chosen.category):
            raise unknown_name("category", chosen.category)
        if chosen.publisher and not self.library.store.has("publisher", chosen.publisher):
            raise unknown_name("publisher", chosen.publisher)

    def _refresh(self) -> None:
        """Sees what is new. One thread does; others go on with what is open, and do not wait for a snapshot."""
        generation = self.library.generation
        if generation != self._generation and self._lock.acquire(blocking=self._generation is None):
            try:
                if generation != self._generation:
                    # Another process has written: Chroma would go on answering from what it has in memory.
                    self.library.reopen()
                    self._passages = self.library.store.count_passages()
                    self._generation = generation
            finally:
                self._lock.release()

    def _steadily(self, search: Callable[[], T]) -> T:
        """What a search gives from one index: again where a newer snapshot took its place meanwhile."""
        while True:
            opened = self.library.opened
            try:
                found = search()
            except Exception:
                if self.library.opened is opened:
                    raise
            else:
                if self.library.opened is opened:
                    return found


def _import_shared() -> None:
    """Imports, in one thread, what several will need: two that import a package at once can meet half of it."""
    for package in ("numpy", "openvino", "pythainlp.util", "tokenizers"):
        import_module(package)


def _age(ranked: RankedRelease) -> int:
    """The key that sorts the newest first and the undated last."""
    return -(ranked.release.date or dt.date.min).toordinal()


@contextmanager
def _timed(timings: dict[str, float], step: str) -> Iterator[None]:
    """Notes the milliseconds that a step took."""
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[step] = (time.perf_counter() - started) * 1000
