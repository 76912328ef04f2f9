"""Decides whether a question follows what was asked before it, by what each of them comes near to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qa.question import Question, read_question

__all__ = ["followed"]

# How much nearer a question must come to a release together with what was asked before, by the score of the nearest,
# to follow it: where its words say so, and where they do not.
_FOLLOWS = 0.0
_FOLLOWS_UNSAID = 0.1
# How much farther from a release the two may be together than what was asked before by itself: a question on something
# else takes it away from there. Of 24 follow-ups of dev.jsonl none does by more than .067. For this and the two above
# see "Follow-ups" in benchmarks/README.md.
_STRAYS = 0.08
# A few words come near to something wherever there are many releases. A bare question that is farther from a release
# together, by no more than this, follows all the same where it is surely answered so.
_FARTHER = 0.1


def followed(
    asked: Question,
    nearest: Callable[[Question], float],
    is_sure: Callable[[Question], bool] = lambda question: False,
) -> Question:
    """A question as it is to be looked for: with what it follows, or alone where it is on something new.

    `nearest` gives the score of the release nearest to a question. Only a question behind another one pays for it, with
    two searches, three where it follows one, and one more where that one leans too; an elliptical one with none, as
    its words say that it follows. `is_sure` says whether a question is surely answered, which takes reading.
    """
    if not asked.topics:
        return asked
    if asked.is_elliptical and len(asked.topics) == 1:
        return asked.behind(asked.topics[0])
    together = {topic: nearest(asked.behind(topic)) for topic in asked.topics}
    topic = max(together, key=lambda topic: together[topic])
    if asked.is_elliptical:
        # How far it strays is no sign either: the days that it names instead may be far from any release.
        return asked.behind(topic)
    nearer = together[topic] - nearest(asked)
    follows = nearer > (_FOLLOWS if asked.leans else _FOLLOWS_UNSAID)
    if not follows and not (asked.is_bare and nearer > -_FARTHER):
        return asked
    strays = nearest(read_question(topic)) - together[topic]
    behind = replace(asked.behind(topic), strays=max(0.0, strays))
    return behind if strays <= _STRAYS and (follows or is_sure(behind)) else asked
