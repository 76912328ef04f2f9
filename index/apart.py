"""Reading and adding in a process of its own, so that the one that answers questions goes on doing that.

The process comes after all others in line for the processor, and is the one to die where a file is made to take all
memory or to be read for ever. It hears what to do as a line of JSON and answers in lines of JSON; when whoever began
it is gone, it ends. Started by the functions here: `python -m index.apart`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import index
import index.errors as errors
from index.errors import DamagedFile, ThalaengError, first_line
from index.progress import Progress
from index.readers import Skipped
from index.release import Kind, Language
from index.settings import Settings

__all__ = ["Seen", "Sighting", "add_apart", "read_apart"]

# Seconds that a file may be read, and bytes of memory that reading it may take.
_SECONDS = 60
_MOST_MEMORY = 4 * 1024**3
# Releases of a file that are looked at; characters of the beginning of each.
_MOST_SEEN = 5
_LEAD = 400
# How far behind others in line for the processor: a third of what somebody gets who is asking meanwhile.
_NICE = 5
# Seconds between two words of progress.
_BETWEEN = 0.2
_NO_MEMORY = "needs more memory to read than there is; split it or save it again"


@dataclass(frozen=True, slots=True)
class Seen:
    """A release as it was understood: `lead` is the beginning of its text, with "…" where more follows; `date` ISO or
    empty."""

    id: str
    content_hash: str
    title: str
    date: str
    url: str
    language: Language
    category: str
    publisher: str
    kind: Kind
    lead: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a file holds: the first of its `count` releases, and of the `bad` rows that give none, with why."""

    releases: tuple[Seen, ...]
    count: int
    skipped: tuple[Skipped, ...] = ()
    bad: int = 0


