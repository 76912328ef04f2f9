"""What a question takes for granted and a release does not bear out: a country or a province that it never names.

A passage about Singapore's election answers "How many seats did the Cambodian prime minister win?" as far as
a reader can tell: the seats are there, and so is a prime minister. That the release speaks of no Cambodia is what
tells. Only countries and Thai provinces are looked at, for only of these can it be told with few mistakes that
a text does not name them: see "Refusing" in benchmarks/README.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from pathlib import Path

from index.release import Language, Release
from index.words import cut_words
from qa.glossary import read_entries
from qa.plain import plain_text
from qa.question import Question
from qa.rank import RankedRelease

__all__ = ["Place", "parted", "places_asked_about", "unnamed"]

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


def parted(
    releases: Sequence[RankedRelease], places: Sequence[Place]
) -> tuple[list[RankedRelease], list[RankedRelease]]:
    """The releases that name one of some places, and the others, both in their order; of no places, all do."""
    if not places:
        return list(releases), []
    named = [_names_any(ranked.release, places) for ranked in releases]
    return list(compress(releases, named)), [ranked for ranked, names in zip(releases, named, strict=True) if not names]


def unnamed(releases: Sequence[RankedRelease], asked: Question) -> tuple[Place, ...]:
    """The places that a question names, where none of some releases names any of them."""
    places = places_asked_about(asked)
    return places if releases and not parted(releases, places)[0] else ()


def _names_any(release: Release, places: Sequence[Place]) -> bool:
    # Some type this vowel as two others; it looks the same.
    text = f"{release.title}\n{release.text}\n{release.publisher}".replace("เเ", "แ")
    return any(place.is_named(text) for place in places)


def _in_thai(text: str) -> Iterator[Place]:
    """Where names begin and end at words: "เช็กข่าว" names no Czech Republic, "ตรุษจีน" no China."""
    words, starts, position = cut_words(text), {}, 0
    for word in words:
        starts[position] = word
        position += len(word)
    ends = {start + len(word) for start, word in starts.items()}
    for place in _places():
        for name in place.thai:
            found = (match.start() for match in re.finditer(re.escape(name), text))
            if any(
                start in starts and start + len(name) in ends and not _TONGUE.search(text[:start]) for start in found
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
    return (*countries, *at_home)


@cache
def _any_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of any of some English names as words of their own, "Italian-Thai" being another."""
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, names))})(?![A-Za-z]|-Thai)")
