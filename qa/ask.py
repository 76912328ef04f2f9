"""From a question to an answer: find, rank, read, refuse or quote, cite."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from typing import TypeVar

from index.catalogue import Catalogue
from index.embed import Encoder
from index.errors import IndexBusy, IndexDamaged, IndexEmpty
from index.library import Library
from index.normal import writable
from index.opened import Opened
from index.release import LANGUAGES, Language
from index.settings import Settings
from index.store import StoredRelease
from index.words import index_words
from qa.adapter import QueryAdapter
from qa.answer import Answer, Citation, Retrieved
from qa.compose import cite, compose, nothing_asked, nothing_found
from qa.filters import NO_FILTERS, Filters, unknown_name
from qa.folders import keep_to_oneself
from qa.follow import followed
from qa.in_place import in_place
from qa.premise import unnamed
from qa.prove import Prover
from qa.question import Question, earlier_read, read_question
from qa.quote import Quote
from qa.rank import RankedRelease
from qa.reader import Reader
from qa.recent import newest_date
from qa.search import Begun, Looked, Search, age, timed
from qa.shift import LanguageShift
from qa.stretch import Days
from qa.topic import asks_for_list
from qa.when import find_days

__all__ = ["Answerer"]

T = TypeVar("T")

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
        keep_to_oneself(settings)
        self.library = Library(settings, report, encoder)
        self.reader = reader or Reader(settings, report)
        self._shift = LanguageShift(self.library.encoder, settings.home / "model")
        adapter = QueryAdapter(settings, report)
        self._searcher = Search(self.library, self.reader, adapter, self._shift, today)
        self._lock = threading.Lock()
        self._generation: str | None = None

    def load_models(self, beside: Callable[[], object] = lambda: None) -> None:
        """Loads the models, each once, and does `beside` meanwhile, whose faults are raised when they are loaded."""
        _import_shared()
        # Most of loading is not Python's, so that several go beside each other.
        with ThreadPoolExecutor(2, "loading") as threads:
            aside = threads.submit(beside)
            reading = threads.submit(self.reader.read, _FIRST_QUESTION, [("", _FIRST_QUESTION)])
            self._searcher.encode(read_question(_FIRST_QUESTION), {})
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
        self._searcher.search(read_question(_FIRST_QUESTION), {})

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
        asked = in_place(read_question(question, history), self._today())
        language = language or asked.language
        if asked.is_empty:
            return Answer(question, language, nothing_asked(language), abstained=True)
        self._check(filters)
        timings: dict[str, float] = {}
        with timed(timings, "total"):
            alone, begun = asked, _BegunByQuestion()
            asked = followed(
                alone,
                lambda question: self._nearest(question, filters, timings, begun),
                lambda question: self._is_sure(question, filters, timings, begun),
            )
            days = self._searcher.days(asked)
            for _ in range(_TRIES):
                found = self._steadily(
                    lambda: self._searcher.search(asked, timings, days, filters, begun.of(asked, self.library.opened))
                )
                if not self._changed(found.quotes):
                    break
                begun.forget()
            else:
                raise IndexBusy("Releases are being replaced faster than they can be read. Ask again in a moment.")
        citations = cite(found.quotes, language)
        retrieved = tuple(Retrieved(ranked.id, ranked.release.url, ranked.score) for ranked in found.releases)
        if citations:
            text = compose(citations, language)
        else:
            # The days of what was asked before need not be those of a question on something else.
            days = tuple(find_days(asked.text, self._today(), of_releases=asks_for_list(asked.text)))
            text = nothing_found(language, unnamed(found.releases, asked), self._newest_before(days, filters))
        return Answer(
            question, language, text, not citations, citations, retrieved, timings, days=days, filters=filters,
            follows=() if asked is alone else earlier_read(history), read_as=asked.read_as,
            is_doubtful=found.is_doubtful,
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
        questions, days = self._searcher.encode(asked, timings), self._searcher.days(asked)
        nearest = self._steadily(
            lambda: self._searcher.retrieve(asked, questions, days, timings, filters, for_answer=for_answer)
        )
        nearest = nearest[: max(0, limit)]
        return sorted(nearest, key=age) if filters.newest_first else nearest

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

    def _begin(self, asked: Question, filters: Filters, timings: dict[str, float], begun: _BegunByQuestion) -> Begun:
        """What is to be read for a question, once for each."""

        def begin() -> Begun:
            opened = self.library.opened
            found = begun.of(asked, opened) or self._searcher.begin(asked, timings, self._searcher.days(asked), filters)
            begun.keep(asked, opened, found)
            return found

        return self._steadily(begin)

    def _nearest(self, asked: Question, filters: Filters, timings: dict[str, float], begun: _BegunByQuestion) -> float:
        """The score of the release nearest to a question."""
        found = self._begin(asked, filters, timings, begun).releases
        return max((ranked.score for ranked in found), default=0.0)

    def _is_sure(self, asked: Question, filters: Filters, timings: dict[str, float], begun: _BegunByQuestion) -> bool:
        """Whether what the releases say to a question surely answers it; see `_SURE`."""

        def look() -> Looked:
            found = self._begin(asked, filters, timings, begun)
            return self._searcher.look(asked, found, timings, self._searcher.days(asked))

        return self._steadily(look).certainty >= _SURE

    def _newest_before(self, days: Sequence[Days], filters: Filters) -> dt.date | None:
        """The date of the newest release, where all of some days are later; None where not, or where there are none."""
        if not days:
            return None
        newest = self._steadily(lambda: newest_date(self.library.store, filters.selection, dt.date.max))
        return newest if newest is not None and all(stretch.first > newest for stretch in days) else None

    def _changed(self, quotes: Sequence[Quote]) -> bool:
        """Whether a quoted release has been replaced or removed since it was read.

        Raises `IndexDamaged` where it reads as it does in the index, but not as when it was indexed.
        """
        store = self.library.store
        for release_id, release in {quote.source.id: quote.source.release for quote in quotes}.items():
            if not store.is_intact(release_id, release):
                now = store.release(release_id)
                if now is not None and now.release.content_hash == release.content_hash:
                    raise IndexDamaged("A release differs from what was indexed. Run: python -m index verify")
                return True
        return False

    def _check(self, filters: Filters = NO_FILTERS) -> None:
        """Sees to it that there is an index, made the way it is read, and as new as it can be; and what is asked of."""
        if self.library.is_empty():
            raise IndexEmpty(
                f"There are no releases in {self.library.settings.home} yet. Add some with: python -m index add FOLDER"
            )
        self.library.check()
        self._refresh()
        chosen = filters.selection
        if chosen.category and not self.library.store.has("category", chosen.category):
            raise unknown_name("category", chosen.category, Catalogue(self.library.store).names("category"))
        if chosen.publisher and not self.library.store.has("publisher", chosen.publisher):
            raise unknown_name("publisher", chosen.publisher, Catalogue(self.library.store).names("publisher"))

    def _refresh(self) -> None:
        """Sees what is new. One thread does; others go on with what is open, and do not wait for a snapshot."""
        generation = self.library.generation
        if generation != self._generation and self._lock.acquire(blocking=self._generation is None):
            try:
                if generation != self._generation:
                    # Another process has written: Chroma would go on answering from what it has in memory.
                    self.library.reopen()
                    self._searcher.passages = self.library.store.count_passages()
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


class _BegunByQuestion:
    """What was begun for the questions that one may be read as, so that none is looked for twice."""

    def __init__(self) -> None:
        self._begun: dict[Question, tuple[Opened, Begun]] = {}

    def keep(self, asked: Question, opened: Opened, begun: Begun) -> None:
        """Keeps what an index gave; how far the question strays makes no difference to that."""
        self._begun[replace(asked, strays=0.0)] = opened, begun

    def of(self, asked: Question, opened: Opened) -> Begun | None:
        """What was kept of an index, unless another one is open now."""
        kept = self._begun.get(replace(asked, strays=0.0))
        return kept[1] if kept and kept[0] is opened else None

    def forget(self) -> None:
        """Forgets all: what was found has been replaced."""
        self._begun.clear()


def _import_shared() -> None:
    """Imports, in one thread, what several will need: two that import a package at once can meet half of it."""
    for package in ("numpy", "openvino", "pythainlp.util", "tokenizers"):
        import_module(package)
