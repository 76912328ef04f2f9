"""Finds passages by their words, by BM25, in about the same time however many passages there are.

The words of a question are common ones mostly, and each is in so many passages that scoring them all takes longer
with every release that is added. What is best by BM25 holds one of the rare words, so only the passages with one
of those are scored, by all words and exactly. Over 58,515 Thai passages and the 122 Thai questions of dev.jsonl it
takes 14 ms where scoring every passage takes 108, and finds .985 of the same twenty, and .995 of the same five;
over 17,010 it is 11 ms, 29 and .999 ("Searching many releases" in benchmarks/README.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from index.release import LANGUAGES, Language

__all__ = ["VOCABULARY", "Frequencies", "quoted", "search_words"]

_Read = Callable[[str, Sequence[object]], list[tuple[object, ...]]]

# What SQLite tells the number of passages with a word from: for each connection, nothing is kept in the file.
VOCABULARY = "".join(
    f"CREATE VIRTUAL TABLE temp.vocabulary_{language} USING fts5vocab(main, words_{language}, row);"
    for language in LANGUAGES
)

# A question with more different words than this is a pasted text: its first ones stand for it.
_MOST_WORDS = 64
# The rarest words are taken until they are in so many passages together. With 2,000 of 58,515 passages .92 of the
# best twenty are the same, with 8,000 .998, in 9 and 24 ms.
_SCORED = 4_000
# Words whose frequency is kept at a time; nobody who asks is to fill the memory.
_MOST_KNOWN = 20_000


@dataclass(slots=True)
class Frequencies:
    """In how many passages a word stands. What is found is kept until the index is another. For many threads."""

    read: _Read
    _known: dict[tuple[Language, str], int] = field(default_factory=dict)
    _passages: dict[Language, int] = field(default_factory=dict)
    _generation: object = None

    def of(self, words: Sequence[str], language: Language) -> dict[str, int]:
        """The number of passages for each word."""
        known = self._current()[0]
        missing = [word for word in words if (language, word) not in known]
        if missing:
            marks = ",".join("?" * len(missing))
            rows = self.read(f"SELECT term, doc FROM vocabulary_{language} WHERE term IN ({marks})", missing)
            found = {str(term): int(str(count)) for term, count in rows}
            known.update({(language, word): found.get(word, 0) for word in missing})
        return {word: known[language, word] for word in words}

    def passages(self, language: Language) -> int:
        """The number of all passages in a language."""
        passages = self._current()[1]
        if language not in passages:
            passages[language] = int(str(self.read(f"SELECT count(*) FROM words_{language}_docsize", ())[0][0]))
        return passages[language]

    def _current(self) -> tuple[dict[tuple[Language, str], int], dict[Language, int]]:
        generation = self.read("SELECT value FROM meta WHERE key = 'generation'", ())
        if generation != self._generation or len(self._known) > _MOST_KNOWN:
            # New ones in their place: who is using the old ones goes on with those.
            self._known, self._passages, self._generation = {}, {}, generation
        return self._known, self._passages


def search_words(
    words: Sequence[str],
    language: Language,
    limit: int,
    read: _Read,
    frequencies: Frequencies,
    where: str = "",
    values: Sequence[object] = (),
) -> list[tuple[int, float]]:
    """The passages in a language that hold some of the words, by BM25, best first: (id, score > 0).

    A word with spaces in it is several in a row, a phrase, which counts as one more beside its words. `where` is an
    SQL condition on the id of a passage, written `{id}` in it, with its values: passages for which it does not hold are
    left out. It is asked of the passages with a rare word alone, one by one.
    """
    distinct = list(dict.fromkeys(words))[:_MOST_WORDS]
    if not distinct:
        return []
    counts = frequencies.of(distinct, language)
    # A word that half of the passages have is worth nothing to BM25.
    worth = [word for word in distinct if 2 * counts[word] < frequencies.passages(language)]
    if not any(counts[word] for word in worth):
        worth = distinct
    rare = list(_rarest(worth, counts))
    common = [word for word in worth if word not in rare]

    def scores(query: str, where: str, values: Sequence[object]) -> dict[int, float]:
        rows = read(
            f"SELECT rowid, -bm25(words_{language}) FROM words_{language} WHERE words_{language} MATCH ? {where}",
            (query, *values),
        )
        return {int(str(rowid)): float(str(score)) for rowid, score in rows}

    among = f"AND {where.replace('{id}', f'words_{language}.rowid')}" if where else ""
    found = scores(_any(rare), among, values)
    if common and found:
        # Each word stands once in this: one that stood twice would count twice.
        both = scores(f"({_any(rare)}) AND ({_any(common)})", "", ())
        found |= {passage_id: score for passage_id, score in both.items() if passage_id in found}
    return sorted(found.items(), key=lambda scored: (-scored[1], scored[0]))[:limit]


def _rarest(words: Sequence[str], counts: dict[str, int]) -> Iterator[str]:
    """The rarest word that there is, and the next ones as long as they are in no more than `_SCORED` passages together.

    Those that are in none come first: one of them may have been added since it was counted.
    """
    scored = 0
    for word in sorted(words, key=counts.__getitem__):
        if scored and scored + counts[word] > _SCORED:
            return
        scored += counts[word]
        yield word


def _any(words: Sequence[str]) -> str:
    return " OR ".join(map(quoted, words))


def quoted(word: str) -> str:
    """A word as FTS5 takes it for itself, whatever characters it holds: in quotes, and a quote doubled."""
    return '"' + word.replace('"', '""') + '"'
