"""Numbers, dates and times are compared as values, across both languages."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pythainlp.util import num_to_thaiword

from index.dates import ENGLISH_MONTHS, THAI_MONTHS
from index.language import detect_language
from qa.values import Values, lacking, values_of

CARRIED = [
    ("12 billion baht", "งบ 1.2 หมื่นล้านบาท"),
    ("It costs $3.5 billion.", "มูลค่า 3,500 ล้านดอลลาร์สหรัฐ"),
    ("On 27 February 2025 three people met at 9 p.m.", "วันที่ ๒๗ ก.พ. ๖๘ มีผู้ประชุมสามคน เวลา 21.00 น."),
    ("It opens at 21:00.", "เปิดเวลา 21.00 น."),
    ("The 2025 budget rose 5 per cent.", "งบปี 2568 เพิ่มขึ้นร้อยละ 5"),
    ("In the fiscal year 2026", "ปีงบประมาณ พ.ศ. 2569"),
    ("It began in April 2025.", "เริ่ม 1 เม.ย. 2568"),
    ("Twenty-five projects begin in May.", "25 โครงการ เริ่มเดือนพฤษภาคม"),
    ("งบสองพันห้าร้อยบาท", "2,500 baht"),
    ("สิบสองจังหวัด", "12 provinces"),
    ("3–5 May 2025, 2 to 3 million baht", "3-5 พฤษภาคม 2568 วงเงิน 2-3 ล้านบาท"),
    ("The line is 17.2 km long.", "ระยะทาง 17.2 กิโลเมตร"),
    ("one of the largest", "แห่งหนึ่ง"),
    ("COVID-19", "โควิด-19"),
    ("ปี 2567", "in 2024"),
    ("on 2 and 3 August 2025", "2-3 สิงหาคม 2568"),
    ("at 13.30", "เวลา 13.30 น."),
    ("the second leading cause", "สาเหตุอันดับที่ 2"),
    ("The economy shrank by 6.1% in 2020.", "เศรษฐกิจไทยปี 2563 ขยายตัว -6.1%"),
    ("growth of -6.1%", "ขยายตัวร้อยละ -6.1"),
    ("Costs of 5-7%", "ค่าใช้จ่าย 5-7%"),
    ("from January to March 2025 at 1530hrs", "ม.ค.-มี.ค. 68 เวลา 15.30 น."),
    ("in March 2025", "เดือนมกราคมถึงมีนาคม 2568"),
    ("on Friday", "ทุกวันจันทร์-ศุกร์"),
    ("over 20 million people", "20 กว่าล้านคน"),
    ("จังหวัดร้อยเอ็ด", "Roi Et Province"),
    ("two or three days", "2 ถึง 3 วัน"),
    ("phase 2 and the third country", "ระยะที่สอง ประเทศที่สาม"),
    ("the 2024/25 season", "ฤดู 2567-68"),
    ("six schools and ten people", "หกโรงเรียน สิบคน"),
    ("หกโรงเรียน", "6 schools"),
    ("a dozen people in three dozen boats", "12 คน เรือ 36 ลำ"),
    ("half a dozen people", "6 คน"),
    ("5,000 kg of rice", "ข้าว 5 ตัน"),
    ("2.5 km", "ระยะทาง 2,500 เมตร"),
]
LACKING = [
    ("It costs 12 million baht.", "งบ 1.2 หมื่นล้านบาท", "12000000"),
    ("3.5 million views", "3.5 พันล้านวิว", "3500000"),
    ("on 28 February 2025", "วันที่ 27 กุมภาพันธ์ 2568", "2025-02-28"),
    ("on 27 February 2024", "วันที่ 27 กุมภาพันธ์ 2568", "2024-02-27"),
    ("on 27 March 2025", "วันที่ 27 กุมภาพันธ์ 2568", "2025-03-27"),
    ("on 27 February 2025", "กุมภาพันธ์ 2568", "2025-02-27"),
    ("on Monday", "วันศุกร์", "Monday"),
    ("5 months", "5 ปี", "5"),
    ("5 per cent", "5 ล้านบาท", "5"),
    ("412 million euros", "412 million dollars", "412000000"),
    ("four people", "สามคน", "4"),
    ("in April 2025", "เดือนมกราคมถึงมีนาคม 2568", "2025-04"),
    ("สี่คน", "three people", "4"),
    ("It opens at 9 a.m.", "เปิดเวลา 21.00 น.", "09:00"),
    ("27 people", "on 27 February 2025", "27"),
    ("between July and December", "ระหว่างสิงหาคมถึงธันวาคม", "07"),
    ("on 2 and 4 August", "2-3 สิงหาคม", "08-04"),
    ("ปี 2568", "2,568 baht", "2025"),
    ("The economy grew by 6.1% in 2020.", "เศรษฐกิจไทยปี 2563 ขยายตัว -6.1%", "6.1"),
    ("growth of -6.1%", "ขยายตัวร้อยละ 6.1", "-6.1"),
    ("หกโรงเรียน", "5 schools", "6"),
    ("สิบคน", "11 people", "10"),
    ("ระยะที่สอง", "phase 3", "2"),
    ("the 2024/25 season", "ฤดู 2568-69", "2024"),
    ("2024-30 people", "2024-31 people", "30"),
    ("six people", "สิบเอกทำน้ำหก 5 ถัง", "6"),
    ("a dozen people", "10 คน", "12"),
    ("5,000 kg of rice", "ข้าว 5 กิโลเมตร", "5000"),
    ("5 kg of rice", "ข้าว 5 ตัน", "5"),
]


@pytest.mark.parametrize(("said", "source"), CARRIED)
def test_the_same_value_is_carried_however_it_is_said(said: str, source: str) -> None:
    assert [*lacking(_values(said), _values(source))] == []


@pytest.mark.parametrize(("said", "source", "what"), LACKING)
def test_another_value_is_lacking(said: str, source: str, what: str) -> None:
    assert [*lacking(_values(said), _values(source))] == [what]


@given(st.integers(11, 10**9))
@example(21)
@example(40)
@example(250)
@example(121_000_000)
def test_a_number_in_thai_words_is_the_same_in_figures(number: int) -> None:
    numbers = values_of(f"มีเรือ {num_to_thaiword(number)} ลำ", "th").numbers
    assert [said.value for said in numbers] == [number]


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2050, 12, 31)))
def test_a_date_is_the_same_in_both_languages_and_no_other(date: dt.date) -> None:
    thai = f"เมื่อวันที่ {date.day} {THAI_MONTHS[date.month - 1]} {date.year + 543} ที่ประชุม"
    after = date + dt.timedelta(1)
    english = f"It met on {date.day} {ENGLISH_MONTHS[date.month - 1]} {date.year}."
    other = f"It met on {after.day} {ENGLISH_MONTHS[after.month - 1]} {after.year}."
    assert [*lacking(_values(english), _values(thai))] == []
    assert [*lacking(_values(thai), _values(english))] == []
    assert [*lacking(_values(other), _values(thai))] == [after.isoformat()]


@given(st.integers(0, 9_999_999), st.integers(0, 9_999_999))
def test_a_number_is_the_same_with_and_without_separators_and_no_other(number: int, other: int) -> None:
    said, source = _values(f"มีผู้เดินทาง {number:,} คน"), _values(f"There were {number} people.")
    assert [*lacking(said, source)] == []
    found = [*lacking(said, _values(f"There were {other:,} people."))]
    assert found == ([] if number == other else [str(number)])


@given(st.text(max_size=60), st.sampled_from(["th", "en"]))
def test_any_text_has_values_and_carries_its_own(text: str, language: str) -> None:
    values = values_of(text, "th" if language == "th" else "en")
    assert [*lacking(values, values)] == []


def _values(text: str) -> Values:
    return values_of(text, detect_language(text))


@pytest.mark.parametrize("text", ["the ſecond bridge", "ſix bridges", "3 mıllion baht", "the fıfth and the sıxth"])
def test_number_words_in_letters_of_other_alphabets_are_none(text: str) -> None:
    plain = {number.value for number in values_of(text, "en").numbers}
    assert plain <= {3}
