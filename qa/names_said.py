"""Names that a sentence says, and whether a passage says them too, in its own language or the other.

A name is known by the glossary, by its capitals, by a title or the word for a body before it, or by being
in Latin letters in a Thai text. In the same script it is looked for letter by letter; across scripts by
the glossary, and where that does not have it by its consonants: Thai names are spelled out in many ways
("พิมพ์ดาว" is Phimdao, Pimdao, Pimdow), but their consonants fall into few classes. Translated names that
the glossary lacks are not found and so count as not said: rather silent than wrong. An English name of one
ordinary-looking word at the beginning of a sentence is not seen as a name, nor is a Thai name without a
title or the word for what it names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from index.language import detect_language
from index.normal import normalized
from index.release import LANGUAGES, Language
from index.words import cut_words, word_boundaries
from qa.glossary import TERMS, load_glossary
from qa.plain import plain_text

__all__ = ["names_lacking"]

# Words of English names that stand for a kind of body or place; alone they name nothing.
_GENERIC_WORDS = """
    Ministry Minister Ministers Department Office Committee Commission Council Cabinet Government Royal National
    State Bureau Authority Agency Bank University Hospital School Company Limited Ltd Province Provinces Provincial
    District Subdistrict City Municipality Region Project Programme Program Plan Fund Act Law Bill Phase Prime
    Deputy Director General Secretary Permanent President Vice Chairman Chairperson Chair Governor Mayor
    Spokesperson Spokesman Spokeswoman Acting Mr Mrs Ms Miss Dr Professor Prof Police Army Navy Air Force Thai
    Thailand Thais Kingdom Centre Center Institute Association Federation Union North South East West Northern
    Southern Eastern Western Central Upper Lower January February March April May June July August September October
    November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday I A An The In On At Of For And Or
    B.E. BE AD CE Baht GMT Section Article No
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
# Words that begin English sentences with a capital before a name.
_OPENERS_WORDS = """
    The A An In On At Of For And Or But If When While As By From To With About After Before During Under According
    Since Until Its Their His Her This That These Those It He She They We There Both All Each Every Some Many Most
    More However Moreover Meanwhile Also Additionally Furthermore Passage According
"""
_OPENERS = frozenset(_OPENERS_WORDS.split())
_SMALL = r"(?:of|the|and|for|de|al|bin|van|von|&|-)"
_CAPITAL = r"(?:[A-ZÀ-Þ][\w.&’'-]*|\d+[A-Z]\w*)"
_ENGLISH_NAME = re.compile(rf"{_CAPITAL}(?: (?:{_SMALL} ){{0,2}}{_CAPITAL})*")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ][\wÀ-ɏ&.’'-]*")
_POSSESSIVE = re.compile(r"[’']s?$")
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:]\s+|[\n\f])[\"“‘(]*$")
_UNUSUAL = re.compile(r"^(?:[A-Z][A-Z0-9&-]+|.*[a-z][A-Z].*|.*\d.*)$")

_THAI_TITLE = re.compile(
    r"(?:นางสาว|น\.ส\.|นาย(?!ก|จ้าง|ทุน|หน้า|แพทย์)|นาง(?!า)|ดร\.|ศ\.|รศ\.|ผศ\.|พล\.?[ตอรทจ]\.?[ตอท]?\.?|พลเอก|พลโท|พลตรี|คุณ(?!ภาพ|สมบัติ|ค่า|ธรรม|ลักษณะ))"
    r" ?(?P<name>[\u0e01-\u0e4e]{2,}(?: [\u0e01-\u0e4e]{2,})?)"
)
_THAI_BODY = re.compile(
    r"(?P<kind>กระทรวง|กรม|สำนักงาน|มหาวิทยาลัย|โรงพยาบาล|โรงเรียน|บริษัท|จังหวัด|อำเภอ|ตำบล|เทศบาล|มูลนิธิ|สมาคม|ธนาคาร|สนามบิน|ท่าเรือ"
    r"|ประเทศ|จ\.|อ\.|ต\.) ?(?P<name>[\u0e01-\u0e4e]{2,})"
)
# Behind such a word these begin no name.
_NO_NAME = re.compile(
    r"(?:ที่|ทุก|ทั่ว|ทั้ง|ละ|นี้|นั้น|ใน|และ|หรือ|ต่าง|เพื่อ|ของ|จะ|ได้|มี|เป็น|ไป|มา|แห่ง|ไทย|ขนาด|เอกชน|รัฐ|เดิม|ใหม่|ใกล้|อื่น|ใด|เดียว)"
)
_VERBS = re.compile(
    r"(?:กล่าว|เปิดเผย|ระบุ|แถลง|เป็น|ได้|ซึ่ง|และ|ที่|จะ|มี|ในฐานะ|พร้อม|ลง|เดินทาง|ให้|ร่วม|เข้า|ว่า|บอก|ชี้|ย้ำ|สั่ง|มอบ|โดย|รอง|รัฐมนตรี|นายก|ผู้|ปลัด|อธิบดี|เลขา)"
)

