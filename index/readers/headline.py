"""Which line of a text is its headline."""

from __future__ import annotations

import datetime as dt
import re

from index.dates import only_date, plain_digits

__all__ = ["below_date", "is_headline", "split_title"]

# Characters up to which a first line is a headline.
_LONGEST_TITLE = 250
# Characters of the longest line that is nothing but a date and a time.
_LONGEST_DATE = 80

_RULE = re.compile(r"([-–—=*_~])(?:\s?\1){2,}")
# What stands above headlines: what kind of text it is and when it may be printed.
_KINDS = frozenset({
    "for immediate release", "immediate release", "press release", "news release", "media release",
    "ข่าวประชาสัมพันธ์", "ข่าวแจก", "ข่าวแจกสื่อมวลชน", "ข่าวสำหรับสื่อมวลชน", "ข่าวเพื่อเผยแพร่", "เผยแพร่ทันที", "สำหรับเผยแพร่ทันที",
})  # fmt: skip
_MARKS = "#*_:.!-–—[]() "
_TIME = re.compile(
    r"(?:[,|–-]|\s){0,3}(?:เวลา|at|T)?\s?\d{1,2}[.:]\d\d(?:[.:]\d\d)?\s?(?:น\.?|นาฬิกา|hrs?\.?|hours|[ap]\.?m\.?)?$",
    re.IGNORECASE,
)


def is_headline(line: str) -> bool:
    """Whether a line may be a headline: not a rule, a date, an address, or what says that a press release follows."""
    line = line.strip()
    if not line or _RULE.fullmatch(line) or re.fullmatch(r"(?i)https?://\S+", line):
        return False
    if line.strip(_MARKS).lower() in _KINDS:
        return False
    return len(line) > _LONGEST_DATE or not only_date(_TIME.sub("", plain_digits(line)))


def below_date(text: str) -> tuple[dt.date | None, str]:
    """The date of lines at the top of a `tidy` text that are nothing but a date or a rule, and the text below.

    All of it where nothing is below.
    """
    date = None
    for line in re.finditer(".+", text):
        here = only_date(line[0])
        if not here and not _RULE.fullmatch(line[0]):
            return date, text[line.start() :].strip()
        date = date or here
    return None, text


def split_title(text: str) -> tuple[str, str]:
    """The headline of a `tidy` text, its first line that may be one, and the body, which begins below it.

    The body is the whole text where the line is too long for a headline, which then is its beginning; where it is all
    there is; and where others stand above it: what is left out of their midst would be missing in a quote.
    """
    first, _, rest = text.partition("\n")
    line = next(filter(is_headline, text.split("\n")), first)
    title = re.sub(r"^#{1,6} +|\*\*", "", line).strip() or line
    if len(title) > _LONGEST_TITLE:
        return title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…", text
    return title, (rest.strip() or text) if line == first else text
