"""Key facts are what the quote says: the same day, the same value, and where the quote says it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import english_date, thai_date
from index.release import Language
from qa.facts import Fact, key_facts, nearest_facts


def said(text: str, language: Language, *kinds: str) -> list[str]:
    """The facts of a text of a language in the other one."""
    facts = key_facts(text, language, "en" if language == "th" else "th")
    return [fact.rendered for fact in facts if fact.kind in kinds]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ใช้งบ 3.5 พันล้านบาท", ["3.5 billion baht"]),
        ("ใช้งบ 3.5 พันล้าน", ["3.5 billion"]),
        ("วงเงิน 1.2 หมื่นล้านบาท", ["12 billion baht"]),
        ("วงเงิน 2 แสนล้านบาท", ["200 billion baht"]),
        ("วงเงิน 1.5 ล้านล้านบาท", ["1.5 trillion baht"]),
        ("รวม 9,250 ล้านบาท", ["9.25 billion baht"]),
        ("รวม 9,250.4567 ล้านบาท", ["9,250.4567 million baht"]),
        ("มูลค่ากว่า ๒๓ ล้านบาท", ["more than 23 million baht"]),
        ("ราคา 859,400 บาท", ["859,400 baht"]),
        ("ราคา 1 บาท", ["1 baht"]),
        ("ข้าว 7 แสนตัน", ["700,000 tonnes"]),
        ("ประชาชน 2.3 แสนคน", ["230,000 people"]),
        ("คนเดียว 1 คน", ["1 person"]),
        ("ผู้ประกอบการ 3 ล้านราย", ["3 million"]),
        ("น้ำ 9,100 ล้าน ลบ.ม.", ["9.1 billion cubic metres"]),
        ("ร้อยละ 75 ของทั้งหมด", ["75%"]),
        ("ร้อยละ 5-10 ของทั้งหมด", ["5–10%"]),
        ("ลดลง 12.5 เปอร์เซ็นต์", ["12.5%"]),
        ("ลดลงประมาณ 12.5%", ["about 12.5%"]),
        ("ค่าเช่า 2,500 - 3,000 บาท", ["2,500–3,000 baht"]),
        ("วงเงิน 3-5 ล้านบาท", ["3 million to 5 million baht"]),
        ("วงเงิน 5 แสน - 2 ล้านบาท", ["500,000 to 2 million baht"]),
        ("ไม่น้อยกว่า 30 วัน", ["at least 30 days"]),
        ("ได้ 87 จากทั้งหมด 97 ที่นั่ง", []),
        ("ได้ 87 ที่นั่ง จากทั้งหมด 97 ที่นั่ง", ["87 seats", "97 seats"]),
        ("ไม่เกิน 45 วัน", ["not more than 45 days"]),
        ("ต่ำกว่า 3 ปี", ["less than 3 years"]),
        ("ไม่เกินกว่า 3 ล้านบาท", ["not more than 3 million baht"]),
        ("ไม่มากกว่า 5,000 บาท", ["not more than 5,000 baht"]),
        ("ไม่ถึง 1 ล้านบาท", ["less than 1 million baht"]),
        ("เกิน 45 วัน", ["more than 45 days"]),
        ("ส่วนเกิน 45 บาท", ["45 baht"]),
        ("พื้นที่ 5 ไร่", ["5 rai"]),
        ("ระยะทาง 12.4 กิโลเมตร", ["12.4 kilometres"]),
        ("ระยะ 3 ปี", ["3 years"]),
        ("รวม 49 จังหวัด คาดว่า", ["49 provinces"]),
        ("ส่งออก 40 ล้านดอลลาร์สหรัฐ", ["40 million US dollars"]),
        # Not an amount of anything, or not for certain.
        ("ไม่ใช่เพียง 5 คน", []),
        ("มิให้เกิน 45 วัน", []),
        ("1 ใน 3 คน", []),
        ("เศรษฐกิจขยายตัว -6.1%", []),
        ("ติดลบร้อยละ 6.1", []),
        ("อุณหภูมิ -5 องศาเซลเซียส", []),
        ("ศูนย์ที่ 6 จังหวัดน่าน", []),
        ("ส่งเสริม 3 พันธมิตร", []),
        ("มีข้าว 5 พันธุ์", []),
        ("หมู่ 4 ตำบลใหญ่", []),
        ("มาตรา 33 คน", []),
        ("เขต 8 ประเทศ", []),
        ("ปี 2565 คน", []),
        ("โทร. 0 2123 4567 คน", []),
        ("ใน 5 ปีงบประมาณ", []),
        ("เงิน 2 แสน 5 หมื่นบาท", []),
        ("คนดู 1 ล้าน 2 แสนคน", []),
        ("เงิน 2 แสน ให้ 5 พันคน", ["200,000", "5,000 people"]),
        ("เดินทาง 3.16 ล้านคน-ครั้ง", ["3.16 million trips"]),
        ("เดินทาง 4,418,500 คน - ครั้งในปีนี้", ["4,418,500 trips"]),
        ("ให้ 500 คนละครึ่ง", []),
        ("ร้อยเอ็ด 101", []),
        ("7 แสนกว่าคน", []),
        ("ผลบอล 3-1 คน", []),
        ("เร็วกว่า 5 วัน", []),
        ("เวอร์ชัน 2.5.1 คน", []),
        ("เฟส 2 โครงการ", []),
    ],
)
def test_thai_amounts_are_said_in_english(text: str, wanted: list[str]) -> None:
    assert said(text, "th", "amount") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It cost 3.5 billion baht.", ["3,500 ล้านบาท"]),
        ("It cost 1.5 trillion baht.", ["1.5 ล้านล้านบาท"]),
        ("It cost THB 20 million.", ["20 ล้านบาท"]),
        ("It cost US$1.25 million.", ["1.25 ล้านดอลลาร์สหรัฐ"]),
        ("Exports grew 5.2 percent.", ["ร้อยละ 5.2"]),
        ("Exports grew by 5-7%.", ["ร้อยละ 5–7"]),
        ("more than 700,000 tonnes of rice", ["มากกว่า 700,000 ตัน"]),
        ("5-10 million people", ["5 ล้าน ถึง 10 ล้านคน"]),
        ("at least 45 days", ["อย่างน้อย 45 วัน"]),
        ("won 87 of the 97 seats", ["87 จาก 97 ที่นั่ง"]),
        ("more than 12 out of about 40 schools", ["มากกว่า 12 จาก ประมาณ 40 โรงเรียน"]),
        ("1.2 million of the 5 million farmers", ["1.2 ล้าน", "5 ล้านคน"]),
        ("In 2021 of the 97 seats three were empty", ["97 ที่นั่ง"]),
        ("Section 5 of the 30 schools", ["30 โรงเรียน"]),
        ("a reservoir of 12 million cubic metres", ["12 ล้านลูกบาศก์เมตร"]),
        ("not less than 400 baht", ["ไม่น้อยกว่า 400 บาท"]),
        ("No fewer than 3 million workers", ["ไม่น้อยกว่า 3 ล้านคน"]),
        ("not over 500 baht", ["ไม่เกิน 500 บาท"]),
        ("More than 3 million people", ["มากกว่า 3 ล้านคน"]),
        ("more than 50 million users", ["มากกว่า 50 ล้านคน"]),
        ("1,200 tourists called 1155 tourist police", ["1,200 คน"]),
        ("a US$1.5bn loan", ["1,500 ล้านดอลลาร์สหรัฐ"]),
        ("a $300k grant", ["300,000 ดอลลาร์"]),
        ("15 bn baht and 2.5bn baht", ["15,000 ล้านบาท", "2,500 ล้านบาท"]),
        ("20 mn tourists", ["20 ล้านคน"]),
        ("5 m baht, 5 bn", []),
        ("It was never nearly 500 baht.", []),
        ("a $5x grant", []),
        ("a 5m people", []),
        ("1 in 3 people", []),
        ("between 2 and 3 million baht", []),
        ("between 2.5 and 3.5 percent", []),
        ("It grew by \u22122.1%.", []),
        ("minus 5 degrees Celsius", []),
        ("Section 33 people", []),
        ("COVID-19 people", []),
        ("Phase 2 projects", []),
        ("5 percentage points", []),
        ("20 cases", []),
        ("version 2.5.1 people", []),
    ],
)
def test_english_amounts_are_said_in_thai(text: str, wanted: list[str]) -> None:
    assert said(text, "en", "amount") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("วันที่ 12 มีนาคม 2568", ["12 March 2025"]),
        ("วันจันทร์ที่ ๑๒ ม.ค. ๖๙", ["Monday, 12 January 2026"]),
        ("12/03/2568", ["12 March 2025"]),
        ("วันที่ 12 มีนาคม พุทธศักราช 2568", ["12 March 2025"]),
        ("5-17 กันยายน 2566", ["5–17 September 2023"]),
        ("30 กันยายน - 2 ตุลาคม 2567", ["30 September", "2 October 2024"]),
        ("วันที่ 31 สิงหาคม ที่ผ่านมา", ["31 August"]),
        ("วันที่ 5 และ 6 สิงหาคม 2567", ["5 and 6 August 2024"]),
        ("วันที่ 3, 5 และ 8 ส.ค. 67", ["3, 5 and 8 August 2024"]),
        ("ผู้บาดเจ็บ 3 และ 5 สิงหาคม 2567", ["5 August 2024"]),
        ("เดือนเมษายน พ.ศ. 2568", ["April 2025"]),
        ("ภายในเม.ย. 68", ["April 2025"]),
        ("ในเดือนมิถุนายนนี้", ["June"]),
        ("ตั้งแต่ปี 2552 ถึงปัจจุบัน", ["2009"]),
        ("ภาษีปี 62 บวก", ["2019"]),
        ("แผน พ.ศ. 2566 - 2570", ["2023–2027"]),
        ("ปีงบประมาณ พ.ศ. 2569", ["fiscal year 2026"]),
        ("ทุกวันศุกร์", ["Friday"]),
        ("27 ก.พ. 68 คน", ["27 February"]),
        ("31 กุมภาพันธ์ 2568", ["February 2025"]),
        ("วันที่ 1 ถึงวันที่ 15 มีนาคม 2568", ["1–15 March 2025"]),
        ("เดือนมกราคมถึงมีนาคม 2568", ["January–March 2025"]),
        ("ม.ค.-มี.ค. 68", ["January–March 2025"]),
        ("ต.ค. 67 – ก.ย. 68", ["October 2024", "September 2025"]),
        ("ทุกวันจันทร์-ศุกร์", ["Monday–Friday"]),
        ("วันเสาร์ถึงวันจันทร์", ["Saturday–Monday"]),
        ("ปี 62 คน", []),
        ("ครบ 100 ปี 62 จังหวัด", []),
        ("มี 2565 คน", []),
        ("ปี 2024", []),
        ("ไตรมาสที่ 2 ปี 2568 ขยายตัว", ["second quarter of 2025"]),
        ("ไตรมาสแรกของปีงบประมาณ พ.ศ. 2568", ["first quarter of fiscal year 2025"]),
        ("ไตรมาส 4/67 และไตรมาสสุดท้ายปี 66", ["fourth quarter of 2024", "last quarter of 2023"]),
        ("ในไตรมาส 3 จำนวน 68 ราย", ["third quarter"]),
        ("ไตรมาส 3 68 ราย", ["third quarter"]),
        ("ครึ่งแรกของปี 2568", ["first half of 2025"]),
        ("ครึ่งปีหลัง", ["second half of the year"]),
        ("ครึ่งแรกของการแข่งขัน", []),
        ("ไตรมาส 1-3 ปี 2567", ["2024"]),
    ],
)
def test_thai_dates_are_said_in_english(text: str, wanted: list[str]) -> None:
    assert said(text, "th", "date") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("on 12 March 2025", ["12 มีนาคม 2568"]),
        ("on Monday, January 12, 2026", ["วันจันทร์ที่ 12 มกราคม 2569"]),
        ("September 5-17, 2023", ["5–17 กันยายน 2566"]),
        ("by April 2025", ["เมษายน 2568"]),
        ("on 31 August", ["31 สิงหาคม"]),
        ("on 5 and 6 August 2024", ["5 และ 6 สิงหาคม 2567"]),
        ("August 3, 5 and 8, 2024", ["3, 5 และ 8 สิงหาคม 2567"]),
        ("on August 5 and 6 people", ["5 สิงหาคม"]),
        ("In March 3 million people came", []),
        ("and in May 20 provinces were flooded", ["พฤษภาคม"]),
        ("from April 12 people died", ["เมษายน"]),
        ("in October 5-10 thousand tonnes", ["ตุลาคม"]),
        ("on March 3 officials met", ["3 มีนาคม"]),
        ("March 8 marks the day", ["8 มีนาคม"]),
        ("from April 12 it rained", ["12 เมษายน"]),
        ("since May 20th officials", ["20 พฤษภาคม"]),
        ("since 2009", ["พ.ศ. 2552"]),
        ("in fiscal year 2026", ["ปีงบประมาณ 2569"]),
        ("the (FY2026) budget", ["ปีงบประมาณ 2569"]),
        ("every Friday", ["วันศุกร์"]),
        ("by October 27.", ["27 ตุลาคม"]),
        ("during July 6-12.", ["6–12 กรกฎาคม"]),
        ("from July 6 to 12", ["6–12 กรกฎาคม"]),
        ("from 6 to 12 July 2025", ["6–12 กรกฎาคม 2568"]),
        ("from July 6 to 12 people", ["กรกฎาคม"]),
        ("in March 5.5 tonnes", ["มีนาคม"]),
        ("from January to March 2025", ["มกราคม–มีนาคม 2568"]),
        ("in the 2nd quarter of 2025 (April – June 2025)", ["ไตรมาสที่ 2 ปี 2568", "เมษายน–มิถุนายน 2568"]),
        ("Q3/2024 and the last quarter of fiscal year 2024", ["ไตรมาสที่ 3 ปี 2567", "ไตรมาสสุดท้าย ปีงบประมาณ 2567"]),
        ("the First Half of 2024, then H2 2024", ["ครึ่งแรกของปี 2567", "ครึ่งหลังของปี 2567"]),
        ("in the third quarter", ["ไตรมาสที่ 3"]),
        ("in the first half, last quarter, a third half of 2024", ["พ.ศ. 2567"]),
        ("Q1-Q3 of 2024", ["พ.ศ. 2567"]),
        ("it may 5 times", []),
        ("2025 people", []),
    ],
)
def test_english_dates_are_said_in_thai(text: str, wanted: list[str]) -> None:
    assert said(text, "en", "date") == wanted


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("เวลา 09.30 น.", "th", ["09:30"]),
        ("เวลา 13.00 – 16.30 น.", "th", ["13:00–16:30"]),
        ("เวลา 25.00 น.", "th", []),
        ("at 9.30 a.m.", "en", ["09.30 น."]),
        ("at 12 p.m.", "en", ["12.00 น."]),
        ("at 14:30 hrs", "en", ["14.30 น."]),
        ("for 3 hours", "en", []),
        ("It takes 1.30 hours.", "en", []),
        ("at 9.30 hours", "en", ["09.30 น."]),
        ("open 09.30 hours", "en", ["09.30 น."]),
        ("July 30, 2025, at 1530hrs", "en", ["15.30 น."]),
        ("at 0900 hrs.", "en", ["09.00 น."]),
        ("It takes 2000 hrs of training.", "en", []),
        ("2560hrs", "en", []),
    ],
)
def test_times_are_said_by_the_clock(text: str, language: Language, wanted: list[str]) -> None:
    assert said(text, language, "time") == wanted


def test_there_are_none_in_the_quotes_own_language() -> None:
    assert key_facts("วันที่ 12 มีนาคม 2568", "th", "th") == ()


def test_what_was_quoted_is_found_across_odd_spaces_and_signs() -> None:
    quote = "เเจ้ง  วันที่ ๑๒\u200b มีนาคม   ๒๕๖๘\u00a0มีจํานวน 5,000\u200b บาท"
    facts = key_facts(quote, "th", "en")
    assert [fact.rendered for fact in facts] == ["12 March 2025", "5,000 baht"]
    assert facts[0].quoted == "๑๒\u200b มีนาคม   ๒๕๖๘"
    assert all(quote[fact.start : fact.end] == fact.quoted for fact in facts)


def test_facts_of_the_answer_come_first_and_each_is_said_once() -> None:
    quote = "12 มีนาคม 2568 กรุงเทพฯ ใช้ 5 ล้านบาท ซื้อวัคซีน ที่กรุงเทพฯ"
    facts = key_facts(quote, "th", "en")
    start = quote.index("5 ล้านบาท")
    near = nearest_facts(facts, start, start + 9, most=10)
    assert [fact.rendered for fact in near] == ["5 million baht", "Bangkok", "12 March 2025", "vaccine"]
    assert len(nearest_facts(facts, 0, 0, most=2)) == 2


def test_what_only_touches_the_answer_is_outside_it_on_either_side() -> None:
    before, after = Fact("term", "ก", 0, 5, "before"), Fact("term", "ค", 20, 25, "after")
    inside, near = Fact("term", "ง", 9, 12, "inside"), Fact("amount", "ข", 30, 35, "near")
    assert nearest_facts([before, inside, after, near], 5, 20, most=4) == (inside, near, before, after)


def test_a_fact_is_written_with_its_place() -> None:
    fact = Fact("amount", "5 บาท", 2, 7, "5 baht")
    assert fact.as_json() == {"kind": "amount", "quoted": "5 บาท", "start": 2, "end": 7, "rendered": "5 baht"}


SCALES = {"พัน": 10**3, "หมื่น": 10**4, "แสน": 10**5, "ล้าน": 10**6, "พันล้าน": 10**9, "ล้านล้าน": 10**12}
ENGLISH = {"": 1, "million": 10**6, "billion": 10**9, "trillion": 10**12}


@settings(max_examples=200)
@given(st.decimals(min_value="0.001", max_value="99999", places=3), st.sampled_from(sorted(SCALES)))
def test_a_value_stays_the_same_from_thai_to_english(number: Decimal, scale: str) -> None:
    (rendered,) = said(f"ใช้ {number:,} {scale}บาท", "th", "amount")
    match = re.fullmatch(r"([\d,.]+) ?(million|billion|trillion|) baht", rendered)
    assert match
    assert Decimal(match[1].replace(",", "")) * ENGLISH[match[2]] == number * SCALES[scale]


@settings(max_examples=100)
@given(st.integers(min_value=2, max_value=10**6), st.sampled_from(["million", "billion", "trillion"]))
def test_a_value_stays_the_same_from_english_to_thai(number: int, scale: str) -> None:
    (rendered,) = said(f"It cost {number:,} {scale} baht", "en", "amount")
    match = re.fullmatch(r"([\d,.]+) (ล้านล้าน|ล้าน)บาท", rendered)
    assert match
    assert Decimal(match[1].replace(",", "")) * {"ล้าน": 10**6, "ล้านล้าน": 10**12}[match[2]] == number * ENGLISH[scale]


@settings(max_examples=100)
@given(st.dates(min_value=dt.date(1957, 1, 1), max_value=dt.date(2056, 12, 31)))
def test_a_day_stays_the_same(date: dt.date) -> None:
    assert said(f"เมื่อวันที่ {thai_date(date)} ที่ผ่านมา", "th", "date") == [english_date(date)]
    assert said(f"It was on {english_date(date)} there", "en", "date") == [thai_date(date)]


PIECES = [
    "12 ", "ม.ค. ", "2568", "๖๘", " ล้าน", "บาท", "ร้อยละ ", "%", "วันจันทร์ที่ ", "\u200b", "\u00a0", "\n", "–",
    "กว่า ", "ํ", "า", "เ", "เ", "5,000", ".5", "นายกรัฐมนตรี", "จ.", "น่าน", "May ", "5", " million", " baht",
    "Prime Minister", "(", " to ",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=25).map("".join))
def test_places_are_exact_in_any_text(text: str) -> None:
    for language, other in (("th", "en"), ("en", "th")):
        facts = key_facts(text, language, other)  # type: ignore[arg-type]
        for fact in facts:
            assert text[fact.start : fact.end] == fact.quoted
            assert fact.quoted.strip()
            assert fact.rendered.strip()
        assert all(a.end <= b.start for a, b in pairwise(facts))


@pytest.mark.parametrize("piece", ["5 ", "1-", "9 ล้าน", "12 ม.ค. ", "จ.", "May 5 ", "ปี 25"])
def test_a_long_text_is_looked_through_in_linear_time(piece: str) -> None:
    # With the square of its length this would take hours, and the limit on the time of a test ends it.
    text = piece * 20_000
    for facts in (key_facts(text, "th", "en"), key_facts(text, "en", "th")):
        assert all(text[fact.start : fact.end] == fact.quoted for fact in facts)
