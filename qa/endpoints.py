"""What programs call on the chat's server: `/ask`, `/search` and `/release`, which are also the tools of MCP."""

from __future__ import annotations

import inspect
import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from index.errors import ThalaengError
from index.release import LANGUAGES, Language, Release
from qa.answer import Answer
from qa.answer_log import note_answer
from qa.asker import Asker
from qa.desk import Desk, TurnedAway
from qa.event_log import milliseconds, note
from qa.filters import FILTER_NAMES, BadFilter, Filters, read_filters
from qa.folders import without_folders
from qa.levels import NOT_SET, can_be_written
from qa.question import LONGEST_ASKED, MOST_EARLIER
from qa.writing_desk import WritingDesk

if TYPE_CHECKING:
    import gradio as gr

__all__ = ["add_endpoints", "say_what_lacks", "speak_json"]

_MOST_FOUND = 20

_log = logging.getLogger(__name__)


def add_endpoints(asker: Asker, desk: Desk, writing: WritingDesk | None = None) -> None:
    """Adds the endpoints to the Gradio page being built; each call goes over the desk.

    A model's answer goes over the writing desk too; without one the quotes are given. The endpoints are also the
    tools of the MCP server, under the names of the functions.
    """
    import gradio as gr

    endpoints = {"ask": _ask(asker, desk, writing), "search": _search(asker, desk), "release": _release(asker, desk)}
    for name, function in endpoints.items():
        # Gradio looks for this type, and cannot resolve the name of a module imported in a function.
        function.__annotations__["request"] = gr.Request
        gr.api(function, api_name=name, queue=False)


def speak_json(page: gr.Blocks) -> None:
    """Has the tools of a served page answer in JSON: Gradio's own form is Python's."""
    from mcp.types import TextContent

    def as_json(outputs: list[Any], root_url: str) -> list[TextContent]:
        return [TextContent(type="text", text=json.dumps(output, ensure_ascii=False)) for output in outputs]

    page.mcp_server_obj.postprocess_output_data = as_json


def say_what_lacks(page: gr.Blocks) -> None:
    """Has a served page say which values a call in the order of their names lacks.

    Gradio's own word tells the caller nothing, and the log what was asked.
    """
    import gradio as gr

    def validate(function: Any, given: list[Any]) -> None:
        wanted = len(function.inputs)
        if len(given) >= wanted:
            return
        names = [name for name in inspect.signature(function.fn).parameters if name != "request"]
        raise gr.Error(
            f"`data` takes {wanted} values in this order: {', '.join(names)}. {len(given)} came. "
            f"A call of /gradio_api/call/v2/{function.api_name} takes them by name and can leave some out.",
            print_exception=False,
        )

    page.validate_inputs = validate


def _ask(asker: Asker, desk: Desk, writing: WritingDesk | None) -> Callable[..., Any]:
    # Of what a tool returns one line goes to assistants as it stands; more would be joined by commas.
    async def ask(
        question: str,
        history: list[str] | None = None,
        language: Literal["th", "en"] | None = None,
        date_from: str = "",
        date_until: str = "",
        category: str = "",
        publisher: str = "",
        release_language: Literal["th", "en"] | None = None,
        newest_first: bool = False,
        write: bool = False,
        request: Any = None,
    ) -> dict[str, Any]:
        """Answers a question from the indexed press releases with verbatim quotes, or says that they do not answer it.

        Args:
            question: The question, in Thai or English. A quote is in the language of its release.
            history: The questions asked before it, oldest first, where it follows on from them.
            language: The language of the answer, th or en; the question's own where it is not given.
            date_from: Only releases of this day and later, such as 2025-02-28; undated ones are out.
            date_until: Only releases of this day and earlier; undated ones are out.
            category: Only releases of this category, as they write it.
            publisher: Only releases of this publisher, as they write it.
            release_language: Only releases in this language, th or en.
            newest_first: Whether of those that answer the newest goes first.
            write: Whether a model, where one is set, is to write an answer from the quotes; it takes seconds.

        Returns:
            The answer, whether it abstained or is doubtful, its quotes with their releases, what a model wrote.
        """
        given = (date_from, date_until, category, publisher, release_language, newest_first)
        started = time.perf_counter()

        def quotes() -> tuple[Answer, list[str]]:
            before = [_text(earlier) for earlier in _list(history)[-MOST_EARLIER:]]
            return asker.ask(_text(question), before, _language(language), _filters(given)), before

        with _said():
            writes = _flag(write)
            answer, before = await desk.serve(request, quotes)
            if writes and writing is None and can_be_written(answer):
                answer = replace(answer, note=NOT_SET)
            elif writes and writing and writing.can_write(answer):
                answer = await writing.write(answer, before)
            note_answer(_log, answer, len(before), started)
            return answer.as_json()

    return ask


