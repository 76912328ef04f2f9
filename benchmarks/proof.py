"""How well what the endpoint of the settings writes is cited, and what the proof strikes of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from benchmarks.quality import Item, fold
from index.language import detect_language
from index.release import LANGUAGES, canonical_url
from index.settings import Settings
from qa.answer import Answer, Citation, Sentence
from qa.ask import Answerer
from qa.levels import can_be_written, open_writer, write_answer
from qa.sentences import Draft

__all__ = ["cited_well", "measure_proof"]


def measure_proof(settings: Settings, questions: Path, most: int) -> None:
    """Prints for each pair of languages what is written, and how well it is cited in the sense of ALCE.

    Gao et al. 2023: recall is the share of all sentences written that their cited passages carry, precision
    the share of citations that carry their sentence alone or are needed for it. There the judge is a model of
    entailment; here it is the proof itself, which asks for less (see `qa.prove`), so the figures are no better
    than it is. Independent of it: `answer`, every key of the question in the text that is shown, and `gold`, the
    share of what is shown that cites the right release.
    """
    lines = questions.read_text(encoding="utf-8").split("\n")
    items = [item for item in map(json.loads, filter(str.strip, lines)) if "evidence" in item and "turns" not in item]
    if most:
        items = items[:: max(1, len(items) // most)][:most]
    answerer = Answerer(settings, print)
    writer = open_writer(answerer)
    answerer.warm_up()
    rows: dict[str, list[tuple[Item, Answer]]] = {}
    for item in items:
        for language in LANGUAGES:
            quotes = answerer.ask(item[f"question_{language}"])
            if can_be_written(quotes):
                rows.setdefault(f"{language}>{item['lang']}", []).append((item, write_answer(quotes, writer)))
    for group, written in rows.items():
        _print(answerer, group, written)


def cited_well(answerer: Answerer, sentence: Sentence, citations: Sequence[Citation]) -> tuple[bool, list[bool]]:
    """Whether what a sentence cites carries it, and for each citation whether it is of use, in ALCE's sense."""

    def carried(marks: Sequence[int]) -> bool:
        prover = answerer.prover(citations, detect_language(sentence.text))
        return bool(marks) and prover.prove(Draft(sentence.text, tuple(marks))).struck is None

    marks = sentence.citations
    whole = carried(marks)
    useful = [whole and (carried([mark]) or not carried([other for other in marks if other != mark])) for mark in marks]
    return whole, useful


def _print(answerer: Answerer, group: str, written: Sequence[tuple[Item, Answer]]) -> None:
    recalls: list[bool] = []
    precisions: list[bool] = []
    struck: Counter[str] = Counter()
    golds: list[bool] = []
    answers: list[bool] = []
    for item, answer in written:
        for sentence in answer.sentences:
            whole, useful = cited_well(answerer, sentence, answer.citations)
            recalls.append(whole)
            precisions += useful
            struck[sentence.struck or "stands"] += 1
            if sentence.struck is None:
                shown = [citation for citation in answer.citations if citation.n in sentence.citations]
                golds += [canonical_url(citation.url) == canonical_url(item["url"]) for citation in shown]
        keys = item[f"keys_{answer.language}"]
        said = fold(replace(answer, citations=()).text)
        answers.append(all(fold(key) in said for key in keys))
    by_model = [answer.answered_by == "llm" for _, answer in written]
    notes = Counter(answer.note.en for _, answer in written if answer.note)
    print(
        f"{group} n {len(written)}  written {fmean(by_model):.3f}  sentences {len(recalls)}  "
        f"recall {_share(recalls)}  precision {_share(precisions)}  gold {_share(golds)}  answer {_share(answers)}"
    )
    print("  " + "  ".join(f"{reason} {number}" for reason, number in struck.most_common()))
    for note, number in notes.most_common():
        print(f"  {number}x {note}")


def _share(outcomes: Sequence[bool]) -> str:
    return f"{fmean(outcomes):.3f}" if outcomes else "-"
