"""The chat's messages as HTML: a question, an answer with its numbered cards of sources, a notice.

Every text that comes from a person or from a release goes through `escape`, which leaves neither
HTML nor Markdown a character to begin with: the chat window reads messages as both.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlsplit

from index.dates import date_in
from index.release import LANGUAGES, Language, Release
from qa.answer import Answer, Citation, Sentence
from qa.compose import MAY_NOT_SAY, TRANSLATED, compose
from qa.facts import nearest_facts
from qa.words import both
from qa.written import byline, shown_sentences, why_struck

__all__ = [
    "about_html",
    "about_line",
    "answer_html",
    "badge_html",
    "brief_says",
    "date_text",
    "earlier_html",
    "escape",
    "is_answer",
    "is_earlier",
    "link_html",
    "notice_html",
    "question_html",
    "question_text",
    "source_link",
]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a card in one language."""

    sources: str
    undated: str
    brief: str
    brief_says: str
    brief_says_unlinked: str
    brief_alone: str
    brief_alone_unlinked: str
    facts: str
    context: str
    link: str
    other_links: str


_WORDS: dict[Language, _Words] = {
    "th": _Words(
        sources="แหล่งที่มา",
        undated="ไม่ระบุวันที่",
        brief="จากบทสรุป",
        brief_says="ข้อความที่ยกมาเป็นของบทสรุป ลิงก์นำไปยังข่าวฉบับทางการ",
        brief_says_unlinked="ข้อความที่ยกมาเป็นของบทสรุป ไม่ใช่ข่าวฉบับทางการ",
        brief_alone="ข้อความนี้เป็นบทสรุป ลิงก์นำไปยังข่าวฉบับทางการ",
        brief_alone_unlinked="ข้อความนี้เป็นบทสรุป ไม่ใช่ข่าวฉบับทางการ",
        facts="ข้อมูลสำคัญ",
        context="อ่านข้อความโดยรอบ",
        link="เปิดข่าวฉบับทางการ",
        other_links="ข่าวเดียวกันที่",
    ),
    "en": _Words(
        sources="Sources",
        undated="undated",
        brief="from a brief",
        brief_says="The quote is from a brief; the link leads to the official release.",
        brief_says_unlinked="The quote is from a brief, not from the official release.",
        brief_alone="This is a brief; the link leads to the official release.",
        brief_alone_unlinked="This is a brief, not the official release.",
        facts="Key facts",
        context="Read in context",
        link="Open the official release",
        other_links="Same release at",
    ),
}

# Key facts shown on a card.
_MOST_FACTS = 12
# Cards say everything in both languages: switching the page's language switches those that stand there.
_BOTH = _Words(*(both(*(getattr(_WORDS[language], field.name) for language in LANGUAGES)) for field in fields(_Words)))

# Controls and unpaired surrogates: nothing to read, and no place in HTML or in UTF-8.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_MEANINGFUL = re.compile(r"[!-/:-@\[-`{-~\n\t]")
_QUESTION = re.compile(r'<div class="tl-question" lang="(?:th|en)">([^<]*)</div>')
_ANSWER = '<div class="tl-answer">'
_EARLIER = '<div class="tl-earlier">'
_ASKED_BEFORE = both("ถามไว้ก่อนหน้า", "Asked before")


def escape(text: str) -> str:
    """Writes text so that it is read as that text, on one line, by HTML and by Markdown alike."""
    text = _LINE_END.sub("\n", _UNWRITABLE.sub("", text))
    return _MEANINGFUL.sub(lambda match: f"&#{ord(match[0])};", text)


def date_text(date: dt.date | None, language: Language) -> str:
    """A date as it is said: Thai years are of the Buddhist era; a word where there is no date."""
    return date_in(date, language) if date else _WORDS[language].undated


def question_html(question: str, language: Language) -> str:
    """A question as its message shows it."""
    return f'<div class="tl-question" lang="{language}">{escape(question)}</div>'


def earlier_html(question: str, language: Language) -> str:
    """A question that a link says was asked before, as its message shows it."""
    return f'{_EARLIER}<p class="tl-label">{_ASKED_BEFORE}</p>{question_html(question, language)}</div>'


def is_earlier(message: str) -> bool:
    """Whether `earlier_html` made the message."""
    return message.startswith(_EARLIER)


def is_answer(message: str) -> bool:
    """Whether an answer is in the message, as `answer_html` makes it: no text of a person looks like one, escaped."""
    return _ANSWER in message


def question_text(message: str) -> str:
    """The question that `question_html` or `earlier_html` made a message of; a message of another form as it is."""
    match = _QUESTION.search(message)
    return html.unescape(match[1]) if match else message


