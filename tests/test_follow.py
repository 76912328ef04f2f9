"""What makes a question follow the one before it: how near each of them, and both together, come to a release."""

from __future__ import annotations

import pytest

from qa.follow import followed
from qa.question import Question, read_question

LEANS = "And how much is it?"
STANDS = "How many people does the company intend to employ, once work has begun?"
BEFORE = "When does construction of the battery plant begin?"


@pytest.mark.parametrize(
    ("text", "alone", "together", "before", "follows"),
    [
        (LEANS, 1.00, 1.10, 1.10, True),
        (LEANS, 1.00, 1.01, 1.01, True),
        (LEANS, 1.00, 1.00, 1.00, False),
        (LEANS, 1.00, 0.98, 0.98, False),
        (STANDS, 1.00, 1.15, 1.15, True),
        (STANDS, 1.00, 1.05, 1.05, False),
        (LEANS, 1.00, 1.10, 1.15, True),
        (LEANS, 1.00, 1.10, 1.20, False),
        (STANDS, 1.00, 1.15, 1.25, False),
    ],
    ids=[
        "nearer together",
        "hardly nearer, and its words say so",
        "no nearer together",
        "farther together",
        "much nearer, though its words do not say so",
        "little nearer, and its words do not say so",
        "a little away from what it follows",
        "far away from what it follows",
        "far away from what it would follow",
    ],
)
def test_a_question_follows_what_it_comes_nearer_with(
    text: str, alone: float, together: float, before: float, follows: bool
) -> None:
    near = {text: alone, f"{BEFORE} {text}": together, BEFORE: before}
    asked = followed(read_question(text, [BEFORE]), lambda question: near[question.search])
    assert asked.search == (f"{BEFORE} {text}" if follows else text)
    assert asked.text == text
    assert asked.strays == pytest.approx(before - together if follows else 0.0)


@pytest.mark.parametrize(
    "text",
    ["And in April?", "What about the other plant?", "แล้วเดือนเมษายนล่ะ", "แล้วเชียงใหม่", "ปี 2567 ล่ะ", "เชียงใหม่ล่ะครับ"],
)
def test_a_question_that_only_puts_something_in_place_follows_whatever_is_near(text: str) -> None:
    asked = read_question(text, [BEFORE])
    assert followed(asked, lambda question: pytest.fail("searched")).search == f"{BEFORE} {text}"
    history = ["What did the mayor of Port Arlen open on the third of June 2024?", "And where is it?"]
    asked = read_question(text, history)
    near = {f"{asked.topics[0]} {text}": 0.1, f"{asked.topics[1]} {text}": 0.2}
    found = followed(asked, lambda question: near.get(question.search, 1.0))
    assert (found.search, found.strays) == (f"{asked.topics[1]} {text}", 0.0)


@pytest.mark.parametrize(
    ("text", "together", "before", "sure", "follows"),
    [
        ("How many days?", 0.95, 0.95, True, True),
        ("How many days?", 0.95, 0.95, False, False),
        ("How many days?", 0.85, 0.85, True, False),
        ("How many days?", 0.95, 1.05, True, False),
        ("How many days does the ferry take?", 0.95, 0.95, True, False),
        ("โทษปรับเท่าไร", 0.95, 0.95, True, True),
    ],
    ids=["surely answered", "not surely", "much farther", "strays", "names something", "in Thai"],
)
def test_a_bare_question_follows_where_it_is_surely_answered_with_what_it_follows(
    text: str, together: float, before: float, sure: bool, follows: bool
) -> None:
    near = {text: 1.0, f"{BEFORE} {text}": together, BEFORE: before}
    asked = followed(read_question(text, [BEFORE]), lambda question: near[question.search], lambda question: sure)
    assert asked.search == (f"{BEFORE} {text}" if follows else text)


def test_what_is_read_with_is_known_one_by_one_the_latest_first() -> None:
    history = ["สรุปข่าวกรมท่าเรือเดือนมีนา 67", "แล้วเดือนเมษายนล่ะ"]
    asked = read_question("แล้วกรมประมงล่ะ", history)
    both = asked.behind(asked.topics[1])
    assert both.latest_first == ("แล้วกรมประมงล่ะ", "แล้วเดือนเมษายนล่ะ", "สรุปข่าวกรมท่าเรือเดือนมีนา 67")
    assert asked.latest_first == ("แล้วกรมประมงล่ะ",)


