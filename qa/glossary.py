"""Names of ministries, agencies, places, offices, people and terms in Thai and in English.

`glossary.tsv` was written for this project from what is publicly known: the official English names of
Thai bodies, the Royal Society's spelling of places, and how office holders spell their names. Each row
has a Thai and an English name, the first of its spellings being the one that is shown, and a kind.
"title" and "word" are looked for in Thai only: the English one has several Thai words.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.release import Language

__all__ = ["KINDS", "TERMS", "Entry", "FoundName", "Glossary", "load_glossary", "read_entries"]

KINDS = frozenset(
    [
        "ministry",
        "agency",
        "organisation",
        "office",
        "title",
        "person",
        "province",
        "place",
        "country",
        "scheme",
        "term",
        "word",
    ]
)
_OFFICES = frozenset(["office", "title"])
_THAI_ONLY = frozenset(["title", "word"])
# Kinds that name no one and no place.
TERMS = frozenset(["term", "word"])

# What stands before an office of someone else than its holder: how it is said, "" where it is not known.
_BEFORE_OFFICE: dict[Language, dict[str, str]] = {
    "th": {
        "เลขานุการ": "Secretary to the {}", "ที่ปรึกษา": "Adviser to the {}", "อดีต": "former {}", "รอง": "Deputy {}",
        "ภริยา": "wife of the {}", "คู่สมรส": "spouse of the {}", "ผู้ช่วย": "", "ว่าที่": "", "รักษาราชการแทน": "",
        "รักษาการแทน": "", "รักษาการ": "", "สำนักงาน": "", "สำนัก": "", "คณะ": "",
    },
    "en": {
        "former ": "อดีต{}", "Former ": "อดีต{}", "Acting ": "", "acting ": "", "Assistant ": "", "Vice ": "",
        "Deputy ": "", "Secretary to the ": "", "Adviser to the ": "", "Advisor to the ": "", "Office of the ": "",
        "wife of the ": "",
    },
}  # fmt: skip

_FILE = Path(__file__).parent / "glossary.tsv"
# Characters of the beginning of a name by which it is looked up.
_HEAD = 2
_THAI_LETTER = re.compile(r"[\u0e01-\u0e4e]")
# Above, below or behind a consonant: nothing ends before one. In front of one: nothing ends behind it.
_FOLLOWS = re.compile(r"[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]")
_LEADS = re.compile(r"[\u0e40-\u0e44]")
# Regions of Thailand, which begin the names of other places too: "South Koreans", "North America".
_DIRECTIONS = frozenset(["North", "South", "East", "Northeast"])
_NAME_BEHIND = re.compile(r"[ -][A-Z]")
# Thai letters from which on a name is no accident inside other words.
_LONG = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: spellings in each language, the first is the one shown, and a kind of `KINDS`."""

    thai: tuple[str, ...]
    english: tuple[str, ...]
    kind: str

    def spellings(self, language: Language) -> tuple[str, ...]:
        """How it is written in a language."""
        return self.thai if language == "th" else self.english


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name that stands at `text[start:end]`, its name in the other language, and its kind."""

    start: int
    end: int
    rendered: str
    kind: str


class Glossary:
    """Finds names in texts of either language."""

    def __init__(self, entries: Collection[Entry]) -> None:
        every = [*entries, *(office for entry in entries for office in _offices(entry))]
        self._names = {"th": _by_head(every, "th", "en"), "en": _by_head(every, "en", "th")}

    def find(self, text: str, language: Language, boundaries: Collection[int]) -> Iterator[FoundName]:
        """The names in a text of a language from left to right, the longest of those that begin at a place.

        `text` has single spaces (see `plain_text`). `boundaries` are the places between its words:
        only there does a short Thai name begin or end.
        """
        heads = self._names[language]
        position = 0
        while position < len(text):
            for name, rendered, kind in heads.get(text[position : position + _HEAD], ()):
                end = position + len(name)
                if text.startswith(name, position) and _stands_alone(text, position, end, boundaries):
                    found = FoundName(position, end, rendered, kind)
                    if whole := _with_holder(found, text, language) if kind in _OFFICES else found:
                        yield whole
                    position = end
                    break
            else:
                position += 1


@cache
def load_glossary() -> Glossary:
    """The glossary of the project."""
    return Glossary(read_entries())


def read_entries() -> list[Entry]:
    """The rows of `glossary.tsv`."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Entry(tuple(row["thai"].split("|")), tuple(row["english"].split("|")), row["kind"]) for row in rows]


