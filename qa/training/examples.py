"""What the reader is trained on: questions with the passage that answers them, and with some that do not."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.readers import read_file
from index.readers.text import tidy
from index.release import LANGUAGES, Release, canonical_url
from index.split import Splitter
from index.words import index_words

__all__ = ["Example", "TrainingQuestion", "read_questions", "read_releases", "release_examples", "squad_examples"]

# Beside each answered question, the chance of one more example: another passage of the release, without answer.
_OTHER_PASSAGE = 0.5
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
    are not taken for these.
    """

    id: str
    url: str
    content_hash: str
    questions: Mapping[str, str]
    start: int | None
    end: int | None


def read_questions(path: Path) -> list[TrainingQuestion]:
    """The questions in a file of JSON Lines as the project ships it."""
    questions = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line:
            continue
        row = json.loads(line)
        start, end = row.get("answer") or (None, None)
        asked: dict[str, str] = {language: row[f"question_{language}"] for language in LANGUAGES}
        questions.append(TrainingQuestion(row["id"], row["url"], row["content_hash"], asked, start, end))
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


def release_examples(
    questions: Sequence[TrainingQuestion], releases: Mapping[str, Release], splitter: Splitter, chance: random.Random
) -> Iterator[Example]:
    """Each question in both languages, on the passages that the index cuts its release into.

    An answered question comes with the passage that holds the answer, and now and then with another
    passage of the release; one that is not answered with the passage that looks most like an answer.
    """
    passages = {address: splitter.split(release) for address, release in releases.items()}
    for question in questions:
        address = canonical_url(question.url)
        release = releases.get(address)
        if release is None or release.content_hash != question.content_hash:
            continue
        pieces = passages[address]
        if question.start is None or question.end is None:
            near = _nearest(question.questions[release.language], [piece.text for piece in pieces])
            for asked in question.questions.values():
                yield Example(asked, release.title, pieces[near].text)
            continue
        home = next((p for p in pieces if p.start <= question.start and question.end <= p.end), None)
        if home is None:
            continue  # the answer is cut in two
        for asked in question.questions.values():
            yield Example(asked, release.title, home.text, question.start - home.start, question.end - home.start)
            others = [piece for piece in pieces if piece is not home]
            if others and chance.random() < _OTHER_PASSAGE:
                yield Example(asked, release.title, chance.choice(others).text)


def squad_examples(rows: Iterable[Mapping[str, object]], splitter: Splitter) -> Iterator[Example]:
    """Examples from rows of question, context, answer and answer_start, cut as passages are."""
    for row in rows:
        context, answer, start = str(row["context"]), str(row["answer"]), int(str(row["answer_start"]))
        end = start + len(answer)
        if context[start:end] != answer or tidy(answer) != answer:
            continue
        for first, last in splitter.spans(context):
            if first <= start and end <= last:
                yield Example(
                    str(row["question"]), str(row.get("title", "")), context[first:last], start - first, end - first
                )
                break


def _nearest(question: str, passages: Sequence[str]) -> int:
    """The passage that shares most words with a question in its language."""
    words = set(index_words(question))
    return max(range(len(passages)), key=lambda place: len(words & set(index_words(passages[place]))))
