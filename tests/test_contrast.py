"""Text can be read: the computed colours of the page differ as WCAG AA wants, in the light and in the dark."""

from __future__ import annotations

import pytest

from tests.test_page import CHROMIUM, Spy, Tab, address, book, browser, spy, tab
from tests.test_source_page import ask

__all__ = ["Spy", "address", "book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# For each text that is seen: its contrast with what is painted under it, colours read back from a canvas.
_CONTRASTS = """() => {
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
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const words = texts.currentNode.textContent.trim();
    const box = element.getBoundingClientRect();
    if (!words || !element.checkVisibility({visibilityProperty: true}) || box.width < 2) continue;
    if (element.closest('script, style, :disabled')) continue;
    const under = ground(element);
    const [a, b] = [light(over(colour(getComputedStyle(element).color), under)), light(under)];
    found.push([words.slice(0, 40), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]);
  }
  return found;
}"""


@pytest.mark.parametrize("light", ["light", "dark"])
def test_every_text_on_the_page_stands_out(tab: Tab, light: str) -> None:
    tab.page.evaluate(f"localStorage.setItem('thalaeng.theme', '{light}')")
    tab.reload()
    tab.page.locator("#tl-box textarea").wait_for()
    tab.page.wait_for_function(f"document.body.classList.contains('dark') === {str(light == 'dark').lower()}")
    seen = tab.page.evaluate(_CONTRASTS)
    ask(tab)
    ask(tab, "???")
    tab.page.locator(".tl-title .tl-open").first.click()
    tab.page.locator("#tl-panel mark.tl-current").wait_for()
    seen += tab.page.evaluate(_CONTRASTS)
    words = {text for text, _ in seen}
    assert {"Try asking", "Sources", "New conversation"} <= words
    assert [(text, round(contrast, 2)) for text, contrast in seen if contrast < 4.5] == []
