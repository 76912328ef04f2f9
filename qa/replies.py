"""The replies of the chat to a question, as HTML: the quotes at once, then with what a model writes from them."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from index.errors import ThalaengError
from index.release import Language
from qa.answer import Answer, AnsweredBy
from qa.answer_actions import actions_html, unfiltered_html
from qa.answer_log import note_answer
from qa.asker import Asker
from qa.cards import answer_html, notice_html
from qa.chips import scope_html
from qa.desk import Desk, TurnedAway
from qa.event_log import note
from qa.faults import fault_html
from qa.filters import read_filters
from qa.related import related_html
from qa.words import both
from qa.writing_desk import WritingDesk

__all__ = ["Replies", "without_writing"]

_FAILED = (
    "ขออภัย เกิดข้อผิดพลาดขณะหาคำตอบ โปรดลองถามอีกครั้ง",
    "Sorry, something went wrong while looking for the answer. Please ask again.",
)
_SAYS_WRITING: dict[AnsweredBy, str] = {
    "llm": both("แบบจำลองภาษากำลังเขียนคำตอบจากข้อความที่ยกมา…", "A model is writing an answer from the quotes…"),
    "local": both("แบบจำลองภาษากำลังแปลข้อความที่ยกมา…", "A model is translating the quotes…"),
}
_WRITING = {level: f'<p class="tl-writing" role="status">{says}</p>' for level, says in _SAYS_WRITING.items()}

_log = logging.getLogger(__name__)


def without_writing(reply: str) -> str:
    """A reply without the word that it is still being written: one that was cut off leaves it behind."""
    for writing in _WRITING.values():
        reply = reply.replace(writing, "")
    return reply


class Replies:
    """Answers questions of the chat over the desk; where there is a writing desk, a model's answers go over that."""

    def __init__(
        self, answerer: Asker, desk: Desk, writing: WritingDesk | None = None, *, may_add: bool = False
    ) -> None:
        """With `may_add` releases can be added on the page: what is said of an empty index leads there."""
        self._answerer = answerer
        self._desk = desk
        self._writing = writing
        self._may_add = may_add

    async def to(
        self, request: Any, question: str, earlier: Sequence[str], filters: Any, language: Language | None = None
    ) -> AsyncIterator[str]:
        """The reply as far as it has come, again and again; the last one is whole.

        `earlier` are the questions before it, `filters` as the browser sends them.
        """
        try:
            async with aclosing(self._to(request, question, earlier, filters, language)) as replies:
                async for reply in replies:
                    yield reply
        except Exception:
            # Whatever it is, the person gets a word and the conversation goes on; the log has the rest.
            _log.exception("A question could not be answered")
            yield notice_html(*_FAILED)

    async def _to(
        self, request: Any, question: str, earlier: Sequence[str], filters: Any, language: Language | None
    ) -> AsyncGenerator[str]:
        started = time.perf_counter()
        try:
            found = await self._desk.serve(request, lambda: self._answer(question, earlier, filters, language))
        except TurnedAway as away:
            found = notice_html(away.phrase.th, away.phrase.en)
        if isinstance(found, str):
            yield found
            return
        answer, related = found
        if self._writing and self._writing.can_write(answer):
            writing = _WRITING[self._writing.level]
            yield _html(answer, earlier, related, writing)
            async with aclosing(self._writing.stream(answer, earlier)) as answers:
                async for answer in answers:
                    yield _html(answer, earlier, related, writing)
        note_answer(_log, answer, len(earlier), started)
        yield _html(answer, earlier, related)

    def _answer(
        self, question: str, earlier: Sequence[str], filters: Any, language: Language | None
    ) -> tuple[Answer, str] | str:
        """An answer and the HTML of the releases related to it; or the HTML of a notice."""
        try:
            chosen = read_filters(filters if isinstance(filters, dict) else {})
            answer = self._answerer.ask(question, earlier, language, chosen)
            return answer, related_html(self._answerer, answer)
        except ThalaengError as error:
            note(_log, "error", error=type(error).__name__)
            return fault_html(error, may_add=self._may_add)


def _html(answer: Answer, earlier: Sequence[str], related: str, state: str = "") -> str:
    said = scope_html(answer) + answer_html(answer, state) + unfiltered_html(answer)
    # What is still being written is not to be copied or rated yet, and each piece would take away what is pressed.
    return said + ("" if state else actions_html(answer, dt.date.today(), earlier)) + related
