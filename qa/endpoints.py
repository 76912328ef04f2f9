"""What programs call on the chat's server: `/ask`, `/search` and `/release`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from index.errors import ThalaengError
from index.release import Release
from qa.asker import Asker
from qa.filters import FILTER_NAMES, Filters, read_filters

__all__ = ["add_endpoints", "without_folders"]

_MOST_FOUND = 20


def add_endpoints(asker: Asker, **pool: Any) -> None:
    """Adds the endpoints to the Gradio page being built; `pool` is how many are served at a time."""
    import gradio as gr

    for function in (_ask(asker), _search(asker), _release(asker)):
        gr.api(function, api_name=function.__name__, **pool)


def without_folders(text: str) -> str:
    """The text with the last name of each path in place of the path: who asks need not know the machine."""
    return re.sub(r"(?<![\w:/.])(?:/|[A-Za-z]:\\)(?:[^\s/\\]+[/\\])*([^\s/\\]+)", r"\1", text)


def _ask(asker: Asker) -> Callable[..., dict[str, Any]]:
    def ask(
        question: str,
        history: list[str] | None = None,
        language: Literal["th", "en"] | None = None,
        date_from: str = "",
        date_until: str = "",
        category: str = "",
        publisher: str = "",
        release_language: Literal["th", "en"] | None = None,
        newest_first: bool = False,
    ) -> dict[str, Any]:
        """Answers a question from the indexed press releases with verbatim quotes, or says that they do not.

        Args:
            question: The question, in Thai or English.
            history: The questions asked before it, oldest first, where it follows on from them.
            language: The language of the answer, th or en; the question's own where it is not given.
            date_from: Only releases of this day and later, such as 2025-02-28; undated ones are out.
            date_until: Only releases of this day and earlier; undated ones are out.
            category: Only releases of this category, as they write it.
            publisher: Only releases of this publisher, as they write it.
            release_language: Only releases in this language, th or en.
            newest_first: Whether of those that answer the newest goes first.

        Returns:
            The answer with its citations: each a quote with headline, date, category and address.
        """
        wanted = language if language in ("th", "en") else None
        given = (date_from, date_until, category, publisher, release_language, newest_first)
        with _said():
            return asker.ask(question, history or (), wanted, _filters(given)).as_json()

    return ask


def _search(asker: Asker) -> Callable[..., list[dict[str, Any]]]:
    def search(
        question: str,
        limit: int = 10,
        date_from: str = "",
        date_until: str = "",
        category: str = "",
        publisher: str = "",
        release_language: Literal["th", "en"] | None = None,
        newest_first: bool = False,
    ) -> list[dict[str, Any]]:
        """Finds the press releases nearest to a question or to some words, best first.

        Args:
            question: What the releases are to be about, in Thai or English.
            limit: How many releases at most, 1 to 20.
            date_from: Only releases of this day and later, such as 2025-02-28; undated ones are out.
            date_until: Only releases of this day and earlier; undated ones are out.
            category: Only releases of this category, as they write it.
            publisher: Only releases of this publisher, as they write it.
            release_language: Only releases in this language, th or en.
            newest_first: Whether of those that are found the newest goes first.

        Returns:
            The releases with headline, date, category, publisher, address, score and nearest passage.
        """
        given = (date_from, date_until, category, publisher, release_language, newest_first)
        with _said():
            found = asker.search(question, min(max(1, limit), _MOST_FOUND), _filters(given))
        return [
            {
                **_named(ranked.id, ranked.release),
                "score": round(ranked.score, 4),
                "passage": ranked.best.stored.passage.text,
            }
            for ranked in found
        ]

    return search


def _release(asker: Asker) -> Callable[..., dict[str, Any]]:
    def release(release_id: str) -> dict[str, Any]:
        """Gives one whole press release; quotes are slices of its text.

        Args:
            release_id: The id of the release, as answers and searches name it.

        Returns:
            The release with its headline, text, date, category, publisher, language and addresses.
        """
        import gradio as gr

        with _said():
            stored = asker.release(release_id)
        if stored is None:
            raise gr.Error("There is no release of that id.", print_exception=False)
        return {
            **_named(stored.id, stored.release),
            "other_urls": list(stored.release.other_urls),
            "text": stored.release.text,
        }

    return release


def _filters(given: tuple[Any, ...]) -> Filters:
    return read_filters(dict(zip(FILTER_NAMES, given, strict=True)))


def _named(release_id: str, release: Release) -> dict[str, Any]:
    return {
        "release_id": release_id,
        "url": release.url,
        "title": release.title,
        "date": release.date.isoformat() if release.date else None,
        "category": release.category,
        "publisher": release.publisher,
        "language": release.language,
        "kind": release.kind,
    }


@contextmanager
def _said() -> Iterator[None]:
    """Says what went wrong to the caller, without the machine's folders."""
    import gradio as gr

    try:
        yield
    except ThalaengError as error:
        raise gr.Error(without_folders(str(error)), print_exception=False) from error
