"""Questions that ask for releases rather than for a fact: "สรุปข่าวของ… เดือนมีนาคม 2567", "Which releases mention…?"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from qa.clause import clause_around
from qa.quote import Quote
from qa.rank import RankedRelease
from qa.stretch import Days

__all__ = ["MOST_LISTED", "asks_for_list", "list_releases"]

# Releases in a list: what a person reads through; the question can be narrowed by a date.
MOST_LISTED = 8
# A release whose score falls behind the best by more than this is about something else; among those of the
# days named it may be further off, as the question may name no more than days.
_BEHIND = 0.06
_BEHIND_OF_DAYS = 0.12
# A release of the days named may have come out a little after them.
_LATER = 3

_ASKS = re.compile(
    r"สรุปข่าว|รวมข่าว|รายการข่าว|ข่าว(?:ใด|ไหน|อะไร)บ้าง|มีข่าว.{0,80}(?:บ้าง|อะไร)|(?:ใด|ไหน|อะไร)บ้างที่(?:กล่าว|พูด|เอ่ย)ถึง"
    r"|\b(?:which|what|list|show|find|all|summari[sz]e|summary of)\b.{0,40}\b(?:releases|news|announcements|briefs)\b",
    re.IGNORECASE,
)


def asks_for_list(text: str) -> bool:
    """Whether a question asks for releases."""
    return bool(_ASKS.search(text))


def list_releases(releases: Sequence[RankedRelease], days: Sequence[Days]) -> list[Quote]:
    """How each of the nearest releases begins, newest first and undated ones last; `MOST_LISTED` at most.

    Where the question names days, only releases of these days.
    """
    listed = [ranked for ranked in releases if _is_of(ranked.release.date, days)]
    behind = _BEHIND_OF_DAYS if days else _BEHIND
    near = [ranked for ranked in listed if ranked.score >= listed[0].score - behind][:MOST_LISTED]
    near.sort(key=lambda ranked: ranked.release.date or dt.date.min, reverse=True)
    return [_lead(ranked) for ranked in near]


def _is_of(date: dt.date | None, days: Sequence[Days]) -> bool:
    """Whether a date is one of the days named, or there are none."""
    if not days:
        return True
    return date is not None and any(stretch.first <= date <= stretch.last + dt.timedelta(_LATER) for stretch in days)


def _lead(ranked: RankedRelease) -> Quote:
    start, end = clause_around(ranked.release.text, 0, 1, ranked.release.language)
    return Quote(ranked, start, end, ranked.score)
