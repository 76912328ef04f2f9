"""The page of the releases as the browser gets it: what is asked for is read with care, everything shown escaped."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

import pytest

from index.catalogue import Catalogue
from index.errors import IndexDamaged
from qa.ask import Answerer
from qa.shelf import shelf_html
from tests.conftest import NewHome


def titles(html: str) -> list[str]:
    return re.findall(r'<a class="tl-open" href="&#35;release&#45;([0-9a-f]{16})">', html)


def test_all_releases_are_listed_newest_first(answerer: Answerer) -> None:
    stored = list(answerer.library.store.releases())
    html = shelf_html(answerer, {})
    assert titles(html) == [one.id for one in stored]
    assert f"<b>{len(stored)}</b>" in html
    assert "last added" in html
    assert titles(shelf_html(answerer, {"order": "oldest"})) != titles(html)


def test_the_day_of_the_last_adding_is_that_of_the_place(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    overview = replace(answerer.catalogue().overview(), added_at="2025-03-01T20:30:00+00:00")
    monkeypatch.setattr(Catalogue, "overview", lambda catalogue: overview)
    request.addfinalizer(time.tzset)
    for place, day in (("Asia/Bangkok", "2 March 2025"), ("UTC", "1 March 2025")):
        with monkeypatch.context() as there:
            there.setenv("TZ", place)
            time.tzset()
            assert f"last added {day}" in shelf_html(answerer, {})


@pytest.mark.parametrize(
    "wanted",
    [None, [], "x", {"order": "title; DROP TABLE releases", "page": "2", "words": 5}, {"page": -3}, {"page": True}],
)
def test_what_does_not_fit_is_left_out(answerer: Answerer, wanted: Any) -> None:
    assert titles(shelf_html(answerer, wanted)) == titles(shelf_html(answerer, {}))


def test_words_and_filters_narrow_the_list(answerer: Answerer) -> None:
    html = shelf_html(answerer, {"words": "Lumatide", "category": "Energy"})
    assert titles(html)
    assert "จาก 14 ฉบับ" in html
    for wanted in ({"words": "zzzz"}, {"category": "Nonsense"}):
        assert titles(shelf_html(answerer, wanted)) == []
    assert "No releases match" in shelf_html(answerer, {"words": "<script>alert(1)</script>"})


@pytest.mark.parametrize(
    ("typed", "meant"), [("นำ้ท่วม", "น้ำท่วม"), ("น้ําท่วม", "น้ำท่วม"), ("เเผนที่", "แผนที่"), ("พื้นท่ี", "พื้นที่")]
)
def test_words_that_look_the_same_find_the_same(answerer: Answerer, typed: str, meant: str) -> None:
    found = titles(shelf_html(answerer, {"words": meant}))
    assert found and titles(shelf_html(answerer, {"words": typed})) == found


def test_what_was_looked_for_is_marked_in_the_headline_or_in_a_piece_of_the_text(answerer: Answerer) -> None:
    assert "<mark>" not in shelf_html(answerer, {})
    assert "<mark>Lumatide</mark>" in heading(shelf_html(answerer, {"words": "lumatide"}))
    html = shelf_html(answerer, {"words": "hectares"})
    assert titles(html)
    for row in html.split("<li>")[1:]:
        assert re.search("<mark>hectares?</mark>", row), row


def test_a_word_of_the_headline_is_shown_with_the_one_that_the_text_alone_has(answerer: Answerer) -> None:
    stored = next(one for one in answerer.library.store.releases() if "Lumatide" in one.release.title)
    far = next(word for word in reversed(stored.release.text.split()) if word.isalpha() and len(word) > 6)
    html = shelf_html(answerer, {"words": f"Lumatide {far}"})
    assert stored.id in titles(html)
    assert "<mark>Lumatide</mark>" in heading(html)
    assert f"<mark>{far}</mark>" in html


def heading(html: str) -> str:
    return "".join(re.findall("<h3.*?</h3>", html))


def test_a_filter_that_cannot_be_used_is_said_and_escaped(answerer: Answerer) -> None:
    html = shelf_html(answerer, {"date_from": "<img src=x>"})
    assert "must be a date" in html
    assert "<img" not in html


def test_an_empty_index_says_how_to_begin(new_home: NewHome) -> None:
    empty = Answerer(new_home())
    assert "python &#45;m index add" in shelf_html(empty, {})
    on_page = shelf_html(empty, {}, may_add=True)
    assert "Add releases" in on_page and "เพิ่มข่าว" in on_page
    assert "python" not in on_page


def test_an_index_that_cannot_be_read_is_not_called_empty(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Catalogue:
        raise IndexDamaged("/home/somebody/thalaeng/releases.sqlite is damaged. Run: python -m index verify")

    monkeypatch.setattr(answerer, "catalogue", broken)
    html = shelf_html(answerer, {})
    assert "verify" in html
    assert "index add" not in html
    assert "somebody" not in html


def test_pages_are_turned_by_buttons(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.shelf._PER_PAGE", 5)
    first, last = (shelf_html(answerer, {"page": page}) for page in (1, 3))
    assert len(titles(first)) == 5
    assert len(titles(last)) == 4
    assert "Page 1 of 3" in first
    assert 'data-page="0" disabled' in first
    assert 'data-page="2"' in first
    assert 'data-page="4" disabled' in last


def test_past_the_end_of_a_list_that_has_become_shorter_is_its_last_page(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.shelf._PER_PAGE", 5)
    last = shelf_html(answerer, {"page": 3})
    assert "Page 3 of 3" in last
    assert [shelf_html(answerer, {"page": past}) for past in (4, 10**30)] == [last, last]
    assert "No releases match" in shelf_html(answerer, {"page": 4, "words": "zzzz"})
