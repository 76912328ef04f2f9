"""Looks an index over and says in words what is wrong with it, and which command mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import IndexDamaged, IndexMismatch, IndexReadOnly, VectorsAway
from index.library import Library
from index.release import LANGUAGES, Language
from index.snapshot import file_faults, is_snapshot
from index.token_vectors import unpack_vector

__all__ = ["Finding", "verify"]

# Passages asked for by their own vector, spread over each language.
_SAMPLE = 50

SNAPSHOT = "python -m index snapshot NEW_FOLDER, in the home that it was made from"
REBUILD = "python -m index rebuild"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and what was found; `mend` is the command that mends it, empty where all is well."""

    what: str
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{'!!' if self.mend else 'ok'} {self.what}: {self.found}" + (
            f"\n   mend it with: {self.mend}" if self.mend else ""
        )


def verify(library: Library) -> list[Finding]:
    """All findings, good and bad. Reads only; what cannot be opened is a finding, not an error."""
    if not library.exists():
        return [Finding("index", f"none in {library.settings.home}", "python -m index add FOLDER")]
    findings: list[Finding] = []
    try:
        findings.extend(_snapshot(library))
        if any(finding.mend for finding in findings):
            return findings
        findings.append(_integrity(library))
        findings.append(_fingerprint(library))
        findings.extend(_texts(library))
        findings.extend(_words(library))
    except IndexDamaged as error:
        return [*findings, Finding("releases", str(error), _start_over(library))]
    findings.extend(_unfinished(library))
    if is_snapshot(library.settings.home):
        return findings  # its vectors are as they were written, and opened in a copy alone
    try:
        for language in LANGUAGES:
            findings.extend(_vectors(library, language))
    except IndexDamaged as error:
        findings.append(Finding("vectors", str(error), REBUILD))
    except VectorsAway as error:
        findings.append(Finding("vectors", str(error), "chroma run --path DIR, then verify again"))
    return findings


def _snapshot(library: Library) -> Iterator[Finding]:
    """Every file of a snapshot must be the one that was written."""
    folder = library.settings.snapshot or library.settings.home
    if is_snapshot(folder):
        faults = file_faults(folder)
        found = "; ".join(faults) or f"every file of {folder.resolve()} is as it was written"
        yield Finding("snapshot", found, SNAPSHOT if faults else "")


def _start_over(library: Library) -> str:
    return f"move {library.settings.home} away, then: python -m index add FOLDER"


def _integrity(library: Library) -> Finding:
    word = library.store.integrity()
    return Finding("database", word, "" if word == "ok" else _start_over(library))


def _fingerprint(library: Library) -> Finding:
    try:
        library.check()
    except IndexReadOnly:
        return Finding("made with", str(library.store.meta("fingerprint")))
    except IndexMismatch as error:
        return Finding("made with", str(error), REBUILD)
    return Finding("made with", library.fingerprint)


def _texts(library: Library) -> Iterator[Finding]:
    """Every release must read as when it was indexed, and every passage be a slice of it."""
    store, changed, wrong, count = library.store, 0, 0, 0
    for stored in store.releases():
        changed += not store.is_intact(stored.id, stored.release)
        end = 0
        for passage in store.spans_of(stored.id):
            inside = end <= passage[0] < passage[1] <= len(stored.release.text)
            wrong += not inside
            count += 1
            end = passage[1]
    found = f"{count} passages of {sum(store.count_releases().values())} releases"
    yield Finding("passages", f"{found}, {wrong} out of place" if wrong else found, REBUILD if wrong else "")
    yield Finding(
        "texts",
        f"{changed} are not what was indexed" if changed else "as they were indexed",
        _start_over(library) if changed else "",
    )


def _words(library: Library) -> Iterator[Finding]:
    passages, words = library.store.count_passages(), library.store.count_words()
    for language in LANGUAGES:
        same = passages[language] == words[language]
        found = f"{words[language]} of {passages[language]} passages"
        yield Finding(f"words ({language})", found, "" if same else REBUILD)


def _unfinished(library: Library) -> Iterator[Finding]:
    if waiting := library.store.count_outbox():
        found = f"{waiting} passages are not among the vectors yet: a run was interrupted"
        yield Finding("unfinished", found, "python -m index add FOLDER (any run finishes it), or " + REBUILD)


def _vectors(library: Library, language: Language) -> Iterator[Finding]:
    """The same passages in Chroma as in the store, and each of a sample found by its own vector."""
    what = f"vectors ({language})"
    here, there = library.store.passage_ids(language), library.vectors.ids(language)
    missing, orphans = len(here - there), len(there - here)
    if missing or orphans:
        yield Finding(what, f"{missing} missing, {orphans} of passages that are gone", REBUILD)
        return
    sample = sorted(here)[:: max(1, len(here) // _SAMPLE)]
    lost = 0
    for passage_id, stored in library.store.passages(sample).items():
        vector = unpack_vector(stored.vector)
        # Several passages may read the same; one of them at cosine 1 is enough.
        nearest = library.vectors.nearest(vector, language, 5)
        lost += not any(found == passage_id or cosine > 0.9999 for found, cosine in nearest)
    found = f"{len(here)}, {len(sample)} asked for by their own vector" + (f", {lost} not found" if lost else "")
    yield Finding(what, found, REBUILD if lost else "")
