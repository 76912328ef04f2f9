"""What is said of a file that was handed in."""

from __future__ import annotations

import pytest

from index.apart import Sighting
from index.readers import Skipped
from qa.adding_view import file_html, summary_html
from qa.visit import HandedIn, Run
from tests.test_cards import Reader


@pytest.mark.parametrize(
    ("bad", "english", "thai"),
    [
        (1, "1 more row skipped", "ข้ามอีก 1 แถว"),
        (2, "2 more rows skipped", "ข้ามอีก 2 แถว"),
        (1200, "1,200 more rows", "1,200 แถว"),
    ],
)
def test_rows_that_are_not_listed_are_counted(bad: int, english: str, thai: str) -> None:
    html = file_html(HandedIn("key", "rows.jsonl", 9, sighting=Sighting((), 0, bad=bad)))
    assert english in Reader(html, "en").text("p")
    assert thai in Reader(html, "th").text("p")


def test_what_is_left_out_is_counted_with_a_word_for_files_and_rows() -> None:
    counts = {"added": 1, "updated": 0, "unchanged": 0, "duplicates": 0}
    run = Run((), (HandedIn("key", "a.exe", 9, reason="is empty"),), counts=counts, skipped=[Skipped("b.csv:3", "no")])
    assert Reader(summary_html(run), "th").text("tl-counts") == "เพิ่มใหม่ 1 ฉบับ · ข้าม 2 รายการ"
    assert Reader(summary_html(run), "en").text("tl-counts") == "1 added · 2 skipped"
