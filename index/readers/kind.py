"""What kind of file something is, told by its content: a name is only what somebody says of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from index.errors import DamagedFile, EmptyFile, UnsupportedFormat

__all__ = ["MAGIC", "TEXT_SUFFIXES", "check_word", "is_page", "kind_by_content", "unreadable_kind"]

# First bytes of what is no text whatever the name says, and what it is.
MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old or a password-protected Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"bplist", "a web archive"),
    (b"From: <Saved by ", "a web archive"),
    (b"version https://git-lfs.github.com/", "a Git LFS pointer"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "a database"),
)
# Which of the kinds of text something is stands in its name alone.
TEXT_SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".jsonl", ".ndjson", ".csv", ".tsv")

# What files that cannot be read can be saved as, by whatever program opens them.
_SAVE_AS = {
    **dict.fromkeys((".doc", ".odt", ".rtf"), ".docx"),
    **dict.fromkeys((".xlsx", ".xls", ".ods"), ".csv"),
    **dict.fromkeys((".mhtml", ".mht", ".webarchive"), ".html"),
}

# What the list of parts in a zip archive says of a Word document's text, and the bytes of it that are read.
_CONTENTS, _WORD = "[Content_Types].xml", b"wordprocessingml.document.main+xml"
_MOST_CONTENTS = 1_000_000
# Parts of a document: one for each picture and a few more.
_MOST_PARTS = 10_000
# Characters at the beginning in which a web page says that it is one.
_HEAD = 200


def kind_by_content(data: bytes, name: str) -> str:
    """The ending that fits what is in a file of that name, in lower case: `.pdf`, `.docx` or one of the texts.

    Raises `EmptyFile`, `DamagedFile` or `UnsupportedFormat` for what no reader should be given, with the
    reason in one line. Nothing is unpacked but the list of a zip archive's parts.
    """
    from index.readers.text import decode

    if not data.strip():
        raise EmptyFile("is empty")
    kind = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    if kind == "a PDF":
        return ".pdf"
    if data.startswith(b"PK\x03\x04"):
        check_word(data)
        return ".docx"
    suffix = PurePath(name).suffix.lower()
    if kind:
        raise UnsupportedFormat(f"is {kind}, not a document that can be read; leave it out")
    if suffix in (".pdf", ".docx"):
        raise UnsupportedFormat(f"is not a {suffix} file, though its name says so; save it again")
    if suffix not in TEXT_SUFFIXES:
        raise UnsupportedFormat(unreadable_kind(name))
    return ".html" if is_page(decode(data)) else suffix


def unreadable_kind(name: str) -> str:
    """Why a file of that name, which has the ending of no kind that is read, cannot be, and what to do."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _SAVE_AS:
        return f"is a {suffix} file, which cannot be read; save it as {_SAVE_AS[suffix]}"
    ending = f"a {suffix[:12]} file" if suffix else "a file without an extension"
    kinds = " ".join(sorted((*TEXT_SUFFIXES, ".pdf", ".docx")))
    return f"is {ending}, which cannot be read; supported types are {kinds}"


def is_page(text: str) -> bool:
    """Whether a text says at its beginning that it is a web page."""
    return text.lstrip("\ufeff \t\r\n")[:_HEAD].lower().startswith(("<!doctype html", "<html"))


def check_word(data: bytes) -> None:
    """Raises `UnsupportedFormat` for a zip archive that is no Word document, `DamagedFile` for one that is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.namelist()
            if len(parts) > _MOST_PARTS:
                raise DamagedFile(f"has {len(parts):,} parts, more than {_MOST_PARTS:,}; save it again")
            contents = b""
            if _CONTENTS in parts:
                with archive.open(_CONTENTS) as listed:
                    contents = listed.read(_MOST_CONTENTS)
    except DamagedFile:
        raise
    except Exception as error:  # what is packed may be broken in as many ways as there are ways of packing
        raise DamagedFile("is a broken or cut off Word document; copy or download it again") from error
    if _WORD not in contents:
        raise UnsupportedFormat("is a zip archive or another Office document, not a Word document; leave it out")
