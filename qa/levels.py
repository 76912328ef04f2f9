"""Which level answers: the quotes, which stand by themselves; the quotes with translations; or a model's sentences.

A model is asked only where there are quotes to write from, and what it writes is shown only where it is proven.
Whatever goes wrong with it, the quotes are the answer, with a line that says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from index.release import Language
from qa.answer import Answer, AnsweredBy, Citation, Sentence
from qa.compose import compose
from qa.endpoint_model import EndpointModel
from qa.local_model import LocalModel
from qa.question import read_question
from qa.quote import MOST_QUOTES
from qa.topic import asks_for_list
from qa.translate import Translator
from qa.words import Phrase
from qa.write import Writer, WritingEnded

if TYPE_CHECKING:
    from qa.ask import Answerer

__all__ = [
    "NOT_NOW",
    "NOT_SET",
    "NOT_WRITTEN",
    "AnswerWriter",
    "can_be_written",
    "open_writer",
    "stream_answer",
    "write_answer",
]

NOT_NOW = Phrase(
    "ขณะนี้แบบจำลองภาษามีผู้ใช้มาก จึงตอบด้วยข้อความที่ยกมา",
    "The model is busy right now, so the quotes are shown instead.",
)
NOT_WRITTEN = Phrase(
    "เกิดข้อผิดพลาดขณะเขียนคำตอบ จึงตอบด้วยข้อความที่ยกมา",
    "Something went wrong while writing an answer, so the quotes are shown instead.",
)
NOT_SET = Phrase(
    "ยังไม่ได้ตั้งค่าแบบจำลองภาษาสำหรับเขียนคำตอบ จึงตอบด้วยข้อความที่ยกมา",
    "No model is set up to write answers, so the quotes are shown instead.",
)
_NOTHING_PROVEN = Phrase(
    "สิ่งที่แบบจำลองภาษาเขียนไม่ผ่านการตรวจกับแหล่งที่มา จึงตอบด้วยข้อความที่ยกมา",
    "Nothing the model wrote passed the check against its sources, so the quotes are shown instead.",
)
_NOTHING_TRANSLATED = Phrase(
    "คำแปลไม่ผ่านการตรวจกับข้อความที่ยกมา จึงไม่แสดง",
    "No translation passed its checks, so none is shown.",
)
_ENDED = {
    "unreachable": Phrase("ติดต่อแบบจำลองภาษาไม่ได้", "The model cannot be reached"),
    "slow": Phrase("แบบจำลองภาษาไม่ตอบภายในเวลาที่กำหนด", "The model did not answer in time"),
    "key": Phrase("แบบจำลองภาษาไม่ยอมรับคีย์ที่ตั้งไว้", "The model's server rejected the configured key"),
    "model": Phrase("ไม่มีแบบจำลองภาษาตามชื่อหรือที่อยู่ที่ตั้งไว้", "The configured model was not found at its address"),
    "busy": Phrase("แบบจำลองภาษาไม่ว่าง", "The model's server is busy"),
    "failing": Phrase("แบบจำลองภาษาขัดข้อง", "The model's server failed"),
    "context": Phrase("ข้อความที่ยกมายาวเกินกว่าที่แบบจำลองภาษารับได้", "The quotes are too long for the model"),
    "request": Phrase("แบบจำลองภาษาไม่รับคำขอ", "The model's server rejected the request"),
    "malformed": Phrase("อ่านคำตอบของแบบจำลองภาษาไม่ได้", "The reply from the model's server could not be read"),
    "empty": Phrase("แบบจำลองภาษาไม่ได้เขียนอะไร", "The model wrote nothing"),
    "endless": Phrase("แบบจำลองภาษาเขียนไม่หยุด", "The model did not stop writing"),
    "local": Phrase("แบบจำลองภาษาสำหรับแปลขัดข้อง", "The translation model failed"),
    "no answer": Phrase("แบบจำลองภาษาเห็นว่าข้อความที่ยกมาไม่ตอบคำถามนี้", "The model found no answer to this in the quotes"),
}
_QUOTES_STAND = Phrase(" จึงตอบด้วยข้อความที่ยกมา", ", so the quotes are shown instead.")
_THE_REST_IS_MISSING = Phrase(" คำตอบจึงอาจไม่ครบ", ", so the answer may be incomplete.")


class AnswerWriter(Protocol):
    """What has a model write to quotes: `qa.write.Writer`, `qa.translate.Translator`, or anything in their place."""

    @property
    def level(self) -> AnsweredBy:
        """The level that it answers at."""

    @property
    def name(self) -> str:
        """The model that writes."""

    def is_needed(self, answer: Answer) -> bool:
        """Whether it has something to add to an answer of quotes."""

    def write(
        self, question: str, citations: Sequence[Citation], language: Language, earlier: Sequence[str] = ()
    ) -> Iterator[Sentence]:
        """Each sentence as soon as it is looked at, whether it stands or is struck; raises `WritingEnded`."""


def open_writer(
    answerer: Answerer, level: Literal["local", "llm"] = "llm", report: Callable[[str], None] = lambda line: None
) -> AnswerWriter:
    """What writes at a level: with the endpoint of the settings, or with the local model.

    Raises `NoEndpoint` or `NoLocalModel` where there is none.
    """
    settings = answerer.library.settings
    if level == "local":
        return Translator(LocalModel(settings, report), answerer.prover, settings.llm_timeout)
    return Writer(EndpointModel(settings), answerer.prover, settings.llm_timeout, settings.llm_context)


def can_be_written(answer: Answer, writer: AnswerWriter | None = None) -> bool:
    """Whether there is something to write from; a list of releases and a refusal stay what they are.

    With a `writer`, whether that has something to add.
    """
    asked = read_question(answer.question, answer.follows)
    is_list = len(answer.citations) > MOST_QUOTES or asks_for_list(asked.in_full)
    if not answer.citations or answer.abstained or is_list:
        return False
    return writer is None or writer.is_needed(answer)


def stream_answer(answer: Answer, writer: AnswerWriter, earlier: Sequence[str] = ()) -> Iterator[Answer]:
    """The answer with each sentence that a model writes to it, as they are proven; the last one is whole.

    `answer` holds the quotes, `earlier` the questions before it. There is always a last one, whatever the model
    does. Until a sentence stands, and where none does, the quotes are the answer.
    """
    if not can_be_written(answer, writer):
        yield answer
        return
    started = time.perf_counter()
    sentences: list[Sentence] = []
    ended = ""
    writing = writer.write(answer.read_as or answer.question, answer.citations, answer.language, earlier)
    try:
        for sentence in writing:
            sentences.append(sentence)
            yield _with(answer, sentences, writer)
    except WritingEnded as end:
        ended = end.failure
    stands = any(sentence.struck is None for sentence in sentences)
    note = None if stands else _NOTHING_TRANSLATED if writer.level == "local" else _NOTHING_PROVEN
    if ended:
        behind = _THE_REST_IS_MISSING if stands else _QUOTES_STAND
        note = Phrase(_ENDED[ended].th + behind.th, _ENDED[ended].en + behind.en)
    timings = {**answer.timings_ms, "write": (time.perf_counter() - started) * 1000}
    yield replace(_with(answer, sentences, writer), note=note, timings_ms=timings)


def write_answer(answer: Answer, writer: AnswerWriter, earlier: Sequence[str] = ()) -> Answer:
    """The whole answer, as `stream_answer` gives it in the end."""
    *_, last = stream_answer(answer, writer, earlier)
    return last


def _with(answer: Answer, sentences: Sequence[Sentence], writer: AnswerWriter) -> Answer:
    """The answer with what is written so far."""
    standing = [sentence.marked for sentence in sentences if sentence.struck is None]
    if not standing:
        return replace(answer, sentences=tuple(sentences))
    written = replace(answer, sentences=tuple(sentences), answered_by=writer.level, writer=writer.name)
    if writer.level == "local":
        return replace(written, text=compose(answer.citations, answer.language, written.translations))
    return replace(written, text=" ".join(standing))
