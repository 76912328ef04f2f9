"""The list of the page of the releases as a file for spreadsheets: all that is in it, not the page of it alone.

Its address is `releases.csv`, with the filters by `FILTER_NAMES`, `words` and `order` as its query. What is refused is
`{"th": …, "en": …}`, as it is where releases are added.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from index.errors import IndexEmpty, ThalaengError
from index.table import table
from qa.asker import Asker
from qa.cards import escape
from qa.desk import Desk, TurnedAway
from qa.event_log import milliseconds, note
from qa.faults import fault_phrase
from qa.filters import BadFilter, Filters
from qa.login import LOG_IN, is_logged_in
from qa.looked_for import LookedFor, read_looked_for
from qa.words import Phrase

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

__all__ = ["csv_link", "csv_route"]

# Beside the page, under whatever path a proxy shows that.
_ADDRESS = "releases.csv"
_SAVE = Phrase("บันทึกเป็น CSV", "Save as CSV")
# A spreadsheet takes a file for UTF-8 by its first mark.
_MARK = "\ufeff"
_STATUS: tuple[tuple[type[ThalaengError], int], ...] = ((TurnedAway, 429), (BadFilter, 400), (IndexEmpty, 404))
_FAILING = 503

_log = logging.getLogger(__name__)


def csv_link(asked: LookedFor) -> str:
    """The button that saves what is looked for."""
    query = urlencode(
        {**Filters(asked.selection).as_json(), "words": asked.words, "order": asked.order}, errors="replace"
    )
    return (
        f'<a class="tl-button tl-save" href="{escape(f"{_ADDRESS}?{query}")}" download="{escape(_file_name())}">'
        f"{_SAVE}</a>"
    )


def csv_route(asker: Asker, desk: Desk) -> BaseRoute:
    """The route, for the server's own list; a file counts as one list that is opened."""
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    def refused(phrase: Phrase, status: int) -> Response:
        return JSONResponse({"th": phrase.th, "en": phrase.en}, status, {"Cache-Control": "no-store"})

    async def saved(request: Request) -> Response:
        if not is_logged_in(request):
            return refused(LOG_IN, 401)
        started = time.perf_counter()
        try:
            desk.look(request)
            pieces = await asyncio.to_thread(_pieces, asker, request.query_params)
        except ThalaengError as error:
            status = next((status for kind, status in _STATUS if isinstance(error, kind)), _FAILING)
            if status == _FAILING:
                note(_log, "error", error=type(error).__name__)
            return refused(fault_phrase(error), status)
        note(_log, "searched", on="csv", ms=milliseconds(started))
        # Where the index fails on the way the connection breaks off: half a list is not taken for all of it.
        return StreamingResponse(
            pieces,
            media_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{_file_name()}"',
                "Cache-Control": "no-store",
            },
        )

    return Route(f"/{_ADDRESS}", saved, methods=["GET"])


def _pieces(asker: Asker, given: Mapping[str, Any]) -> Iterator[bytes]:
    """The file piece by piece, as fast as it is taken; the first is there, so that most of what can fail has not."""
    # Whether the newest go first is no filter of a list, which has an order.
    asked = read_looked_for({name: value for name, value in given.items() if name != "newest_first"})
    rows = table(asker.catalogue().all(asked.selection, asked.words, asked.order))
    pieces = (piece.encode() for piece in chain([_MARK], rows))
    return chain([b"".join(islice(pieces, 3))], pieces)


def _file_name() -> str:
    return f"releases-{dt.date.today().isoformat()}.csv"
