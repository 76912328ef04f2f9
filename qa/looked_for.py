"""What is looked for on the page of the releases, and saved from it as a file: filters, words, an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from index.catalogue import Order
from index.selection import Selection
from qa.filters import read_filters

__all__ = ["LONGEST_WORDS", "LookedFor", "read_looked_for"]

# Characters.
LONGEST_WORDS = 300


@dataclass(frozen=True, slots=True)
class LookedFor:
    """The releases of a selection that hold all of the words, sorted."""

    selection: Selection
    words: str
    order: Order


def read_looked_for(asked: Mapping[str, Any]) -> LookedFor:
    """What a browser asks for: filters by their names, `words`, `order`.

    Words and an order that do not fit are left out; raises `BadFilter` for a filter that cannot be used. Thai vowels
    and marks that were typed in another order, or as two letters, and look the same, are read as what they look like.
    """
    from pythainlp.util import remove_repeat_vowels

    words = asked.get("words")
    typed = str(remove_repeat_vowels(words[:LONGEST_WORDS])) if isinstance(words, str) else ""
    order: Order = next((known for known in get_args(Order) if known == asked.get("order")), "newest")
    return LookedFor(read_filters(asked).selection, typed, order)
