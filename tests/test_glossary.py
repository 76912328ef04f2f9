"""The glossary's rows are sound, and names are found as names and not as parts of other words."""

from __future__ import annotations

from itertools import accumulate

import pytest

from index.language import detect_language
from index.words import cut_words
from qa.facts import key_facts
from qa.glossary import KINDS, Entry, Glossary, load_glossary, read_entries

ENTRIES = read_entries()


def names(text: str) -> list[str]:
    """The names and terms of a text in the other language."""
    language = detect_language(text)
    facts = key_facts(text, language, "en" if language == "th" else "th")
    return [fact.rendered for fact in facts if fact.kind in {"name", "term"}]


def test_every_row_has_both_names_and_a_kind() -> None:
    assert len(ENTRIES) > 1000
    for entry in ENTRIES:
        assert entry.kind in KINDS
        assert all(name == name.strip() and name for name in (*entry.thai, *entry.english))
        assert all(detect_language(name) == "th" for name in entry.thai)
        assert all(detect_language(name) == "en" for name in entry.english)


def test_a_thai_spelling_stands_in_one_row_only() -> None:
    spellings = [name for entry in ENTRIES for name in entry.thai]
    assert sorted(spellings) == sorted(set(spellings))


def test_there_are_all_ministries_and_provinces() -> None:
    assert sum(entry.kind == "ministry" for entry in ENTRIES) == 20
    provinces = {entry.english[0] for entry in ENTRIES if entry.kind == "province"}
    others = {"Bangkok", "Phuket", "Tak Province", "Loei Province", "Phrae Province"}
    assert len(provinces) + len(others) == 77
    assert others <= {entry.english[0] for entry in ENTRIES if entry.kind == "place"}


@pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if entry.kind not in {"word"}], ids=lambda e: e.english[0]
)
def test_every_name_is_found_in_a_sentence(entry: Entry) -> None:
    for name in entry.thai:
        text = f"เมื่อวานนี้ {name} ได้ชี้แจง"
        boundaries = frozenset(accumulate(map(len, cut_words(text)), initial=0))
        found = list(load_glossary().find(text, "th", boundaries))
        assert entry.english[0] in [one.rendered for one in found] or len(found[0].rendered) > len(entry.english[0])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("นายกรัฐมนตรีเดินทางไปจังหวัดน่านพร้อมอธิบดีกรมชลประทาน",
         ["Prime Minister", "Nan Province", "Director-General of the Royal Irrigation Department"]),
        ("รองนายกรัฐมนตรีและรัฐมนตรีว่าการกระทรวงมหาดไทยเป็นประธาน", ["Deputy Prime Minister", "Minister of Interior"]),
        ("รมช.คมนาคม ลงพื้นที่ จ.ตรัง", ["Deputy Minister of Transport", "Trang Province"]),
        ("เลขานุการรัฐมนตรีว่าการกระทรวงแรงงานกล่าว", ["Secretary to the Minister of Labour"]),
        ("รองปลัดกระทรวงยุติธรรมกล่าว", ["Deputy Permanent Secretary of the Ministry of Justice"]),
        ("อดีตนายกรัฐมนตรีร่วมงาน", ["former Prime Minister"]),
        ("ผู้ว่าราชการจังหวัดสตูลต้อนรับ", ["Governor of Satun"]),
        ("นายเศรษฐา  ทวีสิน กล่าวที่กรุงเทพฯ", ["Srettha Thavisin", "Bangkok"]),
        ("ไหว้ศาลเจ้าพ่อเสือ ศาลหลักเมือง แล้วไปศาล", ["shrine", "city pillar shrine", "court"]),
        ("มหาวิทยาลัยเชียงใหม่ ร่วมกับ สสส.", ["Chiang Mai University", "Thai Health Promotion Foundation"]),
        ("กระทรวงเกษตรและสหกรณ์ไทยกับญี่ปุ่น", ["Ministry of Agriculture and Cooperatives", "Japan"]),
        ("The Minister of Finance met the Governor of Krabi in Bangkok.",
         ["รัฐมนตรีว่าการกระทรวงการคลัง", "ผู้ว่าราชการจังหวัดกระบี่", "กรุงเทพมหานคร"]),
        ("The former Prime Minister visited Phuket Province", ["อดีตนายกรัฐมนตรี", "จังหวัดภูเก็ต"]),
        ("ships in the South China Sea", ["ทะเลจีนใต้"]),
        ("Defense Minister and the Royal Thai Navy", ["รัฐมนตรีว่าการกระทรวงกลาโหม", "กองทัพเรือ"]),
    ],
)  # fmt: skip
def test_names_are_said_in_the_other_language(text: str, wanted: list[str]) -> None:
    assert names(text) == wanted


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("เรือออกจากน่านน้ำของประเทศเพื่อนบ้าน", "Nan"),
        ("สินค้าจากรัฐตรังกานูของเพื่อนบ้าน", "Trang"),
        ("นำปลามาตากแดดให้แห้ง", "Tak"),
        ("ไม่เคยมีมาก่อนเลย", "Loei"),
        ("โรคนี้แพร่ไปทั่ว", "Phrae"),
        ("รอที่ศาลาริมทาง", "court"),
        ("สอบเพื่อวัดภาษาเกาหลีกับทักษะการทำงาน", "temple"),
        ("ผู้ช่วยปลัดกระทรวงคมนาคม", "Permanent Secretary"),
        ("รักษาการนายกรัฐมนตรี", "Prime Minister"),
        ("Nantes is a city", "น่าน"),
        ("Five South Koreans came", "ภาคใต้"),
        ("across North America", "ภาคเหนือ"),
        ("in the Far East", "ภาคตะวันออก"),
        ("the Transport Acting Prime Minister", "นายกรัฐมนตรี"),
        ("The President of the company spoke", "ประธานาธิบดี"),
    ],
)
def test_a_name_inside_another_word_is_none(text: str, unwanted: str) -> None:
    assert not any(unwanted in name for name in names(text))


def test_the_longest_name_is_taken() -> None:
    glossary = Glossary([Entry(("กรมป่า",), ("Short",), "agency"), Entry(("กรมป่าไม้",), ("Long",), "agency")])
    assert [found.rendered for found in glossary.find("ที่ กรมป่าไม้ วันนี้", "th", {0, 3, 12})] == ["Long"]
