"""Whether a request comes from a browser that has logged in, for the addresses that are the chat's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.words import Phrase

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["LOG_IN", "is_logged_in"]

LOG_IN = Phrase("โปรดเข้าสู่ระบบก่อน", "Please log in first.")


def is_logged_in(request: Request) -> bool:
    """Whether the chat asks for no login, or the browser has given it: Gradio asks on its own routes alone."""
    server = request.app
    if getattr(server, "auth", None) is None:
        return True
    known = (request.cookies.get(f"access-token-{kind}{server.cookie_id}") for kind in ("", "unsecure-"))
    return any(token in server.tokens for token in known if token)
