"""The machine's folders, which who asks need not know: what is said to them names the last part of a path alone."""

from __future__ import annotations

import re

from index.settings import Settings

__all__ = ["keep_to_oneself", "without_folders"]

# A path without spaces; where one with spaces ends, only who knows the folder can tell.
_PATH = re.compile(r"(?<![\w:/.])(?:/|[A-Za-z]:\\)(?:[^\s/\\]+[/\\])*([^\s/\\]+)")

# Those of the settings, by their names in full; all answerers of a process have the same reader of their errors.
_known: dict[str, str] = {}


def keep_to_oneself(settings: Settings) -> None:
    """Has `without_folders` know the folders of settings, whatever characters are in their names."""
    for folder in (settings.home, settings.snapshot, settings.corpus, settings.local_model):
        if folder is not None:
            for path in (folder, folder.resolve()):
                if path.is_absolute() and path.name:
                    _known[str(path)] = path.name


def without_folders(text: str) -> str:
    """The text with the last name of each path in place of the path."""
    # The longest first: a folder may lie in another.
    for path in sorted(_known, key=len, reverse=True):
        if path in text:
            known = re.escape(path)
            # What lies in the folder stays a path for now.
            text = re.sub(rf"{known}(?=[/\\])", "", text)
            text = re.sub(rf"{known}(?![\w-])", _known[path].replace("\\", r"\\"), text)
    return _PATH.sub(r"\1", text)
