"""What the reader learns to choose among: the passage that answers a question, and some near ones that do not.

Asked about one passage at a time, a reader never learns that another passage answers better; and among
the passages of one release it is asked to choose, each time that a question comes. So the answers of a
question's passages compete (Clark and Gardner 2018, "Simple and Effective Multi-Paragraph Reading
Comprehension", section 3.1, "shared-norm").

The nearest passage that does not answer is the one that does, with the clauses of its answer left out: all that
it still says is on what is asked about. Now and then the right one comes without another of its clauses, so that
a gap tells nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.embed import Encoder, passage_text
from index.release import LANGUAGES, Language, Release, canonical_url
from index.split import Splitter
from qa.clause import clause_around, cut_clauses
from qa.shift import LanguageShift
from qa.training.examples import Example, TrainingQuestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Nearness", "general_groups", "release_groups", "without_another_clause", "without_the_answer"]

# Wrong passages are drawn from the nearest ones: so many of the release itself, and so many of others.
_NEAREST_OWN, _NEAREST_OTHERS = 4, 12
# Wrong passages beside the right one, and how often one of them is of another release.
_MOST_WRONG = 3
_OTHER_RELEASE = 0.4
# How often one of the wrong ones is the right one without its answer, and how often the right one lacks another clause.
_ANSWER_LEFT_OUT, _CLAUSE_LEFT_OUT = 0.35, 0.15
# Of a passage so much is left at least where the answer is left out.
_LEFT = 0.25
# Passages that do not answer a question nothing answers; and how often a passage of other texts comes with a wrong one.
_OF_NEAR_MISS = 2
_WITH_WRONG = 0.5


class Nearness:
    """The passages of some releases, encoded once, and how near each is to a question."""

    def __init__(
        self,
        releases: Mapping[str, Release],
        splitter: Splitter,
        encoder: Encoder,
        shift: LanguageShift,
        *,
        keep_tokens: bool = False,
    ) -> None:
        """`keep_tokens`: the token vectors too, which are a hundred times as large."""
        import numpy as np

        self.releases = releases
        self.pieces = [(url, piece) for url, release in sorted(releases.items()) for piece in splitter.split(release)]
        self.own: dict[str, list[int]] = {}
        for place, (url, _) in enumerate(self.pieces):
            self.own.setdefault(url, []).append(place)
        texts = [passage_text(releases[url].title, piece.text) for url, piece in self.pieces]
        vectors = []
        self._tokens: list[NDArray[np.float16]] = []
        for encoded in encoder.encode_passages(texts):
            vectors.append(encoded.vector)
            if keep_tokens:
                self._tokens.append(encoded.tokens.astype(np.float16))
        self.vectors = np.stack(vectors)
        self._encoder, self._shift = encoder, shift
        self._asked: dict[tuple[str, Language, Language], NDArray[np.float32]] = {}

    def tokens(self, place: int) -> NDArray[np.float16]:
        """The token vectors of a passage, (tokens, dimension); raises `IndexError` where they were not kept."""
        return self._tokens[place]

    def home(self, url: str, start: int | None, end: int | None) -> int | None:
        """The place of the passage that holds a stretch of a release whole; None where there is none."""
        if start is None or end is None:
            return None
        spans = ((place, self.pieces[place][1]) for place in self.own[url])
        return next((place for place, piece in spans if piece.start <= start and end <= piece.end), None)

    def cosines(self, question: str, asked_in: Language, passages_in: Language) -> NDArray[np.float32]:
        """The cosine of a question and each passage, (passages,), as passages of one language see it."""
        asked = question, asked_in, passages_in
        if asked not in self._asked:
            _, self._asked[asked] = self._shift.moved(self._encoder.encode_question(question), asked_in, passages_in)
        cosines: NDArray[np.float32] = self.vectors @ self._asked[asked]
        return cosines

    def example(self, question: str, place: int, start: int | None = None, end: int | None = None) -> Example:
        """A question with the passage at a place; `start` and `end` are the answer's in its release."""
        url, piece = self.pieces[place]
        if start is None or end is None:
            return Example(question, self.releases[url].title, piece.text)
        return Example(question, self.releases[url].title, piece.text, start - piece.start, end - piece.start)


