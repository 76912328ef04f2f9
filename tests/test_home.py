"""Homes that cannot be written to: what is said, and that nothing is begun."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from app import main as app_main
from index.__main__ import main as index_main
from index.errors import IndexBusy, NotWritable, StorageFull, ThalaengError
from index.lookup import named_error
from index.opened import make_home
from tests.conftest import RELEASES


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A home below a file, which nobody can make, root neither."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    return tmp_path / "file" / "home"


@pytest.mark.parametrize(("main", "command"), [(index_main, ["add", str(RELEASES)]), (app_main, ["--port", "0"])])
def test_a_home_that_cannot_be_made_is_one_line(
    main: Any, command: list[str], closed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(closed), *command]) == 1
    captured = capsys.readouterr()
    assert captured.err == (
        f"Cannot write to {closed} (Not a directory). Choose another folder with --home or THALAENG_HOME.\n"
    )
    assert not captured.out


@pytest.mark.skipif(sys.platform != "linux", reason="a folder that nobody can write to")
def test_a_home_that_is_there_and_may_not_be_written_to_is_said() -> None:
    with pytest.raises(NotWritable, match="Cannot write to /proc "):
        make_home(Path("/proc"))


@pytest.mark.parametrize(("main", "command"), [(index_main, ["status"]), (app_main, ["--port", "0"])])
def test_a_home_that_may_not_be_entered_is_one_line(
    main: Any, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stat = Path.stat

    def refuse(path: Path, **options: Any) -> Any:
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)
    assert main(["--home", str(tmp_path), *command]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith(f"Cannot read {tmp_path}/snapshot.json (Permission denied). Change the permissions")
    assert captured.err.count("\n") == 1


def test_a_disk_that_is_full_is_not_called_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(StorageFull, match="Make room"):
        make_home(tmp_path)


@pytest.mark.parametrize(
    ("says", "named"),
    [
        ("unable to open database file", NotWritable),
        ("attempt to write a readonly database", NotWritable),
        ("database is locked", IndexBusy),
        ("database table is locked", IndexBusy),
    ],
)
def test_what_sqlite_says_of_it_is_named(says: str, named: type[ThalaengError]) -> None:
    error = named_error(sqlite3.OperationalError(says), Path("/data/releases.sqlite"))
    assert type(error) is named
    assert "/data/releases.sqlite" in str(error)
