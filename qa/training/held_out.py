"""The questions that nothing was trained on, as a set to measure with: other ones than those it was calibrated on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from index.release import Release, canonical_url
from qa.training.examples import TrainingQuestion

__all__ = ["write_held_out"]


def write_held_out(questions: Sequence[TrainingQuestion], releases: Mapping[str, Release], folder: Path) -> int:
    """Writes `questions.jsonl`, as `python -m benchmarks quality` reads it, and the files of their releases.

    `releases` by canonical address, as `read_releases` gives them. Returns how many questions there are;
    those on a release whose text is another one now are left out.
    """
    place = folder / "releases"
    place.mkdir(parents=True, exist_ok=True)
    rows = []
    for question in questions:
        release = releases.get(canonical_url(question.url))
        if release is None or release.content_hash != question.content_hash:
            continue
        source = Path(release.source)
        shutil.copyfile(source, place / f"{release.id}{source.suffix}")
        asked = {f"question_{language}": text for language, text in question.questions.items()}
        row: dict[str, object] = {"id": question.id, **asked}
        if question.start is None or question.end is None:
            row["unanswerable"] = True
        else:
            row |= {
                "url": question.url,
                "lang": release.language,
                "answer": release.text[question.start : question.end],
            }
        rows.append(row)
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "questions.jsonl").write_text(lines, encoding="utf-8")
    return len(rows)
