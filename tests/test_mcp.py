"""What a client of the Model Context Protocol finds: three tools and nothing else, that answer in JSON."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

import qa.endpoints
from qa.filters import FILTER_NAMES
from tests.test_page import ENGLISH_EXAMPLE, Spy, address, book, spy

__all__ = ["address", "book", "spy"]

README = (Path(__file__).parent.parent / "qa" / "README.md").read_text(encoding="utf-8")
ENDPOINTS = Path(qa.endpoints.__file__).read_text(encoding="utf-8")


@pytest.fixture
def server(address: str) -> str:
    """The address that qa/README.md names, on the server of the tests."""
    (named,) = set(re.findall(r"http://127\.0\.0\.1:7860/(gradio_api/mcp\S*?)[\"`\s]", README))
    return f"{address}{named}"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


async def _with_session(server: str, calls: list[tuple[str, dict[str, Any]]]) -> tuple[Any, list[Any]]:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async with streamable_http_client(server) as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        tools = (await session.list_tools()).tools
        return tools, [await session.call_tool(name, given) for name, given in calls]


def call(server: str, *calls: tuple[str, dict[str, Any]]) -> tuple[Any, list[Any]]:
    return asyncio.run(_with_session(server, list(calls)))


def said(result: Any) -> Any:
    assert not result.isError, result.content
    (content,) = result.content
    return json.loads(content.text)


def test_the_tools_are_these_with_words_and_types(server: str) -> None:
    tools, _ = call(server)
    schemas = {tool.name: tool.inputSchema for tool in tools}
    assert {name: sorted(schema["properties"]) for name, schema in schemas.items()} == {
        "ask": sorted(["history", "language", "question", "write", *FILTER_NAMES]),
        "search_releases": sorted(["limit", "question", *FILTER_NAMES]),
        "get_release": ["release_id"],
    }
    assert {name: schema["required"] for name, schema in schemas.items()} == {
        "ask": ["question"], "search_releases": ["question"], "get_release": ["release_id"],
    }  # fmt: skip
    assert schemas["search_releases"]["properties"]["limit"]["type"] in ("integer", "number")
    assert schemas["ask"]["properties"]["write"]["type"] == "boolean"
    for tool in tools:
        assert "releases" in tool.description or "release" in tool.description
        assert f"            {tool.description.partition(' Returns: ')[2]}\n" in ENDPOINTS, "as it is written"
        assert all(given["description"] for given in tool.inputSchema["properties"].values()), tool.name


def test_the_tools_find_answer_and_give_the_release(server: str, spy: Spy) -> None:
    _, (asked, found) = call(
        server,
        ("ask", {"question": ENGLISH_EXAMPLE, "language": "th"}),
        ("search_releases", {"question": ENGLISH_EXAMPLE, "limit": 2}),
    )
    answer = said(asked)
    assert (answer["language"], answer["abstained"]) == ("th", False)
    assert answer["citations"] == spy.answers[-1].as_json()["citations"]
    first = said(found)[0]
    assert len(said(found)) == 2
    assert first["release_id"] == answer["citations"][0]["release_id"]
    _, (given,) = call(server, ("get_release", {"release_id": first["release_id"]}))
    cited = answer["citations"][0]
    assert said(given)["text"][cited["start"] : cited["end"]] == cited["quote"]


@pytest.mark.parametrize(
    ("name", "given", "reason"),
    [
        ("get_release", {"release_id": "../../etc/passwd"}, "There is no release with that id"),
        ("ask", {"question": "no index"}, "There are no releases in thalaeng yet"),
        ("ask", {"question": 3}, "not of type 'string'"),
        ("judge", {"sent": {}}, "Unknown tool"),
        ("submitted", {}, "Unknown tool"),
    ],
)
def test_what_cannot_be_done_is_said(server: str, name: str, given: dict[str, Any], reason: str) -> None:
    _, (result,) = call(server, (name, given))
    assert result.isError
    assert reason in result.content[0].text
    assert "/home" not in result.content[0].text


def test_what_goes_wrong_inside_stays_inside(server: str) -> None:
    _, (result,) = call(server, ("ask", {"question": "broken"}))
    assert result.isError
    assert "secret" not in result.content[0].text
