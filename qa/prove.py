"""Proves sentences that a model wrote against the passages that they cite, before anyone sees them.

Each citation is resolved to a stretch of its passage: where the words of the sentence stand there, by
them; else by late interaction, over a floor. Then every number, date, time, name and address of the
sentence has to be in what it cites, quotation marks have to hold words that stand there, the sentence may say no
only where its source does, and only then, and it may not say a rise where that says a fall (`qa.opposites`).

What the proof cannot see: two numbers or two names of one passage that changed places, something said of the wrong
one of two who are named, "may" for "will", opposites that are in no list, and what is left out. It makes a sentence
checked, not true; the quotes stand beside it for that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from index.embed import Encoder, passage_text
from index.language import detect_language
from index.release import Language
from qa.answer import Citation, Proof, Sentence, Struck
from qa.names_said import names_lacking
from qa.negation import says_no
from qa.opposites import at_odds
from qa.plain import PlainText, plain_text
from qa.sentences import Draft
from qa.shift import LanguageShift
from qa.values import Values, lacking, values_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["FLOORS", "SHOWN_STRUCK", "Prover"]

# Late interaction below which a sentence has nothing to do with a passage, by the language of each: "en>th" is an
# English sentence on a Thai passage. Set by hand over the briefs of corpus/: one in a hundred on another release's lies
# above, one in twenty where the languages differ. `python -m benchmarks corruptions` shows what they let through.
FLOORS = {"en>en": 0.60, "th>th": 0.59, "en>th": 0.50, "th>en": 0.54}
# A sentence with numbers or dates that are all in the passage is tied to it by those too, and may be so much farther.
_TIED = 0.04
# Of a sentence so much has to stand in a passage in one piece, and so many characters, to be found by its words.
_SHARE, _LEAST = 0.6, 24
# What stands between quotation marks, pair by pair; of so many characters it is held to be somebody's words.
_QUOTED = re.compile(r"[“\"]([^“”\"]*)[”\"]")
_SOMEBODYS = 12
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|net|org|io|go\.th|co\.th|or\.th|example)\b\S*"
)
# A stretch is resolved in pieces of at least so many characters.
_PIECE = 60
_PIECE_END = {"en": re.compile(r"(?<=[.!?;])\s+|\n"), "th": re.compile(r"\s+")}

# Struck sentences that are shown with the reason: they say something of the source that is wrong in a point.
# The others are dropped: nobody is served by reading them.
SHOWN_STRUCK: frozenset[Struck] = frozenset(["value", "name", "quotation", "negation", "opposite"])


class Prover:
    """Proves the sentences of one answer against its citations; a passage is encoded when it is first needed."""

    def __init__(
        self, encoder: Encoder, shift: LanguageShift, citations: Sequence[Citation], language: Language
    ) -> None:
        """`language` is what the answer is to be in."""
        self._encoder = encoder
        self._shift = shift
        self._language = language
        self._sources: Mapping[int, _Source] = {cited.n: _Source(cited, encoder) for cited in citations}

    def prove(self, draft: Draft) -> Sentence:
        """The sentence with what it stands on, or with why it does not stand."""
        sentence = Sentence(draft.text, draft.marks)

        def struck(why: Struck, what: str = "") -> Sentence:
            return Sentence(draft.text, draft.marks, struck=why, lacking=what)

        if not draft.marks:
            return struck("uncited")
        sources = [self._sources[mark] for mark in draft.marks if mark in self._sources]
        if len(sources) < len(draft.marks):
            return struck("no source", ", ".join(f"[{mark}]" for mark in draft.marks if mark not in self._sources))
        language = detect_language(draft.text)
        if language != self._language:
            return struck("language")
        if what := _values_lacking(draft.text, language, sources):
            return struck("value", what)
        if what := _names_lacking(draft.text, language, sources):
            return struck("name", what)
        if what := _quotation_lacking(draft.text, sources):
            return struck("quotation", what)
        found = [self._resolve(draft.text, language, source) for source in sources]
        if any(place is None for place in found):
            return struck("unrelated")
        places = [place for place in found if place is not None]
        denies = says_no(draft.text, language)
        if all(says_no(place.around, place.source.language) != denies for place in places):
            return struck("negation")
        odds = [at_odds(draft.text, language, place.said, place.source.language) for place in places]
        if all(odds):
            return struck("opposite", odds[0])
        return Sentence(sentence.text, sentence.citations, tuple(place.proof for place in places))

    def nearness(self, text: str, n: int) -> float:
        """Late interaction of a text and the passage of citation `n`, its headline included."""
        return float(self._similarity(text, detect_language(text), self._sources[n]).max(axis=1).mean())

    def _resolve(self, text: str, language: Language, source: _Source) -> _Place | None:
        if place := source.find(text):
            return _Place(source, *place, "string")
        similarity = self._similarity(text, language, source)
        values = values_of(text, language)
        floor = FLOORS[f"{language}>{source.language}"] - (_TIED if values.numbers or values.days else 0.0)
        if not similarity.size or similarity.max(axis=1).mean() < floor:
            return None
        return _Place(source, *source.nearest(similarity), "late interaction")

    def _similarity(self, text: str, language: Language, source: _Source) -> Array:
        """The cosine of each token of a text and each of a passage, shape (text tokens, passage tokens)."""
        tokens, _ = self._shift.moved(self._encoder.encode_question(text), language, source.language)
        similarity: Array = tokens @ source.tokens.T
        return similarity


@dataclass(frozen=True, slots=True)
class _Place:
    """A stretch of a source's passage, and how it was found."""

    source: _Source
    start: int
    end: int
    how: Literal["string", "late interaction"]

    @property
    def around(self) -> str:
        """It with the clauses that it begins and ends in: the word that denies can stand before it."""
        ends = [0, *self.source.ends, len(self.source.text)]
        start = max(end for end in ends if end <= self.start)
        return self.source.text[start : min(end for end in ends if end >= self.end)]

    @property
    def said(self) -> str:
        """The headline of its release, and what is around it."""
        return f"{self.source.title}\n{self.around}"

    @property
    def proof(self) -> Proof:
        base = self.source.base
        return Proof(
            self.source.n, self.how, base + self.start, base + self.end, self.source.text[self.start : self.end]
        )