def test_a_few_words_that_do_not_say_so_may_be_on_something_new() -> None:
    near = {"ferry fares": 1.0, f"{BEFORE} ferry fares": 0.9, BEFORE: 1.0}
    asked = read_question("ferry fares", [BEFORE])
    assert followed(asked, lambda question: near[question.search]) is asked


def test_what_comes_nearer_together_strays_from_nothing() -> None:
    near = {LEANS: 1.0, f"{BEFORE} {LEANS}": 1.2, BEFORE: 1.1}
    assert followed(read_question(LEANS, [BEFORE]), lambda question: near[question.search]).strays == 0


def test_a_question_follows_the_topic_that_it_comes_nearest_with() -> None:
    history = ["What did the mayor of Port Arlen open on the third of June 2024?", "And where is it?"]
    asked = read_question(LEANS, history)
    last, both = asked.topics

    def nearest(question: Question) -> float:
        return {f"{last} {LEANS}": 1.0, f"{both} {LEANS}": 1.2}.get(question.search, 0.9)

    assert followed(asked, nearest).search == f"{both} {LEANS}"


def test_a_question_behind_nothing_is_not_searched_for() -> None:
    asked = read_question(LEANS)
    assert followed(asked, lambda question: pytest.fail("searched")) is asked


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("And how much is it?", True),
        ("So is it open?", True),
        ("And then, did they pay?", True),
        ("Name the other one", True),
        ("แล้วใครเป็นประธาน", True),
        ("แล้วปลูกไปกี่ไร่", True),
        ("ขอชื่อผู้ชนะ", True),
        ("ราคาเท่าไหร่", True),
        ("And Thailand's?", False),
        ("What about the other plant?", False),
        ("And at the second station, the one by the river?", False),
        ("แล้วเชียงใหม่ล่ะ", False),
        ("แล้วที่นา 5 ไร่ล่ะ", False),
        ("ส่วนผู้ประกอบการ", False),
        ("แล้วกำไรล่ะ", False),
        ("แล้วผ้าไหมล่ะ", False),
        ("แล้วกรมหม่อนไหมล่ะ", False),
        ("แล้วคนไร้บ้านล่ะ", False),
        ("แล้วไรเดอร์ล่ะ", False),
        ("แล้วไฟไหม้ล่ะ", False),
        ("แล้วผู้ที่เกี่ยวข้องล่ะ", False),
        ("แล้วผ้าไหมขายได้ไหม", True),
        ("แล้วทำไรได้บ้าง", True),
    ],
)
def test_what_asks_nothing_by_itself_is_read_with_what_it_follows(text: str, asks: bool) -> None:
    alone = read_question(text, [BEFORE])
    behind = alone.behind(BEFORE)
    assert alone.in_context == text, "alone there is nothing else to read"
    assert behind.in_context == (text if asks else f"{BEFORE} {text}")


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("เจ้าหน้าที่ดับไฟป่าที่ลุกไหม้บนภูเขาทางตอนเหนือของจังหวัดได้ภายในกี่วัน", False),
        ("อุทยานแห่งชาติเขาใหญ่เปิดให้นักท่องเที่ยวเข้าพักค้างคืนได้วันละกี่คน", False),
        ("โรงงานปุ๋ยแห่งใหม่ที่อำเภอเขาย้อย จังหวัดเพชรบุรี ใช้เงินลงทุนกี่ล้านบาท", False),
        ("ทูตเนเธอร์แลนด์กล่าวชมโครงการชลประทานของจังหวัดในพิธีเปิดว่าอย่างไรบ้าง", False),
        ("ในพิธีเปิดโรงงานปุ๋ยแห่งใหม่ของจังหวัด เขากล่าวชมโครงการชลประทานว่าอย่างไร", True),
        ("ในพิธีเปิดโรงงานปุ๋ยแห่งใหม่ของจังหวัด พวกเขากล่าวชมโครงการชลประทานว่าอย่างไร", True),
    ],
)
def test_a_mountain_is_nobody_who_was_named_before(text: str, leans: bool) -> None:
    assert read_question(text, [BEFORE]).leans == leans
