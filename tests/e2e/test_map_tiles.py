"""Tiles under the maps: fetched only when switched on, the right ones, and lying where they belong."""

import io
import math
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LATITUDE, LONGITUDE = 48.1, 11.5  # about where the stored ride goes round


def tile_at(latitude: float, longitude: float, zoom: int) -> tuple[int, int]:
    """Return the numbers of the tile at a place: OpenStreetMap wiki, the page on tile names."""
    angle = math.radians(latitude)
    x = (longitude + 180) / 360 * 2**zoom
    y = (1 - math.log(math.tan(angle) + 1 / math.cos(angle)) / math.pi) / 2 * 2**zoom
    return int(x), int(y)


def painted(zoom: int, x: int, y: int) -> bytes:
    """Return a tile in one of two colours, like a chess board, with its numbers on it."""
    picture = Image.new("RGB", (256, 256), ("#cfe8cf", "#e8dccf")[(x + y) % 2])
    ImageDraw.Draw(picture).text((8, 8), f"{zoom}/{x}/{y}", fill="black")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


class TileServer(ThreadingHTTPServer):
    """A tile server on this machine that remembers what was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.asked: set[tuple[int, int, int]] = set()
        self.template = f"http://127.0.0.1:{self.server_port}/{{z}}/{{x}}/{{y}}.png"


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        z, x, y = map(int, re.match(r"/(\d+)/(\d+)/(\d+)\.png", self.path).groups())
        self.server.asked.add((z, x, y))
        body = painted(z, x, y)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def tiles():
    with TileServer() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory, serving, store_a_ride, tiles):
    folder = tmp_path_factory.mktemp("tiles")
    (folder / "config.yaml").write_text(f'MAP_TILES: "{tiles.template}"\n')
    session = store_a_ride(folder / "data")
    with serving(folder, "simulator:4") as dashboard:
        dashboard.review = f"{dashboard.url}/review?session={session}"
        yield dashboard


def test_the_review_map_lies_on_the_tiles_of_its_place(
    dashboard, tiles, open_page, until, artefacts
):
    page = open_page(dashboard.review, width=1920, height=1080)
    cover = {(z, *tile_at(LATITUDE, LONGITUDE, z)) for z in range(20)}
    until(lambda: cover & tiles.asked, "the tile of the place", page=page)
    found = page.evaluate_handle(
        """() => Bokeh.documents.flatMap(d => [...d._all_models.values()])
        .find(m => m.name === "tiles").data_source.data"""
    )
    until(lambda: page.evaluate("d => d.url.length", found), "tiles on the map")
    page.wait_for_timeout(500)
    page.screenshot(path=artefacts / "tiles-review.png")
    z, x, y = map(
        int, re.search(r"/(\d+)/(\d+)/(\d+)\.png", page.evaluate("d => d.url[0]", found)).groups()
    )
    # Where the north-west corner of a tile is, by the same page of the wiki; metres from the
    # first position of the ride, (48.1, 11.51): a degree is 111195 m, narrower by its latitude.
    west = x / 2**z * 360 - 180
    north = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**z))))
    expected = [(west - 11.51) * 111_195 * math.cos(math.radians(48.1)), (north - 48.1) * 111_195]
    placed = page.evaluate("d => [d.x[0], d.y[0]]", found)
    np.testing.assert_allclose(placed, expected, atol=2)  # metres
    page.watch.nothing()


@pytest.mark.parametrize("path", ["squad", "athlete"])
def test_a_live_map_has_tiles_under_it(path, dashboard, tiles, open_page, until, artefacts):
    before = set(tiles.asked)
    page = open_page(f"{dashboard.url}/{path}", width=1920, height=1080)
    until(lambda: tiles.asked - before, "tiles", page=page)
    page.wait_for_timeout(1500)
    page.screenshot(path=artefacts / f"tiles-{path}.png")
    page.watch.nothing()


def test_a_metre_is_as_long_to_the_east_as_to_the_north(dashboard, open_page, until):
    page = open_page(f"{dashboard.url}/athlete", width=1920, height=1080)
    pixels = """() => {
        const map = Bokeh.documents.flatMap(d => [...d._all_models.values()])
            .find(m => m.name === "map")
        if (!map || map.properties.inner_width.is_unset) return null
        const metre = (range, pixels) => pixels / (range.end - range.start)
        return [metre(map.x_range, map.inner_width), metre(map.y_range, map.inner_height)]
    }"""
    until(lambda: page.evaluate(pixels), "the map", page=page)
    page.wait_for_timeout(1500)
    east, north = page.evaluate(pixels)
    assert east == pytest.approx(north, rel=0.02)
