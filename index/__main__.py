"""`python -m index`: add, remove, list, status, verify, rebuild, snapshot."""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.errors import ThalaengError
from index.library import AddReport, Library
from index.list_command import add_list_command
from index.normal import path_text
from index.progress import Progress
from index.readers import Skipped, find_files
from index.settings import load_settings
from index.snapshot import is_snapshot, write_snapshot
from index.verify import verify

__all__ = ["begin_output", "end_output", "home_option", "main", "progress_bar"]

_ADDING = """\
Indexes the releases in files and folders. Unchanged releases take no time, changed ones replace their earlier
version, and files that cannot be read are skipped and listed. If it is stopped, the same command continues from
there.
"""

_STATUS = """\
Prints where the index is, how many releases and passages it holds, the range of their dates, what it was made
with, and what a stopped run has left unfinished. Nothing is written; it takes a moment.

Exit status: 0 also if there is no index yet, 1 if the index cannot be used as it is, with the reason.
"""

_VERIFYING = """\
Checks the database, texts, passages, words and vectors: that each is whole, that none is missing, duplicated or left
over, and that a sample of passages is found by their own vectors. One passage is encoded again, to check that the
model is still the same. In a snapshot, each file is compared with its checksum. Prints a line for each check, "ok"
or "!!", and below each "!!" the command that repairs it. All releases are read and none is written; a thousand take
a second, and the model a few seconds more.

Exit status: 0 if all is well, 1 if something needs repair.
"""

_REBUILDING = """\
Makes passages, words and vectors again from the texts in the index; no file is read again. After a change of model
it takes as much time as the first indexing, otherwise less. It needs as much free space as the index takes, and
continues where it was if it is stopped. From a damaged database it takes over what can be read, keeps the old one
beside it, and says what has to be added again.

Exit status: 0 done, 1 failed.
"""

_FORMATS = """\
formats: .txt .md .markdown .html .htm .pdf .docx, one release per file; .jsonl .ndjson .csv .tsv, one per row.
Headline, date, address, category and publisher are read from front matter, metadata or columns; use --column for
columns with other names.

examples:
  python -m index add releases/ more/2025-03.pdf
  python -m index add news.csv --column title=headline --column text=body
"""

_EXAMPLES = """\
examples:
  python -m index add releases/              index a folder and everything below it
  python -m index add news.csv --column title=headline --column text=body
  python -m index remove https://www.example.org/news/12
  python -m index list --out releases.csv    a table of the releases, for a spreadsheet
  python -m index status                     how many releases, and from which dates
  python -m index snapshot /data/2025-03-01  a copy that never changes, for servers to read
  python -m index verify                     what is wrong with the index, and how to repair it

Files: .txt .md .markdown .html .htm .pdf .docx .jsonl .ndjson .csv .tsv.
Exit status: 0 done, 1 failed, 2 wrong arguments, 3 done but some files were skipped, or passages are waiting for
a Chroma server that does not answer.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status."""
    args = _parser().parse_args(arguments)
    begin_output()
    try:
        library = Library(load_settings(home=args.home), lambda line: print(line, file=sys.stderr))
        status = int(args.run(library, args))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        return end_output()
    except ThalaengError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What was done is kept; run the same command to continue.", file=sys.stderr)
        return 130


def begin_output() -> None:
    """Has a letter that the terminal or the file cannot take written by its number: it stops no command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def end_output() -> int:
    """Who reads has enough, as `head` has: nothing more is written, nor tried to be at the end; the exit status."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def home_option(default: object = None) -> argparse.ArgumentParser:
    """A parser of `--home` alone, for the `parents` of others.

    A command's own parser takes it too, with `argparse.SUPPRESS` as default, so that the option may
    stand before the command as well as behind it.
    """
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--home", type=_path, metavar="DIR", default=default, help="folder of index and model (default: THALAENG_HOME)"
    )
    return parser


