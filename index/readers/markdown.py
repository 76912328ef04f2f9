"""Markdown and plain text, with or without YAML or TOML front matter."""

from __future__ import annotations

import json
import re
from contextlib import suppress

from index.errors import DamagedFile, first_line
from index.readers.fields import build_release, named_fields
from index.release import Release

__all__ = ["has_front_matter", "read_markdown"]

_FRONT_MATTER = re.compile(r"\A[\s\ufeff]*---[ \t]*\r?\n")
# That of TOML, between lines of +++.
_TOML = re.compile(
    r"\A[\s\ufeff]*\+\+\+[ \t]*\r?\n(?=\s*[\w\"-]+\s*=)(.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
# A field of YAML on one line, whose value begins as words do and no list.
_FIELD = re.compile(r"^([^\s#:\"'][^:\n]{0,99}): +(?![\[{&*!|>%@`#])(\S.*?) *$", re.MULTILINE)
# What YAML takes for a comment and whoever writes a headline does not, "Pier #2"; and a comment.
_NUMBERED, _COMMENT = re.compile(r"\s#\S"), re.compile(r"\s+#\s.*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
# What YAML raises besides its own errors, for depth and for numbers that are none: "%YAML 1.11111…", "\\UFFFFFFFF".
_NO_YAML = (RecursionError, ValueError, OverflowError)
# Characters; a dozen fields take some hundreds. Reading YAML takes a second for each 100,000.
_LONGEST_FRONT = 50_000


def has_front_matter(text: str) -> bool:
    """Whether the text begins as one with front matter does."""
    return bool(_FRONT_MATTER.match(text) or _TOML.match(text))


def read_markdown(text: str) -> Release:
    """The release in a Markdown or plain text file.

    Front matter, YAML or TOML, gives title, url, date, category, publisher, language and kind, under these or other
    usual names (see `index.readers.fields`). Without it the first line that may be one is the headline. Marks of
    Markdown stay in the text, because a quote must stand in the file as it is. Raises `DamagedFile` for
    front matter that cannot be read or is too long, `EmptyFile` where there is no text.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n")
    if toml := _TOML.match(text):
        return build_release(named_fields(_toml(toml[1])), text[toml.end() :])
    if not has_front_matter(text):
        return build_release({}, text)
    fields, body = _front_matter(text.lstrip())
    return build_release(named_fields(fields), body)


def _toml(front: str) -> dict[str, object]:
    import tomllib

    _check_length(front)
    try:
        return tomllib.loads("\n" + front.replace("\r\n", "\n"))  # lines count from the rule above
    except (ValueError, RecursionError) as error:
        raise DamagedFile(f"has damaged front matter ({first_line(error)}); correct it") from error


def _check_length(front: str) -> None:
    if len(front) > _LONGEST_FRONT:
        raise DamagedFile(f"has front matter of more than {_LONGEST_FRONT:,} characters; shorten it")


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    import yaml  # type: ignore[import-untyped]
    from frontmatter.default_handlers import YAMLHandler

    try:
        front, body = YAMLHandler().split(text)
    except ValueError:  # a rule at the top that nothing closes
        return {}, text
    _check_length(front)
    try:
        fields = _as_meant(front)
    except (yaml.YAMLError, *_NO_YAML) as error:
        mark = getattr(error, "problem_mark", None)
        line = text[: text.index(front)].count("\n") + mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise DamagedFile(
            f"has damaged front matter (line {line}: {problem}); correct it, or put what follows the colon in quotes"
        ) from error
    # A text that merely stands between two rules has no fields, and all of it is text.
    return (fields, body) if isinstance(fields, dict) else ({}, text)


def _as_meant(front: str) -> object:
    """What YAML says, with headlines as people write them: Pier #2, Minister: we open, "Pier" opens."""
    import yaml

    for meant in (_FIELD.sub(_with_number, front), front):
        with suppress(yaml.YAMLError, *_NO_YAML):
            return _load(meant)
    return _load(_FIELD.sub(_in_quotes, front))


def _load(front: str) -> object:
    import yaml

    # The base loader makes text of every value: no objects, and no dates of the wrong era.
    return yaml.load(front, Loader=yaml.BaseLoader)


def _with_number(field: re.Match[str]) -> str:
    is_meant = field[2][0] not in "\"'" and _NUMBERED.search(field[2])
    return f"{field[1]}: {json.dumps(_COMMENT.sub('', field[2]))}" if is_meant else field[0]


def _in_quotes(field: re.Match[str]) -> str:
    """The field as it is where it says something by itself, or is in quotes, else with its value in quotes."""
    import yaml

    if _QUOTED.fullmatch(field[2]):
        return field[0]
    try:
        _load(field[0])
    except (yaml.YAMLError, *_NO_YAML):
        return f"{field[1]}: {json.dumps(field[2])}"
    return field[0]
