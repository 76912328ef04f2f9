"""Reads the passages of the best releases for what answers the question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.embed import Encoder, passage_text
from index.packed_vector import unpack_vector
from index.release import Language, Release
from index.store import Store, StoredPassage
from index.token_vectors import late_interaction, late_interaction_within
from qa.clause import clause_around
from qa.offices import Office, offices_asked
from qa.question import Question
from qa.rank import OTHER_LANGUAGE, RankedRelease
from qa.reader import Reader, Span
from qa.shift import ShiftedQuestion

__all__ = ["FoundAnswer", "headline_odds", "read_releases"]

# Releases whose passages may be read.
_RELEASES = 3
# Passages looked at of a release; the minutes of a cabinet meeting have hundreds.
_OF_RELEASE = 24
# What the cosine of the whole passage counts beside late interaction: "The encoder on both sides" in
# benchmarks/README.md.
_COSINE = 0.3


@dataclass(frozen=True, slots=True)
class _Depth:
    """How many passages are read at first, and how many where none of these holds an answer with log-odds of `sure`."""

    first: int
    most: int
    sure: float


# Reading is what takes the time. See "Passages read" in benchmarks/README.md.
_DEPTH, _DEPTH_IF_SLOW = _Depth(4, 6, 4.0), _Depth(2, 4, 2.0)


# Log-odds below which the reader says that nothing answers what asks nothing; see "Follow-ups" in benchmarks/README.md.
_NOTHING = -4.0


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """A likely answer, `release.text[start:end]`, and the clauses around it, `text[quote_start:quote_end]`.

    `odds` is the reader's log-odds that it answers, against that its passage does not. `nearness` is
    how near its passage is to the question: late interaction, and the cosine of the whole passage;
    `closeness` how near the words of the clauses are: late interaction alone.
    """

    source: RankedRelease
    start: int
    end: int
    quote_start: int
    quote_end: int
    odds: float
    nearness: float
    closeness: float

    def is_beside(self, office: Office) -> bool:
        """Whether its clauses name an office beside it."""
        clauses = self.source.release.text[self.quote_start : self.quote_end]
        return office.is_beside(clauses, self.start - self.quote_start, self.end - self.quote_start)


@dataclass(frozen=True, slots=True)
class _Near:
    """A passage and how near it is to the question."""

    source: RankedRelease
    stored: StoredPassage
    nearness: float


def read_releases(
    question: Question,
    releases: Sequence[RankedRelease],
    questions: Mapping[Language, ShiftedQuestion],
    store: Store,
    encoder: Encoder,
    reader: Reader,
) -> list[FoundAnswer]:
    """The likely answers in the passages nearest to the question, in the order of passages.

    What a follow-up follows finds the releases; what it asks itself, its `text`, is what is read for. Where it asks
    nothing by itself, and read alone nothing answers it, passages are read for it with what it follows.
    """
    near: list[_Near] = []
    for source in releases[:_RELEASES]:
        near.extend(_near(source, questions[source.release.language], question.language, store))
    # Whoever is named without the office asked for may hold another.
    offices = offices_asked(question.text)
    if offices:
        near = [one for one in near if any(office.is_named(one.stored.passage.text) for office in offices)]
    near.sort(key=lambda one: (-one.nearness - one.source.score, one.stored.id))
    # One passage of the release ranked first is always read, however near those of others are.
    best = next((one for one in near if one.source is releases[0]), None)
    near.sort(key=lambda one: one is not best)

    def read(passages: Sequence[_Near], asked: str) -> list[FoundAnswer]:
        spans = reader.read(asked, [(one.source.release.title, one.stored.passage.text) for one in passages])
        return [
            answer
            for one, found in zip(passages, spans, strict=True)
            for answer in _answers(one, found, questions[one.source.release.language], encoder)
        ]

    def read_for(asked: str) -> list[FoundAnswer]:
        depth = _DEPTH if reader.is_fast else _DEPTH_IF_SLOW
        answers = read(near[: depth.first], asked)
        if all(answer.odds < depth.sure for answer in answers):
            answers += read(near[depth.first : depth.most], asked)
        return answers

    answers = read_for(question.text)
    if offices:
        return [answer for answer in answers if any(answer.is_beside(office) for office in offices)]
    if question.in_context != question.text and all(answer.odds < _NOTHING for answer in answers):
        answers = read_for(question.in_context)
    return answers


def headline_odds(question: Question, release: Release, reader: Reader) -> float:
    """The reader's log-odds that a release's headline answers by itself, -inf where there is none.

    In a passage the headline stands in front, for what the passage is about, and is never named as the answer.
    """
    (spans,) = reader.read(question.text, [("", release.title)])
    return max((span.score for span in spans), default=-math.inf)


def _answers(one: _Near, spans: Sequence[Span], question: ShiftedQuestion, encoder: Encoder) -> list[FoundAnswer]:
    """What the reader found in a passage, with the clauses around it."""
    release, passage = one.source.release, one.stored.passage
    places = [(passage.start + span.start, passage.start + span.end) for span in spans]
    clauses = [clause_around(release.text, start, end, release.language) for start, end in places]
    encoded = passage_text(release.title, passage.text)
    # Where the tokens stand in the release; those of the headline, which is encoded in front, stand before the passage.
    (tokens,) = encoder.token_spans([encoded])
    tokens = tokens + (passage.start + len(passage.text) - len(encoded))
    own = tokens[:, 1] > passage.start
    inside = [own & (tokens[:, 1] > start) & (tokens[:, 0] < end) for start, end in clauses]
    close = late_interaction_within(one.stored, question.adapted, question.weights, inside)
    return [
        FoundAnswer(one.source, start, end, first, last, span.score, one.nearness, float(closeness))
        for span, (start, end), (first, last), closeness in zip(spans, places, clauses, close, strict=True)
    ]


def _near(source: RankedRelease, question: ShiftedQuestion, asked_in: Language, store: Store) -> list[_Near]:
    """The passages of a release and how near each is, with the same allowance for language as in ranking."""
    passages = _passages(source, question, store)
    late = late_interaction(passages, question.adapted, question.weights)
    allowed = OTHER_LANGUAGE if source.release.language != asked_in else 0.0
    return [
        _Near(source, stored, float(score + _COSINE * (unpack_vector(stored.vector) @ question.turned)) + allowed)
        for score, stored in zip(late, passages, strict=True)
    ]


def _passages(source: RankedRelease, question: ShiftedQuestion, store: Store) -> list[StoredPassage]:
    """All passages of a release, or of a long one those nearest to the question by their vectors."""
    cosines = {
        passage_id: float(unpack_vector(vector) @ question.turned) for passage_id, vector in store.vectors_of(source.id)
    }
    cosines[source.best.stored.id] = 2.0
    kept = sorted(cosines, key=lambda passage_id: -cosines[passage_id])[:_OF_RELEASE]
    return list(store.passages(kept).values())
