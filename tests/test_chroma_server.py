"""Vectors in a Chroma server: a real one, in a process of its own, which is stopped and started again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import index.chroma
from index.__main__ import main as index_main
from index.chroma import ChromaServer
from index.embed import Encoder
from index.errors import BadSetting, IndexDamaged, IndexMismatch, VectorsAway
from index.library import Library
from index.settings import Settings, load_settings
from index.vectors import Vectors
from index.verify import verify
from qa.ask import Answerer
from qa.reader import Reader
from tests.chroma_server import RunningServer, free_port
from tests.conftest import RELEASES, NewHome, asked_questions
from tests.test_library import write


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("chroma"))
    yield running
    running.stop()


def at(settings: Settings, url: str) -> Settings:
    return settings.model_copy(update={"chroma_url": url})


@pytest.fixture
def shared(server: RunningServer, new_home: NewHome, encoder: Encoder) -> Library:
    return Library(at(new_home(), server.url), encoder=encoder)


def faults(library: Library) -> list[str]:
    return [str(finding) for finding in verify(library) if finding.mend]


def test_answers_are_the_same_as_with_vectors_in_the_home(
    shared: Library, answerer: Answerer, encoder: Encoder, reader: Reader
) -> None:
    shared.add([RELEASES])
    assert not faults(shared)
    asking = Answerer(shared.settings, encoder=encoder, reader=reader)
    for row in asked_questions():
        here, there = answerer.ask(row.question), asking.ask(row.question)
        assert [citation.quote for citation in there.citations] == [citation.quote for citation in here.citations]
        assert [found.url for found in there.retrieved] == [found.url for found in here.retrieved]
    assert not (shared.settings.home / "vectors").exists()


def test_asking_fails_cleanly_while_the_server_is_away_and_works_again_when_it_is_back(
    server: RunningServer, shared: Library, encoder: Encoder, reader: Reader, tmp_path: Path
) -> None:
    write(tmp_path, "a.md", "The bridge has 12 lanes.", "https://press.example.com/1")
    shared.add([tmp_path])
    asking = Answerer(shared.settings, encoder=encoder, reader=reader)
    before = asking.ask("How many lanes does the bridge have?")
    assert before.citations
    server.stop()
    with pytest.raises(VectorsAway, match="Start it"):
        asking.ask("How many lanes does the bridge have?")
    server.start()
    assert asking.ask("How many lanes does the bridge have?").citations == before.citations


def test_what_is_added_and_removed_while_it_is_away_reaches_it_with_the_next_run(
    server: RunningServer, shared: Library, tmp_path: Path
) -> None:
    write(tmp_path, "a.md", "The albatross notice.", "https://press.example.com/1")
    shared.add([tmp_path])
    server.stop()
    write(tmp_path, "b.md", "The buzzard notice.", "https://press.example.com/2")
    assert shared.add([tmp_path]).added == 1
    assert shared.remove(["https://press.example.com/1"])[0]
    assert [stored.release.url for stored in shared.store.releases()] == ["https://press.example.com/2"]
    assert shared.store.count_outbox() == 2
    assert any("Start it" in finding.found for finding in verify(shared))
    with pytest.raises(VectorsAway):
        shared.finish()
    server.start()
    assert shared.finish()
    assert (shared.store.count_outbox(), shared.vectors.ids("en")) == (0, shared.store.passage_ids("en"))
    assert not faults(shared)


def test_the_command_says_what_waits_for_the_server(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THALAENG_CHROMA_URL", f"http://127.0.0.1:{free_port()}")
    write(tmp_path, "a.md", "The albatross notice.", "https://press.example.com/1")
    assert index_main(["--home", str(new_home().home), "add", str(tmp_path)]) == 3
    captured = capsys.readouterr()
    assert "1 added" in captured.out
    assert "1 passages are waiting for the Chroma server" in captured.err


def test_a_server_that_is_too_busy_is_waited_for_as_one_that_is_away(
    new_home: NewHome, encoder: Encoder, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    refusing = RunningServer(tmp_path_factory.mktemp("chroma"), refusing=True)
    try:
        library = Library(at(new_home(), refusing.url), encoder=encoder)
        write(tmp_path, "a.md", "The albatross notice.", "https://press.example.com/1")
        assert library.add([tmp_path]).added == 1
        assert library.store.count_outbox() == 1
        with pytest.raises(VectorsAway, match="too busy"):
            library.vectors.count("en")
    finally:
        refusing.stop()


def test_two_homes_share_a_server_and_do_not_see_each_other(
    server: RunningServer, new_home: NewHome, encoder: Encoder, tmp_path: Path
) -> None:
    homes = [Library(at(new_home(), server.url), encoder=encoder) for _ in range(2)]
    for number, library in enumerate(homes):
        for extra in range(number + 1):
            write(tmp_path / f"{number}", f"{extra}.md", f"Notice {extra} of {number}.")
        library.add([tmp_path / f"{number}"])
    assert [library.vectors.count("en") for library in homes] == [1, 2]
    homes[0].rebuild()
    assert not faults(homes[0]) and not faults(homes[1])


def test_vectors_move_between_home_and_server_by_a_rebuild(
    server: RunningServer, new_home: NewHome, encoder: Encoder, tmp_path: Path
) -> None:
    settings = new_home()
    write(tmp_path, "a.md", "The albatross notice.", "https://press.example.com/1")
    Library(settings, encoder=encoder).add([tmp_path])
    for moved in (at(settings, server.url), settings):
        library = Library(moved, encoder=encoder)
        with pytest.raises(IndexMismatch, match="python -m index rebuild"):
            library.check()
        library.rebuild()
        library.check()
        assert library.vectors.count("en") == 1
        assert (settings.home / "vectors").exists() == (moved is settings)
        assert not faults(library)


def test_a_server_that_has_lost_the_vectors_is_filled_by_a_rebuild(
    shared: Library, encoder: Encoder, tmp_path: Path
) -> None:
    write(tmp_path, "a.md", "The albatross notice.", "https://press.example.com/1")
    shared.add([tmp_path])
    reading = Library(shared.settings, encoder=encoder)
    assert reading.vectors.count("en") == 1
    shared.vectors.clear()
    with pytest.raises(IndexDamaged, match="python -m index rebuild"):
        reading.vectors.count("en")
    assert faults(reading)
    shared.rebuild()
    assert reading.vectors.count("en") == 1, "a reader finds the collection that was made anew"


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.chroma, "_ANSWER", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        vectors = Vectors(ChromaServer(f"http://127.0.0.1:{silent.getsockname()[1]}"))
        with pytest.raises(VectorsAway):
            vectors.count("en")


def test_the_password_in_the_address_is_not_shown() -> None:
    away = ChromaServer(f"http://name:secret@127.0.0.1:{free_port()}")
    with pytest.raises(VectorsAway) as told:
        away.clear(["some-name"])
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://host:port", "http://u:pw@host:x"])
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(BadSetting, match="THALAENG_CHROMA_URL") as told:
        load_settings(chroma_url=url)
    assert "pw" not in str(told.value)
