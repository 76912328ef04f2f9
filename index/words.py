"""Words as the lexical index knows them: the same cutting for what is stored and what is asked.

Thai is cut by PyThaiNLP's `newmm` (dictionary and maximal matching within character clusters);
English is lower-cased and stemmed (Snowball). Thai and full-width digits become ASCII digits, so that
"๒๕๖๘" finds "2568". Measured elsewhere: word cutting is worth .12 to .20 nDCG@10 to BM25 on Thai
(HAKARI, NanoMTEB-Thai).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from index.normal import normalized

if TYPE_CHECKING:
    from pythainlp.util import Trie
    from snowballstemmer import stemmer as Stemmer

__all__ = [
    "cut_words",
    "dictionary_words",
    "find_words",
    "index_words",
    "word_boundaries",
    "words_version",
]

# To be raised with each change of what `index_words` gives.
_WORDS = 2

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")

# newmm slows down on pathological repeats (PyThaiNLP #241, #893): it is given pieces of bounded length.
_LONGEST_RUN = 600

# A dictionary word longer than this is taken for a compound and also indexed by its parts.
_LONGEST_PART = 9

# A number keeps its separators and decimals together: "5,900" and "3.5" are one word each, "2567,2568" is two.
_TOKENS = re.compile(r"\d+(?:[.:/]\d+|,\d{3}(?!\d))*|[a-z]+(?:['’][a-z]+)?|[\u0e00-\u0e7f]+|[^\W\d_]+", re.IGNORECASE)
_THAI = re.compile(r"[\u0e00-\u0e7f]")
# Sara am as nikhahit and sara aa, which may have a tone mark between them.
_SARA_AM_IN_PARTS = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_ONLY_MARKS = re.compile(r"^[\u0e2f\u0e30-\u0e3a\u0e45-\u0e4e\u0e5a\u0e5b]+$")


def cut_words(text: str) -> list[str]:
    """The text cut at word boundaries; the pieces put together are the text again."""
    words: list[str] = []
    for start in range(0, len(text), _LONGEST_RUN):
        words.extend(_segmenter()(text[start : start + _LONGEST_RUN], _dictionary()))
    return words


def word_boundaries(text: str) -> frozenset[int]:
    """The places between the words of a text, its beginning and its end among them: offsets in characters."""
    return frozenset(accumulate(map(len, cut_words(text)), initial=0))


@cache
def words_version() -> str:
    """What the words of an index depend on beside its texts: who cuts other ones has to cut all of them anew."""
    from importlib.metadata import version

    return f"words {_WORDS}, pythainlp {version('pythainlp')}, snowballstemmer {version('snowballstemmer')}"


def index_words(text: str) -> list[str]:
    """The words of a text for the lexical index, in order, one form for each word.

    A number with thousands separators also stands without them, so "5900" finds "5,900".
    """
    text = _as_spelt(normalized("NFC", text).translate(_THAI_DIGITS))
    words: list[str] = []
    for match in _TOKENS.finditer(text.lower()):
        token = match[0]
        if _THAI.match(token):
            for word in cut_words(token):
                if not _ONLY_MARKS.match(word):
                    words.append(word)
                    words.extend(_parts(word))
        else:
            words.append(_form(token))
    return words


def _as_spelt(text: str) -> str:
    """The text with sara am and sara ae as they are spelt: typed in two parts they look the same and are no words."""
    return _SARA_AM_IN_PARTS.sub("\\1\u0e33", text).replace("\u0e40\u0e40", "\u0e41")


def find_words(text: str, words: Collection[str]) -> Iterator[tuple[str, int, int]]:
    """Where some of the `words`, in the form of `index_words`, stand in a text, in order: (word, start, end).

    Thai is cut only where it has the letters of one of them: a whole release takes milliseconds.
    """
    thai = [word for word in words if _THAI.match(word)]
    for match in _TOKENS.finditer(text.translate(_THAI_DIGITS)):
        token, start = match[0], match.start()
        if not _THAI.match(token):
            if (form := _form(token.lower())) in words:
                yield form, start, match.end()
        elif any(word in token for word in thai):
            for place in _thai_words(token, start):
                if place[0] in words:
                    yield place


def _thai_words(run: str, start: int) -> Iterator[tuple[str, int, int]]:
    """The words of a run of Thai that begins at `start`, and behind a compound its parts."""
    for word in cut_words(run):
        yield word, start, start + len(word)
        at = start
        for part in _parts(word):
            yield part, at, at + len(part)
            at += len(part)
        start += len(word)


def _form(token: str) -> str:
    """The one form of a word that is not Thai, from its small letters."""
    if token[0].isdigit():
        return token.replace(",", "")
    return _stem(token.split("'")[0].split("’")[0]) if token.isascii() else token


@lru_cache(maxsize=50_000)
def _parts(compound: str) -> tuple[str, ...]:
    """The words inside a long dictionary word: names of ministries are one word to newmm.

    Empty where the word is short, or where its parts are not all words themselves.
    """
    if len(compound) <= _LONGEST_PART:
        return ()
    dictionary = _short_dictionary()
    parts = [str(part) for part in _segmenter()(compound, dictionary)]
    return tuple(parts) if len(parts) > 1 and all(part in dictionary for part in parts) else ()


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Stemmer:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@cache
def dictionary_words() -> frozenset[str]:
    """The words of the dictionary that Thai is cut by."""
    from pythainlp.corpus import thai_words

    return frozenset(thai_words())


@cache
def _dictionary() -> Trie:
    from pythainlp.tokenize import word_dict_trie

    return word_dict_trie()


@cache
def _short_dictionary() -> Trie:
    from pythainlp.util import Trie

    return Trie({word for word in dictionary_words() if 1 < len(word) <= _LONGEST_PART})


@cache
def _segmenter() -> Callable[[str, Trie], list[str]]:
    from pythainlp.tokenize import newmm

    segment: Callable[[str, Trie], list[str]] = newmm.segment
    return segment
