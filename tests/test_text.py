"""Decoding, and the clean-up that may change nothing but white space."""

from __future__ import annotations

import contextlib
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import DamagedFile
from index.readers.text import decode, fold, one_line, tidy

THAI = "กรมท่าเรือเปิดท่าเทียบเรือแห่งใหม่ที่บ้านนา เมื่อวันที่ ๑๒ มีนาคม ๒๕๖๗ น้ำลึก 8 เมตร\n"
ENGLISH = "The port authority has opened a pier – it is “new”.\n"


def norm(text: str) -> str:
    """What a quote and its source are compared in: form, case, white space, Thai digits do not count."""
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")).lower()
    return re.sub(r"[\s\u200b-\u200d\ufeff]+", "", text)


def without_controls(text: str) -> str:
    """The text with a space for every character that is not shown and is no white space."""
    unseen = {character for character in text if unicodedata.category(character) in ("Cc", "Cs")}
    return "".join(" " if character in unseen else character for character in text)


texts = st.text(
    st.one_of(
        st.sampled_from("กขทนำเาิีุู่้์ํๆฯ๑๒ \n\n\t\r\u00a0\u200b\u200d\ufeff\u2028\x1b\x9f\u0085"),
        st.sampled_from("aeE1.,)-(\u0301\u0323\u0302\u1100\u1161ﬁ½…"),
        st.characters(),
    ),
    max_size=60,
)


@settings(max_examples=300)
@given(texts)
@example("\u0e38\u200b\u0e48\u200b\u0e38")
@example("e\u200b\u0301")
@example("ก\u0e4d\u200b\u0e32")
@example("น\u0e49\u0e4d\u0e32 น\u0e4d\u0e49\u0e32")
@example("\u1100\u200b\u1161")
def test_tidy_changes_nothing_but_white_space_and_invisible_characters(text: str) -> None:
    assert norm(tidy(text)) == norm(without_controls(text))


@settings(max_examples=100)
@given(st.lists(st.text("กขคงเแา่ำ ab.1-#", min_size=40, max_size=70), min_size=4, max_size=9))
def test_joining_lines_changes_nothing_but_white_space(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert norm(tidy(text)) == norm(text)


@settings(max_examples=150)
@given(texts)
def test_tidy_text_is_clean(text: str) -> None:
    clean = tidy(text)
    assert clean == clean.strip()
    assert not re.search(r"[\r\t\xa0\x1b\x9f]|\n{3}|  | \n|\n ", clean)
    clean.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        (" \n\t \u200b\n", ""),
        ("\u200b\u200b", ""),
        ("\ufeff\u200b\u200bก", "ก"),
        ("ก\r\nข\rค", "ก\nข\nค"),
        ("ก\u00a0\u00a0 ข\tค", "ก ข ค"),
        ("ก\u200bข\ufeffค", "กขค"),
        ("ก  \n\n \n\n  ข", "ก\n\nข"),
        ("แดง\x1b[31mจบ\x07", "แดง\f[31mจบ"),
        ("ก\u2028ข", "ก\nข"),
        ("น\u0e4d\u0e32", "น\u0e33"),
        ("น\u0e49\u0e4d\u0e32", "น\u0e49\u0e33"),
        ("น\u0e4d\u200b\u0e32", "น\u0e33"),
        # Composing this one would change the order of marks, and the quote would not be found again.
        ("น\u0e4d\u0e49\u0e32", "น\u0e4d\u0e49\u0e32"),
        ("half \ud800 pair", "half \f pair"),
        ("ก\n\x9f ข", "ก\n\f ข"),
    ],
)
def test_tidy(text: str, clean: str) -> None:
    assert tidy(text) == clean


WRAPPED_ENGLISH = """The harbour board met on Tuesday to choose the builder of the
new pier, and after three hours it had chosen the smallest of
the five companies that had made an offer. The pier will have
room for nine ships, and its lights will be seen from as far
away as the islands. Work begins in May.
The mayor was pleased."""

WRAPPED_THAI = """กรมท่าเรือเปิดเผยว่าการก่อสร้างท่าเทียบเรือแห่งใหม่ที่บ้านนาใกล้แล้ว
เสร็จและจะเปิดให้ประชาชนใช้งานได้ในเดือนพฤษภาคมนี้โดยไม่เก็บค่าบริการ
ในช่วงสามเดือนแรกเพื่อให้ชาวประมงในพื้นที่ได้ทดลองใช้ท่าเรือและแสดงความ
คิดเห็นต่อการจัดระเบียบการจอดเรือซึ่งกรมจะนำไปปรับปรุงแผนงานในระยะต่อ
ไปก่อนเปิดอย่างเป็นทางการ"""


def test_hard_wrapped_english_lines_are_joined_with_a_space() -> None:
    paragraph, last = tidy(WRAPPED_ENGLISH).split("\n")
    assert "smallest of the five companies" in paragraph
    assert paragraph.endswith("Work begins in May.")
    assert last == "The mayor was pleased."


