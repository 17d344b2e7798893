"""The pages in a real browser: offline, alive, honest about age, from phone to projector."""

import re
import signal
from pathlib import Path

import pandas as pd
import pytest

from twin.views.theme import DARK, LIGHT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

# The stored session that every run of these tests begins with.
STORED = "20261001T080000-ada-example"
PAGES = {
    "squad": "squad",
    "athlete": "athlete",
    "sessions": "review",
    "review": f"review?session={STORED}",
    "whatif": "whatif?athlete=ada-example",
    "season": "season?athlete=ada-example&month=2026-10",
    "setup": "setup",
}
SIZES = ((390, 844), (1024, 768), (1920, 1080))
SQUAD = 6
# One thing on each page that is only there when the page has drawn itself.
DRAWN = {
    "squad": "li.tile .rate",
    "athlete": ".tile[data-name=heart_rate] .number",
    "sessions": "tr.session",
    "review": "canvas",
    "whatif": "table.answers td",
    "season": "a.done",
    "setup": ".notice",
}


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory, serving, store_a_ride):
    """Simulated athletes, and one session that has ended, so that every page has content."""
    folder = tmp_path_factory.mktemp("screens")
    assert store_a_ride(folder / "data") == STORED
    with serving(folder, f"simulator:{SQUAD}") as dashboard:
        yield dashboard


def rates(page) -> dict[str, str]:
    """Return the heart rate beside each name on the squad page."""
    tiles = page.locator("li.tile").evaluate_all(
        "tiles => tiles.map(t => [t.querySelector('.open').textContent,"
        " t.querySelector('.rate').textContent])"
    )
    return dict(tiles)


def drawn(page, name: str):
    """Return the page when it has drawn itself."""
    page.locator(DRAWN[name]).first.wait_for()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_without_internet_from_phone_to_projector(
    name, scheme, dashboard, open_page, until, artefacts
):
    page = drawn(open_page(f"{dashboard.url}/{PAGES[name]}", *SIZES[-1], color_scheme=scheme), name)
    until(lambda: brightness(page) < 100 if scheme == "dark" else brightness(page) > 155, scheme)
    before = page.watch.messages
    for width, height in reversed(SIZES):
        page.set_viewport_size({"width": width, "height": height})
        until(lambda wide=width: reach(page) == wide, f"a page as wide as {width} px", page=page)
        picture = page.screenshot(path=artefacts / f"{name}-{width}-{scheme}.png")
        assert len(picture) > 10_000, "an empty page"
    if name in ("squad", "athlete"):
        until(lambda: page.watch.messages >= before + 3, "three ticks", page=page)
    page.watch.nothing()


def reach(page) -> int:
    """Return how far a page reaches to the right; more than its window is cut off. [px]"""
    return page.evaluate("document.documentElement.scrollWidth")


def brightness(page) -> float:
    """Return how bright the page's ground is, 0 to 255."""
    colour = page.evaluate(
        "getComputedStyle(document.querySelector('.main-content') ?? document.body).backgroundColor"
    )
    parts = [float(part) for part in re.findall(r"[\d.]+", colour)]
    return sum(parts[:3]) / 3 if len(parts) == 3 else 255.0


def test_charts_of_a_session_follow_the_scheme_of_the_browser(dashboard, open_page, until):
    """The first page a browser opens is drawn before the server knows; the next one is drawn right."""
    page = drawn(open_page(f"{dashboard.url}/{PAGES['review']}", color_scheme="dark"), "review")
    until(lambda: DARK.primary in inks(page), "curves of the dark scheme", page=page)
    assert not {LIGHT.primary, *LIGHT.zones} & inks(page)
    page.reload()
    until(lambda: DARK.primary in inks(drawn(page, "review")), "the same again", page=page)


def test_legends_of_a_season_follow_the_scheme_of_the_browser(dashboard, open_page, until):
    page = drawn(open_page(f"{dashboard.url}/{PAGES['season']}", color_scheme="dark"), "season")
    until(lambda: legend_inks(page) == {DARK.text}, "words of the dark scheme", page=page)


