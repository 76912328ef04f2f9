"""What the reader is trained on: questions over releases as the project ships them, and sets on reading in general."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.readers import read_file
from index.readers.text import tidy
from index.release import LANGUAGES, Release, canonical_url
from index.split import Splitter

__all__ = ["Example", "TrainingQuestion", "read_questions", "read_releases", "squad_groups"]

# Bytes at the end of a file of the public corpus in which its address stands.
_TAIL = 300


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage; the answer is `passage[start:end]`, or none where both are 0."""

    question: str
    title: str
    passage: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """A question in both languages on the release at `url`.

    The answer is `text[start:end]` of the release as it is indexed; both are None for a question that
    the release does not answer. `content_hash` is the release's, so that offsets into another text
    are not taken for these. Nothing learns from one that is `held_out`; whole releases are.
    """

    id: str
    url: str
    content_hash: str
    questions: Mapping[str, str]
    start: int | None
    end: int | None
    held_out: bool = False


def read_questions(path: Path) -> list[TrainingQuestion]:
    """The questions in a file of JSON Lines as the project ships it."""
    questions = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        row = json.loads(line)
        start, end = row.get("answer") or (None, None)
        asked: dict[str, str] = {language: row[f"question_{language}"] for language in LANGUAGES}
        held_out = row.get("held_out", False)
        questions.append(TrainingQuestion(row["id"], row["url"], row["content_hash"], asked, start, end, held_out))
    return questions


def read_releases(folder: Path, urls: Iterable[str]) -> dict[str, Release]:
    """The releases at some addresses, from a copy of the public corpus; by canonical address."""
    wanted = {canonical_url(url) for url in urls}
    found: dict[str, Release] = {}
    for path in sorted(folder.rglob("*.txt")):
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _TAIL))
            tail = file.read().decode("utf-8", "replace").split()
        address = canonical_url(tail[-1]) if tail else ""
        if address in wanted and address not in found:
            (release,) = read_file(path).releases
            found[address] = release
    return found


def squad_groups(rows: Iterable[Mapping[str, object]], splitter: Splitter) -> Iterator[Sequence[Example]]:
    """Examples from rows of question, context, answer and answer_start, cut as passages are.

    Of each row first the passage with the answer, then those of the same text that do not hold its words.
    """
    for row in rows:
        context, answer, start = str(row["context"]), str(row["answer"]), int(str(row["answer_start"]))
        end = start + len(answer)
        if context[start:end] != answer or tidy(answer) != answer:
            continue
        question, title = str(row["question"]), str(row.get("title", ""))
        spans = list(splitter.spans(context))
        home = next((span for span in spans if span[0] <= start and end <= span[1]), None)
        if home is None:
            continue  # the answer is cut in two
        right = Example(question, title, context[slice(*home)], start - home[0], end - home[0])
        others = [context[first:last] for first, last in spans if (first, last) != home]
        yield [right, *(Example(question, title, passage) for passage in others if answer not in passage)]
