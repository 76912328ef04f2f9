"""Releases, vectors and questions that nobody wrote, as many as are wanted: for what the stores do with a million.

The same ones each time. What the stores notice is as with the real ones (2,986 releases, 18,588 passages; vectors by
the model before it learned about releases, which lie nearer together than now):

- **Words** are made up, 40,000 in Thai letters and as many in Latin ones; each stays whole where words are cut. They
  get rarer as real ones do, with the power .9 of their rank up to the thousandth and 1.6 behind it, so that the
  commonest is in .94 of the passages, the hundredth in .14, the ten thousandth in .0005 (.90, .12 and .0004). One in
  twelve is a number or an abbreviation, which both languages have and questions carry over. They stand apart and come
  whatever stands beside them, where real ones run together and come again in the same release.
- **Vectors** are near to one direction for each language: two that have nothing in common have a cosine of .815. The
  rest is drawn around 3,000 cluster centres, some of which have ten times as many as others, then around the release,
  then for the passage, in directions of which a hundred matter. Passages of one release have a cosine of .945. A
  question shares its centre with passages, and has a cosine of .88 to the nearest. Over 17,000 Thai passages Chroma
  finds .995 of the twenty nearest, and .993 with real questions and passages.
- **Token vectors** are packed as they always are, 147 tokens at the mean. As drawing 147 times 384 numbers for each
  passage would take longer than all else, each has those of one of 512 that are drawn once: as many bytes are stored
  and read, and what they say of a passage means nothing.
- **Dates** are drawn from 15 years and categories from twelve, the smallest with .01 of the releases, in no order: what
  a filter leaves lies all over the disk. Nine of ten releases are in Thai, with six passages at the mean.

Words and vectors know nothing of each other: hardly a passage is found by both, and more are ranked than of real ones.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.packed_vector import pack_vector, unpack_vectors
from index.pipeline import FileRead, Packed, Waiting
from index.projection import projection_for
from index.release import LANGUAGES, Language, Passage, Release
from index.settings import DEFAULT_MODEL
from index.token_vectors import pack_tokens
from index.words import index_words
from qa.shift import ShiftedQuestion
from qa.stretch import Days

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

__all__ = ["FIRST_DAY", "LAST_DAY", "NARROW", "AskedQuestion", "Synthetic"]

FIRST_DAY, LAST_DAY = dt.date(2010, 1, 1), dt.date(2024, 12, 31)
# The category that few releases are of.
NARROW = "one in a hundred"
_CATEGORIES = (NARROW, *(f"category {n}" for n in range(11)))
_OF_CATEGORIES = (0.01, 0.27, 0.16, 0.13, 0.12, 0.1, 0.07, 0.05, 0.04, 0.02, 0.02, 0.01)
_THAI = 0.9

_DIMENSION = 384
_WORDS = 40_000
# So many words apart are those that both languages have.
_EVERY_SHARED = 12
_TITLE_WORDS, _PASSAGE_WORDS = 20, 92
# Passages of a release beside the first one, at the mean.
_MORE_PASSAGES = 5.2
_CENTRES = 3_000
# How much of a vector's square is its language's own, and of the rest its centre's and its release's.
_COMMON, _OF_CENTRE, _OF_RELEASE = 0.815, 0.25, 0.45
# Questions are a little aside from passages.
_COMMON_OF_QUESTION = 0.8
# Token vectors of so many passages are drawn, and of so many questions.
_POOL, _POOL_OF_QUESTIONS = 512, 16
_TOKENS, _TOKENS_OF_QUESTION = 147, 26


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it comes to `find_passages`: its words, its vectors for each language, the days it names."""

    text: str
    language: Language
    vectors: dict[Language, ShiftedQuestion]
    days: tuple[Days, ...]


