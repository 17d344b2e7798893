"""Opening the review of a long session in Chromium, beside a short one and a page without charts.

    python -m benchmarks.review [--hours 14] [--rounds 3]

Cold: nothing is in the browser's cache; warm: the scripts are. Seconds from the address to the first
numbers, to all charts painted, and to the whole page: every figure, the charts as cleaned, and the
intervals of its first part; then a stretch is selected with the mouse: milliseconds until its
numbers stand, and the longest frame meanwhile and while the page scrolls.

The row "new" opens sessions nobody has opened or summed up before, a fresh one each time; the others
are as a hub or `twin summarise` leaves them.
"""

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, BrowserContext, Page

import twin
from benchmarks.screens import serving
from benchmarks.viewer import chromium
from twin.records import Athlete, Recording

CHARTS = 6  # five channels and the map
PAINTED = f"() => document.title && window.canvases?.() >= {CHARTS}"
SPIKE_BPM = 230  # for one second of each ride: cleaned charts do not show it
WHOLE = f"""() => {{
  const drawn = Bokeh.documents.flatMap(d => [...d._all_models.values()])
    .map(m => m.data?.heart_rate).filter(rates => rates?.length)
  return drawn.length && drawn.every(rates => rates.every(rate => !(rate >= {SPIKE_BPM})))
}}"""
CANVASES = """() => {
  const within = (root) => [...root.querySelectorAll('*')].flatMap(e =>
    [...(e.tagName === 'CANVAS' && e.width > 100 ? [e] : []), ...(e.shadowRoot ? within(e.shadowRoot) : [])])
  window.canvases = () => new Set(within(document).map(c => c.getRootNode())).size
}"""
FRAMES = """() => {
  window.longest = 0
  let last = performance.now()
  const look = (now) => { window.longest = Math.max(window.longest, now - last); last = now
                          requestAnimationFrame(look) }
  requestAnimationFrame(look)
}"""


@dataclass(frozen=True)
class Opened:
    """Seconds after the address was given; NaN where a page has no such thing."""

    numbers_s: float
    charts_s: float
    whole_s: float


def ride(seconds: int) -> Recording:
    """Return a ride with every channel the review draws, made up."""
    at, noise = np.arange(seconds), np.random.default_rng(1).normal(size=(3, seconds))
    power = np.clip(170 + 60 * np.sin(at / 700) + 30 * noise[0], 0, None)
    speed = 7 + 2 * np.sin(at / 900) + 0.2 * noise[1]
    samples = {
        "heart_rate": np.round(135 + 20 * np.sin(at / 700 - 0.5) + noise[2]),
        "power": np.round(power),
        "speed": speed,
        "cadence": 85 + 5 * noise[2],
        "altitude": 500 + 300 * np.sin(at / 3000),
        "latitude": 46 + 0.3 * np.sin(at / 8000),
        "longitude": 14.5 + 0.3 * np.cos(at / 8000),
        "distance": np.cumsum(speed),
    }
    samples["heart_rate"][seconds // 2] = SPIKE_BPM
    index = pd.date_range("2026-10-01 05:00", periods=seconds, freq="s", tz="UTC", name="time")
    return Recording(pd.DataFrame(samples, index=index), sport="cycling")


@contextmanager
def dashboard(hours: float, rounds: int) -> Iterator[dict[str, list[str]]]:
    """Serve a store; give the addresses of each row's pages, one for each time it is opened."""
    times, seconds = 2 * rounds, round(hours * 3600)
    with tempfile.TemporaryDirectory() as folder:
        with twin.open_store(Path(folder)) as store:
            rider = store.add_athlete(Athlete("Ada Example", sport="cycling"))

            def keep(content: str, length: int) -> str:
                return store.add_recording(ride(length), rider, content=content).id

            rows = {
                "10 min": [keep("10 min", 600)] * times,
                f"{hours:g} h": [keep("long", seconds)] * times,
            }
            for _ in twin.summarise(store):
                pass
            rows[f"{hours:g} h, new"] = [keep(f"new {n}", seconds) for n in range(times)]
        with serving(folder) as (_, url):
            yield {"no charts": [f"{url}setup"] * times} | {
                row: [f"{url}review?session={session}" for session in sessions]
                for row, sessions in rows.items()
            }


def opened(page: Page, url: str, *, charts: bool) -> Opened:
    """Open a page and time it."""
    page.add_init_script(f"({CANVASES})()")
    began = time.monotonic()
    page.goto(url, wait_until="commit")
    page.get_by_text("Ada Example" if charts else "Sensors").first.wait_for()
    numbers = time.monotonic() - began
    if not charts:
        return Opened(numbers, float("nan"), float("nan"))
    page.wait_for_function(PAINTED)
    painted = time.monotonic() - began
    page.get_by_text("Moving", exact=True).first.wait_for()
    page.get_by_text("Intervals found").first.wait_for()
    page.wait_for_function(WHOLE)
    return Opened(numbers, painted, time.monotonic() - began)


def answered_ms(page: Page) -> tuple[float, float]:
    """Select a stretch with the mouse and zoom: time to its numbers, longest frame. [ms]"""
    box = page.locator("canvas").first.bounding_box() or {}
    page.evaluate(FRAMES)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 200, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, middle, steps=8)
    began = time.monotonic()
    page.mouse.up()
    page.get_by_text("Clear", exact=True).wait_for()
    answer = 1000 * (time.monotonic() - began)
    for _ in range(6):
        page.mouse.wheel(0, -240)
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)
    return answer, float(page.evaluate("() => window.longest"))


def rounds(browser: Browser, urls: list[str], *, charts: bool) -> str:
    """Return a row: median seconds cold and warm, and how it answers."""
    cold, warm, answers = [], [], []
    for pair in zip(urls[::2], urls[1::2], strict=True):
        context: BrowserContext = browser.new_context(viewport={"width": 1440, "height": 2000})
        for times, url in zip((cold, warm), pair, strict=True):
            page = context.new_page()
            times.append(opened(page, url, charts=charts))
            if charts and times is warm:
                answers.append(answered_ms(page))
            page.close()
        context.close()
    cells = [
        statistics.median(getattr(one, name) for one in times)
        for times in (cold, warm)
        for name in ("numbers_s", "charts_s", "whole_s")
    ]
    smooth = [statistics.median(column) for column in zip(*answers, strict=True)]
    return "".join(f"{cell:>9.2f}" for cell in cells) + "".join(f"{ms:>9.0f}" for ms in smooth)


def main() -> None:
    options = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__)[0])
    options.add_argument("--hours", type=float, default=14.0, help="length of the long session")
    options.add_argument("--rounds", type=int, default=3, help="times each page is opened")
    chosen = options.parse_args()
    print("             cold: s to              warm: s to              selected  longest")
    print("page          numbers  charts   whole  numbers  charts   whole      ms  frame ms")
    with dashboard(chosen.hours, chosen.rounds) as pages, chromium() as browser:
        for name, urls in pages.items():
            print(f"{name:<12}", rounds(browser, urls, charts=name != "no charts"), flush=True)


if __name__ == "__main__":
    main()
