"""A question typed without tone marks, with the marks of its words put back.

"นำทวมทีไหน" is น้ำท่วมที่ไหน in haste. Without marks a word is often another one (ขาว, ข่าว, ข้าว), so of all
words that it may be the most frequent one is taken. Figures: "Mistyped questions" in benchmarks/README.md.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from index.words import dictionary_words

if TYPE_CHECKING:
    from pythainlp.util import Trie

__all__ = ["with_tone_marks"]

_MARKS = re.compile("[\u0e48-\u0e4b]")
_LETTERS = re.compile("[ก-ฮ]")
# Every sixth letter of Thai has a mark over it: of shorter texts nothing can be told.
_LEAST_LETTERS = 10
# Words that get a mark, and those among them that are no words without it, from which it is told that marks were left
# out. Of 13,349 Thai questions, 162 without marks by nature, none is taken for one; of 3,000 without theirs .92 are.
_LEAST_CHANGED, _LEAST_SURE = 2, 1
# How many times a word of the smaller list of frequencies (TTC) counts, beside the larger one (TNC).
_TTC_WEIGHT = 20


def with_tone_marks(text: str) -> str:
    """The text with tone marks where it is Thai, has none, and its words want some; else the text itself."""
    if _MARKS.search(text) or len(_LETTERS.findall(text)) < _LEAST_LETTERS:
        return text
    from pythainlp.tokenize import newmm

    marked, words = _marked_words(), dictionary_words()
    typed = newmm.segment(text, _unmarked())
    meant = [marked.get(word, word) for word in typed]
    changed = [word for word, other in zip(typed, meant, strict=True) if word != other]
    sure = sum(word not in words for word in changed)
    return "".join(meant) if len(changed) >= _LEAST_CHANGED and sure >= _LEAST_SURE else text


@cache
def _marked_words() -> dict[str, str]:
    """By each word without its marks the most frequent of those that it may be."""
    from pythainlp.corpus import tnc, ttc

    large, small = dict(tnc.unigram_word_freqs()), dict(ttc.unigram_word_freqs())
    rising = sorted(dictionary_words(), key=lambda word: (large.get(word, 0) + _TTC_WEIGHT * small.get(word, 0), word))
    return {_MARKS.sub("", word): word for word in rising}


@cache
def _unmarked() -> Trie:
    from pythainlp.util import Trie

    return Trie(_marked_words())
