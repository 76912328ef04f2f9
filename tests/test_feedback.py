"""Opinions on answers: kept, replaced, bounded, and written as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.errors import IndexBusy, ThalaengError
from qa.__main__ import main
from qa.feedback import Feedback, FeedbackBook, as_csv, read_feedback

SENT: dict[str, Any] = {
    "key": "k1", "rating": "up", "reason": "ตรงคำถาม", "question": "กี่คน", "answer": "50 ล้านคน [1]",
    "citations": [{"release_id": "0123456789abcdef", "start": 1, "end": 3, "quote": "ก"}],
    "history": ["TikTok ลงทุนเท่าไร"], "filters": {"category": "เศรษฐกิจ"},
}  # fmt: skip


def test_an_opinion_is_kept_with_question_answer_and_citations(tmp_path: Path) -> None:
    book = FeedbackBook(tmp_path / "new" / "feedback.sqlite")
    assert book.all() == []
    opinion = read_feedback(SENT)
    assert opinion is not None
    book.keep(opinion)
    (kept,) = FeedbackBook(book.path).all()
    assert (kept.rating, kept.reason, kept.question) == ("up", "ตรงคำถาม", "กี่คน")
    assert '"release_id": "0123456789abcdef"' in kept.citations
    assert (kept.history, kept.filters) == ('["TikTok ลงทุนเท่าไร"]', '{"category": "เศรษฐกิจ"}')
    assert kept.given_at


def earlier_book(path: Path) -> FeedbackBook:
    """A file as it was before opinions were kept with history and filters, with one opinion."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE feedback (key TEXT PRIMARY KEY, given_at TEXT NOT NULL, rating TEXT NOT NULL,"
            " reason TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, citations TEXT NOT NULL)"
        )
        connection.execute("INSERT INTO feedback VALUES ('k0', '2025-01-01', 'down', 'ช้า', 'กี่คน', '[1]', '[]')")
    return FeedbackBook(path)


def test_a_file_of_an_earlier_version_keeps_its_opinions_and_takes_new_ones(tmp_path: Path) -> None:
    book = earlier_book(tmp_path / "feedback.sqlite")
    old = Feedback("k0", "down", "ช้า", "กี่คน", "[1]", "[]", "2025-01-01")
    assert book.all() == [old]
    opinion = read_feedback(SENT)
    assert opinion is not None
    for _ in range(2):
        book.keep(opinion)
    first, second = book.all()
    assert first == old
    assert (second.key, second.history, second.filters) == ("k1", opinion.history, opinion.filters)


def test_a_file_of_an_earlier_version_that_is_only_read_stays_as_it_is(tmp_path: Path) -> None:
    book = earlier_book(tmp_path / "feedback.sqlite")
    before = book.path.read_bytes()
    assert [opinion.key for opinion in book.all()] == ["k0"]
    assert book.path.read_bytes() == before


def test_of_a_long_history_the_latest_questions_are_kept(tmp_path: Path) -> None:
    opinion = read_feedback({**SENT, "history": [3, *(f"{n} {'x' * 3_000}" for n in range(30))]})
    assert opinion is not None
    assert [text.split()[0] for text in json.loads(opinion.history)] == ["24", "25", "26", "27", "28", "29"]
    many = read_feedback({**SENT, "history": [str(n) for n in range(30)]})
    assert many is not None
    assert json.loads(many.history) == [str(n) for n in range(10, 30)]


@pytest.mark.parametrize("content", [b"no database at all, but long enough", b""])
def test_a_damaged_file_is_said_with_what_to_do(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "feedback.sqlite"
    path.write_bytes(content * 50)
    if not content:  # a table of the same name, of something else
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE feedback (key TEXT PRIMARY KEY)")
    opinion = read_feedback(SENT)
    assert opinion is not None
    with pytest.raises(ThalaengError, match="Move it away"):
        FeedbackBook(path).keep(opinion)
    assert main(["feedback", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert f"{path} is damaged" in said and said.count("\n") == 1


def test_a_file_that_somebody_else_writes_to_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "feedback.sqlite"

    def locked(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr("qa.feedback.sqlite3.connect", locked)
    opinion = read_feedback(SENT)
    assert opinion is not None
    with pytest.raises(IndexBusy):
        FeedbackBook(path).keep(opinion)


def test_a_second_word_on_an_answer_replaces_the_first(tmp_path: Path) -> None:
    book = FeedbackBook(tmp_path / "feedback.sqlite")
    for rating in ("up", "down"):
        opinion = read_feedback({**SENT, "rating": rating})
        assert opinion is not None
        book.keep(opinion)
    assert [opinion.rating for opinion in book.all()] == ["down"]


def test_the_oldest_make_room_so_that_the_file_stays_small(tmp_path: Path) -> None:
    book = FeedbackBook(tmp_path / "feedback.sqlite", most_bytes=1_000_000)
    for number in range(400):
        opinion = read_feedback({**SENT, "key": str(number), "answer": "x" * 9_000})
        assert opinion is not None
        book.keep(opinion)
    assert book.path.stat().st_size < 3_000_000
    assert book.all()[-1].key == "399"


@pytest.mark.parametrize(
    "sent",
    [
        None, [], "up", {}, {**SENT, "rating": "sideways"}, {**SENT, "rating": ["up"]}, {**SENT, "key": ""},
        {**SENT, "key": "x" * 65}, {**SENT, "question": 3}, {**SENT, "answer": "x" * 20_001},
        {**SENT, "citations": "x"}, {**SENT, "citations": ["x" * 20_001]},
        {**SENT, "history": "x"}, {**SENT, "filters": []}, {**SENT, "filters": {"category": "x" * 20_001}},
    ],
)  # fmt: skip
def test_what_is_no_opinion_is_not_kept(sent: Any) -> None:
    assert read_feedback(sent) is None


def test_a_broken_character_and_a_long_reason_do_no_harm(tmp_path: Path) -> None:
    opinion = read_feedback({**SENT, "question": "\ud800", "reason": "x" * 5000})
    assert opinion is not None
    assert len(opinion.reason) == 2000
    FeedbackBook(tmp_path / "feedback.sqlite").keep(opinion)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", "|x", "%x"])
def test_no_cell_is_a_formula(text: str) -> None:
    (_, row) = csv.reader(io.StringIO(as_csv([Feedback("k", "up", text, text, "x", "[]", "2026-01-01")]), newline=""))
    assert row[2] == row[3] == f"'{text}"


def test_csv_reads_back_with_line_ends_quotes_and_thai() -> None:
    text = 'ก "ข", ค\nง'
    (head, row) = csv.reader(
        io.StringIO(as_csv([Feedback("k", "down", text, "q", "a", "[]", "2026-01-01")]), newline="")
    )
    assert dict(zip(head, row, strict=True))["reason"] == text


def test_the_command_writes_what_was_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opinion = read_feedback(SENT)
    assert opinion is not None
    FeedbackBook(tmp_path / "feedback.sqlite").keep(opinion)
    assert main(["feedback", "--home", str(tmp_path), "--out", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["rating"], row["reason"], row["question"]) == ("up", "ตรงคำถาม", "กี่คน")
    assert main(["feedback", "--home", str(tmp_path / "empty")]) == 0
    assert capsys.readouterr().out == "given_at,rating,reason,question,answer,citations,history,filters\r\n"
