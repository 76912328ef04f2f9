"""Decides whether the releases answer at all, and whether that is sure enough to be left unsaid."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.release import Language, Release
from index.settings import DEFAULT_MODEL
from qa.premise import places_asked_about
from qa.question import Question
from qa.quote import likeliest
from qa.rank import RankedRelease, date_fit
from qa.read import FoundAnswer
from qa.stretch import Days
from qa.when import find_days

__all__ = ["Verdict", "beyond_usual", "is_near", "is_on_topic", "judge"]

# The late-interaction similarity that the best release of an answered question usually has (the median on
# dev.jsonl), by the languages of question and release, and how far below it a release is about something else.
_USUAL: dict[tuple[Language, Language], float] = {
    ("th", "th"): 0.73,
    ("th", "en"): 0.64,
    ("en", "en"): 0.72,
    ("en", "th"): 0.615,
}
_FAR = 0.25
# How much nearer than is usual the nearest release stands to a topic that some are on: one in the asker's language,
# where the words of the topic are looked for too, and one in the other. Of 24 topics over 62,732 releases those that
# none is on come to .042 and .128 at most ("best pad thai restaurant Bangkok", "iPhone 15 price"), those that are
# listed now to .07 and .19 at least ("flood relief Ubon", "digital wallet").
_ON_TOPIC, _ON_TOPIC_OF_OTHER = 0.05, 0.14
# What similarity beyond the usual counts beside the reader's log-odds; and from how far below the usual on it counts
# for so much more: among few releases one always stands out, and of how high Mount Everest is the reader is sure where
# a release says how high coffee grows.
_SIMILARITY = 30.0
_LOW, _SIMILARITY_IF_LOW = 0.06, 150.0
# The least that all must come to, and the least that an answer must be trusted, so that no more than 5 % of the
# questions of dev.jsonl that are answered fall below either: see "Refusing" in benchmarks/README.md.
_LEAST: dict[Language, float] = {"th": -9.0, "en": -8.0}
_LEAST_TRUST: dict[Language, float] = {"th": -12.0, "en": -6.0}
# What is quoted with less trust than this is shown with a word of doubt ("Doubt" in benchmarks/README.md).
_TRUSTED = -0.5
# What it costs an answer to stand in another release than the nearest.
_ELSEWHERE = 5.0
# How much of the reader's word is that on what stands nearest; the rest is that on the likeliest of all. And how many
# times as much as in quoting nearness counts there: of an answer that its own odds have chosen, the reader is always
# sure.
_FIRST = 0.5
_NEARNESS = 2.5
# Log-odds from which on a headline is taken for an answer where the passages do not say: of a question that nothing
# answers, what it names stands in the headline too ("Refusing" in benchmarks/README.md).
_CLEAR = 0.0
# How well the best release of an answered question usually fits the days that the question names, and what the
# difference from that counts.
_USUAL_FIT = 0.9
_DAYS = 25.0
# How far the best release of an answered question usually stands out from the next of its language, by score, and what
# coming short of that counts: where nothing is on what is asked, several releases are about as near to it.
_USUALLY_OUT = 0.1
_OUT = 75.0
# What it counts that the releases name the country or the province asked about, those that do not being left out: the
# likeliest answer of fewer releases is less likely.
_NAMED = 0.5
# How far a follow-up usually strays from what it follows (three of four do less), and what straying farther counts.
_USUALLY_STRAYS = 0.015
_STRAYS = 60.0
# What it costs both that a word of the question stands in no release.
_UNHEARD = 3.0
# Characters of a release in which those days are looked for.
_LOOKED_THROUGH = 20_000
# Days that are named no more exactly than this are a month.
_MONTH = 31


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the likeliest answer is likely enough to be quoted, how sure the passages alone are of it, and whether
    what is quoted may all the same not say what was asked."""

    is_answered: bool
    certainty: float
    is_doubtful: bool = False


def judge(
    answers: Sequence[FoundAnswer],
    releases: Sequence[RankedRelease],
    asked: Question,
    days: Sequence[Days] = (),
    model: str = DEFAULT_MODEL,
    headline: Callable[[Release], float] = lambda release: -math.inf,
    unheard: Sequence[str] = (),
) -> Verdict:
    """How sure it is that there is an answer, in log-odds of no exact meaning, and whether that is enough.

    It has to be sure enough that the releases are on what is asked and answer it, and what would be quoted has to be
    trusted to say it: a question on nothing that is there fails the first, one on the event of a release that does not
    say the second.

    `releases` are those that name the place asked about, where one is; without any, or without `answers`, nothing is
    sure. `headline` gives the log-odds that a release's headline answers. Where the passages do not say, it is asked
    of the release that would be quoted first, whose headline is shown with the quote; its log-odds count as those on
    one more answer. `unheard` are the words of the question that no release has: one of these makes all less sure.

    The reader's word is heard on the answer that stands nearest as well as on the likeliest of all: of a
    question that nothing answers, something stands in the nearest place and something else looks like an answer.
    It is heard with the nearness of the best release, for a passage that is about something else may hold
    what looks like an answer; with how far that release stands out, for of what nothing is about several
    speak as much as one; with how it fits the `days` that the question names, for what nothing
    came out about is not answered by what came out at other times; and with how far the question strays from what it
    follows, for a question on something else is near to a release only for what was asked before it.
    """
    if not answers or not releases:
        return Verdict(False, -math.inf)
    less = _UNHEARD if unheard else 0.0
    around = _around(releases, asked, days, model) - less

    def verdict(of_headline: float = -math.inf) -> Verdict:
        sure = _readers_word(answers, asked, of_headline) + around
        trust = _trust(answers, releases, asked, model, of_headline) - less
        is_answered = sure >= _LEAST[asked.language] and trust >= _LEAST_TRUST[asked.language]
        return Verdict(is_answered, sure, is_answered and trust < _TRUSTED)

    of_passages = verdict()
    if of_passages.is_answered:
        return of_passages
    of_headline = headline(likeliest(answers, asked.language).source.release)
    return replace(verdict(of_headline), certainty=of_passages.certainty) if of_headline > _CLEAR else of_passages


