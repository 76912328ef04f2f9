"""Finds the passages that may answer a question: by meaning in every language, by words in the question's own,
and by meaning among the releases of the days it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from index.release import Language
from index.store import Store
from index.vectors import Vectors
from index.words import index_words
from qa.shift import ShiftedQuestion
from qa.when import Days

__all__ = ["Candidate", "find_passages"]

# Passages taken from each list. Deeper lists cost time in the ranking and move no figure on dev.jsonl.
_BY_MEANING = 30
_BY_WORDS = 20
_BY_DAYS = 20
# Stretches of days looked into, the most exact first.
_STRETCHES = 2
# A release bears the day it came out, which is a little before what it announces or after what it tells of.
_DAYS_BEFORE = dt.timedelta(3)
_DAYS_AFTER = dt.timedelta(14)
# With more passages than this to compare, days say so little that searching them by hand is not worth its time.
_MOST_OF_DAYS = 5_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer: its BM25 score, 0 where it was found by meaning alone."""

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
) -> list[Candidate]:
    """The candidates of all lists, each once.

    `questions` holds the question as the passages of each language see it. Each language is searched
    by itself, so that one never crowds out the other. The words of a question are looked for only in
    passages of its language: across languages they are noise that drowns the rest. No list filters
    another: a release of other days, or of none, is found by its meaning all the same.
    """
    by_words = dict(store.search_words(index_words(text), asked_in, _BY_WORDS))
    found = {passage_id: Candidate(passage_id, asked_in, score) for passage_id, score in by_words.items()}
    for language, question in questions.items():
        for passage_id, _ in vectors.nearest(question.vector, language, _BY_MEANING):
            found.setdefault(passage_id, Candidate(passage_id, language, 0.0))
        for passage_id in _of_days(question, days, store):
            found.setdefault(passage_id, Candidate(passage_id, language, 0.0))
    return list(found.values())


def _of_days(question: ShiftedQuestion, days: Sequence[Days], store: Store) -> Iterator[int]:
    """The passages nearest to the question in releases that came out about the days it names."""
    import numpy as np

    for stretch in days[:_STRETCHES]:
        first, last = stretch.first - _DAYS_BEFORE, stretch.last + _DAYS_AFTER
        dated = store.vectors_between(first, last, question.language, _MOST_OF_DAYS)
        if dated:
            vectors = np.frombuffer(b"".join(vector for _, vector in dated), np.float16).reshape(len(dated), -1)
            nearest = np.argsort(-(vectors.astype(np.float32) @ question.vector))
            yield from (dated[place][0] for place in islice(nearest, _BY_DAYS))
