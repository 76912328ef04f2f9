"""Folders that a killed process left half made beside the place that they were meant for."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["remove_leftovers"]

# Seconds for which nobody has written into a folder that nobody fills any more: filling one writes all the time.
_LEFT_ALONE = 3600


# How they are named: hidden, with eight characters of chance at the end.
_NAMES = ".*-????????"


def remove_leftovers(folder: Path) -> None:
    """Removes the folders in one of a home that are named so and into which nobody has written for an hour.

    What cannot be looked at or removed stays; raises nothing.
    """
    for path in folder.glob(_NAMES):
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink() and time.time() - _last_written(path) > _LEFT_ALONE:
                shutil.rmtree(path, ignore_errors=True)


def _last_written(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
