"""The names in a question that are several words in the index, to be looked for as they stand there: in a row.

"ไทยชนะ" is cut into two of the commonest words there are, and a release that has each of them somewhere is found as
well as one on the scheme. So it is with "Destination Thailand Visa".
"""

from __future__ import annotations

import re

from index.release import Language
from index.words import index_words, word_boundaries
from qa.glossary import load_glossary

__all__ = ["latin_phrases", "phrases_in"]

_KINDS = frozenset(["scheme", "organisation", "agency", "place", "person"])
# What somebody put in quotation marks.
_QUOTED = re.compile(r"[“\"‘']([^“”\"‘’']{3,60})[”\"’']")
# Words with capitals in a row, in the middle of a question: its first word has one anyway.
_CAPITALS = re.compile(r"(?<=[a-z,] )[A-Z][\w&-]+(?: (?:[A-Z][\w&-]+|\d+))+")
_MOST_WORDS = 8


def phrases_in(text: str, language: Language) -> list[str]:
    """The names in a question, each as words of the index of its language with spaces between."""
    ends = word_boundaries(text)
    names = [text[name.start : name.end] for name in load_glossary().find(text, language, ends) if name.kind in _KINDS]
    return _in_a_row([*names, *_QUOTED.findall(text), *(_CAPITALS.findall(text) if language == "en" else ())])


def latin_phrases(text: str) -> list[str]:
    """The names in Latin letters in an English question, which Thai releases write so too."""
    return _in_a_row(_CAPITALS.findall(text))


def _in_a_row(names: list[str]) -> list[str]:
    rows = (index_words(name) for name in names)
    return list(dict.fromkeys(" ".join(words) for words in rows if 1 < len(words) <= _MOST_WORDS))
