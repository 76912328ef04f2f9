"""Questions that the releases answer, drawn from the releases themselves: to begin with, and to go on with.

They are drafted from dates, headlines and the names of the glossary that stand in a release, and each is asked
before it is shown: one that is refused, or answered with a release of something else, is not suggested.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, zip_longest

from index.dates import BUDDHIST_AHEAD, ENGLISH_MONTHS, THAI_MONTHS
from index.errors import ThalaengError
from index.release import Language, Release
from index.store import StoredRelease
from qa.asker import Asker
from qa.glossary import Entry, read_entries
from qa.words import Phrase

__all__ = ["Draft", "answered", "draft_examples", "draft_follow_ups"]

_KINDS = frozenset(["ministry", "agency", "scheme", "term"])
# Shorter Thai names may be a part of another word.
_SHORTEST: dict[Language, int] = {"th": 8, "en": 5}
# Characters of a release that names are looked for in, and of a headline that is made a question of.
_READ = 4_000
_HEADLINE = range(18, 76)

_MONTH = Phrase("สรุปข่าวเดือน{}", "Which releases are there from {}?")
_ANNOUNCED = Phrase("{}แถลงเรื่องอะไรในเดือน{}", "What did the {} announce in {}?")
_MENTIONED = Phrase("ข่าวใดบ้างที่กล่าวถึง{}", "Which releases mention {}?")
_TITLED = Phrase("ข่าว “{}” มีรายละเอียดอย่างไร", "What does the release “{}” say?")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that has yet to be asked; `fits` says whether a release is one that it is about."""

    question: str
    language: Language
    fits: Callable[[StoredRelease], bool]


def answered(asker: Asker, drafts: Iterator[Draft], most: int) -> tuple[str, ...]:
    """The first questions of the drafts, up to `most`, whose first quote is from a release that they are about."""
    return tuple(islice((draft.question for draft in drafts if _is_answered(asker, draft)), most))


def draft_examples(releases: Sequence[StoredRelease], language: Language) -> Iterator[Draft]:
    """Questions to begin with, from releases of both languages; of different kinds one after another."""
    kinds = (
        _of_names(releases, language, with_month=True),
        _of_titles(releases, language),
        _of_names(releases, language, with_month=False),
        _of_months(releases, language),
    )
    yield from _in_turn(kinds)


def draft_follow_ups(
    cited: Sequence[StoredRelease], related: Sequence[StoredRelease], question: str, language: Language
) -> Iterator[Draft]:
    """Questions to go on with from an answer: of the names in it, its neighbours, its month."""
    names = (draft for draft in _of_names(cited, language, with_month=False) if not _is_said(draft, question))
    yield from _in_turn((names, _of_titles(related, language), _of_months(cited, language)))


def _is_answered(asker: Asker, draft: Draft) -> bool:
    try:
        answer = asker.ask(draft.question, (), draft.language)
        stored = None if answer.abstained or answer.is_doubtful else asker.release(answer.citations[0].release_id)
    except ThalaengError:
        return False
    return stored is not None and draft.fits(stored)


def _is_said(draft: Draft, question: str) -> bool:
    """Whether a question asks what was just asked: for the same name."""
    before, after = _MENTIONED.of(draft.language).split("{}")
    return draft.question[len(before) : len(draft.question) - len(after)].lower() in question.lower()


def _in_turn(kinds: Sequence[Iterator[Draft]]) -> Iterator[Draft]:
    """One draft of each kind, then another of each; none twice."""
    seen = set()
    for row in zip_longest(*kinds):
        for draft in row:
            if draft is not None and draft.question not in seen:
                seen.add(draft.question)
                yield draft


def _of_months(releases: Sequence[StoredRelease], language: Language) -> Iterator[Draft]:
    """The months of the releases, those with the most first."""
    months = Counter(_month(stored.release.date) for stored in releases if stored.release.date)
    for (year, month), _ in months.most_common(3):
        yield Draft(
            _MONTH.of(language).format(_month_name(year, month, language)),
            language,
            lambda stored, of=(year, month): _month(stored.release.date) == of,  # type: ignore[misc]
        )


def _of_names(releases: Sequence[StoredRelease], language: Language, *, with_month: bool) -> Iterator[Draft]:
    """Names of the glossary that stand in the releases, those in the most of them first; with the month of one."""
    named: dict[Entry, list[StoredRelease]] = {}
    for stored in releases:
        for entry in _names(stored.release):
            named.setdefault(entry, []).append(stored)
    everywhere = max(4, len(releases) // 4)
    for entry, holders in sorted(named.items(), key=lambda item: -len(item[1])):
        if len(holders) > everywhere:
            continue  # says nothing of what the releases are about
        name = entry.spellings(language)[0]
        body = entry.kind in ("ministry", "agency")
        if not with_month:
            # "Thailand Post" is named without one.
            article = "the " if language == "en" and body and not name.startswith("Thailand ") else ""
            question = _MENTIONED.of(language).format(article + name)
            yield Draft(question, language, lambda stored, of=entry: _holds(stored.release, of))  # type: ignore[misc]
        elif body:
            months = Counter(_month(stored.release.date) for stored in holders if stored.release.date)
            for (year, month), _ in months.most_common(1):
                yield Draft(
                    _ANNOUNCED.of(language).format(name, _month_name(year, month, language)),
                    language,
                    lambda stored, of=entry, then=(year, month): (  # type: ignore[misc]
                        _holds(stored.release, of) and _month(stored.release.date) == then
                    ),
                )


def _of_titles(releases: Sequence[StoredRelease], language: Language) -> Iterator[Draft]:
    """Headlines in the language that are short enough to be read at a glance."""
    for stored in releases:
        title = " ".join(stored.release.title.split())
        if stored.release.language == language and len(title) in _HEADLINE:
            question = _TITLED.of(language).format(title)
            yield Draft(question, language, lambda found, of=stored: found.id == of.id)  # type: ignore[misc]


@cache
def _known_names() -> tuple[Entry, ...]:
    return tuple(
        entry
        for entry in read_entries()
        if entry.kind in _KINDS and all(len(entry.spellings(known)[0]) >= least for known, least in _SHORTEST.items())
    )  # fmt: skip


def _names(release: Release) -> list[Entry]:
    """What a release names. A common term counts in the headline alone: in a text it says little of what that is on."""
    return [entry for entry in _known_names() if _holds(release, entry, 0 if entry.kind == "term" else _READ)]


def _holds(release: Release, entry: Entry, read: int | None = None) -> bool:
    text = f"{release.title}\n{release.text[:read]}"
    return any(spelling in text for spelling in entry.spellings(release.language))


def _month(date: dt.date | None) -> tuple[int, int]:
    return (date.year, date.month) if date else (0, 0)


def _month_name(year: int, month: int, language: Language) -> str:
    """A month as it is said: Thai years are of the Buddhist era."""
    if language == "th":
        return f"{THAI_MONTHS[month - 1]} {year + BUDDHIST_AHEAD}"
    return f"{ENGLISH_MONTHS[month - 1]} {year}"
