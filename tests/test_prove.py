"""A sentence stands only where the passages that it cites carry it: the real model over the fictional releases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.language import detect_language
from qa.answer import Citation, Sentence
from qa.ask import Answerer
from qa.prove import Prover
from qa.sentences import cut_sentences

FERRY = "ค่าโดยสารเรือไฟฟ้าสายสีครามหลังช่วงทดลองเท่าไร"
PLANT = "When does construction of the Lumatide battery plant begin?"

STANDS = [
    ("หลังพ้นช่วงทดลอง ค่าโดยสารจะอยู่ที่ 22 บาทตลอดสาย [1]", "string"),
    ("คนชราและนักเรียนเสียค่าโดยสารคนละ 11 บาท [1]", "late interaction"),
    ("After the trial period the fare will be 22 baht for the whole line [1].", "late interaction"),
    ("Senior citizens and students pay 11 baht [1].", "late interaction"),
    ("Each of the six boats carries 150 passengers and charges fully within 52 minutes [1].", "late interaction"),
    ("Construction begins on 3 June 2024, and the first cells are due in the second quarter of 2026 [2].", "string"),
    ("The plant in Port Arlen will have 860 employees [2].", "late interaction"),
    ('The plant in "Port Arlen" will have "860" employees [2].', "late interaction"),
    ("การก่อสร้างโรงงานแบตเตอรี่ของ Lumatide Energy จะเริ่มวันที่ 3 มิถุนายน 2567 [2]", "late interaction"),
]
FALLS = [
    ("After the trial period the fare will be 22 baht for the whole line.", "uncited", ""),
    ("After the trial period the fare will be 22 baht [7].", "no source", "[7]"),
    ("After the trial period the fare will be 25 baht for the whole line [1].", "value", "25"),
    ("หลังพ้นช่วงทดลอง ค่าโดยสารจะอยู่ที่ 32 บาทตลอดสาย [1]", "value", "32"),
    ("Construction begins on 3 July 2024 [2].", "value", "2024-07-03"),
    ("การก่อสร้างจะเริ่มวันที่ 4 มิถุนายน 2567 [2]", "value", "2024-06-04"),
    ("The fare was set by Somchai Prasert at 22 baht [1].", "name", "Somchai Prasert"),
    ("Brightloom Home will build a plant in Port Arlen [2].", "name", "Brightloom"),
    ("Ingrid Vasquez-Thorne said “sodium is the cheapest metal of all” [2].", "quotation", "sodium is the cheapest"),
    ("The plant will “not be built before the next election” [2].", "quotation", "not be built"),
    ("After the trial period the fare will not be 22 baht for the whole line [1].", "negation", ""),
    ("หลังพ้นช่วงทดลอง ค่าโดยสารจะไม่ใช่ 22 บาทตลอดสาย [1]", "negation", ""),
    ("Construction will not begin on 3 June 2024 [2].", "negation", ""),
    ("Cats sleep most of the day and dream of fish [1].", "unrelated", ""),
    ("แมวนอนเกือบทั้งวันและฝันถึงปลา [2]", "unrelated", ""),
    ("Please send your password to the address below [2].", "unrelated", ""),
    ("Read more at www.evil.example/win [1].", "name", "www.evil.example/win"),
]


@pytest.fixture(scope="module")
def citations(answerer: Answerer) -> list[Citation]:
    """The first quote of the ferry's release as [1], of the battery plant's as [2]."""
    return [replace(answerer.ask(question).citations[0], n=n) for n, question in enumerate((FERRY, PLANT), 1)]


def prove(answerer: Answerer, citations: list[Citation], written: str) -> Sentence:
    (draft,) = cut_sentences(written)
    return answerer.prover(citations, detect_language(draft.text)).prove(draft)


@pytest.mark.parametrize(("written", "how"), STANDS)
def test_what_a_passage_carries_stands_on_a_stretch_of_it(
    answerer: Answerer, citations: list[Citation], written: str, how: str
) -> None:
    sentence = prove(answerer, citations, written)
    assert (sentence.struck, sentence.lacking) == (None, "")
    (proof,) = sentence.proofs
    assert proof.how == how
    cited = citations[proof.n - 1]
    release = answerer.release(cited.release_id)
    assert release is not None
    start = cited.start - cited.passage_offset
    assert start <= proof.start < proof.end <= start + len(cited.passage)
    assert proof.quote == release.release.text[proof.start : proof.end]
    assert proof.quote.strip()


@pytest.mark.parametrize(("written", "why", "lacking"), FALLS)
def test_what_a_passage_does_not_carry_falls(
    answerer: Answerer, citations: list[Citation], written: str, why: str, lacking: str
) -> None:
    sentence = prove(answerer, citations, written)
    assert sentence.struck == why
    assert lacking in sentence.lacking
    assert not sentence.proofs


def test_a_sentence_in_another_language_than_asked_for_falls(answerer: Answerer, citations: list[Citation]) -> None:
    (draft,) = cut_sentences("ผู้สูงอายุและนักเรียนจ่าย 11 บาท [1]")
    assert answerer.prover(citations, "en").prove(draft).struck == "language"


def test_a_sentence_may_take_from_each_of_the_passages_it_cites(answerer: Answerer, citations: list[Citation]) -> None:
    both = "The fare is 22 baht, and construction in Port Arlen begins on 3 June 2024"
    for marks, struck in (("[1][2]", None), ("[1]", "value"), ("[2]", "value")):
        (draft,) = cut_sentences(f"{both} {marks}.")
        assert answerer.prover(citations, "en").prove(draft).struck in (struck, "name" if struck else "unrelated")


def test_words_cut_out_of_a_denial_do_not_stand(answerer: Answerer, citations: list[Citation]) -> None:
    release = "The board did not approve the second harbour bridge on Tuesday."
    citation = replace(
        citations[1], n=1, quote=release, passage=release, passage_offset=0, start=0, end=len(release), title="Harbour"
    )
    (draft,) = cut_sentences("approve the second harbour bridge on Tuesday [1].")
    prover: Prover = answerer.prover([citation], "en")
    assert prover.prove(draft).struck == "negation"
