"""The login and the tools for assistants under a path behind a reverse proxy, whether it takes the path away or not."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.adding import Adding
from qa.ask import Answerer
from qa.desk import Desk
from qa.page import build_page
from qa.serve import serve_page
from tests.test_adding import PASSWORD
from tests.test_gate import reach
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, Tab, browser
from tests.test_proxy import PATH, ReverseProxy

__all__ = ["browser"]

LOGIN = "ข่าว:s3:cret"
NAME, _, SECRET = LOGIN.partition(":")
BASIC = {"Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode()}
WRONG = {"Authorization": "Basic " + base64.b64encode("ข่าว:wrong".encode()).decode()}
# Each test is a client of its own, so that none uses up the tries of another.
_CLIENTS = (f"10.0.{n}.1" for n in range(256))


@dataclass
class Site:
    """A chat that is shown under a path, and the header that its assistants send."""

    proxies: dict[str, ReverseProxy]
    headers: dict[str, str]


def serve(answerer: Answerer, login: str) -> Iterator[Site]:
    adding = Adding(answerer.library, PASSWORD, proxies=1)
    page = build_page(answerer, desk=Desk(2, proxies=1), may_add=True)
    port = urlsplit(serve_page(page, wait=False, root_path=PATH, proxies=1, adding=adding, login=login)).port
    assert port
    proxies = {name: ReverseProxy(port, strips=name == "strips") for name in ("strips", "leaves")}
    yield Site(proxies, BASIC if login else {})
    for proxy in proxies.values():
        proxy.shutdown()
        proxy.server_close()
    page.close(verbose=False)
    adding.shut()


@pytest.fixture(scope="module")
def closed(answerer: Answerer) -> Iterator[Site]:
    yield from serve(answerer, LOGIN)


@pytest.fixture(scope="module")
def opened(answerer: Answerer) -> Iterator[Site]:
    yield from serve(answerer, "")


@pytest.fixture(params=["strips", "leaves"])
def proxy(request: pytest.FixtureRequest, closed: Site) -> Iterator[ReverseProxy]:
    proxy = closed.proxies[request.param]
    proxy.client = next(_CLIENTS)
    yield proxy
    assert proxy.strays == []


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def log_in(page: Page, password: str) -> None:
    page.get_by_label("username").fill(NAME)
    page.get_by_label("password").fill(password)
    page.get_by_role("button", name="Login").click()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_person_logs_in_asks_and_stays_logged_in(browser: Browser, proxy: ReverseProxy) -> None:
    tab = Tab(browser.new_context(locale="en-US").new_page())
    page = tab.page
    page.on("request", lambda request: tab.requests.append(request.url))
    page.goto(proxy.address)
    log_in(page, "wrong")
    expect(page.get_by_text("Incorrect Credentials")).to_be_visible()
    log_in(page, SECRET)
    for _ in range(2):
        tab.wait_until_ready()
        tab.ask(ENGLISH_EXAMPLE)
        tab.wait_for_replies(1)
        expect(page.locator(".tl-card").first).to_contain_text("Lumatide")
        page.locator(".tl-title .tl-open").first.click()
        expect(page.locator("#tl-panel mark.tl-current")).to_be_visible()
        tab.reload()
    page.evaluate("location.hash = '#add'")
    page.get_by_label("Password for adding releases").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".tl-drop")).to_be_visible()
    tab.close()
    assert [url for url in tab.requests if not url.startswith((proxy.address, "data:"))] == []


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("gradio_api/call/v2/ask", {"question": "x"}),
        ("gradio_api/queue/join", {"data": ["x"], "fn_index": 0, "session_hash": "s"}),
        ("gradio_api/component_server", {"data": {}, "component_id": 7, "fn_name": "source", "session_hash": "s"}),
        ("gradio_api/mcp/", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
        ("gradio_api/mcp/schema", None),
        ("gradio_api/info", None),
        ("config", None),
        ("add/open", {"password": PASSWORD}),
    ],
)
def test_no_way_in_without_the_password(proxy: ReverseProxy, path: str, sent: Any) -> None:
    headers = {"Content-Type": "application/json"}
    status, body = reach(proxy.address + path, None if sent is None else json.dumps(sent).encode(), headers)
    assert status == 401, body


def test_passwords_cannot_be_tried_for_long(proxy: ReverseProxy) -> None:
    tries = [reach(f"{proxy.address}login", f"username=a&password={n}".encode())[0] for n in range(12)]
    assert tries == [400] * 10 + [429] * 2
    proxy.client = next(_CLIENTS)
    assert reach(f"{proxy.address}login", b"username=a&password=b")[0] == 400


def test_programs_come_in(proxy: ReverseProxy) -> None:
    from gradio_client import Client  # type: ignore[import-untyped, unused-ignore]

    client = Client(proxy.address, auth=(NAME, SECRET), verbose=False, analytics_enabled=False)
    found = client.predict(ENGLISH_EXAMPLE, 2, api_name="/search")
    assert len(found) == 2
    answer = client.predict(ENGLISH_EXAMPLE, api_name="/ask")
    assert answer["citations"][0]["release_id"] == found[0]["release_id"]


@pytest.mark.parametrize("which", ["strips", "leaves"])
@pytest.mark.parametrize("site", ["opened", "closed"])
def test_assistants_come_in_and_use_every_tool(request: pytest.FixtureRequest, site: str, which: str) -> None:
    there: Site = request.getfixturevalue(site)
    proxy = there.proxies[which]
    tools, (asked, found) = use(
        proxy,
        there.headers,
        ("ask", {"question": ENGLISH_EXAMPLE}),
        ("search_releases", {"question": ENGLISH_EXAMPLE, "limit": 2}),
    )
    assert tools == ["ask", "search_releases", "get_release"]
    cited = asked["citations"][0]
    assert found[0]["release_id"] == cited["release_id"]
    _, (given,) = use(proxy, there.headers, ("get_release", {"release_id": cited["release_id"]}))
    assert given["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert proxy.strays == []


@pytest.mark.parametrize("which", ["strips", "leaves"])
def test_whoever_looks_at_the_address_for_assistants_is_told_the_right_one(opened: Site, which: str) -> None:
    address = f"{opened.proxies[which].address}gradio_api/mcp/"
    status, body = reach(address, headers={"Accept": "text/html"})
    assert status == 200
    assert set(re.findall(r"http://127[^\s\"<]+", body.decode())) == {address}
    assert re.findall(r"(?:src|href)=\"(/(?!thalaeng/)[^\"]*)", body.decode()) == []


def test_assistants_without_the_password_or_with_a_wrong_one_stay_out(proxy: ReverseProxy) -> None:
    for headers in ({}, WRONG):
        with pytest.raises(ExceptionGroup) as refused:
            use(proxy, headers)
        assert "401 Unauthorized" in repr(refused.value.exceptions)


def use(
    proxy: ReverseProxy, headers: dict[str, str], *calls: tuple[str, dict[str, Any]]
) -> tuple[list[str], list[Any]]:
    """The names of the tools that a client finds, and what they give."""
    import httpx
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def session() -> tuple[list[str], list[Any]]:
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as http,
            streamable_http_client(f"{proxy.address}gradio_api/mcp/", http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            names = [tool.name for tool in (await session.list_tools()).tools]
            return names, [await session.call_tool(name, given) for name, given in calls]

    # The browser of the other tests has a loop running in this thread.
    with ThreadPoolExecutor(1) as aside:
        names, results = aside.submit(asyncio.run, session()).result()
    for result in results:
        assert not result.isError, result.content
    return names, [json.loads(result.content[0].text) for result in results]
