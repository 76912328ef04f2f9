"""A question as it is read: cleaned, its language known, and a follow-up joined to what it follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from index.dates import ENGLISH_MONTHS
from index.language import detect_language
from index.normal import normalized
from index.release import Language
from qa.keyboard import as_meant
from qa.offices import with_offices_in_full
from qa.tone_marks import with_tone_marks
from qa.whole_words import ENDS_POLITELY, HE, HOW_MANY, WHAT, WHETHER

__all__ = ["LONGEST_ASKED", "LONGEST_QUESTION", "MOST_EARLIER", "Question", "earlier_read", "read_question"]

# Characters; the model reads no more than 512 tokens, and what is asked stands at the beginning or the end.
LONGEST_QUESTION = 1200
# Characters of a question, and questions before it, that the page and the endpoints take.
LONGEST_ASKED = 20_000
MOST_EARLIER = 20

# Everything that is not text to a reader: controls, zero-width and direction marks, unpaired surrogates.
_UNSEEN = re.compile(
    r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SAYS_SOMETHING = re.compile(r"\w", re.UNICODE)

_BESIDE_A_FIGURE = re.compile(
    r"\b[A-Za-z]{5,10}\b(?=,? \d)|(?:(?<=\d )|(?<=\dst )|(?<=\dnd )|(?<=\drd )|(?<=\dth ))[A-Za-z]{5,10}\b"
)
_MONTHS = tuple(name.lower() for name in ENGLISH_MONTHS)
# What goes on behind the name of a month is a word of its own ("marches", "Augusta"), unless a key is held ("Augustt").
_GOES_ON = re.compile("|".join(f"{name}(?!{name[-1]}+$)" for name in _MONTHS), re.IGNORECASE)
# Of the 2,024 other words that stand beside a figure in 13,349 questions "match" is nearest to a month, .80; "Febuary"
# is .93, "Agusut" .83 (Ratcliff and Obershelp's likeness).
_NEAR = 0.82

# How a question begins, or what stands in it, when it leans on the one before.
_FOLLOWS_TH = re.compile(rf"^\s*(?:แล้ว|และ|ส่วน)|(?:ดังกล่าว|เรื่องนี้|อันนี้|โครงการนี้|งานนี้|{HE}|เธอ(?!ร์)|นั้น)|ล่ะ{ENDS_POLITELY}")
_FOLLOWS_EN = re.compile(
    r"^\s*(?:and|so|then|but|what about|how about|also)\b"
    r"|\b(?:it|its|they|them|their|he|she|his|her|him|this|that|these|those|there|the same)\b",
    re.IGNORECASE,
)
# How one begins, or ends, that names only what is to take another's place in the question before it.
_PUTS_IN_PLACE: dict[Language, re.Pattern[str]] = {
    "th": re.compile(rf"^\s*(?:แล้ว|และ|ส่วน)|ล่ะ{ENDS_POLITELY}"),
    "en": re.compile(r"^\s*(?:and|so|then|but|what about|how about|also)\b", re.IGNORECASE),
}
# What a question asks by. Without any of these ("แล้วเชียงใหม่ล่ะ", "What about the other plant?") it asks what was asked
# before of something else.
_ASKS_TH = re.compile(
    rf"ใคร|อะไร|ไหน|{WHAT}|ไหร่|ใด|{HOW_MANY}|ทำไม|อย่างไร|ยังไง|{WHETHER}|มั้ย|หรือไม่|หรือเปล่า|หรือยัง"
    r"|^\s*(?:แล้ว|และ)?(?:ขอ|บอก|ช่วย|สรุป)"
)
_ASKS_EN = re.compile(
    r"\b(?:who|whom|whose|which|when|where|why|(?:what|how)(?! about\b))\b"
    r"|^\s*(?:(?:and|so|but|then|also|now)\b,?\s*){0,3}"
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must"
    r"|name|tell|list|give|show|explain|describe|summari[sz]e)\b",
    re.IGNORECASE,
)
# A question of fewer characters names too little to stand alone.
_SHORT = {"th": 45, "en": 50}
# One of fewer names nothing but what it asks: "โทษปรับเท่าไร", "How many days?".
_BARE = {"th": 20, "en": 25}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. `text` is the question itself, `search` what to look for.

    `topics`: what it may follow: the last question, and that with what it leans on itself; `earlier`: those questions
    one by one, oldest first. `leans`: whether its words,
    or how few they are, say that it follows. `strays`: how much farther from the nearest release it is than what it
    follows, by score; 0 where it follows nothing. See `qa.follow`. `read_as`: the
    text, where other letters were typed (`qa.keyboard`) or no tone marks (`qa.tone_marks`). `adds`: what it says beyond
    what has been put in its place in those before it (`qa.in_place`); None where nothing has.
    """

    text: str
    search: str
    language: Language
    topics: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    leans: bool = False
    strays: float = 0.0
    read_as: str = ""
    adds: str | None = None

    @property
    def in_context(self) -> str:
        """The question with what it follows, where it asks nothing by itself; its `text` alone where it does."""
        return self.text if self.asks else self.search

    @property
    def is_elliptical(self) -> bool:
        """Whether it can only be read with what it follows: "แล้วเชียงใหม่ล่ะ", "And in 2024?"."""
        return bool(self.topics and _PUTS_IN_PLACE[self.language].search(self.text)) and not self.asks

    @property
    def is_bare(self) -> bool:
        """Whether it is so few words that it names nothing but what it asks."""
        return len(self.text) < _BARE[self.language]

    @property
    def asks(self) -> bool:
        """Whether it has a word to ask by; what has none names a topic, or something else for what was asked before."""
        return bool((_ASKS_TH if self.language == "th" else _ASKS_EN).search(self.text))

    def behind(self, topic: str) -> Question:
        """The question to look for together with what was asked before it."""
        if self.adds == "":
            # All that it names is in its place: it is that question.
            topic = with_offices_in_full(topic)
            return replace(self, text=topic, search=topic)
        return replace(self, search=_shorten(f"{topic} {self.adds or self.text}"))

    def placed(self, earlier: Sequence[str], adds: str) -> Question:
        """The question behind others than were asked, and what it adds to them."""
        return replace(self, topics=tuple(_topics(earlier)), earlier=tuple(earlier), adds=adds)

    @property
    def latest_first(self) -> tuple[str, ...]:
        """The question, and behind it those that it is searched together with, each by itself."""
        if self.search == self.text:
            return (self.text,)
        return (self.text, *(earlier for earlier in reversed(self.earlier) if earlier in self.search))

    @property
    def in_full(self) -> str:
        """What is asked, where it is elliptical with what it follows."""
        return " ".join((*self.earlier, self.text)) if self.is_elliptical else self.text

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked: no letter and no digit."""
        return not _SAYS_SOMETHING.search(self.text)


def read_question(text: str, history: Sequence[str] = ()) -> Question:
    """Cleans a question and finds its language; any text is taken, however long or odd.

    One typed with the keyboard set to the other language, or without tone marks, is read as it was meant, and one for
    who holds an office with that in full.

    `history` holds the questions asked before it, oldest first.
    """
    typed = _clean(text)
    text = with_offices_in_full(_read(typed))
    earlier = tuple(_read(_clean(question)) for question in earlier_read(history))
    topics = tuple(_topics(earlier))
    leans = bool(topics) and _leans(text)
    read_as = text if as_meant(typed) != typed or with_tone_marks(typed) != typed else ""
    return Question(text, text, detect_language(text), topics, earlier, leans, read_as=read_as)


def earlier_read(history: Sequence[str]) -> tuple[str, ...]:
    """The questions of a history that the next one is read with, oldest first; with them alone it is read the same.

    The last one; and where it leans, before it the last one that does not. None without any.
    """
    asked = [earlier for earlier in history if _clean(earlier)]
    if not asked:
        return ()
    last = asked.pop()
    # A short one may lean or not: which of the two it is shows by what they find.
    leans = _leans(_read(_clean(last)))
    if not leans or not asked:
        return (last,)
    # What was asked first of all leans on nothing, however short.
    first = next((earlier for earlier in reversed(asked) if not _leans(_read(_clean(earlier)))), asked[0])
    return (first, last)


def _topics(earlier: Sequence[str]) -> list[str]:
    """The last question, and it behind the one that it leans on."""
    *before, last = earlier or [""]
    return [last, *(f"{first} {last}" for first in before)] if last else []


def _clean(text: str) -> str:
    return _shorten(" ".join(_UNSEEN.sub("", normalized("NFC", text)).split()))


def _read(text: str) -> str:
    """A clean text as it was meant: Thai marks one by one and behind the vowel, months as they are spelt."""
    from pythainlp.util import remove_repeat_vowels

    # "เเ" looks like "แ", and "ท่ี" like "ที่", but neither is a word of any release.
    return _BESIDE_A_FIGURE.sub(_month, with_tone_marks(str(remove_repeat_vowels(as_meant(text)))))


def _month(word: re.Match[str]) -> str:
    """A word beside a figure, or the month that it all but names."""
    if _GOES_ON.match(word[0]):
        return word[0]
    near = get_close_matches(word[0].lower(), _MONTHS, 1, _NEAR)
    return near[0].capitalize() if near else word[0]


def _shorten(text: str) -> str:
    """The beginning and the end of a text that is too long: the question is in one of them."""
    if len(text) <= LONGEST_QUESTION:
        return text
    half = LONGEST_QUESTION // 2
    return f"{text[:half]} {text[-half:]}"


def _leans(text: str) -> bool:
    language = detect_language(text)
    if len(text) < _SHORT[language]:
        return True
    return bool((_FOLLOWS_TH if language == "th" else _FOLLOWS_EN).search(text))
