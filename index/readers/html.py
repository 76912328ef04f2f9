"""Web pages saved as HTML."""

from __future__ import annotations

import codecs
import copy
import datetime as dt
import logging
import re
from html import unescape
from itertools import chain, dropwhile, takewhile
from typing import TYPE_CHECKING

from index.dates import parse_date
from index.errors import DamagedFile, EmptyFile
from index.readers.fields import build_release, page_address
from index.readers.headline import is_headline, leading_date
from index.readers.text import decode, fold, one_line
from index.release import Release

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["read_html", "shown_text", "without_site"]

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,30})", re.IGNORECASE)
# Encodings that Python knows and that no page is in: a page that can be read so far is in none of two bytes a
# character, and the others are no sets of characters. One of them takes hours for a megabyte.
_NO_CHARSETS = frozenset(
    ["idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7", "utf-8-sig"]
    + [f"utf-{bits}{order}" for bits in (16, 32) for order in ("", "-le", "-be")]
)
# What lxml takes into no text: XML has no such characters.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Characters below which the main text was not found, so that all that is visible is taken instead.
_NEARLY_EMPTY = 80
# Characters below which trafilatura may take all that is visible, and puts it on one line.
_SHORT = 250
# Characters at the beginning of a page in which whoever saved it says so.
_BEGINNING = 5000
_HIDDEN = (
    "//script|//style|//noscript|//template|//nav|//aside|//button|//form|//header//ul|//footer|//comment()|//head"
)
# Where a browser, or the extension SingleFile, says that it saved the page from.
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d{1,6}\)|Page saved with SingleFile\s+url:\s*)(https?://\S{1,2000})"
)
_LAYOUT_TABLES = "//table[not(.//th) and not(.//tr[count(td) > 1])]"
# Elements in which line ends are shown as they are typed.
_AS_TYPED = "//*[self::pre or contains(@style, 'white-space')]/descendant-or-self::*"
_LINE_END = re.compile(r"[ \t]{0,99}[\r\n][ \t\r\n]{0,99}")
# Places on a page where its headline may stand, and lines around it, with their greatest length, that may date it.
_MOST_HEADLINES = 5
_LINES_BELOW, _LINES_ABOVE, _LONGEST_ASIDE = 5, 2, 80
# Headings of the page's own, not those of menus.
_HEADINGS = "//*[self::h1 or self::h2 or self::h3][not(ancestor::nav or ancestor::aside or ancestor::footer)]"
# Elements named for the date of what the page publishes.
_DATED = "//*[@itemprop='datePublished' or @name='pubdate' or @name='publish_date' or @name='publishdate']"
_FOOTERS = (
    "//*[self::footer or (self::div and (contains(@class, 'footer') or contains(@id, 'footer')))]"
    "[not(ancestor::article or .//article or .//h1)]"
)
# What stands between a headline and the name of the site in what a page calls itself.
_BEFORE_SITE = re.compile(r"(?:\s[-–—:|·»]{1,2}|\s?(?:\||::))\s?$")
_SITE_FOLLOWS = re.compile(r"(?:\s[-–—:|·»]{1,2}\s|\s?(?:\||::)\s?)\S")
# What pages call themselves, or have above their headlines, whatever the news is.
_WORDS_FOR_NEWS = frozenset({
    "news", "newsroom", "latest news", "news & events", "news and events", "press releases", "press room",
    "media centre", "media center", "ข่าว", "ข่าวสาร", "ข่าวกิจกรรม", "ข่าวสารและกิจกรรม", "รายละเอียดข่าว", "หน้าแรก", "หน้าหลัก",
    "home",
})  # fmt: skip
# Marks by which a piece of text says that it is one of a web page, and signs that it writes by their names.
_MARKUP = re.compile(
    r"</(?:a|b|blockquote|div|em|font|h[1-6]|i|li|ol|p|span|strong|table|t[dr]|u|ul)\s{0,9}>|<br\s{0,9}/?>|<p>|<!--",
    re.IGNORECASE,
)
_NAMED_SIGN = re.compile(
    r"&(?:#\d{2,6}|#x[\da-f]{2,5}|amp|nbsp|quot|apos|lt|gt|[lr][sd]quo|[mn]dash|hellip);", re.IGNORECASE
)
# Where these stand, they alone are ends of lines.
_LINES = re.compile(r"<(?:p|br|div|li|tr)\b", re.IGNORECASE)
_BLOCKS = {
    "address", "article", "blockquote", "div", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "main", "ol",
    "p", "pre", "section", "table", "ul",
}  # fmt: skip
# Blocks that follow each other without a blank line.
_ITEMS = {"li", "tr", "dt", "dd"}


