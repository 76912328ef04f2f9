"""Chooses what to quote: the clauses around the likeliest answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.release import Language, canonical_url
from qa.clause import LONGEST_QUOTE, with_announced
from qa.rank import RankedRelease
from qa.read import FoundAnswer

__all__ = ["MOST_QUOTES", "Quote", "choose_quotes", "likeliest"]

MOST_QUOTES = 3

# What the nearness of its clauses, of its passage and of its release count beside the reader's log-odds: the
# reader and the clauses choose in a release, the ranking among releases. Chosen on dev.jsonl and on
# held-out questions: see "The encoder on both sides" and "More questions to learn from" in benchmarks/README.md.
_CLAUSES = 30.0
_PASSAGE = 35.0
_RELEASE = 260.0
# A likely answer that stands beside a chosen one is quoted together with it if it is worth no less than this below
# it: of "A, together with B" the reader often names both, one by one.
_TOGETHER = 7.0
# What is worth so much less than the first quote is not shown: two of five of those beyond the first ones, and of
# 1,186 questions 2 had their answer there alone ("How many quotes" in benchmarks/README.md).
_UNLIKELY = 20.0
# Another release than the first one is quoted only if it is no further behind it than this: of 640 quotes of other
# releases 160 were further behind, 2 of them right where the first was not; where there are few releases, the others
# are on something else.
_FAR = 0.08


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of a release, `release.text[start:end]`, with its score; higher is better.

    The answer itself stands at `text[answer_start:answer_end]`; both are 0 where nothing is singled out.
    """

    source: RankedRelease
    start: int
    end: int
    score: float
    answer_start: int = 0
    answer_end: int = 0

    @property
    def text(self) -> str:
        """The words quoted."""
        return self.source.release.text[self.start : self.end]

    def overlaps(self, other: Quote) -> bool:
        """Whether the two share a stretch of one release."""
        return self.source.id == other.source.id and self.start < other.end and other.start < self.end

    def holds(self, other: Quote) -> bool:
        """Whether all of another one is in it."""
        return self.source.id == other.source.id and self.start <= other.start and other.end <= self.end


def choose_quotes(answers: Sequence[FoundAnswer], asked_in: Language) -> list[Quote]:
    """Up to three quotes that do not overlap, best first; those in the asker's language before their translations.

    What is far less likely than the first one is left out: it would be read for nothing. So is what says in another
    release, or in its headline and its first line, the very words of a better one.

    Where the clauses around two likely answers overlap, they are one quote, as long as that is not too long. One that
    ends in words that announce something goes on to it, where no other one has it.
    """
    chosen: list[Quote] = []
    for worth, answer in _ordered(answers, asked_in):
        start, end = answer.quote_start, answer.quote_end
        quote = Quote(
            answer.source, start, end, worth,
            answer_start=max(0, answer.start - start), answer_end=min(end, answer.end) - start,
        )  # fmt: skip
        if chosen and (worth < chosen[0].score - _UNLIKELY or _is_far(quote.source, chosen[0].source)):
            continue
        if any(_is_said_in(quote, other) for other in chosen if not quote.overlaps(other)):
            continue
        beside = [place for place, other in enumerate(chosen) if quote.overlaps(other)]
        if not beside and len(chosen) < MOST_QUOTES:
            chosen.append(quote)
        elif len(beside) == 1:
            chosen[beside[0]] = _together(chosen[beside[0]], quote)
    return [_to_announced(quote, chosen) for quote in chosen]


def _to_announced(quote: Quote, chosen: Sequence[Quote]) -> Quote:
    release = quote.source.release
    wider = replace(quote, end=with_announced(release.text, quote.start, quote.end, release.language))
    return quote if any(wider.overlaps(other) for other in chosen if other is not quote) else wider


def _is_said_in(quote: Quote, other: Quote) -> bool:
    """Whether all words of a quote are in another one, white space aside."""
    return "".join(quote.text.split()) in "".join(other.text.split())


def _is_far(other: RankedRelease, first: RankedRelease) -> bool:
    """Whether a release is that much less near to the question than the first one that is quoted."""
    return other.id != first.id and other.score < first.score - _FAR


def likeliest(answers: Sequence[FoundAnswer], asked_in: Language, nearness: float = 1.0) -> FoundAnswer:
    """The answer that is quoted first; raises `IndexError` where there is none.

    `nearness`: how many times as much as in quoting it counts beside the reader's word; beyond 1 it is the answer that
    stands nearest, which need not be the one quoted (`qa.refuse`).
    """
    return _ordered(answers, asked_in, nearness)[0][1]


def _together(chosen: Quote, other: Quote) -> Quote:
    """A chosen quote reaching over another one that overlaps with it, unless that is much less likely or too far.

    The answer that is singled out stays the chosen one's.
    """
    start, end = min(chosen.start, other.start), max(chosen.end, other.end)
    stretch = chosen.source.release.text[start:end]
    if other.score < chosen.score - _TOGETHER or len(stretch) > LONGEST_QUOTE or "\f" in stretch:
        return chosen
    moved = chosen.start - start
    return replace(
        chosen, start=start, end=end,
        answer_start=chosen.answer_start + moved, answer_end=chosen.answer_end + moved,
    )  # fmt: skip


def _ordered(
    answers: Sequence[FoundAnswer], asked_in: Language, nearness: float = 1.0
) -> list[tuple[float, FoundAnswer]]:
    """The answers with their worth, best first.

    Where a release has both languages at one address and the reader finds the answer in the asker's own, the
    other one is worth no more than that.
    """
    own: dict[str, float] = {}
    for answer in answers:
        release = answer.source.release
        if release.url and release.language == asked_in and answer.odds > 0:
            address = canonical_url(release.url)
            own[address] = max(own.get(address, -math.inf), _worth(answer, nearness))

    def worth(answer: FoundAnswer) -> float:
        release = answer.source.release
        if release.language == asked_in:
            return _worth(answer, nearness)
        return min(_worth(answer, nearness), own.get(canonical_url(release.url), math.inf))

    ranked = [(worth(answer), answer) for answer in answers]
    return sorted(ranked, key=lambda row: (-row[0], row[1].source.release.language != asked_in))


def _worth(answer: FoundAnswer, nearness: float) -> float:
    """What a likely answer is ranked by: the reader's word with the nearness of all that it stands in."""
    near = _CLAUSES * answer.closeness + _PASSAGE * answer.nearness + _RELEASE * answer.source.score
    return answer.odds + nearness * near
