"""What every request to the chat's server passes first: limits on what is sent, and headers on what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["MOST_SENT", "Gate"]

# Bytes of a request: a question is sent with the whole conversation before it, an answer of which may take 100 kB.
MOST_SENT = 16 * 1024 * 1024
# The page takes no files, so nobody need be able to leave any on the machine.
_CLOSED = ("/gradio_api/upload", "/gradio_api/upload_progress", "/gradio_api/proxy=", "/gradio_api/deep_link")
# Gradio's page runs inline scripts; what this keeps is that nothing on it calls, or is sent to, another host.
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


class _TooLong(Exception):
    """More was sent than a request may hold."""


class Gate:
    """ASGI middleware around the whole server."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 404 for what is closed and 413 for what is too long; passes on everything else."""
        from starlette.responses import PlainTextResponse

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith(_CLOSED):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return
        sent, started = 0, False

        async def counted() -> Message:
            nonlocal sent
            message = await receive()
            sent += len(message.get("body", b""))
            if sent > MOST_SENT:
                raise _TooLong
            return message

        async def marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if sent > MOST_SENT:
                    # FastAPI takes what went wrong in reading for a fault of what was sent.
                    message["status"] = 413
                known = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((n.encode(), v.encode()) for n, v in _HEADERS.items() if n.encode() not in known),
                ]
            await send(message)

        try:
            await self._app(scope, counted, marked)
        except _TooLong:
            if started:
                raise
            await PlainTextResponse("Too much was sent", 413)(scope, receive, send)
