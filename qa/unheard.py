"""What a question says that no release does: whoever asks for the Louvre asks for nothing that is there."""

from __future__ import annotations

from collections.abc import Mapping

from index.lookup import Lookup
from index.release import Language
from index.words import index_words
from qa.question import Question

__all__ = ["unheard_words"]

# Passages of a language from which on its releases use most words that there are. Over 36 briefs all but one of 26
# Thai questions have a word that stands in none, over 2,986 releases (16,000 Thai passages) one of eight has.
_MANY = 10_000
# Shorter words are what the cutting of a name leaves.
_SHORTEST = 3


def unheard_words(asked: Question, store: Lookup, passages: Mapping[Language, int]) -> list[str]:
    """The words of a Thai question that no release has, where there are many: numbers and the shortest aside.

    `passages` is how many of each language there are. Of an English question nothing is told by it: the names in it
    stand in Thai letters in the releases that answer it.
    """
    if asked.language != "th" or passages.get("th", 0) < _MANY:
        return []
    words = dict.fromkeys(index_words(asked.text))
    return store.unknown_words([word for word in words if len(word) >= _SHORTEST and not any(map(str.isdigit, word))])
