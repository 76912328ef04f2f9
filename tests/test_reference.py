"""Answers to take along: text, Markdown, formal references."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from qa.compose import MAY_NOT_SAY
from qa.reference import answer_markdown, answer_references, answer_text, formal_reference
from tests.test_cards import CITATION, HOSTILE, QUOTE, answer

TODAY = dt.date(2026, 11, 26)


def test_a_reference_in_thai_and_in_english() -> None:
    assert formal_reference(CITATION, "th", TODAY) == (
        "จังหวัดบัวทอง. (27 กุมภาพันธ์ 2568). “เปิดสะพานบัวทอง”. "
        "สืบค้นเมื่อ 26 พฤศจิกายน 2569, จาก https://www.example.go.th/news/1?a=1&b=2"
    )
    assert formal_reference(CITATION, "en", TODAY) == (
        "จังหวัดบัวทอง. (27 February 2025). “เปิดสะพานบัวทอง”. "
        "Available at: https://www.example.go.th/news/1?a=1&b=2 (Accessed: 26 November 2026)"
    )


def test_what_a_release_lacks_is_left_out_of_its_reference() -> None:
    bare = replace(CITATION, publisher="", date=None, url="javascript:alert(1)", kind="brief")
    assert formal_reference(bare, "th", TODAY) == "“เปิดสะพานบัวทอง”. [บทสรุปข่าว]. (ม.ป.ป.)."
    assert formal_reference(bare, "en", TODAY) == "“เปิดสะพานบัวทอง” [brief of a press release]. (n.d.)."


def test_without_a_publisher_a_reference_begins_with_the_headline() -> None:
    unsigned = replace(CITATION, publisher=" ")
    assert formal_reference(unsigned, "th", TODAY) == (
        "“เปิดสะพานบัวทอง”. (27 กุมภาพันธ์ 2568). สืบค้นเมื่อ 26 พฤศจิกายน 2569, จาก https://www.example.go.th/news/1?a=1&b=2"
    )
    assert formal_reference(unsigned, "en", TODAY).startswith("“เปิดสะพานบัวทอง”. (27 February 2025). Available at: ")


def test_the_text_holds_the_answer_and_its_references() -> None:
    text = answer_text(answer(CITATION, text=f"“{QUOTE}” [1]"), TODAY)
    assert text.startswith(f"“{QUOTE}” [1]\n\n[1] จังหวัดบัวทอง.")
    assert "สืบค้นเมื่อ 26 พฤศจิกายน 2569" in text
    assert answer_text(replace(answer(CITATION, text="ไม่พบ"), abstained=True), TODAY) == "ไม่พบ"


def test_doubt_is_taken_along() -> None:
    doubtful = answer(CITATION, is_doubtful=True)
    says = MAY_NOT_SAY.of("th")
    assert answer_text(doubtful, TODAY).startswith(f"{says}\n\n")
    assert answer_markdown(doubtful).index(says) < answer_markdown(doubtful).index(">")
    assert says not in answer_text(answer(CITATION), TODAY) + answer_markdown(answer(CITATION))


def test_references_have_the_day_of_access_in_their_language() -> None:
    assert "(Accessed: 26 November 2026)" in answer_references(answer(CITATION), "en", TODAY)
    assert "สืบค้นเมื่อ 26 พฤศจิกายน 2569" in answer_references(answer(CITATION), "th", TODAY)


def test_a_release_that_is_quoted_twice_is_one_reference() -> None:
    other = replace(CITATION, n=3, title="ปิดสะพานบัวทอง")
    listed = answer_references(answer(CITATION, replace(CITATION, n=2, quote="กว้าง"), other), "th", TODAY)
    assert listed.splitlines() == [formal_reference(cited, "th", TODAY) for cited in (CITATION, other)]


def test_markdown_quotes_and_links() -> None:
    markdown = answer_markdown(answer(replace(CITATION, quote="ยาว 412 เมตร"), text="?"))
    assert "> ยาว 412 เมตร\n" in markdown
    assert "[เปิดสะพานบัวทอง](<https://www.example.go.th/news/1?a=1&b=2>)" in markdown


def test_what_a_model_wrote_stands_before_its_quotes_in_markdown() -> None:
    written = replace(answer(CITATION, text="It is *412* metres. [1]"), answered_by="llm")
    assert "It is \\*412\\* metres. \\[1\\]\n\n> " in answer_markdown(written)
    assert "412" not in answer_markdown(answer(replace(CITATION, quote="ยาว"), text="412"))


def test_nothing_of_a_release_is_markdown() -> None:
    hostile = replace(
        CITATION,
        title=HOSTILE,
        quote=f"{HOSTILE}\n1. a\n- b\n# c\n2568) d\n===\n\n    e\n\tf",
        publisher=HOSTILE,
        url="https://a.example/>x",
    )
    markdown = answer_markdown(answer(hostile))
    assert "<" not in markdown.replace("\\<", "")
    assert "](" not in markdown.replace("\\](", "")
    assert "> 1\\. a\n> \\- b\n> \\# c\n> 2568\\) d\n> \\=\\=\\=\n>\n> e\n> f\n" in markdown
