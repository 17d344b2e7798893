"""A viewer in Chromium that times what it sees and counts what it receives."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-gpu",
         "--disable-quic", "--disable-sync", "--no-first-run", "--no-sandbox"]  # fmt: skip

# Each returns the sensor's instant (ms) of the newest reading that the page shows; of the athlete
# page as numbers, and in the charts, which follow a moment later.
STAMP = {
    "squad": """() => {
      window.board ??= Bokeh.documents.flatMap(d => [...d._all_models.values()])
        .find(m => m.data?.properties?.frame)
      const frame = window.board?.data.frame
      const bytes = frame?.buffer ?? frame
      return bytes?.byteLength > 8 ? new DataView(bytes).getFloat64(0, true) : 0
    }""",
    "athlete": """() => {
      window.wire ??= Bokeh.documents.flatMap(d => [...d._all_models.values()])
        .find(m => m.twin_state)
      const state = window.wire?.twin_state
      return state?.newest ? state.base_ms + state.newest[state.at.time] * 1000 : 0
    }""",
    "charts": """() => {
      window.wire ??= Bokeh.documents.flatMap(d => [...d._all_models.values()])
        .find(m => m.twin_state)
      const state = window.wire?.twin_state
      return state?.last > 0 ? state.base_ms + state.last * 1000 : 0
    }""",
    "peer": "() => Number(document.querySelector('.stamp')?.textContent ?? 0)",
}
# Two animation frames after a new reading is in the page it is on the screen.
PROBE = """stamp => {
  const newest = eval(stamp)
  window.seen = []
  let last = 0
  const look = () => {
    const now = newest()
    if (now !== last) {
      last = now
      requestAnimationFrame(() => requestAnimationFrame(() => window.seen.push([now, Date.now()])))
    }
    requestAnimationFrame(look)
  }
  look()
}"""


@dataclass
class Seen:
    """What one viewer saw in a window of time."""

    window_s: float
    delays_ms: list[float] = field(default_factory=list)
    received: int = 0
    frames: int = 0

    @property
    def updates(self) -> int:
        return len(self.delays_ms)

    def delay_ms(self, percent: float) -> float:
        return float(np.percentile(self.delays_ms, percent)) if self.delays_ms else float("nan")

    @property
    def delivered(self) -> float:
        return min(1.0, self.updates / self.window_s)

    @property
    def bytes_per_update(self) -> float:
        return self.received / max(1, self.updates)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)), None)
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


class Viewer:
    """One page, opened and left to settle; `watch` measures a window of it."""

    def __init__(self, browser: Browser, url: str, kind: str, settle_s: float) -> None:
        self._page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="light")
        self._seen = Seen(0)
        wire = self._page.context.new_cdp_session(self._page)
        wire.send("Network.enable")
        wire.on("Network.webSocketFrameReceived", self._frame)
        wire.on("Network.loadingFinished", self._loaded)
        self._page.goto(url)
        self._page.wait_for_timeout(settle_s * 1000)
        self._page.evaluate(PROBE, STAMP[kind])

    def _frame(self, event: dict) -> None:
        response = event["response"]
        text = response["payloadData"]
        binary = response["opcode"] == 2
        self._seen.received += len(text) * 3 // 4 if binary else len(text.encode())
        self._seen.frames += 1

    def _loaded(self, event: dict) -> None:
        self._seen.received += int(event["encodedDataLength"])
        self._seen.frames += 1

    def watch(self, window_s: float) -> Seen:
        self._page.wait_for_timeout(1500)
        self._page.evaluate("window.seen = []")
        self._seen.received = self._seen.frames = 0
        self._page.wait_for_timeout(window_s * 1000)
        received, frames = self._seen.received, self._seen.frames
        pairs = self._page.evaluate("window.seen")
        return Seen(window_s, [shown - sent for sent, shown in pairs], received, frames)

    def close(self) -> None:
        self._page.close()
