"""An OpenAI-compatible endpoint on a real socket that does as it is told, well or badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Behaviour", "Handler", "ScriptedEndpoint", "drips", "hangs", "says", "sends", "status", "streams"]


class Handler(BaseHTTPRequestHandler):
    """Notes what it is asked and does what the endpoint's behaviour is at the moment."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        self.asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        endpoint = self.server.endpoint
        endpoint.asked.append(self.asked)
        endpoint.keys.append(self.headers.get("Authorization", ""))
        with suppress(OSError):
            endpoint.behaviour(self)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def begin(self, code: int = 200, kind: str = "text/event-stream") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()

    def write(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def say(self, piece: str) -> None:
        """One piece of an answer as the event of a stream."""
        chunk = {
            "id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted",
            "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}],
        }  # fmt: skip
        self.write(f"data: {json.dumps(chunk)}\n\n")


Behaviour = Callable[[Handler], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: ScriptedEndpoint


class ScriptedEndpoint:
    """The endpoint: `behaviour` is what it does with the next question, `asked` the bodies of those before."""

    def __init__(self) -> None:
        self.behaviour: Behaviour = says("")
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""

    @classmethod
    @contextmanager
    def running(cls) -> Iterator[ScriptedEndpoint]:
        endpoint = cls()
        server = _Server(("127.0.0.1", 0), Handler)
        server.endpoint = endpoint
        endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield endpoint
        finally:
            server.shutdown()
            server.server_close()


def says(text: str, size: int = 7) -> Behaviour:
    """Streams a text in pieces, as it should."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for start in range(0, len(text), size):
            handler.say(text[start : start + size])
        handler.write("data: [DONE]\n\n")

    return behave


def streams(*steps: str | float) -> Behaviour:
    """Streams pieces with pauses, in seconds, between them."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for step in steps:
            if isinstance(step, str):
                handler.say(step)
            else:
                time.sleep(step)
        handler.write("data: [DONE]\n\n")

    return behave


def sends(body: str, kind: str = "text/event-stream", code: int = 200) -> Behaviour:
    """Sends just this."""

    def behave(handler: Handler) -> None:
        handler.begin(code, kind)
        handler.write(body)

    return behave


def status(code: int, message: str = "no", **error: Any) -> Behaviour:
    """Answers with an error as OpenAI words them."""
    return sends(json.dumps({"error": {"message": message, **error}}), "application/json", code)


def hangs(seconds: float = 30) -> Behaviour:
    """Takes the question and says nothing."""
    return lambda handler: time.sleep(seconds)


def drips(piece: str, every: float, raw: bool = False) -> Behaviour:
    """Writes a piece again and again, without end; raw ones are no events."""

    def behave(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.write(piece) if raw else handler.say(piece)
            time.sleep(every)

    return behave
