"""What a question takes for granted and a release does not bear out: a country, province or phase that it never names.

A passage about Singapore's election answers "How many seats did the Cambodian prime minister win?" as far as
a reader can tell: the seats are there, and so is a prime minister. That the release speaks of no Cambodia is what
tells. Only countries, Thai provinces, and the numbers of phases and doses are looked at, for only of these can it be
told with few mistakes that a text does not name them: see "Refusing" in benchmarks/README.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from pathlib import Path
from typing import Protocol

from index.release import Language, Release
from index.words import word_boundaries
from qa.glossary import read_entries
from qa.offices import offices_asked
from qa.ordinals import ordinals_in
from qa.plain import plain_text
from qa.question import Question
from qa.rank import RankedRelease

__all__ = ["Named", "Place", "asked_about", "parted", "places_asked_about", "unnamed"]

_COUNTRIES = Path(__file__).parent / "countries.tsv"
_PROVINCE = "จังหวัด"
# What else a text speaks of a place by.
_ALSO = {
    "เมืองพัทยา": ("Chonburi", "ชลบุรี"), "ชลบุรี": ("พัทยา", "Pattaya"), "เกาะสมุย": ("สมุย",),
}  # fmt: skip
# Of the other places in the glossary these are looked at too. Bangkok is not: what happens there is often said to
# happen at a ministry or in a hall.
_CITIES = frozenset(["ภูเก็ต", "เมืองพัทยา", "หัวหิน", "หาดใหญ่", "เกาะสมุย", "แม่สอด", "แม่สาย", "เบตง"])
# What stands in front of a country's name when it is a language that is meant.
_TONGUE = re.compile(r"(?:ภาษา|ตัวอักษร|ชื่อ) ?$")


class Named(Protocol):
    """What a question is about, and texts name or do not."""

    def names(self, language: Language) -> tuple[str, ...]:
        """Its names in a language, the first is the one that is shown."""

    def is_named(self, text: str) -> bool:
        """Whether a text in either language speaks of it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A country or a province: how questions name it in each language, and what else in a text speaks of it."""

    thai: tuple[str, ...]
    english: tuple[str, ...]
    also: tuple[str, ...] = ()

    def names(self, language: Language) -> tuple[str, ...]:
        """Its names in a language, the first is the one that is shown."""
        return self.thai if language == "th" else self.english

    def is_named(self, text: str) -> bool:
        """Whether a text in either language speaks of it, inside other words too: "ตรุษจีน" speaks of China."""
        return any(name in text for name in (*self.thai, *self.also)) or bool(_any_of(self.english).search(text))


def places_asked_about(question: Question) -> tuple[Place, ...]:
    """The countries and provinces that a question names; where it names none, those that what it follows names."""
    find = _in_thai if question.language == "th" else _in_english
    return tuple(find(plain_text(question.text).text)) or tuple(find(plain_text(question.search).text))


def asked_about(question: Question) -> tuple[Sequence[Named], ...]:
    """What a release has to name one each of, to answer: the places, the members of a series, the offices."""
    ordinals = ordinals_in(question.text) or ordinals_in(question.search)
    return tuple(filter(None, (places_asked_about(question), ordinals, offices_asked(question.text))))


def parted(
    releases: Sequence[RankedRelease], asked: Sequence[Sequence[Named]]
) -> tuple[list[RankedRelease], list[RankedRelease]]:
    """The releases that name one each of what is asked about, and the others, both in their order."""
    if not asked:
        return list(releases), []
    texts = [_text(ranked.release) for ranked in releases]
    named = [all(_is_any_named(of_kind, text) for of_kind in asked) for text in texts]
    return list(compress(releases, named)), [ranked for ranked, names in zip(releases, named, strict=True) if not names]


def unnamed(releases: Sequence[RankedRelease], question: Question) -> tuple[Named, ...]:
    """What a question is about, where none of some releases names any of it: the places, or else the phases."""
    texts = [_text(ranked.release) for ranked in releases]
    for of_kind in asked_about(question) if releases else ():
        if not any(_is_any_named(of_kind, text) for text in texts):
            return tuple(of_kind)
    return ()


def _text(release: Release) -> str:
    # Some type this vowel as two others; it looks the same.
    return f"{release.title}\n{release.text}\n{release.publisher}".replace("เเ", "แ")


def _is_any_named(named: Sequence[Named], text: str) -> bool:
    return any(one.is_named(text) for one in named)


def _in_thai(text: str) -> Iterator[Place]:
    """Where names begin and end at words: "เช็กข่าว" names no Czech Republic, "ตรุษจีน" no China."""
    boundaries = word_boundaries(text)
    for place in _places():
        for name in place.thai:
            found = (match.start() for match in re.finditer(re.escape(name), text))
            if any(
                start in boundaries and start + len(name) in boundaries and not _TONGUE.search(text[:start])
                for start in found
            ):
                yield place
                break


def _in_english(text: str) -> Iterator[Place]:
    # Who types without capitals names places all the same.
    text = text.title() if text.islower() else text
    for place in _places():
        if _any_of(place.english).search(text):
            yield place


@cache
def _places() -> tuple[Place, ...]:
    with _COUNTRIES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    countries = [Place(*(tuple(filter(None, row[column].split("|"))) for column in row)) for row in rows]
    at_home = []
    for entry in read_entries():
        if entry.kind == "province" or entry.thai[0] in _CITIES:
            thai = tuple(name.removeprefix(_PROVINCE) for name in entry.thai)
            at_home.append(Place(thai, entry.english, _ALSO.get(thai[0], ())))
        elif entry.thai[0].startswith(_PROVINCE) and any(name.startswith("จ.") for name in entry.thai):
            # Its bare name is a word as well, as of Tak and Loei: no question names it so, and a text may.
            at_home.append(Place(entry.thai, entry.english, (entry.thai[0].removeprefix(_PROVINCE),)))
    return (*countries, *at_home)


@cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of any of some English names as words of their own, "Italian-Thai" being another."""
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, names))})(?![A-Za-z]|-Thai)")
