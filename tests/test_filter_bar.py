"""What can be chosen on the page, and the chips over an answer."""

from __future__ import annotations

import datetime as dt

import pytest

from index.catalogue import Overview
from index.selection import Selection
from qa.answer import Answer
from qa.chips import scope_html
from qa.filter_bar import choices, stretches
from qa.filters import NO_FILTERS, Filters
from qa.stretch import Days
from qa.when import find_days

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("newest", "counted_from"),
    [
        (None, TODAY),
        (TODAY, TODAY),
        (TODAY - dt.timedelta(30), TODAY),
        (TODAY - dt.timedelta(31), TODAY - dt.timedelta(31)),
        (dt.date(2025, 9, 7), dt.date(2025, 9, 7)),
        (TODAY + dt.timedelta(5), TODAY),
    ],
)
def test_days_are_counted_from_today_or_from_the_newest_release_where_that_is_long_ago(
    newest: dt.date | None, counted_from: dt.date
) -> None:
    day, counted = stretches(TODAY, newest)
    assert day == counted_from
    week, month, this_month, this_year, last_year = counted
    assert (week.last, (week.last - week.first).days) == (day, 6)
    assert (month.last, (month.last - month.first).days) == (day, 29)
    assert this_month.first.day == 1
    assert (this_month.last + dt.timedelta(1)).day == 1
    assert (this_year.first.year, this_year.last.month) == (day.year, 12)
    assert last_year.last + dt.timedelta(1) == this_year.first


def test_the_page_is_told_what_there_is_to_choose() -> None:
    overview = Overview(3, "2024-01-01", "2025-09-07", "", (("Energy", 2),), (), (("en", 3),))
    offered = choices(overview, TODAY)
    assert offered["categories"] == (("Energy", 2),)
    assert offered["stretches"][0] == {
        "th": "7 วันล่าสุด", "en": "Last 7 days", "first": "2025-09-01", "last": "2025-09-07",
    }  # fmt: skip
    assert "7 กันยายน 2568" in offered["counted"]
    assert "7 September 2025" in offered["counted"]
    assert choices(overview, dt.date(2025, 9, 7))["counted"] == ""


def answer(filters: Filters = NO_FILTERS, *days: Days) -> Answer:
    return Answer("?", "en", "", True, days=days, filters=filters)


def test_an_answer_asked_of_everything_has_no_chip() -> None:
    assert scope_html(answer()) == ""
    ordered = scope_html(answer(Filters(newest_first=True)))
    assert "Newest first" in ordered and "Searched only" not in ordered, "an order leaves nothing out"


@pytest.mark.parametrize(
    ("first", "last", "th", "en"),
    [
        (dt.date(2025, 2, 1), dt.date(2025, 2, 28), "2568 – 28 กุมภาพันธ์ 2568", "1 February 2025 – 28 February 2025"),
        (dt.date(2025, 2, 1), dt.date(2025, 2, 1), "1 กุมภาพันธ์ 2568", "1 February 2025"),
        (dt.date(2025, 2, 1), None, "ตั้งแต่ 1 กุมภาพันธ์ 2568", "from 1 February 2025"),
        (None, dt.date(2025, 2, 28), "ถึง 28 กุมภาพันธ์ 2568", "until 28 February 2025"),
    ],
)  # fmt: skip
def test_days_are_said_in_the_era_of_each_language(
    first: dt.date | None, last: dt.date | None, th: str, en: str
) -> None:
    html = scope_html(answer(Filters(Selection(first, last))))
    assert th in html
    assert en in html
    if first and last:
        named = scope_html(answer(NO_FILTERS, Days(first, last, "")))
        assert th in named
        target = f"days-{first}-{last}".replace("-", "&#45;")
        assert f'href="&#35;{target}"' in named


def test_all_days_before_others_have_no_first_one() -> None:
    (days,) = find_days("the releases before 2 March 2024", dt.date(2025, 3, 12), of_releases=True)
    named = scope_html(answer(NO_FILTERS, days))
    assert ">until 1 March 2024<" in named
    assert ">ถึง 1 มีนาคม 2567<" in named


def test_the_year_of_a_day_that_is_named_is_no_chip_of_its_own() -> None:
    day = Days(dt.date(2025, 2, 1), dt.date(2025, 2, 1), "1 February")
    year, other = (Days(dt.date(of, 1, 1), dt.date(of, 12, 31), str(of)) for of in (2025, 2021))
    assert scope_html(answer(NO_FILTERS, day, year)) == scope_html(answer(NO_FILTERS, day))
    assert scope_html(answer(NO_FILTERS, day, other)).count("tl-chip") == 2


def test_filters_that_were_set_are_named_and_escaped() -> None:
    filters = Filters(Selection(category="<b>Energy</b>", publisher="*Lumatide*", language="th"), True)
    html = scope_html(answer(filters))
    assert "<b>" not in html
    assert "*" not in html
    assert "Energy" in html
    assert "Thai releases" in html
    assert "Newest first" in html
