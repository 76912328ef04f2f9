"""The index of one home folder: what adds, removes, rebuilds and checks, and what readers open."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from index.embed import Encoder
from index.errors import IndexBusy, IndexDamaged, IndexMismatch, ThalaengError, VectorsAway
from index.fine_tuned import fine_tuned_name
from index.intact import damaged_releases, has_lost_vectors
from index.intake import AddReport, Intake
from index.normal import path_text
from index.opened import keeper, make_home, open_index, vectors_folder
from index.pipeline import Pipeline, Waiting, encode_batch
from index.progress import Clock, Progress, silent
from index.projection import projection_name
from index.readers import Skipped, find_files
from index.salvage import salvage
from index.schema import SCHEMA
from index.settings import Settings
from index.snapshot import is_snapshot, read_only
from index.split import SPLITTER, Splitter
from index.store import Store
from index.token_vectors import PACKING
from index.vectors import Vectors

if TYPE_CHECKING:
    from filelock import FileLock

__all__ = ["AddReport", "Library"]

# Passages encoded and committed together: what a killed process has to do again.
_BATCH_PASSAGES = 256
# Entries of the outbox brought to Chroma at a time.
_BATCH_OUTBOX = 1000


class Library:
    """The index in `settings.home`, or the snapshot at `settings.snapshot`, which is only read.

    Reading needs nothing but the object. Each writing method takes the home's lock for its time, and raises
    `IndexReadOnly` where the index is a snapshot, `IndexBusy` where another process holds the lock,
    `IndexMismatch` where the index was made with another model, splitter or schema, `StorageFull` where
    the disk is, `NotWritable` where the home may not be written to; what was committed before stays. Where
    the vectors' server is away, adding and removing go on without it: what it has yet to hear of waits in
    the store (`Store.count_outbox`), and the next writing brings it there.
    """

    def __init__(
        self,
        settings: Settings,
        report: Callable[[str], None] = lambda line: None,
        encoder: Encoder | None = None,
    ) -> None:
        self.settings = settings
        self.encoder = encoder or Encoder(settings, report)
        self.splitter = Splitter(self.encoder.count_tokens)
        self._report = report
        self.opened = open_index(self.settings)

    @property
    def store(self) -> Store:
        """The texts that are open now."""
        return self.opened.store

    @property
    def vectors(self) -> Vectors:
        """The vectors that are open now."""
        return self.opened.vectors

    @property
    def generation(self) -> str | None:
        """What changes where there is something new to see: what another process has written, or a newer snapshot."""
        if self.settings.snapshot:
            return str(self.settings.snapshot.resolve())
        return self.store.meta("generation")

    def reopen(self) -> None:
        """Sees what is new. A newer snapshot that cannot be used is told of, and the one that is open stays."""
        if not self.settings.snapshot:
            self.vectors.reopen()
            return
        try:
            self.opened = open_index(self.settings)
        except (ThalaengError, OSError) as error:
            self._report(f"The new snapshot cannot be used; the one that is open stays in use. {error}")

    @property
    def fingerprint(self) -> str:
        """What an index must have been made with for its parts to fit together."""
        tokens = f"{PACKING} {projection_name(self.encoder.name)}"
        model = " ".join(filter(None, [self.encoder.name, fine_tuned_name(self.encoder.name)]))
        return f"schema {SCHEMA}, model {model}, splitter {SPLITTER}, tokens {tokens}"

    def exists(self) -> bool:
        """Whether there is an index at all; an empty one counts."""
        return self.store.has_tables

    def is_empty(self) -> bool:
        """Whether there is nothing to search."""
        return not self.exists() or not self.store.has_releases()

    def check(self) -> None:
        """Raises `IndexMismatch` where the index cannot be used with today's model and splitter, `IndexReadOnly`
        where the home itself is a snapshot, which cannot be asked without writing into it."""
        if is_snapshot(self.settings.home):
            raise read_only(self.settings.home)
        found = self.store.meta("fingerprint")
        if found is not None and found != self.fingerprint:
            raise IndexMismatch(
                f"The index in {self.settings.home} was made with ({found}), but now ({self.fingerprint}) is in use. "
                "Rebuild it from its texts: python -m index rebuild"
            )
        if found is not None and (self.store.meta("vectors") or "folder") != keeper(self.settings):
            raise IndexMismatch(
                f"The vectors of the index in {self.settings.home} are in a "
                f"{self.store.meta('vectors') or 'folder'}, but should now be in a {keeper(self.settings)} "
                "(THALAENG_CHROMA_URL). Move them with: python -m index rebuild"
            )

    # writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the home's lock over an index that has its tables and its name."""
        with self._locked():
            if not self.store.is_of_this_version:
                self.check()
            self._name()
            self._cut_words()
            yield
            self._cut_words()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Holds the home's lock, whatever state the index is in."""
        from filelock import FileLock, Timeout

        if self.settings.snapshot or is_snapshot(self.settings.home):
            raise read_only(self.settings.snapshot or self.settings.home)
        make_home(self.settings.home)
        lock: FileLock = FileLock(self.settings.home / "writer.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise IndexBusy(
                f"Another process is writing to {self.settings.home}. Wait until it is done, or use another --home."
            ) from error
        try:
            self.store.create()
            yield
        finally:
            lock.release()

    def _name(self) -> None:
        """Gives the index a name of its own, which its copies keep: a server tells its vectors from others' by it."""
        if self.store.meta("id") is None:
            with self.store.transaction():
                self.store.set_meta("id", uuid.uuid4().hex)

    def _cut_words(self) -> None:
        """Makes the words to search for anew where they are cut in another way now, or where some were lost."""
        if self.store.has_words:
            return
        if self.store.has_releases():
            self._report("Words are cut in another way than before. Indexing the words of all releases anew…")
        with self.store.transaction():
            self.store.reindex_words()

    def add(
        self,
        paths: Sequence[Path],
        progress: Callable[[Progress], None] = silent,
        *,
        columns: Mapping[str, str] | None = None,
    ) -> AddReport:
        """Indexes the releases in files and folders; a changed one takes the place of its old self.

        A file that cannot be read is skipped with its reason and the rest goes on. A file that has
        not changed since it was last read is not read again. Committed in batches: a run that is
        stopped goes on where it was when it is started again.
        """
        report = AddReport()
        with self.writing():
            self.check()
            self.encoder.count_tokens("")  # loads the model before the clock starts
            with self.store.transaction():
                self.note()
            self._sync_or_wait()
            files = []
            for found in find_files(paths):
                if isinstance(found, Skipped):
                    report.skipped.append(found)
                else:
                    files.append(found)
            clock = Clock(progress, len(files))
            waiting = Waiting()
            intake = Intake(
                self.store, self.splitter.split, self.fingerprint, report,
                max_bytes=self.settings.max_file_mb * 1_000_000, columns=columns,
            )  # fmt: skip
            with Pipeline(partial(encode_batch, self.encoder), partial(self.commit, report), clock) as pipeline:
                for path in chain(files, intake.again):  # which grows meanwhile
                    clock.took(path_text(path.name))
                    if not intake.read(path, waiting):
                        clock.knew()
                    if waiting.size >= _BATCH_PASSAGES:
                        waiting = pipeline.hand_over(waiting)
                pipeline.hand_over(waiting)
            report.seconds = clock.stop()
        return report

    def commit(self, report: AddReport, waiting: Waiting, vectors: Sequence[tuple[bytes, bytes]]) -> None:
        """Stores what waited with the vectors of its passages: SQLite first, in one transaction, then Chroma."""
        with self.store.transaction():
            self._write(waiting, vectors, report)
            for release in waiting.corrected:
                self.store.correct(release)
            self._note_files(waiting)
        if waiting.corrected:
            self.store.next_generation()
        self._sync_or_wait()

    def _note_files(self, waiting: Waiting) -> None:
        """Notes the files of a batch; what one gave before, and no file gives now, has been replaced and goes."""
        replaced: set[str] = set()
        for file in waiting.files:
            _, old_ids = self.store.file(file.name)
            replaced.update(set(old_ids) - set(file.ids))
            self.store.remember_file(file.name, file.stamp, file.ids)
        for old_id in replaced:
            if not self.store.files_of(old_id) and not waiting.gives_later(old_id):
                self.store.remove(old_id)

    def _write(self, waiting: Waiting, vectors: Sequence[tuple[bytes, bytes]], report: AddReport) -> None:
        """Puts what waits into the store, inside a transaction."""
        rest = iter(vectors)
        for id, release in waiting.releases.items():
            passages = waiting.passages[id]
            self.store.write(release, passages, [next(rest) for _ in passages], self.fingerprint)
            report.passages += len(passages)

    def note(self) -> None:
        """Notes what the index is made with and who keeps its vectors, inside a transaction."""
        self.store.set_meta("fingerprint", self.fingerprint)
        self.store.set_meta("vectors", keeper(self.settings))

    def _sync_or_wait(self) -> None:
        """As `sync`; where the server is away, what it has yet to hear of waits in the outbox for the next run."""
        with suppress(VectorsAway):
            self.sync()

    def sync(self) -> int:
        """Brings Chroma up to the store; returns how many passages it had to hear of."""
        self.vectors.create()
        count = 0
        while entries := self.store.outbox(_BATCH_OUTBOX):
            self.vectors.apply(entries)
            self.store.clear_outbox(entries)
            count += len(entries)
        if count:
            self.store.next_generation()
        return count

    def finish(self) -> bool:
        """Finishes what an interrupted run left open, and puts back vectors that are lost; False where another
        process is writing."""
        if self.settings.snapshot or not self.exists():
            return True
        self.check()
        if not self.store.count_outbox() and not has_lost_vectors(self.store, self.vectors):
            return True
        try:
            with self.writing():
                with suppress(IndexDamaged):  # what is damaged is lost
                    self.sync()
                if has_lost_vectors(self.store, self.vectors):
                    self._report("Vectors are missing. Restoring them from the database…")
                    self._refill()
        except IndexBusy:
            return False
        return True

    def _refill(self) -> None:
        """Throws the vectors away and brings all of them from the store; inside `writing`."""
        if damaged_releases(self.store):
            raise IndexDamaged("Passages of some releases are damaged. Run: python -m index rebuild")
        self._clear_vectors()
        with self.store.transaction():
            self.store.queue_all()
        self.sync()

    def remove(self, names: Sequence[str]) -> tuple[list[str], list[str]]:
        """Takes releases out, by id or address; returns the removed ids and the names nothing answers to."""
        with self.writing():
            self._sync_or_wait()
            # All of them first: a release may be named twice, by its id and its address.
            named = {name: self.store.resolve(name) for name in names}
            removed = list(dict.fromkeys(chain.from_iterable(named.values())))
            for release_id in removed:
                with self.store.transaction():
                    self.store.remove(release_id)
            self._sync_or_wait()
        unknown = [name for name, ids in named.items() if not ids]
        return removed, unknown

    def rebuild(self, progress: Callable[[Progress], None] = silent) -> int:
        """Makes everything derived anew from the releases' texts; returns the number of releases.

        Vectors are encoded again only where the model or the splitter has changed, or where a release's
        passages are not whole; a rebuild that is stopped goes on where it was. Of a damaged database what
        can be read is taken over, and it is told what was lost. Raises `IndexDamaged` where nothing can.
        """
        with self._locked():
            if self.store.integrity() != "ok":
                taken, lost, kept = salvage(self.store)
                self._report(
                    f"The database was damaged: {taken} releases could be read, {lost} could not. Add their files "
                    f"again: python -m index add FOLDER. The old database is kept in {kept}."
                )
            self._name()
            self.store.renew_tables()
            with self.store.transaction():
                self.store.forget_passages(damaged_releases(self.store))
                self.store.forget_words()  # they are cut once, when all passages are there
            self._clear_vectors()
            stale = [stored.release for stored in self.store.releases("fingerprint != ?", (self.fingerprint,))]
            report, waiting, clock = AddReport(), Waiting(), Clock(progress, len(stale))
            with Pipeline(partial(encode_batch, self.encoder), partial(self._rewrite, report), clock) as pipeline:
                for release in stale:
                    clock.took(release.title)
                    waiting.put(release, release.content_hash, self.splitter.split(release))
                    if waiting.size >= _BATCH_PASSAGES:
                        waiting = pipeline.hand_over(waiting)
                pipeline.hand_over(waiting)
            clock.stop()
            with self.store.transaction():
                self.store.pack_texts()
                self.store.reindex_words()
                self.store.queue_all()
                self.note()
            self._clear_vectors()
            self.sync()
            self.store.shrink()  # last, for it wants room on the disk
            return sum(self.store.count_releases().values())

    def _clear_vectors(self) -> None:
        """Throws the vectors away, and those that a home kept in its folder before it had a server."""
        self.vectors.clear()
        shutil.rmtree(vectors_folder(self.settings), ignore_errors=True)

    def _rewrite(self, report: AddReport, waiting: Waiting, vectors: Sequence[tuple[bytes, bytes]]) -> None:
        """Stores releases anew without telling Chroma, which is filled at the end of a rebuild."""
        with self.store.transaction():
            self._write(waiting, vectors, report)
