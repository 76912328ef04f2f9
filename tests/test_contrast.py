"""Text can be read and controls be seen: colours differ as WCAG AA wants, in the light and in the dark."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from qa.compose import MAY_NOT_SAY
from tests.test_page import CHROMIUM, Spy, Tab, address, book, browser, spy, tab
from tests.test_source_page import ask

__all__ = ["Spy", "address", "book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# Colours read back from a canvas, and the contrast of one with what is painted under an element.
_COLOURS = """
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const colour = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
  const ground = (element) => element
    ? over(colour(getComputedStyle(element).backgroundColor), ground(element.parentElement)) : [255, 255, 255, 1];
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (text, under) => {
    const [a, b] = [light(over(colour(text), under)), light(under)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const isSeen = (element) => element.checkVisibility({visibilityProperty: true})
    && element.getBoundingClientRect().width >= 2 && !element.closest('script, style, :disabled, .tl-said');
"""

# For each text that is seen, what stands in fields and what they ask for: its contrast with what is under it.
_CONTRASTS = f"""() => {{
  {_COLOURS}"""
_CONTRASTS += """
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.textContent.trim();
    if (!words || !isSeen(element)) continue;
    found.push([words.slice(0, 40), contrast(getComputedStyle(element).color, ground(element))]);
  }
  for (const field of document.querySelectorAll('input:not([type=checkbox], [type=file]), select, textarea')) {
    if (!isSeen(field)) continue;
    const under = ground(field);
    found.push([field.value || field.name || 'a field', contrast(getComputedStyle(field).color, under)]);
    if (!field.placeholder) continue;
    const style = getComputedStyle(field, '::placeholder');
    found.push([field.placeholder, style.opacity < 1 ? 0 : contrast(style.color, under)]);
  }
  return found;
}"""

# For each field and button that is seen: the contrast of its edge with what it stands on.
_EDGES = f"""() => {{
  {_COLOURS}"""
_EDGES += """
  const fields = 'input:not([type=checkbox], [type=file]), select, textarea, .tl-drop';
  const controls = `${fields}, .tl-button, button:not(.submit-button)`;
  return [...document.querySelectorAll(controls)].filter(isSeen).map((control) => {
    // The box and its button stand in one frame.
    const framed = control.closest('#tl-box') ?? control;
    const style = getComputedStyle(framed);
    const isThere = ['Top', 'Right', 'Bottom', 'Left'].every((side) => parseFloat(style[`border${side}Width`]) >= 1);
    const words = (control.innerText || control.placeholder || control.name || control.className).slice(0, 40);
    return [words, isThere ? contrast(style.borderTopColor, ground(framed.parentElement)) : 0];
  });
}"""


# For each sign that is seen its contrast with what it is painted on; for each thing that is pressed and each that could
# be, with what is around it.
_SIGNS = f"""() => {{
  {_COLOURS}"""
_SIGNS += """
  const stands = (element, on) => contrast(getComputedStyle(element).backgroundColor, ground(on));
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
  return [
    all('.tl-sign').map((sign) => stands(sign, sign.parentElement)),
    all('[aria-pressed=true]').map((one) => stands(one, one.parentElement)),
    all('[aria-pressed=false]').map((one) => stands(one, one.parentElement)),
  ];
}"""


def dim(tab: Tab) -> tuple[set[str], list[tuple[str, float]]]:
    """The words that are seen, and of them and of the edges of controls those that do not stand out as AA wants."""
    texts, edges = tab.page.evaluate(_CONTRASTS), tab.page.evaluate(_EDGES)
    faint = [(words, round(seen, 2)) for words, seen in texts if seen < 4.5]
    blurred = [(f"the edge of {words}", round(seen, 2)) for words, seen in edges if seen < 3]
    return {words for words, _ in texts}, faint + blurred


@pytest.fixture(params=["light", "dark"])
def lit(request: pytest.FixtureRequest, tab: Tab) -> Tab:
    """The page in the light and in the dark."""
    tab.page.evaluate(f"localStorage.setItem('thalaeng.theme', '{request.param}')")
    tab.reload()
    tab.page.wait_for_function(f"document.body.classList.contains('dark') === {str(request.param == 'dark').lower()}")
    expect(tab.box).to_have_attribute("placeholder", "Type a question")
    return tab


def test_the_chat_and_the_source_stand_out(lit: Tab) -> None:
    page = lit.page
    expect(page.get_by_text("Try asking")).to_be_visible()
    seen, faint = dim(lit)
    assert {"Try asking", "Type a question", "Filters"} <= seen
    assert faint == []
    ask(lit)
    ask(lit, "What colour are the electric boats?")
    ask(lit, "???")
    page.get_by_role("button", name="Bad answer").first.press("Enter")
    expect(page.get_by_role("textbox", name="Why? (optional)")).to_be_visible()
    page.locator(".tl-title .tl-open").first.click()
    page.locator("#tl-panel mark.tl-current").wait_for()
    seen, faint = dim(lit)
    assert {"New conversation", "Why? (optional)", "Open the official release", MAY_NOT_SAY.en[:40]} <= seen
    assert faint == []


def test_the_filters_stand_out(lit: Tab) -> None:
    page = lit.page
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="This year").click()
    expect(page.locator("#tl-choices")).to_be_visible()
    seen, faint = dim(lit)
    assert {"Release date", "Category", "Last 7 days", "Done"} <= seen
    assert faint == []
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".tl-chips .tl-chip")).to_be_visible()
    assert dim(lit)[1] == []


def test_the_page_of_the_releases_stands_out(lit: Tab) -> None:
    page = lit.page
    page.get_by_role("link", name="All releases", exact=True).click()
    page.locator(".tl-rows li").first.wait_for()
    seen, faint = dim(lit)
    assert {"All releases", "Search words in releases", "newest", "Back to questions", "Save as CSV"} <= seen
    assert faint == []


def test_earlier_conversations_stand_out(lit: Tab) -> None:
    page = lit.page
    page.get_by_role("button", name="Earlier conversations").click()
    expect(page.locator("#tl-panel .tl-notice")).to_be_visible()
    assert dim(lit)[1] == []
    page.keyboard.press("Escape")
    ask(lit)
    page.get_by_role("button", name="Earlier conversations").click()
    page.get_by_role("button", name="Delete all").click()
    seen, faint = dim(lit)
    assert {"Press again to delete all", "Saved only in this browser."} <= seen
    assert faint == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_where_the_colours_are_the_readers_own_signs_and_what_is_chosen_are_seen(
    tab: Tab, scheme: Literal["light", "dark"]
) -> None:
    page = tab.page
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    ask(tab)
    page.get_by_role("button", name="Bad answer").first.press("Enter")
    expect(page.get_by_role("textbox", name="Why? (optional)")).to_be_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="This year").click()
    page.wait_for_function("document.getAnimations().length === 0")
    signs, pressed, others = page.evaluate(_SIGNS)
    # Of the filters, of earlier conversations and two thumbs; the language, a thumb and the days.
    assert (len(signs), len(pressed)) == (4, 3)
    assert min(signs) > 3
    assert min(pressed) > 3 > max(others)
