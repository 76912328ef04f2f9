"""The picture of what grows with the number of releases, drawn from what `python -m benchmarks scale --keep` wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale import Size, read_sizes
from index.errors import ThalaengError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_curves"]


@dataclass(frozen=True, slots=True)
class _Panel:
    """Curves over the number of releases, and what none of them should go beyond."""

    title: str
    curves: dict[str, list[float]]
    limits: tuple[float, ...]


def draw_curves(kept: Path, picture: Path) -> None:
    """Draws four panels: a question, a start, memory and disk. Raises `ThalaengError` where there are no two sizes."""
    sizes = list(read_sizes(kept))
    if len(sizes) < 2:
        raise ThalaengError(f"{kept} holds {len(sizes)} sizes: a curve takes two. `scale --keep` adds more")
    try:
        import matplotlib
    except ImportError as error:
        raise ThalaengError("What draws curves is not installed. Run: pip install -e '.[curves]'") from error

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 2, figsize=(9, 6.2), layout="constrained")
    releases = [size.releases for size in sizes]
    for panel, place in zip(_panels(sizes), axes.flat, strict=True):
        _draw(panel, releases, place)
    figure.savefig(picture, dpi=110)
    pyplot.close(figure)


def _panels(sizes: Sequence[Size]) -> list[_Panel]:
    return [
        _Panel(
            "a question, ms",
            {
                "median": [size.question[0] for size in sizes],
                "95th percentile": [size.question[1] for size in sizes],
                "of which finding": [size.find[0] for size in sizes],
            },
            (350, 700),
        ),
        _Panel("start to first answer, s", {"median of three": [size.start for size in sizes]}, (6,)),
        _Panel(
            "most memory held, MB",
            {
                "220 questions": [size.question_memory for size in sizes],
                "one question": [size.start_memory for size in sizes],
            },
            (2000,),
        ),
        _Panel(
            "disk, GB",
            {
                "index": [size.disk / 1e9 for size in sizes],
                "three times its text, to reach": [3 * size.text / 1e9 for size in sizes],
                "its text": [size.text / 1e9 for size in sizes],
            },
            (),
        ),
    ]


def _draw(panel: _Panel, releases: list[int], place: Axes) -> None:
    for label, values in panel.curves.items():
        place.plot(releases, values, marker="o", label=label)
    for limit in panel.limits:
        place.axhline(limit, color="gray", linestyle=":", label="to reach" if limit == panel.limits[0] else None)
    place.set_title(panel.title)
    place.set_xlabel("releases")
    place.xaxis.set_major_formatter(lambda count, _: f"{count:,.0f}")
    place.set_ylim(bottom=0)
    place.grid(alpha=0.3)
    place.legend()
