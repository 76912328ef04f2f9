"""The whole release beside the chat: its quotes marked, all of it text."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from index.errors import IndexDamaged
from index.release import Language, Release
from index.store import StoredRelease
from qa.event_log import JsonLines
from qa.source_view import Place, open_release, source_html
from tests.test_cards import HOSTILE, QUOTE, START, TEXT, Reader

ID = "0123456789abcdef"
RELEASE = Release(
    "เปิดสะพานบัวทอง", TEXT, "https://www.example.go.th/news/1?a=1&b=2", dt.date(2025, 2, 27), "คมนาคม",
    publisher="จังหวัดบัวทอง",
)  # fmt: skip
PLACE = Place(1, START, START + len(QUOTE))


class Shelf:
    def release(self, release_id: str) -> StoredRelease | None:
        return StoredRelease(ID, RELEASE, "") if release_id == ID else None


class BrokenShelf:
    def release(self, release_id: str) -> StoredRelease | None:
        raise IndexDamaged("/home/somebody/news is damaged")


def shown(release: Release, *places: Place) -> Reader:
    return Reader(source_html(StoredRelease(ID, release, ""), places), "th")


def test_the_release_is_whole_and_the_quote_marked() -> None:
    page = shown(RELEASE, PLACE)
    assert page.text("tl-release") == TEXT
    assert page.text("mark") == QUOTE
    assert page.having("mark") == [{"id": "tl-quote-1"}]
    assert page.text("tl-headline") == RELEASE.title
    assert page.text("tl-about") == "27 กุมภาพันธ์ 2568 · คมนาคม · จังหวัดบัวทอง"
    assert [link["href"] for link in page.links] == [RELEASE.url]


def test_quotes_that_overlap_or_lie_outside_lose_no_letter() -> None:
    places = (Place(1, 3, 12), Place(2, 8, 20), Place(3, 9, 11), Place(4, -5, 2), Place(5, len(TEXT), len(TEXT) + 9))
    page = shown(RELEASE, *places)
    assert page.text("tl-release") == TEXT
    assert [mark["id"] for mark in page.having("mark")] == ["tl-quote-4", "tl-quote-1", "tl-quote-2"]
    assert page.text("mark") == TEXT[0:2] + TEXT[3:20]


def test_nothing_of_a_release_is_markup() -> None:
    hostile = Release(
        HOSTILE, f"a {HOSTILE} \x1b[31m", HOSTILE, None, HOSTILE, publisher=f"{HOSTILE}!", kind="brief",
        other_urls=(HOSTILE,),
    )  # fmt: skip
    page = shown(hostile, Place(1, 2, 2 + len(HOSTILE)))
    assert {tag for tag, _ in page.elements} == {"article", "h3", "p", "span", "div", "mark", "button"}
    assert page.text("mark") == HOSTILE
    assert "\x1b" not in page.text("tl-release")


@pytest.mark.parametrize(
    ("language", "quoted", "alone"),
    [
        ("th", "ข้อความที่ยกมาเป็นของบทสรุป", "ข้อความนี้เป็นบทสรุป"),
        ("en", "The quote is from a brief", "This is a brief"),
    ],
)
@pytest.mark.parametrize("url", [RELEASE.url, ""])
def test_a_brief_opened_without_a_quote_speaks_of_none(language: Language, quoted: str, alone: str, url: str) -> None:
    stored = StoredRelease(ID, replace(RELEASE, kind="brief", url=url), "")
    with_quote = Reader(source_html(stored, [PLACE]), language).text("tl-about")
    # A release of the list, and a place that the text does not have.
    for places in ((), (Place(0, 0, 0),), (Place(1, len(TEXT), len(TEXT) + 9),)):
        without = Reader(source_html(stored, places), language).text("tl-about")
        assert alone in without and quoted not in without
    assert quoted in with_quote and alone not in with_quote


@pytest.mark.parametrize(
    "wanted",
    [None, 3, "x", [], {}, {"release": 7}, {"release": "../../etc/passwd"}, {"release": "f" * 16}, {"release": [ID]}],
)
def test_what_is_no_release_gets_a_word(wanted: Any) -> None:
    assert "no longer in the index" in Reader(open_release(Shelf(), wanted)).text("tl-notice")


def test_an_index_that_cannot_be_read_is_said_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    source = open_release(BrokenShelf(), {"release": ID})
    said = Reader(source).text("tl-notice")
    assert "is damaged" in said and "no longer in the index" not in said
    assert "somebody" not in source
    (record,) = caplog.records
    assert json.loads(JsonLines().format(record)).items() >= {"event": "error", "error": "IndexDamaged"}.items()


_BEFORE = "ข่าวฉบับแก้ไข\n"


@pytest.mark.parametrize(
    ("now", "quote", "marked", "at"),
    [
        (TEXT, QUOTE, QUOTE, START),
        (TEXT, f" {QUOTE}\n", QUOTE, START),
        (_BEFORE + TEXT, QUOTE, QUOTE, START + len(_BEFORE)),
        # The nearest to where it stood, though it stands elsewhere too.
        (f"{QUOTE} {' ' * 900}{TEXT}", QUOTE, QUOTE, 0),
        (TEXT.replace(QUOTE, f"x{QUOTE}").replace(" ", "\n"), QUOTE, QUOTE.replace(" ", "\n"), START + 1),
        (TEXT.replace(QUOTE, "x" * len(QUOTE)), QUOTE, "", None),
        ("", QUOTE, "", None),
        (TEXT, "(.*)", "", None),
    ],
)
def test_a_quote_is_marked_where_it_stands_now_and_nothing_else_is(
    now: str, quote: str, marked: str, at: int | None
) -> None:
    class Changed(Shelf):
        def release(self, release_id: str) -> StoredRelease | None:
            return StoredRelease(ID, replace(RELEASE, text=now), "")

    html = open_release(Changed(), {"release": ID, "quotes": [[1, PLACE.start, PLACE.end, quote]]})
    page = Reader(html, "th")
    assert page.text("tl-release") == now
    assert page.text("mark") == marked
    if at is None:
        assert "ข่าวนี้ถูกแก้ไข" in page.text("tl-notice")
        assert "has changed since" in Reader(html, "en").text("tl-notice")
    else:
        assert page.text("tl-notice") == ""
        assert Reader(html.split("<mark")[0], "th").text("tl-release") == now[:at]


@pytest.mark.parametrize(
    "quotes",
    [None, 5, [[1, 2]], [["1", 0, 3, "x"]], [[True, 0, 3, "x"]], [[1, 0.0, 3, "x"]], ["abc"], [[1, 0, 3]],
     [[1, 0, 3, None]], [[1, 0, 3, " "]]],
)  # fmt: skip
def test_quotes_of_another_form_are_left_out(quotes: Any) -> None:
    page = Reader(open_release(Shelf(), {"release": ID, "quotes": quotes}), "th")
    assert page.text("tl-release") == TEXT
    assert not page.having("mark")