def _path(text: str) -> Path:
    """A path that a script gave; of a variable that is not set it would be the folder one is in."""
    if not text:
        raise argparse.ArgumentTypeError("is empty; name a file or a folder")
    return Path(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m index",
        description="The index of press releases that answers are quoted from.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[home_option()],
    )
    home = home_option(argparse.SUPPRESS)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    add = commands.add_parser(
        "add",
        parents=[home],
        help="index files and folders; changed releases replace their earlier versions",
        description=_ADDING,
        epilog=_FORMATS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add.add_argument(
        "paths", nargs="+", type=_path, metavar="PATH", help="a file, or a folder with everything below it"
    )
    add.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="for CSV and JSON Lines: the column that holds a field: title, text, url, date, category, publisher, "
        "language or kind",
    )
    add.set_defaults(run=_add)

    remove = commands.add_parser(
        "remove",
        parents=[home],
        help="remove releases, by address or id",
        description="Removes releases from the index. Once it is done, no answer quotes them any more.",
    )
    remove.add_argument(
        "names", nargs="+", metavar="URL_OR_ID", help="the address of a release, or its id as given in answers"
    )
    remove.set_defaults(run=_remove)
    add_list_command(commands, home)

    for name, run, does, description in (
        ("status", _status, "show what the index holds", _STATUS),
        ("verify", _verify, "check the index, and say how to repair what is wrong", _VERIFYING),
        ("rebuild", _rebuild, "rebuild everything from the texts, after a change of model or damage", _REBUILDING),
    ):
        commands.add_parser(
            name,
            parents=[home],
            help=does,
            description=description,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        ).set_defaults(run=run)
    snapshot = commands.add_parser(
        "snapshot",
        parents=[home],
        help="write a copy that never changes, with checksums, for servers to read",
        description="Writes a copy of the index that never changes, with checksums. Servers read it if "
        "THALAENG_SNAPSHOT is set to it or to a link that leads to it.",
    )
    snapshot.add_argument("out", type=Path, metavar="NEW_FOLDER", help="folder to write; it must not exist yet")
    snapshot.set_defaults(run=_snapshot)
    return parser


def _snapshot(library: Library, args: argparse.Namespace) -> int:
    if not library.exists():
        print(f"There is no index in {library.settings.home}.", file=sys.stderr)
        return 1
    manifest = write_snapshot(library.store, library.vectors, args.out)
    print(f"{manifest.releases} releases, {manifest.passages} passages in {args.out}")
    return 0


def _add(library: Library, args: argparse.Namespace) -> int:
    from index.readers.fields import ALIASES

    columns = {}
    for pair in args.column:
        field, equals, column = pair.partition("=")
        if not equals or not column:
            print(f"--column {pair}: write it as FIELD=COLUMN, such as title=headline", file=sys.stderr)
            return 2
        if field not in ALIASES:
            print(
                f"--column {pair}: there is no field {field!r}. The fields are: {', '.join(ALIASES)}.", file=sys.stderr
            )
            return 2
        columns[field] = column
    if any(re.match("https?:/", path.as_posix(), re.IGNORECASE) for path in args.paths):
        print("Thalaeng reads files, not web addresses. Save the page as .html and add that file.", file=sys.stderr)
        return 2
    # Where nothing is there, no model has to be loaded to say so, nor an index to be begun.
    if not any(map(os.path.exists, args.paths)):
        _print_skipped(found for found in find_files(args.paths) if isinstance(found, Skipped))
        return 1
    with progress_bar("Indexing") as progress:
        report = library.add(args.paths, progress, columns=columns or None)
    if report == AddReport(seconds=report.seconds):
        print(f"There is no file to add in {', '.join(map(path_text, args.paths))}.", file=sys.stderr)
    _print_report(report)
    if _tell_waiting(library):
        return 3
    if report.skipped:
        return 3 if report.added + report.updated + report.unchanged + report.duplicates else 1
    return 0


