"""Adding, replacing and removing releases; what is committed stays, what is gone is gone from every list."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.embed import Encoder
from index.errors import IndexBusy, IndexDamaged, IndexMismatch, StorageFull
from index.library import Library
from index.progress import Progress
from index.schema import PAGE
from index.settings import Settings
from index.verify import verify
from index.words import index_words
from qa.ask import Answerer
from qa.reader import Reader
from tests.quick_encoder import QuickEncoder

NewHome = Callable[..., Settings]

RELEASE = """\
---
title: {title}
url: {url}
date: {date}
---
{text}
"""


def write(folder: Path, name: str, text: str, url: str = "", title: str = "Notice", date: str = "2024-05-01") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(RELEASE.format(title=title, url=url, date=date, text=text), encoding="utf-8")
    return path


@pytest.fixture
def library(new_home: NewHome, encoder: Encoder) -> Library:
    return Library(new_home(), encoder=encoder)


def words_found(library: Library, word: str) -> int:
    return len(library.store.search_words(index_words(word), "en", 50))


def faults(library: Library) -> list[str]:
    return [str(finding) for finding in verify(library) if finding.mend]


def test_an_index_whose_tables_are_still_to_come_is_none_yet(new_home: NewHome, encoder: Encoder) -> None:
    library = Library(new_home(), encoder=encoder)
    library.store.path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(library.store.path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        assert library.store.path.is_file()
        assert not library.exists()
        assert library.is_empty()
        library.store.create()
        assert library.exists()
        assert library.is_empty()


def test_a_release_is_stored_with_its_metadata(library: Library, tmp_path: Path) -> None:
    write(
        tmp_path,
        "a.md",
        "The kestrel bridge opened.",
        "https://press.example.com/1",
        "Bridge open",
        "2024-05-01",
    )
    report = library.add([tmp_path])
    assert (report.added, report.skipped) == (1, [])
    (stored,) = library.store.releases()
    assert stored.release.title == "Bridge open"
    assert str(stored.release.date) == "2024-05-01"
    assert stored.release.language == "en"
    assert not faults(library)


def test_a_thai_word_in_mid_sentence_is_found(library: Library, tmp_path: Path) -> None:
    """unicode61 alone cuts Thai words at their vowel and tone marks."""
    write(tmp_path, "a.md", "วันนี้กรมชลประทานแจ้งเตือนน้ำท่วมในพื้นที่ลุ่มต่ำ", "https://press.example.com/2")
    library.add([tmp_path])
    assert library.store.search_words(["น้ำท่วม"], "th", 5)
    assert not library.store.search_words(["นา"], "th", 5)


def test_the_same_files_again_change_nothing(library: Library, tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"{number}.md", f"Notice number {number}.", f"https://press.example.com/{number}")
    assert library.add([tmp_path]).added == 3
    again = library.add([tmp_path])
    assert (again.added, again.updated, again.unchanged, again.passages) == (0, 0, 3, 0)


def test_a_changed_release_replaces_its_old_passages(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "The bridge opens in albatross season.", "https://press.example.com/1")
    library.add([tmp_path])
    write(tmp_path, "a.md", "The bridge opens in buzzard season.", "https://press.example.com/1")
    assert library.add([tmp_path]).updated == 1
    assert words_found(library, "albatross") == 0
    assert words_found(library, "buzzard") == 1
    assert library.vectors.count("en") == 1
    assert not faults(library)


def test_a_changed_file_without_address_replaces_its_old_release(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "Text about albatross.")
    library.add([tmp_path])
    write(tmp_path, "a.md", "Text about buzzard.")
    library.add([tmp_path])
    assert [words_found(library, word) for word in ("albatross", "buzzard")] == [0, 1]
    assert not faults(library)


def test_the_same_text_under_two_addresses_is_one_release_with_both_links(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "One text.", "https://press.example.com/1")
    write(tmp_path, "b.md", "One  text.", "https://press.example.com/2")
    report = library.add([tmp_path])
    assert (report.added, report.duplicates) == (1, 1)
    (stored,) = library.store.releases()
    assert {stored.release.url, *stored.release.other_urls} == {
        "https://press.example.com/1", "https://press.example.com/2",
    }  # fmt: skip


def test_the_same_address_twice_is_one_release(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "Early text.", "http://press.example.com/1")
    write(tmp_path, "b.md", "Late text.", "https://press.example.com/1/")
    library.add([tmp_path])
    (stored,) = library.store.releases()
    assert stored.release.text == "Late text."


@pytest.mark.parametrize("name", ["https://press.example.com/1", "http://PRESS.example.com/1/", "id"])
def test_a_removed_release_is_gone_from_every_list(library: Library, tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.md", "The albatross notice.", "https://press.example.com/1")
    write(tmp_path, "b.md", "The buzzard notice.", "https://press.example.com/2")
    library.add([tmp_path])
    if name == "id":
        (name,) = library.store.resolve("https://press.example.com/1")
    removed, unknown = library.remove([name, "no-such-release", "https://press.example.com/1"])
    assert (len(removed), unknown) == (1, ["no-such-release"])
    assert words_found(library, "albatross") == 0
    assert library.vectors.count("en") == 1
    assert not faults(library)
    assert library.add([tmp_path]).added == 1, "a removed release can be added again"


def test_one_bad_file_does_not_stop_the_rest(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "A good notice.", "https://press.example.com/1")
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    report = library.add([tmp_path, tmp_path / "missing"])
    assert report.added == 1
    skipped = {Path(skipped.where).name for skipped in report.skipped}
    assert skipped == {"empty.md", "binary.txt", "cut.pdf", "photo.jpg", "missing"}
    assert all(skipped.reason and "\n" not in skipped.reason for skipped in report.skipped)


def test_a_file_over_the_limit_is_not_even_looked_into(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(library.settings.max_file_mb * 1_000_000 + 1)
    monkeypatch.setattr("index.intake.digest", lambda path: pytest.fail(f"{path} was read"))
    (skipped,) = library.add([tmp_path]).skipped
    assert skipped.reason.startswith("is too large")


def test_an_index_of_another_model_is_refused_until_it_is_rebuilt(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "A notice.", "https://press.example.com/1")
    library.add([tmp_path])
    with library.store.transaction():
        library.store.set_meta("fingerprint", "another model")
        library.store._connection.execute("UPDATE releases SET fingerprint = 'another model'")
    with pytest.raises(IndexMismatch, match="python -m index rebuild"):
        library.add([tmp_path])
    assert any(finding.mend == "python -m index rebuild" for finding in verify(library))
    assert library.rebuild() == 1
    assert not faults(library)


def test_vectors_that_are_lost_are_found_out_and_rebuilt(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "A notice.", "https://press.example.com/1")
    library.add([tmp_path])
    library.vectors.clear()
    assert any(finding.mend == "python -m index rebuild" for finding in verify(library))
    library.rebuild()
    assert library.vectors.count("en") == 1
    assert not faults(library)


def test_a_second_writer_is_told_to_wait(library: Library, tmp_path: Path) -> None:
    other = Library(library.settings)
    with library.writing(), pytest.raises(IndexBusy, match="Another process"):
        other.remove(["x"])


def test_progress_reaches_the_end_and_tells_the_time_left(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "A notice.", "https://press.example.com/1")
    seen: list[Progress] = []
    library.add([tmp_path], seen.append)
    assert (seen[-1].done, seen[-1].total) == (1, 1)
    assert Progress(10, 40, 0, 20.0, "", 0.25).seconds_left == 60
    # A file of many releases is no longer a wait without an end in sight.
    assert Progress(0, 1, 30, 20.0, "", 0.5).seconds_left == 20
    assert Progress(0, 1, 0, 20.0, "").seconds_left is None


def test_the_time_left_of_a_run_that_goes_on_is_told_by_what_is_new(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "A notice.", "https://press.example.com/1")
    library.add([tmp_path])
    for number in range(3):
        write(tmp_path, f"b{number}.md", f"Another notice, number {number}.", f"https://press.example.com/b{number}")
    seen: list[Progress] = []
    library.add([tmp_path], seen.append)
    assert seen[-1].known == 0.25
    shutil.copytree(tmp_path, tmp_path / "again")
    library.add([tmp_path / "again"], seen.append)
    assert seen[-1].known == 1, "the same releases in other files are nothing new"
    # 40 of 100 files were known, and passed in ten seconds; ten new ones took ten more: 50 are left.
    assert Progress(50, 100, 60, 20.0, "", 0.5, known=0.4, waited=10.0).seconds_left == pytest.approx(50)
    assert Progress(40, 100, 0, 10.0, "", 0.4, known=0.4).seconds_left is None


def _add_forever(settings: Settings, folder: Path) -> None:
    library = Library(settings)
    while True:
        for path in sorted(folder.iterdir()):
            path.write_text(path.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
        library.add([folder])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_a_killed_process_leaves_an_index_that_the_next_one_finishes(
    new_home: NewHome, encoder: Encoder, tmp_path: Path
) -> None:
    settings = new_home()
    for number in range(12):
        write(
            tmp_path,
            f"{number}.md",
            f"Notice number {number} says a thing.",
            f"https://press.example.com/{number}",
        )
    Library(settings, encoder=encoder).add([tmp_path])
    context = multiprocessing.get_context("spawn")
    for pause in (0.1, 0.5, 1.1):
        process = context.Process(target=_add_forever, args=(settings, tmp_path))
        process.start()
        assert process.pid is not None
        while Library(settings).store.meta("generation") is None:
            time.sleep(0.05)
        time.sleep(6 + pause)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        library = Library(settings, encoder=encoder)
        with library.writing():
            library.sync()
        assert sum(library.store.count_releases().values()) == 12
        assert not faults(library)


def test_a_full_disk_loses_nothing_and_says_so(
    new_home: NewHome, encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = new_home()
    library = Library(settings, encoder=encoder)
    write(tmp_path, "a.md", "The first notice.", "https://press.example.com/1")
    library.add([tmp_path])
    pages = int(str(library.store._rows("PRAGMA page_count")[0][0]))
    library.store._connection.execute(f"PRAGMA max_page_count = {pages}")
    write(tmp_path, "b.md", "Another notice. " * 4000, "https://press.example.com/2")
    with pytest.raises(StorageFull, match="Make room"):
        library.add([tmp_path])
    library.store._connection.execute("PRAGMA max_page_count = 1000000")
    assert sum(library.store.count_releases().values()) == 1
    assert library.add([tmp_path]).added == 1
    assert not faults(library)


@pytest.mark.parametrize("first", [0, 1])
def test_a_damaged_database_is_named_with_what_to_do(
    first: int, new_home: NewHome, encoder: Encoder, tmp_path: Path
) -> None:
    settings = new_home()
    write(tmp_path, "a.md", "A notice. " * 2000, "https://press.example.com/1")
    library = Library(settings, encoder=encoder)
    library.add([tmp_path])
    library.store.close()
    path = settings.home / "releases.sqlite"
    for extra in ("-wal", "-shm"):
        Path(f"{path}{extra}").unlink(missing_ok=True)
    data = bytearray(path.read_bytes())
    data[first * PAGE : (first + 2) * PAGE] = os.urandom(2 * PAGE)
    path.write_bytes(data)
    findings = verify(Library(settings, encoder=encoder))
    assert any("away" in finding.mend for finding in findings), findings


def test_a_text_that_was_tampered_with_is_found_out(library: Library, reader: Reader, tmp_path: Path) -> None:
    """A quote from it would be no quote of the release."""
    write(tmp_path, "a.md", "The bridge has 12 lanes.", "https://press.example.com/1")
    library.add([tmp_path])
    with library.store.transaction():
        library.store._connection.execute("UPDATE releases SET text = 'The bridge has 13 lanes.'")
    assert any("differ from what was indexed" in finding.found and finding.mend for finding in verify(library))
    answerer = Answerer(library.settings, encoder=library.encoder, reader=reader)
    with pytest.raises(IndexDamaged, match="python -m index verify"):
        answerer.ask("How many lanes does the bridge have?")


def test_token_vectors_that_are_damaged_are_found_out_and_rebuilt(
    library: Library, reader: Reader, tmp_path: Path
) -> None:
    write(tmp_path, "a.md", "The bridge has 12 lanes.", "https://press.example.com/1")
    library.add([tmp_path])
    with library.store.transaction():
        library.store._connection.execute("UPDATE passages SET tokens = substr(tokens, 1, length(tokens) - 3)")
    assert [finding.mend for finding in verify(library) if finding.mend] == ["python -m index rebuild"]
    answerer = Answerer(library.settings, encoder=library.encoder, reader=reader)
    with pytest.raises(IndexDamaged, match="python -m index verify"):
        answerer.ask("How many lanes does the bridge have?")
    library.rebuild()
    assert not faults(library)
    assert answerer.ask("How many lanes does the bridge have?").citations


def test_a_text_that_is_not_whole_is_found_out(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "The bridge has 12 lanes.", "https://press.example.com/1")
    library.add([tmp_path])
    with library.store.transaction():
        library.store._connection.execute("UPDATE releases SET text = substr(text, 1, length(text) - 6)")
    assert any("differ from what was indexed" in finding.found and finding.mend for finding in verify(library))


def test_texts_are_kept_compressed_and_plain_ones_of_before_are_read(library: Library, tmp_path: Path) -> None:
    said = "ท่าเรือบัวทองเปิดทุกวัน เวลา 06.00 ถึง 20.00 น. " * 40
    write(tmp_path, "a.md", said, "https://press.example.com/1")
    library.add([tmp_path])
    ((kept,),) = library.store.read("SELECT text FROM releases")
    assert isinstance(kept, bytes)
    assert len(kept) < len(said.encode()) / 4
    (stored,) = library.store.releases()
    with library.store.transaction():
        library.store._connection.execute("UPDATE releases SET text = ?", (stored.release.text,))
        library.store.reindex_words()
    assert [again.release for again in library.store.releases()] == [stored.release]
    assert all(finding.mend == "" for finding in verify(library))
    library.rebuild()
    assert library.store.read("SELECT text FROM releases") == [(kept,)]
    assert [again.release for again in library.store.releases()] == [stored.release]


def test_the_home_can_be_moved(new_home: NewHome, encoder: Encoder, tmp_path: Path) -> None:
    settings = new_home()
    write(tmp_path / "in", "a.md", "A notice about kestrels.", "https://press.example.com/1")
    library = Library(settings, encoder=encoder)
    library.add([tmp_path / "in"])
    moved = tmp_path / "moved"
    shutil.copytree(settings.home, moved, symlinks=True)
    assert not faults(Library(Settings(home=moved), encoder=encoder))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
def test_a_file_whose_name_is_no_text_is_indexed(library: Library, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with open(os.fsencode(tmp_path / "in") + b"/\xff\xb7.txt", "w", encoding="utf-8") as file:
        file.write("Pier opens\n\nIt is open.\n")
    with open(os.fsencode(tmp_path / "in") + b"/\xfe.txt", "w", encoding="utf-8"):
        pass
    report = library.add([tmp_path / "in"])
    assert report.added == 1
    assert [Path(row.where).name for row in report.skipped] == ["\\xfe.txt"]
    assert library.add([tmp_path / "in"]).unchanged == 1


def test_counting_passages_reads_no_passage(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "The fare is 15 baht.", "https://a.test/1")
    library.add([tmp_path])
    plan = library.store.read("EXPLAIN QUERY PLAN SELECT language, count(*) FROM passages GROUP BY language")
    assert [str(row[-1]) for row in plan] == ["SCAN passages USING COVERING INDEX passages_by_language"]


def test_an_index_of_an_earlier_version_is_named_and_made_anew_of_its_texts(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "The ferry fare is 15 baht.", "https://a.test/1")
    library.add([tmp_path])
    with closing(sqlite3.connect(library.store.path)) as earlier:  # words with their texts, and with the passages
        earlier.executescript(
            "ALTER TABLE passages ADD COLUMN words; DROP TABLE words_en;"
            "CREATE VIRTUAL TABLE words_en USING fts5(words);"
            "INSERT INTO words_en (rowid, words) VALUES (1, 'ferry fare');"
            "UPDATE meta SET value = 'schema 1' WHERE key = 'fingerprint';"
            "UPDATE releases SET fingerprint = 'schema 1';"
        )
    assert [finding.mend for finding in verify(library) if finding.mend] == ["python -m index rebuild"]
    for attempt in (lambda: library.add([tmp_path]), lambda: library.remove(["https://a.test/1"])):
        with pytest.raises(IndexMismatch, match="python -m index rebuild"):
            attempt()
    assert library.rebuild() == 1
    assert not faults(library)
    assert words_found(library, "ferry") == 1


def test_words_of_a_removed_release_are_in_no_table(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "The zibbet was seen.", "https://a.test/1")
    write(tmp_path, "b.txt", "The ferry was late.", "https://a.test/2")
    library.add([tmp_path])
    known = "SELECT term FROM vocabulary_en WHERE term IN ('zibbet', 'ferri') ORDER BY 1"
    assert library.store.read(known) == [("ferri",), ("zibbet",)]
    library.remove(["https://a.test/1"])
    assert library.store.read(known) == [("ferri",)]


def test_words_that_were_cut_in_another_way_are_cut_anew_by_the_next_run(
    library: Library, encoder: Encoder, tmp_path: Path
) -> None:
    write(tmp_path, "a.txt", "The zibbet was seen.", "https://a.test/1")
    library.add([tmp_path])
    with library.store.transaction():
        library.store.set_meta("words", "words 0, pythainlp 1.0, snowballstemmer 1.0")
        library.store._connection.execute("INSERT INTO words_en (words_en) VALUES ('delete-all')")
        library.store._connection.execute("INSERT INTO words_en (rowid, words) SELECT id, 'zib bet' FROM passages")
    assert any("cut in another way" in fault and "rebuild" in fault for fault in faults(library))
    told: list[str] = []
    Library(library.settings, encoder=encoder, report=told.append).remove(["https://a.test/none"])
    assert [line for line in told if "Indexing the words of all releases anew" in line]
    assert words_found(library, "zibbet") == 1
    assert words_found(library, "zib") == 0
    assert not faults(library)


def test_a_release_whose_text_is_damaged_takes_its_words_with_it(library: Library, tmp_path: Path) -> None:
    """They cannot be told from its text any more, so those of all others are cut anew."""
    write(tmp_path, "a.txt", "The zibbet was seen.", "https://a.test/1")
    write(tmp_path, "b.txt", "The ferry was late.", "https://a.test/2")
    library.add([tmp_path])
    with library.store.transaction():
        library.store._connection.execute("UPDATE releases SET text = 'The ferry was seen.' WHERE url LIKE '%1'")
    library.remove(["https://a.test/1"])
    assert words_found(library, "zibbet") == 0
    assert words_found(library, "ferry") == 1
    assert not faults(library)


def test_a_rebuild_gives_back_what_removed_releases_took(new_home: NewHome, tmp_path: Path) -> None:
    library = Library(new_home(), encoder=QuickEncoder(new_home()))
    for number in range(200):
        write(tmp_path, f"{number}.txt", "The ferry was late. " * 300, f"https://a.test/{number}", f"Notice {number}")
    library.add([tmp_path])
    ((before,),) = library.store.read("PRAGMA page_count")
    library.remove([f"https://a.test/{number}" for number in range(1, 200)])
    assert library.rebuild() == 1
    ((after,),) = library.store.read("PRAGMA page_count")
    assert int(str(after)) < int(str(before)) / 3
    assert words_found(library, "ferry") > 0