def notice_html(thai: str, english: str = "") -> str:
    """A message of the chat itself, in both languages or as it comes."""
    parts = [("th" if english else "", thai), ("en", english)]
    lines = [
        f'<p class="tl-{language}" lang="{language}">{escape(text)}</p>' if language else f"<p>{escape(text)}</p>"
        for language, text in parts
        if text
    ]
    return f'<div class="tl-notice">{"".join(lines)}</div>'


def answer_html(answer: Answer, state: str = "") -> str:
    """An answer with its sources, as one line of HTML; an abstention has no sources.

    `state` is HTML that is shown between the two, such as that it is still being written. An answer that says
    nothing but its quotes is its cards: each has the quote first and who says so below.
    """
    cited = {} if answer.abstained else {citation.n: citation for citation in answer.citations}
    if cited and answer.text == compose(answer.citations, answer.language, answer.translations):
        return f"{_ANSWER}{state}{_doubt(answer)}{_written(answer)}{_sources(answer, is_all=True)}</div>"
    if sentences := shown_sentences(answer):
        said = " ".join(_sentence(sentence, cited) for sentence in sentences)
    else:
        said = _with_marks(answer.text, cited)
    text = f'<div class="tl-text" lang="{answer.language}">{said}</div>'
    sources = _sources(answer, is_all=False) if cited else ""
    return f"{_ANSWER}{text}{state}{_doubt(answer)}{_written(answer)}{sources}</div>"


def _doubt(answer: Answer) -> str:
    """The word of doubt, where the quotes may not say what was asked."""
    says = both(escape(MAY_NOT_SAY.th), escape(MAY_NOT_SAY.en))
    return f'<p class="tl-doubt">{says}</p>' if answer.is_doubtful else ""


def _sentence(sentence: Sentence, cited: Mapping[int, Citation]) -> str:
    """A sentence that stands with its marks; one that does not, struck out, with the reason behind it."""
    if sentence.struck is None:
        return _with_marks(sentence.marked, cited)
    why = why_struck(sentence)
    return (
        f'<s class="tl-struck">{escape(sentence.marked)}</s> '
        f'<span class="tl-why-struck">({both(escape(why.th), escape(why.en))})</span>'
    )


def _written(answer: Answer) -> str:
    """Who wrote an answer, and the line that says what went wrong with it; nothing for one of quotes alone."""
    lines = []
    if answer.answered_by != "quotes":
        says = byline(answer)
        lines.append(f'<p class="tl-byline">{both(escape(says.th), escape(says.en))}</p>')
    if answer.note:
        lines.append(f'<p class="tl-note">{both(escape(answer.note.th), escape(answer.note.en))}</p>')
    return "".join(lines)


def source_link(citation: Citation, content: str) -> str:
    """A link that opens the whole release at the quote, beside the chat; `content` is HTML."""
    if not re.fullmatch(r"[0-9a-f]{16}", citation.release_id):
        return content
    target = f"#quote-{citation.n}-{citation.release_id}-{citation.start}-{citation.end}"
    return f'<a class="tl-open" href="{escape(target)}">{content}</a>'


def _with_marks(text: str, cited: Mapping[int, Citation]) -> str:
    """The answer's text with its `[1]` a link to the quote where a card bears that number."""

    def mark(match: re.Match[str]) -> str:
        if int(match[1]) not in cited:
            return match[0]
        return source_link(cited[int(match[1])], f'<span class="tl-n">{match[0]}</span>')

    return re.sub(r"&#91;(\d{1,4})&#93;", mark, escape(text))


def _sources(answer: Answer, *, is_all: bool) -> str:
    """The cards; under a label where there is a text before them. In doubt no answer is set off in the quotes."""
    cited = answer.citations
    if answer.is_doubtful:
        cited = tuple(replace(citation, answer_start=0, answer_end=0) for citation in cited)
    cards = "".join(_card(citation, answer.language, answer.translations.get(citation.n, "")) for citation in cited)
    label = "" if is_all else f'<p class="tl-label">{_BOTH.sources}</p>'
    return f'<div class="tl-sources" lang="{answer.language}">{label}{cards}</div>'


def _card(citation: Citation, language: Language, translation: str) -> str:
    words = _BOTH
    number = f'<span class="tl-n">{escape(f"[{citation.n}]")}</span>'
    title = f'{number} <span lang="{citation.language}">{escape(citation.title)}</span>'
    return (
        '<div class="tl-card">'
        f'<blockquote class="tl-quote" lang="{citation.language}">{_marked(citation)}</blockquote>'
        f"{_context(citation, words)}"
        f"{_facts(citation, language)}"
        f"{_translation(translation, language)}"
        f'<p class="tl-title">{source_link(citation, title)}</p>'
        f"{about_html(citation, is_quoted=True)}"
        f"{_links(citation, words)}"
        "</div>"
    )


