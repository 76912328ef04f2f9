"""Lists the releases that a question asks for: those that hold what they are to be about, newest first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from index.catalogue import Catalogue
from index.language import detect_language
from index.release import LANGUAGES, Language, Release, canonical_url
from index.selection import Selection
from index.store import Store
from index.words import find_words, index_words
from qa.carry import carry_words
from qa.clause import clause_around, with_announced
from qa.quote import Quote
from qa.rank import RankedPassage, RankedRelease
from qa.stretch import Days
from qa.yearless import festival_in

__all__ = ["MOST_LISTED", "during", "list_releases", "most_exact", "newest_of_each"]

# Releases in a list: what a person reads through; the question can be narrowed by a date.
MOST_LISTED = 8
# A release whose score falls behind the best by more than this is about something else; among those of the
# days named it may be further off: they are few. See "What a list names" in benchmarks/README.md.
_BEHIND = 0.12
_BEHIND_OF_DAYS = 0.2
# A release of the days named may have come out a little after them.
_LATER = 3

# Characters of a line that says more than a date, a place or whom it greets; and how many of it are shown at least.
_SHORTEST_LEAD, _LEAD = 80, 120
# English words of no more letters are in any release; and how many of the others make most of them.
_LONGEST_SMALL_WORD = 3
_MOST_WORDS = 0.5
# What says that any of several will do.
_OR = re.compile(r"\bor\b|หรือ", re.IGNORECASE)
# Characters of a release in which they are looked for.
_LOOKED_THROUGH = 20_000


def most_exact(days: Sequence[Days]) -> list[Days]:
    """The days named without those that others say more exactly: May, of "in May of the year 2024".

    A festival does not: what is on it comes out in all of its year.
    """
    exact = [stretch for stretch in days if not festival_in(stretch.words)]
    return [
        stretch
        for stretch in days
        if not any(
            other.length < stretch.length and stretch.first <= other.first and other.last <= stretch.last
            for other in exact
        )
    ]


def during(selection: Selection, days: Sequence[Days], later: int = _LATER) -> Selection:
    """Those of a selection that came out on the days named, or so many `later`; all of it where there are none."""
    if not days:
        return selection
    first, last = min(stretch.first for stretch in days), max(stretch.last for stretch in days)
    return selection.during(first, last + dt.timedelta(later))


def _newest(store: Store, selection: Selection) -> list[RankedRelease]:
    """The newest of a selection, each with its first passage, none nearer to a question than the others;
    twice `MOST_LISTED` at most, for two may share an address."""
    newest = Catalogue(store).look(selection, limit=2 * MOST_LISTED).releases
    first = {stored.id: next((passage_id for passage_id, _ in store.vectors_of(stored.id)), None) for stored in newest}
    passages = store.passages(passage_id for passage_id in first.values() if passage_id is not None)
    best = {passage.passage.release_id: RankedPassage(passage, 0.0, 0.0) for passage in passages.values()}
    return [RankedRelease(stored.id, stored.release, 0.0, best[stored.id]) for stored in newest if stored.id in best]


def newest_of_each(store: Store, selection: Selection, days: Sequence[Days]) -> list[RankedRelease]:
    """The newest of each stretch of the days named, in turn, so that a later one leaves room for those before it.

    The newest of the selection where none are named; of very many stretches, those of the last ones.
    """
    stretches = _apart(days)[-MOST_LISTED:]
    each = [_newest(store, during(selection, [stretch], later=0)) for stretch in reversed(stretches)]
    turns = zip_longest(*(each or [_newest(store, selection)]))
    return [ranked for turn in turns for ranked in turn if ranked]


def _apart(days: Sequence[Days]) -> list[Days]:
    """Stretches of days that have none in common, in order: those that do are one."""
    apart: list[Days] = []
    for stretch in sorted(days, key=lambda stretch: stretch.first):
        if apart and stretch.overlaps(apart[-1]):
            before = apart.pop()
            stretch = replace(before, last=max(before.last, stretch.last))
        apart.append(stretch)
    return apart


def list_releases(
    releases: Sequence[RankedRelease], asked_in: Language, days: Sequence[Days], topic: str = ""
) -> list[Quote]:
    """How each of the nearest releases begins, newest first and undated ones last; `MOST_LISTED` at most.

    Where the question names days, only releases of these days, and only those that hold most of the words of its
    `topic`. Of two at one address, as briefs of one release in two languages are, the one in the asker's language.
    """
    of_days = [ranked for ranked in releases if _is_of(ranked.release.date, days)]
    behind = _BEHIND_OF_DAYS if days else _BEHIND
    words = {language: _words(topic, language) for language in LANGUAGES}
    listed = [ranked for ranked in of_days if ranked.score >= of_days[0].score - behind]
    trusted = of_days[0].score - behind / 2 if of_days else 0.0
    holding = [
        ranked
        for ranked in listed
        if _holds(ranked.release, words[ranked.release.language], any_of=bool(_OR.search(topic)))
        # Where no word can be carried over, how near it is has to tell.
        and (not topic or words[ranked.release.language] or ranked.score >= trusted)
    ]
    own = {canonical_url(ranked.release.url) for ranked in holding if ranked.release.language == asked_in} - {""}
    near = [
        ranked
        for ranked in holding
        if ranked.release.language == asked_in or canonical_url(ranked.release.url) not in own
    ][:MOST_LISTED]
    near.sort(key=lambda ranked: ranked.release.date or dt.date.min, reverse=True)
    return [_lead(ranked) for ranked in near]


def _is_of(date: dt.date | None, days: Sequence[Days]) -> bool:
    """Whether a date is one of the days named, or there are none."""
    if not days:
        return True
    return date is not None and any(stretch.first <= date <= stretch.last + dt.timedelta(_LATER) for stretch in days)


def _words(topic: str, language: Language) -> frozenset[str]:
    """The words of a topic as releases of a language have them: in the other one, those that can be carried over."""
    asked_in = detect_language(topic)
    words = index_words(topic) if language == asked_in else carry_words(topic, asked_in, language)
    # Texts are gone through word by word, in which no phrase is found.
    return frozenset(
        word
        for word in words
        if " " not in word and (not word.isascii() or len(word) > _LONGEST_SMALL_WORD or word[0].isdigit())
    )


def _holds(release: Release, words: frozenset[str], *, any_of: bool) -> bool:
    """Whether a release holds most of some words, or any of them."""
    found = {word for word, _, _ in find_words(f"{release.title}\n{release.text[:_LOOKED_THROUGH]}", words)}
    return not words or len(found) > (0 if any_of else _MOST_WORDS * len(words))


def _lead(ranked: RankedRelease) -> Quote:
    """How a release begins: with its first line that says something, or the longest of short ones."""
    release = ranked.release
    lines = list(re.finditer(r"[^\s][^\n\f]*", release.text))
    longest = max(lines, key=lambda line: len(line[0]))
    first = next((line for line in lines if len(line[0]) >= _SHORTEST_LEAD), longest)
    start, end = clause_around(release.text, first.start(), min(first.end(), first.start() + _LEAD), release.language)
    return Quote(ranked, start, with_announced(release.text, start, end, release.language), ranked.score)
