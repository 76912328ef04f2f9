"""What holds now is said by the newest release that says it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index.library import Library
from index.selection import EVERY_RELEASE
from qa.ask import Answerer
from qa.reader import Reader
from qa.recent import asks_of_now, newest_selections
from qa.stretch import Days
from tests.conftest import NewHome
from tests.test_when import TODAY

OLD = """Ferry fare on the Nari river set at 12 baht

Bua Thong, 3 March 2021

The fare of the ferry across the Nari river is 12 baht a person. What the ferry costs was decided by the Marine Office,
which said that the ferry fare on the Nari river would be 12 baht for everybody.
"""
NEW = """Marine Office adapts prices at the Nari river

Bua Thong, 9 May 2025

Because of the price of diesel the ferry across the Nari river becomes dearer. Passengers who used to pay less will \
have to pay 17 baht from 15 May 2025.
"""
ELSEWHERE = """Rice seed handed out in Klong Hong

Klong Hong, 20 June 2025

The Rice Office handed out 400 tonnes of seed to 2,300 farmers of Klong Hong.
"""


@pytest.fixture(scope="module")
def ferries(new_home: NewHome, library: Library, reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("ferries")
    for name, text in {"old.txt": OLD, "new.txt": NEW, "elsewhere.txt": ELSEWHERE}.items():
        Path(folder / name).write_text(text, encoding="utf-8")
    made = Library(new_home(), encoder=library.encoder)
    assert not made.add([folder]).skipped
    return Answerer(made.settings, encoder=library.encoder, reader=reader, today=lambda: dt.date(2025, 7, 1))


@pytest.mark.parametrize(
    ("question", "fare"),
    [
        ("What is the fare of the ferry across the Nari river?", "12 baht"),
        ("What is the fare of the ferry across the Nari river now?", "17 baht"),
        ("ตอนนี้ค่าโดยสารเรือข้ามฟากแม่น้ำนารีกี่บาท", "17 baht"),
        ("What was the fare of the ferry across the Nari river in March 2021?", "12 baht"),
    ],
)
def test_of_two_that_answer_the_newest_says_what_holds_now(ferries: Answerer, question: str, fare: str) -> None:
    answer = ferries.ask(question)
    assert fare in answer.citations[0].quote


def test_now_takes_the_place_of_days_that_were_named_before(ferries: Answerer) -> None:
    before = "What was the fare of the ferry across the Nari river in March 2021?"
    assert "12 baht" in ferries.ask(before).citations[0].quote
    answer = ferries.ask("What is that fare now?", [before])
    assert "12 baht" not in answer.text
    assert answer.days == ()
    assert ferries.ask("And in March 2021?", [before]).days


def test_a_newer_release_on_something_else_does_not(ferries: Answerer) -> None:
    answer = ferries.ask("Where is the ferry fare decided now?")
    assert all("Rice" not in citation.title for citation in answer.citations)


def test_the_newest_releases_are_those_before_the_newest_up_to_today(ferries: Answerer) -> None:
    store = ferries.library.store
    first, *_, last = newest_selections(store, EVERY_RELEASE, dt.date(2025, 7, 1))
    assert (first.first, first.last) == (dt.date(2025, 4, 21), dt.date(2025, 6, 20))
    assert last.first == dt.date(2024, 6, 20)
    first, *_ = newest_selections(store, EVERY_RELEASE, dt.date(2025, 6, 1))
    assert first.last == dt.date(2025, 5, 9)
    assert not list(newest_selections(store, EVERY_RELEASE, dt.date(2020, 1, 1)))


@pytest.mark.parametrize(
    "question",
    [
        "ค่าแรงขั้นต่ำตอนนี้เท่าไร",
        "ปลัดกระทรวงมหาดไทยคือใคร",
        "ใครเป็นผู้ว่าการธนาคารแห่งประเทศไทย",
        "ผบ.ทบ. คนใหม่คือใคร",
        "Who is the Minister of Finance?",
        "Who's Thailand's foreign minister?",
        "Who is the director-general of the Department of Fisheries?",
        "How many have visited so far?",
        "ทางรถไฟสร้างไปกี่เปอร์เซ็นต์แล้ว",
        "ฉีดวัคซีนไปเท่าไรแล้ว?",
        "รัฐมนตรีคลังคือใครคะ",
        "โฆษกรัฐบาลชื่ออะไรครับผม",
        "เลขาสภาเรือคือใคร",
        "ปล่อยกู้ไปกี่รายแล้วนะครับ",
        "Who is the PM?",
    ],
)
def test_who_holds_an_office_and_how_far_it_has_come_is_asked_of_now(question: str) -> None:
    assert asks_of_now(question)
    assert not asks_of_now(question, [Days(TODAY, TODAY, "today")])


@pytest.mark.parametrize(
    "question",
    [
        "รัฐมนตรีคลังสมัยเศรษฐาคือใคร",
        "รัฐมนตรีที่เปิดท่าเรือคือใคร",
        "โฆษกคนแรกคือใคร",
        "เมื่อสร้างเสร็จแล้วจะมีกี่สถานี",
        "Who is the minister that opened the pier?",
        "Who is Prasert?",
        "Who was the Minister of Finance?",
    ],
)
def test_who_held_one_or_did_something_is_not(question: str) -> None:
    assert not asks_of_now(question)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "How many were vaccinated on 3 March 2027?",
            "The releases do not answer this: the newest one is dated 20 June 2025.",
        ),
        ("วันนี้ติดเชื้อกี่คน", "ข่าวที่ใหม่ที่สุดลงวันที่ 20 มิถุนายน 2568"),
    ],
)
def test_of_days_after_the_newest_release_it_is_said_how_new_that_is(
    ferries: Answerer, question: str, said: str
) -> None:
    answer = ferries.ask(question)
    assert answer.abstained
    assert said in answer.text


def test_of_days_that_releases_are_of_nothing_is_said_of_the_newest(ferries: Answerer) -> None:
    answer = ferries.ask("How high is Mount Everest, as measured in May 2025?")
    assert answer.abstained
    assert "newest" not in answer.text
