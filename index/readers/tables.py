"""Many releases in one file: JSON Lines, CSV and TSV."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from index.errors import DamagedFile, EmptyFile, ThalaengError
from index.readers.fields import ALIASES, build_release, has_field, named_fields
from index.readers.html import shown_text
from index.readers.text import one_line
from index.release import Release

__all__ = ["BadRow", "read_csv", "read_jsonl"]

# Columns named in a message; a file may have hundreds.
_COLUMNS_SHOWN = 12
# Characters shown of the name of each.
_LONGEST_NAME = 40
# Characters at the beginning of a CSV file in which its separator is looked for.
_HEADER = 10_000
_SEPARATORS = ",;\t|"
# Lines up to which a header is looked for.
_ABOVE_HEADER = 3
# A first line by which Excel is told the separator.
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=([^\n\r\"])\"?\r?(?=\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that gives no release: the line it ends on, counted from 1, and why."""

    line: int
    reason: str


# Fields that may have marks of HTML, where a table comes from a web site.
_SHOWN = frozenset({"title", "text", "category", "publisher"})

_Row = tuple[int, Mapping[str, object]]
_Result = tuple[list[Release], list[BadRow]]


def read_jsonl(text: str, columns: Mapping[str, str] | None = None) -> _Result:
    """The releases in JSON Lines, one object a line, and the lines that hold none.

    `columns` gives the name of the key for a field ({"title": "headline_col"}); the usual names are
    known (see `index.readers.fields`). Raises `DamagedFile` if no line can be read, no key is the text
    or no line has a key of `columns`, `EmptyFile` if there is no line, `ThalaengError` if `columns` names
    an unknown field.
    """
    return _releases(_json_rows(text), columns, "key")


def read_csv(text: str, columns: Mapping[str, str] | None = None, *, separator: str = "") -> _Result:
    """The releases in a CSV file with a header, one row each, and the rows that hold none.

    The separator is that of a first line `sep=;`, or else is told from the header if it is not given. Else as
    `read_jsonl`.
    """
    if stated := _SEPARATOR_LINE.match(text):
        separator, text = stated[1], text[stated.end() :]  # the line's end stays, and the count of lines with it
    # The limit on the length of a field is global to the module: a long release must get through it.
    limit = csv.field_size_limit(max(len(text) + 1, csv.field_size_limit()))
    try:
        return _releases(_csv_rows(text, separator or _separator(text, columns), columns), columns, "column")
    finally:
        csv.field_size_limit(limit)


def _releases(rows: Iterator[_Row | BadRow], columns: Mapping[str, str] | None, noun: str) -> _Result:
    _check_fields(columns)
    read: list[tuple[int, Release]] = []
    bad: list[BadRow] = []
    found: dict[str, None] = {}
    for row in rows:
        if isinstance(row, BadRow):
            bad.append(row)
            continue
        line, values = row
        found.update(dict.fromkeys(map(str, values)))
        fields = {field: _as_text(field, value) for field, value in named_fields(values, columns).items()}
        text = fields.get("text")
        if not isinstance(text, str) or not text.strip():
            bad.append(BadRow(line, "has no text"))
            continue
        try:
            read.append((line, build_release(fields, text)))
        except EmptyFile:
            bad.append(BadRow(line, "has no text"))
    for field, column in (columns or {}).items():
        if found and not has_field(field, found, columns):
            raise DamagedFile(_missing(field, column, list(found), noun))
    if read:
        replaced = list(_replaced(read))
        bad = sorted([*bad, *replaced], key=lambda row: row.line)
        lines = {row.line for row in replaced}
        return [release for line, release in read if line not in lines], bad
    if found and not has_field("text", found, columns):
        raise DamagedFile(_no_text(list(found), noun))
    if bad:
        reason = f"has no row that can be read; line {bad[0].line} {bad[0].reason}"
        raise DamagedFile(f"{reason}; each line must hold a whole JSON object" if "JSON" in bad[0].reason else reason)
    raise EmptyFile("holds no rows")


def _replaced(read: list[tuple[int, Release]]) -> Iterator[BadRow]:
    """The rows with an address under which a later one says something else: of these a single one would be left."""
    last = {release.id: (line, release) for line, release in read}
    for line, release in read:
        its_line, other = last[release.id]
        if other.content_hash != release.content_hash:
            yield BadRow(line, f"has the address of line {its_line}, which says something else and replaces it")


