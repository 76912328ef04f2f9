"""Questions that ask for releases rather than for a fact: "สรุปข่าวของ… เดือนมีนาคม 2567", "Which releases mention…?"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from index.catalogue import Catalogue
from index.language import detect_language
from index.release import LANGUAGES, Language, Release, canonical_url
from index.selection import Selection
from index.store import Store
from index.words import find_words, index_words
from qa.carry import carry_words
from qa.clause import clause_around
from qa.quote import Quote
from qa.rank import RankedPassage, RankedRelease
from qa.stretch import Days

__all__ = ["MOST_LISTED", "asks_for_list", "during", "list_releases", "newest_releases", "topic_of"]

# Releases in a list: what a person reads through; the question can be narrowed by a date.
MOST_LISTED = 8
# A release whose score falls behind the best by more than this is about something else; among those of the
# days named it may be further off: they are few. Measured in "Lists" of
# benchmarks/README.md.
_BEHIND = 0.12
_BEHIND_OF_DAYS = 0.2
# A release of the days named may have come out a little after them.
_LATER = 3

_NEWS_TH = r"(?:ข่าว(?:ประชาสัมพันธ์|แจก|สาร)?|แถลงการณ์|ประกาศข่าว)"
_NEWS_EN = r"(?:(?:press |news )?releases|news(?: items| stories)?|announcements|briefs)"
_SAYS_TH = r"(?:กล่าวถึง|พูดถึง|เอ่ยถึง|เกี่ยวกับ|เรื่อง|ด้าน)"
_SAYS_EN = (
    r"(?:mention(?:s|ed|ing)?|(?:is|are|was|were) (?:about|on)|says? (?:something )?about|about|on|regarding|concerning"
    r"|related to|dealing with|of|from|by|for)"
)
_ASKS = re.compile(
    rf"(?:สรุป|รวบรวม|(?<!หน้า)รวม|รายการ|ขอ|หา|ลิสต์){_NEWS_TH}|{_NEWS_TH}(?:ใด|ไหน|อะไร)(?:บ้าง|ที่)?.{{0,10}}?{_SAYS_TH}"
    rf"|{_NEWS_TH}(?:ใด|ไหน|อะไร)บ้าง|มี{_NEWS_TH}.{{0,80}}(?:บ้าง|อะไร|ไหม|มั้ย|หรือไม่|หรือเปล่า)"
    rf"|{_NEWS_TH}.{{0,80}}มีอะไรบ้าง|อยาก(?:ได้|อ่าน|ดู|เห็น){_NEWS_TH}"
    rf"|^\s*{_NEWS_TH}(?:ล่าสุด|{_SAYS_TH}|ของ)(?!.*(?:กี่|ใคร|เท่า|ทำไม|เมื่อ|ไหน|อย่างไร|ยังไง|ไหม|อะไร|ใด))"
    rf"|(?:ใด|ไหน|อะไร)บ้างที่(?:กล่าว|พูด|เอ่ย)ถึง"
    rf"|\b(?:which|what|list|show|find|all|any|give|summari[sz]e|summary of)\b.{{0,40}}?\b{_NEWS_EN}\b"
    rf"(?! (?:agency|agencies|conference|outlets?|site|channel|did|does|do|said|(?:was|is)(?! there))\b)",
    re.IGNORECASE,
)
# What of such a question only asks. What is left of it is what the releases are to be about.
_ASKING: dict[Language, re.Pattern[str]] = {
    "th": re.compile(
        rf"(?:ช่วย|กรุณา|อยาก(?:ได้|รู้|ทราบ|เห็น)?|ขอ|สรุป|รวบรวม|รวม|รายการ|ลิสต์|หา|ดู|มี)*{_NEWS_TH}(?:ล่าสุด)?(?:ใด|ไหน|อะไร)?(?:บ้าง)?(?:ที่)?"
        rf"\s?(?:ออก)?(?:{_SAYS_TH}|จาก|ของ)?"
        r"|(?:มี)?(?:ใด|ไหน|อะไร)บ้าง(?:ที่(?:กล่าว|พูด|เอ่ย)ถึง)?|บ้าง(?=\s|$)|(?:ไหม|มั้ย|หรือไม่|หรือเปล่า|ให้หน่อย|หน่อย|ล่ะ|ครับ|ค่ะ|คะ)(?=[\s?？]|$)"
        r"|(?:^|(?<=\s))(?:แล้ว|และ|ส่วน|ใน(?:ช่วง)?|ช่วง|ระหว่าง|ของ|ประจำ|เดือน|ถึง)(?=\s|$)|(?:ใน(?:ช่วง)?|ช่วง|ระหว่าง|ของ|ประจำ|เดือน|ถึง)(?=\f)"
    ),
    "en": re.compile(
        r"\b(?:which|what|list|show|find|all|any|give|get|summari[sz]e|summary of|please|can you|are there|is there"
        r"|do you have|me|us|the|of)\b"
        rf"(?=.{{0,40}}\b{_NEWS_EN}\b)"
        rf"|\b{_NEWS_EN}\b(?: (?:items|stories))?(?: (?:that|which|there are|are there|is there))?(?: {_SAYS_EN}\b)?"
        r"|^\s*(?:and|so|then|but|what about|how about|also)\b"
        r"|\b(?:in|during|of|from|since|on|between|and|to|until|last|this)\b(?=\s*(?:\f|$))",
        re.IGNORECASE,
    ),
}
# Characters of a line that says more than a date, a place or whom it greets; and how many of it are shown at least.
_SHORTEST_LEAD, _LEAD = 80, 120
# English words of no more letters are in any release; and how many of the others make most of them.
_LONGEST_SMALL_WORD = 3
_MOST_WORDS = 0.5
# Characters of a release in which they are looked for.
_LOOKED_THROUGH = 20_000
_WORD = re.compile(r"[^\W_]")


def asks_for_list(text: str) -> bool:
    """Whether a question asks for releases."""
    return bool(_ASKS.search(text))


def topic_of(text: str, language: Language, days: Sequence[Days]) -> str:
    """What the releases that a question asks for are to be about: without the words that ask, and those for days.

    Empty where it names nothing else.
    """
    for stretch in days:
        text = text.replace(stretch.words, "\f")
    left = _ASKING[language].sub(" ", _ASKING[language].sub(" ", text)).replace("\f", " ")
    left = " ".join(left.split()).strip(" ?？.,!")
    return left if _WORD.search(left) else ""


def during(selection: Selection, days: Sequence[Days], later: int = _LATER) -> Selection:
    """Those of a selection that came out on the days named, or so many `later`; all of it where there are none."""
    if not days:
        return selection
    first, last = min(stretch.first for stretch in days), max(stretch.last for stretch in days)
    return selection.during(first, last + dt.timedelta(later))


def newest_releases(store: Store, selection: Selection) -> list[RankedRelease]:
    """The newest of a selection, each with its first passage, none nearer to a question than the others;
    twice `MOST_LISTED` at most, for two may share an address."""
    newest = Catalogue(store).look(selection, limit=2 * MOST_LISTED).releases
    first = {stored.id: next((passage_id for passage_id, _ in store.vectors_of(stored.id)), None) for stored in newest}
    passages = store.passages(passage_id for passage_id in first.values() if passage_id is not None)
    best = {passage.passage.release_id: RankedPassage(passage, 0.0, 0.0) for passage in passages.values()}
    return [RankedRelease(stored.id, stored.release, 0.0, best[stored.id]) for stored in newest if stored.id in best]


def list_releases(
    releases: Sequence[RankedRelease], asked_in: Language, days: Sequence[Days], topic: str = ""
) -> list[Quote]:
    """How each of the nearest releases begins, newest first and undated ones last; `MOST_LISTED` at most.

    Where the question names days, only releases of these days, and only those that hold most of the words of its
    `topic`. Of two at one address, as briefs of one release in two languages are, the one in the asker's language.
    """
    of_days = [ranked for ranked in releases if _is_of(ranked.release.date, days)]
    behind = _BEHIND_OF_DAYS if days else _BEHIND
    words = {language: _words(topic, language) for language in LANGUAGES}
    listed = [ranked for ranked in of_days if ranked.score >= of_days[0].score - behind]
    holding = [ranked for ranked in listed if _holds(ranked.release, words[ranked.release.language])]
    own = {canonical_url(ranked.release.url) for ranked in holding if ranked.release.language == asked_in} - {""}
    near = [
        ranked
        for ranked in holding
        if ranked.release.language == asked_in or canonical_url(ranked.release.url) not in own
    ][:MOST_LISTED]
    near.sort(key=lambda ranked: ranked.release.date or dt.date.min, reverse=True)
    return [_lead(ranked) for ranked in near]


def _is_of(date: dt.date | None, days: Sequence[Days]) -> bool:
    """Whether a date is one of the days named, or there are none."""
    if not days:
        return True
    return date is not None and any(stretch.first <= date <= stretch.last + dt.timedelta(_LATER) for stretch in days)


def _words(topic: str, language: Language) -> frozenset[str]:
    """The words of a topic as releases of a language have them: in the other one, those that can be carried over."""
    asked_in = detect_language(topic)
    words = index_words(topic) if language == asked_in else carry_words(topic, asked_in, language)
    return frozenset(
        word for word in words if not word.isascii() or len(word) > _LONGEST_SMALL_WORD or word[0].isdigit()
    )


def _holds(release: Release, words: frozenset[str]) -> bool:
    """Whether a release holds most of some words."""
    found = {word for word, _, _ in find_words(f"{release.title}\n{release.text[:_LOOKED_THROUGH]}", words)}
    return not words or len(found) > _MOST_WORDS * len(words)


def _lead(ranked: RankedRelease) -> Quote:
    """How a release begins: with its first line that says something, or the longest of short ones."""
    release = ranked.release
    lines = list(re.finditer(r"[^\s][^\n\f]*", release.text))
    longest = max(lines, key=lambda line: len(line[0]))
    first = next((line for line in lines if len(line[0]) >= _SHORTEST_LEAD), longest)
    start, end = clause_around(release.text, first.start(), min(first.end(), first.start() + _LEAD), release.language)
    return Quote(ranked, start, end, ranked.score)
