"""Text as it can be compared, stored and written, whatever it was made of.

Normalising takes time linear in the length of a text: marks that stand behind one letter are put in order one by
one, which for a run of n of them takes n * n steps: 80,000 Thai vowels and tone marks, 240 kB, took 30 seconds.
Unicode's own advice is to cut such runs (UAX #15, Stream-Safe Text Format).
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import Literal

__all__ = ["normalized", "path_text", "writable"]

# Marks in a row, among other signs that are neither letters nor space, after which a text is cut. No letter of any
# script has more than a dozen.
_RUN = re.compile(r"[^\w\s]{128}(?=[^\w\s])")


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form; in a run of more than 128 signs each 128 of them by themselves."""
    ends = [match.end() for match in _RUN.finditer(text)]
    pieces = (text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True))
    return "".join(unicodedata.normalize(form, piece) for piece in pieces)


def writable(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, which UTF-8 cannot hold; two halves become one character.

    Programs may send halves, as JSON can say them ("\\ud800").
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def path_text(path: Path | str) -> str:
    """A path as it is stored and shown; bytes of it that are no UTF-8, which Linux allows in names, as "\\xff"."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
