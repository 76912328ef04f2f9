"""PDF and Word documents."""

from __future__ import annotations

import codecs
import datetime as dt
import io
import logging
import re
import zipfile
from collections.abc import Hashable, Iterator
from functools import reduce
from itertools import dropwhile
from typing import TYPE_CHECKING, Any

from index.dates import find_date
from index.errors import DamagedFile, EmptyFile
from index.readers.fields import build_release
from index.readers.headline import headline_over_lines, is_headline, split_title
from index.readers.html import without_site
from index.readers.kind import check_word
from index.readers.printed import DrawnLine, without_print_marks
from index.readers.text import fold, one_line, seam, tidy
from index.release import Release

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from pypdf import PageObject, PdfReader

__all__ = ["read_docx", "read_pdf"]

# Characters of the longest headline below a letterhead: what is longer is a paragraph.
_LONGEST_BELOW = 180
# No press release is longer; a file made to keep a computer busy may be.
_MOST_PAGES = 2000
# Lines at the top of a printed page in which its headline may stand.
_TOP_LINES = 20
# Bytes that a Word file may unpack to: 200 MB is far beyond any document and far below the memory.
_MOST_UNPACKED = 200_000_000
# Stands for no letter, but has a width, without which a word would end: no text has this character.
_NOTHING = "\ufdd0"
# Older Thai fonts have letters and marks a second time, moved to fit beside others, as characters for private use.
_THAI_SHAPES = str.maketrans(
    "".join(map(chr, range(0xF700, 0xF71B))),
    "\u0e10\u0e34\u0e35\u0e36\u0e37\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e0d"
    "\u0e31\u0e4d\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e38\u0e39\u0e3a",
)
# A space that the page has no room for: no word begins with a mark above or below, nor with sara am.
_APART = re.compile("(?<=[\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]) (?=[\u0e31\u0e33-\u0e3a\u0e47-\u0e4e])")
# What is read where a font does not say which letters it draws: names of shapes, as "/g36/g72" and "(cid:36)".
_SHAPES = re.compile(r"(?:/[A-Za-z]{1,8}\d{1,5}){2,}|(?:\(cid:\d{1,5}\))+")
# Titles that programs put into a document's properties when its author gave none.
_NO_TITLE = ("untitled", "microsoft word", "powerpoint", "document", "เอกสาร", "print")
# How a title ends that is the name of a file: programs put that into a document's properties, too.
_FILE_ENDING = re.compile(r"\.(?:docx?|pdf|rtf|odt|txt|html?|pptx?|xlsx?|indd|ai)$", re.IGNORECASE)
# When the template was made whose properties documents bear that a program wrote with python-docx.
_NO_CREATION = dt.datetime(2013, 12, 23, 23, 15)

# A line, and what it looks like: anything that is the same for lines that look alike, None where that is not known.
_Line = tuple[str, Hashable]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Parts of a Word document that hold text: paragraphs and tables, and the characters of a paragraph.
_BLOCKS = frozenset({_W + "p", _W + "tbl"})
_CHARACTERS = frozenset(_W + name for name in ("t", "tab", "ptab", "br", "cr", "noBreakHyphen"))
# Parts that may stand around any of these: runs, links, fields, content controls and what was put in or moved there
# while changes were tracked. What was taken out, and from where it was moved, stands in others.
_AROUND = frozenset(
    _W + name
    for name in (
        "r", "hyperlink", "fldSimple", "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "dir", "bdo",
    )
)  # fmt: skip


def read_pdf(data: bytes) -> Release:
    """The release in a PDF with a text layer; the title from its properties, else its headline, over lines or not.

    Raises `DamagedFile` if it is broken, locked or longer than 2,000 pages, and `EmptyFile` if its pages
    are pictures, or its fonts do not say which letters they draw.
    """
    # It tells of every flaw it repairs, which is of no use to whoever adds the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DamagedFile("is locked with a password; save a copy without one")
        drawn, address = without_print_marks(_drawn(reader))
        lines = [(line.text, line.look) for line in drawn]
        text = "\n".join(line for line, _ in lines)
        title = (reader.metadata and reader.metadata.title) or ""
    except DamagedFile:
        raise
    except Exception as error:  # a broken PDF raises whatever its parser trips over
        if "cryptography" in str(error):
            raise DamagedFile("is encrypted; save a copy that is not") from error
        raise DamagedFile(f"is a broken PDF ({type(error).__name__}); download it again") from error
    if not text.strip():
        raise EmptyFile("is a PDF of pictures without a text layer; run text recognition (OCR) on it first")
    if not _says_something(text):
        raise EmptyFile("is a PDF whose letters cannot be told apart; run text recognition (OCR) on it first")
    if address:
        title = without_site(one_line(title), "", [one_line(line) for line, _ in lines[:_TOP_LINES]])
    over_lines = headline_over_lines(lines) or [""]
    fields = _title(title, reduce(lambda line, after: f"{line}{seam(line, after)}{after}", over_lines))
    return build_release(fields | {"url": address}, text)


