"""A question typed with the keyboard set to the other language, as it was meant.

On one keyboard are Thai (Kedmanee, TIS 820) and English letters, and whoever forgets to change between them types
"'[xitk,k8ig" for งบประมาณ, or "ไ้นห" for "whos". Figures: "Mistyped questions" in benchmarks/README.md.
"""

from __future__ import annotations

import re

from index.words import cut_words, dictionary_words
from qa.words import Phrase

__all__ = ["READ_AS", "as_meant"]

READ_AS = Phrase("อ่านคำถามว่า", "Read as")

_THAI = re.compile(r"[\u0e00-\u0e7f]")
_THAI_RUN = re.compile(r"[\u0e00-\u0e7f]+")
_LATIN = re.compile(r"[A-Za-z]")
# Keys of frequent Thai letters that no English word has in it: ว บ ล ช; between two letters also ม ใ ค ต จ; and before
# the letters of a word these and ข.
_NEVER_ENGLISH = re.compile(r"[;\[\]\\=]|[A-Za-z][,.04-9][A-Za-z]|(?<!\S)(?:[,.-]\d?[a-z]|\d[a-z]{3})")
# What is the same on both: figures, which have keys of their own, but not the brackets around them; Latin names.
_NUMBER = re.compile(r"(Z?)(\d[\d.,/:%-]*)(X?)")
_FIGURES = re.compile(r"(\d{2,})")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z\d.-]*")
# Characters of a dictionary word that says that Thai is meant: English letters make shorter ones by chance.
_TELLING = 3
# Share of a text in such words, and characters in them, from which Thai is meant. Of 2,000 Thai questions typed with
# English letters the lowest share was .29, of 99 in 100 .53; of 2,000 English ones the highest .19.
_SHARE, _LEAST = 0.45, 6
# From which Thai is not meant where words of these are so many, and such a share of all: then English is.
_LITTLE = 0.25
_SHARE_COMMON, _LEAST_COMMON = 0.12, 2
_COMMON = re.compile(
    "a|about|after|also|and|any|are|as|at|be|by|can|did|do|does|during|for|from|ha[ds]|have|how|in|is|its?|many|much|new"
    "|of|on|or|than|that|the|their|this|to|was|were|wh(?:at|en|ere|ich|om?|ose|y)|will|with"
)


def as_meant(text: str) -> str:
    """The text in the letters of the other layout where only those make words of it; else the text itself."""
    if not _THAI.search(text):
        return _thai_meant(text) if _NEVER_ENGLISH.search(text) else text
    return text if _LATIN.search(text) else _english_meant(text)


def _thai_meant(text: str) -> str:
    words = [_thai_word(typed) for typed in text.split()]
    letters = sum(len(word) for word in words if not _NUMBER.fullmatch(word))
    return " ".join(words) if sum(map(_in_words, words)) >= max(_LEAST, _SHARE * letters) else text


def _thai_word(typed: str) -> str:
    """What was typed between two spaces in Thai letters, but for figures and names that stand in it as they are."""
    from pythainlp.util import eng_to_thai

    if number := _NUMBER.fullmatch(typed):
        return ("(" if number[1] else "") + number[2] + (")" if number[3] else "")
    # Thai letters are on keys of figures too: "57'" is ถึง, but ",\"33" is ม.33.
    with_figures = "".join(part if part.isdigit() else eng_to_thai(part) for part in _FIGURES.split(typed))
    word = max(with_figures, eng_to_thai(typed), key=_in_words)
    return typed if _LATIN_NAME.fullmatch(typed) and _in_words(word) < _SHARE * len(word) else word


def _english_meant(text: str) -> str:
    from pythainlp.util import thai_to_eng

    meant = str(thai_to_eng(text))
    words = [word.strip("?.,\"'").lower() for word in meant.split()]
    common = sum(bool(_COMMON.fullmatch(word)) for word in words)
    is_english = common >= max(_LEAST_COMMON, _SHARE_COMMON * len(words)) and _in_words(text) <= _LITTLE * len(text)
    return meant if is_english else text


def _in_words(text: str) -> int:
    """How many characters of a text are in Thai words that tell."""
    runs = _THAI_RUN.findall(text)
    return sum(
        len(word) for run in runs for word in cut_words(run) if len(word) >= _TELLING and word in dictionary_words()
    )
