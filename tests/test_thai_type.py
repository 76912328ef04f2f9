"""Thai as it is set on the page: in the font that comes with it, with room above and below, broken between words."""

from __future__ import annotations

import pytest

from tests.test_page import CHROMIUM, LONG_ID, THAI_EXAMPLE, Spy, Tab, address, book, browser, spy
from tests.test_source_page import ask, phone

__all__ = ["Spy", "address", "book", "browser", "phone", "spy"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

WORDS = (
    "รัฐบาล", "ประกาศ", "มาตรการ", "ช่วยเหลือ", "เกษตรกร", "ผู้", "ประสบ", "อุทกภัย", "ใน", "จังหวัด", "เชียงใหม่", "และ",
    "ขยาย", "เวลา", "ลงทะเบียน", "ออกไป", "ถึง", "เดือน", "ธันวาคม",
)  # fmt: skip

# The font of each piece of Thai that is seen, as the browser took it, and how high its lines are.
_SET = """(places) => [...document.querySelectorAll(places)].filter((one) => one.checkVisibility()).map((one) => {
  const style = getComputedStyle(one);
  return [one.className, style.fontFamily, parseFloat(style.lineHeight) / parseFloat(style.fontSize)];
})"""
# On how many lines each of the words stands that a text is made of.
_LINES = """([place, words]) => {
  const text = document.querySelector(place).firstChild;
  let at = 0;
  return words.map((word) => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at += word.length);
    return new Set([...range.getClientRects()].map(({bottom}) => Math.round(bottom))).size;
  });
}"""


def test_thai_is_set_in_the_font_that_comes_with_the_page(phone: Tab) -> None:
    ask(phone, THAI_EXAMPLE)
    for weight in (400, 700):
        phone.page.wait_for_function(f"document.fonts.check('{weight} 16px Sarabun', 'ที่ปรึกษาน้ำ')")
    # The part of the font that has Thai letters is used.
    phone.page.wait_for_function(
        "[...document.fonts].some((f) => f.status === 'loaded' && f.unicodeRange.includes('U+E01-E5B'))"
    )
    session = phone.page.context.new_cdp_session(phone.page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    for place in ("#tl-header h1", "#tl-chat .tl-question", "#tl-chat .tl-title", "#tl-chat .tl-quote mark"):
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": place})["nodeId"]
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert {font["familyName"] for font in used} == {"Sarabun"}, place
        assert all(font["isCustomFont"] for font in used), f"{place} is set in a font of this machine"


def test_lines_of_answers_and_quotes_leave_room_for_marks(phone: Tab) -> None:
    ask(phone, THAI_EXAMPLE)
    phone.page.locator(".tl-title .tl-open").first.click()
    phone.page.locator("#tl-panel mark.tl-current").wait_for()
    places = ".tl-question, .tl-text, .tl-quote, .tl-passage, .tl-title, .tl-release, .tl-headline"
    found = phone.page.evaluate(_SET, places)
    assert {"tl-question", "tl-quote", "tl-title", "tl-release", "tl-headline"} <= {name for name, _, _ in found}
    for name, family, lines in found:
        assert family.startswith("Sarabun"), name
        assert round(lines, 3) >= 1.6, f"{name} has lines of {lines:.2f}"


def test_of_a_headline_that_is_cut_short_no_mark_of_the_next_line_is_seen(phone: Tab) -> None:
    phone.page.evaluate(f"window.thalaeng.openRelease(document.body, '{LONG_ID}')")
    headline = phone.page.locator("#tl-panel .tl-headline")
    headline.wait_for()
    phone.page.wait_for_function("document.fonts.check('700 16px Sarabun', 'ที่ปรึกษาน้ำ')")
    pictures = set()
    for third in ("อา", "ปี๊ฝั้ฟ้ำ"):
        headline.evaluate("(one, third) => { one.innerHTML = `อา<br>อา<br>${third}`; }", third)
        phone.wait_until_drawn()
        pictures.add(headline.screenshot())
    assert len(pictures) == 1


@pytest.mark.parametrize("width", [360, 412])
def test_a_long_sentence_is_broken_between_words(phone: Tab, width: int) -> None:
    phone.page.set_viewport_size({"width": width, "height": 800})
    phone.page.evaluate(f"window.thalaeng.openRelease(document.body, '{LONG_ID}')")
    phone.page.locator("#tl-panel .tl-release").wait_for()
    sentence = "".join(WORDS)
    phone.page.evaluate(
        "(text) => { document.querySelector('.tl-release').textContent = text; }", f"{sentence}{sentence}"
    )
    lines = phone.page.evaluate(_LINES, [".tl-release", [*WORDS, *WORDS]])
    assert dict(zip([*WORDS, *WORDS], lines, strict=True)) == dict.fromkeys(WORDS, 1)
    high, one = phone.page.locator(".tl-release").evaluate(
        "one => [one.clientHeight, parseFloat(getComputedStyle(one).lineHeight)]"
    )
    assert high > 3 * one, "the sentence is not broken at all"
