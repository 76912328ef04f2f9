"""What the chat shows: nothing from a release is HTML or Markdown, and the quote is the quote."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.release import Language
from qa.answer import Answer, Citation
from qa.cards import (
    answer_html,
    date_text,
    earlier_html,
    escape,
    is_earlier,
    link_html,
    notice_html,
    question_html,
    question_text,
)
from qa.compose import compose
from qa.facts import Fact

HOSTILE = (
    "<img src=x onerror=alert(1)> **x** [a](javascript:alert(1)) ![x](http://evil.example/x.png) "
    "<script>alert(1)</script>\n\n# y\n\n- z\n</div></details> $$x$$ `c` "
    "https://evil.example/y _u_ ~~s~~ | t |"
)
TEXT = "ย่อหน้าแรก\n\nสะพานบัวทองยาว 412 เมตร & กว้าง <8> เมตร เปิดใช้ 3 มิถุนายน\n\nย่อหน้าท้าย"
QUOTE = "สะพานบัวทองยาว 412 เมตร & กว้าง <8> เมตร"
START = TEXT.index(QUOTE)


class Reader(HTMLParser):
    """What a browser would see: elements with their attributes, and the text by class of the element.

    With `shown`, the page is in that language, and what it says in the other one is left out.
    """

    def __init__(self, source: str, shown: Language | None = None) -> None:
        super().__init__()
        self._hidden = {"th": "tl-en", "en": "tl-th", None: ""}[shown]
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(dict(attrs).get("class") or tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._hidden not in self._open:
            self.texts.append((tuple(self._open), data))

    def text(self, name: str) -> str:
        return "".join(text for path, text in self.texts if name in path)

    @property
    def links(self) -> list[dict[str, str | None]]:
        """The links that lead out of the page."""
        return [link for link in self.having("a") if not (link["href"] or "").startswith("#")]

    def having(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.elements if found == tag]


CITATION = Citation(
    n=1,
    release_id="0123456789abcdef",
    url="https://www.example.go.th/news/1?a=1&b=2",
    title="เปิดสะพานบัวทอง",
    date=dt.date(2025, 2, 27),
    category="คมนาคม",
    quote=QUOTE,
    start=START,
    end=START + len(QUOTE),
    score=0.9,
    publisher="จังหวัดบัวทอง",
    passage=TEXT,
    passage_offset=START,
)


def answer(*citations: Citation, language: Language = "th", text: str = "“…” [1]", **more: Any) -> Answer:
    return Answer("?", language, text, not citations, citations, **more)


def read(*citations: Citation, language: Language = "th", text: str = "“…” [1]") -> Reader:
    return Reader(answer_html(answer(*citations, language=language, text=text)), language)


@given(st.text())
def test_escaped_text_is_one_line_without_a_sign_that_means_something(text: str) -> None:
    escaped = escape(text)
    assert len(escaped.splitlines()) <= 1
    assert not set(html.unescape(escaped)) - set(text) - {"\n"}
    assert not set(escaped) & set("<>\"'`*_[]()!~|\\$+-=:/.@{}")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], include_characters="\n\t")))
def test_a_question_is_read_back_from_its_message(question: str) -> None:
    assert question_text(question_html(question, "th")) == question
    assert question_text(earlier_html(question, "th")) == question
    assert is_earlier(earlier_html(question, "en"))
    assert not is_earlier(question_html(question, "en"))


def test_a_message_of_another_form_is_read_as_it_is() -> None:
    assert question_text("สวัสดี <b>") == "สวัสดี <b>"


def test_nothing_from_a_release_is_markup() -> None:
    hostile = replace(
        CITATION, title=HOSTILE, category=HOSTILE, publisher=HOSTILE + "!", quote=HOSTILE, kind="brief",
        passage=f"a {HOSTILE} b", passage_offset=2, url=HOSTILE, other_urls=(HOSTILE,),
    )  # fmt: skip
    source = answer_html(answer(hostile, text=HOSTILE))
    assert "\n" not in source
    page = Reader(source, "en")
    assert {tag for tag, _ in page.elements} <= {
        "a", "div", "p", "span", "blockquote", "mark", "details", "summary",
    }  # fmt: skip
    assert {name for _, attributes in page.elements for name in attributes} <= {"class", "href", "lang", "open"}
    start, end = hostile.start, hostile.end
    assert {link["href"] for link in page.having("a")} == {f"#quote-1-{hostile.release_id}-{start}-{end}"}
    assert page.text("tl-text") == HOSTILE
    assert page.text("tl-title") == f"[1] {HOSTILE}"


def test_the_quote_is_marked_in_its_passage_and_alone() -> None:
    page = read(CITATION)
    marked = [text for path, text in page.texts if path[-1] == "mark"]
    assert "".join(text for path, text in page.texts if path[-2:] == ("tl-passage", "mark")) == QUOTE
    assert "".join(text for path, text in page.texts if path[-2:] == ("tl-quote", "mark")) == QUOTE
    assert "".join(marked) == QUOTE * 2
    assert page.text("tl-passage") == TEXT


def test_a_passage_that_does_not_hold_the_quote_is_not_shown() -> None:
    page = read(replace(CITATION, passage_offset=START + 1))
    assert not page.having("details")
    assert page.text("tl-quote") == QUOTE


def test_a_passage_that_is_the_quote_is_shown_once() -> None:
    page = read(replace(CITATION, passage=f" {QUOTE}\n", passage_offset=1))
    assert not page.having("details")
    assert len(page.having("mark")) == 1


def test_the_quote_is_first_on_its_card_and_outside_a_fold() -> None:
    page = read(CITATION, replace(CITATION, n=2))
    assert ["open" in fold for fold in page.having("details")] == [False, False]
    order = [str(attributes.get("class")) for _, attributes in page.elements]
    card = order[order.index("tl-card") :]
    assert card[1] == "tl-quote"
    assert card.index("tl-quote") < card.index("tl-context") < card.index("tl-title") < card.index("tl-about")


def test_an_answer_of_quotes_alone_is_its_cards_and_says_nothing_twice() -> None:
    cited = (CITATION, replace(CITATION, n=2))
    page = read(*cited, text=compose(cited, "th"))
    assert {"class": "tl-label"} not in page.having("p")
    assert not page.text("tl-text")
    assert [text for path, text in page.texts if path[-1] == "tl-n"] == ["[1]", "[2]"]
    assert read(*cited, text="ก [1]").text("tl-text") == "ก [1]"


@pytest.mark.parametrize(
    ("language", "date"), [("th", "27 กุมภาพันธ์ 2568"), ("en", "27 February 2025")]
)  # fmt: skip
def test_dates_are_of_the_askers_era(language: Language, date: str) -> None:
    assert read(CITATION, language=language).text("tl-date") == date
    assert date_text(dt.date(2025, 2, 27), language) == date


@pytest.mark.parametrize(("language", "word"), [("th", "ไม่ระบุวันที่"), ("en", "undated")])
def test_a_release_without_a_date_is_called_undated(language: Language, word: str) -> None:
    assert read(replace(CITATION, date=None), language=language).text("tl-date") == word


def test_the_link_leads_to_the_release() -> None:
    (link,) = read(CITATION).links
    assert link == {"href": CITATION.url, "target": "_blank", "rel": "noopener noreferrer"}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "//evil.example/x",
        "https://[x",
        'https://a.example/" onmouseover="alert(1)',
    ],
)
def test_what_is_no_web_address_is_only_shown(url: str) -> None:
    page = read(replace(CITATION, url=url, other_urls=(url,)))
    assert not page.links
    assert page.text("tl-address") == url.strip() * 2


def test_a_release_without_an_address_has_no_link() -> None:
    page = read(replace(CITATION, url=""))
    assert not page.links
    assert not page.text("tl-link")


def test_further_addresses_are_links_too() -> None:
    page = read(replace(CITATION, other_urls=("http://a.example/1", "https://b.example/2")))
    assert [link["href"] for link in page.links] == [
        CITATION.url, "http://a.example/1", "https://b.example/2",
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "badge"), [("th", "จากบทสรุป"), ("en", "from a brief")])
def test_a_brief_says_that_it_is_one(language: Language, badge: str) -> None:
    page = read(replace(CITATION, kind="brief"), language=language)
    assert page.text("tl-badge") == badge
    assert ("ฉบับทางการ" if language == "th" else "official release") in page.text("tl-about")
    assert not read(CITATION, language=language).text("tl-badge")


def test_only_numbers_of_cards_are_set_off_in_the_text() -> None:
    page = read(CITATION, text="ก [1] ข [2] [x] [1]")
    assert [text for path, text in page.texts if path[-3:] == ("tl-text", "tl-open", "tl-n")] == ["[1]", "[1]"]


def test_each_text_bears_its_language() -> None:
    page = read(replace(CITATION, language="en"), language="th")
    languages = {attributes.get("class"): attributes.get("lang") for _, attributes in page.elements}
    assert languages["tl-text"] == languages["tl-sources"] == "th"
    assert languages["tl-quote"] == languages["tl-passage"] == "en"


def test_a_headline_and_a_number_open_the_release_at_the_quote() -> None:
    page = read(CITATION)
    target = f"#quote-1-{CITATION.release_id}-{CITATION.start}-{CITATION.end}"
    assert [link for link in page.having("a") if link not in page.links] == [{"class": "tl-open", "href": target}] * 2


def test_a_citation_of_no_release_opens_nothing() -> None:
    page = read(replace(CITATION, release_id='" onclick="alert(1)'))
    assert page.having("a") == page.links


def test_an_abstention_is_its_text_only() -> None:
    page = Reader(answer_html(replace(answer(CITATION, text="ไม่พบ [1]"), abstained=True)))
    assert [tag for tag, _ in page.elements] == ["div", "div"]
    assert page.text("tl-answer") == "ไม่พบ [1]"


@pytest.mark.parametrize("text", ["“…” [1]", compose((CITATION,), "th")], ids=["a text", "cards alone"])
@pytest.mark.parametrize(("language", "says"), [("th", "อาจไม่ได้ตอบ"), ("en", "may not say exactly what you asked")])
def test_doubt_is_said_above_the_quotes_in_both_languages(text: str, language: Language, says: str) -> None:
    doubtful = answer_html(answer(CITATION, text=text, is_doubtful=True))
    assert says in Reader(doubtful, language).text("tl-doubt")
    assert doubtful.index("tl-doubt") < doubtful.index("tl-card")
    assert "tl-doubt" not in answer_html(answer(CITATION, text=text))


def test_in_doubt_no_answer_is_set_off_in_a_quote() -> None:
    bold = replace(CITATION, answer_start=0, answer_end=6)
    assert "<strong>" in answer_html(answer(bold))
    assert "<strong>" not in answer_html(answer(bold, is_doubtful=True))


def test_a_notice_is_escaped() -> None:
    page = Reader(notice_html(HOSTILE, "English"))
    assert [tag for tag, _ in page.elements] == ["div", "p", "p"]
    assert page.text("tl-notice") == f"{HOSTILE}English"


def test_key_facts_are_a_list_in_the_askers_language() -> None:
    facts = (
        Fact("amount", "412 เมตร", QUOTE.index("412"), QUOTE.index("412") + 8, "412 metres"),
        Fact("name", "สะพาน", 0, 5, HOSTILE),
    )
    seen = read(replace(CITATION, facts=facts), language="en")
    (box,) = [attributes for attributes in seen.having("div") if attributes.get("class") == "tl-facts"]
    assert box["lang"] == "en"
    assert seen.text("tl-facts").startswith("Key facts")
    assert "412 metres" in seen.text("tl-facts")
    assert len(seen.having("li")) == 2
    assert not seen.having("script")
    assert not seen.having("img")


def test_a_quote_without_key_facts_has_no_list() -> None:
    seen = read(CITATION, language="en")
    assert not seen.text("tl-facts")
    assert not seen.having("li")


def test_beside_a_link_stands_the_host_that_it_leads_to() -> None:
    shown = link_html("https://www.moph.go.th@evil.example:8443/news", "Open")
    assert f">{escape('evil.example:8443')}</span>" in shown