def _print_skipped(skipped: Iterable[Skipped]) -> None:
    for one in skipped:
        print(f"skipped {one.where}: {one.reason}", file=sys.stderr)


def _print_report(report: AddReport) -> None:
    _print_skipped(report.skipped)
    print(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.duplicates} duplicates, {len(report.skipped)} skipped; "
        f"{report.passages} passages in {report.seconds:.0f} s"
    )


def _remove(library: Library, args: argparse.Namespace) -> int:
    if not library.exists():
        print(f"There is no index in {library.settings.home}.", file=sys.stderr)
        return 1
    removed, unknown = library.remove(args.names)
    for name in unknown:
        print(f"no release has the id or address {name}; python -m index list shows them", file=sys.stderr)
    print(f"{len(removed)} removed")
    return 1 if unknown else 3 if _tell_waiting(library) else 0


def _tell_waiting(library: Library) -> bool:
    """Says where the vectors' server has yet to hear of something; whether it has."""
    waiting = library.store.count_outbox()
    if waiting:
        print(
            f"{waiting} passages are waiting for the Chroma server at THALAENG_CHROMA_URL, which does not answer. "
            "Start it; the next add or remove brings it up to date. No question can be answered until then.",
            file=sys.stderr,
        )
    return bool(waiting)


def _status(library: Library, args: argparse.Namespace) -> int:
    if not library.exists():
        print(f"There is no index in {library.settings.home} yet. Start with: python -m index add FOLDER")
        return 0
    releases, passages = library.store.count_releases(), library.store.count_passages()
    dates = library.store.date_range()
    print(f"home       {library.settings.home}")
    if library.settings.snapshot:
        print(f"snapshot   {library.settings.snapshot.resolve()}")
    print(f"releases   {sum(releases.values())} ({releases['th']} Thai, {releases['en']} English)")
    print(f"passages   {sum(passages.values())} ({passages['th']} Thai, {passages['en']} English)")
    print(f"dated      {f'{dates[0]} to {dates[1]}' if dates else 'none'}")
    print(f"made with  {library.store.meta('fingerprint') or 'nothing yet'}")
    if waiting := library.store.count_outbox():
        print(f"unfinished {waiting} passages; the next `add` finishes them")
    if not is_snapshot(library.settings.home):
        library.check()
    return 0


def _verify(library: Library, args: argparse.Namespace) -> int:
    findings = verify(library)
    for finding in findings:
        print(finding)
    return 1 if any(finding.mend for finding in findings) else 0


def _rebuild(library: Library, args: argparse.Namespace) -> int:
    if not library.exists():
        print(f"There is no index in {library.settings.home}.", file=sys.stderr)
        return 1
    with progress_bar("Rebuilding") as progress:
        count = library.rebuild(progress)
    print(f"{count} releases rebuilt")
    return 0


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[Progress], None]]:
    """A bar with the time left on standard error; where that is no terminal, a line now and then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(title).show
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"), TextColumn("{task.fields[name]}", style="dim", markup=False),
    )  # fmt: skip
    with Bar(*columns, console=console) as bar:
        task = bar.add_task(title, total=None, left="", name="")

        def show(progress: Progress) -> None:
            bar.update(
                task, completed=progress.done, total=progress.total, left=_left(progress),
                name=progress.name[:40],
            )  # fmt: skip

        yield show


class _Lines:
    """Progress for logs: one line every ten seconds."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._last = 0.0

    def show(self, progress: Progress) -> None:
        if progress.seconds - self._last >= 10:
            self._last = progress.seconds
            left = _left(progress)
            done = f"{progress.done} of {progress.total}" + (f", {left}" if left else "")
            print(f"{self._title}: {done}", file=sys.stderr)


def _left(progress: Progress) -> str:
    seconds = progress.seconds_left
    if seconds is None:
        return ""
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02d} left"


if __name__ == "__main__":
    sys.exit(main())
