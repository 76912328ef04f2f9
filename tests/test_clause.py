"""What is quoted of an answer: the whole clauses around it, never too long."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.release import Language
from qa.clause import COMFORTABLE_QUOTE, LONGEST_QUOTE, clause_around, cut_clauses, with_announced

ENGLISH = (
    "The envoy Mr. Smith met Gen. Dee at 3.30 p.m. on Monday in the new hall of the harbour office. They agreed "
    "on three items, among them a night ferry that is to cost 12 crowns from the coming spring.\n"
    "A second paragraph follows."
)
THAI = (
    "นางสาวดาวเรือง กล่าวว่า ผู้ใช้ในไทย 50 ล้านคน เพิ่มขึ้นมาก ส่วนผู้ขายในระบบ มีประมาณ 3 ล้านราย ทั่วประเทศ\n"
    "ต่อมา มีการลงนามความร่วมมือ ที่ศาลากลางจังหวัด"
)


def quote_of(text: str, answer: str, language: Language) -> str:
    start = text.index(answer)
    first, last = clause_around(text, start, start + len(answer), language)
    return text[first:last]


def test_an_english_answer_is_quoted_with_its_sentences() -> None:
    quote = quote_of(ENGLISH, "12 crowns", "en")
    assert quote.startswith("The envoy Mr. Smith")
    assert quote.endswith("from the coming spring.")
    assert quote_of(ENGLISH, "A second paragraph", "en") == "A second paragraph follows."


@pytest.mark.parametrize(
    ("said", "together"),
    [
        ("from July 31, 2021", True),
        ("from 5-8 July, 2021", True),
        ("the Harbour Office of Orn (HOO)", True),
        ("in 2023 – 2025", True),
        ("(two crowns for a child, a dog, or a bicycle)", True),
        ("of 31, 20 and 21 crowns", False),
        ("in 2023 – with 20 crowns", False),
        ("the Harbour Office (which the envoy heads)", False),
    ],
)
def test_a_long_english_sentence_is_not_cut_inside_a_date_or_before_a_short_form(said: str, together: bool) -> None:
    sentence = (
        f"The envoy told {'the crew, the guests, ' * 11}that it runs {said} {'for the crew and the guests ' * 8}."
    )
    pieces = [sentence[first:last] for first, last in cut_clauses(sentence, "en")]
    assert any(said in piece for piece in pieces) == together


def test_a_thai_answer_is_quoted_from_the_beginning_of_its_line_where_that_is_near() -> None:
    quote = quote_of(THAI, "50 ล้านคน", "th")
    assert quote.startswith("นางสาวดาวเรือง กล่าวว่า")
    assert "\n" not in quote


def test_the_day_on_which_somebody_said_it_is_quoted_with_what_was_said() -> None:
    text = "วันนี้ (28 พ.ค. 2568) นายเรือ ท่าใหญ่ อธิบดีกรมท่าเรือ เปิดเผยว่า เรือข้ามฟากจะเปิดใหม่ นายแพ ใจดี เห็นด้วย"
    assert quote_of(text, "28 พ.ค.", "th").startswith("วันนี้ (28 พ.ค. 2568) นายเรือ ท่าใหญ่ อธิบดีกรมท่าเรือ เปิดเผยว่า")
    assert quote_of(f"ท่าเรือเปิดใหม่แล้ว{text[text.index(' นายแพ') :]}", "เปิดใหม่", "th") == "ท่าเรือเปิดใหม่แล้ว"


def test_a_thai_quote_does_not_begin_with_the_share_that_a_number_is() -> None:
    far = "ข้อความที่ไม่เกี่ยวข้อง " * 40
    share = "คิดเป็นร้อยละ 1.07 ของกำลังแรงงาน" + "ทั้งประเทศในช่วงเวลาเดียวกัน" * 4
    quote = quote_of(f"{far}ผู้ว่างงานเฉลี่ย มี 4.3 แสนคน {share} ต่อมา", "ร้อยละ 1.07", "th")
    assert "4.3 แสนคน คิดเป็นร้อยละ 1.07" in quote


@pytest.mark.parametrize("answer", ["50", "50 ล้านคน", "3 ล้านราย", "3"])
def test_a_thai_quote_does_not_stop_between_a_number_and_what_it_counts(answer: str) -> None:
    far = "ข้อความที่ไม่เกี่ยวข้อง " * 40
    quote = quote_of(f"{far}{THAI}", answer, "th")
    assert "50 ล้านคน" in quote or "3 ล้านราย" in quote
    assert not quote.endswith(("50", "ประมาณ", "3"))


def test_a_quote_that_was_filled_up_ends_at_a_pause() -> None:
    """Words that go on with what came before are no place to stop, however long the quote already is."""
    text = "นางเฮเลน กล่าวว่า มีผู้ใช้เกิน 50 ล้านคน และตัวเลขนี้เป็นเหตุผลสำคัญที่บริษัทเลือกลงทุนในประเทศ ส่วนร้านค้าในระบบ "
    text += "มีผู้ประกอบการในประเทศที่นำสินค้าท้องถิ่นของตนเองมาขายอยู่เป็นประจำรวมแล้วมากกว่า 3 ล้านราย"
    assert quote_of(text, "50 ล้านคน", "th").endswith("3 ล้านราย")


def test_a_list_is_quoted_to_its_end() -> None:
    """Items that begin alike belong together, although each could begin a sentence."""
    text = f"{'กรมท่าเรือเผยรายชื่อผู้มีสิทธิยื่นงาน ' * 4}มีห้าสาขา ได้แก่ สาขางานขุดคลอง สาขางานต่อเรือ สาขางานวางทุ่น สาขางานประภาคาร"
    quote = quote_of(text, "สาขางานขุดคลอง", "th")
    assert quote.endswith("สาขางานต่อเรือ สาขางานวางทุ่น สาขางานประภาคาร")


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        ("นางสาวดาวเรือง", "นางสาวดาวเรือง ศรีบัวขาว"),
        ("พล.ต.ต.กล้าหาญ", "พล.ต.ต.กล้าหาญ ชัยชนะ"),
        ("ดาวเทียมดอกจอก", "ดาวเทียมดอกจอก (Dok Chok Satellite)"),
        ("กองทุนท่าเรือ", "กองทุนท่าเรือ (กองทุนเพื่อการพัฒนา ปรับปรุง ดูแลท่าเรือ)"),
        ("7,090 ดอลลาร์", "7,090 ดอลลาร์ สรอ."),
        ("ภาครัฐ", "ภาครัฐ ภาคเอกชน ภาควิชาการ ภาคประชาชน"),
        ("โดยมีนายสมหวัง", "โดยมีนายสมหวัง ใจดี"),
        ("เข้าพบหารือนายสมหวัง", "เข้าพบหารือนายสมหวัง ใจดี"),
        ("จ.เชียงใหม่", "จ.เชียงใหม่ จ.น่าน จ.กรุงเทพมหานคร"),
        ("ถั่วฝักยาวสีม่วง", "ถั่วฝักยาวสีม่วง เบอร์ 1"),
        ("ลงนามแล้ว", "ลงนามแล้ว ณ ศาลาท่าน้ำ"),
    ],
)
def test_a_quote_does_not_end_in_a_name_before_a_bracket_or_in_a_list(answer: str, whole: str) -> None:
    text = f"{'กรมท่าเรือเผยผลการสำรวจท่าเรือทั่วประเทศ ' * 4}ในการนี้มีผู้กล่าวถึง {whole} ผู้แทนท่าเรือ"
    assert whole in quote_of(text, answer, "th")


def test_a_bracket_that_begins_an_item_is_a_place_to_stop() -> None:
    text = f"{'กรมท่าเรือเผยผลการสำรวจท่าเรือทั่วประเทศ ' * 4}โดยมีท่าเรือสองขนาด (1) ท่าเรือเล็กริมคลอง (2) ท่าเรือใหญ่ริมทะเล"
    assert quote_of(text, "สองขนาด", "th").endswith("สองขนาด")


@pytest.mark.parametrize("number", ["2)", "3.", "12.", "2. จัดระเบียบเรือ"])
def test_a_quote_ends_before_the_number_of_the_next_item(number: str) -> None:
    before = "ที่ประชุมกรมท่าเรือเห็นชอบแนวทางดูแลผู้โดยสารเรือข้ามฟากในช่วงน้ำหลากทั่วประเทศตามที่คณะทำงานเสนอรวมสองเรื่อง"
    text = f"{before} 1) ลดค่าเรือข้ามฟากเหลือ 5 บาทต่อเที่ยวตลอดทั้งเดือนตุลาคม {number} มอบหมายให้นายท่าทุกแห่งปิดป้ายราคา"
    quote = quote_of(text, "5 บาท", "th")
    assert quote.endswith("ตลอดทั้งเดือนตุลาคม")


def test_a_number_that_is_no_item_belongs_to_what_stands_before_it() -> None:
    text = f"{'กรมท่าเรือเผยผลการสำรวจท่าเรือทั่วประเทศ ' * 4}ให้เป็นไปตามประกาศข้อ 3. ของกรมท่าเรือ"
    assert quote_of(text, "ประกาศข้อ", "th").endswith("ข้อ 3. ของกรมท่าเรือ")


@pytest.mark.parametrize("dangling", ["ซึ่ง", "โดย", "ทั้งนี้", "โดยในวันพรุ่งนี้", "ซึ่งปีนี้", "แต่หากเรือเต็ม"])
def test_a_quote_does_not_end_with_the_beginning_of_what_is_not_quoted(dangling: str) -> None:
    text = (
        f"กรมท่าเรือลดค่าเรือข้ามฟากเหลือ 5 บาทต่อเที่ยว {dangling} นายท่าทุกแห่งจะปิดป้ายราคาใหม่ไว้ที่ทางลงเรือให้เห็นชัดเจน {'และ' * 60}"
    )
    assert quote_of(text, "5 บาท", "th").endswith("5 บาทต่อเที่ยว")


def test_a_short_clause_that_says_something_stays() -> None:
    text = f"กรมท่าเรือลดค่าเรือข้ามฟากให้ทุกคน แต่ไม่เกิน 5 บาท {'กรมท่าเรือเผยผลการสำรวจท่าเรือทั่วประเทศ' * 6}"
    assert quote_of(text, "ให้ทุกคน", "th").endswith("แต่ไม่เกิน 5 บาท")


@pytest.mark.parametrize("title", ["นายสมหวัง", "นางสาวดาวเรือง", "พล.อ.กล้าหาญ", "ดร.ปัญญา"])
def test_a_quote_is_not_filled_up_with_the_beginning_of_what_a_person_says_next(title: str) -> None:
    text = f"กรมท่าเรือ เข้าตรวจโกดังริมน้ำ 41 แห่ง {title} ใจดี ผู้อำนวยการท่าเรือ แถลงเรื่องนี้ในวันเดียวกัน"
    assert quote_of(text, "41 แห่ง", "th") == "กรมท่าเรือ เข้าตรวจโกดังริมน้ำ 41 แห่ง"


def test_a_number_before_a_person_ends_a_quote() -> None:
    text = "กรมท่าเรือ เข้าตรวจโกดังริมน้ำ ระหว่างวันที่ 3 ถึง 9 เมษายน 2567 นายสมหวัง ใจดี ผู้อำนวยการท่าเรือ แถลงเรื่องนี้"
    assert quote_of(text, "9 เมษายน", "th").endswith("เมษายน 2567")


@pytest.mark.parametrize(
    ("break_", "together"),
    [
        ("เก็บค่าเรือต่อไปอีก 2\nเดือน คือตั้งแต่ 21 กรกฎาคม", True),
        ("รวมวงเงินกว่า 1.4\nแสนล้านบาท และคาดว่าจะเพิ่ม", True),
        ("ประกาศไว้เมื่อปี 2566\nปี 2567 มีท่าเรือใหม่", False),
        ("ตั้งเป้าให้ได้ร้อยละ 70\nรายละเอียดอยู่ในแผน", False),
        ("แล้วเสร็จในปี 2568\nคนไทยจะได้ใช้ท่าเรือใหม่", False),
    ],
)
def test_a_line_that_was_broken_before_what_a_number_counts_goes_on(break_: str, together: bool) -> None:
    text = f"{'กรมท่าเรือเผยผลการสำรวจท่าเรือทั่วประเทศ ' * 4}\nในการนี้ {break_}"
    quote = quote_of(text, "ในการนี้", "th")
    assert ("\n" in quote) is together


@pytest.mark.parametrize(
    ("quoted", "rest", "reached"),
    [
        ("กรมท่าเรือตรวจเรือทุกลำแล้วพบว่า", " เรือสามลำรั่ว สั่งซ่อมแล้ว", " เรือสามลำรั่ว"),
        ("เรือที่ต้องซ่อม ได้แก่", " เรือดาวเรือง และเรือบัวขาว นอกนั้นแล่นได้", " เรือดาวเรือง และเรือบัวขาว"),
        ("นายท่าเปิดงาน โดยมี", " นายสมหวัง ใจดี ต้อนรับ", " นายสมหวัง ใจดี"),
        ("นายท่าแถลงว่า", " กรมท่าเรือพบว่า เรือสามลำรั่ว สั่งซ่อมแล้ว", " กรมท่าเรือพบว่า เรือสามลำรั่ว"),
        # These announce nothing, or not on this line, or there is no room.
        ("กรมท่าเรือซ่อมเฉพาะที่จำเป็น", " เรือสามลำรั่ว", ""),
        ("เรือใหม่แล่นดีกว่า", " เรือสามลำรั่ว", ""),
        ("กรมท่าเรือพบว่า", "\nเรือสามลำรั่ว", ""),
        ("กรมท่าเรือพบว่า", f" {'เรือสามลำรั่ว' * 30}", ""),
        ("กรมท่าเรือพบว่า", "", ""),
    ],
)
def test_a_quote_goes_on_to_what_it_announces(quoted: str, rest: str, reached: str) -> None:
    assert with_announced(quoted + rest, 0, len(quoted), "th") == len(quoted + reached)


def test_an_english_quote_ends_with_its_sentence() -> None:
    assert with_announced("It was found by Somporn\nจาก a clause", 0, 23, "en") == 23


def test_a_prime_minister_is_no_title_before_a_name() -> None:
    text = "กรมท่าเรือ เข้าตรวจโกดังริมน้ำ 41 แห่ง นายกรัฐมนตรีแถลงเรื่องนี้ในวันเดียวกัน"
    assert quote_of(text, "41 แห่ง", "th") == text


def test_what_is_not_shown_is_not_quoted_across() -> None:
    text = "The pier opens on Monday. \f It costs 9 crowns. It closes late."
    assert quote_of(text, "9 crowns", "en") == "It costs 9 crowns. It closes late."


def test_of_an_answer_across_two_paragraphs_that_do_not_fit_the_longer_part_is_quoted_whole() -> None:
    first = f"The plan of the ministry {'which the harbour office made public ' * 6}ends with predator fish."
    second = "Minister Anong Saelim was due to visit the pier of the fishing village on Monday at noon."
    text = f"{first}\n\n{second} The mayor came too."
    answer = text[text.index("predator fish") : text.index(" at noon")]
    assert quote_of(text, answer, "en").startswith(second)
    assert "predator" not in quote_of(text, answer, "en")


def test_an_answer_longer_than_a_quote_is_quoted_from_its_beginning() -> None:
    text = "หนึ่งสองสาม " * 80
    first, last = clause_around(text, 12, 900, "th")
    assert first <= 12 < last <= first + LONGEST_QUOTE


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="กขา่ abcD.,\n()?5", max_size=1500),
    st.integers(0, 1500),
    st.integers(1, 60),
    st.sampled_from(["th", "en"]),
)
def test_any_answer_gets_a_quote_that_holds_it(text: str, start: int, length: int, language: Language) -> None:
    end = min(len(text), start + length)
    assume(text[start:end].strip() == text[start:end] != "")
    first, last = clause_around(text, start, end, language)
    quote = text[first:last]
    assert 0 < len(quote) <= LONGEST_QUOTE
    assert quote == quote.strip()
    assert first <= start < last
    if end - start < COMFORTABLE_QUOTE // 2 and not any(mark in text[start:end] for mark in " \n.?,()"):
        assert end <= last
