"""How often the right paragraph of XQuAD (Artetxe et al. 2020) is found, between and across the two languages."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.packed_vector import unpack_vector
from index.release import LANGUAGES, Language
from index.selection import Selection
from index.settings import Settings
from qa.ask import Answerer
from qa.filters import Filters

__all__ = ["measure_xquad"]

_SITE = "https://xquad.example.org/"


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph and the questions about it."""

    address: str
    text: str
    questions: tuple[str, ...]


def measure_xquad(settings: Settings, files: Mapping[Language, Path]) -> None:
    """Prints R@1 for each pair of question language and paragraph language: the right paragraph comes first.

    Each paragraph is indexed as a release, under one headline for all, and only those of one language
    are searched: for what is on the question, and for what answers it, before anything is read. Beside it the
    baseline over the same passages: cosine of question and passage alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (settings.home / "model").mkdir(parents=True, exist_ok=True)
        (home / "model").symlink_to((settings.home / "model").resolve(), target_is_directory=True)
        answerer = Answerer(settings.model_copy(update={"home": home}), print)
        paragraphs = {language: list(_paragraphs(path, language)) for language, path in files.items()}
        for language, ones in paragraphs.items():
            _index(answerer, home / language, ones)
        vectors = {language: _vectors(answerer, language) for language in LANGUAGES}
        for asked_in in LANGUAGES:
            encoded = answerer.library.encoder.encode_questions(
                [question for one in paragraphs[asked_in] for question in one.questions]
            )
            wanted = [number for number, one in enumerate(paragraphs[asked_in]) for _ in one.questions]
            for language in LANGUAGES:
                addresses, matrix = vectors[language]
                nearest = (np.stack([one.vector for one in encoded]) @ matrix.T).argmax(axis=1)
                plain = [
                    addresses[near] == f"{language}/{number}" for near, number in zip(nearest, wanted, strict=True)
                ]
                found = list(_found(answerer, paragraphs[asked_in], language, for_answer=False))
                answers = list(_found(answerer, paragraphs[asked_in], language, for_answer=True))
                figures = f"R@1 {np.mean(found):.3f}, for an answer {np.mean(answers):.3f}"
                print(f"{asked_in}>{language}  n {len(found)}  {figures}  plain cosine {np.mean(plain):.3f}")


def _paragraphs(path: Path, language: Language) -> Iterator[_Paragraph]:
    """The paragraphs of a file in SQuAD's form, named by their place in it, the same in both languages."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    for number, paragraph in enumerate(one for article in articles for one in article["paragraphs"]):
        asked = tuple(question["question"] for question in paragraph["qas"])
        yield _Paragraph(f"{language}/{number}", paragraph["context"], asked)


def _index(answerer: Answerer, folder: Path, paragraphs: list[_Paragraph]) -> None:
    folder.mkdir()
    rows = [{"title": "XQuAD", "text": one.text, "url": _SITE + one.address} for one in paragraphs]
    path = folder / "paragraphs.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    report = answerer.library.add([path])
    if report.added != len(paragraphs):
        raise ValueError(f"{report.added} of {len(paragraphs)} paragraphs were taken in: {report.skipped[:3]}")


def _vectors(
    answerer: Answerer, language: Language
) -> tuple[list[str], np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
    """Of each passage in a language the address of its paragraph and its vector, (passages, dimension)."""
    addresses, rows = [], []
    store = answerer.library.store
    for stored in store.releases("language = ?", (language,)):
        for _, vector in store.vectors_of(stored.id):
            addresses.append(stored.release.url.removeprefix(_SITE))
            rows.append(unpack_vector(vector))
    return addresses, np.stack(rows)


def _found(answerer: Answerer, paragraphs: list[_Paragraph], language: Language, *, for_answer: bool) -> Iterator[bool]:
    """For each question whether the first release in a language is its paragraph."""
    filters = Filters(Selection(language=language))
    for number, paragraph in enumerate(paragraphs):
        for question in paragraph.questions:
            first = answerer.search(question, 1, filters, for_answer=for_answer)
            yield bool(first) and first[0].release.url == f"{_SITE}{language}/{number}"
