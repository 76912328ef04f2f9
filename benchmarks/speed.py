"""How fast releases are indexed, against plain sentence-transformers in the same run."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from index.convert import quiet_libraries
from index.embed import Encoder, default_model_folder, passage_text
from index.library import Library
from index.readers import Skipped, find_files, read_file
from index.settings import DEFAULT_MODEL, Settings
from index.split import Splitter

__all__ = ["measure_speed"]


def measure_speed(settings: Settings, folder: Path, passages: int) -> None:
    """Prints passages a second over the same passages: plain torch in fp32, the encoder, and all of indexing.

    The baseline is `SentenceTransformer(model).encode(texts)` as its documentation shows it, which
    gives one vector a passage; the encoder also gives token vectors; indexing also reads, splits,
    cuts words and writes SQLite and Chroma. Each is run warm; the baseline runs before and after.
    """
    encoder = Encoder(settings, print)
    splitter = Splitter(encoder.count_tokens)
    releases, texts = _sample(folder, splitter, passages)
    print(f"{len(texts)} passages of {len(releases)} releases")

    first = _torch_speed(settings, texts)
    encoder.encode_question("warm")
    started = time.perf_counter()
    count = sum(1 for _ in encoder.encode_passages(texts))
    encoding = count / (time.perf_counter() - started)
    indexing = _indexing_speed(settings, encoder, releases)
    second = _torch_speed(settings, texts)

    plain = (first + second) / 2
    print(f"plain torch fp32   {plain:6.1f} passages/s  (before {first:.1f}, after {second:.1f})")
    print(f"encoder            {encoding:6.1f} passages/s  {encoding / plain:.2f} times plain")
    print(f"indexing, all of it{indexing:6.1f} passages/s  {indexing / plain:.2f} times plain")


def _sample(folder: Path, splitter: Splitter, passages: int) -> tuple[list[Path], list[str]]:
    """Files spread over the folder that give about so many passages, and the passages' texts."""
    files = [found for found in find_files([folder]) if not isinstance(found, Skipped)]
    chosen: list[Path] = []
    texts: list[str] = []
    for path in files[:: max(1, len(files) // passages)]:
        for release in read_file(path).releases:
            texts.extend(passage_text(release.title, passage.text) for passage in splitter.split(release))
        chosen.append(path)
        if len(texts) >= passages:
            break
    return chosen, texts


def _torch_speed(settings: Settings, texts: list[str]) -> float:
    quiet_libraries()
    from sentence_transformers import SentenceTransformer

    name = settings.model
    if name == DEFAULT_MODEL:
        name = str(default_model_folder(settings))
    model = SentenceTransformer(name, backend="torch", device="cpu")
    model.encode(texts[:4], prompt_name="passage")
    started = time.perf_counter()
    model.encode(texts, prompt_name="passage", show_progress_bar=False)
    return len(texts) / (time.perf_counter() - started)


def _indexing_speed(settings: Settings, encoder: Encoder, files: list[Path]) -> float:
    """Passages a second of `add` into a new home; the model is shared and warm, and so are the dictionaries."""
    with tempfile.TemporaryDirectory() as home:
        Library(settings.model_copy(update={"home": Path(home)}), encoder=encoder).add(files[:1])
    with tempfile.TemporaryDirectory() as home:
        library = Library(settings.model_copy(update={"home": Path(home)}), encoder=encoder)
        report = library.add(files)
        return report.passages / report.seconds
