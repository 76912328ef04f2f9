"""Faults that happen to those who run it: killed processes, full disks, damaged and deleted files, all of them real.

THALAENG_FAULTS says how many times as many are tried: 1 where it is not set, and 12 is the long form.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embed import Encoder
from index.errors import IndexDamaged, StorageFull
from index.library import Library
from index.schema import PAGE
from index.settings import Settings
from index.verify import Finding, verify
from qa.ask import Answerer
from qa.reader import Reader
from tests.conftest import NewHome
from tests.quick_encoder import QuickEncoder
from tests.test_library import write

TIMES = int(os.environ.get("THALAENG_FAULTS", "1"))


def opened(settings: Settings, told: list[str] | None = None) -> Library:
    return Library(settings, (told if told is not None else []).append, encoder=QuickEncoder(settings))


def faults(library: Library) -> list[Finding]:
    return [finding for finding in verify(library) if finding.mend]


def url_of(number: int) -> str:
    return f"https://press.example.com/{number}"


def fill(settings: Settings, folder: Path, count: int) -> Library:
    for number in range(count):
        text = f"Notice {number} of the harbour office. " + f"Berth {number} is closed for works. " * (
            5 + number * 7 % 60
        )
        write(folder, f"{number}.md", text, url_of(number), f"Berth {number}")
    library = opened(settings)
    assert library.add([folder]).added == count
    return library


# killed at any moment


def churn(settings: Settings, folder: Path, diary: Path, seed: int, steps: int = 1_000_000) -> None:
    """Adds, replaces and removes; writes down what it begins and what it has done."""
    chance, library = random.Random(seed), opened(settings)
    with diary.open("a", encoding="utf-8", buffering=1) as lines:
        for step in range(steps):
            number = chance.randrange(8)
            removes = chance.random() < 0.4
            deed = f"{number} {'' if removes else f'{seed}-{step}'}"
            lines.write(f"begin {deed}\n")
            if removes:
                library.remove([url_of(number)])
            else:
                path = write(folder, f"{number}.md", f"Word of {seed}-{step}. " * 40, url_of(number), f"{seed}-{step}")
                library.add([path])
            lines.write(f"done {deed}\n")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_whatever_moment_a_process_is_killed_at_what_was_done_is_there_and_nothing_is_there_twice(
    new_home: NewHome, tmp_path: Path
) -> None:
    settings, diary = new_home(), tmp_path / "diary"
    diary.touch()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.test_damage", "chromadb.api.rust"])
    chance = random.Random(7)
    for seed in range(4 * TIMES):
        before = len(diary.read_text(encoding="utf-8"))
        process = context.Process(target=churn, args=(settings, tmp_path / "in", diary, seed))
        process.start()
        while len(diary.read_text(encoding="utf-8")) == before:
            assert process.is_alive()
            time.sleep(0.01)
        time.sleep(chance.random() * 2)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        library = opened(settings)
        assert library.finish()
        assert not faults(library)
        there = {stored.release.url: stored.release.title for stored in library.store.releases()}
        assert len(there) == sum(library.store.count_releases().values())
        for number, allowed in expected(diary.read_text(encoding="utf-8")).items():
            assert there.get(url_of(number), "") in allowed, f"release {number} after {seed + 1} kills"


def expected(diary: str) -> dict[int, set[str]]:
    """The titles that each release may have: that of the last thing done, or of one that was begun since."""
    allowed: dict[int, set[str]] = {}
    for said, number, title in re.findall(r"^(begin|done) (\d+) (.*)$", diary, re.M):
        if said == "done":
            allowed[int(number)] = {title}
        else:
            allowed.setdefault(int(number), {""}).add(title)
    return allowed


# files that are deleted and damaged


@pytest.mark.parametrize("what", ["vectors", "vectors/chroma.sqlite3", "vectors/*/data_level0.bin", "garbage", "cut"])
@pytest.mark.parametrize("way", ["start", "rebuild"])
def test_vectors_that_are_deleted_or_damaged_are_put_back(
    new_home: NewHome, tmp_path: Path, what: str, way: str
) -> None:
    settings = new_home()
    library = fill(settings, tmp_path / "in", 12)
    assert not faults(library)  # asking has Chroma write its files
    library.vectors.reopen()
    database = settings.home / "vectors" / "chroma.sqlite3"
    if what == "garbage":
        database.write_bytes(os.urandom(20_000))
    elif what == "cut":
        database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    else:
        (*paths,) = settings.home.glob(what)
        assert paths
        for path in paths:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    library = opened(settings)
    found = faults(library)
    if way == "start":
        assert library.finish()
    else:
        # Chroma makes a small graph anew by itself from what it has in its own database.
        assert found or "*" in what
        assert {finding.mend for finding in found} <= {"python -m index rebuild"}
        library.rebuild()
    library = opened(settings)
    assert not faults(library)
    assert library.vectors.ids("en") == library.store.passage_ids("en")


def test_a_damaged_page_costs_what_stands_on_it_and_the_command_that_is_named_mends_the_rest(
    new_home: NewHome, tmp_path: Path
) -> None:
    settings = new_home()
    whole = fill(settings, tmp_path / "in", 40)
    texts = {stored.release.url: stored.release.text for stored in whole.store.releases()}
    whole.store.settle()
    sound = (settings.home / "releases.sqlite").read_bytes()
    pages = range(1, len(sound) // PAGE)
    chance = random.Random(3)
    named = 0
    for page in chance.sample(pages, min(len(pages), 6 * TIMES)):
        damaged = new_home()
        shutil.copytree(settings.home / "vectors", damaged.home / "vectors")
        data = bytearray(sound)
        data[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
        (damaged.home / "releases.sqlite").write_bytes(data)
        library = opened(damaged)
        found = faults(library)
        named += bool(found)
        if any("move" in finding.mend for finding in found):
            (damaged.home / "releases.sqlite").unlink()
            library = opened(damaged)
        elif found:
            told: list[str] = []
            library = opened(damaged, told)
            library.rebuild()
            left = sum(library.store.count_releases().values())
            assert left == 40 or f"{40 - left} could not" in told[0], f"page {page}"
        for stored in library.store.releases() if library.exists() else ():
            assert texts[stored.release.url] == stored.release.text, f"page {page}"
        library.add([tmp_path / "in"])
        assert not faults(library), f"page {page}"
        assert {stored.release.url for stored in library.store.releases()} == set(texts), f"page {page}"
    assert named, "some page that matters was damaged"


@pytest.mark.parametrize("table", ["outbox", "meta", "links", "files", "releases_by_date"])
def test_a_page_that_no_text_stands_on_is_named_and_mended_too(table: str, new_home: NewHome, tmp_path: Path) -> None:
    library = fill(new_home(), tmp_path / "in", 6)
    ((page,),) = library.store.read("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))
    library.store.settle()
    with library.store.path.open("r+b") as file:
        file.seek((int(str(page)) - 1) * PAGE)
        file.write(random.Random(7).randbytes(PAGE))
    library = opened(library.settings)
    assert "python -m index rebuild" in {finding.mend for finding in faults(library)}
    library = opened(library.settings)
    library.rebuild()
    assert not faults(library)
    assert sum(library.store.count_releases().values()) == 6


def test_a_rebuild_mends_passages_and_words_that_are_not_those_of_the_texts(new_home: NewHome, tmp_path: Path) -> None:
    library = fill(new_home(), tmp_path / "in", 6)
    change = library.store._connection.execute

    def words_of_passage(passage_id: int) -> str:
        for stored in library.store.releases():
            for id, _, words in library.store.words_of(stored.id) or ():
                if id == passage_id:
                    return words
        raise LookupError(passage_id)

    library.store._connection.create_function("words_of", 1, words_of_passage)
    one = "(SELECT min(id) FROM passages)"
    for sql, what in (
        (f"DELETE FROM passages WHERE id = {one}", "passages"),
        (f'UPDATE passages SET "end" = 100000 WHERE id = {one}', "passages"),
        (f"UPDATE passages SET vector = x'00' WHERE id = {one}", "passages"),
        ("UPDATE meta SET value = 'words 0' WHERE key = 'words'", "words (en)"),
        (
            "INSERT INTO words_en (words_en, rowid, words)"
            " SELECT 'delete', id, words_of(id) FROM passages ORDER BY id LIMIT 1",
            "words (en)",
        ),
        ("INSERT INTO words_en (rowid, words) VALUES (999, 'orphan')", "words (en)"),
    ):
        change(sql)
        named = {finding.what: finding.mend for finding in faults(library)}
        assert named[what] == "python -m index rebuild", sql
        library.rebuild()
        assert not faults(library), sql


def test_a_release_that_is_there_twice_is_named(new_home: NewHome, tmp_path: Path) -> None:
    library = fill(new_home(), tmp_path / "in", 2)
    first, second = (stored.id for stored in library.store.releases())
    change = library.store._connection.execute
    change("UPDATE releases SET content_hash = (SELECT content_hash FROM releases WHERE id = ?)", (first,))
    duplicate = next(finding for finding in faults(library) if finding.what == "duplicates")
    assert duplicate.mend.startswith(f"python -m index remove {max(first, second)}")
    library.remove([first, second])
    library.add([tmp_path / "in"])
    assert not faults(library)


# The model is unpacked and converted again, which takes minutes where the machine has other things to do.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("cut", ["openvino/*.bin", "openvino/*.xml", "tokenizer.json"][: 1 + 2 * (TIMES > 1)])
def test_a_model_that_is_cut_short_is_made_anew(model_home: Path, encoder: Encoder, tmp_path: Path, cut: str) -> None:
    expected = encoder.encode_question("Where is the harbour office?").vector
    told: list[str] = []
    damaged = Encoder(a_model_of_its_own(model_home, tmp_path), told.append)
    for path in damaged.folder.glob(cut):
        replace(path, path.read_bytes()[: path.stat().st_size // 2])
    assert damaged.encode_question("Where is the harbour office?").vector @ expected > 0.999
    assert "Making it again" in told[0]


@pytest.mark.skipif(TIMES == 1, reason="takes minutes: part of the long form, THALAENG_FAULTS=12")
@pytest.mark.timeout(900)
def test_a_model_that_has_changed_is_named_and_the_command_mends_it(
    model_home: Path, encoder: Encoder, tmp_path: Path
) -> None:
    encoder.count_tokens("")
    settings = a_model_of_its_own(model_home, tmp_path)
    write(tmp_path / "in", "a.md", "The bridge has 12 lanes.", url_of(1))
    Library(settings, encoder=encoder).add([tmp_path / "in"])
    library = Library(settings)
    for path in library.encoder.folder.glob("openvino/*.bin"):
        data = bytearray(path.read_bytes())
        # Among the weights of the layers, so that the file can be loaded all the same.
        for place in range(len(data) * 85 // 100, len(data) * 98 // 100, 3):
            data[place] ^= 64
        replace(path, data)
    (found,) = faults(library)
    assert (found.what, str(library.encoder.folder) in found.mend) == ("model", True)
    assert found.mend.startswith("rm -r ")
    shutil.rmtree(library.encoder.folder)
    assert not faults(Library(settings))


def a_model_of_its_own(model_home: Path, tmp_path: Path) -> Settings:
    """A home with files that can be replaced without a change to those of the other tests."""
    shutil.copytree(model_home / "model" / "e5-small", tmp_path / "home/model/e5-small", copy_function=os.link)
    return Settings(home=tmp_path / "home")


def replace(path: Path, data: bytes | bytearray) -> None:
    path.unlink()
    path.write_bytes(data)


# a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)], capture_output=True)
    except OSError as error:
        pytest.skip(f"no disk can be mounted here: {error}")
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_disk_that_is_full_loses_nothing_and_the_same_command_goes_on(small_disk: Path, tmp_path: Path) -> None:
    settings = Settings(home=small_disk / "home")
    library = fill(settings, tmp_path / "first", 5)
    for number in range(5, 400):
        text = " ".join(f"Quay {number} is closed at metre {metre}." for metre in range(200))
        write(tmp_path / "second", f"{number}.md", text, url_of(number))
    with pytest.raises(StorageFull, match="Make room"):
        library.add([tmp_path / "second"])
    reading = opened(settings)
    assert {url_of(number) for number in range(5)} <= {stored.release.url for stored in reading.store.releases()}
    subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
    library = opened(settings)
    library.add([tmp_path / "second"])
    assert sum(library.store.count_releases().values()) == 400
    assert not faults(library)


# many at once


def test_askers_never_fail_and_never_quote_what_was_removed_before_they_asked(
    new_home: NewHome, encoder: Encoder, reader: Reader, tmp_path: Path
) -> None:
    settings = new_home()
    writing = Library(settings, encoder=encoder)
    for number in range(3):
        write(tmp_path, f"{number}.md", f"The tide gauge at pier {number} was renewed in May.", url_of(number))
    write(tmp_path, "lanes.md", "The bridge has 12 lanes.", url_of(99))
    writing.add([tmp_path])
    asking = Answerer(settings, encoder=encoder, reader=reader)
    question = "How many lanes does the bridge have?"
    failed: list[BaseException] = []
    wrong: list[str] = []
    over = threading.Event()
    # Odd from when the release is removed until it is added again.
    turns = 0
    asked = 0

    def ask() -> None:
        nonlocal asked
        while not over.is_set():
            begun = turns
            try:
                answer = asking.ask(question)
            except BaseException as error:
                failed.append(error)
                return
            asked += 1
            if begun % 2 and begun == turns and any("lanes" in citation.quote for citation in answer.citations):
                wrong.append(answer.text)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    for turn in range(3 * TIMES):
        writing.remove([url_of(99)])
        turns += 1
        write(tmp_path, "0.md", f"The tide gauge at pier 0 was renewed in May {2000 + turn}.", url_of(0))
        writing.add([tmp_path / "0.md"])
        time.sleep(0.5)
        turns += 1
        writing.add([tmp_path / "lanes.md"])
    over.set()
    for asker in askers:
        asker.join()
    assert not failed, failed
    assert not wrong
    assert asked
    assert asking.ask(question).citations[0].quote == "The bridge has 12 lanes."


def test_a_missing_database_beside_vectors_is_no_index(new_home: NewHome, tmp_path: Path) -> None:
    settings = new_home()
    fill(settings, tmp_path / "in", 2).store.settle()
    (settings.home / "releases.sqlite").unlink()
    library = opened(settings)
    assert [finding.mend for finding in verify(library)] == ["python -m index add FOLDER"]
    library.add([tmp_path / "in"])
    assert not faults(library), "vectors of an index before are not taken for those of this one"


def test_what_cannot_be_read_at_all_is_not_rebuilt(new_home: NewHome, tmp_path: Path) -> None:
    settings = new_home()
    fill(settings, tmp_path / "in", 2).store.settle()
    (settings.home / "releases.sqlite").write_bytes(os.urandom(50_000))
    with pytest.raises(IndexDamaged):
        opened(settings).rebuild()
