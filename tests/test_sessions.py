"""What the server keeps for each page and each call by a program: no more than it says, and no page misses the rest."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Browser, expect

from qa.desk import Desk
from qa.page import build_page
from qa.serve import serve_page
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, Spy, book, browser, open_tab, spy

__all__ = ["book", "browser", "spy"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

_KEPT = 3


def test_a_page_goes_on_where_the_server_has_forgotten_it_for_calls_by_programs(
    browser: Browser, spy: Spy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.serve._SESSIONS", _KEPT)
    chat = build_page(spy, desk=Desk(2))
    address = serve_page(chat, wait=False)
    tab = open_tab(browser, address)
    tab.ask(ENGLISH_EXAMPLE)
    tab.wait_for_replies(1)
    mine = set(chat.state_holder.session_data)
    for _ in range(2 * _KEPT):
        begun = httpx.post(f"{address}gradio_api/call/v2/ask", json={"question": "???"}, timeout=60).json()
        said = httpx.get(f"{address}gradio_api/call/ask/{begun['event_id']}", timeout=60).text
        assert re.search("^event: complete$", said, re.MULTILINE), said
    kept = set(chat.state_holder.session_data)
    assert len(kept) == _KEPT
    assert mine and not mine & kept
    tab.ask("And where?")
    tab.wait_for_replies(2)
    assert spy.asked[-1] == ("And where?", [ENGLISH_EXAMPLE])
    tab.page.get_by_role("button", name="New conversation").click()
    expect(tab.page.locator(".tl-question")).to_have_count(0)
    tab.close()
    assert not tab.complaints
    chat.close(verbose=False)