WRAPPED_IN_SHORT_PARAGRAPHS = """Harbour Lines to open a night ferry to the island of Koh Lanta in April
12 March 2026

Harbour Lines said on Thursday that its new ferry would leave Krabi at
half past ten every night.

The boat was built in Samut Prakan and carries 240 passengers. The
company had spent 310 million baht on it and expected to carry some
55,000 passengers in the first year.

Bookings open on Monday. The office in Krabi takes them by telephone
until the summer.

Fares
Seat 420 baht
Cabin 1,150 baht"""


def test_short_paragraphs_of_a_release_that_is_hard_wrapped_are_joined_too() -> None:
    lines = tidy(WRAPPED_IN_SHORT_PARAGRAPHS).split("\n")
    assert lines[:2] == ["Harbour Lines to open a night ferry to the island of Koh Lanta in April", "12 March 2026"]
    assert "The company had spent 310 million baht on it and expected to carry some 55,000 passengers" in lines[5]
    assert lines[-3:] == ["Fares", "Seat 420 baht", "Cabin 1,150 baht"]


def test_a_headline_that_stands_twice_is_not_joined_to_itself() -> None:
    headline = WRAPPED_IN_SHORT_PARAGRAPHS.split("\n", 1)[0]
    assert tidy(f"{headline}\n{WRAPPED_IN_SHORT_PARAGRAPHS}").split("\n")[:2] == [headline, headline]


def test_hard_wrapped_thai_lines_are_joined_without_a_space() -> None:
    assert "\n" not in tidy(WRAPPED_THAI)
    assert "ใกล้แล้วเสร็จ" in tidy(WRAPPED_THAI)


WRAPPED_THAI_WITH_NAMES = """กรมท่าเรือเปิดเผยว่าเรือข้ามฟากลำใหม่ชื่อ Harbour Lines Queen จะออกจากท่าเรือ
Krabi ทุกวันเวลาสี่ทุ่มครึ่ง รับผู้โดยสารได้ 240 คน และใช้เวลาเดินทางเพียง 3
ชั่วโมงจากเดิมห้าชั่วโมง ทั้งนี้บริษัทลงทุนต่อเรือลำดังกล่าวเป็นเงินกว่า 310
ล้านบาท โดยต่อที่อู่เรือในจังหวัดสมุทรปราการ และคาดว่าจะมีผู้โดยสารในปีแรก
ราวห้าหมื่นห้าพันคน เปิดให้จองตั้งแต่วันจันทร์นี้"""


def test_hard_wrapped_thai_with_a_name_at_the_beginning_of_a_line_is_joined() -> None:
    assert "\n" not in tidy(WRAPPED_THAI_WITH_NAMES)
    assert "ท่าเรือ Krabi ทุกวัน" in tidy(WRAPPED_THAI_WITH_NAMES)


# About as wide as each other, and none goes on in the next.
THAI_LIST = [
    "กรมส่งเสริมการท่องเที่ยวทางน้ำและกีฬาเรือใบแห่งชาติ",
    "สำนักงานพัฒนาท่าเรือชายฝั่งและหมู่เกาะทะเลใต้ภาคที่สอง",
    "องค์การบริหารเรือข้ามฟากและสะพานปลาบ้านทุ่งบ้านนา",
    "การประภาคารและสัญญาณเดินเรือนครหลวงกับปริมณฑล",
    "ธนาคารเพื่อการต่อเรือและอุตสาหกรรมประมงพื้นบ้าน",
    "สถาบันวิจัยกระแสน้ำและอากาศพลศาสตร์ของใบเรือ",
    "ศูนย์ฝึกอบรมคนประจำเรือสินค้าและนักดำน้ำบ้านป่า",
    "มหาวิทยาลัยราชนาวีศาสตร์และการเดินเรือบ้านดอนหอยหลอด",
]
THAI_AIMS = [
    "เพื่อส่งเสริมการท่องเที่ยวทางน้ำในจังหวัดชายฝั่งทะเลทุกแห่ง",
    "เพื่อพัฒนาคุณภาพชีวิตของชาวประมงพื้นบ้านและครอบครัว",
    "เพื่อลดอุบัติเหตุทางน้ำในช่วงเทศกาลและวันหยุดยาวทุกปี",
    "เพื่อรองรับเรือสำราญขนาดใหญ่จากต่างประเทศได้มากขึ้น",
    "เพื่อสร้างรายได้ให้ชุมชนรอบท่าเรือและตลาดน้ำใกล้เคียง",
    "เพื่ออนุรักษ์ปะการังและหญ้าทะเลรอบหมู่เกาะทางตอนใต้",
]


