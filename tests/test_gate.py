"""What can be reached on the server's address, and what cannot: folders, settings, uploads, floods of bytes."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import os
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from index.errors import ThalaengError
from qa.cards import escape
from qa.feedback import FeedbackBook
from qa.gate import MOST_SENT, Gate
from qa.head import ICON
from qa.page import build_page
from qa.serve import free_port, serve_page
from qa.words import TAGLINE, TITLE
from tests.test_page import Spy, address, book, spy

__all__ = ["address", "book", "spy"]

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def reach(url: str, data: bytes | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """The status and the body of an answer."""
    try:
        with _OPENER.open(urllib.request.Request(url, data, headers or {})) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_no_file_of_the_machine_is_served(
    address: str, spy: Spy, book: FeedbackBook, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    secret = tmp_path / ".env"
    secret.write_text("THALAENG_PORT=1")
    settings = spy.answerer.library.settings
    kept = [path for path in settings.home.iterdir() if path.is_file()]
    assert kept
    release = next((Path(__file__).parent / "releases").iterdir())
    for path in (*kept, book.path, release, secret, Path("/etc/passwd"), settings.home):
        for written in (str(path), os.path.relpath(path), f"//{path}", f"%2e%2e/{path}"):
            for route in ("file=", "file/", "proxy=", "static/", "custom_component/"):
                status, body = reach(f"{address}gradio_api/{route}{quote(written)}")
                assert status in (400, 403, 404, 405, 422), f"{route}{written}"
                assert b"THALAENG" not in body


def test_nothing_can_be_left_on_the_machine(address: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\na\r\n--x--\r\n'
    status, said = reach(f"{address}gradio_api/upload", body, {"Content-Type": "multipart/form-data; boundary=x"})
    assert status == 404
    assert said.decode() == "This page does not exist. · ไม่มีหน้านี้"


@pytest.mark.parametrize(
    ("path", "root", "status"),
    [
        ("/gradio_api/upload", "", 404),
        ("/gradio_api/upload", "/news", 404),
        ("/news/gradio_api/upload", "/news", 404),
        ("/news/gradio_api/mcp/", "/news", 401),
        ("/gradio_api/mcp/", "/news", 401),
        ("/news/gradio_api/info", "/news", 200),
        # No address of the server's: its routes take nothing away that is not a whole part of the path.
        ("/newsgradio_api/upload", "/news", 200),
        ("/news/news/gradio_api/upload", "/news", 200),
    ],
)
def test_behind_a_proxy_a_path_is_judged_as_the_routes_read_it(path: str, root: str, status: int) -> None:
    assert gate_sends(path, root=root)[0]["status"] == status


def test_the_address_behind_a_proxy_without_its_last_stroke_leads_to_the_page() -> None:
    start = gate_sends("/news", root="/news")[0]
    assert (start["status"], dict(start["headers"])[b"location"]) == (307, b"/news/")
    assert gate_sends("/news", root="")[0]["status"] == 200


def gate_sends(path: str, body: bytes = b"", root: str = "") -> list[Message]:
    """What a gate with a password sends for a request, before a server that reads it and says yes to everything."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        sent.append(message)

    async def server(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await PlainTextResponse("in")(scope, receive, send)

    scope = {
        "type": "http", "method": "POST", "scheme": "http", "path": path, "root_path": root, "query_string": b"",
        "headers": [(b"host", b"press.example/add")], "client": ("10.0.0.1", 5000), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    asyncio.run(Gate(server, "a:b")(scope, receive, send))
    return sent


def gate_says(path: str, body: bytes) -> str:
    return b"".join(message.get("body", b"") for message in gate_sends(path, body)).decode()


def test_a_flood_is_cut_off(address: str) -> None:
    parts = urlsplit(address)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    connection.request(
        "POST",
        "/gradio_api/call/ask",
        iter([b"x" * 1_000_000] * (MOST_SENT // 1_000_000 + 2)),
        {"Content-Type": "application/json"},
        encode_chunked=True,
    )
    assert connection.getresponse().status == 413


def test_what_the_gate_refuses_is_said_in_both_languages() -> None:
    assert gate_says("/gradio_api/mcp/", b"") == "A user name and password are required. · ต้องใช้ชื่อผู้ใช้และรหัสผ่าน"
    assert (
        gate_says("/gradio_api/call/ask", bytes(MOST_SENT + 1)) == "The request is too large. · ข้อมูลที่ส่งมามีขนาดใหญ่เกินไป"
    )


@pytest.mark.parametrize("host", ["::1", "::"])
def test_the_chat_listens_on_addresses_of_ipv6_too(spy: Spy, host: str) -> None:
    try:
        free_port("::1", 0)
    except ThalaengError:
        pytest.skip("no IPv6 on this machine")
    page = build_page(spy)
    address = serve_page(page, host, wait=False)
    port = urlsplit(address).port
    assert address == f"http://[{host}]:{port}/"
    assert reach(f"http://[::1]:{port}/health") == (200, b'{"status":"ok"}')
    page.close(verbose=False)


def test_answers_say_that_nothing_may_be_loaded_from_elsewhere(address: str) -> None:
    for path in ("", "config", "health", "nowhere"):
        try:
            with _OPENER.open(address + path) as reply:
                headers = reply.headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "is_packed"), [("", True), ("gradio_api/info", True), ("gradio_api/call/search/nosuch", False)]
)
def test_a_slow_network_gets_the_page_packed_and_what_streams_as_it_comes(
    address: str, path: str, is_packed: bool
) -> None:
    def got(encoding: str) -> Any:
        return _OPENER.open(urllib.request.Request(address + path, headers={"Accept-Encoding": encoding}))

    with got("identity") as plain, got("gzip") as packed:
        body, sent = plain.read(), packed.read()
        assert packed.headers["Content-Encoding"] == ("gzip" if is_packed else None)
    assert gzip.decompress(sent) == body if is_packed else sent == body
    assert len(sent) < len(body) / 2 or not is_packed


@pytest.mark.parametrize("login", ["", "a:b"])
def test_a_tab_and_the_preview_of_a_shared_link_name_the_chat(spy: Spy, login: str) -> None:
    page = build_page(spy)
    address = serve_page(page, wait=False, login=login)
    try:
        html = reach(address)[1].decode()
        icon = reach(f"{address}favicon.ico")
    finally:
        page.close(verbose=False)
    head = html.partition("</head>")[0]
    named = dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):\w+|description)" content="([^"]*)"', head))
    assert re.findall("<title>(.*?)</title>", head) == [TITLE] == [named.pop("og:title")]
    assert named.pop("og:type") == "website"
    assert named == dict.fromkeys(("description", "og:description"), escape(f"{TAGLINE.th} · {TAGLINE.en}"))
    assert '<link rel="icon" type="image/svg+xml" href="favicon.ico">' in head
    assert icon == (200, ICON.read_bytes())
