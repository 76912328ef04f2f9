"""Puts quotes into a sentence of the asker's language; what is said beyond the quotes is fixed text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from index.dates import date_in
from index.release import Language
from qa.answer import Citation
from qa.facts import Fact, key_facts, nearest_facts
from qa.premise import Named
from qa.quote import Quote
from qa.rates import with_rates
from qa.words import Phrase

__all__ = ["MAY_NOT_SAY", "TRANSLATED", "cite", "compose", "nothing_asked", "nothing_found"]

# Characters of the release shown on either side of a quote.
_CONTEXT = 220
# Facts said in the text of an answer.
_FACTS = 8

_THAI_LETTER, _LATIN_LETTER = re.compile("[\u0e01-\u0e4e]"), re.compile("[A-Za-z]")

_KEY_FACTS = {"th": "ข้อมูลสำคัญ", "en": "Key facts"}

# Said wherever a translation is shown.
TRANSLATED = Phrase("คำแปลโดยเครื่อง อาจผิดได้", "Machine translation, may be wrong")

# Said with quotes that may not say what was asked.
MAY_NOT_SAY = Phrase(
    "ข่าวอาจไม่ได้ตอบคำถามนี้โดยตรง โปรดดูว่าข้อความที่ยกมาตอบคำถามหรือไม่",
    "The releases may not say exactly what you asked. Check whether the quote does.",
)

_NOTHING_FOUND = {
    "th": "ไม่พบคำตอบของคำถามนี้ในข่าวที่มีอยู่ ลองถามด้วยชื่อหน่วยงาน ชื่อโครงการ หรือช่วงเวลาที่ชัดขึ้น",
    "en": "The releases do not answer this. Try naming the agency, the scheme or the date you have in mind.",
}
_UNNAMED = {
    "th": "ไม่พบคำตอบของคำถามนี้ในข่าวที่มีอยู่ ข่าวที่ใกล้เคียงที่สุดไม่ได้กล่าวถึง{}",
    "en": "The releases do not answer this: the closest ones do not mention {}.",
}
_NOTHING_SO_NEW = {
    "th": "ไม่พบคำตอบของคำถามนี้ในข่าวที่มีอยู่ ข่าวที่ใหม่ที่สุดลงวันที่ {}",
    "en": "The releases do not answer this: the newest one is dated {}.",
}
_OR = {"th": "หรือ", "en": " or "}
_NOTHING_ASKED = {
    "th": "พิมพ์คำถามเกี่ยวกับข่าวที่มีอยู่ได้เลย เช่น ใคร เมื่อไร ที่ไหน เท่าไร",
    "en": "Ask about the releases: who, when, where or how many, for example.",
}


def nothing_found(language: Language, unnamed: Sequence[Named] = (), newest: dt.date | None = None) -> str:
    """What is said where the releases do not answer, and do not name what is asked about either.

    `newest` is the date of the newest release, where what is asked about is later.
    """
    if newest is not None:
        return _NOTHING_SO_NEW[language].format(date_in(newest, language))
    if not unnamed:
        return _NOTHING_FOUND[language]
    return _UNNAMED[language].format(_OR[language].join(one.names(language)[0] for one in unnamed))


def nothing_asked(language: Language) -> str:
    """What is said to a message without a question in it."""
    return _NOTHING_ASKED[language]


def cite(quotes: Sequence[Quote], language: Language) -> tuple[Citation, ...]:
    """Numbered citations of the quotes, each with the stretch of its release around it.

    A quote that is not in the asker's `language` has its key facts with it, whatever language its release is in.
    """
    citations = []
    for n, quote in enumerate(quotes, 1):
        release = quote.source.release
        before, after = _context(release.text, quote.start, quote.end)
        citations.append(
            Citation(
                n=n,
                release_id=quote.source.id,
                url=release.url,
                title=release.title,
                date=release.date,
                category=release.category,
                quote=quote.text,
                start=quote.start,
                end=quote.end,
                score=quote.score,
                language=release.language,
                kind=release.kind,
                publisher=release.publisher,
                other_urls=tuple(dict.fromkeys((*release.other_urls, *quote.source.also))),
                passage=release.text[before:after],
                passage_offset=quote.start - before,
                answer_start=quote.answer_start,
                answer_end=quote.answer_end,
                facts=_facts(quote, language),
            )
        )
    return tuple(citations)


def _facts(quote: Quote, language: Language) -> tuple[Fact, ...]:
    said_in = quote.source.release.language
    scripts = (_THAI_LETTER.search(quote.text), _LATIN_LETTER.search(quote.text))
    if not all(scripts) and any(scripts):
        # In one script alone, it is in the language of that, whatever the rest of its release is in.
        said_in = "th" if scripts[0] else "en"
    return with_rates(key_facts(quote.text, said_in, language), quote.text, said_in)


def compose(citations: Sequence[Citation], language: Language, translations: Mapping[int, str] | None = None) -> str:
    """The answer: each release named once with its date, its quotes behind it with their marks.

    The key facts of a quote follow it, those of the singled-out answer before the others, then a translation by the
    number of the quote, where there is one.
    """
    parts = []
    said: str | None = None
    for citation in citations:
        quote = " ".join(citation.quote.split())
        mark = f"“{quote}” [{citation.n}]"
        if facts := _said_facts(citation):
            mark += f"\n{_KEY_FACTS[language]}: {facts}"
        if translations and citation.n in translations:
            mark += f"\n{TRANSLATED.of(language)}: {translations[citation.n]}"
        parts.append(mark if citation.release_id == said else f"{_source(citation, language)}\n{mark}")
        said = citation.release_id
    return "\n\n".join(parts)


def _said_facts(citation: Citation) -> str:
    """The key facts of a quote in a line."""
    facts = nearest_facts(citation.facts, citation.answer_start, citation.answer_end, _FACTS)
    return "; ".join(fact.rendered for fact in facts)


def _source(citation: Citation, language: Language) -> str:
    """Names the release that the next quote is from."""
    title = citation.title
    if language == "th":
        kind = "บทสรุปของข่าว" if citation.kind == "brief" else "ข่าว"
        date = f" วันที่ {date_in(citation.date, language)}" if citation.date else " (ไม่ระบุวันที่)"
        return f"{kind} “{title}”{date} ระบุว่า"
    kind = "A brief of the release" if citation.kind == "brief" else "The release"
    date = f" of {date_in(citation.date, language)}" if citation.date else " (undated)"
    return f"{kind} “{title}”{date} says:"


def _context(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch around a quote that is shown with it, from a pause to a pause."""
    before = max(0, start - _CONTEXT)
    if before and (pause := re.search(r"\s", text[before:start])):
        before += pause.end()
    after = min(len(text), end + _CONTEXT)
    if after < len(text) and (pauses := list(re.finditer(r"\s", text[end:after]))):
        after = end + pauses[-1].start()
    return before, after
