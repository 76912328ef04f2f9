"""The replies of the chat, where something goes wrong that nobody foresaw."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

import qa.replies
from qa.desk import Desk
from qa.replies import Replies
from tests.test_page import Spy, spy

__all__ = ["spy"]


def replies(spy: Spy, question: str) -> list[str]:
    async def all_of_them() -> list[str]:
        request = Request({"type": "http", "client": ("10.0.0.1", 5000), "headers": []})
        return [reply async for reply in Replies(spy, Desk(1)).to(request, question, (), {})]

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("where", ["in answering", "in showing"])
def test_what_goes_wrong_is_said_and_stays_inside(spy: Spy, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any) -> str:
        raise RuntimeError("the secret of /home/somebody")

    if where == "in showing":
        monkeypatch.setattr(qa.replies, "answer_html", break_down)
    (reply,) = replies(spy, "broken" if where == "in answering" else "hostile")
    assert "Sorry&#44; something went wrong" in reply
    assert "somebody" not in reply