def legend_inks(page) -> set[str]:
    """Return the colours of the words in the legends of a page."""
    return set(
        page.evaluate("""[...Bokeh.documents[0]._all_models.values()]
        .filter((m) => m.type === "Legend").map((m) => m.label_text_color)""")
    )


def inks(page) -> set[str]:
    """Return the colours of the lines and zones in the charts of a page."""
    return set(
        page.evaluate("""[...Bokeh.documents[0]._all_models.values()].flatMap((m) => [
        m.glyph?.line_color?.value, ...(m.glyph?.line_color?.transform?.palette ?? []),
        ...(m.glyph?.line_color?.field === "colour" ? m.data_source.data.colour : [])]).filter(Boolean)""")
    )


def test_the_script_of_all_components_comes_once_and_with_the_page(dashboard, open_page):
    page = drawn(open_page(f"{dashboard.url}/setup"), "setup")
    asked = page.evaluate("""() => performance.getEntriesByType("resource")
        .filter((one) => one.name.includes("panel-material-ui.bundle.js"))
        .map((one) => one.startTime < performance.getEntriesByType("navigation")[0].domInteractive)""")
    assert asked == [True]


def test_the_front_door_leads_to_the_squad(dashboard, open_page):
    page = drawn(open_page(f"{dashboard.url}/"), "squad")
    assert page.url.endswith("/squad")
    page.watch.nothing()


def test_everybody_is_on_the_squad_page_and_their_values_move(dashboard, open_page, until):
    page = drawn(open_page(f"{dashboard.url}/squad"), "squad")
    until(lambda: len(rates(page)) == SQUAD, "every athlete")
    before = until(lambda: moved(page, {}), "numbers")
    until(lambda: moved(page, before), "other numbers than before")
    assert all(25 <= int(rate) <= 245 for rate in rates(page).values())


def moved(page, before: dict[str, str]) -> dict[str, str]:
    """Return the heart rates if every one is a number and one is new, else nothing."""
    now = rates(page)
    return now if now != before and all(rate.isdigit() for rate in now.values()) else {}


def test_two_viewers_see_the_same(dashboard, open_page, until):
    one, other = (drawn(open_page(f"{dashboard.url}/squad"), "squad") for _ in range(2))
    seen = []

    def same() -> bool:
        """Ask one, the other, and the first again: between two ticks all three are the same."""
        first, second, third = rates(one), rates(other), rates(one)
        if first == second == third and first not in seen and all(map(str.isdigit, first.values())):
            seen.append(first)
        return len(seen) >= 3

    until(same, "three ticks that both viewers show alike", within_s=60)


def test_a_click_on_an_athlete_opens_that_athlete(dashboard, open_page):
    page = drawn(open_page(f"{dashboard.url}/squad"), "squad")
    link = page.locator("li.tile a.open").first
    name = link.text_content()
    link.click()
    page.wait_for_url("**/athlete?athlete=*")
    drawn(page, "athlete")
    who = page.get_by_label("Athlete", exact=True)
    assert who.evaluate("select => select.selectedOptions[0].textContent") == name
    page.watch.nothing()


def test_a_stored_session_is_chosen_from_the_list(dashboard, open_page):
    page = drawn(open_page(f"{dashboard.url}/review"), "sessions")
    page.locator("tr.session", has_text="Ada Example").click()
    page.wait_for_url(f"**session={STORED}*")
    drawn(page, "review")
    page.watch.nothing()


def test_a_plan_is_changed_answered_undone_and_stands_in_the_address(dashboard, open_page, until):
    page = drawn(
        open_page(f"{dashboard.url}/{PAGES['whatif']}&a=20:00 150 W&b=&limit=160"), "whatif"
    )
    cell = page.locator("table.answers tr", has_text="Heart rate, highest").locator("td").first
    before = cell.text_content()
    target = page.locator(".plan-a input.target").first
    target.fill("250 W")
    target.press("Enter")
    until(lambda: cell.text_content() != before, "another answer")
    until(lambda: "250+W" in page.evaluate("location.search"), "the plan in the address")
    target.press("ArrowUp")
    until(lambda: target.input_value() == "255 W", "a notch harder")
    for _ in range(2):
        page.locator("button", has_text="Undo").click()
    until(lambda: cell.text_content() == before, "the answer before")
    target.fill("fast")
    target.press("Enter")
    until(
        lambda: "'fast' is no target" in page.locator(".plan-a .failed").text_content(),
        "what is wrong",
    )
    page.watch.nothing()


