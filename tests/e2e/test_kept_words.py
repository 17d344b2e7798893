"""What somebody typed or is called: it stays where it was refused, and it is new on every page at once."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_words_that_were_refused_stay_in_their_field(tmp_path, serving, open_page, until):
    with serving(tmp_path, "simulator:2") as dashboard:
        page = open_page(f"{dashboard.url}/lead", 1024, 768)
        page.get_by_role("button", name="Start", exact=True).click()
        page.get_by_text("REC 2 of 2").wait_for()  # a drill wants somebody who is recorded
        page.get_by_role("button", name="Pause").click()
        page.get_by_role("button", name="Go on").wait_for()
        drill, marker = (
            page.get_by_label("Drill", exact=True),
            page.get_by_label("Marker", exact=True),
        )
        drill.fill("Rondo")
        page.get_by_role("button", name="Begin drill").click()
        page.get_by_text("the session is paused; go on first").wait_for()
        assert drill.input_value() == "Rondo"
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Begin drill").click()
        page.get_by_text(re.compile("^Rondo, ")).wait_for()
        until(lambda: drill.input_value() == "", "the words of the drill stay", page=page)
        marker.fill("rain")
        marker.press("Enter")
        page.get_by_role("button", name="Undo: marker rain").wait_for()
        until(lambda: marker.input_value() == "", "the words of the marker stay", page=page)


def test_a_new_name_is_shown_on_pages_that_are_open(tmp_path, serving, open_page):
    with serving(tmp_path, "simulator:2") as dashboard:
        lead = open_page(f"{dashboard.url}/lead", 1024, 768)
        lead.get_by_label("Ada trains").wait_for()
        compared = open_page(f"{dashboard.url}/squad?view=compare", 1024, 768)
        panels = compared.get_by_label("Comparison")
        panels.get_by_role("link", name="Ada").wait_for()
        squad = open_page(f"{dashboard.url}/squad", 1024, 768)
        squad.get_by_role("button", name="Manage").click()
        squad.get_by_role("button", name="Edit Ada").click()
        squad.get_by_role("dialog").get_by_label("Name", exact=True).fill("Zora")
        squad.get_by_role("button", name="Save").click()
        squad.get_by_role("button", name="Edit Zora").wait_for(timeout=10_000)
        squad.get_by_label("Select Zora").wait_for(timeout=10_000)
        lead.get_by_label("Zora trains").wait_for(timeout=10_000)
        lead.get_by_text("Zora", exact=True).wait_for(timeout=10_000)
        panels.get_by_role("link", name="Zora").wait_for(timeout=10_000)
        panels.get_by_label("Heart rate of Zora").wait_for(timeout=10_000)
