"""Words that turn a statement round: more for less, a rise for a fall, a price a month for one a tonne.

Numbers, names and denials all stand where "high" has become "low". Meanings that exclude each other are a group of
`opposites.tsv`; a text is at odds with its source where it says one of a group, and the source says another of
the group and not that one. What a source says is taken widely: who says the same in other words is not at odds.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.dates import plain_digits
from index.release import Language
from index.words import word_boundaries

__all__ = ["FOR_EACH", "at_odds", "meanings", "missing"]

_FILE = Path(__file__).parent / "opposites.tsv"
# The group of what an amount is for: a day, a month, a tonne.
FOR_EACH = "for each"


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a row of `opposites.tsv` looks for, by language: what says the meaning, and what may carry it among others.

    English expressions are of whole words; what a Thai one says begins where a word does.
    """

    name: str
    said: dict[Language, re.Pattern[str]]
    carried: dict[Language, re.Pattern[str]]


def at_odds(text: str, language: Language, source: str, source_language: Language) -> str:
    """Words of a text that say what excludes what its source says, or ""; `source` is what the text stands on."""
    if not (said := _said(text, language)):
        return ""
    stated, plain = meanings(source, source_language), _plain(source)
    odd = []
    for group in _groups().values():
        others = {meaning.name for meaning in group} & stated
        for meaning in group:
            if meaning.name in said and others - {meaning.name} and not meaning.carried[source_language].search(plain):
                odd.append(said[meaning.name])
    return ", ".join(odd)


def missing(source: str, source_language: Language, text: str, language: Language, group: str) -> list[str]:
    """Words by which a source says a meaning of a group that a text does not."""
    said, plain = _said(source, source_language), _plain(text)
    return [
        said[meaning.name]
        for meaning in _groups()[group]
        if meaning.name in said and not meaning.carried[language].search(plain)
    ]


def meanings(text: str, language: Language) -> frozenset[str]:
    """The meanings that a text says, by their names, such as "rise"."""
    return frozenset(_said(text, language))


def _said(text: str, language: Language) -> dict[str, str]:
    """The meanings that a text says, each with the first words that say it."""
    plain = _plain(text)
    # Words that only look like one: "ผลดี", a good result, is no "ลด", to fall.
    starts = word_boundaries(plain) if language == "th" else None
    found: dict[str, str] = {}
    for group in _groups().values():
        for meaning in group:
            for match in meaning.said[language].finditer(plain):
                if starts is None or match.start() in starts:
                    found[meaning.name] = match[0].strip()
                    break
    return found


def _plain(text: str) -> str:
    return " ".join(plain_digits(text).split())


@cache
def _groups() -> dict[str, list[_Meaning]]:
    groups: dict[str, list[_Meaning]] = {}
    with _FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            thai, english = row["thai"], row["english"]
            groups.setdefault(row["group"], []).append(
                _Meaning(
                    row["meaning"],
                    {"th": re.compile(thai), "en": _whole_words(english)},
                    {
                        "th": re.compile(f"{thai}|{row['thai_widely']}"),
                        "en": _whole_words(f"{english}|{row['english_widely']}"),
                    },
                )
            )
    return groups


def _whole_words(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})(?!\w)", re.IGNORECASE | re.ASCII)
