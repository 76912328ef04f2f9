"""The releases looked through: counted, found by words, sorted, paged; each question answered from small indexes."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from index.catalogue import Catalogue, Order
from index.library import Library
from index.release import Release
from index.schema import TABLES
from index.selection import Selection
from index.store import Store


@pytest.fixture(scope="module")
def catalogue(library: Library) -> Catalogue:
    return Catalogue(library.store)


@pytest.fixture(scope="module")
def releases(library: Library) -> list[Release]:
    return [stored.release for stored in library.store.releases()]


def test_the_overview_counts_what_there_is(catalogue: Catalogue, releases: list[Release]) -> None:
    overview = catalogue.overview()
    dates = [release.date for release in releases if release.date]
    assert overview.releases == len(releases)
    assert (overview.first, overview.last) == (min(dates).isoformat(), max(dates).isoformat())
    assert overview.added_at.startswith(str(dt.datetime.now(dt.UTC).year))
    for names, field in ((overview.categories, "category"), (overview.publishers, "publisher")):
        held = [getattr(release, field) for release in releases if getattr(release, field)]
        assert dict(names) == {name: held.count(name) for name in held}
        assert [count for _, count in names] == sorted((count for _, count in names), reverse=True)


@pytest.mark.parametrize("order", ["newest", "oldest", "added"])
def test_pages_put_together_are_all_releases_in_order(
    catalogue: Catalogue, releases: list[Release], order: Order
) -> None:
    pages = [catalogue.look(order=order, limit=4, offset=offset) for offset in range(0, len(releases) + 4, 4)]
    together = [stored for page in pages for stored in page.releases]
    assert {page.count for page in pages} == {len(releases)}
    assert sorted(stored.id for stored in together) == sorted(release.id for release in releases)
    if order == "added":
        added = [stored.added_at for stored in together]
        assert added == sorted(added, reverse=True)
    else:
        dates = [stored.release.date for stored in together]
        dated = [date for date in dates if date]
        assert dates[: len(dated)] == sorted(dated, reverse=order == "newest")


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("battery PLANT", "https://press.example.com/lumatide/2024-118"),
        ("lumatide million", "https://press.example.com/lumatide/2024-118"),
        ("เรือไฟฟ้า", "https://www.example.go.th/news/contents/details/1004"),
    ],
)
def test_releases_are_found_by_all_of_the_words(catalogue: Catalogue, words: str, url: str) -> None:
    found = catalogue.look(words=words)
    assert url in [stored.release.url for stored in found.releases]
    assert found.count == len(found.releases) < 14


@pytest.mark.parametrize("words", ["lumatide เรือไฟฟ้า", "!!!", 'a" OR words_th MATCH "*', "zzzz"])
def test_words_that_no_release_holds_together_find_nothing(catalogue: Catalogue, words: str) -> None:
    found = catalogue.look(words=words)
    assert (found.count, found.releases, found.first) == (0, (), "")


def test_words_are_looked_for_in_the_selection(catalogue: Catalogue) -> None:
    energy = catalogue.look(Selection(category="Energy"), "lumatide")
    assert energy.count
    assert {stored.release.category for stored in energy.releases} == {"Energy"}
    assert energy.first <= energy.last
    assert catalogue.look(Selection(category="Energy", language="th"), "lumatide").count == 0


@pytest.mark.parametrize(
    "selection",
    [Selection(), Selection(first=dt.date(2024, 1, 1)), Selection(category="Energy"), Selection(language="th")],
)
def test_no_text_is_read_to_sort_or_to_count(
    catalogue: Catalogue, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite says how it would look: always in the index that holds what is sorted by, never in the table itself."""
    asked: list[tuple[str, list[object]]] = []
    read = Store.read

    def noted(store: Store, sql: str, values: object = ()) -> list[tuple[object, ...]]:
        asked.append((sql, list(values)))  # type: ignore[call-overload]
        return read(store, sql, values)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "read", noted)
    for order in ("newest", "oldest", "added"):
        catalogue.look(selection, "press", order)
    catalogue.overview()
    with sqlite3.connect(":memory:") as empty:
        empty.executescript(TABLES)
        for sql, values in asked:
            plan = [row[3] for row in empty.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            tables = [step for step in plan if step.split(" ")[0] in ("SCAN", "SEARCH") and "VIRTUAL" not in step]
            assert tables
            assert all("COVERING INDEX" in step or "SUBQUERY" in step for step in tables), plan


def test_an_index_of_before_gets_what_it_lacks(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "releases.sqlite"
    with sqlite3.connect(path) as old:
        old.executescript(TABLES)
        old.execute("DROP INDEX releases_catalogue")
    store = Store(path)
    store.create()
    assert store.read("SELECT 1 FROM sqlite_master WHERE name = 'releases_catalogue'")
    store.close()