def read_docx(data: bytes) -> Release:
    """The release in a Word document: paragraphs and tables in their order, with tracked changes accepted.

    The title is that in the style "Title", else that of the properties, else the headline, which may go over lines;
    the day of creation is its date only where the text has none. Raises `DamagedFile` if the file is
    broken or unpacks to more than 200 MB, `UnsupportedFormat` if it is no Word document, and `EmptyFile` if it holds no
    text.
    """
    _check_unpacked_size(data)
    check_word(data)
    from docx import Document

    try:
        document = Document(io.BytesIO(data))
        lines = list(_lines_with_looks(document.element.body))
        text = "\n".join(line for line, _ in lines)
        title = _styled_title(document) or document.core_properties.title
        created = document.core_properties.created
    except Exception as error:  # a broken document raises whatever its parser trips over
        raise DamagedFile(f"is a broken Word document ({type(error).__name__}); save it again") from error
    if not text.strip():
        raise EmptyFile("is a Word document without text")
    fields = _title(title, " ".join(headline_over_lines(_below_letterhead(lines))))
    if not fields and (title := _headline_below_letterhead(lines)):
        fields = {"title": title}
    if created and created.replace(tzinfo=None) != _NO_CREATION and not find_date(text):
        fields["date"] = created
    return build_release(fields, text)


def _drawn(reader: PdfReader) -> list[list[DrawnLine]]:
    pages = len(reader.pages)
    if pages > _MOST_PAGES:
        raise DamagedFile(f"has {pages:,} pages, more than {_MOST_PAGES:,}; split it")
    return [list(_page_lines(page)) for page in reader.pages]


def _page_lines(page: PageObject) -> Iterator[DrawnLine]:
    drawn: list[DrawnLine] = []

    def see(text: str, page_scale: list[float], text_scale: list[float], font: Any, size: float) -> None:
        is_bold = "bold" in str((font or {}).get("/BaseFont", "")).lower()
        look = is_bold, round(abs(size * page_scale[3] * text_scale[3]), 1)
        drawn.append(DrawnLine(text, look, text_scale[5] * page_scale[3] + page_scale[5]))

    text = page.extract_text(visitor_operand_before=_ActualText(), visitor_text=see)
    if "".join(piece.text for piece in drawn) != text:
        drawn = [DrawnLine(text, None, None)]
    for line in _broken(drawn):
        said = _APART.sub("", line.text.replace(_NOTHING, "").translate(_THAI_SHAPES))
        yield line._replace(text=said)


def _broken(drawn: list[DrawnLine]) -> Iterator[DrawnLine]:
    """Lines out of pieces that may have line ends in them; each looks, and stands, as its first letter does."""
    line = DrawnLine("", None, None)
    for piece in drawn:
        for number, part in enumerate(piece.text.split("\n")):
            if number:
                yield line
                line = DrawnLine("", None, None)
            first = piece if part.strip() and not line.text.strip() else line
            line = first._replace(text=line.text + part)
    yield line


class _ActualText:
    """Puts what a page says that a piece of it reads in the place of the letters that are drawn there.

    Browsers and office programs say so where a letter is drawn in parts that have no letters of their own, as Thai tone
    marks above a vowel, or as one shape for "fi". Called before each operation, whose operands it changes.
    """

    def __init__(self) -> None:
        # What the marked pieces that an operation lies in read, the outermost first; None for those that do not say.
        self._marked: list[str | None] = []

    def __call__(self, operator: bytes, operands: list[Any], *_: object) -> None:
        if operator in (b"BDC", b"BMC"):
            properties = operands[1] if len(operands) > 1 else None
            said = properties.get("/ActualText") if isinstance(properties, dict) else None
            self._marked.append(_string(said) if isinstance(said, str | bytes) else None)
        elif operator == b"EMC":
            del self._marked[-1:]
        elif operator in (b"Tj", b"'", b'"') and operands:
            operands[-1] = self._instead(operands[-1])
        elif operator == b"TJ" and operands and isinstance(operands[0], list):
            operands[0][:] = [self._instead(part) for part in operands[0]]

    def _instead(self, shown: object) -> object:
        """What is to be read for a text that is shown: all of what its piece reads for the first, then nothing."""
        from pypdf.generic import TextStringObject

        place = next((place for place, said in enumerate(self._marked) if said is not None), None)
        if place is None or not isinstance(shown, str | bytes):
            return shown
        said, self._marked[place] = self._marked[place], ""
        return TextStringObject(said or _NOTHING)


def _string(value: str | bytes) -> str:
    """A string of a PDF; where it is not UTF-16, its letters are taken for those of Latin-1."""
    if isinstance(value, str):
        return value
    if value.startswith(codecs.BOM_UTF16_BE):
        return value[2:].decode("utf-16-be", "replace")
    return value.decode("latin-1")


def _says_something(text: str) -> bool:
    """Whether half of what a page says is more than names of shapes and marks, and there are letters in it."""
    words = _SHAPES.sub("", text)
    return bool(re.search(r"\w", words)) and 2 * len("".join(words.split())) >= len("".join(text.split()))


