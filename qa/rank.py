"""Ranks candidate passages by late interaction and by date, and their releases by their best passage."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from index.lookup import PassageVectors
from index.packed_vector import unpack_vector
from index.release import Language, Release, canonical_url
from index.store import Store, StoredPassage
from index.token_vectors import late_interaction
from index.words import index_words
from qa.find import Candidate
from qa.shift import ShiftedQuestion
from qa.stretch import Days

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = [
    "OTHER_LANGUAGE",
    "RankedPassage",
    "RankedRelease",
    "ScoredPassage",
    "date_fit",
    "rank_passages",
    "rank_releases",
    "worth_of_days",
]

# Weights of what a passage is ranked by, beside late interaction with weight 1; and what is allowed
# for a passage in another language than the question's, whose similarities are lower throughout.
# Chosen on dev.jsonl over thaigov-3k and on held-out questions: "The encoder on both sides" in benchmarks/README.md.
_COSINE = 0.2
_BM25 = 0.0007
# The same in the other language, by the words that are carried over: see "Words carried over" in benchmarks/README.md.
_CARRIED = 0.0014
# How much of late interaction is by the adapted words of the question, which are nearer to what answers it than to
# what speaks of the same; the rest is by its words as they are: see "Ranking with the adapter" in benchmarks/README.md.
_ADAPTED = 0.5
OTHER_LANGUAGE = 0.06
# What a release gains that came out on the days the question names, by how exact they are (days in the
# stretch, weight), and over how many days the gain fades before and after them.
_OF_DAYS = ((3, 0.11), (45, 0.085), (math.inf, 0.055))
_FADES_BEFORE, _FADES_AFTER = 4.0, 20.0
# The figures of a quarter or a half of a year come out in the next one: after so many days as one of these has, the
# gain fades over as many. See "Dates" in benchmarks/README.md.
_PART_OF_YEAR = range(80, 200)
# What the newest candidate gains where the newest is asked for, and the days in which that halves.
_NEWEST = 0.04
_HALVES_IN = 120.0

# Share of words in common from which two passages of different releases say the same.
_SAME_TEXT = 0.9
# Cosine below which two passages are not compared word by word, which takes longer.
_NEAR = 0.9


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A candidate with its score; `similarity` is late interaction alone, the mean over question tokens
    of the highest cosine to a passage token."""

    id: int
    release_id: str
    score: float
    similarity: float


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A scored passage with its text and its release."""

    stored: StoredPassage
    score: float
    similarity: float


@dataclass(frozen=True, slots=True)
class RankedRelease:
    """A release with the score of its best passage, and the addresses of releases that say the same."""

    id: str
    release: Release
    score: float
    best: RankedPassage
    also: tuple[str, ...] = ()


def rank_passages(
    candidates: Sequence[Candidate],
    asked_in: Language,
    questions: Mapping[Language, ShiftedQuestion],
    store: Store,
    days: Sequence[Days] = (),
    latest: bool = False,
    for_answer: bool = False,
) -> list[ScoredPassage]:
    """The candidates that still exist, best first.

    The score adds late interaction (Khattab and Zaharia 2020, "ColBERT"), the cosine of the whole
    passage, BM25 by the words of the question or those carried over, and what the release's date is worth:
    for the days that the question names, and with `latest` for being new. `for_answer`: what answers
    the question is looked for, not all that is about the same.
    """
    stored = store.passage_vectors(candidate.passage_id for candidate in candidates)
    present = [candidate for candidate in candidates if candidate.passage_id in stored]  # others were removed since
    similarities = _similarities(present, questions, stored, _ADAPTED if for_answer else 0.0)
    newest = max((passage.date for passage in stored.values() if passage.date), default=None)
    ranked = []
    for candidate in present:
        passage = stored[candidate.passage_id]
        similarity, nearness = similarities[candidate.passage_id]
        cosine = float(unpack_vector(passage.vector) @ questions[candidate.language].vector)
        score = nearness + _COSINE * cosine
        score += (_BM25 if candidate.language == asked_in else _CARRIED) * candidate.bm25
        if candidate.language != asked_in:
            score += OTHER_LANGUAGE
        if date := passage.date:
            score += worth_of_days(date, days)
            score += _NEWEST * 0.5 ** ((newest - date).days / _HALVES_IN) if latest and newest else 0.0
        ranked.append(ScoredPassage(passage.id, passage.release_id, score, similarity))
    return sorted(ranked, key=lambda passage: (-passage.score, passage.id))


def _similarities(
    candidates: Sequence[Candidate],
    questions: Mapping[Language, ShiftedQuestion],
    stored: Mapping[int, PassageVectors],
    adapted: float,
) -> dict[int, tuple[float, float]]:
    """Late interaction of each candidate with the question as its language sees it: with its words as they are,
    and with the adapted ones mixed in at a share of `adapted`."""
    import numpy as np

    found: dict[int, tuple[float, float]] = {}
    for language, question in questions.items():
        ids = [candidate.passage_id for candidate in candidates if candidate.language == language]
        count = len(question.tokens)
        plain = np.full(count, 1 / max(1, count), np.float32)
        weights = np.stack(
            [
                np.concatenate([plain, np.zeros_like(question.weights)]),
                np.concatenate([(1 - adapted) * plain, adapted * question.weights]),
            ]
        )
        both = np.concatenate([question.tokens, question.adapted])
        scores = late_interaction([stored[passage_id] for passage_id in ids], both, weights)
        found.update(zip(ids, zip(*scores.tolist(), strict=True), strict=True))
    return found


def worth_of_days(date: dt.date, days: Sequence[Days]) -> float:
    """What a date is worth for the stretch of days that it fits best."""
    worth = [0.0]
    for stretch in days:
        weight = next(weight for length, weight in _OF_DAYS if stretch.length <= length)
        worth.append(weight * date_fit(date, stretch))
    return max(worth)


def date_fit(date: dt.date, stretch: Days) -> float:
    """How well a release of a date fits a stretch of days: 1 on them, fading to 0 before and after."""
    after = stretch.length if stretch.length in _PART_OF_YEAR else _FADES_AFTER
    fades = _FADES_BEFORE if date < stretch.first else after
    return math.exp(-stretch.distance(date) / fades)


def rank_releases(
    passages: Sequence[ScoredPassage], limit: int, asked_in: Language, store: Store
) -> list[RankedRelease]:
    """The releases of ranked passages, best first, `limit` at most; near-duplicates fall into one.

    A release of which a passage is a near-duplicate of another one's can still be found by its next: two may share
    a paragraph and no more. Of two that share an address, as briefs of one release in two languages do, the one in
    the asker's language goes first.
    """
    texts = _Texts(passages, limit, store)
    found: dict[str, RankedRelease] = {}
    vectors: list[Array] = []
    words = _Words()
    for scored in passages:
        if scored.release_id in found or (passage := texts.of(scored)) is None:
            continue
        release = passage.stored.release
        vector = unpack_vector(passage.stored.vector)
        near = [other for other, theirs in zip(found.values(), vectors, strict=True) if theirs @ vector >= _NEAR]
        twin = next((other.id for other in near if words.are_same(passage.stored, other.best.stored)), None)
        if twin is not None and found[twin].release.kind == release.kind:
            first = found[twin]
            if release.url and release.url not in first.also:
                found[twin] = RankedRelease(
                    first.id, first.release, first.score, first.best, (*first.also, release.url)
                )
            continue
        found[scored.release_id] = RankedRelease(scored.release_id, release, passage.score, passage)
        vectors.append(vector)
        if len(found) == limit:
            break
    return _own_language_first(list(found.values()), asked_in)


class _Texts:
    """The texts of ranked passages. Those of the best passage of each release are read so many at once, in order."""

    def __init__(self, passages: Sequence[ScoredPassage], at_once: int, store: Store) -> None:
        best: dict[str, ScoredPassage] = {}
        for scored in passages:
            best.setdefault(scored.release_id, scored)
        self._waiting = iter([scored.id for scored in best.values()])
        self._best = frozenset(scored.id for scored in best.values())
        self._at_once = at_once
        self._store = store
        self._read: dict[int, StoredPassage | None] = {}

    def of(self, scored: ScoredPassage) -> RankedPassage | None:
        """The passage with its text; None where it has been removed since."""
        while scored.id not in self._read:
            some = list(islice(self._waiting, self._at_once)) if scored.id in self._best else [scored.id]
            stored = self._store.passages(some)
            self._read.update({passage_id: stored.get(passage_id) for passage_id in some})
        text = self._read[scored.id]
        return RankedPassage(text, scored.score, scored.similarity) if text else None


def _own_language_first(ranked: list[RankedRelease], asked_in: Language) -> list[RankedRelease]:
    """The releases with the places and scores of some changed, where one address has both languages."""
    for later, own in enumerate(ranked):
        for earlier, other in enumerate(ranked[:later]):
            same = bool(own.release.url) and canonical_url(own.release.url) == canonical_url(other.release.url)
            if same and own.release.language == asked_in != other.release.language:
                ranked[earlier] = replace(own, score=other.score)
                ranked[later] = replace(other, score=own.score)
                break
    return ranked


class _Words(dict[int, frozenset[str]]):
    """The words of passages by id, each cut once: one may be compared with many."""

    def are_same(self, first: StoredPassage, second: StoredPassage) -> bool:
        """Whether two passages have nearly all words in common (Jaccard similarity)."""
        mine, theirs = self._of(first), self._of(second)
        return len(mine & theirs) >= _SAME_TEXT * len(mine | theirs)

    def _of(self, stored: StoredPassage) -> frozenset[str]:
        if stored.id not in self:
            self[stored.id] = frozenset(index_words(stored.passage.text))
        return self[stored.id]
