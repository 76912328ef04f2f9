"""Names of a sentence are looked for in a passage, in its script or in the other."""

from __future__ import annotations

import pytest

from index.language import detect_language
from qa.names_said import names_lacking
from qa.negation import says_no

THAI = (
    "นางสาวพิมพ์ดาว ศรีบัวขาว ผู้ว่าราชการจังหวัดบัวทอง เปิดเผยว่า TikTok มีผู้ใช้มากขึ้น โดยกระทรวงการคลังและนายวรเมธ คงคาลัย จะแถลงอีกครั้ง"
)
ENGLISH = (
    "Lumatide Energy said its chief executive Ingrid Vasquez-Thorne will open the Bua Thong plant "
    "together with the Ministry of Finance and Phimdao Sribuakhao."
)

SAID = [
    ("Phimdao Sribuakhao, Governor of Bua Thong, said that TikTok has more users.", THAI),
    ("The Ministry of Finance and Woramet Khongkhalai will speak again.", THAI),
    ("Representatives of TikTok met the Governor of Bua Thong.", THAI),
    ("Construction at the plant was announced.", THAI),
    ("กระทรวงการคลังและนายวรเมธ คงคาลัย จะแถลง", THAI),
    ("นางสาวพิมพ์ดาว กล่าวว่าจังหวัดบัวทองมีผู้ใช้ TikTok มากขึ้น", THAI),
    ("Ingrid Vasquez-Thorne of Lumatide Energy will open it.", ENGLISH),
    ("LUMATIDE’s plant opens with the Finance Ministry.", ENGLISH),
    ("Lumatide Energy จะเปิดโรงงานที่จังหวัดบัวทองร่วมกับกระทรวงการคลัง", ENGLISH),
    ("นางสาวพิมพ์ดาว ศรีบัวขาว จะร่วมเปิดโรงงาน", ENGLISH),
]
NOT_SAID = [
    ("Somchai Prasert, Governor of Bua Thong, said so.", THAI, "Somchai Prasert"),
    ("The Ministry of Energy will speak again.", THAI, "Ministry of Energy"),
    ("It has more users on Facebook.", THAI, "Facebook"),
    ("The governor of Chiang Mai said so.", THAI, "Chiang Mai"),
    ("กระทรวงพลังงานจะแถลงอีกครั้ง", THAI, "กระทรวงพลังงาน"),
    ("นายอนุทิน ชาญวีรกูล จะแถลงอีกครั้ง", THAI, "อนุทิน"),
    ("จังหวัดเชียงใหม่มีผู้ใช้มากขึ้น", THAI, "เชียงใหม่"),
    ("มีผู้ใช้ Facebook มากขึ้น", THAI, "Facebook"),
    ("Peter Thorne of Lumatide Energy will open it.", ENGLISH, "Peter"),
    ("OpenGate will open it.", ENGLISH, "OpenGate"),
    ("นายสมชาย ประเสริฐ จะร่วมเปิดโรงงาน", ENGLISH, "สมชาย"),
    ("จังหวัดเชียงใหม่จะเปิดโรงงาน", ENGLISH, "เชียงใหม่"),
]


@pytest.mark.parametrize(("sentence", "source"), SAID)
def test_a_name_that_is_said_is_found(sentence: str, source: str) -> None:
    assert [*names_lacking(sentence, detect_language(sentence), source, detect_language(source))] == []


@pytest.mark.parametrize(("sentence", "source", "name"), NOT_SAID)
def test_a_name_that_is_not_said_is_named(sentence: str, source: str, name: str) -> None:
    found = [*names_lacking(sentence, detect_language(sentence), source, detect_language(source))]
    assert any(name in one for one in found), found


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("The plan was not approved.", True),
        ("No kettle of any other model is affected.", True),
        ("It doesn't apply.", True),
        ("The fare is not more than 22 baht, no later than May.", False),
        ("Not only students pay less.", False),
        ("The plan was approved.", False),
        ("ที่ประชุมไม่เห็นชอบ", True),
        ("มิได้อนุมัติงบประมาณ", True),
        ("ห้ามเรือออกจากฝั่ง", True),
        ("จ่ายไม่เกิน 22 บาท และไม่น้อยกว่า 11 บาท", False),
        ("ใช้บริการโดยไม่เสียค่าใช้จ่าย", False),
        ("เงินชดเชยที่ไม่ต้องเสียภาษี", False),
        ("ที่ประชุมเห็นชอบ", False),
        ("เครื่องทำน้ำเย็นในไม้", False),
    ],
)
def test_whether_a_text_says_no(text: str, denies: bool) -> None:
    assert says_no(text, detect_language(text)) is denies
