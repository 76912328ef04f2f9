"""A chat with a password: nobody without it reads an answer on any way in."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from index.errors import BadSetting
from index.settings import Settings, load_settings
from qa.ask import Answerer
from qa.page import build_page
from qa.serve import serve_page
from tests.test_gate import reach

_BASIC = {"Authorization": "Basic " + base64.b64encode("ข่าว:s3:cret".encode()).decode()}


@pytest.fixture(scope="module")
def closed(answerer: Answerer) -> Iterator[str]:
    page = build_page(answerer)
    yield serve_page(page, wait=False, login="ข่าว:s3:cret", proxies=1, health=lambda: {"releases": 1})
    page.close(verbose=False)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("gradio_api/call/ask", {"data": ["x"]}),
        ("gradio_api/call/v2/ask", {"question": "x"}),
        ("gradio_api/run/ask", {"data": ["x"]}),
        ("gradio_api/api/ask", {"data": ["x"]}),
        ("gradio_api/run/predict", {"data": ["x"], "fn_index": 0}),
        ("gradio_api/queue/join", {"data": ["x"], "fn_index": 0, "session_hash": "s"}),
        ("gradio_api/component_server", {"data": {}, "component_id": 7, "fn_name": "source", "session_hash": "s"}),
        ("gradio_api/mcp/", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}),
        ("gradio_api/mcp/messages/", {}),
        ("gradio_api/mcp/schema", None),
        ("gradio_api/mcp/sse", None),
        ("gradio_api/info", None),
        ("config", None),
    ],
)
def test_no_way_in_without_the_password(closed: str, path: str, sent: Any) -> None:
    headers = {"Content-Type": "application/json", "X-Forwarded-For": path}
    status, body = reach(closed + path, None if sent is None else json.dumps(sent).encode(), headers)
    assert status in (401, 404, 405), body
    assert b"releases indexed" not in body


def test_the_page_itself_says_nothing_of_the_releases(closed: str) -> None:
    status, body = reach(closed)
    assert status == 200
    assert b"releases indexed" not in body


def test_health_needs_no_password(closed: str) -> None:
    assert reach(f"{closed}health") == (200, b'{"status":"ok","releases":1}')


def test_programs_come_in_with_it(closed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from gradio_client import Client  # type: ignore[import-untyped, unused-ignore]

    monkeypatch.setenv("NO_PROXY", "*")
    client = Client(closed, auth=("ข่าว", "s3:cret"), verbose=False, analytics_enabled=False)
    assert client.predict("  ", api_name="/search") == []


def test_assistants_come_in_with_it(closed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    monkeypatch.setenv("NO_PROXY", "*")

    async def names() -> list[str]:
        async with (
            httpx.AsyncClient(headers=_BASIC) as http,
            streamable_http_client(f"{closed}gradio_api/mcp/", http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return [tool.name for tool in (await session.list_tools()).tools]

    assert asyncio.run(names()) == ["ask", "search_releases", "get_release"]


def test_passwords_cannot_be_tried_for_long(closed: str) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "6.6.6.6, 1.2.3.4"}
    seen = [reach(f"{closed}login", f"username=a&password={n}".encode(), headers)[0] for n in range(12)]
    assert seen == [400] * 10 + [429] * 2
    spoofed = {**headers, "X-Forwarded-For": "7.7.7.7, 1.2.3.4"}
    assert reach(f"{closed}login", b"username=a&password=b", spoofed)[0] == 429
    assert reach(f"{closed}login", b"username=a&password=b", {**headers, "X-Forwarded-For": "1.1.1.1"})[0] == 400


@pytest.mark.parametrize("login", ["s3cret", ":s3cret", "s3cret:", " : "])
def test_a_login_that_will_not_do_is_said_without_it(login: str) -> None:
    with pytest.raises(BadSetting, match="name:password") as error:
        load_settings(login=login)
    assert "s3cret" not in str(error.value)


def test_a_password_is_not_shown_with_the_settings() -> None:
    assert "s3cret" not in repr(Settings(login=SecretStr("a:s3cret")))
