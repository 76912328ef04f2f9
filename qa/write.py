"""Has a model write an answer from quotes, and lets through what is proven, sentence by sentence, in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from index.release import Language
from qa.answer import Answer, Citation, Sentence
from qa.endpoint_model import EndpointFailed, Failure, Model
from qa.prompt import NO_ANSWER, PassageTooLong, write_prompt
from qa.prove import Prover
from qa.sentences import Draft, SentenceCutter

__all__ = ["Writer", "WritingEnded"]

# Where a model that does not stop is stopped: characters read of it, sentences proven.
_MOST_CHARACTERS = 6000
_MOST_SENTENCES = 16
# What some models think aloud is no part of their answer.
_THINKS, _THOUGHT = "<think>", "</think>"


class WritingEnded(Exception):
    """The writing ended before its end, or without an answer: `failure` says how."""

    def __init__(self, failure: Failure | str) -> None:
        super().__init__(failure)
        self.failure = failure


class Writer:
    """Writes answers with a model. Safe to use from many threads."""

    level: Literal["llm"] = "llm"

    def __init__(
        self,
        model: Model,
        prover: Callable[[Sequence[Citation], Language], Prover],
        seconds: float = 30.0,
        context: int = 4096,
    ) -> None:
        """`prover` makes what proves against citations, such as `Answerer.prover`.

        `seconds` are for a whole answer, the proof included; `context` are tokens of prompt and answer.
        """
        self._model = model
        self._prover = prover
        self._seconds = seconds
        self._context = context

    @property
    def name(self) -> str:
        """The model that writes."""
        return self._model.name

    def is_needed(self, answer: Answer) -> bool:
        """True: whatever is quoted can be put into sentences."""
        return True

    def write(
        self, question: str, citations: Sequence[Citation], language: Language, earlier: Sequence[str] = ()
    ) -> Iterator[Sentence]:
        """Each sentence as soon as it is written and looked at, whether it stands or is struck.

        Ends with `WritingEnded` where the endpoint failed, or where the model says that the passages do not
        answer ("no answer"), wrote nothing at all ("empty") or did not stop ("endless"). What was given before
        that is proven all the same; of a text that was cut off, the last unfinished sentence is not given.
        """
        until = time.monotonic() + self._seconds
        try:
            prompt = write_prompt(question, citations, language, self._context, earlier)
        except PassageTooLong as error:
            raise WritingEnded("context") from error
        shown = [citation for citation in citations if citation.n in prompt.numbers]
        prover = self._prover(shown, language)
        said: set[str] = set()
        written = 0
        for draft in self._drafts(self._model.stream(prompt, until)):
            if NO_ANSWER in draft.text.upper() and not said:
                raise WritingEnded("no answer")
            # A model that goes round in circles says nothing new.
            if draft.text in said:
                continue
            said.add(draft.text)
            written += 1
            if written > _MOST_SENTENCES:
                raise WritingEnded("endless")
            if time.monotonic() > until:
                raise WritingEnded("slow")
            yield prover.prove(draft)
        if not written:
            raise WritingEnded("empty")

    def _drafts(self, pieces: Iterator[str]) -> Iterator[Draft]:
        """The sentences of what is streamed, without what was thought aloud."""
        cutter, total, thinking = SentenceCutter(), 0, ""
        decided = False
        try:
            for piece in pieces:
                total += len(piece)
                if total > _MOST_CHARACTERS:
                    raise WritingEnded("endless")
                if decided:
                    yield from cutter.feed(piece)
                    continue
                thinking += piece
                decided, rest = _after_thinking(thinking)
                if decided:
                    yield from cutter.feed(rest)
        except EndpointFailed as error:
            raise WritingEnded(error.failure) from error
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()
        yield from cutter.finish()


def _after_thinking(text: str) -> tuple[bool, str]:
    """Whether it is known by now what of a beginning is answer, and that part."""
    begun = text.lstrip()
    if begun.startswith(_THINKS):
        _, thought, rest = begun.partition(_THOUGHT)
        return bool(thought), rest
    if begun and not _THINKS.startswith(begun[: len(_THINKS)]):
        return True, text
    return False, ""
