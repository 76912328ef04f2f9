"""Files as nobody should write them: releases of every kind that is read, with their bytes spoilt at random."""

from __future__ import annotations

import codecs
import io
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.readers import SUPPORTED_SUFFIXES

__all__ = ["FRAGMENTS", "LONGEST", "STARTS", "Start", "mutate", "read_starts"]

# The folders of the releases that were written for this project.
STARTS = (Path("tests") / "releases", Path("corpus"))

# Bytes that a mutated file has at most: what takes more than linear time shows at this size, and 10,000 files are done
# in minutes.
LONGEST = 200_000
# Times that bytes are spoilt in a file, at most.
_MOST_MUTATIONS = 4


@dataclass(frozen=True, slots=True)
class Start:
    """A file that is as it should be, to be spoilt."""

    suffix: str
    data: bytes


def read_starts(folders: Sequence[Path]) -> list[Start]:
    """The files in folders that can be read, sorted by name, with a PDF, a Word document and each kind of table."""
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in SUPPORTED_SUFFIXES)
    starts = [Start(path.suffix, path.read_bytes()) for path in paths]
    return [*starts, Start(".pdf", _pdf()), Start(".docx", _docx()), *(Start(*kind) for kind in _TABLES)]


def mutate(starts: Sequence[Start], draw: random.Random, longest: int = LONGEST) -> Start:
    """One of the files with one to four things done to its bytes, sometimes under an ending that does not fit.

    It has no more than `longest` bytes; the parts of a Word document are as long each.
    """
    start = draw.choice(starts)
    data, suffix = start.data, start.suffix
    for _ in range(draw.randint(1, _MOST_MUTATIONS)):
        data = draw.choice(_MUTATIONS)(data, starts, draw)[:longest]
    if start.suffix == ".docx" and draw.random() < 0.7:
        data = _repacked(start.data, starts, draw, longest)
    if draw.random() < 0.15:
        suffix = draw.choice(sorted(SUPPORTED_SUFFIXES))
    return Start(suffix, data)


