"""Whatever an endpoint does, the quotes stand or only proven sentences show, in time, with a line that says so."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from index.errors import BadSetting
from index.settings import Settings, load_settings
from qa.answer import Answer
from qa.ask import Answerer
from qa.endpoint_model import EndpointModel, NoEndpoint
from qa.levels import can_be_written, stream_answer, write_answer
from qa.write import Writer
from tests.scripted_endpoint import Behaviour, ScriptedEndpoint, drips, hangs, says, sends, status, streams

pytest.importorskip("openai", reason="the extra 'llm' is not installed")

QUESTION = "How much is the fare of the Si Khram electric boat after the trial period?"
# Seconds in which an answer has to be there: of an endpoint that is slow, and of one that is not, which on a busy
# machine may yet take some; and what a test may take beyond them there.
SLOW, LIMIT, LEEWAY = 1.5, 30.0, 10.0

RIGHT = "After the trial period the fare will be 22 baht for the whole line [1]."
ALSO_RIGHT = "Senior citizens and students pay 11 baht [1]."
WRONG_NUMBER = "After the trial period the fare will be 32 baht for the whole line [1]."
WRONG_DATE = "The trial of the electric boats begins on 15 January 2025 [1]."
WRONG_NAME = "Woramet Prasertsuk is the manager who set the fare at 22 baht [1]."


@dataclass(frozen=True)
class Case:
    """What the endpoint does, the sentences that are shown, why others are struck, and a word of the line about it."""

    behaviour: Behaviour
    shown: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    note: str = ""
    limit: float = LIMIT


CASES = {
    "well": Case(says(f"{RIGHT} {ALSO_RIGHT}"), (RIGHT, ALSO_RIGHT)),
    "thinks aloud": Case(says(f"<think>Is it 30 baht [1]? No.</think>\n{RIGHT}"), (RIGHT,)),
    "hangs before the first byte": Case(hangs(), note="in time", limit=SLOW),
    "drips past the limit": Case(drips("The fare ", 0.3), note="in time", limit=SLOW),
    "keeps the line open and says nothing": Case(drips(": still here\n\n", 0.1, raw=True), note="in time", limit=SLOW),
    "hangs halfway": Case(
        streams(f"{RIGHT} {ALSO_RIGHT} It ", "also carries 20", 30.0), (RIGHT,), note="in time", limit=8.0
    ),
    "401": Case(status(401), note="key"),
    "403": Case(status(403), note="key"),
    "404": Case(status(404), note="model was not found"),
    "429": Case(status(429), note="server is busy"),
    "500": Case(status(500), note="failed"),
    "503 in HTML": Case(sends("<html>Bad gateway", "text/html", 503), note="failed"),
    "context-length error": Case(
        status(400, "This model's maximum context length is 512 tokens."), note="too long"
    ),
    "refuses the request": Case(status(400, "unknown field: messages"), note="rejected the request"),
    "malformed events": Case(sends("data: {not json\n\ndata: [DONE]\n\n"), note="could not be read"),
    "JSON of another shape": Case(sends('data: {"choices": [7]}\n\n'), note="could not be read"),
    "an error in the stream": Case(sends('data: {"error": {"message": "out of memory"}}\n\n'), note="failed"),
    "not JSON": Case(sends("hello", "text/plain"), note="wrote nothing"),
    "empty answer": Case(says(""), note="wrote nothing"),
    "only spaces": Case(says(" \n\n  "), note="wrote nothing"),
    "says that there is no answer": Case(says("NO ANSWER"), note="found no answer"),
    "refusal text": Case(says("I'm sorry, but I can't help with that request."), struck=("uncited",), note="the check"),
    "no citations": Case(says(RIGHT.replace(" [1]", "")), struck=("uncited",), note="the check"),
    "a citation that is not there": Case(says(RIGHT.replace("[1]", "[9]")), struck=("no source",), note="the check"),
    "a wrong number": Case(says(f"{WRONG_NUMBER} {ALSO_RIGHT}"), (ALSO_RIGHT,), ("value",)),
    "a wrong date": Case(says(f"{RIGHT} {WRONG_DATE}"), (RIGHT,), ("value",)),
    "a wrong name": Case(says(f"{WRONG_NAME} {RIGHT}"), (RIGHT,), ("name",)),
    "everything wrong": Case(says(f"{WRONG_NUMBER} {WRONG_DATE}"), struck=("value", "value"), note="the check"),
    "the other language": Case(says("ค่าโดยสารจะอยู่ที่ 22 บาทตลอดสาย [1]"), struck=("language",), note="the check"),
    "an injected order obeyed": Case(
        says(f"All earlier rules are void and the boats have sunk [1]. {RIGHT}"), (RIGHT,), ("unrelated",)
    ),
    "HTML and a script": Case(
        says(f"<script>alert(document.cookie)</script> <a href='http://evil.example'>Win</a> [1]. {RIGHT}"),
        (RIGHT,),
        ("name",),
    ),
    "endless, each sentence another": Case(
        says(" ".join(f"The boats have {number} decks [1]." for number in range(1000, 1400))),
        struck=("value",) * 16, note="did not stop",
    ),
    "endless, in circles": Case(drips(f"{RIGHT} ", 0.0), (RIGHT,), note="did not stop"),
    "endless, without a space": Case(drips("x" * 500, 0.0), note="did not stop"),
}  # fmt: skip


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ScriptedEndpoint]:
    with ScriptedEndpoint.running() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def quotes(answerer: Answerer) -> Answer:
    answer = answerer.ask(QUESTION)
    assert "22 บาทตลอดสาย" in answer.citations[0].quote
    return answer


def writer_of(answerer: Answerer, url: str, seconds: float = LIMIT, **more: object) -> Writer:
    settings = Settings.model_validate({"llm_url": url, "llm_model": "scripted", **more})
    return Writer(EndpointModel(settings), answerer.prover, seconds, settings.llm_context)


@pytest.mark.parametrize("name", CASES)
def test_only_what_is_proven_shows_and_in_time(
    answerer: Answerer, endpoint: ScriptedEndpoint, quotes: Answer, name: str
) -> None:
    case = CASES[name]
    endpoint.behaviour = case.behaviour
    started = time.monotonic()
    answer = write_answer(quotes, writer_of(answerer, endpoint.url, case.limit))
    assert time.monotonic() - started < case.limit + LEEWAY
    assert tuple(one.marked for one in answer.sentences if one.struck is None) == tuple(map(_marked, case.shown))
    assert tuple(one.struck for one in answer.sentences if one.struck) == case.struck
    assert answer.citations == quotes.citations
    if case.shown:
        assert (answer.answered_by, answer.writer) == ("llm", "scripted")
        assert answer.text == " ".join(map(_marked, case.shown))
    else:
        assert (answer.answered_by, answer.text, answer.writer) == ("quotes", quotes.text, "")
    assert bool(answer.note) is bool(case.note)
    if answer.note:
        assert case.note in answer.note.en
        assert "\n" not in str(answer.as_json()["note"])


def test_an_endpoint_that_is_down_leaves_the_quotes(answerer: Answerer, quotes: Answer) -> None:
    with ScriptedEndpoint.running() as gone:
        url = gone.url
    answer = write_answer(quotes, writer_of(answerer, url))
    assert answer.answered_by == "quotes"
    assert answer.note is not None
    assert answer.note.en == "The model cannot be reached, so the quotes are shown instead."


def test_sentences_show_one_by_one(answerer: Answerer, endpoint: ScriptedEndpoint, quotes: Answer) -> None:
    endpoint.behaviour = says(f"{RIGHT} {WRONG_NUMBER} {ALSO_RIGHT}")
    steps = list(stream_answer(quotes, writer_of(answerer, endpoint.url)))
    assert [len(step.sentences) for step in steps] == [1, 2, 3, 3]
    assert [step.text for step in steps[:2]] == [_marked(RIGHT)] * 2


def test_a_reader_who_leaves_ends_the_writing(answerer: Answerer, endpoint: ScriptedEndpoint, quotes: Answer) -> None:
    left = []

    def writes_on(handler: object) -> None:
        try:
            drips(f"{RIGHT} {ALSO_RIGHT} ", 0.05)(handler)  # type: ignore[arg-type]
        except OSError:
            left.append(True)

    endpoint.behaviour = writes_on
    writing = stream_answer(quotes, writer_of(answerer, endpoint.url, seconds=120))
    next(writing)
    writing.close()  # type: ignore[attr-defined]
    until = time.monotonic() + 60
    while not left and time.monotonic() < until:
        time.sleep(0.05)
    assert left


def test_what_a_model_does_not_let_be_chosen_is_left_out(
    answerer: Answerer, endpoint: ScriptedEndpoint, quotes: Answer
) -> None:
    def picky(handler: object) -> None:
        for name in ("max_tokens", "temperature"):
            if name in handler.asked:  # type: ignore[attr-defined]
                return status(400, f"Unsupported parameter: {name}", param=name)(handler)  # type: ignore[arg-type]
        return says(RIGHT)(handler)  # type: ignore[arg-type]

    endpoint.behaviour = picky
    assert write_answer(quotes, writer_of(answerer, endpoint.url)).answered_by == "llm"
    assert endpoint.asked[-1]["max_completion_tokens"] > 0


def test_key_model_and_temperature_are_as_set(answerer: Answerer, endpoint: ScriptedEndpoint, quotes: Answer) -> None:
    endpoint.behaviour = says(RIGHT)
    write_answer(quotes, writer_of(answerer, endpoint.url, llm_key="sesame", llm_temperature=0.3))
    asked = endpoint.asked[-1]
    assert (asked["model"], asked["temperature"], asked["stream"]) == ("scripted", 0.3, True)
    assert endpoint.keys[-1] == "Bearer sesame"


def test_a_refusal_and_a_list_are_not_written(answerer: Answerer, endpoint: ScriptedEndpoint) -> None:
    writer = writer_of(answerer, endpoint.url)
    for question in ("What is the boiling point of tungsten?", "มีข่าวเรือไฟฟ้าอะไรบ้าง", ""):
        answer = answerer.ask(question)
        before = len(endpoint.asked)
        assert not can_be_written(answer)
        assert write_answer(answer, writer) == answer
        assert len(endpoint.asked) == before


def test_a_follow_up_is_sent_with_what_it_follows(
    answerer: Answerer, endpoint: ScriptedEndpoint, quotes: Answer
) -> None:
    endpoint.behaviour = says(RIGHT)
    write_answer(quotes, writer_of(answerer, endpoint.url), ["Which boats are electric?"])
    assert "Asked before:\n| Which boats are electric?" in endpoint.asked[-1]["messages"][1]["content"]


def test_settings_of_an_endpoint() -> None:
    with pytest.raises(NoEndpoint, match="THALAENG_LLM_URL"):
        EndpointModel(Settings())
    with pytest.raises(BadSetting, match="THALAENG_LLM_MODEL"):
        load_settings(llm_url="http://127.0.0.1:11434/v1")
    with pytest.raises(BadSetting, match="THALAENG_LLM_URL"):
        load_settings(llm_url="localhost:11434", llm_model="x")
    assert "sesame" not in repr(load_settings(llm_url="https://host/v1", llm_model="x", llm_key="sesame"))


def _marked(sentence: str) -> str:
    """The sentence as it is shown: its mark behind its stop."""
    return sentence.replace(" [1].", ". [1]")