def release_groups(
    questions: Sequence[TrainingQuestion], near: Nearness, chance: random.Random
) -> Iterator[Sequence[Example]]:
    """Each question in both languages: the passage with the answer first, then one to three wrong ones; or these alone.

    A passage that holds the words of the answer is no wrong one. What is drawn differs from call to call.
    """
    for question in questions:
        url = canonical_url(question.url)
        release = near.releases.get(url)
        if release is None or release.content_hash != question.content_hash:
            continue
        start, end = question.start, question.end
        home = near.home(url, start, end)
        if home is None and start is not None:
            continue  # the answer is cut in two
        for language in LANGUAGES:
            asked = question.questions[language]
            if home is None:
                own, _ = _nearest(near, asked, language, url, None)
                yield [near.example(asked, place) for place in own[:_OF_NEAR_MISS]]
                continue
            right = near.example(asked, home, start, end)
            own, others = _nearest(near, asked, language, url, release.text[start:end])
            chance.shuffle(own)
            chance.shuffle(others)
            first = 1 if chance.random() < _OTHER_RELEASE else 0
            wrong = [near.example(asked, place) for place in [*others[:first], *own, *others[first:]]]
            cut = without_the_answer(right, release.language) if chance.random() < _ANSWER_LEFT_OUT else None
            if chance.random() < _CLAUSE_LEFT_OUT:
                right = without_another_clause(right, release.language, chance)
            yield [right, *([cut] if cut else []), *wrong][: 1 + chance.randint(1, _MOST_WRONG)]


def general_groups(groups: Sequence[Sequence[Example]], chance: random.Random) -> Iterator[Sequence[Example]]:
    """Groups of `squad_groups`, half of them with one wrong passage and the others with none."""
    for right, *wrong in groups:
        yield [right, chance.choice(wrong)] if wrong and chance.random() < _WITH_WRONG else [right]


def without_the_answer(example: Example, language: Language) -> Example | None:
    """The passage without the clauses around its answer, which does not answer the question any more.

    None where the answer stands in what is left too, in the headline among it, or where little is left.
    """
    first, last = clause_around(example.passage, example.start, example.end, language)
    before, behind = example.passage[:first], example.passage[last:]
    answer = example.passage[example.start : example.end]
    if any(answer in part for part in (example.title, before, behind)):
        return None
    if len(before) + len(behind) < _LEFT * len(example.passage):
        return None
    return Example(example.question, example.title, before + behind.lstrip())


def without_another_clause(example: Example, language: Language, chance: random.Random) -> Example:
    """The passage without one clause that is not quoted with its answer; as it is where there is none."""
    quoted = clause_around(example.passage, example.start, example.end, language)
    clauses = [
        (first, last)
        for first, last in cut_clauses(example.passage, language)
        if last <= quoted[0] or first >= quoted[1]
    ]
    if not clauses:
        return example
    first, last = chance.choice(clauses)
    passage = example.passage[:first] + example.passage[last:].lstrip()
    moved = len(example.passage) - len(passage) if last <= example.start else 0
    return replace(example, passage=passage, start=example.start - moved, end=example.end - moved)


def _nearest(
    near: Nearness, asked: str, language: Language, url: str, answer: str | None
) -> tuple[list[int], list[int]]:
    """The places of the passages nearest to a question that do not hold its answer: of its release, and of others."""
    cosines = near.cosines(asked, language, near.releases[url].language)
    own = [place for place in near.own[url] if answer is None or answer not in near.pieces[place][1].text]
    own = sorted(own, key=lambda place: -cosines[place])[:_NEAREST_OWN]
    if answer is None:
        return own, []
    others = [place for place in (-cosines).argsort()[: 4 * _NEAREST_OTHERS].tolist() if near.pieces[place][0] != url]
    return own, [place for place in others if answer not in near.pieces[place][1].text][:_NEAREST_OTHERS]