def _title(given: str | None, over_lines: str) -> dict[str, object]:
    """The title that is given, unless that is the beginning of a headline that goes on over lines, or none."""
    fields = _given_title(given)
    return (
        {"title": over_lines}
        if over_lines and fold(over_lines).startswith(fold(str(fields.get("title", ""))))
        else fields
    )


def _given_title(title: str | None) -> dict[str, object]:
    title = one_line(title or "")
    is_file_name = bool(_FILE_ENDING.search(title)) or ("_" in title and " " not in title)
    if len(title) < 5 or title.lower().startswith(_NO_TITLE) or is_file_name or not is_headline(title):
        return {}
    return {"title": title}


def _check_unpacked_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise DamagedFile("is a broken or cut off Word document; copy or download it again") from error
    if size > _MOST_UNPACKED:
        raise DamagedFile(f"unpacks to {size / 1e6:,.0f} MB, more than {_MOST_UNPACKED / 1e6:,.0f} MB")


def _parts(element: BaseOxmlElement, tags: frozenset[str]) -> Iterator[BaseOxmlElement]:
    """The nearest parts of an element that have one of the tags, in order, whatever stands around them."""
    for part in element:
        if part.tag in tags:
            yield part
        elif part.tag in _AROUND and part.find(f"{_W}sdtPr/{_W}showingPlcHdr") is None:  # "Click here to enter text."
            yield from _parts(part, tags)


def _lines(element: BaseOxmlElement) -> Iterator[str]:
    """The paragraphs of the document or of a cell, and the rows of its tables."""
    for block in _parts(element, _BLOCKS):
        if block.tag == _W + "p":
            yield _paragraph(block)
        else:
            yield from _rows(block)


def _below_letterhead(lines: list[_Line]) -> list[_Line]:
    """The lines from the first paragraph on, as a table above it is a letterhead; all of them where there is none."""
    below = list(dropwhile(lambda line: line[1] is None or not line[0].strip(), lines))
    return below or lines


def _headline_below_letterhead(lines: list[_Line]) -> str:
    """The headline below a table, unless a paragraph of the text stands there; "" where no table is above."""
    below = _below_letterhead(lines)
    above = lines[: len(lines) - len(below)]
    if not any(line.strip() for line, _ in above):
        return ""
    title, text = split_title(tidy("\n".join(line for line, _ in below)))
    is_one = len(title) <= _LONGEST_BELOW and not title.endswith(".") and text != title
    return title if is_one else ""


def _lines_with_looks(body: BaseOxmlElement) -> Iterator[_Line]:
    for block in _parts(body, _BLOCKS):
        if block.tag == _W + "p":
            look = _look(block)
            yield from ((line, look) for line in _paragraph(block).split("\n"))
        else:
            yield from ((line, None) for row in _rows(block) for line in row.split("\n"))


def _look(paragraph: Any) -> Hashable:
    """What a paragraph looks like: its style, how it is aligned, whether its first words are bold and how large."""
    run = next((run for run in paragraph.iter(_W + "r") if run.find(_W + "t") is not None), None)
    properties = {} if run is None else {part.tag: part.get(_W + "val", "1") for part in run.findall(f"{_W}rPr/*")}
    # Thai letters have properties of their own.
    bold, size = (properties.get(_W + name, properties.get(f"{_W}{name}Cs")) for name in ("b", "sz"))
    return paragraph.style, paragraph.alignment, bold not in (None, "0", "false"), size


def _paragraph(paragraph: BaseOxmlElement) -> str:
    return "".join(map(str, _parts(paragraph, _CHARACTERS)))


def _rows(table: BaseOxmlElement) -> Iterator[str]:
    """A line for each row; a cell that spans columns is told once, one that spans rows in each of them.

    Read from the parts of the table: python-docx has a cell that spans a billion columns a billion times, and looks
    for each cell that spans rows through all rows above it.
    """
    above: dict[int, str] = {}  # what stands in the last row, by the column at which it begins
    for row in _parts(table, frozenset({_W + "tr"})):
        texts, column = {}, row.grid_before
        for cell in _parts(row, frozenset({_W + "tc"})):
            continued = cell.vMerge == "continue"
            texts[column] = above.get(column, "") if continued else " ".join(_lines(cell)).replace("\n", " ")
            column += max(1, cell.grid_span)
        yield " ".join(texts.values())
        above = texts


def _styled_title(document: Document) -> str:
    """The first paragraphs in a row in a style called "Title" that may be a headline, else ""."""
    # Looking up the style of each paragraph by its name would take milliseconds for each.
    titles = {style.style_id for style in document.styles if style.name == "Title"}
    title = ""
    for paragraph in _parts(document.element.body, frozenset({_W + "p"})):
        if paragraph.style in titles and is_headline(line := _paragraph(paragraph)):
            title = f"{title} {line}".strip()
        elif title:
            break
    return title
