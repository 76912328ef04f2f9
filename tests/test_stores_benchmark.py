"""`python -m benchmarks stores` writes and asks through the stores, and prints a line for each step."""

from __future__ import annotations

from pathlib import Path

import pytest

import benchmarks.stores
from benchmarks.__main__ import main
from index.library import Library
from index.settings import Settings


def table(printed: str) -> list[dict[str, str]]:
    """The lines of a Markdown table by the names of its columns."""
    head, _, *lines = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in printed.splitlines() if line.startswith("|")
    )
    return [dict(zip(head, line, strict=True)) for line in lines]


def number(cell: str) -> float:
    return float(cell.replace(",", ""))


def test_a_line_for_each_step_and_an_index_that_can_be_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmarks.stores, "_QUESTIONS", 10)
    folder = tmp_path / "new"
    assert main(["stores", "--passages", "400", "--steps", "150,9000", "--folder", str(folder)]) == 0
    lines = table(capsys.readouterr().out)
    assert [line["passages"] for line in lines] == ["150", "400"]
    for line in lines:
        assert 0 < float(line["recall@20"]) <= 1
        assert all(number(line[column]) > 0 for column in ("SQLite, MB", "vectors, MB", "memory, MB"))
        assert number(line["written a second"]) >= 0
        for column in ("found, ms", "narrow filter, ms", "middle filter, ms", "ranked, ms"):
            median, p95 = map(number, line[column].split(", "))
            assert 0 <= median <= p95
    library = Library(Settings(home=folder, chroma_url=""))
    assert sum(library.store.count_passages().values()) == 400
    assert library.store.count_outbox() == 0
    assert library.vectors.ids("th") == library.store.passage_ids("th") == library.store.word_ids("th")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["stores", "--passages", "400", "--folder", str(tmp_path)]) == 1
    assert "There is something in" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_the_disk_has_no_room_for_is_not_begun(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stores", "--passages", "1000000000000", "--folder", str(tmp_path)]) == 1
    assert "need 13,000,000.0 GB" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())


def test_no_passages_are_none_to_measure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stores", "--passages", "0", "--steps", "0"]) == 1
    assert "1 or more" in capsys.readouterr().err
