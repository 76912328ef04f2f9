"""What of a question can be looked for word by word in releases of the other language.

Numbers, names in Latin letters, and the names, amounts and terms that the glossary knows: a passage that holds them
is likelier the one that is asked about, where the rest of the words are of another language altogether. Days are left
out; `qa.when` reads them.
"""

from __future__ import annotations

import re

from index.release import Language
from index.words import index_words
from qa.facts import key_facts
from qa.phrases import latin_phrases

__all__ = ["carry_words"]

# Latin names that Thai releases leave as they are: in English those with a capital or a digit behind the first letter.
_LATIN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b[A-Z][A-Za-z0-9&-]*[A-Z0-9][A-Za-z0-9&-]*\b"),
    "th": re.compile(r"[A-Za-z][A-Za-z0-9&-]+"),
}
_DATED = frozenset(["date", "time"])


def carry_words(text: str, language: Language, other: Language) -> list[str]:
    """The words of the other language's lexical index that a text names, each once; often there is none.

    Names in Latin letters that are several words are among them as phrases too, see `search_words`.
    """
    facts = key_facts(text, language, other)
    words = [word for fact in facts if fact.kind not in _DATED for word in index_words(fact.rendered)]
    rest, end = "", 0
    for fact in facts:
        rest += text[end : fact.start] + " "
        end = fact.end
    rest += text[end:]
    words += [word for word in index_words(rest) if word[0].isdigit()]
    words += [word for name in _LATIN[language].findall(rest) for word in index_words(name)]
    return list(dict.fromkeys([*words, *(latin_phrases(text) if language == "en" else ())]))
