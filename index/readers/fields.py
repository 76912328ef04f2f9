"""What a file says about its release, under the names people give it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from index.dates import find_date, own_date, parse_date
from index.errors import EmptyFile
from index.language import detect_language
from index.readers.headline import below_date, split_title
from index.readers.text import fold, one_line, tidy
from index.release import Language, Release, canonical_url

__all__ = ["ALIASES", "HEAD", "build_release", "has_field", "named_fields", "page_address", "web_address"]

# The names under which front matter and columns hold the fields of a release, the likeliest first.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "subject", "heading", "พาดหัว", "พาดหัวข่าว", "หัวข้อ", "หัวข้อข่าว", "ชื่อข่าว", "ชื่อเรื่อง",
              "หัวเรื่อง", "เรื่อง", "post_title"),
    "text": ("text", "body", "content", "contents", "article", "article_text", "full_text", "fulltext", "เนื้อหา",
             "เนื้อหาข่าว", "เนื้อข่าว", "ข้อความ", "รายละเอียด", "รายละเอียดข่าว", "post_content", "article_body", "body_text"),
    "url": ("url", "link", "source_url", "source", "address", "web_address", "canonical_url", "permalink", "ที่มา",
            "แหล่งที่มา", "ลิงก์", "ลิงก์ข่าว", "ลิงค์", "ลิงค์ข่าว", "ลิ้งก์", "ลิ้งค์"),
    "date": ("date", "published", "date_published", "published_at", "publish_date", "publishdate", "published_date",
             "publication_date", "pubdate", "release_date", "datetime", "วันที่", "วันที่เผยแพร่", "วันที่ประกาศ", "วันที่ลงข่าว",
             "วันที่เผยแพร่ข่าว", "วันที่ข่าว", "วันเดือนปี", "วัน/เดือน/ปี", "post_date"),
    "category": ("category", "section", "tags", "categories", "topic", "หมวด", "หมวดหมู่", "หมวดข่าว", "ประเภท",
                 "ประเภทข่าว"),
    "publisher": ("publisher", "agency", "organisation", "organization", "ministry", "site", "sitename",
                  "หน่วยงาน", "ผู้เผยแพร่", "กระทรวง", "กรม"),
    "language": ("language", "lang", "ภาษา"),
    "kind": ("kind",),
}  # fmt: skip

# Characters at the beginning of a body in which its own date is looked for; later ones are of other events.
HEAD = 600

# Lines that a headline may stand on.
_HEADLINE_LINES = 4

# Characters of the longest name of a field or a column.
_LONGEST_NAME = 100

# Names of an address that may as well say which site something is from.
_SOURCES = frozenset({"source", "source_url", "ที่มา", "แหล่งที่มา"})

_ADDRESS_LINE = re.compile(
    r"(?im)^(\*{0,2}(?:source|url|link|ที่มา|ลิงก์)\*{0,2} ?[:：]\*{0,2} ?)?<?(https?://[^\s<>]+)>? ?$"
)


def web_address(value: object) -> str:
    """`value` if it is an http or https address, or begins with "www.", else "".

    No other scheme may reach a page as a link.
    """
    address = re.sub(r"(?i)^(?=www\.[^\s/.]+\.)", "https://", str(value or "").strip())
    if not re.fullmatch(r"(?i)https?://[^\s\x00-\x20\x7f<>\"\ud800-\udfff]+", address):
        return ""
    try:
        return address if urlsplit(address).hostname else ""
    except ValueError:
        return ""


def page_address(value: object) -> str:
    """`web_address` of a page, else "": a site's home page is where many releases are from, and the address of none."""
    address = web_address(value)
    return address if re.search("[/?#]", canonical_url(address).removeprefix("https://")) else ""


