"""A season of 3,000 sessions in Chromium: until it is there, and whether it stays smooth.

    python -m benchmarks.season [--sessions 3000] [--rounds 3]

Opened: from the address to the calendar and the charts drawn, each time as a new viewer. Looked back:
until what is unusual is listed. Turned: another month. Smooth: the longest of the animation frames while
the page is scrolled from top to bottom, and the share of frames longer than 50 ms.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from benchmarks import season_store
from benchmarks.viewer import chromium

_SCROLLED = """async () => {
  const box = [...document.querySelectorAll("*")].find((e) => e.scrollHeight > e.clientHeight + 200 && /auto|scroll/.test(getComputedStyle(e).overflowY)) ?? document.scrollingElement
  const frames = []
  let last = performance.now()
  for (let step = 0; step < 120; step++) {
    box.scrollTop += 20
    await new Promise(requestAnimationFrame)
    const now = performance.now()
    frames.push(now - last)
    last = now
  }
  return frames
}"""


def opened(browser: Browser, url: str) -> tuple[Page, dict[str, float]]:
    """Return the page of a new viewer, and what was measured. [ms]"""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    began = time.perf_counter()
    page.goto(url)
    page.locator("table.month td.day").first.wait_for()
    page.locator(".bk-Canvas").nth(2).wait_for()
    found = {"opened": (time.perf_counter() - began) * 1e3}
    page.locator("ul.unusual li:not(.none)").first.wait_for()
    found["looked back"] = (time.perf_counter() - began) * 1e3
    page.wait_for_timeout(1000)
    title = page.locator(".turn h2").first.text_content()
    began = time.perf_counter()
    page.get_by_label("Month before").click()
    page.locator(".turn h2").first.filter(has_not_text=title or "-").wait_for()
    found["turned"] = (time.perf_counter() - began) * 1e3
    frames = page.evaluate(_SCROLLED)
    found["longest frame"] = max(frames)
    found["share of frames over 50 ms [%]"] = 100 * sum(f > 50 for f in frames) / len(frames)
    return page, found


def plain(browser: Browser, url: str) -> float:
    """Return how long the plainest page of the product takes on this machine. [ms]"""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    began = time.perf_counter()
    page.goto(url)
    page.locator(".notice").first.wait_for()
    page.context.close()
    return (time.perf_counter() - began) * 1e3


def main() -> None:
    """Print the median of some rounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    season_store.TODAY = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as folder:
        athlete = season_store.fill(Path(folder), chosen.sessions)
        command = [sys.executable, "-m", "twin", "serve", "--port", "0", "--data", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                url = next(m[0] for line in server.stdout if (m := re.search(r"http://\S+", line)))
                address = f"{url.rstrip('/').removesuffix('/squad')}/season?athlete={athlete}"
                with chromium() as browser:
                    opened(browser, address)[0].context.close()  # the server's first page
                    rounds = []
                    for _ in range(chosen.rounds):
                        peer = plain(browser, address.partition("/season")[0] + "/setup")
                        page, found = opened(browser, address)
                        rounds.append({"peer: setup page opened": peer} | found)
                        page.context.close()
            finally:
                server.terminate()
    for name in rounds[0]:
        print(f"{name:32} {median(found[name] for found in rounds):8.0f}")


if __name__ == "__main__":
    main()
