"""What goes wrong in the process that reads and adds is told as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.apart import add_apart, read_apart
from index.errors import DamagedFile, ThalaengError
from tests.conftest import NewHome


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("Pier opens\nIt is open.")
    return path


def begin_with(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every process that Python starts from now on run `code` in place of reading or adding."""
    lines = ["import os, index.readers, index.library", "def fail(*given, **named):", f"    {code}"]
    lines += ["index.readers.read_file = index.library.Library.add = fail"]
    (folder / "sitecustomize.py").write_text("\n".join(lines))
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise LookupError('no such page\\nin the book')", "cannot be read: LookupError: no such page"),
        ("raise ValueError", "cannot be read: ValueError: ValueError()"),
        ("raise MemoryError", "needs more memory to read than there is; split it or save it again"),
        ("os.kill(os.getpid(), 9)", "needs more memory to read than there is; split it or save it again"),
        ("os._exit(3)", "cannot be read: the process that reads it ended with 3"),
    ],
)
def test_a_file_that_trips_the_reader_is_told_with_what_it_tripped_over(
    file: Path, new_home: NewHome, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    settings = new_home()
    assert read_apart(file, settings).count == 1
    begin_with(code, file.parent, monkeypatch)
    with pytest.raises(DamagedFile) as told:
        read_apart(file, settings)
    assert str(told.value) == reason


@pytest.mark.parametrize(
    ("text", "lead"),
    [
        ("It is open.", "It is open."),
        ("It is\n\nopen.", "It is open."),
        ("x" * 400, "x" * 400),
        ("x" * 401, f"{'x' * 400}…"),
        (f"{'x' * 399} open", f"{'x' * 399}…"),
    ],
)
def test_the_beginning_of_a_text_says_whether_more_follows(file: Path, new_home: NewHome, text: str, lead: str) -> None:
    file.write_text(f"Pier opens\n{text}")
    (seen,) = read_apart(file, new_home()).releases
    assert seen.lead == lead


def test_adding_that_stops_tells_what_stopped_it(
    file: Path, new_home: NewHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_with("raise LookupError('no such page')", file.parent, monkeypatch)
    with pytest.raises(
        ThalaengError, match=r"Adding stopped before it was finished \(LookupError: no such page\)\. What was"
    ):
        add_apart([file], new_home(), lambda told: None)
