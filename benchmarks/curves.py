"""The picture of what grows with releases and passages, drawn from what `scale --keep` kept and `stores` printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale import Size, read_sizes
from index.errors import ThalaengError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_curves", "read_store_lines"]


@dataclass(frozen=True, slots=True)
class _Panel:
    """Curves over the number of releases or passages, and what none of them should go beyond."""

    title: str
    curves: dict[str, list[float]]
    limits: tuple[float, ...]
    counted: str
    counts: list[int]


def draw_curves(kept: Path, picture: Path, stores: Path | None = None) -> None:
    """Draws four panels: a question, a start, memory, disk; with what `stores` printed two more, of finding and disk.

    Raises `ThalaengError` where there are no two sizes.
    """
    sizes = list(read_sizes(kept))
    if len(sizes) < 2:
        raise ThalaengError(f"{kept} holds {len(sizes)} sizes: a curve takes two. `scale --keep` adds more")
    try:
        import matplotlib
    except ImportError as error:
        raise ThalaengError("What draws curves is not installed. Run: pip install -e '.[curves]'") from error

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = [*_panels(sizes), *(_store_panels(read_store_lines(stores)) if stores else [])]
    rows = len(panels) // 2
    figure, axes = pyplot.subplots(rows, 2, figsize=(9, 3.1 * rows), layout="constrained")
    for panel, place in zip(panels, axes.flat, strict=True):
        _draw(panel, place)
    figure.savefig(picture, dpi=110)
    pyplot.close(figure)


def read_store_lines(printed: Path) -> list[dict[str, list[float]]]:
    """The lines that `stores` printed, fewest passages first: by the name of each column its numbers.

    Of a number of passages that is there twice the later line counts. Raises `ThalaengError` where there are no two.
    """
    try:
        text = printed.read_text(encoding="utf-8")
    except OSError as error:
        raise ThalaengError(f"{printed} cannot be read: {error.strerror or error}") from error
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    head = next((row for row in rows if row[0] == "passages"), [])
    lines: dict[float, dict[str, list[float]]] = {}
    for row in rows:
        if len(row) == len(head) and row[0][:1].isdigit():
            numbers = [[float(part.replace(",", "")) for part in cell.split(", ")] for cell in row]
            lines[numbers[0][0]] = dict(zip(head, numbers, strict=True))
    if len(lines) < 2:
        raise ThalaengError(f"{printed} holds {len(lines)} lines of `stores`: a curve takes two")
    return [lines[passages] for passages in sorted(lines)]


def _store_panels(lines: Sequence[dict[str, list[float]]]) -> list[_Panel]:
    passages = [int(line["passages"][0]) for line in lines]
    return [
        _Panel(
            "the stores alone, synthetic passages: finding, ms",
            {
                "median": [line["found, ms"][0] for line in lines],
                "95th percentile": [line["found, ms"][1] for line in lines],
                "median with a narrow filter": [line["narrow filter, ms"][0] for line in lines],
            },
            (),
            "passages",
            passages,
        ),
        _Panel(
            "the stores alone: disk and memory, GB",
            {
                "SQLite": [line["SQLite, MB"][0] / 1000 for line in lines],
                "vectors": [line["vectors, MB"][0] / 1000 for line in lines],
                "most memory held": [line["memory, MB"][0] / 1000 for line in lines],
            },
            (),
            "passages",
            passages,
        ),
    ]


def _panels(sizes: Sequence[Size]) -> list[_Panel]:
    of_releases = "releases", [size.releases for size in sizes]
    return [
        _Panel(
            "a question, ms",
            {
                "median": [size.question[0] for size in sizes],
                "95th percentile": [size.question[1] for size in sizes],
                "of which finding": [size.find[0] for size in sizes],
            },
            (350, 700),
            *of_releases,
        ),
        _Panel("start to first answer, s", {"median of three": [size.start for size in sizes]}, (6,), *of_releases),
        _Panel(
            "most memory held, MB",
            {
                "220 questions": [size.question_memory for size in sizes],
                "one question": [size.start_memory for size in sizes],
            },
            (2000,),
            *of_releases,
        ),
        _Panel(
            "disk, GB",
            {
                "index": [size.disk / 1e9 for size in sizes],
                "three times its text, to reach": [3 * size.text / 1e9 for size in sizes],
                "its text": [size.text / 1e9 for size in sizes],
            },
            (),
            *of_releases,
        ),
    ]


def _draw(panel: _Panel, place: Axes) -> None:
    for label, values in panel.curves.items():
        place.plot(panel.counts, values, marker="o", label=label)
    for limit in panel.limits:
        place.axhline(limit, color="gray", linestyle=":", label="to reach" if limit == panel.limits[0] else None)
    place.set_title(panel.title)
    place.set_xlabel(panel.counted)
    place.xaxis.set_major_formatter(lambda count, _: f"{count:,.0f}")
    place.set_ylim(bottom=0)
    place.grid(alpha=0.3)
    place.legend()
