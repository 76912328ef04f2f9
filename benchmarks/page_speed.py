"""How long the page keeps a person waiting, measured in the browser: the first useful paint, and a source's opening."""

from __future__ import annotations

import statistics

from benchmarks.screenshots import open_browser, served
from index.settings import Settings

__all__ = ["measure_page"]

_VISITS = 7
_CLICKS = 9
# What a person can use: the box to type in is painted.
_USEFUL = """async () => {
  const frame = () => new Promise((go) => requestAnimationFrame(go));
  while (!document.querySelector('#tl-box textarea')?.offsetHeight) await frame();
  await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  return performance.now();
}"""
_OPENED = """async () => {
  document.querySelector('[data-act=close]').click();
  const started = performance.now();
  document.querySelector('.tl-title .tl-open').click();
  while (!document.querySelector('#tl-panel mark.tl-current')) await new Promise((go) => requestAnimationFrame(go));
  return performance.now() - started;
}"""


def measure_page(settings: Settings, question: str) -> None:
    """Prints medians and worst cases in milliseconds, the first visit apart: nothing is in the browser's cache then."""
    with served(settings) as address, open_browser() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        tab = context.new_page()
        visits = []
        for _ in range(_VISITS):
            tab.goto(address, wait_until="commit")
            visits.append(tab.evaluate(_USEFUL))
        print(f"first useful paint: first visit {visits[0]:.0f} ms; {_said(visits[1:])}")
        box = tab.locator("#tl-box textarea")
        box.fill(question)
        box.press("Enter")
        tab.locator(".tl-card").first.wait_for()
        print(f"citation click to highlighted release: {_said([tab.evaluate(_OPENED) for _ in range(_CLICKS)])}")
        context.close()


def _said(times: list[float]) -> str:
    return f"median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms (n {len(times)})"