def read_html(data: bytes) -> Release:
    """The release on a page: its main text, without menus and footers, and what its metadata say.

    Where no main text is found, all visible text is taken. Raises `EmptyFile` for a page without text
    and `DamagedFile` for data that is no page.
    """
    page = _page(data)
    if not page.strip():
        raise EmptyFile("holds no text")
    tree = _tree(page)
    fields, text = _main_text(page if tree is None else _without_layout_tables(page, tree))
    if tree is not None:
        fields["date"] = _stated_date(tree, str(fields.get("date", "")), str(fields.get("url", "")))
    unseen = "" if tree is None else fold(str(tree.xpath("string(//noscript)")))
    if unseen and len(text) < _NEARLY_EMPTY and unseen in fold(text):
        text = ""  # who has a browser is not shown it
    if tree is not None and len(text) < _SHORT:
        stated, everything = _visible_text(copy.deepcopy(tree))
        if len(text) < _NEARLY_EMPTY:
            text = max(text, everything, key=len)
            fields = stated | fields
        elif "\n" not in text and fold(text) == fold(everything):
            text = everything
    if not fields.get("url") and (saved := _SAVED_FROM.search(page[:_BEGINNING])):
        fields["url"] = page_address(saved[1])
    if not text.strip():
        raise EmptyFile("is a page without visible text; save the page when it has finished loading")
    if tree is not None and "title" in fields:
        fields["title"] = _headline(tree, *(one_line(str(fields.get(name, ""))) for name in ("title", "publisher")))
    if tree is not None and not fields.get("date"):
        fields["date"] = _date_by_headline(tree, str(fields.get("title", "")))
    return build_release(fields, text)


def shown_text(text: str) -> str:
    """What a browser shows of a text that has marks of HTML, as cells of tables from web sites do; another as it is.

    Without marks that end a line, its line ends are kept.
    """
    if not _MARKUP.search(text):
        return unescape(text) if _NAMED_SIGN.search(text) else text
    tree = _tree(text if _LINES.search(text) else re.sub(r"\r?\n", "<br>", text))
    if tree is None:
        return text
    _show_blocks(tree)
    return str(tree.text_content()).strip()


def without_site(title: str, publisher: str, headings: list[str]) -> str:
    """ "Pier opens | Harbour Board" without the end, where that is the publisher's name or the rest is a heading."""
    if title in headings:
        return title
    before = title.removesuffix(publisher) if publisher else title
    if before != title and (separator := _BEFORE_SITE.search(before)):
        return before[: separator.start()]
    starts = (heading for heading in headings if heading and _SITE_FOLLOWS.match(title.removeprefix(heading)))
    return max(starts, key=len, default=title)


