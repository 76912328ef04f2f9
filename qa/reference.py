"""An answer as text to take along: plain, as Markdown, and a citation as a formal reference."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

from index.dates import date_in
from index.release import Language
from qa.answer import Answer, Citation
from qa.compose import MAY_NOT_SAY, TRANSLATED
from qa.permalink import scope_text

__all__ = ["answer_markdown", "answer_references", "answer_text", "formal_reference"]

# What Markdown reads as markup: anywhere, and after a number at the beginning of a line, where it makes a list.
_MARKUP = re.compile(r"[\\`*_\[\]<>#|~!&$=+-]")
_NUMBERED = re.compile(r"^(\d+)([.)])")
_SPACES = re.compile(r"\s+")
_BRIEF: dict[Language, str] = {"th": "บทสรุปข่าว", "en": "brief of a press release"}


def answer_text(answer: Answer, today: dt.date) -> str:
    """The answer, the references of its quotes and the filters it was looked for with, as plain text.

    Where it is not sure that it answers, that is said first.
    """
    references = [f"[{cited.n}] {formal_reference(cited, answer.language, today)}" for cited in _cited(answer)]
    scope = scope_text(answer, answer.language)
    doubt = [MAY_NOT_SAY.of(answer.language), ""] if answer.is_doubtful else []
    return "\n".join([*doubt, answer.text, *([""] if references else []), *references, *(["", scope] if scope else [])])


def answer_references(answer: Answer, language: Language, today: dt.date) -> str:
    """The releases that an answer cites as a list of references, each once, and with them the filters it was looked
    for with."""
    references = dict.fromkeys(formal_reference(cited, language, today) for cited in _cited(answer))
    scope = scope_text(answer, language)
    return "\n".join([*references, *(["", scope] if scope else [])])


def answer_markdown(answer: Answer) -> str:
    """The question, what a model wrote, the quotes, their references as Markdown; nothing of a release is markup."""
    lines = [f"**{_literal(_line(answer.read_as or answer.question))}**", ""]
    cited = _cited(answer)
    if answer.is_doubtful:
        lines += [_literal(MAY_NOT_SAY.of(answer.language)), ""]
    if answer.answered_by == "llm":
        lines += [_literal(_line(answer.text)), ""]
    for citation in cited:
        lines += [f"> {_literal(_line(line))}".rstrip() for line in citation.quote.splitlines()]
        if translation := answer.translations.get(citation.n):
            lines += ["", _literal(_line(f"{TRANSLATED.of(answer.language)}: {translation}"))]
        lines += ["", _markdown_source(citation, answer), ""]
    if not cited:
        lines += [_literal(_line(answer.text)), ""]
    if scope := scope_text(answer, answer.language):
        lines.append(_literal(scope))
    return "\n".join(lines).rstrip() + "\n"


def formal_reference(citation: Citation, language: Language, today: dt.date) -> str:
    """A citation as a list of references writes it, in Thai or in English.

    Publisher, date, headline, what it is, and the address with `today` as the day of access, each where there is one.
    Without a publisher the headline takes its place before the date.
    """
    date = _date(citation.date, language)
    title = f"“{_line(citation.title)}”" if language == "en" else f"“{_line(citation.title)}”."
    kind = f"[{_BRIEF[language]}]" if citation.kind == "brief" else ""
    named = " ".join(filter(None, (title, kind))).rstrip(".")
    publisher = _line(citation.publisher)
    parts = (publisher, f"({date})", named) if publisher else (named, f"({date})")
    address = citation.url.strip() if _is_plain(citation.url) else ""
    return _line(f"{'. '.join(parts)}. {_found(address, language, today) if address else ''}")


def _found(address: str, language: Language, today: dt.date) -> str:
    """Where and when, in the order of each language's style."""
    if language == "th":
        return f"สืบค้นเมื่อ {date_in(today, language)}, จาก {address}"
    return f"Available at: {address} (Accessed: {date_in(today, language)})"


def _cited(answer: Answer) -> tuple[Citation, ...]:
    return () if answer.abstained else answer.citations


def _markdown_source(citation: Citation, answer: Answer) -> str:
    title, date = _literal(_line(citation.title)), _date(citation.date, answer.language)
    named = title
    if _is_plain(citation.url):
        named = f"[{title}](<{citation.url.strip()}>)"
    rest = ", ".join(_literal(_line(part)) for part in (citation.publisher, date) if part.strip())
    kind = f" ({_BRIEF[answer.language]})" if citation.kind == "brief" else ""
    return f"— {named}{kind}, {rest}"


def _date(date: dt.date | None, language: Language) -> str:
    if date is None:
        return "ม.ป.ป." if language == "th" else "n.d."
    return date_in(date, language)


def _line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _literal(text: str) -> str:
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", text))


def _is_plain(url: str) -> bool:
    """Whether an address is of the web and cannot end the Markdown link it stands in."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"[\s<>\x00-\x1f\x7f]", url)
