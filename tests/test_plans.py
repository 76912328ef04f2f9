"""What SQLite does for a question: it goes through no table from end to end, however many releases there are."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.library import Library
from index.lookup import Lookup
from index.schema import TABLES
from qa.ask import Answerer
from qa.filters import read_filters
from tests.conftest import RELEASES, NewHome

Asked = list[tuple[str, Sequence[object]]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What SQLite is asked while a test runs."""
    every: Asked = []
    rows = Lookup._rows

    def noted(self: Lookup, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        every.append((sql, values))
        return rows(self, sql, values)

    monkeypatch.setattr(Lookup, "_rows", noted)
    return every


def scans(path: Path, asked: Asked) -> Iterator[str]:
    """The steps of plans that go through a table, but for those that end at the first row, and for indexes of words,
    which have a way of their own."""
    connection = sqlite3.connect(path)
    try:
        for sql, values in asked:
            if sql.endswith(" LIMIT 1"):
                continue
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", tuple(values)):
                if step.startswith("SCAN") and not re.search(r"VIRTUAL TABLE|CONSTANT ROW|SCAN \(subquery", step):
                    yield f"{step}: {sql}"
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("When does construction of the Lumatide battery plant begin?", {}),
        ("ตลาดน้ำคลองหงส์เปิดเมื่อ ก.ย. 2567 ใครเป็นประธาน", {}),
        ("Which releases mention ferries?", {}),
        ("When does construction of the Lumatide battery plant begin?", {"newest_first": True}),
    ],
)
def test_a_question_goes_through_no_table(
    answerer: Answerer, asked: Asked, question: str, filters: dict[str, object]
) -> None:
    answerer.ask(question, filters=read_filters(filters))
    assert len(asked) > 5
    assert not list(scans(answerer.library.store.path, asked))


def test_a_release_is_removed_without_going_through_a_table(new_home: NewHome, library: Library) -> None:
    mine = Library(new_home(), encoder=library.encoder)
    mine.add([RELEASES / "lumatide-battery-plant.md"])
    with sqlite3.connect(mine.store.path) as connection:
        references = [
            (table, row[3])
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for row in connection.execute(f"PRAGMA foreign_key_list({table})")
        ]
        assert sorted(table for table, _ in references) == ["files", "links", "passages"]
        for table, column in references:
            ((*_, step),) = connection.execute(f"EXPLAIN QUERY PLAN DELETE FROM {table} WHERE {column} = ?", ("x",))
            assert step.startswith("SEARCH"), step


def test_an_index_without_the_newer_ways_in_is_asked_all_the_same(new_home: NewHome, library: Library) -> None:
    settings = new_home()
    Library(settings, encoder=library.encoder).add([RELEASES / "lumatide-battery-plant.md"])
    with sqlite3.connect(settings.home / "releases.sqlite") as connection:
        for name in ("releases_dated", "links_by_release", "files_by_release"):
            assert name in TABLES
            connection.execute(f"DROP INDEX {name}")
    answer = Answerer(settings, encoder=library.encoder).ask("When does construction of the Lumatide plant begin?")
    assert "3 June 2024" in answer.text