class _Source:
    """The passage of a citation: `text` stands at `base` of the release."""

    def __init__(self, citation: Citation, encoder: Encoder) -> None:
        self.n = citation.n
        self.title = citation.title
        self.language = citation.language
        self.text = citation.passage or citation.quote
        self.base = citation.start - citation.passage_offset if citation.passage else citation.start
        self._encoder = encoder

    @property
    def said(self) -> str:
        """All that a sentence may take from it: headline and passage."""
        return f"{self.title}\n{self.text}"

    @cached_property
    def values(self) -> Values:
        """The numbers, dates and times that it says."""
        return values_of(self.said, self.language)

    @cached_property
    def tokens(self) -> Array:
        """The token vectors of headline and passage, shape (tokens, dimension)."""
        return self._encoded[0]

    @cached_property
    def ends(self) -> list[int]:
        """Where in the passage a reader pauses."""
        return [match.end() for match in _PIECE_END[self.language].finditer(self.text)]

    @cached_property
    def pieces(self) -> list[tuple[int, int]]:
        """The passage in pieces that end where a reader pauses, none too short, as (start, end)."""
        pieces, start = [], 0
        for end in [*self.ends, len(self.text)]:
            if end - start >= _PIECE or (end == len(self.text) and start < end):
                pieces.append((start, end))
                start = end
        return pieces

    def find(self, text: str) -> tuple[int, int] | None:
        """Where most of a sentence stands in the passage, word for word in one piece; None where it does not."""
        wanted = _comparable(plain_text(text))
        match = SequenceMatcher(None, wanted, _comparable(self._plain), autojunk=False).find_longest_match()
        if match.size < max(_LEAST, _SHARE * len(wanted)) and match.size < len(wanted.strip(" .")):
            return None
        return self._plain.original(match.b, match.b + match.size) if match.size else None

    def nearest(self, similarity: Array) -> tuple[int, int]:
        """The piece of the passage that is nearest to a sentence, with its neighbours as long as those add to it."""
        import numpy as np

        spans = self._encoded[1]

        def score(first: int, last: int) -> float:
            inside = (spans[:, 1] > self.pieces[first][0]) & (spans[:, 0] < self.pieces[last][1])
            return float(np.where(inside, similarity, -1.0).max(axis=1).mean()) if inside.any() else -1.0

        first = last = max(range(len(self.pieces)), key=lambda piece: score(piece, piece))
        best = score(first, last)
        while True:
            wider = [
                (low, high)
                for low, high in ((first - 1, last), (first, last + 1))
                if low >= 0 and high < len(self.pieces)
            ]
            if not wider:
                break
            candidate = max(wider, key=lambda stretch: score(*stretch))
            if score(*candidate) < best + _WORTH:
                break
            first, last = candidate
            best = score(first, last)
        start, end = self.pieces[first][0], self.pieces[last][1]
        stretch = self.text[start:end]
        return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())

    @cached_property
    def _plain(self) -> PlainText:
        return plain_text(self.text)

    @cached_property
    def _encoded(self) -> tuple[Array, NDArray[np.int32]]:
        """Token vectors, and where in the passage each stands; those of the headline stand before it."""
        whole = passage_text(self.title, self.text)
        (encoded,) = self._encoder.encode_passages([whole])
        return encoded.tokens, encoded.spans - (len(whole) - len(self.text))


# What a neighbouring piece has to add to the likeness of a stretch.
_WORTH = 0.02


def _comparable(plain: PlainText) -> str:
    """The text without case and line ends, each character in its place."""
    lowered = (letter.lower() if len(letter.lower()) == 1 else letter for letter in plain.text)
    return "".join(lowered).replace("\n", " ")


def _values_lacking(text: str, language: Language, sources: Sequence[_Source]) -> str:
    """A value that none of the sources carries, or ""."""
    said = values_of(text, language)
    without = [set(lacking(said, source.values)) for source in sources]
    return ", ".join(sorted(set.intersection(*without)))


def _names_lacking(text: str, language: Language, sources: Sequence[_Source]) -> str:
    addresses = [address.rstrip(".,)") for address in _ADDRESS.findall(text)]
    every = [
        set(names_lacking(text, language, source.said, source.language))
        | {address for address in addresses if address not in source.said}
        for source in sources
    ]
    return ", ".join(sorted(set.intersection(*every)))


def _quotation_lacking(text: str, sources: Sequence[_Source]) -> str:
    """Words in quotation marks that no source in their language has, or ""; a translation is nobody's words."""
    for quoted in _QUOTED.findall(text):
        if len(quoted) < _SOMEBODYS:
            continue
        words = _comparable(plain_text(quoted)).strip(" .,")
        same = [source for source in sources if source.language == detect_language(quoted)]
        if same and not any(words in _comparable(plain_text(source.said)) for source in same):
            return str(quoted)
    return ""
