"""A chat whose answers stop halfway, in a process of its own, which can be killed and started again."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.errors import IndexEmpty
from index.release import Language
from qa.answer import Answer, AnsweredBy, Citation, Sentence
from qa.desk import Desk
from qa.page import build_page
from qa.serve import serve_page

__all__ = ["FIRST", "HALFWAY", "QUOTE", "SEARCHING", "SECOND", "ChatProcess", "stalling_page"]

# What is asked, by how far the answer comes: not at all, to its first sentence. In Thai that is so of any.
SEARCHING, HALFWAY = "How many boats are there?", "How many books are there?"
QUOTE = "The library has twelve books, which are lent for a week."
FIRST, SECOND = "There are twelve books.", "They are lent for a week."


class _Script:
    """Answers and writes what is above, to the end once it `goes_on`."""

    level: AnsweredBy = "llm"
    name = "Script"

    def __init__(self, goes_on: threading.Event) -> None:
        self._goes_on = goes_on

    def ask(self, question: str, history: Sequence[str] = (), language: Language | None = None, *_: Any) -> Answer:
        if question == SEARCHING:
            self._goes_on.wait()
        citation = Citation(
            n=1, release_id="1" * 16, url="https://news.example.org/1", title="Library", date=dt.date(2025, 3, 4),
            category="", quote=QUOTE, start=0, end=len(QUOTE), score=1.0, language="en", passage=QUOTE,
        )  # fmt: skip
        return Answer(question, language or "en", f"{QUOTE} [1]", False, (citation,))

    def is_needed(self, answer: Answer) -> bool:
        return True

    def write(self, question: str, citations: Any, language: Language, earlier: Any = ()) -> Iterator[Sentence]:
        yield Sentence(FIRST, (1,))
        if question == HALFWAY or language == "th":
            self._goes_on.wait()
        yield Sentence(SECOND, (1,))

    def count_releases(self) -> int:
        return 1

    def catalogue(self) -> Any:
        raise IndexEmpty("There are no releases.")

    def search(self, *_: Any) -> list[Any]:
        return []

    def release(self, release_id: str) -> None:
        return None


def stalling_page(goes_on: threading.Event) -> Any:
    """The chat's page; answers come to their end once it `goes_on`."""
    script: Any = _Script(goes_on)
    return build_page(script, desk=Desk(4), writer=script)


class ChatProcess:
    """The chat in a process of its own, on the same address whenever it is started."""

    def __init__(self) -> None:
        self.address = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self, *, stalls: bool) -> None:
        """Starts it; `stalls` says whether answers stop halfway."""
        port = urlsplit(self.address).port or 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(port), *(["stalls"] if stalls else [])],
            cwd=Path(__file__).parent.parent,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"},
        )
        assert self._process.stdout is not None
        self.address = next(line.split()[-1] for line in self._process.stdout if line.startswith("แถลง"))

    def kill(self) -> None:
        """Ends it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _main(port: str, *stalls: str) -> None:
    goes_on = threading.Event()
    if not stalls:
        goes_on.set()
    serve_page(stalling_page(goes_on), port=int(port))


if __name__ == "__main__":
    _main(*sys.argv[1:])
