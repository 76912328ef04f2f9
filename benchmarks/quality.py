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

from benchmarks.baselines import bm25_addresses
from benchmarks.langchain_baseline import LangChainBaseline
from index.release import LANGUAGES, Language, canonical_url
from index.settings import Settings
from qa.answer import Answer
from qa.ask import Answerer

__all__ = ["fold", "in_short", "measure_quality", "questions_alone", "score_answer"]

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_UNSEEN = re.compile(r"[\s\u200b-\u200d\ufeff]+")

# Draws of the bootstrap, and the seed that makes them the same each time.
_RESAMPLES = 4000
_SEED = 1

Item = Mapping[str, Any]


def fold(text: str) -> str:
    """The text without what a reader would not see as a difference: form, case, white space, digits' script."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text).translate(_THAI_DIGITS).lower())


def measure_quality(
    settings: Settings, questions: Path, sources: Path | None, misses: Path | None, langchain: bool = False
) -> None:
    """Prints the figures of each pair of question language and release language, with 95 % intervals.

    release@k: the right release is among the first k. quote@k: the right answer stands in one of the
    first k quotes. says@1: the first quote holds the keys of the answer, whichever release it is from.
    refused, caught: share refused of the questions that the releases answer, and of those that they do not.
    doubted: share answered with a word of doubt, of those rightly answered in three quotes and of the unanswerable.
    verbatim: share of quotes that stand in the file of the release they cite.
    The baselines: bm25@k, the right release is among the first k of word search alone; with
    `langchain`, langchain@k, the same of the chain in `benchmarks.langchain_baseline`, and chunk@k,
    the right answer stands in one of its first k chunks, which are several times as long as a quote.
    """
    items = [json.loads(line) for line in questions.read_text(encoding="utf-8").split("\n") if line.strip()]
    answerer = Answerer(settings, print)
    answerer.warm_up()
    baseline = LangChainBaseline(settings, answerer.library.store) if langchain else None
    texts = _source_texts(sources) if sources else {}
    groups: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    missed = []
    for item in items:
        for language in LANGUAGES:
            question, history = _question(item, language)
            answer = answerer.ask(question, history)
            group, figures = score_answer(item, language, answer)
            if "url" in item:
                wanted = canonical_url(item["url"])
                ranked = bm25_addresses(answerer.library.store, " ".join([*history, question]))
                figures |= {f"bm25@{k}": float(wanted in ranked[:k]) for k in (1, 5)}
                if baseline:
                    ranked, chunks = baseline.ask(" ".join([*history, question]))
                    figures |= {f"langchain@{k}": float(wanted in ranked[:k]) for k in (1, 5)}
                    chunks, sought = [fold(chunk) for chunk in chunks], fold(item["answer"])
                    figures |= {f"chunk@{k}": float(any(sought in chunk for chunk in chunks[:k])) for k in (1, 3)}
            for name, value in figures.items():
                groups[group][name].append(value)
            if not figures.get("quote@3", 1):
                missed.append({"id": item["id"], "question": question, "wanted": item["answer"]})
            if texts:
                groups["quotes"]["verbatim"].extend(_verbatim(answer, texts))
    for name in sorted(groups):
        count = max(map(len, groups[name].values()))
        row = "  ".join(f"{figure} {_with_interval(figure, values)}" for figure, values in groups[name].items())
        print(f"{name:16} n {count:4}  {row}")
    if misses:
        misses.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in missed), encoding="utf-8")


def _with_interval(figure: str, values: list[float]) -> str:
    """The mean with its 95 % interval by bootstrap over questions; of lengths, the median alone."""
    import numpy as np

    if figure == "quote_chars":
        return f"{statistics.median(values):.0f}"
    drawn = np.random.default_rng(_SEED).choice(values, (_RESAMPLES, len(values))).mean(axis=1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return f"{statistics.fmean(values):.3f} ({low:.2f}-{high:.2f})"


def questions_alone(questions: Path) -> list[tuple[Item, Language, str]]:
    """The questions of a file that stand alone and have an answer, each with its item and its language."""
    items = [json.loads(line) for line in questions.read_text(encoding="utf-8").split("\n") if line.strip()]
    return [
        (item, language, question)
        for item in items
        for language in LANGUAGES
        if "answer" in item and (question := item.get(f"question_{language}"))
    ]


def in_short(figures_of: Mapping[str, list[float]]) -> str:
    """How many questions there are, and the means of the main figures of `score_answer`, as a line."""
    names = ("release@1", "release@5", "quote@1", "quote@3", "refused")
    means = "  ".join(f"{name} {statistics.fmean(figures_of[name]):.3f}" for name in names)
    return f"n {len(figures_of['refused']):4}  {means}"


def score_answer(item: Item, language: str, answer: Answer) -> tuple[str, dict[str, float]]:
    """The group an answer counts in, and its figures, 0 or 1 each but for the length of the first quote."""
    if item.get("unanswerable"):
        return f"unanswerable {language}", {
            "caught": float(answer.abstained),
            "doubted": float(answer.is_doubtful),
        }
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
    if figures["quote@3"]:
        figures["doubted"] = float(answer.is_doubtful)
    if f"keys_{language}" in item:
        said = [all(fold(key) in fold(one.quote) for key in item[f"keys_{one.language}"]) for one in answer.citations]
        figures["says@1"] = float(any(said[:1]))
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
