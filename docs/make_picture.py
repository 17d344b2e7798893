"""Write docs/images/squad.png from the running app: ``make picture``.

It starts the dashboard on simulated athletes, lets them run for a while and takes the squad page.
"""

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
WARM_UP_S = 90  # until the trend lines say something
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-gpu",
         "--disable-quic", "--disable-sync", "--no-first-run", "--no-sandbox"]  # fmt: skip


def main() -> None:
    """Serve, look, and end."""
    IMAGES.mkdir(exist_ok=True)
    twin = Path(sys.executable).with_name("twin")
    with tempfile.TemporaryDirectory() as folder:
        command = [twin, "serve", "--port", "0", "--data", folder, "--source", "simulator:12"]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        try:
            url = next(found[0] for line in server.stdout if (found := _address(line)))
            take(url.replace("localhost", "127.0.0.1"))
        finally:
            server.terminate()
            server.wait(30)


def _address(line: str) -> re.Match[str] | None:
    return re.search(r"http://[^\s/]+", line)


def take(url: str) -> None:
    """Take the picture of the squad page at this address."""
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        page: Page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"{url}/squad")
        began = time.monotonic()
        while time.monotonic() - began < WARM_UP_S:
            page.wait_for_timeout(1000)
        page.screenshot(path=IMAGES / "squad.png")
        browser.close()


if __name__ == "__main__":
    main()
