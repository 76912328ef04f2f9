"""Files to releases: finding the files, choosing the reader, and saying what could not be read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import DamagedFile, EmptyFile, UnsupportedFormat
from index.normal import path_text
from index.readers.kind import MAGIC, is_page, unreadable_kind
from index.release import Release

__all__ = ["READING", "SUPPORTED_SUFFIXES", "Reading", "Skipped", "check_size", "find_files", "read_file"]

_TEXT = frozenset({".txt", ".md", ".markdown"})
_WEB = frozenset({".html", ".htm"})
_ROWS = frozenset({".jsonl", ".ndjson", ".csv", ".tsv"})
# To be raised with each change of what is read out of a file: the next run reads all of them once more.
READING = 3
# The endings of the files that can be read.
SUPPORTED_SUFFIXES = _TEXT | _WEB | _ROWS | {".pdf", ".docx"}

# What to do with a kind of file that cannot be read under any name.
_ADVICE = {
    "an RTF document": "save it as .docx",
    "a web archive": "save the page as .html",
    "a Git LFS pointer": "fetch the file itself: git lfs pull",
}
# Bytes in which a web page under another name says that it is one.
_BEGINNING = 1000

# Files that systems leave in folders and that nobody means to add; hidden ones are left out anyway.
_NOISE = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"})


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that gave no release: `where` is a path, or path:line for a row; `reason` is for people."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave: its releases, and the rows in it that gave none."""

    releases: tuple[Release, ...]
    skipped: tuple[Skipped, ...] = ()


def read_file(path: Path, *, max_bytes: int = 20_000_000, columns: Mapping[str, str] | None = None) -> Reading:
    """The releases in a file, read by what its name and its content say it is.

    `max_bytes` is the largest size that is read; `columns` says which column of a table holds which
    field. Raises `EmptyFile`, `UnsupportedFormat` or `DamagedFile` with one line that says what is
    wrong with the file and what to do; `ThalaengError` if `columns` names an unknown field.
    """
    suffix = path.suffix.lower()
    if suffix not in SUPPORTED_SUFFIXES:
        raise UnsupportedFormat(unreadable_kind(path.name))
    data = _read_bytes(path, max_bytes)
    if not data.strip():
        raise EmptyFile("is empty")
    kind = next((kind for magic, kind in MAGIC if data.startswith(magic)), None)
    if kind and (suffix not in (".pdf", ".docx") or kind in _ADVICE):
        advice = _ADVICE.get(kind, "give it the right extension, or leave it out")
        raise UnsupportedFormat(f"is {kind}, not {suffix}; {advice}")
    if kind and kind.startswith("an old"):
        raise DamagedFile(f"is {kind}; save it as .docx without a password")
    if suffix == ".docx" and not data.startswith(b"PK\x03\x04"):
        raise UnsupportedFormat(f"is not a {suffix} file, though its name says so; save it again")
    if suffix in _TEXT | _ROWS and is_page(data[:_BEGINNING].decode("utf-8", "replace")):
        if suffix in _ROWS:
            raise UnsupportedFormat(f"is a web page, not {suffix}; download the table again")
        suffix = ".html"
    if suffix in _ROWS:
        return _read_rows(path, data, columns)
    return Reading((replace(_read_one(path, suffix, data), source=path_text(path)),))


