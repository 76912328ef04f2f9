"""The chat under a path behind a reverse proxy: everything it does stays under that path."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from qa.adding import Adding
from qa.ask import Answerer
from qa.desk import Desk
from qa.page import build_page
from qa.serve import serve_page
from tests.test_adding import NEWS, PASSWORD
from tests.test_adding_page import payload
from tests.test_gate import reach
from tests.test_page import CHROMIUM, ENGLISH_EXAMPLE, Tab, browser, open_tab
from tests.test_source_page import ask, copied

__all__ = ["browser"]

PATH = "/thalaeng"
# Of one connection, not of what goes over it.
_OF_THE_HOP = frozenset(["connection", "keep-alive", "transfer-encoding", "content-length"])


class ReverseProxy(ThreadingHTTPServer):
    """Shows a server under a path of its own, as nginx does: answers go on piece by piece, as they come."""

    daemon_threads = True

    def __init__(self, behind: int, *, strips: bool) -> None:
        """`behind` is the server's port; with `strips` it is asked without the path."""
        self.behind = behind
        self.strips = strips
        self.strays: list[str] = []
        # Who is said to ask, where it is to be another than who does.
        self.client = ""
        super().__init__(("127.0.0.1", 0), Passing)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{PATH}/"


class Passing(BaseHTTPRequestHandler):
    """A request on its way; each is one connection."""

    server: ReverseProxy

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            # The one thing that a browser asks of every host by itself.
            self.send_response(204)
            self.end_headers()
            return
        if not self.path.startswith(f"{PATH}/"):
            self.server.strays.append(self.path)
            self.send_error(404)
            return
        asked = self.path.removeprefix(PATH) if self.server.strips else self.path
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _OF_THE_HOP}
        headers |= {"X-Forwarded-For": self.server.client or self.client_address[0], "X-Forwarded-Proto": "http"}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with closing(http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=120)) as server:
            server.request(self.command, asked, body, headers)
            reply = server.getresponse()
            self.send_response_only(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in _OF_THE_HOP:
                    self.send_header(name, value)
            self.end_headers()
            while piece := reply.read1():
                try:
                    self.wfile.write(piece)
                except OSError:
                    # The browser has left; the server hears of it when the connection is closed.
                    return

    do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Site:
    """A chat that is shown under a path by a proxy, one that takes the path away or one that leaves it."""

    strips: ReverseProxy
    leaves: ReverseProxy
    releases: int


@pytest.fixture(scope="module")
def site(answerer: Answerer) -> Iterator[Site]:
    adding = Adding(answerer.library, PASSWORD, proxies=1)
    page = build_page(answerer, desk=Desk(2, proxies=1), may_add=True)
    count = answerer.count_releases()
    port = urlsplit(
        serve_page(page, wait=False, root_path=f"{PATH}/", proxies=1, adding=adding, health=lambda: {"releases": count})
    ).port
    assert port
    proxies = [ReverseProxy(port, strips=strips) for strips in (True, False)]
    yield Site(proxies[0], proxies[1], count)
    for proxy in proxies:
        proxy.shutdown()
        proxy.server_close()
    page.close(verbose=False)
    adding.shut()


@pytest.fixture(params=["strips", "leaves"])
def proxy(request: pytest.FixtureRequest, site: Site) -> Iterator[ReverseProxy]:
    proxy: ReverseProxy = getattr(site, request.param)
    yield proxy
    assert proxy.strays == []


@pytest.fixture
def tab(browser: Browser, proxy: ReverseProxy) -> Iterator[Tab]:
    tab = open_tab(browser, proxy.address)
    yield tab
    tab.close()
    assert [url for url in tab.requests if not url.startswith((proxy.address, "data:"))] == []
    assert not tab.complaints


pytest_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest_browser
def test_a_question_its_source_and_its_link_stay_under_the_path(tab: Tab, proxy: ReverseProxy) -> None:
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(tab, ENGLISH_EXAMPLE)
    quote = page.locator(".tl-card mark:visible").first.text_content()
    page.locator(".tl-title .tl-open").first.click()
    expect(page.locator("#tl-panel mark.tl-current")).to_have_text(str(quote))
    page.keyboard.press("Escape")
    link = copied(tab, "Link")
    assert link.startswith(f"{proxy.address}?q=")
    tab.leave()
    page.goto(link)
    tab.leaving = False
    expect(page.locator(".tl-card mark:visible").first).to_have_text(str(quote))
    page.get_by_role("link", name="All releases", exact=True).click()
    expect(page.locator(".tl-rows li").first).to_be_visible()


@pytest_browser
def test_releases_are_handed_in_under_the_path(tab: Tab) -> None:
    page = tab.page
    page.evaluate("location.hash = '#add'")
    page.get_by_label("Password for adding releases").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".tl-drop")).to_be_visible()
    # More than may be sent to any other address under `/add/`.
    long = NEWS + "Books are lent for a week. " * 1_000
    page.locator("#tl-adding-page input[type=file]").set_input_files([payload("news.md", long.encode())])
    expect(page.locator(".tl-handed-in > li")).to_contain_text("opens a floating library", timeout=60_000)


def test_what_is_open_and_what_is_closed_is_so_under_the_path(proxy: ReverseProxy, site: Site) -> None:
    status, body = reach(f"{proxy.address}health")
    assert (status, json.loads(body)) == (200, {"status": "ok", "releases": site.releases})
    for closed in ("gradio_api/upload", "gradio_api/deep_link"):
        assert reach(proxy.address + closed, b"x")[0] == 404
    as_json = {"Content-Type": "application/json"}
    assert reach(f"{proxy.address}add/open", b"{}" + b" " * 20_000, as_json)[0] == 413
    assert reach(f"{proxy.address}add/open", b'{"password": "no"}', as_json)[0] == 403
    assert reach(f"{proxy.address}add/file", b"x", {"Authorization": "Bearer no"})[0] == 401
