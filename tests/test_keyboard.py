"""The chat by the Tab key alone: all that can be pressed is reached, in the order in which it is read, and is seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.test_page import CHROMIUM, Tab, address, book, browser, open_tab, spy, tab
from tests.test_source_page import ask

__all__ = ["address", "book", "browser", "spy", "tab"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

# What has the keyboard: its name, and whether a ring shows it, which the box for questions has around it.
_AT = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const name = at.getAttribute('aria-label') || at.innerText || at.placeholder || at.title || at.tagName;
  const {outlineStyle, outlineWidth} = getComputedStyle(at.closest('#tl-box:has(textarea:focus)') ?? at);
  return [name.trim().split('\\n')[0], outlineStyle !== 'none' && parseFloat(outlineWidth) > 0];
}"""


def walk(tab: Tab, most: int = 80) -> list[tuple[str, bool]]:
    """What Tab reaches from the top of the page to its end, with whether it can be seen to have the keyboard."""
    tab.page.evaluate("document.activeElement?.blur()")
    tab.page.locator("body").click(position={"x": 1, "y": 1})
    reached: list[tuple[str, bool]] = []
    for _ in range(most):
        tab.page.keyboard.press("Tab")
        at = tab.page.evaluate(_AT)
        if at is None:
            break
        reached.append((at[0], at[1]))
    return reached


# What stands on the page at all times, and under an answer.
ORDER = (
    "All releases", "ไทย", "English", "Earlier conversations", "◐",
    "Read in context", "[1] ", "Open the official release",
    "Copy", "Markdown", "Reference", "Link", "Good answer", "Bad answer", "Answer in Thai",
    "Filters", "Type a question", "Send", "New conversation",
)  # fmt: skip


# And on the page of the releases, down to the first of them.
SHELF_ORDER = (
    "ไทย", "English", "◐", "Back to questions", "Search words in releases", "Newest first", "Filters", "Save as CSV",
    "Calder Transit",
)  # fmt: skip


def check(reached: list[tuple[str, bool]], order: tuple[str, ...]) -> None:
    names = iter(name for name, _ in reached)
    for wanted in order:
        assert any(name.startswith(wanted) for name in names), f"{wanted} is not reached in its place: {reached}"
    assert [name for name, is_seen in reached if not is_seen] == []


def test_tab_goes_through_all_that_can_be_pressed_in_the_order_of_the_page(tab: Tab) -> None:
    ask(tab)
    check(walk(tab), ORDER)


def test_tab_goes_through_the_page_of_the_releases(tab: Tab) -> None:
    tab.page.get_by_role("link", name="All releases", exact=True).click()
    expect(tab.page.locator(".tl-rows li")).to_have_count(14)
    check(walk(tab), SHELF_ORDER)


def test_an_answer_its_source_and_the_way_back_need_no_mouse(tab: Tab) -> None:
    ask(tab)
    page = tab.page
    walk_to(tab, "[1] ")
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Source")
    expect(panel.locator("mark.tl-current")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    page.wait_for_function(f"({_AT})()?.[0].startsWith('[1] ')")
    walk_to(tab, "Read in context")
    page.keyboard.press("Enter")
    expect(page.locator(".tl-passage").first).to_be_visible()


def walk_to(tab: Tab, name: str) -> None:
    """Tab from the top of the page until the keyboard is at what has the name."""
    tab.page.evaluate("document.activeElement?.blur()")
    tab.page.locator("body").click(position={"x": 1, "y": 1})
    for _ in range(80):
        tab.page.keyboard.press("Tab")
        if (at := tab.page.evaluate(_AT)) and at[0].startswith(name):
            return
    raise AssertionError(f"Tab does not reach {name}")


@pytest.mark.parametrize("width", [1280, 360])
def test_what_has_the_keyboard_is_not_hidden_behind_the_box(browser: Browser, address: str, width: int) -> None:
    tab = open_tab(browser, address, width)
    ask(tab)
    ask(tab)
    page = tab.page
    page.evaluate("document.activeElement?.blur()")
    page.evaluate("scrollTo(0, 0)")
    box = page.locator("#tl-ask").bounding_box()
    assert box is not None
    for link in page.locator("#tl-chat :is(a, summary)").all():
        if not link.is_visible():
            continue
        link.focus()
        at = link.bounding_box()
        assert at is not None
        assert at["y"] + at["height"] <= box["y"] + 1, link.inner_text()
    tab.close()
