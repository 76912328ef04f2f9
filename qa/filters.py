"""What may answer a question: releases of some days, a category, a publisher, a language; and which goes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from index.catalogue import names_like, no_release_of
from index.dates import english_date, only_date, thai_date
from index.errors import ThalaengError
from index.normal import writable
from index.release import LANGUAGES, Language
from index.selection import EVERY_RELEASE, Selection
from qa.words import Phrase

__all__ = ["FILTER_NAMES", "NO_FILTERS", "BadFilter", "Filters", "read_filters", "unknown_name"]

# The names by which filters are given: in a line of `qa batch`, to the endpoints, by the page.
FILTER_NAMES = ("date_from", "date_until", "category", "publisher", "release_language", "newest_first")


class BadFilter(ThalaengError):
    """A filter has a value that cannot be used; the text says which, and what can be, by the name of the filter.

    `phrase` says the same to whoever sees the filters on the page.
    """

    def __init__(self, says: str, phrase: Phrase) -> None:
        super().__init__(says)
        self.phrase = phrase


# The filters as the page calls them.
_NAMES = {
    "date_from": Phrase("วันที่เริ่มต้น", "The start date"),
    "date_until": Phrase("วันที่สิ้นสุด", "The end date"),
    "category": Phrase("หมวด", "The category"),
    "publisher": Phrase("ผู้เผยแพร่", "The publisher"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """The releases that may answer, and whether of those that do the newest goes first."""

    selection: Selection = EVERY_RELEASE
    newest_first: bool = False

    def as_json(self) -> dict[str, Any]:
        """The filters that are set, by `FILTER_NAMES`; `read_filters` gives the same again."""
        chosen = self.selection
        values: tuple[Any, ...] = (
            chosen.first and chosen.first.isoformat(), chosen.last and chosen.last.isoformat(),
            chosen.category, chosen.publisher, chosen.language, self.newest_first,
        )  # fmt: skip
        return {name: value for name, value in zip(FILTER_NAMES, values, strict=True) if value}

    @property
    def leave_out(self) -> bool:
        """Whether there can be releases that may not answer: an order alone leaves none out."""
        return self.selection != EVERY_RELEASE


NO_FILTERS = Filters()


def read_filters(given: Mapping[str, Any], called: Mapping[str, str] | None = None) -> Filters:
    """The filters of a mapping by `FILTER_NAMES`; what is not there, None or empty is not set.

    Dates are ISO or any form that is read in releases, in both eras. Raises `BadFilter`, which names a filter of
    days as it was `called` to whoever gave it.
    """
    first, last = (_day(name, given.get(name), called) for name in ("date_from", "date_until"))
    if first and last and first > last:
        names = called or {}
        raise BadFilter(
            f"{names.get('date_from', 'date_from')} ({first}) is after "
            f"{names.get('date_until', 'date_until')} ({last}).",
            Phrase(
                f"วันที่เริ่มต้น ({thai_date(first)}) อยู่หลังวันที่สิ้นสุด ({thai_date(last)})",
                f"The start date ({english_date(first)}) is after the end date ({english_date(last)}).",
            ),
        )
    newest_first = given.get("newest_first") or False
    if not isinstance(newest_first, bool):
        raise BadFilter(
            f"newest_first must be true or false, not {newest_first!r}.",
            Phrase(
                f"“ใหม่สุดก่อน” ต้องเปิดหรือปิด ไม่ใช่ {newest_first!r}",
                f"“Newest first” must be on or off, not {newest_first!r}.",
            ),
        )
    selection = Selection(
        first, last, _name("category", given), _name("publisher", given), _language(given.get("release_language"))
    )
    return Filters(selection, newest_first)


def _day(name: str, value: Any, called: Mapping[str, str] | None = None) -> dt.date | None:
    if value is None or value == "":
        return None
    day = only_date(value) if isinstance(value, str) else None
    if day is None:
        must = "must be a date such as 2025-02-28"
        if called:
            must = "must be a date such as 2025-02-28 or 28 ก.พ. 2568"
        raise BadFilter(
            f"{called[name] if called else name} {must}, not {value!r}.",
            Phrase(
                f"{_NAMES[name].th}ต้องเป็นวันที่ เช่น 28 ก.พ. 2568 ไม่ใช่ {value!r}",
                f"{_NAMES[name].en} must be a date such as 28 February 2025, not {value!r}.",
            ),
        )
    return day


def _name(name: str, given: Mapping[str, Any]) -> str:
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadFilter(
            f"{name} must be text, not {value!r}.",
            Phrase(f"{_NAMES[name].th}ต้องเป็นข้อความ ไม่ใช่ {value!r}", f"{_NAMES[name].en} must be text, not {value!r}."),
        )
    return writable(value).strip()


def _language(value: Any) -> Language | None:
    if value is None or value == "":
        return None
    for language in LANGUAGES:
        if value == language:
            return language
    raise BadFilter(
        f"release_language must be th or en, not {value!r}.",
        Phrase(
            f"ภาษาของข่าวต้องเป็นไทยหรืออังกฤษ ไม่ใช่ {value!r}",
            f"The release language must be Thai or English, not {value!r}.",
        ),
    )


def unknown_name(
    name: Literal["category", "publisher"], value: str, known: Sequence[tuple[str, int]] = ()
) -> BadFilter:
    """The error for a category or a publisher that no release has; of those `known`, most first, it names some."""
    names = names_like(value, known)
    says, there = no_release_of(name, value, names), f" ที่มีคือ {names}" if names else ""
    within = "ใน" if name == "category" else "ของ"
    return BadFilter(says, Phrase(f"ไม่มีข่าว{within}{_NAMES[name].th} {value!r}{there}", says))
