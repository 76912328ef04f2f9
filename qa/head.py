"""The head of the page's HTML: what a tab and the preview of a shared link say, where Gradio names itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cards import escape
from qa.words import TAGLINE, TITLE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ICON", "OwnHead", "with_own_head"]

ICON = Path(__file__).parent / "icon.svg"

# What others show of a link to the page: Facebook's and X's names for it.
_PREVIEW = re.compile(r"<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>\s*")
# The icon is named, for behind a proxy the one at the root of the host is another's.
_OWN = "".join(
    (
        f"<title>{TITLE}</title>",
        *(
            f'<meta {name} content="{escape(f"{TAGLINE.th} · {TAGLINE.en}")}">'
            for name in ('name="description"', 'property="og:description"')
        ),
        f'<meta property="og:title" content="{TITLE}"><meta property="og:type" content="website">',
        '<link rel="icon" type="image/svg+xml" href="favicon.ico">',
    )
)


def with_own_head(page: str) -> str:
    """The HTML of a page with the product's name, what it is and its icon in the head, and no others there."""
    return _PREVIEW.sub("", page).replace("</head>", f"{_OWN}</head>", 1)


class OwnHead:
    """ASGI middleware that gives the pages their own head."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on, a page of HTML once all of it is there."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: Message | None = None
        body = b""

        async def headed(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    page = with_own_head(body.decode()).encode()
                    await send({**start, "headers": _with_length(start, len(page))})
                    await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, headed)


def _is_page(start: Message) -> bool:
    headers = dict(start["headers"])
    return headers.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in headers


def _with_length(start: Message, length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return [*kept, (b"content-length", str(length).encode())]
