"""The layout of the public corpus of Thai government news, PyThaiNLP/thaigov-v2-corpus."""

from __future__ import annotations

import datetime as dt
import re

from index.dates import only_date, own_date
from index.errors import EmptyFile
from index.language import detect_language
from index.readers.fields import HEAD, page_address
from index.readers.headline import is_headline
from index.readers.text import fold, one_line, tidy
from index.release import Release

__all__ = ["is_thaigov", "read_thaigov"]

_PREFIX = "รัฐบาลไทย-"
_SOURCE = re.compile(r"^ที่มา\s*[:：]\s*(https?://\S+)\s*$")
# What the page of the news site shows around a release: a print button, a player, rows of dots or dashes.
_FURNITURE = re.compile(r"พิมพ์|Your browser does not support the (?:audio|video) (?:element|tag)\.|[.…·\s-]+")
# The day a computer's clock begins: what the site shows for news that bears no date.
_NO_DATE = dt.date(1970, 1, 1)
# Lines at the top that may be furniture, and the longest category (in characters) ever seen, doubled.
_TOP_LINES = 12
_LONGEST_CATEGORY = 80
# The site cuts headlines off at 180 characters or some before; the body often repeats the whole of it, on a line that
# is no paragraph yet.
_CUT_OFF = 150
_LONGEST_HEADLINE = 250
# <category>_<number>[_<uuid>], as the corpus names its files.
_FILE_NAME = re.compile(r"(.+?)\s*_\d+(?:_[0-9a-f]{8}-[0-9a-f-]{27})?")


def is_thaigov(text: str) -> bool:
    """Whether the text has the corpus's title line, or a headline first and its closing line with the address."""
    text = text.strip("\ufeff\n\r\t ")
    if text.startswith(_PREFIX):
        return True
    return is_headline(text.partition("\n")[0]) and bool(_SOURCE.match(text.rpartition("\n")[2]))


def read_thaigov(text: str, stem: str = "") -> Release:
    """The release in a file of the corpus; `stem` is the file's name, which tells its category.

    The date is that of the date line at the top, or else the first in the text. Dropped from the text
    are the title and address lines and, at the top only, date lines, page furniture and repetitions of
    the headline. A headline that the site cut off is that of the body's first line. Raises `EmptyFile` if
    nothing is left.
    """
    lines = text.strip("\ufeff\n\r\t ").replace("\r\n", "\n").split("\n")
    source = _SOURCE.match(lines[-1])
    body = [line for line in (lines[1:-1] if source else lines[1:])]
    category, title = _title(lines[0], body)
    date, start = _skip_top(body, title)
    content = tidy("\n".join(body[start:]))
    if not content:
        raise EmptyFile("holds no text besides its headline" if title else "holds no text")
    first = content.partition("\n")[0]
    if not title or (len(title) >= _CUT_OFF and first.startswith(title) and len(first) <= _LONGEST_HEADLINE):
        title = first
    return Release(
        title=title,
        text=content,
        url=page_address(source[1]) if source else "",
        date=date or own_date(content[:HEAD]),
        category=_category(stem) or category,
        language=detect_language(f"{title}\n{content}"),
    )


def _title(line: str, body: list[str]) -> tuple[str, str]:
    """The category and the headline of the title line, `รัฐบาลไทย-<category>-<headline>`."""
    rest = line.strip().removeprefix(_PREFIX)
    category, hyphen, headline = rest.partition("-")
    # A headline may hold hyphens and the category be missing: then the body repeats the whole of it.
    whole = fold(rest) in {fold(line) for line in body[:_TOP_LINES]}
    if not line.strip().startswith(_PREFIX) or not hyphen or whole or len(category) > _LONGEST_CATEGORY:
        return "", one_line(rest)
    return one_line(category), one_line(headline)


def _skip_top(body: list[str], title: str) -> tuple[dt.date | None, int]:
    """The date of the date line, and how many lines at the top are no part of the release."""
    date = None
    headline = fold(title)
    for number, line in enumerate(body):
        here = only_date(line)
        if here and not date and here != _NO_DATE:
            date = here
        if line.strip() and not here and not _FURNITURE.fullmatch(line.strip()) and fold(line) != headline:
            return date, number
    return date, len(body)


def _category(stem: str) -> str:
    match = _FILE_NAME.fullmatch(stem)
    return one_line(match[1]) if match else ""
