"""A stretch of a text with what it is in the other language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Rendered"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What stands at `text[start:end]`, in the other language."""

    start: int
    end: int
    rendered: str
    kind: Literal["date", "time", "amount", "name", "term"]
