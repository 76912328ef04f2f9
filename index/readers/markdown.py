"""Markdown and plain text, with or without YAML front matter."""

from __future__ import annotations

import re

from index.errors import DamagedFile
from index.readers.fields import build_release, named_fields
from index.release import Release

__all__ = ["has_front_matter", "read_markdown"]

_FRONT_MATTER = re.compile(r"\A[\s\ufeff]*---[ \t]*\r?\n")
# Characters; a dozen fields take some hundreds. Reading YAML takes a second for each 100,000.
_LONGEST_FRONT = 50_000


def has_front_matter(text: str) -> bool:
    """Whether the text begins as one with front matter does."""
    return bool(_FRONT_MATTER.match(text))


def read_markdown(text: str) -> Release:
    """The release in a Markdown or plain text file.

    Front matter gives title, url, date, category, publisher, language and kind, under these or other
    usual names (see `index.readers.fields`). Without it the first line that may be one is the headline. Marks of
    Markdown stay in the text, because a quote must stand in the file as it is. Raises `DamagedFile` for
    front matter that is no YAML or too long, `EmptyFile` where there is no text.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    if not has_front_matter(text):
        return build_release({}, text)
    fields, body = _front_matter(text.lstrip())
    return build_release(named_fields(fields), body)


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    import yaml  # type: ignore[import-untyped]
    from frontmatter.default_handlers import YAMLHandler

    try:
        front, body = YAMLHandler().split(text)
    except ValueError:  # a rule at the top that nothing closes
        return {}, text
    if len(front) > _LONGEST_FRONT:
        raise DamagedFile(f"has front matter of more than {_LONGEST_FRONT:,} characters; shorten it")
    try:
        # The base loader makes text of every value: no objects, and no dates of the wrong era.
        fields = yaml.load(front, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        # The last two come of numbers that are none: "%YAML 1.11111…" and the character "\\UFFFFFFFF".
        mark = getattr(error, "problem_mark", None)
        line = text[: text.index(front)].count("\n") + mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise DamagedFile(
            f"has damaged front matter (line {line}: {problem}); correct it, or put what follows the colon in quotes"
        ) from error
    # A text that merely stands between two rules has no fields, and all of it is text.
    return (fields, body) if isinstance(fields, dict) else ({}, text)