def _flipped(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.randint(1, 20) if changed else 0):
        changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def _cut(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    first, last = _stretch(data, draw)
    return data[:first] + data[last:] if draw.random() < 0.5 else data[:first]


def _repeated(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    first, last = _stretch(data, draw)
    return data[:first] + data[first:last] * draw.choice([2, 3, 50, 2000]) + data[last:]


def _spliced(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    other = draw.choice(starts).data
    return data[: _place(data, draw)] + other[_place(other, draw) :]


def _with_fragment(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    place, fragment = _place(data, draw), draw.choice(FRAGMENTS)
    encoding = draw.choice(["utf-8"] * 8 + ["utf-16-le", "cp874", "cp1252"])
    return data[:place] + fragment.encode(encoding, "ignore") + data[place:]


def _with_run(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    """With a character, or a few, by the thousand."""
    place, run = _place(data, draw), draw.choice(_RUNS)
    return data[:place] + (run * draw.choice([100, 3000, 20_000])).encode() + data[place:]


def _other_encoding(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(draw.choice(["utf-16", "utf-16-be", "utf-32", "cp874", "cp1252", "utf-7", "gb18030"]), "replace")


def _with_mark(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    return draw.choice([codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE]) + data


def _on_one_line(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    return data.replace(b"\n", draw.choice([b"", b" ", b"\r", b"\0", "\u2028".encode()]))


_Mutation = Callable[[bytes, Sequence[Start], random.Random], bytes]
# What is done to the bytes; what finds most is there more than once.
_MUTATIONS: tuple[_Mutation, ...] = (
    _flipped, _cut, _repeated, _spliced, _with_fragment, _with_fragment, _with_fragment, _with_run, _other_encoding,
    _with_mark, _on_one_line,
)  # fmt: skip


def _repacked(data: bytes, starts: Sequence[Start], draw: random.Random, longest: int) -> bytes:
    """A Word document whose parts are spoilt before they are packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as spoilt:
        for name in whole.namelist():
            part = whole.read(name)
            if name == "word/document.xml" or draw.random() < 0.05:
                part = draw.choice([_flipped, _cut, _repeated, _with_fragment, _with_xml])(part, starts, draw)
            spoilt.writestr(name, part[:longest])
    return out.getvalue()


def _with_xml(data: bytes, starts: Sequence[Start], draw: random.Random) -> bytes:
    """With something of Word's own put behind one of its tags."""
    ends = [at + 1 for at, byte in enumerate(data) if byte == ord(">")]
    place = draw.choice(ends or [0])
    return data[:place] + draw.choice(_XML).encode() + data[place:]


def _place(data: bytes, draw: random.Random) -> int:
    """A place in the data: often its beginning, where files say what they are, or the beginning of a line."""
    if draw.random() < 0.3:
        return draw.randint(0, min(len(data), 200))
    place = draw.randint(0, len(data))
    return data.rfind(b"\n", 0, place) + 1 if draw.random() < 0.5 else place


def _stretch(data: bytes, draw: random.Random) -> tuple[int, int]:
    first = _place(data, draw)
    return first, min(len(data), first + draw.choice([1, 10, 200, len(data)]))


# Pieces that have broken readers of files: each is put in whole.
FRAGMENTS = (
    "\0", "\0" * 300, "\x1b[31m", "\ufeff", "\ufffe", "\u202e\u2066\u2069\u200f", "\u2028\u2029\x85\x0b\x0c\x1c",
    "\u200b" * 500, "\u00ad" * 500, "ก\u0e48\u0e38" * 300, "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 50,
    "\U000e0001\U000e0020", "ﷺ" * 300, "İıſK", "９" * 30, "๙" * 5000, "9" * 5000, "-" * 3000, "<" * 3000,
    # Fields and front matter.
    "---\n", "\n---\n", "---\ntitle: a\n---\n", "title: ", "url: http://[::1\n", 'title: "\\ud800"\n',
    'url: "http://example.org/\\ud800"\n', 'title: "\\U00110000"\n', 'title: "\\UFFFFFFFF"\n',
    "%YAML 1." + "1" * 5000, "a: &a [*a]\ntitle: *a\n", "? [a]\n: b\n", "{" * 400, "[" * 400, "- " * 400,
    "!!python/object:os.system ", "&a *a", "a: &a [b, b]\nc: &c [*a, *a]\nd: &d [*c, *c]\ntitle: [*d, *d]\n",
    "date: 99999-99-99\n", "date: 2567-02-30\n", "\nที่มา : https://example.org/\ud83d\n", "รัฐบาลไทย-",
    "รัฐบาลไทย--", "# " * 200, "**",
    # Tables.
    '{"text": "a b", "title": ' + "[" * 985 + "]" * 985 + "}\n", '{"text": "a b", "url": "http://a.b/\\udc00"}\n',
    '{"\\ud800": 1}\n', '{"text": "\\ud800\\udfff\\u0000"}\n', '{"text": "a", "date": ' + "9" * 4300 + "}\n",
    '{"text": "a", "date": ' + "9" * 5000 + "}\n", '{"text": NaN, "title": -Infinity}\n', '{"text": 1e999}\n',
    '{"text": ["a"], "title": {"a": {}}}\n', '"', '""', '"\n', ",,,,,,", ";" * 300, "\t\t\t", "text,title\n", "\r",
    "\n\r",
    # Pages.
    "<html>", "<div>" * 3000, "<table><tr><td>" * 500, "<!--", "<!-- -- >", "<![CDATA[", "<script>", "</html>",
    "<p>\x01\x08", "&#1;&#0;&#xFFFFFFFF;&#xD800;", "&amp;" * 500, "<meta charset=undefined>",
    "<meta charset=punycode>", "<meta charset=idna>", "<meta charset=utf-7>", "<meta charset=unicode_escape>",
    "<meta charset=utf-16>", "<meta charset=hz>", "<title>" * 300, '<link rel="canonical" href="http://[a">',
    '<a href="' + "a" * 3000, "<?xml ?>", '<meta property="article:published_time" content="99999-99-99">',
    "<!DOCTYPE html [<!ENTITY a 'b'>]>",
    # Dates and numbers.
    " วันที่ 99 มกราคม 99999 ", " 3 Auguſt 2024 ", " 3 Aprıl 2024 ", " 31/02/2567 ", " ٣١/١٢/٢٠٢٤ ", " 29 ก.พ. 66 ",
    " 1.2.3.4/5/2024/6 ", " 0/0/0000 ", "ม.ค." * 300, "1 " * 3000, "1/" * 3000, " 1,000,000" * 300, "ล้าน" * 300,
    "2024-13-45T99:99:99Z", "ปลายปี 9999",
)  # fmt: skip
_RUNS = (
    "ก", "่", "ุ่", "a", "\u0301", "\u0301\u0327", "\u200b", "\u00ad", "\u200d", "\ufeff", "\u202e", "😀", "ก่", "เ",
    "ๆ", " ", "\n", "\t", "\r", "\f", "\0", ".", "1", "๑", ",", "1,", "(", "=", "%", "\\", "ประชา", "ตากลม", "word ",
    "ไม่ไม่", "AAAA+/", "\u0e33", "\u1100", "\n---\n", "\n- ", "\n# ", "a:\n ", "*", "_", "`", "|", "[", "{", "<b>",
    "<a b=c>", "&lt;", '"', "'", '","', "https://a.b/",
)  # fmt: skip
_XML = (
    '<w:tcPr><w:gridSpan w:val="100000000"/></w:tcPr>', '<w:tcPr><w:gridSpan w:val="-5"/></w:tcPr>',
    "<w:tcPr><w:vMerge/></w:tcPr>", "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>", "<w:tbl>", "<w:tr><w:tc/></w:tr>" * 300,
    '<w:pPr><w:pStyle w:val="Title"/></w:pPr>', "<w:p><w:r><w:t>ก</w:t></w:r></w:p>" * 1000, "<w:p>" * 1000,
    "<w:br/>" * 500, '<w:trPr><w:gridBefore w:val="900000000"/></w:trPr>', "<!DOCTYPE a [<!ENTITY b 'c'>]>", "&b;",
    "<w:sdt><w:sdtContent>",
)  # fmt: skip

_TABLES = (
    (".csv", "title;text;url;date\nท่าเรือเปิด;เปิดแล้ว 3 ลำ;https://example.org/1;2567-03-02\n".encode()),
    (".tsv", b"headline\tbody\tpublished\nPier opens\tIt is open.\t2 March 2025\n"),
    (".ndjson", b'{"title": "Pier opens", "text": "It is open.", "date": 20250302, "tags": ["Sea"]}\n'),
    (".htm", b"<html><head><meta charset=tis-620><title>\xb7\xe8\xd2\xe0\xc3\xd7\xcd</title></head><body><article><h1>"
             b"\xb7\xe8\xd2\xe0\xc3\xd7\xcd\xe0\xbb\xd4\xb4</h1><p>\xe0\xbb\xd4\xb4\xe1\xc5\xe9\xc7</article></html>"),
)  # fmt: skip


def _pdf() -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(600, 800)
    shown = DecodedStreamObject()
    shown.set_data(b"BT /F1 12 Tf 40 700 Td (Pier opens on 2 March 2025) Tj 0 -20 Td (It is 8 metres deep.) Tj ET")
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): named})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(shown)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _docx() -> bytes:
    from docx import Document

    document = Document()
    document.add_paragraph("ท่าเรือเปิดแล้ว", style="Title")
    document.add_paragraph("เปิดเมื่อ 2 มี.ค. 68 ลึก 8 เมตร")
    table = document.add_table(3, 3)
    for row in table.rows:
        for cell in row.cells:
            cell.text = "8 เมตร"
    table.cell(0, 0).merge(table.cell(1, 1))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
