"""Looks an index over and says in words what is wrong with it, and which command mends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.embed import passage_text
from index.errors import IndexDamaged, IndexMismatch, IndexReadOnly, ModelUnavailable, VectorsAway
from index.intact import changed_texts, damaged_releases, duplicates, finds_itself
from index.library import Library
from index.packed_vector import unpack_vector
from index.release import LANGUAGES, Language
from index.salvage import can_be_salvaged
from index.snapshot import file_faults, is_snapshot

__all__ = ["Finding", "verify"]

# Passages asked for by their own vector, spread over each language.
_SAMPLE = 50

SNAPSHOT = "python -m index snapshot NEW_FOLDER, in the home it was made from"
# The least cosine of a passage encoded again: eight bits and fp32 differ by .001 (see `index.network`).
_SAME = 0.98
REBUILD = "python -m index rebuild"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and what was found; `mend` is the command that mends it, empty where all is well."""

    what: str
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{'!!' if self.mend else 'ok'} {self.what}: {self.found}" + (
            f"\n   repair it with: {self.mend}" if self.mend else ""
        )


def verify(library: Library) -> list[Finding]:
    """All findings, good and bad; what cannot be opened is a finding, not an error.

    Nothing is written but a model that is not there or cannot be loaded, which is made anew.
    """
    findings: list[Finding] = []
    try:
        if not library.exists():
            return [Finding("index", f"none in {library.settings.home}", "python -m index add FOLDER")]
        findings.extend(_snapshot(library))
        if any(finding.mend for finding in findings):
            return findings
        findings.append(_integrity(library))
        findings.append(_fingerprint(library))
        if not library.store.is_of_this_version:
            return findings
        findings.extend(_texts(library))
        findings.extend(_words(library))
        if not is_snapshot(library.settings.home):  # nothing is written into it, a model neither
            findings.extend(_model(library))
        findings.extend(_unfinished(library))
    except IndexDamaged as error:
        return [*findings, Finding("releases", str(error), _mend(library))]
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


def _mend(library: Library) -> str:
    """What mends a damaged database: what can be read is taken over by a rebuild."""
    if can_be_salvaged(library.store):
        return REBUILD
    return f"move {library.settings.home} away, then: python -m index add FOLDER"


def _again(release_ids: Sequence[str]) -> str:
    return f"python -m index remove {' '.join(release_ids)}, then: python -m index add FOLDER"


def _integrity(library: Library) -> Finding:
    word = library.store.integrity()
    return Finding("database", word, "" if word == "ok" else _mend(library))


def _fingerprint(library: Library) -> Finding:
    try:
        library.check()
    except IndexReadOnly:
        return Finding("made with", str(library.store.meta("fingerprint")))
    except IndexMismatch as error:
        return Finding("made with", str(error), REBUILD)
    return Finding("made with", library.fingerprint)


def _texts(library: Library) -> Iterator[Finding]:
    """Every release must read as when it was indexed, every passage be a slice of it, and none be there twice."""
    store = library.store
    found = f"{sum(store.count_passages().values())} passages of {sum(store.count_releases().values())} releases"
    if wrong := damaged_releases(store):
        found += f"; in {len(wrong)} releases they are missing or misplaced, or their vectors are damaged"
    yield Finding("passages", found, REBUILD if wrong else "")
    changed, twice = changed_texts(store), duplicates(store)
    yield Finding(
        "texts",
        f"{len(changed)} differ from what was indexed" if changed else "as they were indexed",
        _again(changed) if changed else "",
    )
    yield Finding(
        "duplicates", f"{len(twice)} identical to another" if twice else "none", _again(twice) if twice else ""
    )


def _words(library: Library) -> Iterator[Finding]:
    """The lexical index must be of the passages there are, of each once."""
    for language in LANGUAGES:
        passages, words = library.store.passage_ids(language), library.store.word_ids(language)
        missing, orphans = len(passages - words), len(words - passages)
        found = f"{len(words)} of {len(passages)} passages"
        if missing or orphans:
            found += f", {missing} missing, {orphans} left over from removed passages"
        elif not library.store.has_words:
            found += ", cut in another way than they are now"
        sound = not missing and not orphans and library.store.has_words
        yield Finding(f"words ({language})", found, "" if sound else REBUILD)


def _model(library: Library) -> Iterator[Finding]:
    """The model must make of a passage what it made when that was indexed; one that cannot be loaded is made anew."""
    store, mend = library.store, f"rm -r {library.encoder.folder}, then verify again: the model is made again"
    sample = next((stored for language in LANGUAGES for stored in store.newest_vector(language)), None)
    if sample is None or store.meta("fingerprint") != library.fingerprint:
        return
    stored = store.passages([sample[0]]).get(sample[0])
    if stored is None or len(stored.vector) != len(sample[1]):
        return  # removed or changed meanwhile
    try:
        (encoded,) = library.encoder.encode_passages([passage_text(stored.release.title, stored.passage.text)])
    except ModelUnavailable as error:
        yield Finding("model", str(error), mend)
        return
    vector = unpack_vector(stored.vector)
    cosine = float(encoded.vector @ vector) if encoded.vector.shape == vector.shape else 0.0
    same = cosine > _SAME
    found = f"encodes a passage {'as' if same else 'differently than'} when it was indexed (cosine {cosine:.3f})"
    yield Finding("model", found, "" if same else mend)


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
        yield Finding(what, f"{missing} missing, {orphans} left over from removed passages", REBUILD)
        return
    sample = sorted(here)[:: max(1, len(here) // _SAMPLE)]
    stored = library.store.vectors(sample)
    lost = sum(not finds_itself(library.vectors, language, passage_id, packed) for passage_id, packed in stored.items())
    found = f"{len(here)}, {len(sample)} asked for by their own vector" + (f", {lost} not found" if lost else "")
    yield Finding(what, found, REBUILD if lost else "")
