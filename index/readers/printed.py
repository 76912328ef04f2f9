"""What a browser prints around a page: above it when and what, below it the address and the number of the sheet."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from index.readers.fields import page_address

__all__ = ["DrawnLine", "without_print_marks"]

_BELOW = re.compile(r"((?:https?|file)://\S{1,2000}) ?(\d{1,4}) ?/ ?(\d{1,4})")
_ABOVE = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}[:.]\d\d(?: ?[AP]M)?(?: .*)?", re.IGNORECASE)


class DrawnLine(NamedTuple):
    """A line of a sheet, what it looks like, and how high above the foot it stands; None where that is not known."""

    text: str
    look: Hashable
    height: float | None


def without_print_marks(sheets: Sequence[Sequence[DrawnLine]]) -> tuple[list[DrawnLine], str]:
    """The lines of a web page printed on sheets, and its address; of anything else all lines and "".

    Below the address there is nothing to see: browsers draw letters there that belong to the next sheet.
    """
    lines: list[DrawnLine] = []
    address = ""
    for number, sheet in enumerate(sheets, start=1):
        below = [_BELOW.fullmatch(line.text.strip()) for line in sheet]
        place = next(
            (at for at, found in enumerate(below) if found and found.group(2, 3) == (str(number), str(len(sheets)))),
            None,
        )
        if place is None:
            lines += sheet
            continue
        found, foot = below[place], sheet[place].height
        address = address or page_address(found and found[1])
        for at, line in enumerate(sheet):
            is_mark = at == place or (abs(at - place) == 1 and _ABOVE.fullmatch(line.text.strip()))
            is_seen = line.height is None or foot is None or line.height > foot
            if is_seen and not is_mark:
                lines.append(line)
    return lines, address