def _search(asker: Asker, desk: Desk) -> Callable[..., Any]:
    async def search_releases(
        question: str,
        limit: int = 10,
        date_from: str = "",
        date_until: str = "",
        category: str = "",
        publisher: str = "",
        release_language: Literal["th", "en"] | None = None,
        newest_first: bool = False,
        request: Any = None,
    ) -> list[dict[str, Any]]:
        """Finds the press releases nearest to a question or to some words, best first, whether they answer it or not.

        Args:
            question: What the releases are to be about, in Thai or English; a date in it prefers releases of that date.
            limit: How many releases at most, 1 to 20.
            date_from: Only releases of this day and later, such as 2025-02-28; undated ones are out.
            date_until: Only releases of this day and earlier; undated ones are out.
            category: Only releases of this category, as they write it.
            publisher: Only releases of this publisher, as they write it.
            release_language: Only releases in this language, th or en.
            newest_first: Whether of those that are found the newest goes first.

        Returns:
            The releases with id, headline, date, category, publisher, address, score and nearest passage.
        """
        given = (date_from, date_until, category, publisher, release_language, newest_first)

        def found() -> list[dict[str, Any]]:
            most = min(max(1, _number(limit)), _MOST_FOUND)
            return [
                {
                    **_named(ranked.id, ranked.release),
                    "score": round(ranked.score, 4),
                    "passage": ranked.best.stored.passage.text,
                }
                for ranked in asker.search(_text(question), most, _filters(given))
            ]

        started = time.perf_counter()
        with _said():
            releases = await desk.serve(request, found)
            note(_log, "searched", found=len(releases), ms=milliseconds(started))
            return releases

    return search_releases


def _release(asker: Asker, desk: Desk) -> Callable[..., Any]:
    async def get_release(release_id: str, request: Any = None) -> dict[str, Any]:
        """Gives one whole press release; the quotes of answers are slices of its text.

        Args:
            release_id: The id of the release, as answers and searches name it.

        Returns:
            The release with its headline, text, date, category, publisher, language and addresses.
        """

        def release() -> dict[str, Any]:
            stored = asker.release(_text(release_id))
            if stored is None:
                raise ThalaengError("There is no release with that id.")
            return {
                **_named(stored.id, stored.release),
                "other_urls": list(stored.release.other_urls),
                "text": stored.release.text,
            }

        started = time.perf_counter()
        with _said():
            opened = await desk.serve(request, release, looks=True)
            note(_log, "release_opened", release_id=opened["release_id"], ms=milliseconds(started))
            return opened

    return get_release


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


def _text(given: Any) -> str:
    """What was given for a text; a program may send anything."""
    if not isinstance(given, str):
        raise ThalaengError("Expected a string.")
    return given[:LONGEST_ASKED]


def _list(given: Any) -> list[Any]:
    if given is not None and not isinstance(given, list):
        raise ThalaengError("Expected a list of strings.")
    return given or []


def _language(given: Any) -> Language | None:
    for language in LANGUAGES:
        if given == language:
            return language
    if given is None or given == "":
        return None
    raise ThalaengError(f"language must be th or en, not {str(given)[:20]!r}.")


def _flag(given: Any) -> bool:
    if given is not None and not isinstance(given, bool):
        raise ThalaengError("Expected true or false.")
    return bool(given)


def _number(given: Any) -> int:
    if not isinstance(given, int | float) or given != given:
        raise ThalaengError("Expected a whole number.")
    return int(min(max(given, -_MOST_FOUND), _MOST_FOUND))


@contextmanager
def _said() -> Iterator[None]:
    """Says what went wrong to the caller, without the machine's folders."""
    import gradio as gr

    try:
        yield
    except ThalaengError as error:
        if not isinstance(error, TurnedAway):
            note(_log, "error", error=type(error).__name__)
        # A filter says what was typed and what there is: nothing of the machine, but there may be a stroke in it.
        says = str(error) if isinstance(error, BadFilter) else without_folders(str(error))
        raise gr.Error(says, print_exception=False) from error
    except Exception as error:
        # The log has it all; Gradio would pass it on to a client of MCP.
        _log.exception("A call could not be served")
        raise gr.Error("Something went wrong. Please try again.", print_exception=False) from error
