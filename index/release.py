"""A press release, the passages it is cut into, and the languages they are in."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import Literal

from index.normal import normalized

__all__ = ["LANGUAGES", "Kind", "Language", "Passage", "Release", "canonical_url", "with_link"]

Language = Literal["th", "en"]
Kind = Literal["release", "brief"]

LANGUAGES: tuple[Language, ...] = ("th", "en")

# What a reader would not see as a difference: white space and zero-width characters.
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")


def canonical_url(url: str) -> str:
    """The form of an address under which a release is known.

    Two addresses that differ only in scheme (http/https), in the case of the host, in a
    fragment or in a closing slash lead to the same page and give the same canonical address;
    but a fragment that begins with / or ! is a page of its own, on sites that load only once.
    Text that is no address is returned stripped.
    """
    url = url.strip()
    match = re.match(r"(?i)^https?://([^/?#]+)([^#]*)(#[/!].*)?", url)
    if match is None:
        return url
    fragment = (match[3] or "").rstrip("/")
    return f"https://{match[1].lower()}{match[2].rstrip('/')}{fragment if fragment.strip('#!/') else ''}"


@dataclass(frozen=True, slots=True)
class Release:
    """One press release as it is indexed: every quote is a slice of `text`.

    `text` is the body in reading order, without the headline; `date` is the day the release
    bears, `None` where it bears none; `kind` is "brief" where the text is somebody's summary of
    the release at `url` rather than the release itself; `source` is the file it was read from;
    `other_urls` are further addresses of the same text.
    """

    title: str
    text: str
    url: str = ""
    date: dt.date | None = None
    category: str = ""
    language: Language = "th"
    publisher: str = ""
    kind: Kind = "release"
    source: str = ""
    other_urls: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """A stable name, 16 hexadecimal digits: from the address, or from the text where there is none.

        A brief shares its address with the release it sums up and with its translation, so a
        brief's name is also made from its kind and language.
        """
        key = canonical_url(self.url) if self.url else self.content_hash
        if self.kind != "release":
            key = f"{key}#{self.kind}-{self.language}"
        return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()

    @property
    def content_hash(self) -> str:
        """The same for two releases that read the same: white space and character form do not count."""
        seen = normalized("NFKC", f"{self.kind}\n{self.title}\n{self.text}")
        return hashlib.blake2b(_INVISIBLE.sub("", seen).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a release, `release.text[start:end] == text`, small enough for the model to read whole."""

    release_id: str
    ordinal: int
    start: int
    end: int
    text: str


def with_link(release: Release, url: str) -> Release:
    """The release with another address, unless it is one of its own already."""
    if canonical_url(url) in {canonical_url(known) for known in (release.url, *release.other_urls)}:
        return release
    return replace(release, other_urls=(*release.other_urls, url))
