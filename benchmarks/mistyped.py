"""What questions lose that are typed with a slip, or with the keyboard set to the other language."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from benchmarks.quality import in_short, questions_alone, score_answer
from index.release import Language
from index.settings import Settings
from qa.ask import Answerer

__all__ = ["WAYS", "measure_mistyped"]

_SEED = 1
# What a slip falls on: no digit, for another number is another question.
_LETTERS = {"th": re.compile(r"[ก-ฺเ-๎]"), "en": re.compile(r"[A-Za-z]")}
_TONE_MARK = re.compile("[่-๋]")
# A key and the one beside it: the rows of letters of a QWERTY keyboard, and of a Thai one (TIS 820).
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "ไำพะัีรนยบล", "ฟหกดเ้่าสวง", "ผปแอิืทมใฝ")
_BESIDE = {key: beside for row in _ROWS for key, beside in zip(row, row[1:] + row[-2], strict=True)}

Mistype = Callable[[str, Language, random.Random], str]


def measure_mistyped(settings: Settings, questions: Path) -> None:
    """Prints, for each way to mistype a question, what `benchmarks.quality` measures of those that have an answer.

    One slip a question, at a place that is drawn by a seed; questions in which there is no place for it are left out
    of that row.
    """
    asked_alone = questions_alone(questions)
    answerer = Answerer(settings, print)
    answerer.warm_up()
    for way, mistype in WAYS.items():
        groups: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for item, language, question in asked_alone:
            typed = mistype(question, language, random.Random(f"{_SEED} {question}"))
            if typed == question and way != "as it is":
                continue
            group, figures = score_answer(item, language, answerer.ask(typed))
            for name, value in figures.items():
                groups[group][name].append(value)
        for group, figures_of in sorted(groups.items()):
            print(f"{way:16} {group}  {in_short(figures_of)}")


def _places(question: str, language: Language) -> list[int]:
    """Where a slip may fall: on letters."""
    return [match.start() for match in _LETTERS[language].finditer(question)]


def _left_out(question: str, language: Language, drawn: random.Random) -> str:
    at = drawn.choice(_places(question, language))
    return question[:at] + question[at + 1 :]


def _doubled(question: str, language: Language, drawn: random.Random) -> str:
    at = drawn.choice(_places(question, language))
    return question[: at + 1] + question[at:]


def _changed_places(question: str, language: Language, drawn: random.Random) -> str:
    places = _places(question, language)
    at = drawn.choice([at for at in places if at + 1 in places and question[at] != question[at + 1]])
    return question[:at] + question[at + 1] + question[at] + question[at + 2 :]


def _key_beside(question: str, language: Language, drawn: random.Random) -> str:
    at = drawn.choice([at for at in _places(question, language) if question[at].lower() in _BESIDE])
    return question[:at] + _BESIDE[question[at].lower()] + question[at + 1 :]


def _two_for_one(question: str, language: Language, drawn: random.Random) -> str:
    return question.replace("แ", "เเ")


def _marks_first(question: str, language: Language, drawn: random.Random) -> str:
    return re.sub(r"([ัิ-ู])([่-๋์])", r"\2\1", question)


def _without_marks(question: str, language: Language, drawn: random.Random) -> str:
    return _TONE_MARK.sub("", question)


def _other_layout(question: str, language: Language, drawn: random.Random) -> str:
    from pythainlp.util import eng_to_thai, thai_to_eng

    return str(thai_to_eng(question) if language == "th" else eng_to_thai(question))


WAYS: dict[str, Mistype] = {
    "as it is": lambda question, language, drawn: question,
    "a letter left out": _left_out,
    "a letter doubled": _doubled,
    "changed places": _changed_places,
    "the key beside": _key_beside,
    "marks before vowels": _marks_first,
    "two เ for แ": _two_for_one,
    "no tone marks": _without_marks,
    "other layout": _other_layout,
}