def _by_head(entries: Collection[Entry], language: Language, other: Language) -> dict[str, list[tuple[str, str, str]]]:
    """By the first characters of a spelling: (spelling, name in the other language, kind), the longest first."""
    names: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if language == "th" or entry.kind not in _THAI_ONLY:
            for spelling in entry.spellings(language):
                names.setdefault(spelling, (entry.spellings(other)[0], entry.kind))
    heads: dict[str, list[tuple[str, str, str]]] = {}
    for name in sorted(names, key=len, reverse=True):
        heads.setdefault(name[:_HEAD], []).append((name, *names[name]))
    return heads


def _stands_alone(text: str, start: int, end: int, boundaries: Collection[int]) -> bool:
    """Whether a name is not merely a part of another word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if not _THAI_LETTER.match(text, start):
        if text[start:end] in _DIRECTIONS and _NAME_BEHIND.match(text, end):
            return False
        return not (_is_latin(before) and _is_latin(text[start])) and not (
            _is_latin(after) and _is_latin(text[end - 1])
        )
    if _FOLLOWS.match(after) or _LEADS.match(before) or (before == "." and text[start - 2 : start - 1].isalpha()):
        return False
    if end - start >= _LONG:
        return True
    begins = start in boundaries or not _THAI_LETTER.match(before)
    return begins and (end in boundaries or not _THAI_LETTER.match(after))


def _with_holder(office: FoundName, text: str, language: Language) -> FoundName | None:
    """The office with a word before it that makes it another's; None where that is not known in the other language."""
    for word, said in _BEFORE_OFFICE[language].items():
        if text.endswith(word, 0, office.start):
            if not said:
                return None
            return FoundName(office.start - len(word), office.end, said.format(office.rendered), office.kind)
    return office


def _is_latin(character: str) -> bool:
    return character.isalnum() and not _THAI_LETTER.match(character)


def _offices(entry: Entry) -> Iterator[Entry]:
    """The offices of a ministry or a department, and a province called so, which need no rows of their own."""
    thai, english = entry.thai[0], entry.english[0]
    if entry.kind == "ministry":
        field = thai.removeprefix("กระทรวง")
        fields = [name.removeprefix("Ministry of ") for name in entry.english]
        ministers = (*(f"Minister of {field}" for field in fields), *(f"{field} Minister" for field in fields))
        yield Entry((f"รัฐมนตรีว่าการ{thai}", f"รมว.{field}", f"รมว. {field}", f"รมว.{thai}"), ministers, "office")
        yield Entry(
            (f"รัฐมนตรีช่วยว่าการ{thai}", f"รมช.{field}", f"รมช. {field}", f"รมช.{thai}"),
            tuple(f"Deputy {minister}" for minister in ministers), "office",
        )  # fmt: skip
        yield Entry((f"ปลัด{thai}",), (f"Permanent Secretary of the {english}",), "office")
        yield Entry((f"โฆษก{thai}",), (f"Spokesperson of the {english}",), "office")
    elif entry.kind == "agency" and thai.startswith("กรม"):
        yield Entry((f"อธิบดี{thai}",), (f"Director-General of the {english}",), "office")
    elif entry.kind == "province":
        name = thai.removeprefix("จังหวัด")
        yield Entry(
            (f"จังหวัด{name}", f"จังหวัด {name}", f"จ.{name}", f"จ. {name}"),
            (f"{english} Province", f"{english} province"), "province",
        )  # fmt: skip
        yield Entry(
            (f"ผู้ว่าราชการจังหวัด{name}", f"ผู้ว่าฯ {name}"), (f"Governor of {english}", f"{english} Governor"), "office"
        )
