"""What holds now is looked for among the newest releases first.

Of who the minister is, or what diesel costs, releases of many years speak, and the one that answers best is seldom the
newest. Figures: "What holds now" in benchmarks/README.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from index.catalogue import Catalogue
from index.release import Language
from index.selection import Selection
from index.settings import DEFAULT_MODEL
from index.store import Store
from qa.offices import asks_who_holds
from qa.rank import RankedRelease
from qa.refuse import beyond_usual
from qa.stretch import Days
from qa.when import wants_latest
from qa.whole_words import ENDS_POLITELY, HOW_MANY

__all__ = ["asks_of_now", "is_recent_enough", "newest_date", "newest_selections"]

# The days up to that of the newest release in which is looked, one stretch after the other.
_STRETCHES = (60, 180, 365)
# How much less near what is new may be than the nearest of all, and where the answer there is surer: of many releases
# one is nearer only because they are many, but what is much farther off is on something else.
_LESS_NEAR, _LESS_NEAR_IF_SURER = 0.045, 0.055

# Behind a question on certain days it is up to these, so that it says "now" only where none are named.
_SO_FAR = re.compile(rf"\bso far\b|(?:{HOW_MANY}.{{0,20}}|เท่าไร|เท่าไหร่|แค่ไหน|ถึงไหน)แล้ว{ENDS_POLITELY}", re.IGNORECASE)


def asks_of_now(text: str, days: Sequence[Days] = ()) -> bool:
    """Whether a question is about what holds now: says so, or asks who holds an office and nothing else.

    What names days is about these.
    """
    return not days and (wants_latest(text) or bool(_SO_FAR.search(text)) or asks_who_holds(text))


def newest_date(store: Store, selection: Selection, today: dt.date) -> dt.date | None:
    """The date of the newest release of a selection that bears one up to today."""
    newest = Catalogue(store).look(selection.during(dt.date.min, today), limit=1).releases
    return newest[0].release.date if newest else None


def newest_selections(store: Store, selection: Selection, today: dt.date) -> Iterator[Selection]:
    """The newest releases of a selection, and ever more of them; none where none bears a date up to today."""
    newest = newest_date(store, selection, today)
    if newest is not None:
        yield from (selection.during(newest - dt.timedelta(days), newest) for days in _STRETCHES)


def is_recent_enough(
    recent: Sequence[RankedRelease],
    everything: Sequence[RankedRelease],
    asked_in: Language,
    model: str,
    *,
    is_surer: bool,
) -> bool:
    """Whether the best of the newest releases is about as near to what is asked as the best of all.

    `is_surer`: whether what it says answers more surely. False where there is nothing to compare, and for a model other
    than the default one, whose similarities lie elsewhere.
    """
    if model != DEFAULT_MODEL or not recent or not everything:
        return False
    behind = beyond_usual(everything[0], asked_in, model) - beyond_usual(recent[0], asked_in, model)
    return behind <= (_LESS_NEAR_IF_SURER if is_surer else _LESS_NEAR)
