"""Dates are read in every form that releases use, and nothing else is taken for one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import date_in, english_date, find_date, only_date, own_date, parse_date, thai_date

DAY = dt.date(2025, 2, 27)


@pytest.mark.parametrize(
    "text",
    [
        "วันพฤหัสบดีที่ 27 กุมภาพันธ์ 2568",
        "วันพฤหัสบดี ที่ ๒๗ กุมภาพันธ์ พ.ศ. ๒๕๖๘",
        "วันที่ 27 เดือนกุมภาพันธ์ พ.ศ. 2568",
        "27 กุมภาพันธ์ ค.ศ. 2025",
        "27กุมภาพันธ์2568",
        "27\u00a0กุมภาพันธ์\u200b 2568",
        "27 ก.พ. 68",
        "27 ก.พ.68",
        "27 ก. พ. 2568",
        "๒๗ ก.พ. ๖๘",
        "27 กุมภาพันธ์ พุทธศักราช 2568",
        "27 กุมภาพันธ์ ปี 2568",
        "27 กุมภาพันธ์ ปี พ.ศ. 2568",
        "27 ก.พ. '68",
        "27 ก.พ. ’68",
        "27/02/2568",
        "27/2/2025",
        "27-02-2568",
        "27.02.2025",
        "2025-02-27",
        "2568-02-27",
        "2025/02/27",
        "2025-02-27T23:30:00+07:00",
        "27 February 2025",
        "27th of February, 2025",
        "27 FEB 2025",
        "27-Feb-2025",
        "Feb. 27, 2025",
        "February 27th 2025",
        "Thursday, February 27, 2025",
        "Thu, 27 Feb 2025 10:00:00 GMT",
        "February 27, 2568",
        "27 February B.E. 2568",
        "February 27, BE 2568 (2025)",
        "February 27-28, 2025",
        "February 27th – 28th, 2025",
    ],
)
def test_every_form_of_a_date_is_read(text: str) -> None:
    assert find_date(text) == DAY
    assert find_date(f"นัดหมาย {text} ที่บ้าน") == DAY
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "27",
        "กุมภาพันธ์ 2568",
        "February 2025",
        "31 กุมภาพันธ์ 2568",
        "00/02/2568",
        "27/13/2568",
        "27/02/68",
        "1/2/25",
        "27 Feb 25",
        "27 ก.พ. 13.30 น.",
        "27 ก.พ. 10 จังหวัด",
        "27 ก.พ. 68%",
        "3 พ.ค. 50 ราย",
        "3 พ.ค. 50ราย",
        "3 พ.ค. 60 ล้านคน",
        "25 ธ.ค. 99 บาท",
        "25 ธ.ค. 99",
        "โทร. 0-2345-6789",
        "227/02/2568",
        "2025-02-271",
        "Maybe 5, 2025",
        "27 กุมภาพันธ์ 9999",
        "27 กุมภาพันธ์ 0001",
    ],
)
def test_what_is_no_certain_date_is_passed_over(text: str) -> None:
    assert find_date(text) is None


@pytest.mark.parametrize("after", ["รายงานข่าว", "จังหวัดน่าน", "คนไทย", "ครั้งที่ 2", "โครงการใหม่", "\nล้านคน", "พันเอก"])
def test_a_word_that_only_begins_as_one_for_what_is_counted_leaves_the_year(after: str) -> None:
    assert find_date(f"27 ก.พ. 68 {after}") == DAY


def test_the_first_valid_date_is_taken() -> None:
    assert find_date("ราว 31 ก.พ. 2568 หรือ 1 มี.ค. 2568 หรือ 2 มี.ค. 2568") == dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "ตามมติเมื่อวันที่ 5 ม.ค. 2560 วันนี้ (27 กุมภาพันธ์ 2568) เปิดท่าเรือ",
        "จากแผนปี 5 ม.ค. 2560 และวันนี้ (วันพฤหัสบดีที่ ๒๗ ก.พ. ๖๘) เวลา 9.00 น.",
        "Planned on 5 January 2017, the pier was opened today (27 February 2025, 9 a.m.).",
        "วันนี้ (เวลา 9.00 น.) เปิดท่าเรือ 27 ก.พ. 2568 ตามแผนของ 5 ม.ค. 2560",
        "27 ก.พ. 2568 เปิดท่าเรือ",
    ],
)
def test_a_text_was_written_on_the_day_that_it_calls_today(text: str) -> None:
    assert own_date(text) == DAY


def test_a_text_without_dates_was_written_on_no_day() -> None:
    assert own_date("วันนี้ (ที่ท่าเรือ) ไม่มีกำหนด") is None


@pytest.mark.parametrize("month", range(1, 13))
def test_each_month_is_told_apart_in_both_languages(month: int) -> None:
    date = dt.date(2024, month, 9)
    assert find_date(thai_date(date)) == date
    assert find_date(english_date(date)) == date
    assert find_date(date.strftime("%b. %d, %Y")) == date


def test_the_short_thai_months_are_told_apart() -> None:
    short = ["ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."]
    assert [find_date(f"5 {name} 66") for name in short] == [dt.date(2023, month, 5) for month in range(1, 13)]


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("วันพฤหัสบดีที่ 27 กุมภาพันธ์ 2568", DAY),
        ("  27/02/2568 ", DAY),
        ("Thursday, 27 February 2025", DAY),
        ("วันที่ 27 กุมภาพันธ์ 2568", DAY),
        ("วันที่ 27 กุมภาพันธ์ 2568 มีพิธี", None),
        ("กรม 27 กุมภาพันธ์ 2568", None),
        ("วันที่", None),
        ("", None),
    ],
)
def test_a_line_is_a_date_line_only_if_it_holds_nothing_else(line: str, date: dt.date | None) -> None:
    assert only_date(line) == date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (DAY, DAY),
        (dt.datetime(2025, 2, 27, 23, 59), DAY),
        (dt.datetime(2025, 2, 26, 17, 0, tzinfo=dt.UTC), DAY),
        (dt.datetime(2025, 2, 27, 16, 59, tzinfo=dt.UTC), DAY),
        (dt.datetime(2025, 2, 27, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=7))), DAY),
        (dt.datetime(1, 1, 1, tzinfo=dt.UTC), None),
        (dt.datetime.max.replace(tzinfo=dt.UTC), None),
        ("2025-02-26T17:00:00Z", DAY),
        ("2025-02-26 23:30:00.000 UTC", DAY),
        ("2025-02-26T23:30:00+00:00", DAY),
        ("2568-02-26T23:30+0000", DAY),
        ("2025-02-27T16:59:59Z", DAY),
        ("2025-02-27T23:30:00+07:00", DAY),
        ("2025-02-27T23:30:00", DAY),
        (dt.date(2568, 2, 27), DAY),
        ("20250227", DAY),
        (20250227, DAY),
        (" 2025-02-27 ", DAY),
        ("27-Feb-25", DAY),
        ("27 Feb. 25 10:30", DAY),
        ("27-Feb-68", DAY),
        ("27-ก.พ.-68", DAY),
        ("27-ก.พ.-2568", DAY),
        ("๒๗/๒/๖๘", DAY),
        ("27/2/68 10:30", DAY),
        ("2/27/2025", DAY),
        ("02/27/2568 10:30", DAY),
        ("27/2/25", None),
        ("27-ก.พ.-25", None),
        ("13/27/2025", None),
        ("0/0/68", None),
        ("room 27/2/68", None),
        (None, None),
        (True, None),
        (2568, None),
        ([], None),
        ("soon", None),
    ],
)
def test_metadata_values_of_any_type_are_read(value: object, date: dt.date | None) -> None:
    assert parse_date(value) == date


def test_dates_are_written_as_prose_has_them() -> None:
    assert thai_date(DAY) == "27 กุมภาพันธ์ 2568"
    assert english_date(DAY) == "27 February 2025"
    assert (date_in(DAY, "th"), date_in(DAY, "en")) == (thai_date(DAY), english_date(DAY))


@settings(max_examples=60)
@given(st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2150, 12, 31)))
def test_what_is_written_is_read_back(date: dt.date) -> None:
    assert only_date(thai_date(date)) == date
    assert only_date(english_date(date)) == date
    assert parse_date(date.isoformat()) == date


@settings(max_examples=60)
@given(st.text(alphabet="0123456789๑๒/-. ,กพมคย.FebMayth\n", max_size=80))
def test_no_text_makes_it_fail(text: str) -> None:
    assert find_date(text) is None or isinstance(find_date(text), dt.date)


@pytest.mark.parametrize("piece", ["1 ", "12/", "27 ก.พ. ", "May ", "1-", " ", "วันที่ "])
def test_a_long_text_without_a_date_is_looked_through_in_linear_time(piece: str) -> None:
    # With the square of its length this would take hours, and the limit on the time of a test ends it.
    assert find_date(piece * 200_000) is None


@pytest.mark.parametrize("text", ["3 Auguſt 2024", "3 Aprıl 2024", "ſept 3, 2024", "3 APRİL 2024"])
def test_a_month_in_letters_of_other_alphabets_is_none(text: str) -> None:
    assert find_date(text) is None
