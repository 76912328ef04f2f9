"""A coverage-guided fuzzer on what reads files, dates and days: `atheris`, which mutates what reaches new lines.

Each target runs in a process of its own, `python -m benchmarks.fuzz_targets TARGET …`, because the fuzzer ends it.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from index.errors import ThalaengError

__all__ = ["fuzz_guided"]

TARGETS = ("files", "days")
# Seconds that an input may take before it counts as a hang, on a machine that may be busy, and MiB of memory.
_HANGS, _MOST_MEMORY = 30, 4096
# Bytes of an input: what breaks a reader of text is short.
_LONGEST = 4096
# The first byte of an input says which kind of file the rest is. PDFs and Word documents are packed: bytes changed at
# random reach little behind the packing, and the parsers are others'.
_KINDS = (".md", ".txt", ".html", ".jsonl", ".csv", ".tsv")
_TODAY = dt.date(2025, 2, 28)


def fuzz_guided(minutes: float, seed: int, failing: Path) -> bool:
    """Runs the fuzzer for some minutes, shared by the targets; whether it found nothing.

    An input that failed is in the folder `failing`. Raises `ThalaengError` where `atheris` is not installed.
    """
    if importlib.util.find_spec("atheris") is None:
        raise ThalaengError("The coverage-guided fuzzer is not installed. Run: pip install -e '.[fuzz]'")
    failing.mkdir(parents=True, exist_ok=True)
    sound = True
    for target in TARGETS:
        with tempfile.TemporaryDirectory() as known:
            _write_starts(target, Path(known))
            ended = subprocess.run(
                [
                    sys.executable, "-m", "benchmarks.fuzz_targets", target, known, f"-seed={seed}",
                    f"-max_total_time={max(1, round(60 * minutes / len(TARGETS)))}", f"-timeout={_HANGS}",
                    f"-rss_limit_mb={_MOST_MEMORY}", f"-max_len={_LONGEST}", f"-artifact_prefix={failing}/{target}-",
                    "-print_final_stats=1",
                ],
                check=False,
            )  # fmt: skip
        print(f"{target}: {'nothing found' if ended.returncode == 0 else f'a fault; its input is in {failing}'}")
        sound = sound and ended.returncode == 0
    return sound


def _write_starts(target: str, folder: Path) -> None:
    """The inputs that the fuzzer begins with."""
    from benchmarks.hostile_questions import DATES
    from benchmarks.mutations import FRAGMENTS, STARTS, read_starts

    inputs = [text.encode("utf-8", "surrogatepass") for text in (*DATES, *FRAGMENTS)]
    if target == "files":
        inputs = [bytes([kind]) + data for kind in range(len(_KINDS)) for data in inputs]
        for start in read_starts(STARTS):
            if start.suffix in _KINDS:
                inputs.append(bytes([_KINDS.index(start.suffix)]) + start.data)
    for number, data in enumerate(inputs):
        (folder / str(number)).write_bytes(data[:_LONGEST])


def _main() -> None:
    import atheris

    with atheris.instrument_imports(include=["index", "qa", "benchmarks.fuzz", "yaml"]):
        import yaml  # type: ignore[import-untyped]  # noqa: F401

        from benchmarks.fuzz import check_file
        from index.dates import find_dates, only_date, parse_date
        from index.language import detect_language
        from index.split import Splitter
        from qa.question import read_question
        from qa.when import find_days, wants_latest

    # Counting with the tokenizer is no work of the readers: a word here is four characters.
    splitter = Splitter(lambda text: -(-len(text) // 4), tokens=40)
    folder = Path(tempfile.mkdtemp())

    def read(data: bytes) -> None:
        if data:
            path = folder / f"input{_KINDS[data[0] % len(_KINDS)]}"
            path.write_bytes(data[1:])
            check_file(path, splitter)

    def find(data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        list(find_dates(text)), only_date(text), parse_date(text), detect_language(text), wants_latest(text)
        for days in find_days(text, _TODAY):
            assert days.first <= days.last
        find_days(read_question(text).search, _TODAY)

    targets: dict[str, Callable[[bytes], None]] = {"files": read, "days": find}
    target = targets[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    _main()
