"""What the local model makes of quotes in the other language: how many translations are shown, why others are not."""

from __future__ import annotations

import csv
import json
import re
import time
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median

from benchmarks.quality import fold
from index.release import LANGUAGES, Language
from index.settings import Settings
from qa.answer import Citation, Sentence
from qa.ask import Answerer
from qa.facts import key_facts
from qa.levels import can_be_written, open_writer, write_answer
from qa.translate import clause_of, with_facts

__all__ = ["measure_translations"]

_FIGURES = re.compile(r"\d[\d,.]*")


def measure_translations(settings: Settings, questions: Path, read: Path | None) -> None:
    """Prints for each pair of languages what is translated and shown, and writes all of it to `read` for a person.

    quotes: those in the other language; translated: those with a clause to translate; shown: those of which
    a translation passes; wrong figures: shown ones with a figure that neither their clause nor its facts have, or
    without one that they have, told by the digits alone; answer: all keys of the question in the text that is shown.
    Whether a translation is right no check can tell: read them.
    """
    lines = questions.read_text(encoding="utf-8").split("\n")
    items = [item for item in map(json.loads, filter(str.strip, lines)) if "evidence" in item and "turns" not in item]
    answerer = Answerer(settings, print)
    writer = open_writer(answerer, "local", print)
    answerer.warm_up()
    quotes: Counter[str] = Counter()
    outcomes: dict[str, list[tuple[Citation, Sentence]]] = defaultdict(list)
    seconds: dict[str, list[float]] = defaultdict(list)
    answers: dict[str, list[bool]] = defaultdict(list)
    for item in items:
        for language in LANGUAGES:
            if language == item["lang"]:
                continue
            group = f"{language}>{item['lang']}"
            answer = answerer.ask(item[f"question_{language}"])
            quotes[group] += sum(citation.language != language for citation in answer.citations)
            if can_be_written(answer, writer):
                started = time.perf_counter()
                answer = write_answer(answer, writer)
                seconds[group].append((time.perf_counter() - started) / max(1, len(answer.sentences)))
            cited = {citation.n: citation for citation in answer.citations}
            outcomes[group] += [(cited[sentence.citations[0]], sentence) for sentence in answer.sentences]
            said = fold(replace(answer, citations=()).text)
            answers[group].append(not answer.abstained and all(fold(key) in said for key in item[f"keys_{language}"]))
    for group, of_group in outcomes.items():
        language = _asked_in(group)
        shown = [(citation, sentence) for citation, sentence in of_group if sentence.struck is None]
        wrong = [sentence for citation, sentence in shown if _figures(citation, sentence, language)]
        why = Counter(sentence.struck or "shown" for _, sentence in of_group)
        print(
            f"{group} n {len(answers[group])}  quotes {quotes[group]}  translated {len(of_group)}  shown {len(shown)}  "
            f"wrong figures {len(wrong)}  answer {fmean(answers[group]):.3f}  "
            f"{median(seconds[group]) * 1000 if seconds[group] else 0:.0f} ms each"
        )
        print("  " + "  ".join(f"{reason} {number}" for reason, number in why.most_common()))
    if read:
        _write(read, outcomes)


def _asked_in(group: str) -> Language:
    """The language of the asker, of "en>th" English."""
    return "en" if group.startswith("en") else "th"


def _figures(citation: Citation, sentence: Sentence, language: Language) -> set[str]:
    """Figures that only one of the two has: a translation, and its clause with the facts put in."""
    clause = clause_of(citation, language)
    assert clause is not None
    put = with_facts(clause.text, key_facts(clause.text, citation.language, language))
    return _digits(put) ^ _digits(sentence.text)


def _digits(text: str) -> set[str]:
    return {match.rstrip(".,").replace(",", "") for match in _FIGURES.findall(text)}


def _write(read: Path, outcomes: dict[str, list[tuple[Citation, Sentence]]]) -> None:
    with read.open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, delimiter="\t")
        rows.writerow(["languages", "outcome", "lacking", "clause", "translation"])
        for group, of_group in outcomes.items():
            for citation, sentence in of_group:
                clause = clause_of(citation, _asked_in(group))
                text = " ".join(clause.text.split()) if clause else ""
                rows.writerow([group, sentence.struck or "shown", sentence.lacking, text, sentence.text])
