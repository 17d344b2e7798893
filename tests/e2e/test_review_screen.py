"""The review in a real browser: its parts by keyboard, a stretch typed, sessions laid over each other."""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

# What stands in each part of the made-up ride when it has been computed.
SAID = {
    "Laps": "Intervals found",
    "Bests": "A best is the highest mean",
    "Load": "Each measure counts something else",
    "HRV and efficiency": "No RR intervals were recorded",
    "Twin": "Within the band",
    "Live and after": "Nothing was kept of this session live",
}


@pytest.fixture(scope="module")
def ride(tmp_path_factory, serving, store_a_ride):
    """Address of the review of a stored ride."""
    folder = tmp_path_factory.mktemp("review")
    session = store_a_ride(folder / "data")
    with serving(folder) as dashboard:
        yield f"{dashboard.url}/review?session={session}"


def test_every_part_opens_by_keyboard_and_draws_without_an_error(ride, open_page, artefacts):
    page = open_page(ride, height=1600)
    tab = page.get_by_role("tab", name="Laps")
    tab.wait_for()
    page.get_by_text("Moving", exact=True).wait_for()  # the figures of the whole session
    tab.focus()
    for title in page.get_by_role("tab").all_inner_texts():
        page.get_by_role("tab", name=title, exact=True).and_(
            page.locator("[aria-selected=true]")
        ).wait_for()
        if title in SAID:
            page.get_by_text(SAID[title]).first.wait_for()
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("tab=bests"))
    page.get_by_role("button", name="5 min", exact=True).press("Enter")
    page.get_by_text("Clear", exact=True).wait_for()
    page.screenshot(path=artefacts / "review-bests.png")
    page.watch.nothing()


def test_on_a_phone_a_stretch_is_typed_and_a_part_named_in_the_address_is_open(ride, open_page):
    page = open_page(f"{ride}&tab=bests", width=390, height=844)
    page.get_by_text(SAID["Bests"]).wait_for()
    field = page.get_by_label("From – to")
    first, last = re.findall(r"\d\d:\d\d:\d\d", field.get_attribute("placeholder"))
    field.fill(f"{first} - {last[:-2]}30")
    field.press("Enter")
    page.get_by_text("Clear", exact=True).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.watch.nothing()


def test_the_address_lays_sessions_over_each_other(ride, open_page):
    session = ride.partition("session=")[2]
    page = open_page(ride.replace("session=", "together=") + "&by=distance")
    page.get_by_text("Distance [km]").or_(page.locator("canvas")).first.wait_for()
    page.get_by_role("button", name=re.compile("Ada Example")).click()
    page.wait_for_url(re.compile(f"session={session}"))
    page.watch.nothing()
