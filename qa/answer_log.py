"""What the log says of an answer: how long it took and what became of it, not what was asked."""

from __future__ import annotations

import logging

from qa.answer import Answer
from qa.event_log import milliseconds, note

__all__ = ["note_answer"]


def note_answer(log: logging.Logger, answer: Answer, earlier: int, started: float) -> None:
    """Notes that a question was asked and answered, or refused.

    `earlier` is how many questions came before it, `started` the moment of `time.perf_counter` when it was asked.
    """
    note(
        log,
        "asked",
        language=answer.language,
        follows=earlier,
        abstained=answer.abstained,
        doubtful=answer.is_doubtful,
        citations=len(answer.citations),
        answered_by=answer.answered_by,
        note=answer.note.en if answer.note else "",
        ms=milliseconds(started),
        timings_ms={step: round(ms, 1) for step, ms in answer.timings_ms.items()},
    )