def _readers_word(answers: Sequence[FoundAnswer], asked: Question, headline: float = -math.inf) -> float:
    """What the reader makes of the passages, and of a headline where it was asked."""
    first = likeliest(answers, asked.language, _NEARNESS).odds
    return _FIRST * first + (1 - _FIRST) * max(headline, *(answer.odds for answer in answers))


def _trust(
    answers: Sequence[FoundAnswer],
    releases: Sequence[RankedRelease],
    asked: Question,
    model: str,
    headline: float = -math.inf,
) -> float:
    """How far what is quoted first can be trusted to say what was asked, in log-odds of no exact meaning.

    That the releases are on what is asked is settled by then. So it goes by the answer that is quoted, not by the
    likeliest of all; by the one that stands nearest, or the headline, where that answers; by whether the nearest
    release says it; and by how far that one stands out.
    """
    quoted = likeliest(answers, asked.language)
    nearest = likeliest(answers, asked.language, _NEARNESS)
    word = (quoted.odds + max(nearest.odds, headline)) / 2
    elsewhere = _ELSEWHERE if quoted.source.id != releases[0].id else 0.0
    return word + _OUT * _beyond_usually_out(releases, model) - elsewhere


def _around(releases: Sequence[RankedRelease], asked: Question, days: Sequence[Days], model: str) -> float:
    """What the releases make of the question, whatever the reader says."""
    beyond = beyond_usual(releases[0], asked.language, model)
    near = _SIMILARITY * beyond + _SIMILARITY_IF_LOW * min(0.0, beyond + _LOW)
    near += _OUT * _beyond_usually_out(releases, model)
    strays = _STRAYS * max(0.0, asked.strays - _USUALLY_STRAYS)
    named = _NAMED if places_asked_about(asked) else 0.0
    return near + _DAYS * _beyond_usual_fit(releases[0].release, days) + named - strays


def is_near(releases: Sequence[RankedRelease], asked_in: Language, model: str = DEFAULT_MODEL) -> bool:
    """Whether the nearest release is about what is asked."""
    return bool(releases) and beyond_usual(releases[0], asked_in, model) >= -_FAR


def is_on_topic(releases: Sequence[RankedRelease], asked_in: Language, model: str = DEFAULT_MODEL) -> bool:
    """Whether the nearest release is surely on a topic that is named and nothing asked of it."""
    if not releases:
        return False
    least = _ON_TOPIC if releases[0].release.language == asked_in else _ON_TOPIC_OF_OTHER
    return beyond_usual(releases[0], asked_in, model) >= least


def beyond_usual(ranked: RankedRelease, asked_in: Language, model: str) -> float:
    """How much nearer a release is than is usual; 0 for another model, whose similarities lie elsewhere."""
    if model != DEFAULT_MODEL:
        return 0.0
    return ranked.best.similarity - _USUAL[asked_in, ranked.release.language]


def _beyond_usually_out(releases: Sequence[RankedRelease], model: str) -> float:
    """How much less the best release stands out than is usual, -.1 to 0; 0 for another model.

    A release in the other language, or at the same address, may say the same: it is not what it has to stand out from.
    """
    best = releases[0]
    others = [
        ranked.score
        for ranked in releases[1:]
        if ranked.release.language == best.release.language
        and (not best.release.url or ranked.release.url != best.release.url)
    ]
    if model != DEFAULT_MODEL or not others:
        return 0.0
    return min(best.score - max(others), _USUALLY_OUT) - _USUALLY_OUT


def _beyond_usual_fit(release: Release, days: Sequence[Days]) -> float:
    """How much better a release fits the days named than is usual, -.9 to .1.

    0 where there is nothing to compare: no days, no date, or days that the text of the release names too.
    """
    if not days or not release.date:
        return 0.0
    beyond = max(date_fit(release.date, stretch) for stretch in days) - _USUAL_FIT
    return 0.0 if beyond < 0 and _speaks_of(release, release.date, days) else beyond


def _speaks_of(release: Release, date: dt.date, days: Sequence[Days]) -> bool:
    """Whether a release names days among those asked about, as exactly as they are asked about or to the month."""
    return any(
        said.overlaps(stretch) and said.length <= max(stretch.length, _MONTH)
        for said in find_days(release.text[:_LOOKED_THROUGH], date)
        for stretch in days
    )
