"""The questions that the page begins with: found in the background, kept for as long as the index stays the same."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from index.errors import ThalaengError
from index.release import LANGUAGES, Language
from qa.ask import Answerer
from qa.suggestions import Draft, answered, draft_examples

__all__ = ["ExampleQuestions"]

_SHOWN = 6
# Drafts that are asked for a language, and releases that they are drawn from, the newest.
_MOST_DRAFTS = 40
_MOST_RELEASES = 200
# Seconds until it is looked again whether people are being served.
_PAUSE = 0.5
# Seconds that the end of the server waits for a question that is being asked.
_PATIENCE = 3.0

_log = logging.getLogger(__name__)


class _Stopped(BaseException):
    """The server is being stopped: nobody will see what is found."""


class ExampleQuestions:
    """Finds them when they are first wanted and when the index has changed, and keeps them in a file.

    Nobody waits for them: until they are found there are those of the index before, or none.
    """

    def __init__(self, answerer: Answerer, path: Path, may_ask: Callable[[], bool] = lambda: True) -> None:
        """`may_ask` says whether the machine has nothing better to do."""
        self._answerer = answerer
        self._path = path
        self._may_ask = may_ask
        self._lock = threading.Lock()
        self._searching: threading.Thread | None = None
        self._stopped = threading.Event()
        self._generation, self._questions = self._read()

    def now(self) -> Mapping[Language, Sequence[str]]:
        """What there is, for each language; sees to it that there is something newer soon where it is old."""
        try:
            generation = self._generation_of_index()
        except ThalaengError:
            return {language: () for language in LANGUAGES}
        with self._lock:
            if generation != self._generation and self._searching is None:
                self._searching = threading.Thread(target=self._search, daemon=True)
                self._searching.start()
            return self._questions

    def wait(self) -> None:
        """Waits until those looked for now are found."""
        searching = self._searching
        if searching is not None:
            searching.join()

    def stop(self) -> None:
        """Ends the search at its next question, or leaves it behind where that takes more than some seconds.

        A thread that is still asking when Python ends takes the process down with an error.
        """
        self._stopped.set()
        searching = self._searching
        if searching is not None:
            searching.join(_PATIENCE)

    def _generation_of_index(self) -> str:
        library = self._answerer.library
        return "" if library.is_empty() else f"{library.store.meta('generation')} {library.encoder.name}"

    def find(self) -> None:
        """Finds what is newer than what there is, and returns when it has."""
        self.now()
        self.wait()

    def _search(self) -> None:
        try:
            self._wait_for_peace()
            # The index may have changed while that was waited for.
            generation = self._generation_of_index()
            questions = {language: self._find(language) for language in LANGUAGES} if generation else {}
            with self._lock:
                self._generation = generation
                self._questions = {language: questions.get(language, ()) for language in LANGUAGES}
            kept = {"generation": generation, "questions": questions}
            self._path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
        except _Stopped:
            pass
        except (OSError, ThalaengError):
            _log.warning("The example questions could not be found or kept", exc_info=True)
        finally:
            with self._lock:
                self._searching = None

    def _find(self, language: Language) -> tuple[str, ...]:
        newest = self._answerer.library.store.releases(
            "id IN (SELECT id FROM releases ORDER BY date IS NULL, date DESC, id LIMIT ?)", (_MOST_RELEASES,)
        )
        return answered(self._answerer, self._in_peace(draft_examples(list(newest), language)), _SHOWN)

    def _in_peace(self, drafts: Iterator[Draft]) -> Iterator[Draft]:
        """The drafts, each when nobody is being served."""
        for _, draft in zip(range(_MOST_DRAFTS), drafts, strict=False):
            self._wait_for_peace()
            yield draft

    def _wait_for_peace(self) -> None:
        while not self._stopped.is_set() and not self._may_ask():
            self._stopped.wait(_PAUSE)
        if self._stopped.is_set():
            raise _Stopped

    def _read(self) -> tuple[str | None, Mapping[Language, Sequence[str]]]:
        """What was kept; nothing where there is no file, or another one than this writes."""
        nothing: dict[Language, Sequence[str]] = {language: () for language in LANGUAGES}
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            questions = {language: tuple(map(str, kept["questions"].get(language, ()))) for language in LANGUAGES}
            return str(kept["generation"]), questions
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None, nothing
