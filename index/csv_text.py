"""Tables as text for spreadsheets: CSV of which no cell is run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

__all__ = ["csv_text"]


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV for a spreadsheet: a cell that would be read as a formula begins with an apostrophe.

    Where it is the beginning of a file, that is to be written as `utf-8-sig`: a spreadsheet takes a file for UTF-8
    by its first mark.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(map(_cell, row) for row in rows)
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@", "|", "%") or text[:1] in ("\t", "\r", "\n") else text