def about_html(source: Citation | Release, *, is_quoted: bool) -> str:
    """Date, category, publisher, and for a brief a badge, with what that means where something is quoted."""
    line, badge = about_line(source), badge_html(source)
    if not (badge and is_quoted):
        return f'<p class="tl-about">{badge} {line}</p>' if badge else f'<p class="tl-about">{line}</p>'
    return f'<p class="tl-about">{line}</p><p class="tl-about">{badge} {brief_says(source, is_quoted=True)}</p>'


def about_line(source: Citation | Release) -> str:
    """Date, category and publisher, each where there is one; a word where there is no date."""
    date = f'<span class="tl-date">{both(date_text(source.date, "th"), date_text(source.date, "en"))}</span>'
    rest = [
        f'<span lang="{source.language}">{escape(text)}</span>'
        for text in dict.fromkeys((source.category, source.publisher))
        if text.strip()
    ]
    return " · ".join([date, *rest])


def badge_html(source: Citation | Release) -> str:
    """The badge of a brief; nothing for a release."""
    return f'<span class="tl-badge">{_BOTH.brief}</span>' if source.kind == "brief" else ""


def brief_says(source: Citation | Release, *, is_quoted: bool) -> str:
    """What a brief is: of the quote where something is quoted, else of the text; nothing for a release."""
    if source.kind != "brief":
        return ""
    is_linked = _is_web_address(source.url)
    if is_quoted:
        return _BOTH.brief_says if is_linked else _BOTH.brief_says_unlinked
    return _BOTH.brief_alone if is_linked else _BOTH.brief_alone_unlinked


def _facts(citation: Citation, language: Language) -> str:
    """What the quote says that is sure in the asker's language, as a small list; nothing where there is none."""
    facts = nearest_facts(citation.facts, citation.answer_start, citation.answer_end, _MOST_FACTS)
    if not facts:
        return ""
    items = "".join(f"<li>{escape(fact.rendered)}</li>" for fact in facts)
    label = f'<span class="tl-label">{_BOTH.facts}</span>'
    return f'<div class="tl-facts" lang="{language}">{label}<ul>{items}</ul></div>'


def _translation(text: str, language: Language) -> str:
    """A translation of what a quote answers with, as what it is; nothing where there is none."""
    if not text:
        return ""
    label = f'<span class="tl-label">{both(*(TRANSLATED.of(said) for said in LANGUAGES))}</span>'
    return f'<div class="tl-translation" lang="{language}">{label}<p>{escape(text)}</p></div>'


def _context(citation: Citation, words: _Words) -> str:
    """The passage, folded, with the quote marked in it; nothing where it says no more than the quote."""
    passage, start = citation.passage, citation.passage_offset
    end = start + len(citation.quote)
    if start < 0 or passage[start:end] != citation.quote or passage.strip() == citation.quote.strip():
        return ""
    return (
        f'<details class="tl-context"><summary>{words.context}</summary>'
        f'<div class="tl-passage" lang="{citation.language}">{escape(passage[:start])}'
        f"{_marked(citation)}{escape(passage[end:])}</div></details>"
    )


def _marked(citation: Citation) -> str:
    """The quote as it is highlighted, with the answer in it set off."""
    quote, start, end = citation.quote, citation.answer_start, citation.answer_end
    answer = f"<strong>{escape(quote[start:end])}</strong>" if start < end else ""
    return f"<mark>{escape(quote[:start])}{answer}{escape(quote[end:])}</mark>"


def _links(citation: Citation, words: _Words) -> str:
    lines = []
    if citation.url.strip():
        lines.append(link_html(citation.url, words.link))
    others = [link_html(url) for url in citation.other_urls if url.strip()]
    if others:
        lines.append(f"{words.other_links} {', '.join(others)}")
    return "".join(f'<p class="tl-link">{line}</p>' for line in lines)


def link_html(url: str, label: str = "") -> str:
    """A link that opens beside the chat; an address that is not of the web is only shown."""
    url = url.strip()
    if not _is_web_address(url):
        return f'<span class="tl-address">{escape(url)}</span>'
    shown = f'{label} <span class="tl-host">{escape(_host(url))}</span>' if label else escape(url)
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{shown}</a>'


def _host(url: str) -> str:
    """The host that an address leads to, without a name in front of it that may look like another: `a.example@b`."""
    return urlsplit(url).netloc.rpartition("@")[2]


def _is_web_address(url: str) -> bool:
    url = url.strip()
    if re.search(r"[\s\x00-\x1f\x7f]", url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
