"""Which days a question is about."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.stretch import Days, without_days
from qa.when import find_days, wants_latest

TODAY = dt.date(2025, 3, 12)  # a Wednesday

CASES = [
    ("Who visited on 19 April 2022?", "2022-04-19", "2022-04-19"),
    ("What happened on March 3, 2024?", "2024-03-03", "2024-03-03"),
    ("วันที่ 27 ก.พ. 68 ใครมาพบรองนายกฯ", "2025-02-27", "2025-02-27"),
    ("๒๗ กุมภาพันธ์ ๒๕๖๘ มีอะไร", "2025-02-27", "2025-02-27"),
    ("Who won in April 2025?", "2025-04-01", "2025-04-30"),
    ("ข่าวของกระทรวงเดือนมีนาคม 2567", "2024-03-01", "2024-03-31"),
    ("ตุลาคม 2020 ใครสั่ง", "2020-10-01", "2020-10-31"),
    ("ม.ค. 65 คน กทม. ไปไหน", "2022-01-01", "2022-01-31"),
    ("กุมภาพันธ์ พุทธศักราช 2568", "2025-02-01", "2025-02-28"),
    ("เม.ย. 68 มีงานอะไร", "2025-04-01", "2025-04-30"),
    ("in mid-October 2020", "2020-10-08", "2020-10-23"),
    ("in early March 2024", "2024-03-01", "2024-03-13"),
    ("at the end of July 2025", "2025-07-19", "2025-07-31"),
    ("ปลายเดือนกรกฎาคม 2568", "2025-07-19", "2025-07-31"),
    ("ต้น มี.ค. 2567", "2024-03-01", "2024-03-13"),
    ("floods of late 2024", "2024-08-07", "2024-12-31"),
    ("How many in 2024?", "2024-01-01", "2024-12-31"),
    ("ปี 2567 ทั้งปี", "2024-01-01", "2024-12-31"),
    ("ปี 65 กรมชลฯ", "2022-01-01", "2022-12-31"),
    ("สมัครสอบ ก.พ. ปี 68 วันไหน", "2025-01-01", "2025-12-31"),
    ("เลขาธิการ ก.พ. แถลง 5 ก.พ. 68", "2025-02-05", "2025-02-05"),
    ("หน้าแล้งปี 65/66", "2022-01-01", "2023-12-31"),
    ("the 2022/23 dry season", "2022-01-01", "2023-12-31"),
    ("the 2009-10 season", "2009-01-01", "2010-12-31"),
    ("releases of 2025-02", "2025-02-01", "2025-02-28"),
    ("ข่าวของ 2568-02", "2025-02-01", "2025-02-28"),
    ("ครบ 60 ปี พ.ศ. 2567", "2024-01-01", "2024-12-31"),
    ("ประชุมครั้งที่ 2 ปี 64 มีใครบ้าง", "2021-01-01", "2021-12-31"),
    ("รอบ 3 ปี 63 คนไทยได้กี่บาท", "2020-01-01", "2020-12-31"),
    ("ไตรมาสแรกปี 66 กำไรเท่าไร", "2023-01-01", "2023-03-31"),
    ("ไตรมาสที่ 2 ของปี 2565", "2022-04-01", "2022-06-30"),
    ("จีดีพี Q3/67", "2024-07-01", "2024-09-30"),
    ("ไตรมาส 4/2564", "2021-10-01", "2021-12-31"),
    ("ไตรมาสสุดท้าย พ.ศ. 2565", "2022-10-01", "2022-12-31"),
    ("the last quarter of 2022", "2022-10-01", "2022-12-31"),
    ("third-quarter 2024 growth", "2024-07-01", "2024-09-30"),
    ("the Q1 2023 report", "2023-01-01", "2023-03-31"),
    ("ครึ่งปีแรก 2567", "2024-01-01", "2024-06-30"),
    ("ครึ่งหลังของปี 2566", "2023-07-01", "2023-12-31"),
    ("in the first half of 2020", "2020-01-01", "2020-06-30"),
    ("sales of H2 2021", "2021-07-01", "2021-12-31"),
    ("ไตรมาสแรกปีงบ 67", "2023-10-01", "2023-12-31"),
    ("the third quarter of fiscal 2025", "2025-04-01", "2025-06-30"),
    ("ครึ่งแรกปีงบประมาณ ๒๕๖๘", "2024-10-01", "2025-03-31"),
    ("ไตรมาสแรกของปีนี้", "2025-01-01", "2025-03-31"),
    ("ครึ่งหลังของปีที่แล้ว", "2024-07-01", "2024-12-31"),
    ("ไตรมาสแรกปีงบประมาณนี้", "2024-10-01", "2024-12-31"),
    ("the second half of last year", "2024-07-01", "2024-12-31"),
    ("What grew last quarter?", "2024-10-01", "2024-12-31"),
    ("ไตรมาสนี้ส่งออกเท่าไร", "2025-01-01", "2025-03-31"),
    ("April-June 2021", "2021-04-01", "2021-06-30"),
    ("ต.ค.–ธ.ค. 2566", "2023-10-01", "2023-12-31"),
    ("from November to January 2024", "2023-11-01", "2024-01-31"),
    ("เดือนมกราคมถึงมีนาคม 2567", "2024-01-01", "2024-03-31"),
    ("ครึ่งแรกของ มี.ค. 65", "2022-03-01", "2022-03-16"),
    ("in the second half of March 2022", "2022-03-16", "2022-03-31"),
    ("งบปีงบประมาณ 2568", "2024-10-01", "2025-09-30"),
    ("in fiscal year 2025", "2024-10-01", "2025-09-30"),
    ("เมื่อวานนี้นายกฯ ไปไหน", "2025-03-11", "2025-03-11"),
    ("เมื่อวานซืน", "2025-03-10", "2025-03-10"),
    ("the day before yesterday", "2025-03-10", "2025-03-10"),
    ("เดือนที่แล้วมีอะไร", "2025-02-01", "2025-02-28"),
    ("What was decided last week?", "2025-03-03", "2025-03-09"),
    ("ปีที่แล้ว", "2024-01-01", "2024-12-31"),
    ("7 ตุลา 2563 ใครพูดทางวิทยุ", "2020-10-07", "2020-10-07"),
    ("แผ่นดินไหวปลายมีนา 2568", "2025-03-19", "2025-03-31"),
    ("เมษา 68 ช่วยเหลือเท่าไหร่", "2025-04-01", "2025-04-30"),
    ("ต้นเดือนกันยา ๖๗", "2024-09-01", "2024-09-13"),
    ("the mid-2024 survey", "2024-04-01", "2024-10-01"),
    ("Which app was there in late-2023?", "2023-08-07", "2023-12-31"),
    ("ที่ประชุมครั้งที่ 31/2567 ตั้งเป้าเท่าไร", "2024-01-01", "2024-12-31"),
    ("coordination meeting 22/2024", "2024-01-01", "2024-12-31"),
    ("วันเด็ก 68 ส่งได้ถึงวันไหน", "2024-12-29", "2025-01-19"),
    ("ประกันปีใหม่ 65 จ่ายเท่าไร", "2021-12-21", "2022-01-06"),
    # The end of another word is no part of a month or a year.
    ("พื้นที่ภาคกลาง เดือนมกราคม 2568", "2025-01-01", "2025-01-31"),
    ("โรงงานภาคกลาง ก.ย. 65", "2022-09-01", "2022-09-30"),
    ("สถานการณ์ตะวันออกกลางปี 2567", "2024-01-01", "2024-12-31"),
    ("นักเรียนมัธยมปลาย ปี 2567", "2024-01-01", "2024-12-31"),
    ("ผลเบื้องต้นปี 2567", "2024-01-01", "2024-12-31"),
    ("เรื่องน่าตื่นเต้นปี 2567", "2024-01-01", "2024-12-31"),
    ("รัฐบาลกลาง ปี 2568", "2025-01-01", "2025-12-31"),
    ("ค่าใช้จ่ายปลายทางปี 2567", "2024-01-01", "2024-12-31"),
    ("ต้นทุนปี 2567", "2024-01-01", "2024-12-31"),
    ("รวมทั้งสิ้นปี 2567", "2024-01-01", "2024-12-31"),
    ("amid October 2020", "2020-10-01", "2020-10-31"),
    ("the plate of 2024", "2024-01-01", "2024-12-31"),
    ("the weekend of 2024", "2024-01-01", "2024-12-31"),
    ("ส่งออกกลางปี 2567", "2024-04-01", "2024-10-01"),
    ("เมื่อกลาง เดือนมกราคม 2568", "2025-01-08", "2025-01-23"),
    ("ตั้งแต่ต้น ปี 2567", "2024-01-01", "2024-05-26"),
    ("หนี้ครัวเรือน ณ สิ้นปี 2567", "2024-08-07", "2024-12-31"),
    ("กฎหมายเรือ พ.ศ.2560", "2017-01-01", "2017-12-31"),
    ("กฎหมายเรือ พ.ศ.๒๕๖๐", "2017-01-01", "2017-12-31"),
    ("งบปีงบประมาณ พ.ศ. 2568", "2024-10-01", "2025-09-30"),
    ("งบปีงบประมาณ พ.ศ.2568", "2024-10-01", "2025-09-30"),
    ("ปี 2567 คนไทยเดินเรือกี่คน", "2024-01-01", "2024-12-31"),
    ("แจก 2000 บาทเมื่อปี 2567", "2024-01-01", "2024-12-31"),
    ("งบปีงบประมาณนี้", "2024-10-01", "2025-09-30"),
    ("งบปีงบที่แล้วเหลือเท่าไร", "2023-10-01", "2024-09-30"),
    ("What was spent last fiscal year?", "2023-10-01", "2024-09-30"),
    # All from the first that is named to the last.
    ("งานระหว่างวันที่ 1-15 มีนาคม 2568", "2025-03-01", "2025-03-15"),
    ("งานวันที่ ๑ ถึงวันที่ ๑๕ มีนาคม ๒๕๖๘", "2025-03-01", "2025-03-15"),
    ("งานวันที่ 1, 2 และ 3 มี.ค. 68", "2025-03-01", "2025-03-03"),
    ("มาตรา 1 และ 5 มี.ค. 68", "2025-03-05", "2025-03-05"),
    ("COVID-19 to 20 March 2021", "2021-03-20", "2021-03-20"),
    ("the fair of 3–9 March 2024", "2024-03-03", "2024-03-09"),
    ("between 3 and 9 March 2024", "2024-03-03", "2024-03-09"),
    ("the fair of March 3-9, 2024", "2024-03-03", "2024-03-09"),
    ("from 3 March to 9 April 2024", "2024-03-03", "2024-04-09"),
    ("งาน 28 ก.พ.-3 มี.ค. 68", "2025-02-28", "2025-03-03"),
    ("งาน 28 ธ.ค. - 3 ม.ค. 2568", "2024-12-28", "2025-01-03"),
    ("ตั้งแต่มกราคม 2567 ถึงมีนาคม 2568", "2024-01-01", "2025-03-31"),
    ("between January 2024 and March 2025", "2024-01-01", "2025-03-31"),
    ("ต้นปี 2567 ถึงกลางปี 2567", "2024-01-01", "2024-10-01"),
]


@pytest.mark.parametrize(("question", "first", "last"), CASES, ids=[case[0] for case in CASES])
def test_days_are_found(question: str, first: str, last: str) -> None:
    (days,) = find_days(question, TODAY)
    assert (days.first.isoformat(), days.last.isoformat()) == (first, last)
    assert days.words


@pytest.mark.parametrize(
    "question",
    [
        "TikTok มีผู้ใช้ในไทยกี่คน",
        "Who met the minister?",
        "ใช้งบ 2,568 ล้านบาท",
        "25,000 seedlings at 20:25",
        "What may happen at the march?",
        "ร้อยละ 65 ของทั้งหมด",
        "",
        "แล้วรอบสิบปีก่อนหน้านั้นมีกี่โครงการ",
        "เดือนก่อนหน้านั้นขายได้เท่าไร",
        "3 ปีที่แล้วมีกี่แห่ง",
        "๖ เดือนที่ผ่านมาส่งออกเท่าไร",
        "สองสัปดาห์ก่อนใครมาเยือน",
        "สองไตรมาสที่ผ่านมาโตเท่าไร",
        "three quarters of the road",
        "ครึ่งปีแรกคิดดอกเบี้ยเท่าไร",
        "ไตรมาสสุดท้ายก่อนเลือกตั้ง",
        "ครึ่งแรกก่อนพักใครยิงประตู",
        "Q5 of H3 and EQ1",
        "ไตรมาส 3 65% ของทั้งหมด",
        "ตุลาการ 17 คน",
        "17 ตุลาการรัฐธรรมนูญ",
        "เมื่อ 9 มิ.ย. ใครแถลง",
        "on 9 June",
        "สงกรานต์หยุดกี่วัน",
        "แผนปี 2566-2570",
        "แผนปี 2566–2570",
        "the 2023—2027 plan",
        "the 2023-27 plan",
        "แผนปี 66/70",
        "อายุเกิน 60 ปี 80 คน",
        "ครบ 100ปี 62 จังหวัด",
        "คำสั่ง 1/230/2566",
        "ขอทุน ก.พ. ได้ที่ไหน",
        "ยอดวันที่ 3 พ.ค. 50 ราย",
        "แจก 2000 บาท",
        "มากัน 2500 คน",
        "give 2000 baht",
        "a $2000 grant for 2024 people",
    ],
)
def test_other_numbers_and_words_are_no_dates(question: str) -> None:
    assert find_days(question, TODAY) == []


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("รอบตัดสินมิสโกลบอล 2025 วันที่ 9 มีนาคม จัดที่ไหน", "2025-03-09", "2025-03-09"),
        ("เกษียณปี 2568 กี่คน ตามที่แถลงเมื่อ 11 ก.ค.", "2025-07-11", "2025-07-11"),
        ("ปี 65 ใครมาเมื่อ 3 ตุลา", "2022-10-03", "2022-10-03"),
        ("How much did he forecast for 2024 in his 13 April address?", "2024-04-13", "2024-04-13"),
        ("the 2023 festival of November 27th", "2023-11-27", "2023-11-27"),
        ("In 2024, on March 3 officials met", "2024-03-03", "2024-03-03"),
        ("Who came in June of that year, 2022?", "2022-06-01", "2022-06-30"),
        ("Where is the Expo 2025 in mid-September?", "2025-09-08", "2025-09-23"),
        ("แผนปีงบ 2567 ที่ประชุมปลายเดือนเมษายน", "2024-04-18", "2024-04-30"),
        ("แผนปีงบ 2567 ที่ประชุมเดือน พ.ย.", "2023-11-01", "2023-11-30"),
        ("เมื่อ 28 พ.ค. เผยคำสั่งที่ใช้ตั้งแต่ 1 มิ.ย. 65", "2022-05-28", "2022-05-28"),
        ("คำกล่าวสงกรานต์ปี 66", "2023-04-03", "2023-04-20"),
        ("ปี 2568 งานวันที่ 3-5 มีนาคมจัดที่ไหน", "2025-03-03", "2025-03-05"),
        ("Who came from 3 to 5 March of that year, 2022?", "2022-03-03", "2022-03-05"),
        ("the Songkran 2024 address", "2024-04-03", "2024-04-20"),
        ("วันแม่ 2568 มีกิจกรรมอะไร", "2025-08-02", "2025-08-17"),
        ("the New Year 2024 gift", "2023-12-21", "2024-01-06"),
        ("On New Year's Eve 2024", "2024-12-21", "2025-01-05"),
        ("the 2025 Chinese New Year message", "2025-01-11", "2025-02-25"),
        ("สงกรานต์ปีนี้", "2025-04-03", "2025-04-20"),
        ("ของขวัญวันที่ 30 เดือนธันวาคม ปีที่แล้ว", "2024-12-30", "2024-12-30"),
    ],
)  # fmt: skip
def test_days_without_their_year_are_of_the_year_named_elsewhere(question: str, first: str, last: str) -> None:
    """And come first: they are more exact than what names the year."""
    spans = [(days.first.isoformat(), days.last.isoformat()) for days in find_days(question, TODAY)]
    assert (first, last) in spans
    assert len(spans) == 2


def test_a_follow_up_names_a_month_of_the_year_asked_about_before() -> None:
    before = find_days("What opened in March 2024?", TODAY)
    (days,) = find_days("And in April?", TODAY, before)
    assert (days.first, days.last) == (dt.date(2024, 4, 1), dt.date(2024, 4, 30))
    assert find_days("And where?", TODAY, before) == []


@pytest.mark.parametrize(
    "question",
    [
        "Between 2021 and 2023, what happened on 9 June?",
        "ปี 2564 กับปี 2566 สงกรานต์คนตายกี่คน",
        "In 2023, what may be on the march?",
        "Of the 2023 fleet, how soon did 20 may lose their licence and 5 march off?",
        "ปี 2565 ผู้รับทุน ก.พ. มีกี่คน",
        "ปี 2565 ตำแหน่งที่ ก.พ.ร. อนุมัติ 10 ก.พ.ร.",
        "ปี 2566 วันที่ 30 กุมภาพันธ์",
        "In 2024, 9 Junes ago",
        "The 2024 count: since Apr 3 million came",
        "The 2024 floods: since Oct 20 provinces",
    ],
)
def test_what_names_no_day_or_no_single_year_adds_none(question: str) -> None:
    assert all(days.length >= 365 for days in find_days(question, TODAY))


def test_a_fiscal_year_has_begun_in_october() -> None:
    (days,) = find_days("ไตรมาสแรกปีงบประมาณนี้", dt.date(2025, 11, 3))
    assert (days.first, days.last) == (dt.date(2025, 10, 1), dt.date(2025, 12, 31))


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("ข่าวปี 2566-2568", "2023-01-01", "2025-12-31"),
        ("ข่าวของ พ.ศ. 2566 – พ.ศ. 2568", "2023-01-01", "2025-12-31"),
        ("ข่าวปี 2566 ถึงปี 2568", "2023-01-01", "2025-12-31"),
        ("the releases of 2021–23", "2021-01-01", "2023-12-31"),
        ("the releases from 2021 to 2023", "2021-01-01", "2023-12-31"),
        ("the releases of 2025-02", "2025-02-01", "2025-02-28"),
        ("the releases between 2021 and 2023", "2021-01-01", "2023-12-31"),
        ("ข่าวตั้งแต่ปี 2566", "2023-01-01", "2025-03-12"),
        ("ข่าวตั้งแต่ 1 ม.ค. - 15 ก.พ. 68", "2025-01-01", "2025-02-15"),
        ("ข่าวหลังเดือนมีนาคม 2567", "2024-04-01", "2025-03-12"),
        ("the releases since March 2024", "2024-03-01", "2025-03-12"),
        ("the releases since 2027", "2027-01-01", "2027-12-31"),
        ("ข่าว 7 วันที่ผ่านมา", "2025-03-05", "2025-03-12"),
        ("ข่าวในรอบสามเดือนที่ผ่านมา", "2024-12-12", "2025-03-12"),
        ("the releases of the last two weeks", "2025-02-26", "2025-03-12"),
        ("the releases of the past 2 years", "2023-03-12", "2025-03-12"),
        ("the releases before 2 March 2024", "1950-01-01", "2024-03-01"),
    ],
)
def test_a_run_of_years_or_what_has_no_end_is_when_releases_came_out(question: str, first: str, last: str) -> None:
    (days,) = find_days(question, TODAY, of_releases=True)
    assert (days.first.isoformat(), days.last.isoformat()) == (first, last)


def test_months_are_counted_back_from_the_end_of_a_longer_one() -> None:
    (days,) = find_days("the releases of the last 13 months", dt.date(2025, 3, 31), of_releases=True)
    assert (days.first, days.last) == (dt.date(2024, 2, 28), dt.date(2025, 3, 31))


def test_the_most_exact_comes_first() -> None:
    found = find_days("In 2021, before 3 May 2021 and after March 2021?", TODAY)
    assert [days.length for days in found] == [1, 31, 365]


def test_distance_is_counted_from_the_nearest_day() -> None:
    days = Days(dt.date(2025, 3, 1), dt.date(2025, 3, 31), "")
    assert [days.distance(dt.date(2025, *day)) for day in ((2, 27), (3, 1), (3, 31), (4, 4))] == [2, 0, 0, 4]


@pytest.mark.parametrize(
    "question",
    [
        "มาตรการล่าสุดคืออะไร",
        "What is the latest figure?",
        "most recent talks",
        "ใครเป็นโฆษกรัฐบาลตอนนี้",
        "ค่าแรงขั้นต่ำปัจจุบันเท่าไร",
        "Who is the spokesman now?",
        "the current minimum wage",
    ],
)
def test_the_wish_for_the_newest_is_seen(question: str) -> None:
    assert wants_latest(question)


def test_what_held_on_days_that_are_named_is_not_what_holds_now() -> None:
    question = "ตอนนี้ ณ เม.ย. 64 คนสูบกันกี่มวน"
    days = find_days(question, TODAY)
    assert not wants_latest(question, days)
    assert wants_latest("ข่าวล่าสุดของ เม.ย. 64", days)


def test_no_wish_for_the_newest_is_made_up() -> None:
    assert not wants_latest("Who spoke later?")
    assert not wants_latest("What is known of currents?")


@given(
    st.lists(
        st.sampled_from(
            [
                *"0123456789๐๕๖๘ /-.,ปีพศมกาคnJauryMachไตรสQHครึ่งแ",
                *["สงกรานต์", "เมษา", "31 ก.พ.", "May 9", " 2567", " to ", "29 Feb", "9 ปีที่ผ่านมา"],
            ]
        ),
        max_size=120,
    ).map("".join)
)
def test_any_text_is_read(text: str) -> None:
    for of_releases in (False, True):
        for days in find_days(text, TODAY, of_releases=of_releases):
            assert days.first <= days.last


@pytest.mark.parametrize("text", ["ſtart of 2024", "start\u00a0of 2024", "end\nof 2024", "Aprıl 2024", "Auguſt 2024"])
def test_a_part_or_a_month_in_other_letters_leaves_the_year(text: str) -> None:
    (days,) = find_days(text, TODAY)
    assert (days.first, days.last) == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


@pytest.mark.parametrize("question", ["ใครมาเมื่อ 27 ก.พ. 2568 ที่ชั้น ๓", "ใครมาเมื่อ ๒๗ ก.พ. ๒๕๖๘ ที่ชั้น ๓"])
def test_days_are_taken_out_in_either_script_of_digits(question: str) -> None:
    assert without_days(question, find_days(question, TODAY), "\\1") == r"ใครมาเมื่อ \1 ที่ชั้น ๓"
