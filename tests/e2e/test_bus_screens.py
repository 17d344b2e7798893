"""One hub, dashboards in processes of their own: what viewers see, and what they see go wrong."""

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.redis, pytest.mark.timeout(400)]

TWIN = str(Path(sys.executable).with_name("twin"))
SQUAD = 4


@contextlib.contextmanager
def hub_of(folder: Path):
    """`twin hub` as a process; what it needs to know stands in the ``.env`` of the folder."""
    command = [TWIN, "hub", "--data", str(folder / "data"), "--source", f"simulator:{SQUAD}"]
    with (
        (folder / "hub.log").open("a") as log,
        subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            text=True,
        ) as hub,
    ):  # fmt: skip
        try:
            assert "Recording" in hub.stdout.readline(), (folder / "hub.log").read_text()
            yield hub
        finally:
            if hub.poll() is None:
                hub.send_signal(signal.SIGINT)
            hub.communicate(timeout=60)


def rates(page) -> list[str]:
    return page.locator("li.tile .rate").all_text_contents()


def warnings(page) -> str:
    return " ".join(page.locator(".warnings").all_text_contents())


def test_dashboards_of_two_processes_show_one_hub_and_say_when_it_is_gone(
    tmp_path, redis_server, serving, open_page, until, monkeypatch
):
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("SIMULATION_MODE", raising=False)
    (tmp_path / ".env").write_text(f"REDIS_URL={redis_server.url}\n")
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(serving(tmp_path))
        early = open_page(f"{first.url}/squad")  # before there is a hub
        until(lambda: early.wait_for_timeout(50) or "hub" in warnings(early), "no hub is told")

        hub = stack.enter_context(hub_of(tmp_path))
        second = stack.enter_context(serving(tmp_path))
        other = open_page(f"{second.url}/squad")
        pages = (early, other)
        for page in pages:
            until(lambda p=page: len(rates(p)) == SQUAD and all(map(str.isdigit, rates(p))), "all")
            assert warnings(page) == ""
        seen = []

        def same() -> bool:
            one, two, again = rates(early), rates(other), rates(early)
            if one == two == again and one not in seen:
                seen.append(one)
            return len(seen) >= 2

        until(same, "two ticks that both show alike", within_s=60)

        early.get_by_role("button", name="Mark period").click()
        early.locator("input[name=period]").fill("rondo")
        early.keyboard.press("Enter")
        other.get_by_role("button", name="rondo").wait_for()

        hub.kill()
        for page in pages:
            until(lambda p=page: p.wait_for_timeout(50) or "hub is down" in warnings(p), "silence")
            assert len(rates(page)) == SQUAD  # the dashboard goes on
        for page in pages:
            page.watch.nothing()