# Classes of consonants across spellings: what is heard alike, or written one for the other.
_THAI_CLASSES = {
    "k": "กขฃคฅฆ", "n": "งนณญ", "c": "จฉชฌ", "s": "ซศษส", "t": "ดฎตฏถฐทฑธฒ", "p": "บปผพภฝฟ", "m": "ม", "r": "รลฬ",
}  # fmt: skip
_OF_THAI = {letter: name for name, letters in _THAI_CLASSES.items() for letter in letters}
_OF_LATIN = {
    "k": "k", "g": "k", "q": "k", "c": "k", "x": "k", "n": "n", "s": "s", "z": "s", "j": "c", "t": "t", "d": "t",
    "p": "p", "b": "p", "f": "p", "m": "m", "r": "r", "l": "r",
}  # fmt: skip
_SILENT = re.compile(r"[\u0e01-\u0e2e][\u0e31\u0e34-\u0e39]?\u0e4c")
_DIGRAPHS = (("ch", "j"), ("sh", "s"), ("ng", "n"), ("ph", "p"), ("th", "t"), ("kh", "k"), ("ck", "k"))
# Consonants from which on a likeness is no accident: word by word, and for a whole run inside a Thai text.
_FEW, _ENOUGH = 3, 4


def names_lacking(sentence: str, language: Language, source: str, source_language: Language) -> Iterator[str]:
    """The names of a sentence that a source does not say, as the sentence writes them; each once."""
    said, read = _Read(sentence, language), _Read(source, source_language)
    seen: set[str] = set()
    for name in said.known:
        there = name.english in read.entries or any(map(read.has, (name.written, name.english, name.thai)))
        if not there and name.written not in seen:
            seen.add(name.written)
            yield name.written
    covered = [(name.start, name.end) for name in said.known]
    for run in said.unknown():
        free = [word for start, _, word in run if not any(first <= start < last for first, last in covered)]
        missing = " ".join(word for word in free if not read.has(word))
        if missing and missing not in seen and not read.sounds(missing):
            seen.add(missing)
            yield missing


@dataclass(frozen=True, slots=True)
class _Known:
    """A name of the glossary where it stands, as it is written there, and in each language."""

    start: int
    end: int
    written: str
    thai: str
    english: str


