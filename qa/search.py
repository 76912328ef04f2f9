"""Finds and reads: the releases nearest to a question, and what of them answers it, if anything does."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from index.library import Library
from index.release import LANGUAGES, Language
from index.settings import DEFAULT_MODEL
from qa.adapter import QueryAdapter
from qa.because import asks_why, to_reasons
from qa.filters import NO_FILTERS, Filters
from qa.find import NO_PASSAGES, find_passages
from qa.listing import during, list_releases, most_exact, newest_of_each
from qa.offices import offices_asked
from qa.premise import asked_about, parted
from qa.question import Question
from qa.quote import Quote, choose_quotes
from qa.rank import RankedRelease, rank_passages, rank_releases
from qa.read import FoundAnswer, headline_odds, read_releases
from qa.reader import Reader
from qa.recent import asks_of_now, is_recent_enough, newest_selections
from qa.refuse import is_near, is_on_topic, judge
from qa.shift import LanguageShift, ShiftedQuestion
from qa.stretch import Days, without_days
from qa.topic import asks_for_list, topic_of
from qa.unheard import unheard_words
from qa.when import find_days, wants_latest

__all__ = ["Found", "Looked", "Search", "age", "timed"]

# Releases named in `retrieved`.
_RETRIEVED = 20


@dataclass(frozen=True, slots=True)
class Begun:
    """A question as the passages of each language see it, and the releases nearest to it."""

    questions: dict[Language, ShiftedQuestion]
    releases: list[RankedRelease]


@dataclass(frozen=True, slots=True)
class Looked:
    """Of some releases those that may answer, best first, the others, the likely answers, and how sure they are."""

    releases: list[RankedRelease]
    others: list[RankedRelease]
    answers: list[FoundAnswer]
    is_answered: bool
    certainty: float
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The releases nearest to a question, best first, what is quoted of them, and whether that may not answer it."""

    releases: list[RankedRelease]
    quotes: list[Quote]
    is_doubtful: bool = False


