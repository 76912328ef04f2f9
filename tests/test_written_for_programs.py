"""A written answer for programs, over HTTP and MCP: only where it is asked for, as data, and the quotes whatever comes.

The model behind it is a real server that says what a test has it say.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.scripted_endpoint import ScriptedEndpoint, drips, says, status
from tests.test_endpoints import client
from tests.test_mcp import call, no_proxy, said, server
from tests.test_written_page import FARE, QUESTION, address, endpoint

__all__ = ["address", "client", "endpoint", "no_proxy", "server"]

WRONG = "Students pay 99 baht [1]."
STANDING = "After the trial period the fare will be 22 baht for the whole line."


def test_a_model_writes_only_where_it_is_asked_to(client: Any, endpoint: ScriptedEndpoint) -> None:
    endpoint.behaviour = says(FARE)
    before = len(endpoint.asked)
    answer = client.predict(QUESTION, api_name="/ask")
    assert len(endpoint.asked) == before
    assert (answer["answered_by"], answer["sentences"], answer["note"], answer["writer"]) == ("quotes", [], "", "")


def test_each_sentence_comes_with_what_it_stands_on_or_why_it_is_struck(
    client: Any, endpoint: ScriptedEndpoint
) -> None:
    endpoint.behaviour = says(f"{FARE} {WRONG} The boats are painted blue.")
    answer = client.predict(QUESTION, write=True, api_name="/ask")
    quotes = client.predict(QUESTION, api_name="/ask")
    assert answer["answered_by"] == "llm"
    assert answer["writer"] == "Tiny <b>Model</b>"
    assert answer["answer"] == f"{STANDING} [1]"
    assert answer["citations"] == quotes["citations"]
    assert answer["retrieved"] == quotes["retrieved"]
    right, wrong, uncited = answer["sentences"]
    assert (right["text"], right["citations"], right["struck"]) == (STANDING, [1], None)
    (checked,) = right["checked"]
    cited = answer["citations"][checked["n"] - 1]
    text = client.predict(cited["release_id"], api_name="/release")["text"]
    assert text[checked["start"] : checked["end"]] == checked["quote"]
    assert "22 บาทตลอดสาย" in checked["quote"]
    assert (wrong["struck"], wrong["lacking"], wrong["checked"]) == ("value", "99", [])
    assert (uncited["struck"], uncited["citations"]) == ("uncited", [])


def test_what_went_before_and_the_language_asked_for_go_to_the_model(client: Any, endpoint: ScriptedEndpoint) -> None:
    endpoint.behaviour = says("หลังพ้นช่วงทดลอง ค่าโดยสารจะอยู่ที่ 22 บาทตลอดสาย [1]")
    answer = client.predict(QUESTION, ["Which boats are electric?"], "th", write=True, api_name="/ask")
    request = endpoint.asked[-1]["messages"][1]["content"]
    assert "Asked before:\n| Which boats are electric?" in request
    assert "Answer in Thai" in request
    assert (answer["language"], answer["answered_by"]) == ("th", "llm")


@pytest.mark.parametrize(
    ("behaviour", "note"),
    [
        (status(500), "The model's server failed, so the quotes are shown instead."),
        (drips("x" * 500, 0.0), "The model did not stop writing, so the quotes are shown instead."),
    ],
    ids=["fails", "does not stop"],
)
def test_where_the_model_fails_programs_get_the_quotes_and_a_line(
    client: Any, endpoint: ScriptedEndpoint, behaviour: Any, note: str
) -> None:
    endpoint.behaviour = behaviour
    answer = client.predict(QUESTION, write=True, api_name="/ask")
    assert (answer["answered_by"], answer["note"], answer["sentences"]) == ("quotes", note, [])
    assert "22 บาทตลอดสาย" in answer["citations"][0]["quote"]
    assert answer["citations"][0]["quote"] in answer["answer"]


def test_an_assistant_gets_the_same_over_mcp(server: str, client: Any, endpoint: ScriptedEndpoint) -> None:
    endpoint.behaviour = says(f"{FARE} {WRONG}")
    _, (asked, quoted) = call(server, ("ask", {"question": QUESTION, "write": True}), ("ask", {"question": QUESTION}))
    written = client.predict(QUESTION, write=True, api_name="/ask")
    assert {**said(asked), "timings_ms": {}} == {**written, "timings_ms": {}}
    assert said(quoted)["answered_by"] == "quotes"
    assert said(quoted)["citations"] == said(asked)["citations"]
    endpoint.behaviour = status(401)
    _, (failed,) = call(server, ("ask", {"question": QUESTION, "write": True}))
    assert said(failed)["note"] == "The model's server rejected the configured key, so the quotes are shown instead."
    assert said(failed)["citations"] == said(quoted)["citations"]