class _Read:
    """A text with what is known of the names in it."""

    def __init__(self, text: str, language: Language) -> None:
        self.text = plain_text(text).text
        self.language = language
        self._folded = _fold(self.text)
        self.known = [name for known_in in LANGUAGES for name in _glossary_names(self.text, known_in)]
        self.entries = frozenset(name.english for name in self.known)

    def has(self, name: str) -> bool:
        """Whether the text says a name in just these letters, as words of their own."""
        folded = _fold(name)
        if not folded:
            return True
        if re.search(r"[\u0e01-\u0e4e]", folded):
            return folded.replace(" ", "") in self._folded.replace(" ", "")
        return bool(re.search(rf"(?<![a-z0-9]){re.escape(folded)}(?![a-z0-9])", self._folded))

    def sounds(self, name: str) -> bool:
        """Whether the text has a name of these consonants in the other script."""
        wanted = _consonants(name)
        if detect_language(name) == self.language:
            return False
        if self.language == "en":
            spoken = [_consonants(match[0]) for match in _ENGLISH_NAME.finditer(self.text)]
            return len(wanted) >= _FEW and any(
                wanted == one or (len(wanted) > _ENOUGH and wanted in one) for one in spoken
            )
        if len(wanted) >= _FEW and any(_consonants(named) == wanted for _, _, named in self._thai_names()):
            return True
        if len(wanted) < _ENOUGH:
            return False
        starts = word_boundaries(self.text)
        return any(_consonants(self.text[start : start + 60]).startswith(wanted) for start in starts)

    def unknown(self) -> Iterator[list[tuple[int, int, str]]]:
        """Names that are seen by how they are written: the words of each, with where they stand."""
        if self.language == "th":
            yield from ([name] for name in self._thai_names())
            for match in _LATIN_WORD.finditer(self.text):
                yield [(match.start(), match.end(), _POSSESSIVE.sub("", match[0].strip(".-’'")))]
            return
        for match in _ENGLISH_NAME.finditer(self.text):
            yield list(self._english_words(match))

    def _english_words(self, match: re.Match[str]) -> Iterator[tuple[int, int, str]]:
        """The words of a run of capitals that tell something: a passage may say only a part of it."""
        words = [word for word in re.finditer(r"\S+", match[0]) if not re.fullmatch(_SMALL, word[0])]
        if _SENTENCE_BEGINS.search(self.text, 0, match.start()) and words:
            first = words[0][0].strip(".,'’")
            if len(words) == 1 and not _UNUSUAL.match(first):
                return
            # "Representatives of TikTok": what is said of the name, not the name.
            of = re.match(rf"\S+ {_SMALL} ", match[0])
            if first in _OPENERS or (of and not _UNUSUAL.match(first)):
                words = words[1:]
        for word in words:
            bare = _POSSESSIVE.sub("", word[0].strip(".,-’'&"))
            if bare and bare not in _GENERIC:
                yield match.start() + word.start(), match.start() + word.end(), bare

    def _thai_names(self) -> Iterator[tuple[int, int, str]]:
        for match in _THAI_TITLE.finditer(self.text):
            name = self._until_verb(match["name"])
            if len(name) > 1:
                yield match.start("name"), match.start("name") + len(name), name
        for match in _THAI_BODY.finditer(self.text):
            if _NO_NAME.match(match["name"]):
                continue
            name = self._until_verb(match["name"], most=2)
            if len(name) > 1:
                yield match.start(), match.start("name") + len(name), name

    def _until_verb(self, run: str, most: int = 6) -> str:
        """The words of a run up to the first that begins to say something about what is named."""
        name = ""
        for count, word in enumerate(cut_words(run)):
            if count and (count >= most or _VERBS.match(word) or _NO_NAME.match(word)):
                break
            name += word
        return name.strip()


def _glossary_names(text: str, language: Language) -> Iterator[_Known]:
    """Names of the glossary in a text."""
    boundaries: Collection[int] = frozenset()
    if language == "th":
        boundaries = word_boundaries(text)
    glossary = load_glossary()
    for found in glossary.find(text, language, boundaries):
        if found.kind in TERMS or found.kind == "title":
            continue
        written = text[found.start : found.end]
        thai, english = (written, found.rendered) if language == "th" else (found.rendered, written)
        if language == "en":
            # By its first spelling, as Thai texts give it.
            ends = frozenset([0, len(thai)])
            english = next(
                (back.rendered for back in glossary.find(thai, "th", ends) if back.end == len(thai)), english
            )
        # A province is one with and without the word for it.
        bare = re.sub(r"^จังหวัด ?|^จ\. ?", "", thai), re.sub(r" [Pp]rovince$", "", english)
        yield _Known(found.start, found.end, written, *bare)


def _fold(text: str) -> str:
    """Without accents, case, dots and the kind of quotation mark."""
    text = normalized("NFKD", text.replace("\u0e33", "\u0e4d\u0e32"))
    text = "".join(letter for letter in text if not unicodedata.combining(letter) or "\u0e00" <= letter <= "\u0e7f")
    return " ".join(re.sub(r"[.’'‘\"“”,-]+", " ", text).casefold().split())


def _consonants(name: str) -> str:
    """The classes of the consonants of a name; w, y and h, which come and go with vowels, are none."""
    if re.search(r"[\u0e01-\u0e4e]", name):
        name = _SILENT.sub("", name).replace("ทร", "ซ")
        classes = [_OF_THAI.get(letter, "") for letter in name]
    else:
        name = name.lower()
        for pair, one in _DIGRAPHS:
            name = name.replace(pair, one)
        classes = [_OF_LATIN.get(letter, "") for letter in name]
    kept = [one for one in classes if one]
    # A doubled letter is one sound.
    return "".join(one for at, one in enumerate(kept) if at == 0 or kept[at - 1] != one)