def _page(data: bytes) -> str:
    """The page as text: by what its bytes are, else by what it says of itself."""
    declared = _CHARSET.search(data[:4096])
    if b"\0" in data:
        return decode(data)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if declared:
        # Windows' code page holds all of TIS-620 and the quotation marks that real pages use.
        name = declared[1].decode("ascii").lower()
        try:
            codec = codecs.lookup("cp874" if name in ("tis-620", "windows-874") else name)
            if codec.name not in _NO_CHARSETS:
                return data.decode(codec.name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _without_layout_tables(page: str, tree: HtmlElement) -> str:
    """The page with blocks for tables of one column, which hold no figures but keep text in its place."""
    tables = tree.xpath(_LAYOUT_TABLES)
    if not tables:
        return page
    from lxml import html

    changed = copy.deepcopy(tree)
    for table in changed.xpath(_LAYOUT_TABLES):
        for part in table.xpath("descendant-or-self::*[self::table or self::tbody or self::tr or self::td]"):
            part.tag = "div"
    return str(html.tostring(changed, encoding="unicode"))


def _main_text(page: str) -> tuple[dict[str, object], str]:
    from trafilatura import bare_extraction

    # They tell of every page without a main text, which is no news to whoever adds the file.
    for name in ("trafilatura", "htmldate", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        found = bare_extraction(
            page,
            with_metadata=True,
            include_comments=False,
            # Only a date that the page states; a search would take the year of a copyright notice.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # any page can be fed to it, and it raises whatever its parsers raise
        raise DamagedFile(f"cannot be read as a web page ({type(error).__name__}); save it again") from error
    if found is None:
        return {}, ""
    fact = found if isinstance(found, dict) else found.as_dict()
    fields: dict[str, object] = {
        "title": fact.get("title") or "",
        "date": fact.get("date") or "",
        # Where the page names no publisher, trafilatura gives the host, which is no name.
        "publisher": "" if (name := fact.get("sitename") or "") in (fact.get("url") or "") else name,
        "url": page_address(fact.get("url")),
        "category": fact.get("categories") or [],
    }
    return {name: value for name, value in fields.items() if value}, str(fact.get("text") or "")


def _tree(page: str) -> HtmlElement | None:
    from lxml import etree, html

    # As bytes, because lxml refuses text that declares an encoding of its own.
    parser = html.HTMLParser(encoding="utf-8")
    try:
        return html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def _headline(tree: HtmlElement, title: str, publisher: str) -> str:
    """The title without the site's name; another heading where it is no more than that or a word for news; or ""."""
    headings = [one_line(heading.text_content()) for heading in tree.xpath(_HEADINGS)]
    title = without_site(title, publisher, headings)
    if headline := _above_site(one_line(tree.xpath("string(//title)")), title, headings):
        return headline
    if _may_be_headline(title):
        return title
    return next(filter(_may_be_headline, headings), "")


def _above_site(whole: str, title: str, headings: list[str]) -> str:
    """A heading below the title, longer than it, where the page calls itself by that heading and then by the title.

    The title is the site's name then. "" where that is not so.
    """
    before = whole.removesuffix(title)
    separator = _BEFORE_SITE.search(before) if before != whole else None
    headline = before[: separator.start()] if separator else ""
    below = dropwhile(lambda heading: fold(heading) != fold(title), headings)
    is_one = len(headline) > len(title) and _may_be_headline(headline) and fold(headline) in map(fold, below)
    return headline if is_one else ""


def _may_be_headline(line: str) -> bool:
    return is_headline(line) and line.lower() not in _WORDS_FOR_NEWS


def _stated_date(tree: HtmlElement, found: str, url: str) -> str:
    """The date that the page states: in the Buddhist era, which trafilatura does not know, as it found it, or as named.

    What trafilatura took from a footer is the day on which the site was changed.
    """
    if found and tree.xpath(_FOOTERS):
        found = _date_above_footers(tree, url)
    named = tree.xpath("//meta[@property='article:published_time']/@content")
    named += [node.get("content") or node.get("datetime") or node.text_content() for node in tree.xpath(_DATED)]
    for value in named + (tree.xpath("//article//time/@datetime") or tree.xpath("//time/@datetime")):
        if date := parse_date(value):
            is_buddhist = str(date.year) not in value
            is_later_in_thailand = bool(found) and value.startswith(found) and str(date) != found
            return str(date) if is_buddhist or is_later_in_thailand or (not found and value in named) else found
    return found


def _date_by_headline(tree: HtmlElement, title: str) -> dt.date | None:
    """The date on a short line next to the headline, where readers see it and the page does not say what it is."""
    page = copy.deepcopy(tree)
    for footer in page.xpath(_FOOTERS):
        footer.drop_tree()
    _show_blocks(page)
    lines = [one_line(line) for line in str(page.text_content()).split("\n") if line.strip()]
    for place in [number for number, line in enumerate(lines) if fold(line) == fold(title)][:_MOST_HEADLINES]:
        below = takewhile(lambda line: len(line) <= _LONGEST_ASIDE, lines[place + 1 : place + 1 + _LINES_BELOW])
        above = reversed([line for line in lines[max(0, place - _LINES_ABOVE) : place] if len(line) <= _LONGEST_ASIDE])
        if date := next(filter(None, map(leading_date, chain(below, above))), None):
            return date
    return None


def _date_above_footers(tree: HtmlElement, url: str) -> str:
    """The date that a page states outside of its footers; "" where it states none, or none can be made out."""
    from htmldate import find_date

    page = copy.deepcopy(tree)
    for footer in page.xpath(_FOOTERS):
        footer.drop_tree()
    try:
        return find_date(page, extensive_search=False, original_date=True, url=url or None) or ""
    except Exception:  # it raises whatever its parsers raise; then the text is looked through, as where none is stated
        return ""


def _visible_text(tree: HtmlElement) -> tuple[dict[str, object], str]:
    """What the head of the page says, and all text a browser would show of the article, or else of the page."""
    title = tree.xpath("string(//meta[@property='og:title']/@content)") or tree.xpath("string(//h1)")
    fields: dict[str, object] = {
        "title": one_line(title or tree.xpath("string(//title)")),
        "date": tree.xpath("string(//meta[@property='article:published_time']/@content)"),
        "url": page_address(tree.xpath("string(//link[@rel='canonical']/@href)")),
        "publisher": tree.xpath("string(//meta[@property='og:site_name']/@content)"),
    }
    _show_blocks(tree)
    articles = tree.xpath("//article") or tree.xpath("//main") or [tree]
    return fields, str(max((article.text_content() for article in articles), key=len))


def _show_blocks(tree: HtmlElement) -> None:
    """Leaves what a browser shows, with a line end where it begins a line: those between its words are spaces to it."""
    as_typed = set(tree.xpath(_AS_TYPED))
    for node in tree.iter():
        node.text = _run(node.text, node in as_typed)
        node.tail = _run(node.tail, node.getparent() in as_typed)
    for node in tree.xpath(_HIDDEN):
        if node.getparent() is not None:
            node.drop_tree()
    for node in tree.iter():
        if node.tag == "br":
            node.tail = "\n" + (node.tail or "")
        elif node.tag in _ITEMS:
            node.text = "\n" + (node.text or "")
        elif node.tag in _BLOCKS:
            node.text = "\n" + (node.text or "")
            node.tail = "\n" + (node.tail or "")
        elif node.tag in ("td", "th"):
            node.tail = " " + (node.tail or "")


def _run(text: str | None, is_as_typed: bool) -> str:
    # Pages may have signs, as they are or as "&#1;", that lxml reads, but cannot move.
    text = _NO_XML.sub(" ", text or "")
    return text if is_as_typed else _LINE_END.sub(" ", text)
