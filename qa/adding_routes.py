"""The addresses under `/add/` over which releases are added from the page; there are none where nobody may.

The password opens a visit and gives its token; every other request carries the token as `Authorization: Bearer …`.
A file is the whole body of a request, its name stands in `X-File-Name`, percent-encoded. Answers are JSON: HTML to
show, or `{"th": …, "en": …}` where something is refused. Nothing that was handed in is ever sent back as it was.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from qa.adding import Adding
from qa.adding_view import file_html, summary_html
from qa.desk import TurnedAway, client_address
from qa.header import count_html
from qa.login import LOG_IN, is_logged_in
from qa.visit import Refused, Visit
from qa.words import Phrase

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

__all__ = ["ADD", "adding_routes", "most_sent"]

ADD = "/add/"
# Bytes of a request that is no file: a password, or the name of a file.
_MOST_WORDS = 10_000
_LONGEST_HEADER = 5_000

_JSON = Phrase("คำขอไม่ถูกต้อง", "The request is not valid.")

Handler = Callable[["Request"], Awaitable[dict[str, Any]]]


def most_sent(adding: Adding, path: str, authorization: str) -> int:
    """Bytes that may be sent to an address under `/add/`: a file's for whoever has given the password, else few."""
    if path == f"{ADD}file" and adding.knows(_bearer(authorization)):
        return adding.most_bytes + _MOST_WORDS
    return _MOST_WORDS


def adding_routes(adding: Adding) -> list[BaseRoute]:
    """The routes, for the server's own list, where they go before those of Gradio."""
    from starlette.routing import Route

    async def opened(request: Request) -> dict[str, Any]:
        password = (await _sent(request)).get("password")
        if not isinstance(password, str):
            raise Refused(_JSON, 400)
        token = await asyncio.to_thread(adding.open, password, client_address(request, adding.proxies))
        return {"token": token, **_state(adding, adding.visit(token))}

    async def state(request: Request) -> dict[str, Any]:
        return _state(adding, _visit(adding, request))

    async def taken(request: Request) -> dict[str, Any]:
        visit = _visit(adding, request)
        adding.count_file(client_address(request, adding.proxies))
        name = unquote(request.headers.get("x-file-name", "")[:_LONGEST_HEADER], errors="replace")
        visit.room(_length(request))
        path = visit.new_file()
        try:
            size = 0
            with path.open("wb") as file:
                async for chunk in request.stream():
                    size += len(chunk)
                    visit.room(size)
                    file.write(chunk)
        except OSError as error:
            visit.give_up(path)
            raise visit.not_kept(error) from error
        except BaseException:
            # A connection that breaks off, a file that grows beyond what it said: nothing of it stays.
            visit.give_up(path)
            raise
        return _shown(visit, file_html(await asyncio.to_thread(visit.take, path, name)))

    async def left_out(request: Request) -> dict[str, Any]:
        visit = _visit(adding, request)
        name = (await _sent(request)).get("name")
        return _shown(visit, file_html(visit.leave_out(name if isinstance(name, str) else "")))

    async def dropped(request: Request) -> dict[str, Any]:
        visit = _visit(adding, request)
        key = (await _sent(request)).get("key")
        visit.drop(key if isinstance(key, str) else "")
        return _shown(visit)

    async def started(request: Request) -> dict[str, Any]:
        _visit(adding, request).add()
        return {}

    async def progress(request: Request) -> dict[str, Any]:
        run = _visit(adding, request).run
        if run is None:
            return {"over": True, "html": ""}
        if run.is_over:
            run.told = True
            return {"over": True, "failed": run.fault is not None, **await asyncio.to_thread(_summary, adding, run)}
        told = run.progress
        return {
            "over": False,
            "done": told.done if told else 0,
            "total": told.total if told else len(run.files),
            "share": told.share if told else 0.0,
            "seconds_left": told.seconds_left if told else None,
        }

    async def left(request: Request) -> dict[str, Any]:
        adding.leave(_bearer(request.headers.get("authorization", "")))
        return {}

    async def closed(request: Request) -> dict[str, Any]:
        await asyncio.to_thread(adding.close, _bearer(request.headers.get("authorization", "")))
        return {}

    handlers: dict[str, tuple[Handler, str]] = {
        "open": (opened, "POST"), "file": (taken, "POST"), "unsent": (left_out, "POST"),
        "drop": (dropped, "POST"), "start": (started, "POST"), "state": (state, "GET"), "progress": (progress, "GET"),
        "leave": (left, "POST"), "close": (closed, "POST"),
    }  # fmt: skip
    return [Route(f"{ADD}{name}", _said(handler), methods=[method]) for name, (handler, method) in handlers.items()]


def _summary(adding: Adding, run: Any) -> dict[str, Any]:
    return {"html": summary_html(run), "count": count_html(adding.count_releases())}


def _state(adding: Adding, visit: Visit) -> dict[str, Any]:
    """What a page has to know that begins to show a visit; `running` where a run is to be seen."""
    return {
        "most_bytes": adding.most_bytes,
        "most_files": adding.most_files,
        "running": visit.is_untold,
        **_shown(visit, "".join(map(file_html, visit.files))),
    }


def _shown(visit: Visit, html: str = "") -> dict[str, Any]:
    """What the page shows of a visit: how many files it holds that can be added."""
    return {"html": html, "ready": sum(file.path is not None for file in visit.files)}


def _said(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """The handler as a route: what is refused is said, and nothing is kept by a browser."""
    from starlette.responses import JSONResponse

    async def answer(request: Request) -> Response:
        try:
            if not is_logged_in(request):
                raise Refused(LOG_IN, 401)
            said, status = await handler(request), 200
        except Refused as refused:
            said, status = {"th": refused.phrase.th, "en": refused.phrase.en}, refused.status
        except TurnedAway as away:
            said, status = {"th": away.phrase.th, "en": away.phrase.en}, 429
        return JSONResponse(said, status, {"Cache-Control": "no-store"})

    return answer


def _visit(adding: Adding, request: Request) -> Visit:
    return adding.visit(_bearer(request.headers.get("authorization", "")))


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _length(request: Request) -> int:
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 20 else 0


async def _sent(request: Request) -> dict[str, Any]:
    """A JSON object; a form of another site cannot send its type."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(_JSON, 415)
    try:
        sent = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise Refused(_JSON, 400) from None
    if not isinstance(sent, dict):
        raise Refused(_JSON, 400)
    return sent
