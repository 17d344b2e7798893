"""What an update costs on the wire, counted in Chromium: frames, bytes, and whether all arrive.

Counts do not depend on how busy the machine is; milliseconds are for `benchmarks/screens.py`.
"""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

UPDATES = 8
ALERTS = re.compile(rb'"attr":"(alerts|news)"')
STRAY = 5  # the end of an update that began before, or one change of the state line
# Frames and bytes of one update at 1 Hz: 12 bytes and 24 for each athlete of a squad.
MOST = ((30, "squad", 5, 1000), (30, "athlete", 3, 400), (100, "squad", 5, 2700))


class Wire:
    """What comes over the WebSockets of a page; an alert is news of its own, no update."""

    def __init__(self, page) -> None:
        self._sockets: list[list[bytes]] = []
        page.on("websocket", self._follow)

    def _follow(self, socket) -> None:
        frames: list[bytes] = []
        self._sockets.append(frames)
        socket.on(
            "framereceived", lambda f: frames.append(f if isinstance(f, bytes) else f.encode())
        )

    def clear(self) -> None:
        for frames in self._sockets:
            frames.clear()

    def frames(self) -> list[bytes]:
        """Return the frames, without the three of a message of Bokeh's that tells alerts."""
        told = []
        for frames in self._sockets:
            alerts = [n for n, frame in enumerate(frames) if ALERTS.search(frame[:200])]
            left_out = {n - before for n in alerts for before in range(3)}
            told += [frame for n, frame in enumerate(frames) if n not in left_out]
        return told


@pytest.fixture(scope="module")
def dashboard(request, tmp_path_factory, serving):
    with serving(tmp_path_factory.mktemp("wire"), f"simulator:{request.param}") as dashboard:
        yield dashboard


@pytest.mark.parametrize(
    ("dashboard", "path", "most_frames", "most_bytes"), MOST, indirect=["dashboard"]
)
def test_an_update_is_a_few_frames_and_bytes_and_none_is_missed(
    dashboard, path, most_frames, most_bytes, open_page, until
):
    page = open_page("about:blank")
    wire = Wire(page)
    page.goto(f"{dashboard.url}/{path}")
    page.evaluate(NEWEST)
    first = until(lambda: instant(page), "a first reading")
    until(lambda: instant(page) > first + 2000, "a page that has settled")
    page.evaluate("window.instants.splice(0, window.instants.length - 1)")
    wire.clear()
    updates = until(lambda: shown(page, UPDATES), "updates")
    frames = wire.frames()
    assert len(frames) <= most_frames * updates + STRAY
    assert sum(map(len, frames)) <= most_bytes * (updates + 1)
    seconds = page.evaluate("(window.instants.at(-1) - window.instants[0]) / 1000")
    assert updates >= 0.97 * seconds


# Keeps the sensor's instant (ms) of every reading that the page has taken in.
NEWEST = """() => {
  window.instants = []
  const models = () => (window.Bokeh?.documents ?? []).flatMap(d => [...d._all_models.values()])
  const newest = () => {
    window.board ??= models().find(m => m.data?.properties?.frame)
    if (window.board) {
      const frame = window.board.data.frame, bytes = frame?.buffer ?? frame
      return bytes?.byteLength > 8 ? new DataView(bytes).getFloat64(0, true) : 0
    }
    const states = models().map(m => m.twin_state).filter(state => state?.newest)
    return Math.max(0, ...states.map(s => s.base_ms + s.newest[s.at.time] * 1000))
  }
  setInterval(() => {
    const now = newest()
    if (now && now !== window.instants.at(-1)) { window.instants.push(now) }
  }, 20)
}"""


def instant(page) -> float:
    page.wait_for_timeout(50)
    return page.evaluate("window.instants.at(-1) ?? 0")


def shown(page, least: int) -> int:
    """Return how many readings were shown since the first one kept, once they are enough."""
    page.wait_for_timeout(50)
    count = page.evaluate("window.instants.length - 1")
    return count if count >= least else 0
