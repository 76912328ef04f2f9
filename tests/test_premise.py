"""What speaks of another place than the one asked about answers nothing."""

from __future__ import annotations

import pytest

from index.release import Language, Passage, Release
from index.store import StoredPassage
from qa.ask import Answerer
from qa.compose import nothing_found
from qa.premise import Place, asked_about, parted, places_asked_about, unnamed
from qa.question import read_question
from qa.rank import RankedPassage, RankedRelease


def asked(question: str, *history: str) -> list[str]:
    """The English names of the places that a question asks about."""
    read = read_question(question, history)
    read = read.behind(read.topics[0]) if read.topics else read
    return [place.english[0] for place in places_asked_about(read)]


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("How many seats did the Cambodian prime minister win?", ["Cambodia"]),
        ("ค่าชดเชยตามกฎหมายเวียดนามจ่ายกี่วัน", ["Vietnam"]),
        ("What did Laos and Viet Nam sign?", ["Laos", "Vietnam"]),
        ("จังหวัดเชียงใหม่ปลูกกาแฟกี่ไร่", ["Chiang Mai"]),
        ("Which roads in Korat were flooded?", ["Nakhon Ratchasima"]),
        ("US tariffs", ["United States"]),
        ("จังหวัดตากมีเรือกี่ลำ", ["Tak Province"]),
        ("ท่าเรือ จ.เลย อยู่ที่ไหน", ["Loei Province"]),
        ("ตากปลาได้เลยไหม", []),
        ("จังหวัดชายแดนใต้มีเรือกี่ลำ", []),
        ("how many flights from chiang mai to viet nam?", ["Vietnam", "Chiang Mai"]),
        # A language, a company, a festival, a verb that begins alike: no country is asked about.
        ("ชื่อภาษาอังกฤษของโครงการคืออะไร", []),
        ("What is the English name of the course?", []),
        ("How many people did Italian-Thai employ?", []),
        ("ตรุษจีนปีนี้ตรงกับวันไหน", []),
        ("ควรเช็กข่าวปลอมที่ไหน", []),
        ("what does it cost us to polish rice?", []),
        ("How many people live in Thailand?", []),
    ],
)
def test_the_places_that_a_question_names(question: str, places: list[str]) -> None:
    assert asked(question) == places


def test_a_follow_up_asks_about_its_own_place_and_else_about_that_of_what_it_follows() -> None:
    before = "How many farms are there in Chiang Mai?"
    assert asked("And in Phuket?", before) == ["Phuket"]
    assert asked("And how many workers?", before) == ["Chiang Mai"]


CHINA, SINGAPORE = Place(("จีน",), ("China", "Chinese"), ("ปักกิ่ง",)), Place(("สิงคโปร์",), ("Singapore",))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("เทศกาลตรุษจีน", True),
        ("ณ กรุงปักกิ่ง", True),
        ("the Chinese delegation", True),
        ("Chinatown", False),
        ("the delegation", False),
    ],
)
def test_a_text_names_a_place_in_either_language_and_by_what_belongs_to_it(text: str, named: bool) -> None:
    assert CHINA.is_named(text) == named


def ranked(title: str, text: str, language: Language = "en") -> RankedRelease:
    release = Release(title, text, language=language)
    stored = StoredPassage(1, Passage(release.id, 0, 0, len(text), text), release, b"", b"")
    return RankedRelease(release.id, release, 1.0, RankedPassage(stored, 1.0, 0.9))


def test_releases_that_name_one_of_the_places_part_from_the_others_in_their_order() -> None:
    one, two, three = ranked("A", "of Singapore"), ranked("B", "of Malaysia"), ranked("การค้ากับจีน", "ไทย", "th")
    assert parted([one, two, three], [[CHINA, SINGAPORE]]) == ([one, three], [two])
    assert parted([one, two], []) == ([one, two], [])


def test_places_are_unnamed_where_no_release_names_any() -> None:
    question = read_question("How many seats did the Cambodian prime minister win?")
    assert [place.names("en")[0] for place in unnamed([ranked("A", "of Singapore")], question)] == ["Cambodia"]
    assert not unnamed([ranked("A", "of Singapore"), ranked("B", "of Cambodia")], question)
    assert not unnamed([], question)


def test_releases_that_name_neither_the_place_nor_the_phase_part_from_those_that_name_both() -> None:
    question = read_question("Which roads does phase 3 of the project in Phuket build?")
    both, place, phase = ranked("A", "Phuket, phases 2-4"), ranked("B", "Phuket, phase 2"), ranked("C", "phase 3")
    assert parted([place, both, phase], asked_about(question)) == ([both], [place, phase])
    assert [one.names("en")[0] for one in unnamed([place], question)] == ["phase 3"]
    assert not unnamed([place, phase], question)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "do not mention China or Singapore."), ("th", "ไม่ได้กล่าวถึงจีนหรือสิงคโปร์")],
)
def test_the_refusal_says_which_places_are_not_named(language: Language, said: str) -> None:
    assert said in nothing_found(language, [CHINA, SINGAPORE])


def test_a_question_on_another_country_is_refused_though_the_rest_of_it_is_answered(answerer: Answerer) -> None:
    answered = answerer.ask("When does construction of the Lumatide battery plant begin?")
    refused = answerer.ask("When does construction of the Lumatide battery plant in Vietnam begin?")
    assert "3 June 2024" in answered.text
    assert refused.abstained
    assert "do not mention Vietnam" in refused.text
    assert refused.retrieved[0].url == answered.retrieved[0].url


def test_a_question_on_another_phase_is_refused_though_the_rest_of_it_is_answered(answerer: Answerer) -> None:
    refused = answerer.ask("When does construction of phase 3 of the Lumatide battery plant begin?")
    assert refused.abstained
    assert "do not mention phase 3" in refused.text
