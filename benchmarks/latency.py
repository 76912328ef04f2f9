"""How long a question takes, model warm."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from pathlib import Path

from index.release import LANGUAGES
from index.settings import Settings
from qa.ask import Answerer

__all__ = ["measure_latency"]


def measure_latency(settings: Settings, questions: Path) -> None:
    """Prints the median and the 95th percentile of each step, in milliseconds, over all questions."""
    answerer = Answerer(settings, print)
    answerer.warm_up()
    times: dict[str, list[float]] = defaultdict(list)
    for line in questions.read_text(encoding="utf-8").split("\n"):
        item = json.loads(line) if line.strip() else {}
        for language in LANGUAGES:
            if question := item.get(f"question_{language}"):
                for step, ms in answerer.ask(question).timings_ms.items():
                    times[step].append(ms)
    for step, values in times.items():
        p95 = statistics.quantiles(values, n=20)[-1]
        print(f"{step:8} median {statistics.median(values):6.1f} ms  p95 {p95:6.1f} ms  (n {len(values)})")
