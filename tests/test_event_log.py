"""The log: one JSON object a line, an event for each thing that happened, and nothing that somebody typed."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.requests import Request

from app import main
from qa.adding import Adding
from qa.ask import Answerer
from qa.desk import Desk, TurnedAway
from qa.event_log import JsonLines, note
from qa.page import build_page
from qa.serve import serve_page
from qa.visit import Refused
from tests.test_gate import reach
from tests.test_page import ENGLISH_EXAMPLE

LOG = logging.getLogger("qa.anything")


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What the log has said, line by line, when the test is over or looks."""
    out = io.StringIO()

    class Lines(list[dict[str, Any]]):
        def __iter__(self) -> Iterator[dict[str, Any]]:
            return map(json.loads, out.getvalue().splitlines())

    handler, log = logging.StreamHandler(out), logging.getLogger("qa")
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    level, log.level = log.level, logging.INFO
    yield Lines()
    log.removeHandler(handler)
    log.setLevel(level)


def events(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in line.items() if key != "time"} for line in lines if line["event"] == name]


def test_a_line_is_one_object_whatever_is_in_it(lines: list[dict[str, Any]]) -> None:
    note(LOG, "searched", found=3, ms=1.5)
    LOG.info("Ready\nafter %d s", 3)
    searched, ready = lines
    assert searched.pop("time").endswith("+00:00")
    assert searched == {"event": "searched", "found": 3, "ms": 1.5}
    assert (ready["event"], ready["from"], ready["says"]) == ("note", "qa.anything", "Ready\nafter 3 s")


def test_the_chat_says_nothing_in_the_logs_of_its_libraries(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = logging.StreamHandler(io.StringIO())
    monkeypatch.setattr("app._run", lambda settings: note(LOG, "searched", found=3, ms=1.5))
    logging.getLogger().addHandler(theirs)
    try:
        assert main([]) == 0
    finally:
        logging.getLogger().removeHandler(theirs)
    assert json.loads(capsys.readouterr().err)["event"] == "searched"
    assert theirs.stream.getvalue() == ""


def test_what_the_server_says_itself_is_a_line_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def serve(settings: Any) -> None:
        uvicorn.Config("app:main", log_level="warning")
        logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")

    monkeypatch.setattr("app._run", serve)
    assert main([]) == 0
    said = json.loads(capsys.readouterr().err)
    assert (said["event"], said["from"], said["says"]) == ("error", "uvicorn.error", "Invalid HTTP request received.")


def test_so_is_what_a_library_warns_of_and_it_gets_no_log_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def serve(settings: Any) -> None:
        logging.basicConfig(level=logging.INFO)
        logging.getLogger("mcp.server").info("Processing a request")
        logging.getLogger("mcp.server").warning("A tool is not listed")

    root = logging.getLogger()
    # Those of pytest.
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", logging.WARNING)
    monkeypatch.setattr("app._run", serve)
    assert main([]) == 0
    said = json.loads(capsys.readouterr().err)
    assert (said["event"], said["from"], said["says"]) == ("error", "mcp.server", "A tool is not listed")


def test_so_is_an_error_though_what_it_says_is_no_text() -> None:
    # A log of its own: what pytest catches of the others it writes as UTF-8 where tests run side by side.
    out, log = io.StringIO(), logging.Logger("qa.apart")
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    try:
        raise ValueError("a\nb \ud800")
    except ValueError:
        log.exception("It broke")
    (line,) = out.getvalue().splitlines()
    assert line.encode()
    broke = json.loads(line)
    assert (broke["event"], broke["says"]) == ("error", "It broke")
    assert "ValueError: a\nb" in broke["trace"]


def request(host: str = "10.0.0.1") -> Request:
    return Request({"type": "http", "client": (host, 5000), "headers": []})


def test_who_is_turned_away_is_noted(lines: list[dict[str, Any]]) -> None:
    async def scene() -> None:
        desk, go, running = Desk(1, waiting=0, a_minute=1), threading.Event(), threading.Event()

        def work() -> None:
            running.set()
            go.wait(30)

        first = asyncio.ensure_future(desk.serve(request(), work))
        await asyncio.to_thread(running.wait, 30)
        with pytest.raises(TurnedAway):
            await desk.serve(request("10.0.0.2"), work)
        go.set()
        await first
        with pytest.raises(TurnedAway):
            await desk.serve(request(), work)

    asyncio.run(scene())
    assert events(lines, "busy") == [{"event": "busy", "open": 1}]
    assert events(lines, "rate_limited") == [
        {"event": "rate_limited", "of": "questions", "most": 1, "client": "10.0.0.1"}
    ]


def test_a_wrong_password_is_noted_and_not_what_it_was(answerer: Answerer, lines: list[dict[str, Any]]) -> None:
    page = build_page(answerer)
    address = serve_page(page, wait=False, login="a:s3cret-9")
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for password, status in (("s3cret-8", 400), ("s3cret-9", 200)):
            sent = urllib.parse.urlencode({"username": "a", "password": password}).encode()
            assert reach(f"{address}login", sent, form)[0] == status
        assert reach(f"{address}gradio_api/mcp/", b"{}")[0] == 401
        assert reach(f"{address}gradio_api/mcp/", b"{}", {"Authorization": "Basic czNjcmV0LTg="})[0] == 401
    finally:
        page.close(verbose=False)
    adding = Adding(answerer.library, "s3cret-9")
    with pytest.raises(Refused):
        adding.open("s3cret-8", "10.0.0.9")
    failed = events(lines, "login_failed")
    assert [(line["to"], line["client"]) for line in failed] == [
        ("chat", "127.0.0.1"), ("assistants", "127.0.0.1"), ("adding", "10.0.0.9"),
    ]  # fmt: skip
    assert "s3cret" not in json.dumps(list(lines)) and "czNj" not in json.dumps(list(lines))


def test_what_programs_do_is_noted_without_their_words(
    answerer: Answerer, lines: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradio_client import Client  # type: ignore[import-untyped, unused-ignore]

    monkeypatch.setenv("NO_PROXY", "*")
    page = build_page(answerer)
    try:
        client = Client(serve_page(page, wait=False), verbose=False, analytics_enabled=False)
        client.predict(ENGLISH_EXAMPLE, api_name="/ask")
        client.predict("What is the boiling point of tungsten?", api_name="/ask")
        found = client.predict(ENGLISH_EXAMPLE, 2, api_name="/search")
        client.predict(found[0]["release_id"], api_name="/release")
        with pytest.raises(Exception, match="must be a date"):
            client.predict(ENGLISH_EXAMPLE, date_from="tungsten", api_name="/ask")
    finally:
        page.close(verbose=False)
    assert [line["abstained"] for line in events(lines, "asked")] == [False, True]
    assert [line["found"] for line in events(lines, "searched")] == [2]
    assert [line["release_id"] for line in events(lines, "release_opened")] == [found[0]["release_id"]]
    assert all(line["ms"] > 0 for line in lines if line["event"] != "error")
    assert len(events(lines, "error")) == 1
    written = json.dumps(list(lines))
    assert "Lumatide" not in written and "tungsten" not in written
