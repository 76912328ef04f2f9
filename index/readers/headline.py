"""Which line of a text is its headline."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import islice, takewhile

from index.dates import THAI_MONTH, find_dates, only_date, plain_digits

__all__ = ["below_date", "headline_over_lines", "is_headline", "leading_date", "split_title"]

# Characters up to which a first line is a headline.
_LONGEST_TITLE = 250
# Characters of the longest line that is nothing but what stands above headlines, such as a date and a time.
_LONGEST_ABOVE = 120

# Lines of a letterhead, and characters of the longest; characters of the longest headline below one, where a paragraph
# may stand instead; lines that a headline may go over.
_MOST_ABOVE = 4
_LONGEST_LETTERHEAD = 80
_LONGEST_BELOW = 180
_MOST_LINES = 4

_RULE = re.compile(r"([-–—=*_~])(?:\s?\1){2,}")
# Lines of Markdown that show no words of their own: a picture, a comment, marks of HTML, the edge of code.
_MARK = r"</?[a-zA-Z][a-zA-Z0-9]{0,20}(?:\s[^<>]{0,500})?/?>"
_WORDLESS = re.compile(
    rf"(?:!\[[^\]]{{0,200}}\]\(\S{{0,500}}\)|<!--.{{0,500}}-->|(?:{_MARK}\s{{0,9}}){{1,20}}|`{{3,}}\w*)"
)
# What stands above headlines: what kind of text it is and when it may be printed, which release of the year it is,
# where and when it was written.
_KIND = (
    r"(?:for )?immediate release|(?:press|news|media) (?:release|statement|information)|ข่าวประชาสัมพันธ์|ข่าวสารนิเทศ"
    r"|ข่าวแจก(?:สื่อมวลชน)?|ข่าวสำหรับสื่อมวลชน|ข่าวเพื่อเผยแพร่|(?:สำหรับ)?เผยแพร่ทันที|ข่าว(?=\s?(?:ฉบับ)?ที่\s?\d)"
)
# What a page has above its news may as well stand below a headline: it says nothing of a letterhead.
_SECTION = r"news|latest news|ข่าว|ข่าวสาร|ข่าวด่วน|แถลงข่าว|ด่วน(?:ที่สุด)?"
_NUMBER = (
    r"(?:(?:ref(?:erence)?[.:]?\s?)?(?:no\.?|number|(?:ฉบับ|เลข|ครั้ง)?ที่)\s?\d{1,4}(?:\s?/\s?\d{2,4})?|\d{1,4}/\d{2,4})(?![\d/])"
    rf"(?!\s{{0,2}}(?:{THAI_MONTH}))"  # "ที่ 3 มีนาคม" is a day
)
_PLACE = r"bangkok(?:, thailand)?|กรุงเทพ(?:ฯ|มหานคร)?"
_DATED = (
    r"(?:release |publication |published )?date|dated|(?:date )?(?:published|posted|released|issued)(?: on)?"
    r"|(?:วันที่)?(?:เผยแพร่|ประกาศ|โพสต์|ลงข่าว)(?:เมื่อ|วันที่)?|ลงวันที่|วันที่(?=\s?:)"
)
_BETWEEN = r"[\s:*|,./()–—-]{0,4}"
_ABOVE = re.compile(
    rf"(?:(?:{_KIND}|{_SECTION}){_BETWEEN}){{0,2}}(?:{_NUMBER})?{_BETWEEN}(?:{_PLACE})?{_BETWEEN}(?:{_DATED})?{_BETWEEN}",
    re.IGNORECASE,
)
_SAYS_KIND = re.compile(_KIND, re.IGNORECASE)
_LABEL_OF_DATE = re.compile(rf"(?:{_DATED})[\s:*]{{0,4}}", re.IGNORECASE)
# Whom to ask, until when nothing may be printed, where on a site it stood, and who sent it to whom.
_ASIDE = re.compile(
    r"(?:(?:media|press) )?contacts? ?:|e-?mail ?:|tel\.? ?:|embargo(?:ed (?:until|till|for)\b| ?:)"
    r"|for release (?:at|on|after) (?=.*\d)|(?:home|หน้าแรก|หน้าหลัก) ?[>»›/]"
    r"|(?:from|to|cc|bcc|sent|reply-to|จาก|ถึง|สำเนาถึง) ?: ",
    re.IGNORECASE,
)
# What a headline may be called on its own line.
_LABEL_OF_TITLE = re.compile(
    r"(?:title|headline|subject|พาดหัว(?:ข่าว)?|หัวข้อ(?:ข่าว)?|หัวเรื่อง|ชื่อเรื่อง|ชื่อข่าว|เรื่อง) ?[:：] ?(?=\S)", re.IGNORECASE
)
_MARKS = "#*_:.!-–—[]() "
_TIME = re.compile(
    r"(?:[,|–-]|\s){0,3}(?:เวลา|at|T)?\s?\d{1,2}[.:]\d\d(?:[.:]\d\d)?\s?(?:น\.?|นาฬิกา|hrs?\.?|hours|[ap]\.?m\.?)?$",
    re.IGNORECASE,
)


def is_headline(line: str) -> bool:
    """Whether a line may be a headline: not a rule, a picture, an address, a date, or what stands above headlines.

    That is what says that a press release follows, its number, whom to ask, and until when nothing may be printed.
    """
    line = line.strip()
    if (
        not _without_pictures(line)
        or _RULE.fullmatch(line)
        or _WORDLESS.fullmatch(line)
        or re.fullmatch(r"(?i)https?://\S+", line)
    ):
        return False
    plain = _bare(line)
    return not plain or len(line) > _LONGEST_ABOVE or not _stands_above(plain)


def _bare(line: str) -> str:
    """A line with Arabic digits, and without the marks and pictures around it."""
    return _without_pictures(plain_digits(line).strip(_MARKS)).strip(_MARKS)


def _without_pictures(line: str) -> str:
    """A line without the pictures at its ends that people put there who write for social media."""
    start, end = 0, len(line)
    while start < end and _is_picture(line[start]):
        start += 1
    while end > start and _is_picture(line[end - 1]):
        end -= 1
    return line[start:end]


def _is_picture(sign: str) -> bool:
    # A picture may be of several signs, some of which only join others or say how they look.
    return sign.isspace() or sign in "\u200d\ufe0e\ufe0f\u20e3" or unicodedata.category(sign) in ("So", "Sk")


def _stands_above(line: str) -> bool:
    above = _ABOVE.match(line)
    rest = line[above.end() if above else 0 :]
    return not rest or bool(_ASIDE.match(line) or only_date(_TIME.sub("", rest)))


def _says_kind(line: str) -> bool:
    """Whether a line says that a press release follows, and nothing else but its number and its date."""
    plain = _bare(line.strip()[: _LONGEST_ABOVE + 1])
    return len(plain) <= _LONGEST_ABOVE and bool(_SAYS_KIND.match(plain)) and _stands_above(plain)


def _headline_among(lines: Sequence[str]) -> int:
    """Which of the lines is the headline: the first that may be one, unless it is of a letterhead; else the first.

    A letterhead is what stands above the line that says that a press release follows.
    """
    may_be = (number for number, line in enumerate(lines) if is_headline(line))
    first = next(may_be, 0)
    written = list(islice((number for number, line in enumerate(lines) if line.strip()), _MOST_ABOVE + 1))
    above = list(takewhile(lambda number: not _says_kind(lines[number]), written))
    if (
        first not in above
        or lines[first].startswith("#")
        or len(above) == len(written)
        or any(len(lines[number]) > _LONGEST_LETTERHEAD for number in above)
    ):
        return first
    below = list(islice((number for number in may_be if number > written[len(above)]), 2))
    # A line that nothing follows, and a paragraph, are the text of a headline that the words stand under.
    if len(below) < 2 or len(lines[below[0]]) > _LONGEST_BELOW or lines[below[0]].rstrip().endswith("."):
        return first
    return below[0]


def headline_over_lines(lines: Sequence[tuple[str, Hashable]]) -> list[str]:
    """The lines of a headline that goes on over several, which look alike and unlike most of the text; else none.

    `lines` are those of the text with what each looks like, None where that is not known.
    """
    looks: Counter[Hashable] = Counter()
    for line, look in lines:
        looks[look] += len(line)
    start = _headline_among([line for line, _ in lines])
    look = lines[start][1] if lines else None
    if look is None or look == looks.most_common(1)[0][0]:
        return []
    alike = [
        line.strip() for line, _ in takewhile(lambda line: line[1] == look and is_headline(line[0]), lines[start:])
    ]
    return alike if 1 < len(alike) <= _MOST_LINES and len(" ".join(alike)) <= _LONGEST_TITLE else []


def _date_line(line: str) -> dt.date | None:
    """The date of a line that holds nothing else, but for marks and a word such as "Date:"; None for any other."""
    line = _bare(line[: _LONGEST_ABOVE + 1])
    if len(line) > _LONGEST_ABOVE:
        return None
    label = _LABEL_OF_DATE.match(line)
    return only_date(line) or (only_date(line[label.end() :]) if label else None)


def leading_date(line: str) -> dt.date | None:
    """The date that a line begins with, perhaps behind a word such as "Date:"; None for any other."""
    line = _bare(line)
    return next((_date_line(line[:end]) for _, _, end in find_dates(line)), None)


def below_date(text: str) -> tuple[dt.date | None, str]:
    """The date of lines at the top of a `tidy` text that are nothing but a date or a rule, and the text below.

    All of it where nothing is below.
    """
    date = None
    for line in re.finditer(".+", text):
        here = _date_line(line[0])
        if not here and not _RULE.fullmatch(line[0]):
            return date, text[line.start() :].strip()
        date = date or here
    return None, text


def split_title(text: str) -> tuple[str, str]:
    """The headline of a `tidy` text, its first line that may be one, and the body, which begins below it.

    Where a letterhead stands above the words "press release", that is the first one below them.
    The body is the whole text where the line is too long for a headline, which then is its beginning; where it is all
    there is; and where others stand above it: what is left out of their midst would be missing in a quote.
    """
    first, _, rest = text.partition("\n")
    lines = text.split("\n")
    line = lines[_headline_among(lines)]
    title = _words_of(line) or line
    if len(title) > _LONGEST_TITLE:
        return title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…", text
    return title, (_below_rule(rest.strip()) or text) if line == first else text


def _words_of(line: str) -> str:
    """What a line says, without the marks of Markdown and HTML and the word that it is the headline."""
    if heading := re.match(r"#{1,6} +", line):
        line = re.sub(r" +#{1,6}$", "", line[heading.end() :])
    line = re.sub(_MARK, "", line)
    line = re.sub(r"\[([^\[\]]{1,500})\]\(\S{0,500}?\)", r"\1", line.replace("**", ""))
    line = " ".join(line.split())  # a form feed is where the original has something that is not shown
    label = _LABEL_OF_TITLE.match(line)
    return line[label.end() :] if label else line


def _below_rule(text: str) -> str:
    """The text without a rule at its top, by which Markdown underlines a headline; all of it where nothing is below."""
    first, _, below = text.partition("\n")
    return (below.strip() if _RULE.fullmatch(first) else "") or text