def read_apart(path: Path, settings: Settings, seconds: float = _SECONDS) -> Sighting:
    """What `index.readers.read_file` finds in a file.

    Raises what that raises, and `DamagedFile` where reading takes more time or memory than any release should, or
    trips over the file in a way that nobody foresaw.
    """
    asked = {"do": "read", "path": str(path)}
    with _process(settings, may_write=False) as process:
        try:
            said, _ = process.communicate(json.dumps(asked) + "\n", timeout=seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise DamagedFile(f"takes longer than {seconds:.0f} seconds to read; split it or save it again") from error
    for line in said.splitlines():
        answer = _understood(line)
        if "seen" in answer:
            return Sighting(
                tuple(Seen(**seen) for seen in answer["seen"]), answer["count"],
                tuple(Skipped(**row) for row in answer["skipped"]), answer["bad"],
            )  # fmt: skip
    if process.returncode < 0:  # it was killed, which is done to what takes all memory
        raise DamagedFile(_NO_MEMORY)
    raise DamagedFile(f"cannot be read: the process that reads it ended with {process.returncode}")


def add_apart(
    paths: Sequence[Path], settings: Settings, progress: Callable[[Progress], None]
) -> tuple[dict[str, int], list[Skipped]]:
    """What `Library.add` does with the files: the counts of its report by their names, and what was skipped.

    Raises what that raises, and `ThalaengError` where the process ends without a word.
    """
    asked = {"do": "add", "paths": [str(path) for path in paths]}
    with _process(settings, may_write=True) as process:
        try:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                answer = _understood(line)
                if "progress" in answer:
                    progress(Progress(**answer["progress"]))
                if "counts" in answer:
                    return answer["counts"], [Skipped(**skipped) for skipped in answer["skipped"]]
        finally:
            # Its input at an end is its sign to stop.
            with suppress(OSError):
                process.stdin and process.stdin.close()
    raise ThalaengError("Adding stopped before it was finished. What was added is kept; add the rest again.")


def _process(settings: Settings, *, may_write: bool) -> subprocess.Popen[str]:
    here = str(Path(index.__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    surroundings = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([here, known] if known else [here]),
        "PYTHONIOENCODING": "utf-8",
        "THALAENG_HOME": str(settings.home.resolve()),
        "THALAENG_MODEL": settings.model,
        "THALAENG_MAX_FILE_MB": str(settings.max_file_mb),
        "THALAENG_CHROMA_URL": settings.chroma_url,
    }
    # What reads strangers' files need not know the passwords, nor where another server is.
    secrets = ("THALAENG_LOGIN", "THALAENG_ADD_PASSWORD", "THALAENG_LLM_KEY", "THALAENG_CHROMA_URL")
    for secret in secrets[: 3 if may_write else 4]:
        surroundings.pop(secret, None)
    return subprocess.Popen(
        [sys.executable, "-m", "index.apart"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=surroundings, text=True, encoding="utf-8",
    )  # fmt: skip


def _understood(line: str) -> dict[str, Any]:
    """A line of the process, or nothing where a library printed it; raises the error that it tells of."""
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    if not isinstance(answer, dict):
        return {}
    if "error" in answer:
        raise getattr(errors, answer["error"], ThalaengError)(answer["says"])
    return answer


# In the process


def _main() -> None:
    asked = json.loads(sys.stdin.readline())
    with suppress(AttributeError, OSError):
        os.nice(_NICE)
    # Whatever a library prints does not get among the answers.
    out, sys.stdout = sys.stdout, sys.stderr

    def say(answer: dict[str, Any]) -> None:
        print(json.dumps(answer), file=out, flush=True)

    try:
        if asked["do"] == "read":
            _limit_memory()
            say(_read(Path(asked["path"])))
        else:
            threading.Thread(target=_end_when_left, daemon=True).start()
            say(_add([Path(path) for path in asked["paths"]], say))
    except ThalaengError as error:
        say({"error": type(error).__name__, "says": str(error)})
    except Exception as error:
        traceback.print_exc()
        say(_unforeseen(error, asked["do"]))


def _unforeseen(error: Exception, do: str) -> dict[str, str]:
    """The answer that tells of an error which no reader turned into a reason."""
    what = f"{type(error).__name__}: {first_line(error)}"
    if do != "read":
        kept = "What was added is kept; add the rest again."
        return {"error": "ThalaengError", "says": f"Adding stopped before it was finished ({what}). {kept}"}
    return {"error": "DamagedFile", "says": _NO_MEMORY if isinstance(error, MemoryError) else f"cannot be read: {what}"}


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


def _end_when_left() -> None:
    sys.stdin.read()
    # What was committed stays, and what was not is not there: the index can be left at any moment.
    os._exit(1)


def _read(path: Path) -> dict[str, Any]:
    from index.readers import read_file
    from index.settings import load_settings

    reading = read_file(path, max_bytes=load_settings().max_file_mb * 1_000_000)
    seen = [
        Seen(
            release.id, release.content_hash, release.title, release.date.isoformat() if release.date else "",
            release.url, release.language, release.category, release.publisher, release.kind,
            _lead(release.text),
        )
        for release in reading.releases[:_MOST_SEEN]
    ]  # fmt: skip
    return {
        "seen": [asdict(one) for one in seen],
        "count": len(reading.releases),
        "skipped": [asdict(row) for row in reading.skipped[:_MOST_SEEN]],
        "bad": len(reading.skipped),
    }


def _lead(text: str) -> str:
    """The beginning of a text on one line, with a sign where that is not all of it."""
    line = " ".join(text[: 2 * _LEAD].split())
    return line if len(line) <= _LEAD else f"{line[:_LEAD].rstrip()}…"


def _add(paths: Sequence[Path], say: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    from index.library import Library
    from index.settings import load_settings

    last = float("-inf")

    def tell(progress: Progress) -> None:
        nonlocal last
        if progress.seconds - last >= _BETWEEN:
            last = progress.seconds
            say({"progress": asdict(progress)})

    report = asdict(Library(load_settings()).add(paths, tell))
    return {"skipped": report.pop("skipped"), "counts": {name: int(count) for name, count in report.items()}}


if __name__ == "__main__":
    _main()
