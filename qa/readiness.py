"""Whether questions can be answered yet: what that takes is done in the background, and tried again where it fails.

The page is there before it is done: it shows `Readiness.phrase`, and a question waits for `tried`. Where something
stands in the way, what is asked is not held back any longer: it may be answered, and else it is said why not.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any, Protocol

from index.errors import IndexBusy, ThalaengError, VectorsAway
from qa.desk import TurnedAway
from qa.faults import fault_phrase
from qa.words import Phrase

__all__ = ["GETTING_READY", "Preparation", "Readiness"]

GETTING_READY = Phrase("กำลังเตรียมระบบ…", "Getting ready…")
_AGAIN = Phrase("ระบบจะลองใหม่เอง", "This will be retried automatically.")
_ENDING = Phrase("ระบบกำลังปิด โปรดลองอีกครั้งภายหลัง", "The server is shutting down. Please try again later.")
_BROKEN = "The chat could not get ready. The log says why."

# Seconds until it is tried again: where what stands in the way may go by itself, and where somebody has to mend it.
_SOON, _LATER = 3.0, 60.0
_GOES_BY_ITSELF = (VectorsAway, IndexBusy)
# Seconds that the end of the server waits for what is being done: indexing stops at the next passage.
_PATIENCE = 1.0

_log = logging.getLogger(__name__)


class Preparation(Protocol):
    """What has to be done before questions can be answered: `qa.warm.WarmUp`, or anything in its place."""

    def __call__(self, tell: Callable[[Phrase], None]) -> None:
        """Does it, and goes on where it was when it is called again; raises `ThalaengError` where it cannot.

        What `tell` is given stands on the page; `tell` raises where the server is being stopped.
        """


class _Stopped(BaseException):
    """The server is being stopped: there is nothing more to prepare for."""


class Readiness:
    """How far a preparation is. It is done in one thread; any thread may ask."""

    def __init__(self, prepare: Preparation) -> None:
        """Nothing is done before `begin`."""
        self._prepare = prepare
        self._tried: Future[None] = Future()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._told = GETTING_READY
        self._fault: ThalaengError | None = None
        self.is_ready = False
        self.is_settled = False

    def begin(self, then: Callable[[], None] = lambda: None) -> None:
        """Begins in a thread of its own. `then` is called in it when all is ready, for what can come after that:
        once it is over too, `is_settled`."""
        self._thread = threading.Thread(target=self._run, args=(then,), name="readiness", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it wherever it is, or leaves it behind where that takes more than a second; nobody waits any longer."""
        self._stopped.set()
        self.is_settled = True
        with suppress(InvalidStateError):
            self._tried.set_exception(TurnedAway(_ENDING))
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    async def tried(self) -> None:
        """Waits until everything is ready, or it has been tried and something stands in the way.

        Raises `TurnedAway` where the server is stopped before that.
        """
        # Who gives up waiting does not end it for the others.
        await asyncio.shield(asyncio.wrap_future(self._tried))

    @property
    def has_tried(self) -> bool:
        """Whether `tried` waits no more."""
        return self._tried.done()

    @property
    def phrase(self) -> Phrase | None:
        """What to say to a person, in plain text: how far it is, or what stands in the way; None once all is ready."""
        fault = self._fault
        if self.is_ready:
            return None
        if fault is None:
            return self._told
        said = fault_phrase(fault)
        return Phrase(f"{said.th} {_AGAIN.th}", f"{said.en} {_AGAIN.en}")

    def health(self, count_releases: Callable[[], int]) -> dict[str, Any]:
        """What `/health` says: the number of releases when all is ready, else a `status` other than "ok"."""
        fault = self._fault
        if self.is_ready:
            return {"releases": count_releases()}
        if fault is None:
            return {"status": "starting"}
        return {"status": "failing", "error": type(fault).__name__}

    def _run(self, then: Callable[[], None]) -> None:
        started = time.monotonic()
        try:
            while (fault := self._try()) is not None:
                if str(fault) != str(self._fault):
                    # Once, and not every few seconds.
                    _log.warning("Not ready yet, and tried again: %s", fault)
                self._fault = fault
                self._let_go()
                if self._stopped.wait(_SOON if isinstance(fault, _GOES_BY_ITSELF) else _LATER):
                    return
        except _Stopped:
            return
        self.is_ready = True
        self._let_go()
        _log.info("Ready after %.1f s", time.monotonic() - started)
        try:
            then()
        finally:
            self.is_settled = True

    def _try(self) -> ThalaengError | None:
        """Prepares; what stands in the way, or None."""
        try:
            self._prepare(self._tell)
        except ThalaengError as error:
            return error
        except Exception:
            _log.exception("The chat could not be made ready")
            return ThalaengError(_BROKEN)
        return None

    def _tell(self, phrase: Phrase) -> None:
        if self._stopped.is_set():
            raise _Stopped
        self._told, self._fault = phrase, None

    def _let_go(self) -> None:
        """Lets those go on who wait for `tried`."""
        with suppress(InvalidStateError):
            self._tried.set_result(None)
