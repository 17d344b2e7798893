"""The season in a browser: figures come by themselves, the address keeps the view, a day leads on."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_missing_figures_come_the_address_keeps_the_view_and_a_session_opens_its_review(
    tmp_path, serving, store_a_ride, open_page
):
    session = store_a_ride(tmp_path / "data")
    with serving(tmp_path) as dashboard:
        page = open_page(f"{dashboard.url}/season?month=2026-10")
        done = page.locator("a.done")
        done.filter(has_text="au").wait_for()  # its load: computed by another process meanwhile
        page.get_by_text("Nothing unusual").wait_for()
        page.get_by_label("Charts show").select_option("quarter")
        page.wait_for_url(re.compile(r"span=quarter"))
        page.keyboard.press("Escape")
        page.locator("h2", has_text="October 2026").click()
        page.keyboard.press("[")
        page.wait_for_url(re.compile(r"month=2026-09"))
        page.reload()
        page.locator("h2", has_text="September 2026").wait_for()
        page.get_by_label("Month after").click()
        page.get_by_text("Plan a session").click()
        page.get_by_label("Day", exact=True).fill("2026-10-02")
        page.get_by_label("Title").fill("long run")
        page.keyboard.press("Enter")
        page.locator(".planned", has_text="long run").wait_for()
        page.get_by_role("button", name=re.compile("Strike out")).click()
        page.locator(".planned").wait_for(state="detached")
        page.watch.nothing()
        done.click()
        page.wait_for_url(re.compile(rf"review\?session={session}"))
