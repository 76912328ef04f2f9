"""What can go wrong, named by what the caller does next.

ThalaengError               something to show to the person, never a traceback
├── UnreadableFile          skip this file, say why, go on with the next
│   ├── EmptyFile           there is no text in it
│   ├── UnsupportedFormat   no reader knows this kind of file
│   └── DamagedFile         a reader knows the kind, but this one cannot be read
├── BadSetting              correct the setting that is named
├── ModelUnavailable        get the model or name another one
├── IndexMismatch           rebuild: made with another model, splitter or schema
├── IndexDamaged            verify, then rebuild
├── IndexBusy               wait: another process is writing to this home
├── IndexReadOnly           write to the home that the snapshot was made from
├── PlaceTaken              name another place
├── IndexEmpty              add releases first
├── NotWritable             choose another folder, or allow writing to this one
├── VectorsAway             start the Chroma server, then ask again; nothing is lost
└── StorageFull             make room, then run the same command again
"""

from __future__ import annotations

__all__ = [
    "BadSetting",
    "DamagedFile",
    "EmptyFile",
    "IndexBusy",
    "IndexDamaged",
    "IndexEmpty",
    "IndexMismatch",
    "IndexReadOnly",
    "ModelUnavailable",
    "NotWritable",
    "PlaceTaken",
    "StorageFull",
    "ThalaengError",
    "UnreadableFile",
    "UnsupportedFormat",
    "VectorsAway",
    "first_line",
]


class ThalaengError(Exception):
    """Base of every error meant for the person at the keyboard; its text says what to do."""


class UnreadableFile(ThalaengError):
    """A file that gives no release. The rest of the files are not affected."""


class EmptyFile(UnreadableFile):
    """The file holds no text: nothing at all, only white space, or pages that are pictures."""


class UnsupportedFormat(UnreadableFile):
    """The file is of a kind that no reader knows."""


class DamagedFile(UnreadableFile):
    """The file is of a known kind but broken, cut off, locked, too large, or changing while read."""


class BadSetting(ThalaengError):
    """A setting or an option has a value that cannot be used."""


class ModelUnavailable(ThalaengError):
    """The embedding model cannot be loaded or fetched."""


class IndexMismatch(ThalaengError):
    """The index was made with another model, splitter or schema than the one in use now."""


class IndexDamaged(ThalaengError):
    """The files of the index contradict each other or cannot be opened."""


class IndexBusy(ThalaengError):
    """Another process is writing to the same home."""


class IndexReadOnly(ThalaengError):
    """The index is a snapshot, which nobody writes to."""


class PlaceTaken(ThalaengError):
    """There is something already where a new folder is to be written."""


class IndexEmpty(ThalaengError):
    """There is nothing to search yet."""


class NotWritable(ThalaengError):
    """The folder that is to be written to may not or cannot be."""


class VectorsAway(ThalaengError):
    """The Chroma server that holds the vectors does not answer. What was committed, and what is added, is safe."""


class StorageFull(ThalaengError):
    """The disk is full. What was committed before is safe."""


def first_line(error: BaseException) -> str:
    """What an error of a library says, without the lines that follow; its name where it says nothing."""
    return str(error).splitlines()[0] if str(error) else repr(error)
