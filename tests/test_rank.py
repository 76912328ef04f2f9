"""What a release's date is worth for the days that a question names."""

from __future__ import annotations

import datetime as dt

import pytest

from qa.rank import date_fit
from qa.when import find_days

TODAY = dt.date(2025, 3, 12)


def fit(words: str, date: str) -> float:
    (days,) = find_days(words, TODAY)
    return date_fit(dt.date.fromisoformat(date), days)


@pytest.mark.parametrize("words", ["19 April 2022", "April 2022", "Q2/2022", "ครึ่งแรกปี 65", "2022", "ปีงบ 65"])
def test_a_release_of_the_days_named_fits_whatever_they_are(words: str) -> None:
    assert fit(words, "2022-04-19") == 1


@pytest.mark.parametrize("words", ["April 2022", "Q2/2022", "2022"])
def test_the_farther_a_release_is_the_less_it_fits(words: str) -> None:
    after = [fit(words, date) for date in ("2023-01-01", "2023-02-01", "2023-06-01")]
    before = [fit(words, date) for date in ("2021-12-31", "2021-12-20", "2021-11-01")]
    assert after == sorted(after, reverse=True)
    assert before == sorted(before, reverse=True)
    assert 0 <= min(before + after) <= max(before + after) < 1


def test_the_figures_of_a_quarter_come_out_in_the_next_one() -> None:
    assert fit("growth in Q1 2023", "2023-05-15") > 0.5  # 45 days after it
    assert fit("news of March 2023", "2023-05-15") < 0.2
    assert fit("growth in Q1 2023", "2022-11-15") < 0.001  # and none before it
