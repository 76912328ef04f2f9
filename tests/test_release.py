"""What a release is known by."""

from __future__ import annotations

import pytest

from index.release import Release, canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://WWW.Example.org/News/1/", "https://www.example.org/News/1"),
        ("https://example.org/news?id=1#top", "https://example.org/news?id=1"),
        ("https://example.org/#", "https://example.org"),
        # A site that loads only once says after the # which page is meant.
        ("https://example.org/#/news/1/", "https://example.org#/news/1"),
        ("http://example.org#/news/1", "https://example.org#/news/1"),
        ("https://example.org/app#!news", "https://example.org/app#!news"),
        ("https://example.org/app/#!/", "https://example.org/app"),
        ("https://example.org/#/", "https://example.org"),
        (" no address ", "no address"),
    ],
)
def test_two_addresses_of_one_page_are_one(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_releases_of_two_pages_of_a_site_that_loads_once_are_two() -> None:
    first, second = (Release("Pier opens", "It is open.", f"https://example.org/#/news/{number}") for number in (1, 2))
    assert first.id != second.id
