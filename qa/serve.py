"""The page on its address: what Gradio is told, the style sheet with its fonts, the health address."""

from __future__ import annotations

import base64
import errno
import os
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ThalaengError
from qa.adding import Adding
from qa.adding_routes import adding_routes
from qa.endpoints import say_what_lacks, speak_json
from qa.gate import Gate
from qa.head import ICON, OwnHead
from qa.words import TITLE, Phrase

if TYPE_CHECKING:
    import gradio as gr
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

__all__ = ["free_port", "serve_page"]

_FONTS = {"thai": "U+0E01-0E5B, U+200C-200D, U+25CC", "latin": "U+0000-00FF, U+2000-206F, U+20AC, U+2122"}

# What Gradio keeps of each page that is open, and of each call by a program as if it were one: 50 kB and its last
# answer, for the last 10,000 if it is told nothing, which programs that ask on and on fill at 15 MB a minute. No page
# needs it back: what a page shows is in the browser.
_SESSIONS = 500

# What has to do with the port, and not with the address.
_OF_THE_PORT = (errno.EADDRINUSE, errno.EACCES)
_ANOTHER_PORT = "Choose another with --port, or --port 0 for any free one."
_ANOTHER_HOST = "Choose one of this machine with --host, such as 127.0.0.1."

# Gradio packs what has an ending in its address, and so not the page. What comes piece by piece is not held back.
_AS_IT_IS = (
    "text/event-stream",
    "application/javascript",
    "text/javascript",
    "text/css",
    "text/csv",
    "image/*",
    "font/*",
)

_LOG_IN = Phrase("โปรดเข้าสู่ระบบเพื่อถาม", "Please log in to ask")


def _alive() -> dict[str, Any]:
    return {}


def serve_page(
    page: gr.Blocks,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    wait: bool = True,
    root_path: str = "",
    login: str = "",
    proxies: int = 0,
    health: Callable[[], dict[str, Any]] = _alive,
    adding: Adding | None = None,
    routes: Sequence[BaseRoute] = (),
    opened: Callable[[], None] = lambda: None,
    closing: Callable[[], None] = lambda: None,
) -> str:
    """Serves the page and returns its address; port 0 takes any free one.

    `root_path` is where a reverse proxy shows it, `proxies` how many of them there are, `login` a name:password
    that everything but `/health` asks for. `/health` answers with `health` as JSON, and with status 503 where
    that raises `ThalaengError` or gives a `status` other than "ok". Releases are added under `/add/` where `adding`
    says who may; `routes` are further ones that the page needs, such as that of `qa.shelf_csv`. `opened` is called
    once the address listens.

    With `wait`, prints the address and serves until `KeyboardInterrupt`, which goes on to the
    caller, and before that calls `closing`. Raises `ThalaengError` where the address cannot be listened on.
    """
    import gradio as gr
    from starlette.middleware import Middleware
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.routing import Route

    name, _, password = login.partition(":")
    port = free_port(host, port)
    _reach_directly(host)
    # What a request says of the addresses it came over is read by `qa.desk`, and only where it is to be trusted.
    os.environ.setdefault("FORWARDED_ALLOW_IPS", "")
    _, address, _ = page.launch(
        # In an address the numbers of IPv6 stand in brackets.
        server_name=f"[{host}]" if ":" in host else host,
        server_port=port,
        prevent_thread_lock=True,
        inbrowser=False,
        share=False,
        quiet=True,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=True,
        state_session_capacity=_SESSIONS,
        root_path=root_path.rstrip("/") or None,
        app_kwargs={
            "routes": [
                Route("/health", _health_route(health)),
                *routes,
                *(adding_routes(adding) if adding else []),
            ],
            "middleware": [
                Middleware(Gate, login, proxies, adding),
                Middleware(GZipMiddleware, compresslevel=5, exclude_content_types=_AS_IT_IS),
                Middleware(OwnHead),
            ],
        },
        auth=[(name, password)] if login else None,
        auth_message=f"{TITLE}: {_LOG_IN.th} · {_LOG_IN.en}" if login else None,
        favicon_path=str(ICON),
        max_file_size=1,
        css=_style(with_adding=adding is not None),
        theme=gr.themes.Default(
            primary_hue="teal", neutral_hue="slate", font=["Sarabun", "sans-serif"], font_mono=["monospace"]
        ),
    )
    speak_json(page)
    say_what_lacks(page)
    if wait:
        print(f"{page.title}: {address}", flush=True)
    opened()
    if wait:
        try:
            while page.is_running:
                time.sleep(0.2)
        finally:
            closing()
            page.close(verbose=False)
    return str(address)


def _health_route(health: Callable[[], dict[str, Any]]) -> Callable[[Request], Response]:
    from starlette.responses import JSONResponse

    def answer(request: Request) -> Response:
        try:
            said = {"status": "ok", **health()}
        except ThalaengError as error:
            return JSONResponse({"status": "failing", "error": type(error).__name__}, 503)
        return JSONResponse(said, 200 if said["status"] == "ok" else 503)

    return answer


def free_port(host: str, port: int) -> int:
    """A port that can be listened on: the one asked for, or any free one for 0.

    Raises `ThalaengError` where it is taken or the machine has no such address.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except UnicodeError as error:
        # What cannot be the name of any machine, as with two dots in a row.
        raise ThalaengError(f"Cannot listen on {host}: it is not an address. {_ANOTHER_HOST}") from error
    except OSError as error:
        hint = _ANOTHER_PORT if error.errno in _OF_THE_PORT else _ANOTHER_HOST
        raise ThalaengError(f"Cannot listen on {host}, port {port}: {error.strerror or error}. {hint}") from error


def _reach_directly(host: str) -> None:
    """Gradio calls its own address once at the start; a proxy of the network cannot reach that."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [part for part in os.environ.get(name, "").split(",") if part.strip()]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost", host]))


def _style(*, with_adding: bool) -> str:
    """The style sheet, with the fonts in it: nothing to serve, nothing to find on another machine."""
    folder = Path(__file__).parent
    faces = []
    for weight in (400, 700):
        for script, characters in _FONTS.items():
            font = (folder / "fonts" / f"sarabun-{script}-{weight}-normal.woff2").read_bytes()
            faces.append(
                f"@font-face {{ font-family: Sarabun; font-weight: {weight}; font-display: block; "
                f"unicode-range: {characters}; "
                f"src: url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format('woff2'); }}"
            )
    names = ("page.css", "filters.css", "written.css", *(["adding.css"] if with_adding else []), "print.css")
    sheets = [(folder / name).read_text(encoding="utf-8") for name in names]
    return "\n".join([*faces, *sheets])
