"""Opinions on answers: kept, replaced, bounded, and written as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from qa.__main__ import main
from qa.feedback import Feedback, FeedbackBook, as_csv, read_feedback

SENT: dict[str, Any] = {
    "key": "k1", "rating": "up", "reason": "ตรงคำถาม", "question": "กี่คน", "answer": "50 ล้านคน [1]",
    "citations": [{"release_id": "0123456789abcdef", "start": 1, "end": 3, "quote": "ก"}],
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
    assert kept.given_at


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
    assert capsys.readouterr().out == "given_at,rating,reason,question,answer,citations\r\n"
