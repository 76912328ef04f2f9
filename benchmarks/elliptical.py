"""What a question loses that is asked in two: first of the year before, and then "แล้วปี 2566 ล่ะ", "And in 2023?"."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from pathlib import Path

from benchmarks.quality import in_short, questions_alone, score_answer
from index.release import Language
from index.settings import Settings
from qa.ask import Answerer
from qa.when import find_days

__all__ = ["in_two", "measure_elliptical"]

_YEAR = re.compile(r"(?:25|20)\d\d")


def measure_elliptical(settings: Settings, questions: Path) -> None:
    """Prints what `benchmarks.quality` measures of the questions that name a year: asked at once, and asked in two."""
    asked_alone = questions_alone(questions)
    answerer = Answerer(settings, print)
    answerer.warm_up()
    groups: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for item, language, question in asked_alone:
        if turns := in_two(question, language, dt.date.today()):
            for way, asked, history in (("at once", question, ()), ("in two", turns[1], turns[:1])):
                group, figures = score_answer(item, language, answerer.ask(asked, history))
                for name, value in figures.items():
                    groups[group, way][name].append(value)
    for (group, way), figures_of in sorted(groups.items()):
        print(f"{group}  {way:8} {in_short(figures_of)}")


def in_two(question: str, language: Language, today: dt.date) -> tuple[str, str] | None:
    """The question on the year before, and what then asks for its own days; None where it names no year."""
    named = [days.words for days in find_days(question, today) if days.words in question and _YEAR.search(days.words)]
    if not named:
        return None
    words = max(named, key=len)
    before = _YEAR.sub(lambda year: str(int(year[0]) - 1), words)
    return question.replace(words, before), f"แล้ว{words}ล่ะ" if language == "th" else f"And {words}?"
