"""What the reader learns to choose among: the passage that answers a question, and some near ones that do not.

Asked about one passage at a time, a reader never learns that another passage answers better; and among
the passages of one release it is asked to choose, each time that a question comes. So the answers of a
question's passages compete (Clark and Gardner 2018, "Simple and Effective Multi-Paragraph Reading
Comprehension", section 3.1, "shared-norm").
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from index.embed import Encoder, passage_text
from index.release import LANGUAGES, Language, Release, canonical_url
from index.split import Splitter
from qa.shift import LanguageShift
from qa.training.examples import Example, TrainingQuestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Nearness", "release_groups"]

# Wrong passages are drawn from the nearest ones: so many of the release itself, and so many of others.
_NEAREST_OWN, _NEAREST_OTHERS = 4, 12
# Wrong passages beside the right one, and how often there is but one, and how often one of them is of another release.
_WRONG = 2
_BUT_ONE = 0.5
_OTHER_RELEASE = 0.4


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
        encoded = self._encoder.encode_question(question)
        _, vector = self._shift.moved(encoded, asked_in, passages_in)
        cosines: NDArray[np.float32] = self.vectors @ vector
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
    """Each question in both languages: the passage with the answer first, then one or two wrong ones; or these alone.

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
        answer = release.text[start:end] if home is not None else None
        for language in LANGUAGES:
            asked = question.questions[language]
            wrong = _wrong(near, asked, language, url, answer, chance)
            if home is None:
                yield [near.example(asked, place) for place in wrong]
            else:
                yield [near.example(asked, home, start, end), *(near.example(asked, place) for place in wrong)]


def _wrong(
    near: Nearness, asked: str, language: Language, url: str, answer: str | None, chance: random.Random
) -> list[int]:
    """One or two passages near a question that do not answer it; the nearest of its release where nothing does."""
    cosines = near.cosines(asked, language, near.releases[url].language)
    own = [place for place in near.own[url] if answer is None or answer not in near.pieces[place][1].text]
    own = sorted(own, key=lambda place: -cosines[place])[:_NEAREST_OWN]
    if answer is None:
        return own[:_WRONG]
    others = [place for place in (-cosines).argsort()[: 4 * _NEAREST_OTHERS].tolist() if near.pieces[place][0] != url]
    others = [place for place in others if answer not in near.pieces[place][1].text][:_NEAREST_OTHERS]
    chance.shuffle(own)
    chance.shuffle(others)
    first = others[:1] if chance.random() < _OTHER_RELEASE else []
    return [*first, *own, *others[len(first) :]][: 1 if chance.random() < _BUT_ONE else _WRONG]
