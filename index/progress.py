"""How far a long run is, told as it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Clock", "Progress", "silent"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long run is: `done` of `total` files (or releases), what is at hand now, and `share`, 0 to 1, of all.

    A file of many releases counts in `share` with the part of it that is done. `known` is the part of all that had
    nothing new in it, `waited` the seconds until the first passage was encoded: a run that goes on where another one
    stopped is past both in no time.
    """

    done: int
    total: int
    passages: int
    seconds: float
    name: str
    share: float = 0.0
    known: float = 0.0
    waited: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at the pace of what was new so far; None while there is too little to tell."""
        new, seconds = self.share - self.known, self.seconds - self.waited
        if new <= 0 or seconds < 1:
            return None
        return seconds * (1 - self.share) / new


class Clock:
    """Tells progress by what is encoded, which is where the time goes; reading runs ahead of it."""

    def __init__(self, progress: Callable[[Progress], None], total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0  # files whose releases are encoded
        self._taken = 0  # files that are read
        self._known = 0  # files with nothing new in them
        self._passages = 0
        self._waited: float | None = None
        self._name = ""
        self._started = time.monotonic()
        self._tell(0)

    @property
    def taken(self) -> int:
        """How many files have been read."""
        return self._taken

    def took(self, name: str) -> None:
        """A file has been read, or a release taken up."""
        self._taken += 1
        self._name = name

    def knew(self) -> None:
        """The file that was read last has nothing new in it."""
        self._known += 1

    def encoded(self, share: float, files: int) -> None:
        """So much of the first `files` files, of what was not encoded before, is encoded."""
        if self._waited is None:
            self._waited = time.monotonic() - self._started
        self._passages += 1
        self._tell(self._done + share * (files - self._done))

    def committed(self, files: int) -> None:
        """All of the first `files` files is encoded."""
        self._done = files
        self._tell(self._done)

    def stop(self) -> float:
        """The end; returns the seconds it took."""
        self._name = ""
        return self._tell(self._total)

    def _tell(self, done: float) -> float:
        seconds = time.monotonic() - self._started
        share = min(1.0, done / self._total) if self._total else 1.0
        known = self._known / self._total if self._total else 0.0
        self._progress(
            Progress(int(done), self._total, self._passages, seconds, self._name, share, known, self._waited or 0.0)
        )
        return seconds


def silent(progress: Progress) -> None:
    """Progress that nobody looks at."""
