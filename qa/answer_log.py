"""What the log says of an answer: how long it took and what became of it, not what was asked."""

from __future__ import annotations

import json
import time

from qa.answer import Answer

__all__ = ["answer_line"]


def answer_line(answer: Answer, earlier: int, started: float) -> str:
    """A line of JSON for whoever runs the service; what was asked stays with who asked.

    `earlier` is how many questions came before it, `started` the moment of `time.perf_counter` when it was asked.
    """
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
    return json.dumps(noted)
