"""The squad page gets its frames over the socket all viewers share, and without it all the same."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory, serving):
    with serving(tmp_path_factory.mktemp("socket"), "simulator:3") as dashboard:
        yield dashboard


class Lines:
    """Counts the messages of each WebSocket of a page, by its path."""

    def __init__(self, page) -> None:
        self.counts: dict[str, int] = {}
        page.on("websocket", self._opened)

    def _opened(self, socket) -> None:
        path = re.sub(r"^wss?://[^/]+|\?.*", "", socket.url)
        socket.on("framereceived", lambda _: self._count(path))

    def _count(self, path: str) -> None:
        self.counts[path] = self.counts.get(path, 0) + 1


def board_time(page) -> float:
    """Return the instant of the newest frame that the page has."""
    return page.evaluate("""() => {
      const board = Bokeh.documents.flatMap(d => [...d._all_models.values()])
        .find(m => m.data?.properties?.frame)
      const frame = board.data.frame
      return frame.byteLength > 8 ? new DataView(frame.buffer ?? frame).getFloat64(0, true) : 0
    }""")


def test_frames_come_over_the_shared_socket_and_the_pages_own_line_rests(
    dashboard, open_page, until
):
    page = open_page("about:blank")
    lines = Lines(page)
    page.goto(f"{dashboard.url}/squad")
    until(lambda: lines.counts.get("/live", 0) >= 3, "no frames", page=page)
    own = lines.counts["/squad/ws"]
    page.wait_for_timeout(3000)
    assert lines.counts["/live"] >= 5
    assert lines.counts["/squad/ws"] - own <= 6  # a tick with a frame is five messages
    page.watch.nothing()


def test_without_the_socket_the_page_moves_all_the_same(dashboard, open_page, until):
    page = open_page("about:blank")
    page.route_web_socket(re.compile(r"/live$"), lambda socket: socket.close())
    page.goto(f"{dashboard.url}/squad")
    page.wait_for_selector(".tile")
    first = board_time(page)
    until(lambda: board_time(page) > first, "the page stands still", page=page)


def test_a_socket_that_falls_silent_is_given_up(dashboard, open_page, until):
    page = open_page("about:blank")
    taken = []

    def three_and_no_more(socket) -> None:
        server = socket.connect_to_server()

        def pass_on(message) -> None:
            if len(taken) < 3:
                taken.append(message)
                socket.send(message)

        server.on_message(pass_on)

    page.route_web_socket(re.compile(r"/live$"), three_and_no_more)
    page.goto(f"{dashboard.url}/squad")
    until(lambda: len(taken) == 3, "no frames over the socket", page=page)
    last = board_time(page)
    until(lambda: board_time(page) > last + 2000, "it stands still", page=page)