def test_the_athlete_page_moves(dashboard, open_page, until):
    page = drawn(open_page(f"{dashboard.url}/athlete"), "athlete")
    elapsed = page.locator(".tile[data-name=elapsed] .number")
    before = elapsed.text_content()
    until(lambda: elapsed.text_content() != before, "time that goes on")
    assert int(page.locator(DRAWN["athlete"]).text_content()) > 25
    facts = page.locator(".fact")
    until(lambda: re.search(r"\d+ ± \d+ bpm", facts.first.text_content()), "what the twin expects")
    assert "From priors" in page.locator(".learnt").text_content()
    assert page.locator(".fact", has_text="Alpha 1").count() == 1


@pytest.fixture
def short_ride(tmp_path) -> Path:
    times = pd.date_range("2026-10-01 08:00:00", periods=120, freq="s", tz="UTC", name="time")
    ride = pd.DataFrame({"heart_rate": 141.0, "power": 222.0, "speed": 8.0}, index=times)
    ride.to_csv(tmp_path / "ride.csv", date_format="%Y-%m-%dT%H:%M:%SZ")
    return tmp_path / "ride.csv"


def test_a_replay_is_shown_live_and_turns_grey_when_it_ends(
    short_ride, tmp_path, serving, open_page, until
):
    """At 20x two minutes take six seconds; eight seconds after the last value it is old."""
    with serving(tmp_path, f"replay:{short_ride}@20") as dashboard:
        squad = open_page(f"{dashboard.url}/squad")
        athlete = open_page(f"{dashboard.url}/athlete")
        tile = squad.locator("li.tile")
        until(lambda: rates(squad).get(tile.locator(".open").text_content()) == "141", "141 bpm")
        assert "old" not in tile.get_attribute("class")
        heart = drawn(athlete, "athlete").locator(".tile[data-name=heart_rate]")
        until(lambda: "old" in tile.get_attribute("class"), "a grey tile", within_s=60)
        assert tile.locator(".rate").text_content() != "141", "an old number shown as live"
        assert re.search(r"\d+ s ago", tile.locator(".word").text_content())
        until(lambda: "stale" in heart.get_attribute("class"), "a grey number", within_s=60)
        assert re.search(r"\d+ s ago", heart.locator(".signal").text_content())


@pytest.fixture
def rising_ride(tmp_path) -> Path:
    """Five minutes in which power climbs by 20 W and heart rate by 12 bpm a minute, from 120."""
    times = pd.date_range("2026-10-01 08:00:00", periods=300, freq="s", tz="UTC", name="time")
    rise = pd.RangeIndex(300) / 60
    ride = pd.DataFrame(
        {"heart_rate": (120 + 12 * rise).round(), "power": 150 + 20 * rise}, index=times
    )
    ride.to_csv(tmp_path / "rise.csv", date_format="%Y-%m-%dT%H:%M:%SZ")
    (tmp_path / "config.yaml").write_text("THRESHOLDS: {default: {heart_rate: 175}}")
    return tmp_path / "rise.csv"


def test_who_will_cross_the_line_is_told_beforehand(
    rising_ride, tmp_path, serving, open_page, until
):
    with serving(tmp_path, f"replay:{rising_ride}@20") as dashboard:
        tiles = open_page(f"{dashboard.url}/squad")
        # As narrow as among a hundred athletes the tile tells when, not the limit: that would be cut.
        narrow = """tile => { tile.style.width = "150px"; const word = tile.querySelector(".word")
            return [getComputedStyle(word, "::after").content, word.scrollWidth <= word.clientWidth] }"""
        table = open_page(f"{dashboard.url}/squad?view=table&sort=soon", *SIZES[0])
        soon = tiles.locator("li.tile.soon .word")
        until(
            lambda: soon.count() and re.fullmatch(r"▲ 175 in \d:\d0", soon.text_content()), "when"
        )
        said, whole = tiles.locator("li.tile.soon").evaluate(narrow)
        assert re.fullmatch(r'"▲ \d:\d0"', said)
        assert whole
        assert table.locator("th[aria-sort=ascending]").text_content() == "Limit"
        until(lambda: " in " in table.locator("tr.line .when").text_content(), "when, in the table")


