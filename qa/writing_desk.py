"""The desk where a model's answers are taken: so many at a time; whatever goes wrong, the quotes stand."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from qa.answer import Answer
from qa.desk import Desk, TurnedAway
from qa.levels import NOT_NOW, NOT_WRITTEN, AnswerWriter, can_be_written, stream_answer

__all__ = ["WritingDesk"]

# Answers written at the same time where nothing else is said.
_PLACES = 4

_log = logging.getLogger(__name__)


class WritingDesk:
    """Has a writer write answers for the page and for programs, over a desk of its own.

    Waiting for a model takes no processor: it is not to hold the places of those who only want quotes.
    """

    def __init__(self, writer: AnswerWriter, places: int = _PLACES) -> None:
        """`places` answers are written at the same time; where more are asked for, the quotes stand."""
        self._writer = writer
        self._desk = Desk(places, waiting=0)
        self.level = writer.level

    def can_write(self, quotes: Answer) -> bool:
        """Whether the writer has something to add to an answer of quotes."""
        return can_be_written(quotes, self._writer)

    async def stream(self, quotes: Answer, earlier: Sequence[str] = ()) -> AsyncGenerator[Answer]:
        """The answer with each sentence that is written to it, again and again; the last one is whole.

        `quotes` is the answer to write from, `earlier` the questions before it. Raises nothing: where no place is
        free or something goes wrong, the last one is the quotes with a line that says so.
        """
        try:
            async with aclosing(self._desk.stream(lambda: stream_answer(quotes, self._writer, earlier))) as answers:
                async for answer in answers:
                    yield answer
        except TurnedAway:
            yield replace(quotes, note=NOT_NOW)
        except Exception:
            # The quotes are there and stand; the log has the rest.
            _log.exception("An answer could not be written")
            yield replace(quotes, note=NOT_WRITTEN)

    async def write(self, quotes: Answer, earlier: Sequence[str] = ()) -> Answer:
        """The whole answer, as `stream` gives it in the end."""
        *_, last = [answer async for answer in self.stream(quotes, earlier)]
        return last