def _as_text(field: str, value: object) -> object:
    """What is meant by a cell: its text without marks of HTML; that of all where the text is given in paragraphs."""
    if field == "text" and isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\n\n".join(value)
    return shown_text(value) if isinstance(value, str) and field in _SHOWN else value


def _check_fields(columns: Mapping[str, str] | None) -> None:
    for field in columns or {}:
        if field not in ALIASES:
            raise ThalaengError(f"columns: there is no field {field!r}; the fields are {', '.join(ALIASES)}")


def _names(found: list[str]) -> list[str]:
    """The first names of columns, not all of a long one; one that is empty where there is none."""
    return [one_line(name)[:_LONGEST_NAME] for name in found[:_COLUMNS_SHOWN] if name.strip()] or [""]


def _shown(found: list[str]) -> str:
    """The names of columns as a message has them."""
    return ", ".join(_names(found)) + (", ..." if len(found) > _COLUMNS_SHOWN else "")


def _missing(field: str, column: str, found: list[str], noun: str) -> str:
    return f"has no {noun} {column!r} for the {field}; its {noun}s are: {_shown(found)}"


def _no_text(found: list[str], noun: str) -> str:
    names = _names(found)
    # Not the one that is known to hold something else, if there is another.
    example = next((name for name in names if not any(has_field(field, [name]) for field in ALIASES)), names[0])
    option = f"--column {shlex.quote(f'text={example}')}"
    lacking = f"has no {noun} for the text; its {noun}s are: {_shown(found)}"
    return f"{lacking}. Name the right one, as in {option}, or call it text"


def _json_rows(text: str) -> Iterator[_Row | BadRow]:
    # Not splitlines: a JSON string may hold other characters that end a line.
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            where = f" at character {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
            yield BadRow(number, f"is not valid JSON{where}")
            continue
        yield (number, row) if isinstance(row, dict) else BadRow(number, "is not a JSON object ({...})")


def _csv_rows(text: str, separator: str, columns: Mapping[str, str] | None) -> Iterator[_Row | BadRow]:
    lines = io.StringIO(text.lstrip("\ufeff"), newline="")
    # Whoever writes a table by hand puts spaces behind the separators; a quotation mark behind one is one all the same.
    is_plain = separator == "\t" and _is_without_quoting(text)
    reader = csv.reader(
        lines, delimiter=separator, strict=True, skipinitialspace=separator != "\t",
        quoting=csv.QUOTE_NONE if is_plain else csv.QUOTE_MINIMAL,
    )  # fmt: skip
    header: list[str] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            # Spreadsheets have a line above the header that says what the table is.
            if header is None or (len(header) == 1 < len(cells) and not has_field("text", header, columns)):
                if len(cells) == 1 or sum(map(bool, cells)) > 1 or has_field("text", cells, columns):
                    header = cells
                continue
            while len(cells) > len(header) and not cells[-1].strip():
                cells.pop()  # each line may end with a separator, the header without
            if len(cells) > len(header):
                yield BadRow(reader.line_num, f"has {len(cells)} fields, the header {len(header)}")
            else:
                yield reader.line_num, dict(zip_longest(header, cells, fillvalue=""))
    except csv.Error as error:
        yield BadRow(reader.line_num, f"is damaged ({error}); nothing after it was read")


def _is_without_quoting(text: str) -> bool:
    """Whether quotation marks of a table with tabs are its texts' own, as in those of Google Sheets.

    They are where they make no sense as the table's, and each line is a row.
    """
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True):
            pass
    except csv.Error:
        lines = [line for line in re.split("[\r\n]+", text) if line.strip()]
        return all(line.count("\t") == lines[0].count("\t") for line in lines)
    return False


def _separator(text: str, columns: Mapping[str, str] | None) -> str:
    lines = text[:_HEADER].lstrip("\ufeff\r\n").splitlines()[:_ABOVE_HEADER] or [""]
    # A line above the header need not have one.
    is_header = has_field("text", [lines[0].strip()], columns)
    header = lines[0] if is_header else next((line for line in lines if any(map(line.count, _SEPARATORS))), lines[0])
    return max(_SEPARATORS, key=header.count)