def test_a_page_whose_server_dies_shows_nothing_as_live_and_goes_on_with_the_next(
    tmp_path, serving, open_page, until
):
    kept = "sort=name&chosen=ben&big=1"
    with serving(tmp_path, "simulator:2") as dashboard:
        squad = drawn(open_page(f"{dashboard.url}/squad?{kept}"), "squad")
        until(lambda: moved(squad, {}), "numbers")
        dashboard.end(signal.SIGKILL)
    until(lambda: squad.locator("li.tile.old").count() == 2, "grey tiles", within_s=60)
    assert squad.get_by_text("Reconnecting").is_visible()
    with serving(tmp_path, "simulator:2", port=int(dashboard.url.rpartition(":")[2])):
        lost = squad.get_by_text("Reconnecting")
        until(lambda: not lost.is_visible(), "a page that is connected", within_s=60, page=squad)
        until(lambda: moved(squad, {}), "numbers of the new server", page=squad)
        assert set(kept.split("&")) == set(squad.url.partition("?")[2].split("&"))
        assert squad.locator(".squad.big").is_visible()


def test_the_big_screen_shows_athletes_only_and_is_left_by_a_key(dashboard, open_page, until):
    page = drawn(open_page(f"{dashboard.url}/squad?sort=name", *SIZES[1]), "squad")
    page.keyboard.press("f")
    until(lambda: "big=1" in page.url, "the big screen in the address")
    page.get_by_role("link", name="Setup").wait_for(state="hidden")
    page.get_by_placeholder("Filter").wait_for(state="hidden")
    tiles = page.locator("li.tile")
    inside = "tiles => tiles.every(t => t.getBoundingClientRect().bottom <= innerHeight)"
    until(lambda: tiles.count() == SQUAD and tiles.evaluate_all(inside), "everybody in sight")
    # 20 minutes of arc at 5 m are 29 mm: 46 px of a screen of 55 inches; a digit is 0.7 of its size.
    size = "rates => Math.min(...rates.map(r => 0.7 * parseFloat(getComputedStyle(r).fontSize)))"
    assert page.locator("li.tile .rate").evaluate_all(size) >= 46
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Setup").wait_for()
    assert "big" not in page.url
    page.watch.nothing()


def test_athletes_beside_each_other_are_read_at_one_instant_and_stand_in_the_address(
    dashboard, open_page, until
):
    page = drawn(open_page(f"{dashboard.url}/squad?chosen=chiara,ada"), "squad")
    page.keyboard.press("c")
    panels = page.locator(".panel")
    until(lambda: panels.count() == 2, "two panels")
    assert panels.locator(".open").all_text_contents() == ["Chiara", "Ada"]
    page.get_by_label("Add an athlete").select_option(label="Ben")
    until(lambda: "chosen=chiara%2Cada%2Cben" in page.url, "Ben in the address")
    curve = page.get_by_role("slider", name="Heart rate of Ada, five minutes")
    told = page.locator(".curve:first-of-type output")
    curve.press("ArrowLeft")
    until(lambda: all(re.fullmatch(r"\d+, 0:02 ago", t) for t in told.all_text_contents()), "then")
    curve.press("Escape")
    until(lambda: not any(told.all_text_contents()), "no cursor")
    page.reload()
    until(lambda: panels.locator(".open").all_text_contents() == ["Chiara", "Ada", "Ben"], "three")
    before = panels.locator(".rate").all_text_contents()
    until(lambda: panels.locator(".rate").all_text_contents() != before, "numbers that move")
    page.watch.nothing()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_over_the_edge_of_a_phone(name, dashboard, open_page):
    page = drawn(
        open_page(f"{dashboard.url}/{PAGES[name]}", *SIZES[0], has_touch=True, is_mobile=True), name
    )
    assert [reach(page), page.evaluate("innerWidth")] == [390, 390]
