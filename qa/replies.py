"""The replies of the chat to a question, as HTML: the quotes at once, then with what a model writes from them."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

from index.errors import ThalaengError
from index.release import Language
from qa.answer import Answer
from qa.answer_actions import actions_html
from qa.asker import Asker
from qa.cards import answer_html, notice_html
from qa.chips import scope_html
from qa.desk import Desk, TurnedAway
from qa.faults import fault_html
from qa.filters import read_filters
from qa.levels import NOT_NOW, NOT_WRITTEN, can_be_written, stream_answer
from qa.related import related_html
from qa.words import both
from qa.write import Writer

__all__ = ["Replies", "without_writing"]

_FAILED = (
    "ขออภัย เกิดข้อผิดพลาดขณะหาคำตอบ โปรดลองถามอีกครั้ง",
    "Sorry, something went wrong while looking for the answer. Please ask again.",
)
_SAYS_WRITING = both("แบบจำลองภาษากำลังเขียนคำตอบจากข้อความที่ยกมา…", "A model is writing an answer from the quotes…")
_WRITING = f'<p class="tl-writing" role="status">{_SAYS_WRITING}</p>'

_log = logging.getLogger(__name__)


def without_writing(reply: str) -> str:
    """A reply without the word that it is still being written: one that was cut off leaves it behind."""
    return reply.replace(_WRITING, "")


class Replies:
    """Answers questions of the chat over the desk; with a writer the model's turn goes over a desk of its own.

    Waiting for a model takes no processor: it is not to hold the places of those who only want quotes.
    """

    def __init__(self, answerer: Asker, desk: Desk, writer: Writer | None = None, places: int = 4) -> None:
        """`places` answers are written at the same time; where more are asked for, the quotes stand."""
        self._answerer = answerer
        self._desk = desk
        self._writer = writer
        self._writing = Desk(places, waiting=0)

    async def to(
        self, request: Any, question: str, earlier: Sequence[str], filters: Any, language: Language | None = None
    ) -> AsyncIterator[str]:
        """The reply as far as it has come, again and again; the last one is whole.

        `earlier` are the questions before it, `filters` as the browser sends them.
        """
        started = time.perf_counter()
        try:
            found = await self._desk.serve(request, lambda: self._answer(question, earlier, filters, language))
        except TurnedAway as away:
            found = notice_html(away.phrase.th, away.phrase.en)
        if isinstance(found, str):
            yield found
            return
        answer, related = found
        if (writer := self._writer) and can_be_written(answer):
            quotes = answer
            yield _html(quotes, related, _WRITING)
            try:
                async for answer in self._writing.stream(lambda: stream_answer(quotes, writer, earlier)):
                    yield _html(answer, related, _WRITING)
            except TurnedAway:
                answer = replace(quotes, note=NOT_NOW)
            except Exception:
                # The quotes are there and stand; the log has the rest.
                _log.exception("An answer could not be written")
                answer = replace(quotes, note=NOT_WRITTEN)
        _log_answer(answer, len(earlier), started)
        yield _html(answer, related)

    def _answer(
        self, question: str, earlier: Sequence[str], filters: Any, language: Language | None
    ) -> tuple[Answer, str] | str:
        """An answer and the HTML of the releases related to it; or the HTML of a notice."""
        try:
            chosen = read_filters(filters if isinstance(filters, dict) else {})
            answer = self._answerer.ask(question, earlier, language, chosen)
            return answer, related_html(self._answerer, answer)
        except ThalaengError as error:
            return fault_html(error)
        except Exception:
            # Whatever it is, the person gets a word and the conversation goes on; the log has the rest.
            _log.exception("A question could not be answered")
            return notice_html(*_FAILED)


def _html(answer: Answer, related: str, state: str = "") -> str:
    return scope_html(answer) + answer_html(answer, state) + actions_html(answer) + related


def _log_answer(answer: Answer, earlier: int, started: float) -> None:
    """One line for whoever runs the service; what was asked stays between the person and the page."""
    noted = {
        "event": "answer",
        "language": answer.language,
        "follows": earlier,
        "abstained": answer.abstained,
        "citations": len(answer.citations),
        "answered_by": answer.answered_by,
        "note": answer.note.en if answer.note else "",
        "ms": round((time.perf_counter() - started) * 1000, 1),
        "timings_ms": {step: round(ms, 1) for step, ms in answer.timings_ms.items()},
    }
    _log.info(json.dumps(noted))
