"""What is said of a file that was handed in."""

from __future__ import annotations

import pytest

from index.apart import Sighting
from qa.adding_view import file_html
from qa.visit import HandedIn
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
