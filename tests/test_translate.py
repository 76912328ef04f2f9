"""A translation shows only below its quote, with every number, date and name of it and no other, and marked as one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import BadSetting, ModelUnavailable
from index.release import Language
from index.settings import Settings
from qa.answer import Answer, Citation
from qa.ask import Answerer
from qa.cards import answer_html
from qa.facts import key_facts
from qa.levels import can_be_written, write_answer
from qa.local_model import Continued, LocalModel
from qa.reference import answer_markdown
from qa.translate import Translator, clause_of, with_facts
from qa.written import byline

QUESTION = "How much is the fare of the Si Khram electric boat after the trial period?"
FARE = "หลังพ้นช่วงทดลอง ค่าโดยสารจะอยู่ที่ 22 บาทตลอดสาย"
WHOLE = "The fare will be 22 baht for the whole line, and senior citizens and students pay 11 baht."
RIGHT = "After the trial period, the fare will be 22 baht for the whole line."


class Script:
    """Says what it is told to whatever it is asked, and how sure it is."""

    name = "Script"

    def __init__(self, text: str = RIGHT, sureness: float = 0.9) -> None:
        self.text = text
        self.sureness = sureness
        self.prompts: list[str] = []

    def complete(self, prompt: str, longest: int, like: Language = "th") -> Continued:
        self.prompts.append(prompt)
        if self.text == "fails":
            raise ModelUnavailable("It fell over.")
        return Continued(self.text, self.sureness)


def citation(quote: str, answer: str, language: Language = "th") -> Citation:
    at = quote.index(answer)
    return Citation(
        1, "1" * 16, "https://news.example.org/1", "Boats", None, "", quote, 500, 500 + len(quote), 1.0,
        language=language, answer_start=at, answer_end=at + len(answer),
    )  # fmt: skip


def translated(answerer: Answerer, script: Script, cited: Citation, language: Language = "en") -> Answer:
    quotes = Answer(QUESTION, language, "the quotes", False, (cited,))
    return write_answer(quotes, Translator(script, answerer.prover))


def test_a_translation_stands_below_its_quote_as_what_it_is(answerer: Answerer) -> None:
    quotes = answerer.ask(QUESTION)
    first = replace(quotes.citations[0], facts=())
    quotes = replace(quotes, citations=(first,))
    script = Script(WHOLE)
    answer = write_answer(quotes, Translator(script, answerer.prover))
    assert (answer.answered_by, answer.writer, answer.note) == ("local", "Script", None)
    (sentence,) = answer.sentences
    assert (sentence.text, sentence.citations, sentence.struck) == (WHOLE, (1,), None)
    (proof,) = sentence.proofs
    release = answerer.release(first.release_id)
    assert release is not None
    assert proof.quote == release.release.text[proof.start : proof.end]
    assert "22 บาทตลอดสาย" in proof.quote
    said = answer.text
    assert said.index("22 บาทตลอดสาย") < said.index("Machine translation, may be wrong: The fare will")
    # The clause comes last, with what is sure of it said in English already.
    assert script.prompts[0].endswith("English:")
    assert "22 baht" in script.prompts[0].splitlines()[-2]
    shown = answer_html(answer)
    assert shown.index("tl-quote") < shown.index("tl-translation") < shown.index("The fare will")
    assert "tl-struck" not in shown
    assert byline(answer).en.startswith("Translated below the quotes by Script, on this machine.")
    assert "Machine translation, may be wrong: The fare will" in answer_markdown(answer)


WRONG = [
    ("After the trial period, the fare will be 22 million baht for the whole line.", "value"),
    ("After the trial period, the fare will be 22 baht for the whole line from 3 June.", "value"),
    ("After the trial period, the fare of Mr. Somchai will be 22 baht for the whole line.", "name"),
    ("After the trial period, the fare will not be 22 baht for the whole line.", "negation"),
    ("Before the trial period, the fare will be 22 baht for the whole line.", "opposite"),
    ("After the trial period, the fare will be for the whole line.", "incomplete"),
    ("22 baht.", "incomplete"),
    ("หลังพ้นช่วงทดลอง the fare will be 22 baht", "language"),
    ("After the trial period, the fare will be 22 baht for the whole สาย.", "language"),
    ("", "language"),
    ("A cat of 22 baht sleeps on the roof and dreams of the fish in the whole sea.", "unrelated"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_what_says_something_else_is_not_shown(answerer: Answerer, text: str, why: str) -> None:
    answer = translated(answerer, Script(text), citation(FARE, "22 บาท"))
    assert [sentence.struck for sentence in answer.sentences] == [why]
    assert (answer.answered_by, answer.text) == ("quotes", "the quotes")
    assert answer.note is not None
    assert answer.note.en == "No translation passed its checks, so none is shown."
    assert text not in answer_html(answer) or not text


def test_what_an_amount_is_for_may_not_be_left_out(answerer: Answerer) -> None:
    cited = citation("เกษตรกรได้รับเงินช่วยเหลือคนละ 600 บาทต่อเดือน ตั้งแต่ปีนี้", "600 บาท")
    for text, struck in (
        ("Each farmer receives 600 baht in aid per month.", None),
        ("Each farmer receives 600 baht in aid.", "incomplete"),
        ("Each farmer receives 600 baht in aid per day.", "opposite"),
    ):
        (sentence,) = translated(answerer, Script(text), cited).sentences
        assert sentence.struck == struck, text


def test_a_model_that_is_not_sure_is_not_shown(answerer: Answerer) -> None:
    answer = translated(answerer, Script(sureness=0.5), citation(FARE, "22 บาท"))
    assert [sentence.struck for sentence in answer.sentences] == ["unsure"]
    assert answer.translations == {}


def test_where_the_model_fails_the_quotes_stand(answerer: Answerer, caplog: pytest.LogCaptureFixture) -> None:
    answer = translated(answerer, Script("fails"), citation(FARE, "22 บาท"))
    assert (answer.answered_by, answer.text, answer.sentences) == ("quotes", "the quotes", ())
    assert answer.note is not None
    assert answer.note.en == "The translation model failed, so the quotes are shown instead."
    assert "It fell over." in caplog.text


def test_an_english_quote_is_translated_into_thai(answerer: Answerer) -> None:
    script = Script("หลังช่วงทดลอง ค่าโดยสารจะเป็น 22 บาท ตลอดสาย")
    cited = citation("After the trial period the fare will be 22 baht for the whole line.", "22 baht", "en")
    answer = translated(answerer, script, cited, "th")
    assert answer.translations == {1: script.text}
    assert script.prompts[0].endswith("Thai:")
    assert "22 บาท" in script.prompts[0].splitlines()[-2]


def test_english_left_in_a_thai_translation_is_not_shown(answerer: Answerer) -> None:
    script = Script("หลังช่วงทดลอง the fare will be 22 บาท ตลอดสาย ซึ่งเริ่มใช้กับเรือทุกลำ")
    cited = citation("After the trial period the fare will be 22 baht for the whole line.", "22 baht", "en")
    assert [sentence.struck for sentence in translated(answerer, script, cited, "th").sentences] == ["language"]


def test_what_needs_no_translation_is_not_sent_to_the_model(answerer: Answerer) -> None:
    script = Script()
    quotes = Answer("ค่าโดยสารเท่าไร", "th", "the quotes", False, (citation(FARE, "22 บาท"),))
    translator = Translator(script, answerer.prover)
    assert not can_be_written(quotes, translator)
    assert write_answer(quotes, translator) == quotes
    assert not script.prompts


@pytest.mark.parametrize(
    ("quote", "answer", "clause"),
    [
        (f"{FARE} ส่วนผู้สูงอายุและนักเรียนจ่าย 11 บาท", "22 บาท", FARE),
        ("เรือออกทุกวัน ผู้โดยสารไม่ต้องจองล่วงหน้า", "ไม่ต้องจอง", "เรือออกทุกวัน ผู้โดยสารไม่ต้องจองล่วงหน้า"),
        ("ก" * 220, "กกก", None),
        (FARE, "", None),
    ],
)
def test_the_clause_that_answers_is_translated(quote: str, answer: str, clause: str | None) -> None:
    found = clause_of(citation(quote, answer), "en")
    assert (found.text if found else None) == clause
    if found:
        assert quote[found.start - 500 : found.end - 500] == found.text
        assert clause_of(citation(quote, answer), "th") is None


def test_what_is_sure_is_put_into_the_clause_in_its_place() -> None:
    clause = "กระทรวงการคลังจ่าย 3.5 พันล้านบาท\nเมื่อ 3 มิ.ย. 67"
    put = with_facts(clause, key_facts(clause, "th", "en"))
    assert put == "Ministry of Finance จ่าย 3.5 billion baht เมื่อ 3 June 2024"


def test_a_model_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="no llama.cpp for this platform")
    with pytest.raises(BadSetting, match=r"THALAENG_LOCAL_MODEL.*nothing\.gguf"):
        LocalModel(Settings(home=tmp_path, local_model=tmp_path / "nothing.gguf"))


def test_a_model_file_that_is_none_leaves_the_quotes(answerer: Answerer, tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="no llama.cpp for this platform")
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF, but no more")
    with pytest.raises(ModelUnavailable, match="broken"):
        LocalModel(Settings(home=tmp_path, local_model=file)).complete("Thai: เรือ\nEnglish:", 8)
