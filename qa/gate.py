"""What every request to the chat's server passes first: limits on what is sent, and headers on what is answered."""

from __future__ import annotations

import base64
import hmac
import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from qa.adding import Adding
from qa.adding_routes import ADD, most_sent
from qa.desk import PASSWORDS, RateLimit, TurnedAway, client_address
from qa.event_log import note
from qa.words import Phrase

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["MOST_SENT", "Gate"]

# Bytes of a request: a question is sent with the whole conversation before it, an answer of which may take 100 kB.
MOST_SENT = 16 * 1024 * 1024
# No files are taken this way (see `qa.adding` for the one that there is), so nobody can leave any on the machine.
_CLOSED = ("/gradio_api/upload", "/gradio_api/upload_progress", "/gradio_api/proxy=", "/gradio_api/deep_link")
_CALLS = ("/gradio_api/call/", "/gradio_api/run/", "/gradio_api/api/")
_NO_ENDPOINT = "There is no such endpoint."
_CLOSED_SAYS = Phrase("ไม่มีหน้านี้", "This page does not exist.")
_NEEDED = Phrase("ต้องใช้ชื่อผู้ใช้และรหัสผ่าน", "A user name and password are required.")
_TOO_MUCH = Phrase("ข้อมูลที่ส่งมามีขนาดใหญ่เกินไป", "The request is too large.")
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


# Passwords that a client may try in a minute, and what Gradio answers to a wrong one.
_TRIES = 10
_WRONG = 400

_log = logging.getLogger(__name__)


class _TooLong(Exception):
    """More was sent than a request may hold."""


class Gate:
    """ASGI middleware around the whole server."""

    def __init__(self, app: ASGIApp, login: str = "", proxies: int = 0, adding: Adding | None = None) -> None:
        """`login` is a name:password, `proxies` the number of proxies before the server.

        `adding` knows who may send more than a question: a file, and to one address.
        """
        self._app = app
        self._login = login
        self._proxies = proxies
        self._adding = adding
        self._tries = RateLimit(_TRIES, of=PASSWORDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses what is closed, too long, or comes without the password; passes on everything else."""
        from starlette.requests import Request

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _is_bare_root(scope):
            await _to_page(scope)(scope, receive, send)
            return
        scope = _with_root(scope)
        request = Request(scope)
        refusal = self._refusal(request)
        if refusal is None:
            await self._pass_on(scope, receive, self._watched(request, send), self._most(request))
        else:
            await refusal(scope, receive, send)

    def _refusal(self, request: Request) -> Response | None:
        """The answer to a request that is not let in."""
        from starlette.responses import PlainTextResponse

        path = _path(request)
        if path.startswith(_CLOSED):
            return PlainTextResponse(_in_both(_CLOSED_SAYS), 404)
        if not self._login:
            return None
        # Gradio asks for the password everywhere but on the way of assistants, which send it with each request.
        asks = path.startswith("/gradio_api/mcp")
        if not (asks or _is_login(request)):
            return None
        try:
            given = request.headers.get("authorization", "")
            if asks and self._knows(given):
                return None
            self._tries.take(client_address(request, self._proxies))
        except TurnedAway as away:
            return PlainTextResponse(_in_both(away.phrase), 429)
        if asks:
            if given:
                note(_log, "login_failed", to="assistants", client=client_address(request, self._proxies))
            return PlainTextResponse(_in_both(_NEEDED), 401, {"WWW-Authenticate": "Basic"})
        return None

    def _knows(self, authorization: str) -> bool:
        expected = base64.b64encode(self._login.encode()).decode()
        return hmac.compare_digest(authorization.encode(), f"Basic {expected}".encode())

    def _watched(self, request: Request, send: Send) -> Send:
        """What sends the answer; where it is to a name and a password, the log hears that they are wrong."""
        if not (self._login and _is_login(request)):
            return send

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == _WRONG:
                note(_log, "login_failed", to="chat", client=client_address(request, self._proxies))
            await send(message)

        return watched

    def _most(self, request: Request) -> int:
        """Bytes that a request may hold."""
        if self._adding is None or not _path(request).startswith(ADD):
            return MOST_SENT
        return most_sent(self._adding, _path(request), request.headers.get("authorization", ""))

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """To the server, with what is sent counted and the headers added."""
        from starlette.requests import Request
        from starlette.responses import PlainTextResponse

        sent, started = 0, False

        async def counted() -> Message:
            nonlocal sent
            message = await receive()
            sent += len(message.get("body", b""))
            if sent > most:
                raise _TooLong
            return message

        async def marked(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if sent > most:
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
            await PlainTextResponse(_in_both(_TOO_MUCH), 413)(scope, receive, send)
        except Exception as error:
            if started and _is_said(error):
                await send({"type": "http.response.body", "body": b""})
                return
            misfit = None if started else _misfit(_path(Request(scope)), error)
            if misfit is None:
                raise
            await misfit(scope, receive, marked)


def _is_said(error: Exception) -> bool:
    """Whether a stream has told its client of the error: such as that nobody made the call that it asks for."""
    from starlette.exceptions import HTTPException

    return isinstance(error, HTTPException) or isinstance(error.__cause__, HTTPException)


def _misfit(path: str, error: Exception) -> Response | None:
    """The answer to a program whose call names an endpoint or a parameter that is not there, or lacks one.

    None for anything else. Gradio takes all of this for a fault of its own, and says nothing.
    """
    from gradio.route_utils import FnIndexInferError
    from starlette.responses import JSONResponse

    if not path.startswith(_CALLS):
        return None
    if isinstance(error, TypeError):
        # What Gradio adds points to a part of its page that is not shown here.
        return JSONResponse({"detail": str(error).partition(" Please ")[0]}, 400)
    if isinstance(error, KeyError | FnIndexInferError):
        return JSONResponse({"detail": _NO_ENDPOINT}, 404)
    return None


def _in_both(phrase: Phrase) -> str:
    """A phrase as plain text: nobody knows in which language it is read."""
    return f"{phrase.en} · {phrase.th}"


def _is_login(request: Request) -> bool:
    return _path(request).startswith("/login") and request.method == "POST"


def _is_bare_root(scope: Scope) -> bool:
    """Whether the proxy's own part is all of the path: the page's address without the stroke at its end."""
    return bool(scope["path"]) and scope["path"] == scope.get("root_path", "")


def _to_page(scope: Scope) -> Response:
    """Leads to the page; without a host, for whether that is reached over https only the proxy knows."""
    from starlette.responses import RedirectResponse

    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(f"{scope['root_path']}/{query and '?'}{query}", 307)


def _with_root(scope: Scope) -> Scope:
    """The scope with the proxy's own part before the path, also where the proxy took it away: an address needs it."""
    path, root = scope["path"], scope.get("root_path", "")
    if not root or path.startswith(f"{root}/"):
        return scope
    return {**scope, "path": root + path, "raw_path": quote(root + path).encode()}


def _path(request: Request) -> str:
    """The path as the server's routes read it, whether or not the proxy leaves its own part before it."""
    path, root = str(request.scope["path"]), str(request.scope.get("root_path", ""))
    return path[len(root) :] if path.startswith(f"{root}/") else path
