"""Every page judged by axe-core, and worked by the keyboard alone."""

import pytest

from judging import chosen, focused, grave, tab_to, tabbed, too_small

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

STORED = "20261001T080000-ada-example"
# Address of each page, and one thing that is only there when the page has drawn itself.
PAGES = {
    "squad": ("squad?map=1", "li.tile .rate"),
    "table": ("squad?view=table", "tr.line .rate, tr.line td"),
    "compare": ("squad?view=compare", ".panel .rate"),
    "athlete": ("athlete", ".tile[data-name=heart_rate] .number"),
    "lead": ("lead", ".person"),
    "alerts": ("alerts", ".rule"),
    "setup": ("setup", ".notice"),
    "sessions": ("review", "tr.session"),
    "review": (f"review?session={STORED}", "canvas"),
    "whatif": ("whatif?athlete=ada-example", "table.answers td"),
    "season": ("season?athlete=ada-example&month=2026-10", "a.done"),
}
# What opens a dialog of a page: buttons that are pressed one after the other, or a key.
DIALOGS = {
    "squad": (("Manage", "Edit Ada"), ("Mark period",), ("End recording",), ("?",)),
    "alerts": (("Edit: Above the line",), ("New rule",)),
}


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory, serving, store_a_ride):
    """Simulated athletes, and one session that has ended, so that every page has content."""
    folder = tmp_path_factory.mktemp("accessible")
    store_a_ride(folder / "data")
    with serving(folder, "simulator:6") as dashboard:
        yield dashboard


@pytest.fixture
def drawn(dashboard, open_page):
    """Return what opens a page by its name and waits until it has drawn itself."""

    def drawn(name: str, **options):
        path, sign = PAGES[name]
        page = open_page(f"{dashboard.url}/{path}", **options)
        page.locator(sign).first.wait_for()
        return page

    return drawn


@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_its_dialogs_pass_axe_and_suit_fingers_and_tab(name, drawn):
    """Light on a desk, dark on a phone: axe-core finds nothing grave, no target is under 44 px."""
    page = drawn(name, storage_state=chosen("light"), reduced_motion="reduce")
    assert grave(page) == []
    stops = list(tabbed(page))
    assert stops[0]["name"] == "Skip to content"
    assert [stop for stop in stops if not stop["outlined"]] == []
    dialogs_are_well(page, name)
    phone = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
    page = drawn(name, storage_state=chosen("dark"), reduced_motion="reduce", **phone)
    assert grave(page) == []
    assert too_small(page) == []
    dialogs_are_well(page, name)


def dialogs_are_well(page, name: str) -> None:
    """Judge each dialog of a page, open."""
    for way in DIALOGS.get(name, ()):
        for step in way:
            if len(step) == 1:
                page.keyboard.press(step)
            else:
                page.get_by_role("button", name=step, exact=True).first.click()
        dialog = page.get_by_role("dialog")
        dialog.wait_for()
        assert grave(page) == [], way
        if page.viewport_size["width"] < 400:
            assert too_small(page) == [], way
        page.keyboard.press("Escape")
        dialog.wait_for(state="hidden")


def skip_to_content(page) -> None:
    page.keyboard.press("Tab")
    assert focused(page)["name"] == "Skip to content"
    page.keyboard.press("Enter")


def test_the_list_of_keys_opens_by_a_key_and_switches_the_letters_off(drawn, until):
    page = drawn("squad")
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    keys.get_by_text("tiles or table").wait_for()
    page.keyboard.press("t")
    assert "view=table" not in page.url, "a letter acted behind a dialog"
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    page.keyboard.press("t")
    page.wait_for_url("**view=table**")
    page.keyboard.press("?")
    keys.get_by_label("Letters act on this device").press("Space")
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    page.keyboard.press("t")
    page.keyboard.press("?")
    keys.wait_for()
    assert "view=table" in page.url, "a letter acted that is off"


def test_the_squad_is_filtered_walked_and_opened_by_keyboard(drawn, until):
    page = drawn("squad")
    page.keyboard.press("/")
    page.keyboard.type("a")
    until(lambda: "filter=a" in page.url, "the filter", page=page)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    until(lambda: page.locator("li.tile").count() == 6, "everybody")
    tab_to(page, "Start recording", "End recording")
    tab_to(page, "beats per minute", " ago")
    first = focused(page)["name"].partition(":")[0]
    page.keyboard.press("ArrowRight")
    second = focused(page)["name"].partition(":")[0]
    assert second != first
    page.keyboard.press("Enter")
    page.wait_for_url("**/athlete?athlete=*")


def test_another_athlete_is_chosen_by_keyboard(drawn, until):
    page = drawn("athlete")
    skip_to_content(page)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    until(lambda: "athlete=ben" in page.url, "another athlete in the address", page=page)
    page.locator(PAGES["athlete"][1]).wait_for()


def test_a_question_is_asked_and_a_rule_is_opened_and_left_by_keyboard(drawn):
    page = drawn("alerts")
    skip_to_content(page)
    tab_to(page, "Question")
    page.keyboard.type("who is above 20 percent")
    page.keyboard.press("Enter")
    page.get_by_text("percent of maximum", exact=False).first.wait_for()
    tab_to(page, "Edit: ")
    edited = focused(page)["name"]
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert focused(page)["name"] == edited, "where the focus was before"


def test_a_stored_session_is_found_and_opened_by_keyboard(drawn):
    page = drawn("sessions")
    page.keyboard.press("/")
    page.keyboard.type("ada")
    tab_to(page, "Ada Example, cycling")  # behind its box
    page.keyboard.press("Enter")
    page.wait_for_url(f"**session={STORED}*")
    page.locator("canvas").first.wait_for()
    tab_to(page, "All sessions")
    page.keyboard.press("Enter")
    page.locator("tr.session").first.wait_for()


def test_a_plan_is_changed_and_taken_back_by_keyboard(drawn, until):
    page = drawn("whatif")
    skip_to_content(page)
    tab_to(page, "Target")
    before = page.url
    page.keyboard.press("ArrowUp")
    until(lambda: page.url != before, "a notch harder, in the address", page=page)
    page.keyboard.press("ControlOrMeta+z")
    until(lambda: page.url == before, "the plan before", page=page)


def test_a_session_is_led_by_keyboard(drawn):
    page = drawn("lead")
    page.keyboard.press("m")
    page.keyboard.type("rain begins")
    page.keyboard.press("Enter")
    page.get_by_text("rain begins").first.wait_for()