class Synthetic:
    """Releases, one batch after the other, and questions."""

    def __init__(self, seed: int = 1) -> None:
        self._chance, self._of_questions, own = (np.random.default_rng([seed, n]) for n in range(3))
        self._words = {language: _words(language, own) for language in LANGUAGES}
        rank = np.arange(1, _WORDS + 1)
        frequency = np.where(rank <= 1000, (rank + 3.0) ** -0.9, 1003.0**-0.9 * (rank / 1000) ** -1.6)
        self._likely = np.cumsum(frequency / frequency.sum())
        place = np.arange(_DIMENSION)
        self._spread = np.sqrt((place + 4.0) ** -0.8 * np.exp(-place / 300)).astype(np.float32)
        self._common = {language: _unit(own.normal(size=_DIMENSION)) for language in LANGUAGES}
        self._centres = self._around(own, _CENTRES)
        sizes = 1 / (np.arange(_CENTRES) + _CENTRES / 10)
        self._sizes = sizes / sizes.sum()
        counts = np.clip(own.normal(_TOKENS, 30, _POOL), 10, 182).astype(int)
        projection = projection_for(DEFAULT_MODEL, _DIMENSION)
        common = self._common["th"]
        self._pool = [pack_tokens(self._tokens(own, count), common, projection) for count in counts]
        self._asked = [projection.ask(self._tokens(own, _TOKENS_OF_QUESTION)) for _ in range(_POOL_OF_QUESTIONS)]
        self._written = 0

    def batch(self, passages: int) -> tuple[Waiting, Packed, list[tuple[Language, Array]]]:
        """The next releases, of so many passages, with what is stored of each; and the vectors as they are stored,
        with the language of each release."""
        waiting, packed, vectors = Waiting(), [], []
        while waiting.size < passages:
            count = min(1 + int(self._chance.poisson(_MORE_PASSAGES)), passages - waiting.size)
            release, parts = self._release(count)
            waiting.put(release, release.content_hash, parts)
            waiting.files.append(FileRead(Path(release.source), release.source, release.content_hash, [release.id]))
            stored = [pack_vector(vector) for vector in self._vectors(release.language, count)]
            tokens = self._chance.integers(_POOL, size=count)
            packed += [(vector, self._pool[n]) for vector, n in zip(stored, tokens, strict=True)]
            vectors.append((release.language, unpack_vectors(stored)))
        return waiting, packed, vectors

    def questions(self, count: int) -> list[AskedQuestion]:
        """The next questions, half of them in Thai; half name a day or a month."""
        return [self._question(self._of_questions, n) for n in range(count)]

    def _release(self, count: int) -> tuple[Release, list[Passage]]:
        chance = self._chance
        language: Language = "th" if chance.random() < _THAI else "en"
        lengths = [_TITLE_WORDS, *chance.poisson(_PASSAGE_WORDS, count)]
        drawn = self._words[language][np.searchsorted(self._likely, chance.random(sum(lengths)))]
        title, *texts = (" ".join(part) for part in np.split(drawn, np.cumsum(lengths)[:-1]))
        self._written += 1
        release = Release(
            title,
            "\n\n".join(texts),
            f"https://press.example.com/{self._written}",
            FIRST_DAY + dt.timedelta(int(chance.integers((LAST_DAY - FIRST_DAY).days + 1))),
            _CATEGORIES[chance.choice(len(_CATEGORIES), p=_OF_CATEGORIES)],
            language,
            source=f"{self._written}.txt",
        )
        starts = np.cumsum([0, *(len(text) + 2 for text in texts)])
        name = release.id
        return release, [
            Passage(name, n, int(start), int(start) + len(text), text)
            for n, (start, text) in enumerate(zip(starts, texts, strict=False))
        ]

    def _vectors(self, language: Language, count: int) -> Array:
        """Of the passages of a release, (count, dimension)."""
        centre = self._centres[self._chance.choice(_CENTRES, p=self._sizes)]
        release, own = self._around(self._chance, 1), self._around(self._chance, count)
        rest = np.sqrt(_OF_CENTRE) * centre + np.sqrt(_OF_RELEASE) * release
        return self._with_common(language, rest + np.sqrt(1 - _OF_CENTRE - _OF_RELEASE) * own)

    def _question(self, chance: np.random.Generator, n: int) -> AskedQuestion:
        language = LANGUAGES[n % 2]
        # Words that one in five passages has or more, that one in ten or in a thousand has, and a rare one.
        ranks = [*chance.integers(0, 50, 6), *chance.integers(50, 5_000, 5), *chance.integers(5_000, 30_000, 1)]
        centre = self._centres[chance.choice(_CENTRES, p=self._sizes)]
        rest = np.sqrt(_OF_CENTRE) * centre + np.sqrt(1 - _OF_CENTRE) * self._around(chance, 1)[0]
        first = FIRST_DAY + dt.timedelta(int(chance.integers((LAST_DAY - FIRST_DAY).days - 30)))
        days = Days(first, first + dt.timedelta(30 * (n // 4 % 2)), "")
        vectors = {}
        for passages_in in LANGUAGES:
            vector = self._with_common(passages_in, rest, _COMMON_OF_QUESTION)
            tokens = self._asked[n % len(self._asked)]
            weights = np.full(len(tokens), 1 / len(tokens), np.float32)
            vectors[passages_in] = ShiftedQuestion(passages_in, vector, tokens, tokens, weights, vector)
        text = " ".join(self._words[language][ranks])
        return AskedQuestion(text, language, vectors, (days,) if n // 2 % 2 else ())

    def _around(self, chance: np.random.Generator, count: int) -> Array:
        """Directions, (count, dimension), of which some matter more than others."""
        return _unit(chance.standard_normal((count, _DIMENSION), np.float32) * self._spread)

    def _with_common(self, language: Language, rest: Array, share: float = _COMMON) -> Array:
        common = self._common[language]
        rest = rest - (rest @ common)[..., None] * common
        return _unit(np.sqrt(share) * common + np.sqrt(1 - share) * _unit(rest))

    def _tokens(self, chance: np.random.Generator, count: int) -> Array:
        return self._with_common("th", chance.standard_normal((count, _DIMENSION), np.float32))


def _unit(vectors: NDArray[np.floating]) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def _words(language: Language, chance: np.random.Generator) -> NDArray[np.object_]:
    """Words of a language, the commonest first and the shortest: each is one word to the lexical index."""
    # Thai letters that few words begin with: out of others those of the dictionary would be cut. No English ending.
    letters = ("ฆฌฎฏฐฑฒฬฮ", "าิีึุู", "นงมกดบยว") if language == "th" else ("bdfgklmprtvz", "aeiou", "gkmp")
    words: dict[str, None] = {}
    shared = np.random.default_rng(0)
    while len(words) < _WORDS:
        if len(words) % _EVERY_SHARED == _EVERY_SHARED - 1:
            name = "".join(chr(65 + n) for n in shared.integers(26, size=4))
            words[name if shared.random() < 0.5 else str(shared.integers(10**5))] = None
            continue
        syllables = 1 if len(words) < 150 else 2 if len(words) < 10_000 else 3
        word = "".join(part[int(chance.random() * len(part))] for _ in range(syllables) for part in letters)
        if language == "en" or index_words(word) == [word]:
            words[word] = None
    return np.array(list(words), object)