def find_files(paths: Iterable[Path]) -> Iterator[Path | Skipped]:
    """The files that can be read at `paths` and in the folders below, sorted, each real file once.

    Hidden files and folders are passed over in silence, and folders of pictures and frames that browsers put beside
    a page that they save. Whatever else cannot be read is told: a missing
    path, a broken link, a link to a folder it lies in, what may not be opened, an unknown kind of file.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _walk(path, seen)


def _walk(top: Path, seen: set[tuple[int, int]]) -> Iterator[Path | Skipped]:
    # Each path with the folders it lies in, by device and number: a link to one of these would never end.
    waiting: list[tuple[Path, frozenset[tuple[int, int]]]] = [(top, frozenset())]
    while waiting:
        path, above = waiting.pop()
        try:
            status = path.stat()
        except OSError as error:
            yield Skipped(path_text(path), _why_not(path, error))
            continue
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            yield Skipped(path_text(path), "is a link to a folder that contains it; it was not followed")
        elif identity in seen:
            continue
        elif stat.S_ISDIR(status.st_mode):
            seen.add(identity)
            try:
                names = sorted(os.listdir(path), reverse=True)
            except OSError as error:
                yield Skipped(path_text(path), _why_not(path, error))
                continue
            pages = {name.rpartition(".")[0] for name in names if name.lower().endswith(tuple(_WEB))}
            parts = {f"{page}_files" for page in pages}
            waiting += [
                (path / name, above | {identity}) for name in names if not _is_noise(name) and name not in parts
            ]
        elif reason := _unreadable(path, status):
            yield Skipped(path_text(path), reason)
        else:
            seen.add(identity)
            yield path


def _is_noise(name: str) -> bool:
    # "~$" is what Office puts beside a document that is open.
    return name.startswith((".", "~$")) or name.lower() in _NOISE


def _unreadable(path: Path, status: os.stat_result) -> str:
    if not stat.S_ISREG(status.st_mode):
        return "is not a regular file"
    if path.suffix.lower() not in SUPPORTED_SUFFIXES:
        return unreadable_kind(path.name)
    if not os.access(path, os.R_OK):
        return "may not be read; change its permissions"
    return ""


def _why_not(path: Path, error: OSError) -> str:
    if path.is_symlink() and isinstance(error, FileNotFoundError):
        return "is a broken link"
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "may not be read; change its permissions"
    return f"cannot be read: {error.strerror or error}"


def check_size(path: Path, max_bytes: int) -> Path:
    """The path of a file that is not too large to be read; raises as `read_file` for another."""
    try:
        status = path.stat()
    except OSError as error:
        raise DamagedFile(_why_not(path, error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise UnsupportedFormat("is not a regular file")
    if status.st_size > max_bytes:
        raise DamagedFile(
            f"is too large: {status.st_size / 1e6:,.1f} MB, and {max_bytes / 1e6:,.1f} MB are allowed; "
            "split it or raise THALAENG_MAX_FILE_MB"
        )
    return path


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    """The whole file, if nobody writes to it in the meantime."""
    try:
        before = check_size(path, max_bytes).stat()
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
        after = path.stat()
    except OSError as error:
        raise DamagedFile(_why_not(path, error)) from error
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not same or len(data) != after.st_size:
        raise DamagedFile("changed while it was read; add it again")
    return data


def _read_one(path: Path, suffix: str, data: bytes) -> Release:
    if suffix == ".pdf":
        from index.readers.documents import read_pdf

        return read_pdf(data)
    if suffix == ".docx":
        from index.readers.documents import read_docx

        return read_docx(data)
    if suffix in _WEB:
        from index.readers.html import read_html

        return read_html(data)
    return _read_text(path, data)


def _read_text(path: Path, data: bytes) -> Release:
    from index.readers.markdown import has_front_matter, read_markdown
    from index.readers.text import decode
    from index.readers.thaigov import is_thaigov, read_thaigov

    text = decode(data)
    if path.suffix.lower() == ".txt" and is_thaigov(text) and not has_front_matter(text):
        return read_thaigov(text, path.stem)
    return read_markdown(text)


def _read_rows(path: Path, data: bytes, columns: Mapping[str, str] | None) -> Reading:
    from index.readers.tables import read_csv, read_jsonl
    from index.readers.text import decode

    text = decode(data)
    if path.suffix.lower() in (".csv", ".tsv"):
        releases, bad = read_csv(text, columns, separator="\t" if path.suffix.lower() == ".tsv" else "")
    else:
        releases, bad = read_jsonl(text, columns)
    return Reading(
        tuple(replace(release, source=path_text(path)) for release in releases),
        tuple(Skipped(f"{path_text(path)}:{row.line}", row.reason) for row in bad),
    )
