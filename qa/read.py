"""Reads the passages of the best releases for what answers the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.release import Language
from index.store import Store, StoredPassage
from index.token_vectors import late_interaction, unpack_vector
from qa.rank import RankedRelease
from qa.reader import Reader
from qa.shift import ShiftedQuestion

__all__ = ["FoundAnswer", "read_releases"]

# Releases whose passages may be read. Reading is what takes the time: so many passages are read at first,
# and more only where none of them holds an answer with these log-odds.
_RELEASES = 3
_FIRST, _MORE = 2, 2
_SURE = 2.0
# Passages looked at of a release; the minutes of a cabinet meeting have hundreds.
_OF_RELEASE = 24
_COSINE = 0.5


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """A likely answer, `release.text[start:end]`.

    `odds` is the reader's log-odds that it answers, against that its passage does not; `nearness` is
    how near its passage is to the question: late interaction, and the cosine of the whole passage.
    """

    source: RankedRelease
    start: int
    end: int
    odds: float
    nearness: float


def read_releases(
    question: str,
    releases: Sequence[RankedRelease],
    questions: Mapping[Language, ShiftedQuestion],
    store: Store,
    reader: Reader,
) -> list[FoundAnswer]:
    """The likely answers in the passages nearest to the question, in the order of passages."""
    near: list[tuple[float, RankedRelease, StoredPassage]] = []
    for source in releases[:_RELEASES]:
        near.extend(_near(source, questions[source.release.language], store))
    near.sort(key=lambda row: (-row[0] - row[1].score, row[2].id))
    answers = _read(question, near[:_FIRST], reader)
    if all(answer.odds < _SURE for answer in answers):
        answers += _read(question, near[_FIRST : _FIRST + _MORE], reader)
    return answers


def _read(
    question: str, near: Sequence[tuple[float, RankedRelease, StoredPassage]], reader: Reader
) -> list[FoundAnswer]:
    spans = reader.read(question, [(source.release.title, stored.passage.text) for _, source, stored in near])
    return [
        FoundAnswer(source, stored.passage.start + span.start, stored.passage.start + span.end, span.score, nearness)
        for (nearness, source, stored), found in zip(near, spans, strict=True)
        for span in found
    ]


def _near(
    source: RankedRelease, question: ShiftedQuestion, store: Store
) -> list[tuple[float, RankedRelease, StoredPassage]]:
    """The passages of a release and how near each is."""
    passages = _passages(source, question, store)
    late = late_interaction([stored.tokens for stored in passages], question.adapted, question.weights)
    return [
        (float(score + _COSINE * (unpack_vector(stored.vector) @ question.vector)), source, stored)
        for score, stored in zip(late, passages, strict=True)
    ]


def _passages(source: RankedRelease, question: ShiftedQuestion, store: Store) -> list[StoredPassage]:
    """All passages of a release, or of a long one those nearest to the question by their vectors."""
    cosines = {
        passage_id: float(unpack_vector(vector) @ question.vector) for passage_id, vector in store.vectors_of(source.id)
    }
    cosines[source.best.stored.id] = 2.0
    kept = sorted(cosines, key=lambda passage_id: -cosines[passage_id])[:_OF_RELEASE]
    return list(store.passages(kept).values())