class Search:
    """Looks for what answers a question in the index that is open. Safe to use from many threads.

    `passages` is how many of each language there are, by which it is looked for more or less deep.
    """

    def __init__(
        self,
        library: Library,
        reader: Reader,
        adapter: QueryAdapter,
        shift: LanguageShift,
        today: Callable[[], dt.date],
    ) -> None:
        self._library = library
        self._reader = reader
        self._adapter = adapter
        self._shift = shift
        self._today = today
        self.passages = NO_PASSAGES

    def search(
        self,
        asked: Question,
        timings: dict[str, float],
        days: Sequence[Days] = (),
        filters: Filters = NO_FILTERS,
        begun: Begun | None = None,
    ) -> Found:
        """The releases nearest to a question, and what is quoted of them; no quotes where they do not say.

        `begun` is what `begin` gave for the same, where that was called for.
        """
        if asks_for_list(asked.in_full):
            return self._list(asked, timings, days, filters)
        if not days and wants_latest(asked.text) and (lately := self._without_days(asked)) != asked:
            asked, begun = lately, None
        begun = begun or self.begin(asked, timings, days, filters)
        is_topic = not asked.asks and not asked.topics and self._is_on_topic(begun.releases, asked)
        if is_topic and asked.is_bare and not days and (listed := self._list(asked, timings, days, filters)).quotes:
            # Of "น้ำท่วม" everything is an answer, and none.
            return listed
        looked = self.look(asked, begun, timings, days)
        if asks_of_now(asked.text, days):
            looked = self._look_at_newest(asked, begun.questions, timings, filters, looked)
        releases = [*looked.releases, *looked.others][:_RETRIEVED]
        if not looked.is_answered:
            # Of what speaks of another place or phase nothing is on the topic.
            return self._list(asked, timings, days, filters) if is_topic and looked.releases else Found(releases, [])
        quotes = choose_quotes(looked.answers, asked.language)
        if asks_why(asked.text):
            quotes = to_reasons(quotes)
        if filters.newest_first:
            quotes.sort(key=lambda quote: age(quote.source))
        else:
            # What answers best goes first: see "The release of the first quote goes first" in benchmarks/README.md.
            releases.sort(key=lambda ranked: ranked.id != quotes[0].source.id)
        return Found(releases, quotes, looked.is_doubtful)

    def begin(self, asked: Question, timings: dict[str, float], days: Sequence[Days], filters: Filters) -> Begun:
        """What there is to be read for a question, before anything is."""
        questions = self.encode(asked, timings)
        return Begun(questions, self.retrieve(asked, questions, days, timings, filters, for_answer=True))

    def look(self, asked: Question, begun: Begun, timings: dict[str, float], days: Sequence[Days]) -> Looked:
        """What the releases nearest to a question say to it."""
        with timed(timings, "read"):
            releases, others, found = self._read(asked, begun.questions, begun.releases)
            verdict = judge(
                found, releases, asked, days, self._library.encoder.name,
                headline=lambda release: headline_odds(asked, release, self._reader),
                unheard=unheard_words(asked, self._library.store, self.passages),
            )  # fmt: skip
        return Looked(releases, others, found, verdict.is_answered, verdict.certainty, verdict.is_doubtful)

    def _look_at_newest(
        self,
        asked: Question,
        questions: dict[Language, ShiftedQuestion],
        timings: dict[str, float],
        filters: Filters,
        everything: Looked,
    ) -> Looked:
        """What the newest releases say to a question, or what all of them do where those are on something else."""
        for selection in newest_selections(self._library.store, filters.selection, self._today()):
            newest = replace(filters, selection=selection)
            releases = self.retrieve(asked, questions, (), timings, newest, for_answer=True)
            recent = self.look(asked, Begun(questions, releases), timings, ())
            # What names the office that is asked for is on that, however near it is.
            if recent.is_answered and (offices_asked(asked.text) or is_recent_enough(
                recent.releases, everything.releases, asked.language, self._library.encoder.name,
                is_surer=recent.certainty > everything.certainty,
            )):  # fmt: skip
                new = {ranked.id for ranked in (*recent.releases, *recent.others)}
                older = [ranked for ranked in (*everything.releases, *everything.others) if ranked.id not in new]
                return replace(recent, others=[*recent.others, *older])
        # Who held an office a year before the newest release, or nobody knows when, need not hold it now.
        return replace(everything, is_doubtful=everything.is_answered) if offices_asked(asked.text) else everything

    def _read(
        self, asked: Question, questions: dict[Language, ShiftedQuestion], releases: Sequence[RankedRelease]
    ) -> tuple[list[RankedRelease], list[RankedRelease], list[FoundAnswer]]:
        """The releases that may answer, the others, and the likely answers in those that may."""
        # What speaks of another place or phase does not answer, whatever the reader finds in it.
        releases, others = parted(releases, asked_about(asked))
        found = read_releases(asked, releases, questions, self._library.store, self._library.encoder, self._reader)
        return releases, others, found

    def _list(self, asked: Question, timings: dict[str, float], days: Sequence[Days], filters: Filters) -> Found:
        """The releases that are about what a question asks for a list of, and how each of some of them begins.

        The newest, of the days named, where it names nothing that they are to be about.
        """
        days = most_exact(days)
        topics = (topic_of(text, asked.language, days_named) for text, days_named in self._named(asked))
        topic = next(filter(None, topics), "")
        if not topic:
            with timed(timings, "find"):
                newest = newest_of_each(self._library.store, filters.selection, days)
            return Found(newest, list_releases(newest, asked.language, days))
        about = replace(asked, search=topic)
        questions = self.encode(about, timings)
        within = replace(filters, selection=during(filters.selection, days))
        releases = self.retrieve(about, questions, days, timings, within)
        near = is_near(releases, asked.language, self._library.encoder.name)
        return Found(releases, list_releases(releases, asked.language, days, topic) if near else [])

    def _is_on_topic(self, releases: Sequence[RankedRelease], asked: Question) -> bool:
        return is_on_topic(releases, asked.language, self._library.encoder.name)

    def days(self, asked: Question) -> tuple[Days, ...]:
        """The days that a question names: those of a follow-up take the place of those before it, as "now" does."""
        named = (days for text, days in self._named(asked) if days or wants_latest(text))
        return tuple(next(named, []))

    def _named(self, asked: Question) -> Iterator[tuple[str, list[Days]]]:
        """The question and those that it is searched together with, the latest first, each with the days it names."""
        today, of_list = self._today(), asks_for_list(asked.in_full)
        altogether = find_days(asked.search, today, of_releases=of_list)
        return ((text, find_days(text, today, altogether, of_releases=of_list)) for text in asked.latest_first)

    def _without_days(self, asked: Question) -> Question:
        """The question to search without the days that were named before it, in whose place it puts what is now."""
        search = without_days(asked.search, find_days(asked.search, self._today()), " ")
        return replace(asked, search=" ".join(search.split()))

    def encode(self, asked: Question, timings: dict[str, float]) -> dict[Language, ShiftedQuestion]:
        """The question as the passages of each language see it."""
        with timed(timings, "encode"):
            encoded = self._library.encoder.encode_question(asked.search)
            adapted = self._adapter.adapt(asked.search) if self._library.encoder.name == DEFAULT_MODEL else None
            return {language: self._shift.to(encoded, asked.language, language, adapted) for language in LANGUAGES}

    def retrieve(
        self,
        asked: Question,
        questions: dict[Language, ShiftedQuestion],
        days: Sequence[Days],
        timings: dict[str, float],
        filters: Filters,
        *,
        for_answer: bool = False,
    ) -> list[RankedRelease]:
        """The nearest releases of a selection, best first, 20 at most; `for_answer` as in `rank_passages`."""
        store, vectors = self._library.store, self._library.vectors
        with timed(timings, "find"):
            candidates = find_passages(
                asked.search, asked.language, questions, store, vectors, days, filters.selection, self.passages
            )
        with timed(timings, "rank"):
            latest = filters.newest_first or wants_latest(asked.text, days)
            ranked = rank_passages(candidates, asked.language, questions, store, days, latest, for_answer)
            return rank_releases(ranked, _RETRIEVED, asked.language, store)


def age(ranked: RankedRelease) -> int:
    """The key that sorts the newest first and the undated last."""
    return -(ranked.release.date or dt.date.min).toordinal()


@contextmanager
def timed(timings: dict[str, float], step: str) -> Iterator[None]:
    """Adds the milliseconds that a step took."""
    started = time.perf_counter()
    try:
        yield
    finally:
        timings[step] = timings.get(step, 0.0) + (time.perf_counter() - started) * 1000
