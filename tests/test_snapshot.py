"""Copies of an index that never change, and a server that goes from one to the next."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest

from index.__main__ import main as index_main
from index.embed import Encoder
from index.errors import BadSetting, IndexReadOnly, PlaceTaken
from index.library import Library
from index.settings import Settings
from index.snapshot import file_faults, write_snapshot
from index.verify import verify
from qa.ask import Answerer
from qa.reader import Reader
from tests.conftest import NewHome, asked_questions
from tests.test_library import write

QUESTION = "How many lanes does the bridge have?"


@pytest.fixture
def source(new_home: NewHome, encoder: Encoder) -> Library:
    return Library(new_home(), encoder=encoder)


def add_bridge(source: Library, folder: Path, lanes: int) -> None:
    write(folder, "a.md", f"The bridge has {lanes} lanes.", "https://press.example.com/1")
    source.add([folder])


def reading(settings: Settings, snapshot: Path) -> Settings:
    return settings.model_copy(update={"snapshot": snapshot})


def lead(link: Path, to: Path) -> None:
    """Lets a link lead elsewhere in one step."""
    part = link.with_name("part")
    part.symlink_to(to, target_is_directory=True)
    os.replace(part, link)


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def faults(library: Library) -> list[str]:
    return [str(finding) for finding in verify(library) if finding.mend]


def test_a_snapshot_answers_as_the_index_does_and_stays_as_it_was_written(
    library: Library, answerer: Answerer, new_home: NewHome, reader: Reader, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    manifest = write_snapshot(library.store, library.vectors, out)
    assert manifest.releases == sum(library.store.count_releases().values())
    written = contents(out)
    assert {file.path for file in manifest.files} | {"snapshot.json"} == set(written)
    asking = Answerer(reading(new_home(), out), encoder=library.encoder, reader=reader)
    for row in asked_questions()[:6]:
        here, there = answerer.ask(row.question), asking.ask(row.question)
        assert [citation.quote for citation in there.citations] == [citation.quote for citation in here.citations]
        assert [found.url for found in there.retrieved] == [found.url for found in here.retrieved]
    assert contents(out) == written
    assert not faults(asking.library)


def test_vectors_in_a_snapshot_are_those_of_its_passages_even_where_some_wait(
    source: Library, new_home: NewHome, encoder: Encoder, tmp_path: Path
) -> None:
    add_bridge(source, tmp_path / "in", 12)
    with source.store.transaction():
        source.store.queue_all()
    source.vectors.clear()
    write_snapshot(source.store, source.vectors, tmp_path / "out")
    opened = Library(reading(new_home(), tmp_path / "out"), encoder=encoder)
    assert opened.vectors.ids("en") == opened.store.passage_ids("en") != set()
    assert opened.store.count_outbox() == 0


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_a_snapshot_never_takes_the_place_of_anything(source: Library, tmp_path: Path, there: str) -> None:
    add_bridge(source, tmp_path / "in", 12)
    out = tmp_path / "out"
    if there == "file":
        out.write_text("mine")
    elif there == "folder":
        out.mkdir()
    else:
        out.symlink_to(tmp_path / "nowhere")
    with pytest.raises(PlaceTaken, match="new folder"):
        write_snapshot(source.store, source.vectors, out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]


@pytest.mark.parametrize("way", ["home", "snapshot"])
def test_writing_to_a_snapshot_is_one_clear_line(
    source: Library, new_home: NewHome, tmp_path: Path, way: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    add_bridge(source, tmp_path / "in", 12)
    out = tmp_path / "out"
    assert index_main(["--home", str(source.settings.home), "snapshot", str(out)]) == 0
    assert "1 releases, 1 passages" in capsys.readouterr().out
    home = out if way == "home" else new_home().home
    if way == "snapshot":
        monkeypatch.setenv("THALAENG_SNAPSHOT", str(out))
    for command in (["add", str(tmp_path / "in")], ["remove", "x"], ["rebuild"]):
        assert index_main(["--home", str(home), *command]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert "is a snapshot" in line
    assert index_main(["--home", str(home), "status"]) == 0
    assert "releases   1" in capsys.readouterr().out
    assert not file_faults(out)


def test_a_home_that_is_a_snapshot_is_not_asked_but_says_how(
    source: Library, encoder: Encoder, reader: Reader, tmp_path: Path
) -> None:
    add_bridge(source, tmp_path / "in", 12)
    write_snapshot(source.store, source.vectors, tmp_path / "out")
    with pytest.raises(IndexReadOnly, match="THALAENG_SNAPSHOT"):
        Answerer(Settings(home=tmp_path / "out"), encoder=encoder, reader=reader).ask(QUESTION)
    assert not file_faults(tmp_path / "out")


@pytest.mark.parametrize("fault", ["changed", "shorter", "missing", "manifest"])
def test_verify_names_a_file_that_is_not_what_was_written(
    source: Library, tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    add_bridge(source, tmp_path / "in", 12)
    out = tmp_path / "out"
    write_snapshot(source.store, source.vectors, out)
    assert index_main(["--home", str(out), "verify"]) == 0
    path = out / ("snapshot.json" if fault == "manifest" else "vectors/chroma.sqlite3")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    if fault == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if fault == "shorter" else data)
    capsys.readouterr()
    assert index_main(["--home", str(out), "verify"]) == 1
    told = capsys.readouterr().out
    assert path.name in told
    assert "python -m index snapshot" in told


def test_a_server_goes_over_to_the_newest_snapshot_and_drops_no_question(
    source: Library, new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path: Path
) -> None:
    link = tmp_path / "newest"
    for lanes in (12, 14):
        add_bridge(source, tmp_path / "in", lanes)
        write_snapshot(source.store, source.vectors, tmp_path / f"{lanes}")
    lead(link, tmp_path / "12")
    asking = Answerer(reading(new_home(), link), encoder=encoder, reader=reader)
    answers: list[str] = []
    failed: list[BaseException] = []
    seen, switched = threading.Event(), threading.Event()

    def ask() -> None:
        try:
            after = 0
            while after < 2:
                after += switched.is_set()
                (citation,) = asking.ask(QUESTION).citations
                answers.append(citation.quote)
                seen.set()
        except BaseException as error:
            failed.append(error)
            seen.set()

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    seen.wait()
    lead(link, tmp_path / "14")
    switched.set()
    for asker in askers:
        asker.join()
    assert not failed
    assert set(answers) <= {"The bridge has 12 lanes.", "The bridge has 14 lanes."}
    assert asking.ask(QUESTION).citations[0].quote == "The bridge has 14 lanes."


def test_a_damaged_snapshot_is_told_of_and_not_taken(
    source: Library, new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path: Path
) -> None:
    link, told = tmp_path / "newest", list[str]()
    for lanes in (12, 14):
        add_bridge(source, tmp_path / "in", lanes)
        write_snapshot(source.store, source.vectors, tmp_path / f"{lanes}")
    lead(link, tmp_path / "12")
    asking = Answerer(reading(new_home(), link), told.append, encoder=encoder, reader=reader)
    assert asking.ask(QUESTION).citations[0].quote == "The bridge has 12 lanes."
    (tmp_path / "14" / "releases.sqlite").write_bytes(b"")
    for place in ("14", "nowhere"):
        lead(link, tmp_path / place)
        assert asking.ask(QUESTION).citations[0].quote == "The bridge has 12 lanes."
    assert len(told) == 2
    assert "releases.sqlite has 0 bytes" in told[0]


def test_a_place_that_is_no_snapshot_is_named(new_home: NewHome, encoder: Encoder, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="is not a snapshot"):
        Library(reading(new_home(), tmp_path), encoder=encoder)
