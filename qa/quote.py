"""Chooses what to quote: the stretches of the best releases that come nearest to the question.

No model runs here. The vectors of a release's tokens were made when it was indexed, so a stretch is
scored by the tokens that stand in it: late interaction, and the cosine of their mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.embed import Encoder, passage_text
from index.release import Language
from index.store import Store, StoredPassage
from index.token_vectors import rotate, unpack_tokens
from qa.rank import RankedRelease
from qa.shift import ShiftedQuestion
from qa.windows import LONGEST_QUOTE, Window, windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["MOST_QUOTES", "Quote", "choose_quotes"]

MOST_QUOTES = 3

# Releases read for quotes.
_RELEASES = 4
# Passages read of a release; the minutes of a cabinet meeting have hundreds.
_PASSAGES = 12
# What the cosine of a stretch's mean vector and its share of the longest length count, beside late
# interaction with weight 1; and how much the release's own score counts between releases.
# Chosen on dev.jsonl: see "Choosing the quote" in benchmarks/README.md.
_COSINE = 0.5
_LENGTH = 0.02
_RELEASE = 1.0
# For each end of a stretch that is where a reader stops; it reads better, and costs little.
_WHOLE = 0.005
# A later quote whose score falls behind the first by more than this answers something else.
_BEHIND = 0.12


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a release, `release.text[start:end]`, with its score; higher is better."""

    source: RankedRelease
    start: int
    end: int
    score: float

    @property
    def text(self) -> str:
        """The words quoted."""
        return self.source.release.text[self.start : self.end]


def choose_quotes(
    releases: Sequence[RankedRelease],
    questions: Mapping[Language, ShiftedQuestion],
    store: Store,
    encoder: Encoder,
) -> list[Quote]:
    """Up to three quotes that do not overlap, best first; the first one is from the best release's best."""
    quotes: list[Quote] = []
    for source in releases[:_RELEASES]:
        quotes.extend(_score(source, questions[source.release.language], store, encoder))
    quotes.sort(key=lambda quote: (-quote.score, quote.source.id, quote.start))
    chosen: list[Quote] = []
    for quote in quotes:
        if len(chosen) == MOST_QUOTES or (chosen and quote.score < chosen[0].score - _BEHIND):
            break
        if not any(_overlaps(quote, other) for other in chosen):
            chosen.append(_from_line_start(quote, chosen))
    return chosen


def _score(source: RankedRelease, question: ShiftedQuestion, store: Store, encoder: Encoder) -> list[Quote]:
    """Every stretch of a release with its score."""
    import numpy as np

    passages = _promising(source, question, store)
    similarity, vectors, spans = _tokens(source, passages, question, encoder)
    stretches = [
        Window(first + window.start, first + window.end, window.wholeness)
        for first, last in _runs(passages)
        for window in windows(source.release.text[first:last], source.release.language)
    ]
    firsts = np.searchsorted(spans[:, 0], [window.start for window in stretches])
    lasts = np.searchsorted(spans[:, 1], [window.end for window in stretches], "right")
    sums = np.concatenate([np.zeros((1, vectors.shape[1]), np.float32), np.cumsum(vectors, axis=0)])
    means = sums[lasts] - sums[firsts]
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    cosines = means @ rotate(question.vector)
    quotes = []
    for window, first, last, cosine in zip(stretches, firsts, lasts, cosines, strict=True):
        if first >= last:
            continue  # marks that are no tokens
        late = float(similarity[:, first:last].max(axis=1).mean())
        length = (window.end - window.start) / LONGEST_QUOTE
        score = late + _COSINE * float(cosine) + _LENGTH * length + _WHOLE * window.wholeness
        score += _RELEASE * source.score
        quotes.append(Quote(source, window.start, window.end, score))
    return quotes


def _runs(passages: Sequence[StoredPassage]) -> Iterator[tuple[int, int]]:
    """The stretches of text that passages cover, neighbours taken together."""
    first: int | None = None
    for stored, after in zip(passages, (*passages[1:], None), strict=True):
        first = stored.passage.start if first is None else first
        if after is None or after.passage.ordinal != stored.passage.ordinal + 1:
            yield first, stored.passage.end
            first = None


def _tokens(
    source: RankedRelease,
    passages: Sequence[StoredPassage],
    question: ShiftedQuestion,
    encoder: Encoder,
) -> tuple[Array, Array, NDArray[np.int32]]:
    """The tokens of passages in reading order, without those of its headline.

    Their similarity to each question token, (question tokens, tokens); their vectors, rotated,
    (tokens, dimension); and where each stands in the text, (tokens, 2).
    """
    import numpy as np

    texts = [passage_text(source.release.title, stored.passage.text) for stored in passages]
    similarities, vectors, spans = [], [], []
    for stored, text, places in zip(passages, texts, encoder.token_spans(texts), strict=True):
        packed = unpack_tokens(stored.tokens)
        behind = len(text) - len(stored.passage.text)
        body = places[:, 0] >= behind
        similarities.append(packed.similarity(question.tokens)[:, body])
        vectors.append(packed.vectors()[body])
        spans.append(places[body] - behind + stored.passage.start)
    return np.concatenate(similarities, axis=1), np.concatenate(vectors), np.concatenate(spans)


def _promising(source: RankedRelease, question: ShiftedQuestion, store: Store) -> list[StoredPassage]:
    """The passages to look for quotes in: all of a release, or of a long one those nearest to the question."""
    import numpy as np

    vectors = store.vectors_of(source.id)
    if len(vectors) > _PASSAGES:
        cosines = {
            passage_id: float(np.frombuffer(vector, np.float16).astype(np.float32) @ question.vector)
            for passage_id, vector in vectors
        }
        cosines[source.best.stored.id] = 1.0
        kept = sorted(cosines, key=lambda passage_id: -cosines[passage_id])[:_PASSAGES]
    else:
        kept = [passage_id for passage_id, _ in vectors]
    return sorted(store.passages(kept).values(), key=lambda stored: stored.passage.ordinal)


def _overlaps(first: Quote, second: Quote) -> bool:
    return first.source.id == second.source.id and first.start < second.end and second.start < first.end


def _from_line_start(quote: Quote, chosen: Sequence[Quote]) -> Quote:
    """The quote from the beginning of its line, where that leaves it short enough: it reads better whole."""
    text = quote.source.release.text
    start = max(text.rfind("\n", 0, quote.start), text.rfind("\f", 0, quote.start)) + 1
    start += len(text[start : quote.end]) - len(text[start : quote.end].lstrip())
    longer = replace(quote, start=start)
    if quote.end - start > LONGEST_QUOTE or any(_overlaps(longer, other) for other in chosen):
        return quote
    return longer
