"""The list of the releases as a table for spreadsheets: what stands beside the text of each, a row a release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.csv_text import csv_text
from index.store import StoredRelease

__all__ = ["COLUMNS", "table"]

COLUMNS = ("date", "title", "category", "publisher", "language", "kind", "url", "other_urls", "release_id")


def table(releases: Iterable[Iterable[StoredRelease]]) -> Iterator[str]:
    """The table as CSV, piece by piece: its head, then the rows of so many releases as are given at a time."""
    yield csv_text([COLUMNS])
    for some in releases:
        yield csv_text(map(_row, some))


def _row(stored: StoredRelease) -> tuple[str, ...]:
    release = stored.release
    return (
        release.date.isoformat() if release.date else "", release.title, release.category, release.publisher,
        release.language, release.kind, release.url, " ".join(release.other_urls), stored.id,
    )  # fmt: skip