def named_fields(row: Mapping[str, object], columns: Mapping[str, str] | None = None) -> dict[str, object]:
    """The fields of a release in `row`, by `columns` (field to column) first, else by the usual names.

    Names count regardless of case and of how words in them are parted: publishedAt is published_at. Empty values are
    left out.
    """
    columns = columns or {}
    present = {_name(key): value for key, value in row.items() if value not in (None, "", [])}
    fields = {}
    for field, aliases in ALIASES.items():
        names = (columns[field],) if field in columns else aliases
        for name in names:
            # "source" may name an agency as well as an address, so a name that leads nowhere is passed over.
            value = present.get(_name(name))
            if value is not None and (field != "url" or _leads_somewhere(name, value, is_asked_for=field in columns)):
                fields[field] = value
                break
    return fields


def _leads_somewhere(name: str, value: object, *, is_asked_for: bool) -> bool:
    """Whether a value under a name of the address is one; whoever names the column knows what it holds."""
    return bool(page_address(value) if name in _SOURCES and not is_asked_for else web_address(value))


def has_field(field: str, names: Iterable[object], columns: Mapping[str, str] | None = None) -> bool:
    """Whether one of `names` is a name of the field, by `columns` or else by the usual ones."""
    wanted = {_name(name) for name in ((columns[field],) if columns and field in columns else ALIASES[field])}
    return any(_name(name) in wanted for name in names)


def build_release(fields: Mapping[str, object], text: str) -> Release:
    """The release of body `text` with what `fields` says of it; what is not said is found in the text.

    Raises `EmptyFile` if there is no text.
    """
    text = tidy(text)
    if not text:
        raise EmptyFile("holds no text")
    title = one_line(_words(fields.get("title")))
    url = web_address(fields.get("url")) or _stated_address(text)
    date = parse_date(fields.get("date"))
    if not title:
        stated, text = below_date(text)
        date = date or stated
    if title:
        text = _without_headline(text, title)
    else:
        title, text = split_title(text)
    return Release(
        title=title,
        text=text,
        url=url,
        date=date or own_date(text[:HEAD]) or find_date(title),
        category=one_line(_words(fields.get("category"))),
        language=_language(fields.get("language"), f"{title}\n{text}"),
        publisher=one_line(_words(fields.get("publisher"))),
        kind="brief" if _words(fields.get("kind")).strip().lower() == "brief" else "release",
    )


def _stated_address(text: str) -> str:
    """The address on a line of its own: on any that says what it is, else on the first or the last.

    Others are of what the text speaks of.
    """
    for line in _ADDRESS_LINE.finditer(text):
        is_own = line[1] or line.start() == 0 or line.end() == len(text)
        if is_own and (address := page_address(line[2])):
            return address
    return ""


def _without_headline(text: str, title: str) -> str:
    """The text without first lines that are the headline again, unless that is all there is."""
    lines = text.split("\n")
    for count in range(1, min(len(lines), _HEADLINE_LINES + 1)):
        first = "".join([re.sub(r"^#{1,6} +", "", lines[0]), *lines[1:count]])
        rest = "\n".join(lines[count:]).strip()
        if rest and fold(first) == fold(title):
            return rest
    return text


def _language(said: object, text: str) -> Language:
    name = _words(said).strip().lower()
    if name.startswith(("th", "ไทย")):
        return "th"
    if name.startswith(("en", "อังกฤษ")):
        return "en"
    return detect_language(text)


def _words(value: object) -> str:
    """A field as text; the first of several, since a release has one category. What has parts of its own is none.

    Those may be nested as deep, and repeated as often, as somebody likes who wants to see a computer busy.
    """
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    text = str(value) if isinstance(value, str | int | float | dt.date) else ""
    return "" if text.strip().lower() in ("null", "none", "nan", "~") else text


def _name(name: object) -> str:
    """A name as names are compared; one that is too long for a name is compared as it is."""
    text = str(name)
    return _plain_name(text) if len(text) <= _LONGEST_NAME else text


# Those of columns come again with each row of a table.
@lru_cache(maxsize=10_000)
def _plain_name(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.strip().lstrip("\ufeff").lower())