@pytest.mark.parametrize(
    "lines",
    [
        ["ครั้งแรกที่บ้านนา", "ครั้งต่อมาที่บ้านทุ่ง", "ครั้งที่สามที่บ้านดอน", "ครั้งสุดท้ายที่บ้านป่า", "จบ"],
        [f"{number}) พนักงานขับรถโดยสารประจำทาง สาย {number} เขตการเดินรถที่ {number} อู่บ้านนาใต้" for number in range(1, 9)],
        [f"- Item {number} of the list, which is about as long as all of the others are" for number in range(8)],
        [
            "A heading of this release",
            "First point is short",
            "Second point is rather longer than the first was",
            "Third",
        ],
        ["ย่อหน้ายาวมาก " * 30] * 6,
        THAI_LIST,
        [*THAI_LIST[:-2], f"{THAI_LIST[-2]} และ", THAI_LIST[-1]],
        [*THAI_LIST[:-1], f"และ{THAI_LIST[-1]}"],
        THAI_AIMS,
    ],
)
def test_lines_that_were_meant_stay(lines: list[str]) -> None:
    assert tidy("\n".join(lines)).count("\n") == len(lines) - 1


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp874", "tis-620"]
)
def test_thai_is_decoded_from_every_encoding_in_use(encoding: str) -> None:
    assert decode((THAI * 3).encode(encoding)) == THAI * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_english_is_decoded_from_every_encoding_in_use(encoding: str) -> None:
    text = ENGLISH * 5 + "Café Zürich, naïve façade, résumé.\n" * 3
    assert decode(text.encode(encoding)) == text


def test_thai_code_page_with_curly_quotes_is_thai() -> None:
    assert decode("“ท่าเรือใหม่” เปิดแล้ว…".encode("cp874")) == "“ท่าเรือใหม่” เปิดแล้ว…"


def test_utf8_with_one_bad_byte_keeps_the_rest() -> None:
    data = THAI.encode() + b"\xff" + THAI.encode()
    assert decode(data) == THAI + "\ufffd" + THAI


@pytest.mark.parametrize("bad", [b"\xff", b"\xe9", b"\x93"])
def test_english_utf8_with_one_bad_byte_keeps_its_quotation_marks(bad: bytes) -> None:
    data = ENGLISH.encode() + b"It is " + bad + b" open.\n"
    assert decode(data) == f"{ENGLISH}It is \ufffd open.\n"


@pytest.mark.parametrize("text", ["CAFÉ’S", "“É”, she said", "naïve façade", "Ä–Z"])
def test_english_of_windows_is_not_taken_for_flawed_utf8(text: str) -> None:
    text = f"The café reopens: {text}. It seats ninety and is open until ten.\n"
    assert decode(text.encode("cp1252")) == text


def test_thai_code_page_with_one_bad_byte_keeps_the_rest() -> None:
    thai = THAI.encode("cp874")
    assert decode(thai + b"\xff" + thai) == f"{THAI}\ufffd{THAI}"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("big5", "港口管理局今天宣布新的碼頭已經開放，市民可以免費使用三個月。"),
        ("euc-kr", "항만청은 오늘 새 부두가 열렸다고 발표했다. 시민은 석 달 동안 이용할 수 있다."),
    ],
)
def test_what_reads_like_flawed_thai_is_not_taken_for_it(encoding: str, text: str) -> None:
    assert decode((text * 9).encode(encoding)) == text * 9


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-8-sig"])
def test_marked_text_cut_off_in_a_character_is_damaged(encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    with pytest.raises(DamagedFile, match="cut off"):
        decode(f"{mark}{THAI}ท่า".encode(encoding)[:-1])
    assert decode(f"{mark}{THAI}".encode(encoding)) == THAI


def test_a_line_end_that_a_program_put_behind_text_is_no_damage() -> None:
    assert decode(THAI.encode("utf-16") + b"\n") == THAI


def test_text_cut_off_in_a_character_is_damaged() -> None:
    with pytest.raises(DamagedFile, match="cut off"):
        decode("ท่าเรือ".encode()[:-1])


@pytest.mark.parametrize("data", [bytes(range(256)) * 20, b"text\0\0\x01\x02" * 50, b"\x01\x02\x03\x04abc" * 100])
def test_binary_data_is_no_text(data: bytes) -> None:
    with pytest.raises(DamagedFile, match="not text"):
        decode(data)


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=80))
def test_utf8_is_always_read_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_text_or_the_one_error(data: bytes) -> None:
    with contextlib.suppress(DamagedFile):
        assert isinstance(decode(data), str)


def test_folding_ignores_white_space_and_character_form() -> None:
    assert fold("น\u0e33 \u200bดี\n") == fold("น\u0e4d\u0e32ดี")
    assert fold("a") != fold("b")


def test_one_line_has_no_line_ends() -> None:
    assert one_line(" a\n\nb\x1b ") == "a b"


@pytest.mark.parametrize("piece", [" ", "\n", "\u200b", "ก\u200b", "a \n", "1)\n", "ก" * 60 + "\n"])
def test_long_texts_are_tidied_in_linear_time(piece: str) -> None:
    # With the square of their length this would take hours, and the limit on the time of a test ends it.
    assert tidy(tidied := tidy(piece * 50_000)) == tidied
