"""The pages in a real browser: offline, alive, honest about age, from phone to projector."""

import re
from pathlib import Path

import pandas as pd
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

# The stored session that every run of these tests begins with.
STORED = "20261001T080000-ada-example"
PAGES = {
    "squad": "squad",
    "athlete": "athlete",
    "sessions": "review",
    "review": f"review?session={STORED}",
    "whatif": "whatif?athlete=ada-example",
    "setup": "setup",
}
SIZES = ((390, 844), (1920, 1080))
SQUAD = 6
# One thing on each page that is only there when the page has drawn itself.
DRAWN = {
    "squad": "li.tile .rate",
    "athlete": ".tile[data-name=heart_rate] .number",
    "sessions": ".tabulator-row",
    "review": "canvas",
    "whatif": "table.answers td",
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


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_without_internet_and_without_an_error(name, dashboard, open_page, until):
    page = drawn(open_page(f"{dashboard.url}/{PAGES[name]}"), name)
    before = page.watch.messages
    if name in ("squad", "athlete"):
        until(lambda: page.watch.messages >= before + 3, "three ticks", page=page)
    page.watch.nothing()


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
    assert page.get_by_text(name).first.is_visible()
    page.watch.nothing()


def test_a_stored_session_is_chosen_from_the_list(dashboard, open_page):
    page = drawn(open_page(f"{dashboard.url}/review"), "sessions")
    page.locator(".tabulator-row", has_text="Ada Example").click()
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
        table = open_page(f"{dashboard.url}/squad?view=table&sort=soon", *SIZES[0])
        soon = tiles.locator("li.tile.soon .word")
        until(
            lambda: soon.count() and re.fullmatch(r"▲ 175 in \d:\d0", soon.text_content()), "when"
        )
        assert table.locator("th[aria-sort=ascending]").text_content() == "Limit"
        until(lambda: " in " in table.locator("tr.line .when").text_content(), "when, in the table")


def test_a_page_whose_server_is_gone_shows_no_number_as_live(tmp_path, serving, open_page, until):
    with serving(tmp_path, "simulator:2") as dashboard:
        squad = drawn(open_page(f"{dashboard.url}/squad"), "squad")
        until(lambda: moved(squad, {}), "numbers")
    until(lambda: squad.locator("li.tile.old").count() == 2, "grey tiles", within_s=60)
    assert squad.get_by_text("Reconnecting").is_visible()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_over_the_edge_of_a_phone(name, dashboard, open_page):
    page = drawn(
        open_page(f"{dashboard.url}/{PAGES[name]}", *SIZES[0], has_touch=True, is_mobile=True), name
    )
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths == [390, 390]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
@pytest.mark.parametrize("name", PAGES)
def test_a_picture_of_every_page_in_light_and_dark(
    name, size, scheme, dashboard, open_page, until, artefacts
):
    page = drawn(open_page(f"{dashboard.url}/{PAGES[name]}", *size, color_scheme=scheme), name)
    until(lambda: brightness(page) < 100 if scheme == "dark" else brightness(page) > 155, scheme)
    picture = page.screenshot(path=artefacts / f"{name}-{size[0]}-{scheme}.png")
    assert len(picture) > 10_000, "an empty page"
    page.watch.nothing()


def brightness(page) -> float:
    """Return how bright the page's ground is, 0 to 255."""
    colour = page.evaluate(
        "getComputedStyle(document.querySelector('.main-content') ?? document.body).backgroundColor"
    )
    parts = [float(part) for part in re.findall(r"[\d.]+", colour)]
    return sum(parts[:3]) / 3 if len(parts) == 3 else 255.0
