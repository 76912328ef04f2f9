"""`python -m index list`: the table of the releases in a terminal and in a file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from index.__main__ import main
from index.library import Library
from index.table import COLUMNS


@pytest.fixture(scope="module")
def home(library: Library) -> str:
    return str(library.settings.home)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ([], {}),
        (["--category", "Energy"], {"category": "Energy"}),
        (["--publisher", " Calder Transit "], {"publisher": "Calder Transit"}),
        (["--language", "th"], {"language": "th"}),
        (["--from", "1 ม.ค. 2567", "--until", "2024-12-31"], {"date": "2024"}),
        (["--from", "2100-01-01"], {"date": "none"}),
    ],
)
def test_the_table_holds_the_releases_asked_for_newest_first(
    home: str, library: Library, options: list[str], kept: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", home, "list"]) == 0
    every = rows_of(capsys.readouterr().out)
    assert [row["release_id"] for row in every] == [stored.id for stored in library.store.releases()]
    assert main(["list", *options, "--home", home]) == 0
    out = capsys.readouterr().out
    assert out.startswith(",".join(COLUMNS))
    assert rows_of(out) == [row for row in every if all(row[name].startswith(value) for name, value in kept.items())]


def test_a_file_is_taken_for_utf_8_by_a_spreadsheet(
    home: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", home, "list", "--out", str(tmp_path / "out.csv")]) == 0
    written = (tmp_path / "out.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbfdate,title,")
    assert capsys.readouterr().out == ""
    assert main(["--home", home, "list"]) == 0
    assert written.decode("utf-8-sig") == capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (["--category", "Enerjy"], 1, "No release has the category 'Enerjy'. Try one of: "),
        (["--publisher", "Nobody"], 1, "No release has the publisher 'Nobody'. Try one of: "),
        (["--from", "2025-01-02", "--until", "2025-01-01"], 2, "--from (2025-01-02) is after --until (2025-01-01)."),
        (["--out", "/nowhere/out.csv"], 1, "/nowhere/out.csv cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said(
    home: str, options: list[str], status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", home, "list", *options]) == status
    assert capsys.readouterr().err.startswith(says)


def test_a_day_that_is_none_is_a_wrong_call(home: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--home", home, "list", "--from", "soon"])
    assert stopped.value.code == 2
    assert "must be a date such as 2025-02-28" in capsys.readouterr().err


def test_without_an_index_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "list"]) == 1
    assert capsys.readouterr().err == f"There is no index in {tmp_path}.\n"
