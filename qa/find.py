"""Finds the passages that may answer a question: by meaning in every language, by words in the question's own,
by its names and numbers in the other, and by meaning among the releases of the days it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from index.release import Language
from index.selection import EVERY_RELEASE, SelectedPassages, Selection
from index.store import Store
from index.vectors import Vectors
from index.words import index_words
from qa.carry import carry_words
from qa.phrases import phrases_in
from qa.shift import ShiftedQuestion
from qa.stretch import Days

__all__ = ["NO_PASSAGES", "Candidate", "find_passages"]

NO_PASSAGES: Mapping[Language, int] = {}

# Passages taken from each list. Deeper ones cost time in the ranking, and over 3,000 releases they move no figure.
_BY_MEANING = 30
_BY_WORDS = 20
_BY_DAYS = 20
# Among more passages more are near: from so many of a language on, more are taken by their meaning, in the whole public
# corpus as many as are put in order: see "Searching many releases" in benchmarks/README.md.
_FROM = 20_000
_GROWTH = 2 / 3
_MOST_BY_MEANING = 200
# Passages with words that are carried into the other language, which are scored by them: what was found by its
# meaning may be far behind in that list, for it is of a few words only.
_CARRIED = 1_000
# Stretches of days looked into, the most exact first.
_STRETCHES = 2
# A release bears the day it came out, which is a little before what it announces or after what it tells of.
_DAYS_BEFORE = dt.timedelta(3)
_DAYS_AFTER = dt.timedelta(14)
# With more passages than this to compare, days say so little that searching them by hand is not worth its time. A
# month of the public corpus has 6,200 at the median, 9,200 at most: see "Searching many releases" in
# benchmarks/README.md.
_MOST_OF_DAYS = 20_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer: its BM25 score by the question's words, in the other language by those carried over;
    0 where it was found by meaning alone."""

    passage_id: int
    language: Language
    bm25: float


def find_passages(
    text: str,
    asked_in: Language,
    questions: Mapping[Language, ShiftedQuestion],
    store: Store,
    vectors: Vectors,
    days: Sequence[Days] = (),
    selection: Selection = EVERY_RELEASE,
    passages: Mapping[Language, int] = NO_PASSAGES,
) -> list[Candidate]:
    """The candidates of all lists, each once.

    `questions` holds the question as the passages of each language see it; `passages` says how many there
    are. Each language is searched by itself, so that one never crowds out the other. The words of a question are
    looked for in passages of its language; in the other one, where most are noise that drowns the rest, those that
    can be carried over. No list filters another: a release of other days, or of none, is found by its meaning all the
    same. Only what is not of the selected releases is in no list.
    """
    selected = SelectedPassages(selection, store, vectors)
    found: dict[int, Candidate] = {}
    for language, question in questions.items():
        if language == asked_in:
            words = [*index_words(text), *phrases_in(text, language)]
            by_words = dict(selected.by_words(words, language, _BY_WORDS))
        else:
            by_words = dict(selected.by_words(carry_words(text, asked_in, language), language, _CARRIED))
        near = selected.nearest(question.vector, language, _depth(passages.get(language, 0), selection))
        dated = _of_days(question, days, selection, store, vectors)
        for passage_id in chain(islice(by_words, _BY_WORDS), _of_more_releases(near, store), dated):
            found.setdefault(passage_id, Candidate(passage_id, language, by_words.get(passage_id, 0.0)))
    return list(found.values())


def _depth(passages: int, selection: Selection) -> int:
    """How many of so many passages are taken by their meaning; of selected releases, as of few."""
    if not selection.is_of_language_only or passages <= _FROM:
        return _BY_MEANING
    return min(_MOST_BY_MEANING, int(_BY_MEANING * (passages / _FROM) ** _GROWTH))


def _of_more_releases(near: Sequence[int], store: Store) -> Iterator[int]:
    """The nearest passages, and from there on those of further releases, one of each."""
    yield from near[:_BY_MEANING]
    if more := near[_BY_MEANING:]:
        of_release = store.releases_of(near)
        seen = {of_release.get(passage_id) for passage_id in near[:_BY_MEANING]}
        for passage_id in more:
            if (release := of_release.get(passage_id)) not in seen:
                seen.add(release)
                yield passage_id


def _of_days(
    question: ShiftedQuestion, days: Sequence[Days], selection: Selection, store: Store, vectors: Vectors
) -> Iterator[int]:
    """The passages nearest to the question in releases that came out about the days it names."""
    for stretch in days[:_STRETCHES]:
        dated = selection.during(stretch.first - _DAYS_BEFORE, stretch.last + _DAYS_AFTER)
        passages = SelectedPassages(dated, store, vectors)
        yield from passages.nearest(question.vector, question.language, _BY_DAYS, _MOST_OF_DAYS)
