"""What the figures are held against: word search alone, over the same index."""

from __future__ import annotations

from index.language import detect_language
from index.release import LANGUAGES, canonical_url
from index.store import Store
from index.words import index_words

__all__ = ["bm25_addresses"]

_PASSAGES = 50


def bm25_addresses(store: Store, question: str) -> list[str]:
    """The addresses of the releases whose passages BM25 ranks highest, best first, in both languages.

    Scores of the two languages' lists are not comparable, so the list in the question's language goes first.
    """
    asked_in = detect_language(question)
    words = index_words(question)
    addresses: list[str] = []
    for language in sorted(LANGUAGES, key=lambda language: language != asked_in):
        ranked = [passage_id for passage_id, _ in store.search_words(words, language, _PASSAGES)]
        passages = store.passages(ranked)
        addresses += [canonical_url(passages[passage_id].release.url) for passage_id in ranked]
    return list(dict.fromkeys(addresses))
