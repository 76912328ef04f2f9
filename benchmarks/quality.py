"""How often the right release and the right words are found, and how often refusing is right."""

from __future__ import annotations

import json
import re
import statistics
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from index.release import LANGUAGES, canonical_url
from index.settings import Settings
from qa.answer import Answer
from qa.ask import Answerer

__all__ = ["fold", "measure_quality", "score_answer"]

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_UNSEEN = re.compile(r"[\s\u200b-\u200d\ufeff]+")

Item = Mapping[str, Any]


def fold(text: str) -> str:
    """The text without what a reader would not see as a difference: form, case, white space, digits' script."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text).translate(_THAI_DIGITS).lower())


def measure_quality(settings: Settings, questions: Path, sources: Path | None, misses: Path | None) -> None:
    """Prints a row for each pair of question language and release language.

    release@k: the right release is among the first k. quote@k: the right answer stands in one of the
    first k quotes. refused, caught: share refused of the questions that the releases answer, and of
    those that they do not. verbatim: share of quotes that stand in the file of the release they cite.
    """
    items = [json.loads(line) for line in questions.read_text(encoding="utf-8").split("\n") if line.strip()]
    answerer = Answerer(settings, print)
    answerer.warm_up()
    texts = _source_texts(sources) if sources else {}
    groups: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    missed = []
    for item in items:
        for language in LANGUAGES:
            question, history = _question(item, language)
            answer = answerer.ask(question, history)
            group, figures = score_answer(item, language, answer)
            for name, value in figures.items():
                groups[group][name].append(value)
            if not figures.get("quote@3", 1):
                missed.append({"id": item["id"], "question": question, "wanted": item["answer"]})
            if texts:
                groups["quotes"]["verbatim"].extend(_verbatim(answer, texts))
    for name in sorted(groups):
        figures = {
            figure: statistics.median(values) if figure == "quote_chars" else statistics.fmean(values)
            for figure, values in groups[name].items()
        }
        count = max(map(len, groups[name].values()))
        print(f"{name:16} n {count:4}  " + "  ".join(f"{figure} {value:.3g}" for figure, value in figures.items()))
    if misses:
        misses.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in missed), encoding="utf-8")


def score_answer(item: Item, language: str, answer: Answer) -> tuple[str, dict[str, float]]:
    """The group an answer counts in, and its figures, 0 or 1 each but for the length of the first quote."""
    if item.get("unanswerable"):
        return f"unanswerable {language}", {"caught": float(answer.abstained)}
    addresses = [canonical_url(release.url) for release in answer.retrieved]
    wanted_address, wanted = canonical_url(item["url"]), fold(item["answer"])
    quotes = [fold(citation.quote) for citation in answer.citations]
    figures = {
        "release@1": float(wanted_address in addresses[:1]),
        "release@5": float(wanted_address in addresses[:5]),
        "quote@1": float(any(wanted in quote for quote in quotes[:1])),
        "quote@3": float(any(wanted in quote for quote in quotes[:3])),
        "refused": float(answer.abstained),
    }
    if answer.citations:
        figures["quote_chars"] = len(answer.citations[0].quote)
    return ("follow-up " + language if "turns" in item else f"{language}>{item['lang']}"), figures


def _question(item: Item, language: str) -> tuple[str, list[str]]:
    if "turns" in item:
        first, last = item["turns"]
        return last[f"question_{language}"], [first[f"question_{language}"]]
    return item[f"question_{language}"], []


def _source_texts(folder: Path) -> dict[str, str]:
    """The files of a folder by the address on their last line."""
    texts = {}
    for path in folder.rglob("*.txt"):
        text = path.read_text(encoding="utf-8", errors="replace").rstrip()
        if address := re.search(r"(https?://\S+)$", text):
            texts[canonical_url(address[1])] = fold(text)
    return texts


def _verbatim(answer: Answer, texts: Mapping[str, str]) -> Iterator[float]:
    for citation in answer.citations:
        yield float(fold(citation.quote) in texts.get(canonical_url(citation.url), ""))
