"""What adding makes of files that change: whatever they say now is found under their address, and nothing twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.library import Library
from index.readers import Reading, read_file
from index.settings import Settings
from index.verify import verify
from tests.conftest import NewHome
from tests.quick_encoder import QuickEncoder

NewLibrary = Callable[[], Library]


@pytest.fixture(scope="module")
def new_library(new_home: NewHome) -> NewLibrary:
    def make() -> Library:
        home: Settings = new_home()
        return Library(home, encoder=QuickEncoder(home))

    return make


@pytest.fixture
def library(new_library: NewLibrary) -> Library:
    return new_library()


def address(number: int) -> str:
    return f"https://press.example.com/{number}"


def write(folder: Path, name: str, text: str, number: int, **more: str) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [f"url: {address(number)}", *(f"{field}: {value}" for field, value in more.items())]
    path = folder / name
    path.write_text("\n".join(["---", "title: Notice", *lines, "---", text]), encoding="utf-8")
    return path


def text_at(library: Library, number: int) -> list[str]:
    """The texts that an address leads to."""
    found = [library.store.release(id) for id in library.store.resolve(address(number))]
    return [stored.release.text for stored in found if stored]


def test_a_text_that_moves_on_to_another_file_is_not_lost(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "1.md", "The albatross notice.", 1)
    library.add([tmp_path])
    write(tmp_path, "1.md", "The buzzard notice.", 2)
    write(tmp_path, "2.md", "The albatross notice.", 1)
    library.add([tmp_path])
    assert (text_at(library, 1), text_at(library, 2)) == (["The albatross notice."], ["The buzzard notice."])
    assert not [finding for finding in verify(library) if finding.mend]


def test_a_text_that_moves_on_to_another_address_is_there(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "The albatross notice.", 1)
    library.add([tmp_path])
    write(tmp_path, "a.md", "The buzzard notice.", 1)
    write(tmp_path, "b.md", "The albatross notice.", 2)
    report = library.add([tmp_path])
    assert (report.updated, report.added, report.duplicates) == (1, 1, 0)
    assert (text_at(library, 1), text_at(library, 2)) == (["The buzzard notice."], ["The albatross notice."])


@pytest.mark.parametrize(("first", "second"), [("a.md", "b.md"), ("b.md", "a.md")])
def test_a_twin_has_a_text_of_its_own_when_the_other_changes(
    library: Library, tmp_path: Path, first: str, second: str
) -> None:
    write(tmp_path, first, "The albatross notice.", 1)
    library.add([tmp_path])
    write(tmp_path, second, "The albatross notice.", 2)
    assert library.add([tmp_path]).duplicates == 1
    assert text_at(library, 2) == ["The albatross notice."]
    write(tmp_path, first, "The buzzard notice.", 1)
    library.add([tmp_path])
    assert (text_at(library, 1), text_at(library, 2)) == (["The buzzard notice."], ["The albatross notice."])


def test_an_address_that_was_a_twins_takes_nothing_along_when_it_is_removed(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "The albatross notice.", 1)
    write(tmp_path, "b.md", "The albatross notice.", 2)
    library.add([tmp_path])
    write(tmp_path, "b.md", "The buzzard notice.", 2)
    library.add([tmp_path])
    library.remove([address(2)])
    assert (text_at(library, 1), text_at(library, 2)) == (["The albatross notice."], [])


def test_what_a_file_says_beside_an_unchanged_text_is_corrected(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "The albatross notice.", 1, date="2024-05-01", category="Birds")
    library.add([tmp_path])
    (stored,) = library.store.releases()
    generation = library.generation
    write(
        tmp_path, "a.md", "The albatross notice.", 1, date="2024-05-02", category="Seabirds", publisher="The Ministry"
    )
    report = library.add([tmp_path])
    assert (report.updated, report.passages) == (1, 0), "nothing is encoded anew"
    (corrected,) = library.store.releases()
    release = corrected.release
    assert (str(release.date), release.category, release.publisher) == ("2024-05-02", "Seabirds", "The Ministry")
    assert corrected.added_at == stored.added_at
    assert library.generation != generation, "a running chat sees it"
    write(tmp_path, "a.md", "The albatross notice.", 1, language="th")
    library.add([tmp_path])
    assert library.store.count_passages() == {"th": 1, "en": 0}
    assert not [finding for finding in verify(library) if finding.mend]


def test_another_copy_of_a_text_corrects_nothing(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "The albatross notice.", 1, category="Birds")
    library.add([tmp_path])
    write(tmp_path, "b.md", "The albatross notice.", 1)
    assert library.add([tmp_path]).unchanged == 2
    (stored,) = library.store.releases()
    assert stored.release.category == "Birds"


def test_columns_that_are_named_now_are_read_though_the_file_is_as_before(library: Library, tmp_path: Path) -> None:
    table = tmp_path / "news.csv"
    table.write_text(f"title,text,url,full\nNotice,Short.,{address(1)},The whole albatross notice.\n", encoding="utf-8")
    library.add([table])
    assert text_at(library, 1) == ["Short."]
    assert library.add([table], columns={"text": "full"}).updated == 1
    assert text_at(library, 1) == ["The whole albatross notice."]
    for columns in ({"text": "full"}, None):
        assert library.add([table], columns=columns).unchanged == 1, "those of the last time stand"


def test_files_are_read_once_more_when_they_are_read_otherwise(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md", "The albatross notice.", 1)
    table = tmp_path / "news.csv"
    table.write_text(f"title,full,url\nNotice,The buzzard notice.,{address(2)}\n", encoding="utf-8")
    library.add([table], columns={"text": "full"})
    library.add([tmp_path])
    read: list[str] = []

    def reading(path: Path, **how: Any) -> Reading:
        read.append(path.name)
        return read_file(path, **how)

    monkeypatch.setattr("index.intake.read_file", reading)
    monkeypatch.setattr("index.intake.READING", 99)
    for _ in range(2):
        report = library.add([tmp_path])
        assert read == ["a.md"], "a table whose columns were named is read when they are named again"
        assert (report.unchanged, report.passages, report.skipped) == (2, 0, [])


def test_rows_that_are_skipped_are_named_each_time(library: Library, tmp_path: Path) -> None:
    rows = tmp_path / "news.jsonl"
    rows.write_text(json.dumps({"title": "Notice", "text": "The albatross notice."}) + "\nnot JSON\n", encoding="utf-8")
    for added, unchanged in ((1, 0), (0, 1)):
        report = library.add([rows])
        assert (report.added, report.unchanged, len(report.skipped)) == (added, unchanged, 1)


def test_one_address_and_another_in_turn_with_the_same_text(library: Library, tmp_path: Path) -> None:
    (tmp_path / "known.jsonl").write_text(
        json.dumps({"title": "Notice", "text": "The buzzard notice.", "url": address(2)}), encoding="utf-8"
    )
    library.add([tmp_path])
    rows = [{"title": "Notice", "text": "The albatross notice.", "url": address(number)} for number in (1, 2, 1)]
    (tmp_path / "new.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    library.add([tmp_path / "new.jsonl"])
    assert text_at(library, 1) == text_at(library, 2) == ["The albatross notice."]


def test_when_a_release_was_added_outlives_a_rebuild(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "The albatross notice.", 1)
    library.add([tmp_path])
    with library.store.transaction():
        library.store._connection.execute("UPDATE releases SET added_at = '2020-01-01T00:00:00', fingerprint = ''")
    library.rebuild()
    (stored,) = library.store.releases()
    assert stored.added_at == "2020-01-01T00:00:00"


# Which text each of the addresses has in each run; an address stands in the file of its own number.
RUNS = st.lists(st.lists(st.sampled_from("XYZ"), min_size=3, max_size=3), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@example(runs=[["X", "X", "X"], ["X", "X", "Y"]], batch=1)  # a twin parts
@example(runs=[["X", "Y", "Y"], ["Y", "X", "X"]], batch=1)  # two texts change places
@example(runs=[["X", "X", "Y"], ["X", "Y", "Y"], ["X", "X", "X"]], batch=1)  # a twin of one becomes that of another
@example(runs=[["X", "X", "Z"], ["Z", "X", "Z"], ["X", "Y", "Y"]], batch=1)
@given(runs=RUNS, batch=st.sampled_from([1, 2, 256]))
def test_each_address_leads_to_what_its_file_says(
    new_library: NewLibrary, tmp_path_factory: pytest.TempPathFactory, runs: list[list[str]], batch: int
) -> None:
    library, folder = new_library(), tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.library._BATCH_PASSAGES", batch)
        follow(library, folder, runs)
    assert not [finding for finding in verify(library) if finding.mend]


def follow(library: Library, folder: Path, runs: list[list[str]]) -> None:
    """Adds the files of each run, looking after each at what the addresses lead to."""
    for texts in runs:
        for number, text in enumerate(texts):
            write(folder, f"{number}.md", text, number)
        library.add([folder])
        assert [text_at(library, number) for number in range(3)] == [[text] for text in texts]
        assert library.add([folder]).passages == 0, "the same files again change nothing"
