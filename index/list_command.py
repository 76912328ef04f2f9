"""`python -m index list`: the releases as a table, in a terminal or a file."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from index.catalogue import Catalogue, names_like, no_release_of
from index.dates import only_date
from index.library import Library
from index.normal import writable
from index.release import LANGUAGES
from index.selection import Selection
from index.table import COLUMNS, table

__all__ = ["add_list_command"]

_LISTING = f"""\
Prints the releases as CSV, newest first and undated ones last, with the columns {", ".join(COLUMNS)}.
No texts are read, so it is quick. A cell that a spreadsheet would run as a formula begins with an apostrophe.

Exit status: 0 also if no release is from those dates, 1 if there is no index, or no release in that category or from
that publisher.
"""


def add_list_command(commands: Any, home: argparse.ArgumentParser) -> None:
    """Adds the command to those of a parser; `home` is the parser of `--home`."""
    parser = commands.add_parser(
        "list",
        parents=[home],
        help="print the releases as a table (CSV): date, title, address, …",
        description=_LISTING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--from", dest="first", type=_day, metavar="DATE", help="on or after this date, such as 2025-02-28"
    )
    parser.add_argument(
        "--until", dest="last", type=_day, metavar="DATE", help="on or before this date; undated releases are left out"
    )
    parser.add_argument("--category", default="", metavar="NAME", help="in this category, spelled as in the releases")
    parser.add_argument(
        "--publisher", default="", metavar="NAME", help="from this publisher, spelled as in the releases"
    )
    parser.add_argument("--language", choices=LANGUAGES, help="in this language")
    parser.add_argument("--out", type=Path, metavar="OUT.csv", help="file to write (default: print to the terminal)")
    parser.set_defaults(run=_list)


def _day(text: str) -> dt.date:
    day = only_date(text)
    if day is None:
        raise argparse.ArgumentTypeError(f"must be a date such as 2025-02-28 or 28 ก.พ. 2568, not {text!r}")
    return day


def _list(library: Library, args: argparse.Namespace) -> int:
    if args.first and args.last and args.first > args.last:
        print(f"--from ({args.first}) is after --until ({args.last}).", file=sys.stderr)
        return 2
    if not library.exists():
        print(f"There is no index in {library.settings.home}.", file=sys.stderr)
        return 1
    category, publisher = writable(args.category).strip(), writable(args.publisher).strip()
    if not (_is_known(library, "category", category) and _is_known(library, "publisher", publisher)):
        return 1
    selection = Selection(args.first, args.last, category, publisher, args.language)
    pieces = table(Catalogue(library.store).all(selection))
    if args.out:
        return _write(pieces, args.out)
    for piece in pieces:
        print(piece, end="")
    return 0


def _is_known(library: Library, column: Literal["category", "publisher"], name: str) -> bool:
    """Whether there are releases of a category or a publisher, or none is asked for; it is said where there are not."""
    if not name or library.store.has(column, name):
        return True
    print(no_release_of(column, name, names_like(name, Catalogue(library.store).names(column))), file=sys.stderr)
    return False


def _write(pieces: Iterable[str], out: Path) -> int:
    try:
        # A spreadsheet takes a file for UTF-8 by its first mark.
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        print(f"{out} cannot be written: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0
