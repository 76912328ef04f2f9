"""Reads files and decides what their releases are to the index: new, changed, corrected, known, or twins.

A twin reads the same as a release of another address: it is no release of its own, its address leads to that one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import UnreadableFile
from index.normal import path_text
from index.pipeline import FileRead, Waiting
from index.readers import READING, Skipped, check_size, read_file
from index.release import Passage, Release
from index.snapshot import digest
from index.store import Store

__all__ = ["AddReport", "Intake"]


@dataclass(slots=True)
class AddReport:
    """What became of the files: counts of releases, and each file or row that was skipped, with why."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    passages: int = 0
    seconds: float = 0.0
    skipped: list[Skipped] = field(default_factory=list)


class Intake:
    """What one run of adding takes in.

    `again` are files whose release was a twin of one that has changed since: they are to be read once more, at the
    end of the run, as the index may have no such text any more.
    """

    def __init__(
        self,
        store: Store,
        split: Callable[[Release], list[Passage]],
        fingerprint: str,
        report: AddReport,
        *,
        max_bytes: int,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        self._store = store
        self._split = split
        self._fingerprint = fingerprint
        self._report = report
        self._max_bytes = max_bytes
        self._columns = columns
        self.again: list[Path] = []
        self._leaving: set[str] = set()

    def read(self, path: Path, waiting: Waiting) -> bool:
        """Reads one file and puts what is new in it on the waiting list; whether anything is.

        A file that cannot be read is skipped with its reason, and one that has not changed since it was last read
        is not read again, unless rows of it were skipped then: the reasons are to be seen each time.
        """
        report = self._report
        before = report.added + report.updated
        name = path_text(path.resolve())
        try:
            stamp = self._stamp(check_size(path, self._max_bytes))
            seen, old_ids = self._store.file(name)
            if path not in self.again and self._is_as_before(stamp, seen) and all(map(self._is_current, old_ids)):
                report.unchanged += len(old_ids)
                return False
            reading = read_file(path, max_bytes=self._max_bytes, columns=self._columns)
        except UnreadableFile as error:
            report.skipped.append(Skipped(path_text(path), str(error)))
            return False
        except OSError as error:
            report.skipped.append(Skipped(path_text(path), f"cannot be read: {error.strerror or error}"))
            return False
        report.skipped.extend(reading.skipped)
        taken = [(release.id, self._take(release, waiting, name, old_ids)) for release in reading.releases]
        ids = [id for _, id in taken]
        twins = frozenset(id for own, id in taken if own != id)
        waiting.files.append(FileRead(path, name, "" if reading.skipped else stamp, ids, twins))
        return report.added + report.updated > before

    def _stamp(self, path: Path) -> str:
        """What tells whether a file is to be read again: how it is read, its content, and the columns named for it."""
        stamp = f"{READING}:{digest(path)}"
        if not self._columns:
            return stamp
        named = json.dumps(sorted(self._columns.items()), ensure_ascii=False)
        return f"{stamp} {hashlib.sha256(named.encode()).hexdigest()}"

    def _is_as_before(self, stamp: str, seen: str) -> bool:
        """Whether a file has not changed; where no columns are named now, those of the last time stand."""
        if self._columns or " " not in seen:
            return stamp == seen
        # Without them it could not be read, however it is read now.
        return stamp.rpartition(":")[2] == seen.partition(" ")[0].rpartition(":")[2]

    def _is_current(self, release_id: str) -> bool:
        known = self._store.known(release_id)
        return known is not None and known[1] == self._fingerprint

    def _take(self, release: Release, waiting: Waiting, name: str, old_ids: list[str]) -> str:
        """Decides what a release is to the index, and returns the id under which its text is there.

        `name` is its file's, and `old_ids` are the releases that this gave when it was last read.
        """
        content = release.content_hash
        waits = waiting.content(release.id)
        known = self._store.known(release.id)
        before = waits or (known and known[0])
        if before == content and (waits or self._is_current(release.id)):
            self._keep(release, waiting, may_correct=not waits and release.id in old_ids)
            self._leaving.discard(release.id)
            return release.id
        twin = self._twin(content, waiting)
        if twin not in (None, release.id) and (
            before is None or (not waits and self._may_leave(release.id, name, waiting))
        ):
            self._report.duplicates += 1
            if before is not None:
                self._leaving.add(release.id)
                self._read_twins_again(release.id, waiting, name)
            if release.url and not waiting.add_link(release.url, twin):
                with self._store.transaction():
                    self._store.add_link(release.url, twin)
            return twin
        if before is None:
            self._report.added += 1
        else:
            self._report.updated += 1
            if before != content:
                self._read_twins_again(release.id, waiting, name)
        waiting.put(release, content, self._split(release))
        return release.id

    def _keep(self, release: Release, waiting: Waiting, *, may_correct: bool) -> None:
        """Leaves a text as it is; what its own file says of it now, such as another date, is taken over."""
        differing = self._store.differing(release) if may_correct else frozenset()
        if not differing:
            self._report.unchanged += 1
            return
        self._report.updated += 1
        if "language" in differing:  # passages and words are kept by language
            waiting.put(release, release.content_hash, self._split(release))
        else:
            waiting.corrected.append(release)

    def _twin(self, content: str, waiting: Waiting) -> str | None:
        """The id of a release that will read the same when all that waits is stored."""
        for stored in self._store.with_content(content):
            if stored not in self._leaving and waiting.content(stored) in (None, content):
                return stored
        return waiting.twin(content)

    def _may_leave(self, release_id: str, name: str, waiting: Waiting) -> bool:
        """Whether a release that by this file reads as another one now can go: no other says that it does not."""
        if release_id in self._leaving or self._has_twins(release_id):
            return True
        others = {*self._store.files_of(release_id)} - {name, *(path_text(path.resolve()) for path in self.again)}
        return all(waiting.gives_otherwise(other, release_id) for other in others)

    def _has_twins(self, release_id: str) -> bool:
        return len(self._store.links_of(release_id)) > 1

    def _read_twins_again(self, release_id: str, waiting: Waiting, name: str) -> None:
        """A release gets another text, or goes: files whose release was its twin are to be read once more."""
        paths = waiting.give_back(release_id)
        self._report.duplicates -= len(paths)
        if self._has_twins(release_id):
            paths += [Path(other) for other in self._store.files_of(release_id) if other != name]
        self.again += [path for path in dict.fromkeys(paths) if path not in self.again and path.is_file()]
