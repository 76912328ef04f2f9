"""What the chat does before it can answer: indexes the first releases, loads the models, sees to the vectors."""

from __future__ import annotations

import sys
from collections.abc import Callable

from index.__main__ import progress_bar
from index.errors import BadSetting, IndexEmpty
from index.progress import Progress
from qa.ask import Answerer
from qa.readiness import GETTING_READY
from qa.words import Phrase, many

__all__ = ["WarmUp"]

# What is kept with the index while it is filled for the first time.
_FILLING = "filling"
_INDEXING = Phrase("กำลังเตรียมระบบ… จัดทำดัชนีแล้ว {} จาก {} ไฟล์", "Getting ready… {} of {} indexed.")


class WarmUp:
    """Makes an answerer ready, as `qa.readiness.Preparation`. Until it has, nobody else should ask of the answerer.

    The vectors may be in a server that is away: the models are loaded all the same, and nothing more once it is back.
    """

    def __init__(self, answerer: Answerer) -> None:
        """Raises what can be known at once of an index that cannot be used: `IndexMismatch`, `IndexDamaged`; and
        `BadSetting` where it is to be filled from a folder that was named and is not there."""
        self._answerer = answerer
        library = answerer.library
        if library.exists():
            library.check()
        settings = library.settings
        there = settings.corpus.is_dir()
        if library.is_empty() and not there and "corpus" in settings.model_fields_set:
            raise BadSetting(f"There is no folder {settings.corpus} (--corpus or THALAENG_CORPUS).")
        # An index that has begun to be filled is not empty any more, and is to be filled all the same.
        self._is_to_be_filled = there and not settings.snapshot and (library.is_empty() or self._was_broken_off())

    def __call__(self, tell: Callable[[Phrase], None]) -> None:
        """Does what is left to be done."""
        library = self._answerer.library
        if self._is_to_be_filled:
            self._fill(tell)
            self._is_to_be_filled = False
        try:
            self._answerer.warm_up(library.finish)
        except IndexEmpty:
            # There is nothing to try; the page says so, and how some are added.
            library.finish()

    def _was_broken_off(self) -> bool:
        """Whether an earlier run began to fill the index and was stopped before its end."""
        return bool(self._answerer.library.store.meta(_FILLING))

    def _note_filling(self, filling: bool) -> None:
        library = self._answerer.library
        with library.writing(), library.store.transaction():
            library.store.set_meta(_FILLING, "1" if filling else "")

    def _fill(self, tell: Callable[[Phrase], None]) -> None:
        """Indexes the releases of the settings; how far it is shows on the page and in the terminal."""
        library = self._answerer.library
        corpus = library.settings.corpus
        self._note_filling(True)
        with progress_bar(f"Indexing {corpus.name}") as bar:

            def show(progress: Progress) -> None:
                bar(progress)
                done, total = f"{progress.done:,}", f"{progress.total:,}"
                files = many(progress.total, "1 file", "{} files")
                tell(Phrase(_INDEXING.th.format(done, total), _INDEXING.en.format(done, files)))

            report = library.add([corpus], show)
        self._note_filling(False)
        tell(GETTING_READY)
        for skipped in report.skipped:
            print(f"skipped {skipped.where}: {skipped.reason}", file=sys.stderr)
