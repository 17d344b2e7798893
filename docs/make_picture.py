"""Write the pictures in docs/images from the running app: ``make picture``.

It starts the dashboard on simulated athletes and one recorded ride, takes the review of the ride, lets
the athletes run for a while and takes the squad page.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).with_name("images")
SIZE = {"width": 1280, "height": 800}
TALL = {"width": 1280, "height": 1000}
WARM_UP_S = 90  # until the trend lines say something
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-gpu",
         "--disable-quic", "--disable-sync", "--no-first-run", "--no-sandbox"]  # fmt: skip


def main() -> None:
    """Serve, look, and end."""
    IMAGES.mkdir(exist_ok=True)
    twin = Path(sys.executable).with_name("twin")
    with tempfile.TemporaryDirectory() as folder:
        session = stored_ride(twin, folder)
        command = [twin, "serve", "--port", "0", "--data", folder, "--source", "simulator:12"]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        try:
            url = next(found[0] for line in server.stdout if (found := _address(line)))
            take(url.replace("localhost", "127.0.0.1"), session)
        finally:
            server.terminate()
            server.wait(30)


def stored_ride(twin: Path, folder: str) -> str:
    """Keep a simulated ride of intervals and return its session."""
    ride = Path(folder, "ride.csv")
    simulate = ["simulate", "--sport", "cycling", "--minutes", "90", "--seed", "3", "-o", ride]
    keep = ["import", ride, "--athlete", "Eva Example", "--data", folder, "--json"]
    subprocess.run([twin, *simulate], check=True, stdout=subprocess.DEVNULL)
    told = subprocess.run([twin, *keep], check=True, stdout=subprocess.PIPE, text=True).stdout
    return str(json.loads(told)[0]["session"])


def _address(line: str) -> re.Match[str] | None:
    return re.search(r"http://[^\s/]+", line)


def take(url: str, session: str) -> None:
    """Take the pictures from the dashboard at this address."""
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        began = time.monotonic()
        take_review(
            browser.new_page(viewport=TALL, color_scheme="light"), f"{url}/review?session={session}"
        )
        page: Page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{url}/squad")
        while time.monotonic() - began < WARM_UP_S:
            page.wait_for_timeout(1000)
        page.screenshot(path=IMAGES / "squad.png")
        browser.close()


def take_review(page: Page, url: str) -> None:
    """Take a session with a stretch selected, and what the twin expected of it."""
    page.goto(f"{url}&tab=twin")
    page.get_by_text("Within the band").first.wait_for()
    box = page.locator("canvas").first.bounding_box() or {}
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 300, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 420, middle, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Clear").wait_for()
    page.mouse.move(5, 5)
    page.wait_for_timeout(1000)
    page.screenshot(path=IMAGES / "review.png")
    page.get_by_role("tab", name="Twin").evaluate("tab => tab.scrollIntoView()")
    page.mouse.wheel(0, -80)  # below the bar that stays at the top
    page.wait_for_timeout(1000)
    page.screenshot(path=IMAGES / "review-twin.png")


if __name__ == "__main__":
    main()
