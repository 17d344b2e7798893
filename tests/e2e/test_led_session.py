"""A whole session led in real browsers: planned on a phone, watched on a second page, reviewed."""

import json
import re

import pytest

import twin
from judging import too_small
from twin.records import Priority
from twin.rules.rule import Basis, Mode, Rule
from twin.rules.seeds import COMMON
from twin.rules.stored import to_text

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# Headless browsers have no voices: what would be said is written down instead.
LISTEN = """window.spoken = []; window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
Object.defineProperty(window, "speechSynthesis", {value: {speaking: false, cancel() {},
  speak(words) { window.spoken.push(words.text); words.onend?.() }}})
localStorage.setItem("twin_voice", "1"); localStorage.setItem("twin_name", "Kim")"""
WORKOUT = "2x(20:00 85 %, 3:00 rest)"
DARK_COOKIE = {"name": "twin_theme", "value": "dark", "domain": "127.0.0.1", "path": "/"}
DARK = {"cookies": [DARK_COOKIE], "origins": []}
SIZES = ((390, 844), (1024, 768), (1920, 1080))


def test_a_coach_leads_a_whole_session(tmp_path, serving, open_page, until, artefacts):
    with twin.open_store(tmp_path / "data") as store:
        # Ada works harder than half of her maximum: it fires after five seconds.
        easy = Rule(id="easy", name="Easy day", limit=50, basis=Basis.MAXIMUM, athletes=("ada",),
                    priority=Priority.ALARM, mode=Mode.OFF)  # fmt: skip
        lost = next(rule for rule in COMMON if rule.id == "sensor-lost")
        for rule in (easy, lost):
            store.coaching().rulebook.save(rule.id, to_text(rule), author="test")
    with serving(tmp_path, "simulator:20@10") as dashboard:
        coach = open_page(f"{dashboard.url}/liveness", 390, 844)
        coach.add_init_script(LISTEN)
        coach.goto(f"{dashboard.url}/lead")
        plan_and_start(coach, until)
        coach.get_by_role("button", name="Begin drill").click()
        coach.get_by_text(re.compile("^Drill 1, ")).wait_for()
        coach.get_by_role("button", name="Take Tom in").click()
        coach.get_by_role("button", name="Undo: Tom in").wait_for()
        undo_a_lap_by_keyboard(coach)

        second = open_page(f"{dashboard.url}/alerts", 1024, 768)
        easy = second.get_by_role("listitem").filter(has_text="Easy day")
        second.get_by_label("Your name").fill("Bea")
        easy.get_by_role("button", name="Switch on").click()
        said = until(lambda: spoken(coach, "Ada"), "nothing was said", page=coach)
        assert said.startswith("Ada, heart rate")
        acknowledge(second)
        coach.get_by_label("Drill", exact=True).fill("Rondo")
        coach.get_by_label("Drill", exact=True).press("Enter")
        coach.get_by_text(re.compile("^Rondo, ")).wait_for()
        # The simulated straps lose contact some forty times an hour, with one seed always the same.
        second.get_by_role("row").filter(has_text="no heart rate").first.wait_for()
        coach.get_by_text("on target").first.wait_for()
        assert too_small(coach) == []
        dark = open_page(f"{dashboard.url}/lead", storage_state=DARK)
        dark.get_by_text(re.compile("^Rondo, ")).wait_for()
        look(coach, dark, artefacts, "lead")

        athlete = open_page(f"{dashboard.url}/athlete?athlete=ada", 390, 844)
        athlete.get_by_text(re.compile(r"^20:00 85 %: \d\d:\d\d left")).wait_for()
        athlete.screenshot(path=artefacts / "lead-athlete-390.png")
        athlete.goto(f"{dashboard.url}/squad")
        athlete.get_by_text(re.compile(r"^20:00 85 %, \d\d?:\d\d left")).wait_for()
        athlete.locator(
            "li.tile .word", has_text=re.compile("on target|faster|easier")
        ).first.wait_for()
        athlete.screenshot(path=artefacts / "lead-squad-390.png")

        coach.get_by_role("button", name="End", exact=True).click()
        coach.get_by_role("button", name="Undo: end of the session").wait_for()
        say_effort(coach, "Ada", 7, "heavy legs")
        assert too_small(coach) == []
        dark.get_by_text(re.compile(r"RPE 7 .*, load \d+")).wait_for()
        look(coach, dark, artefacts, "lead-ended")
        way = coach.get_by_role("link", name="Review of Ada").get_attribute("href")
        review = open_page(f"{dashboard.url}/{way}", 390, 844)
        review.get_by_text(re.compile(r"RPE 7, load \d+ .*: heavy legs")).wait_for()
        review.screenshot(path=artefacts / "lead-review-390.png", full_page=True)
        for page in (coach, second, dark, athlete, review):
            assert page.watch.nothing()
    with twin.open_store(tmp_path / "data") as store:
        what_is_kept(store)


def plan_and_start(page, until) -> None:
    """Plan without Tom, look whether a reload forgets it, and start."""
    page.get_by_label("Tom trains").uncheck()
    page.get_by_label("Title").fill("Tuesday")
    page.get_by_label("Workout").fill("a lot of 60 %")
    page.get_by_role("button", name="Keep the plan").click()
    page.get_by_role("alert").filter(has_text="expected a length and a target").wait_for()
    page.get_by_label("Workout").fill(WORKOUT)
    page.get_by_role("button", name="Keep the plan").click()
    page.get_by_text("4 steps, 46 min").wait_for()
    assert page.watch.nothing()
    page.reload()
    page.watch.failed.clear()  # what was still being loaded then
    page.get_by_text("4 steps, 46 min").wait_for()
    assert page.get_by_label("Workout").input_value() == WORKOUT
    until(lambda: not page.get_by_label("Tom trains").is_checked(), "Tom was to rest", page=page)
    page.get_by_role("button", name="Start").click()
    page.get_by_text("Tuesday: running").wait_for()


def undo_a_lap_by_keyboard(page) -> None:
    page.locator("body").click(position={"x": 2, "y": 400})
    page.keyboard.press("l")
    page.get_by_role("button", name=re.compile("Undo: lap of .* more")).wait_for()
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Undo: Tom in").wait_for()


def spoken(page, name: str) -> str:
    """Return the first that was said of an athlete."""
    return next((said for said in page.evaluate("window.spoken") if said.startswith(name)), "")


def acknowledge(page) -> None:
    """Acknowledge the alarm, and find it in the log."""
    alarm = page.get_by_role("listitem").filter(has_text="Alarm: Ada: heart rate")
    alarm.get_by_role("button", name="Acknowledge").click()
    row = page.get_by_role("row").filter(has_text="Ada: heart rate").filter(has_text="Bea")
    row.first.wait_for()


def say_effort(page, name: str, rating: int, words: str) -> None:
    line = page.get_by_role("listitem").filter(has_text=name).filter(has_text="min")
    line.get_by_role("button", name=re.compile(f"^{name}: {rating},")).click()
    line.get_by_text(re.compile(rf"RPE {rating} .*, load \d+")).wait_for()
    line.get_by_label(f"Note on {name}").fill(words)
    line.get_by_label(f"Note on {name}").press("Tab")


def look(light, dark, artefacts, name: str) -> None:
    """Keep pictures at three widths, light and dark, for people to look at."""
    for scheme, page in (("light", light), ("dark", dark)):
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=artefacts / f"{name}-{width}-{scheme}.png")
        page.set_viewport_size({"width": 390, "height": 844})


def what_is_kept(store) -> None:
    """Hold the store to what was led."""
    listed = store.sessions()
    led = listed[listed["title"] == "Tuesday"]
    assert sorted(led["athlete"]) == sorted({*led["athlete"]})
    assert len(led) == 20
    assert led["squad_session"].nunique() == 1
    periods = store.periods(led["squad_session"].iloc[0])
    assert [period.name for period in periods] == ["Drill 1", "Rondo"]
    tom = led[led["athlete"] == "Tom"].iloc[0]
    assert tom["start"] > led["start"].min()  # came late
    ada = led[led["athlete"] == "Ada"].iloc[0]["session"]
    assert store.effort(ada).rating == 7
    assert len(store.laps(ada)) == 1
    bodies = map(json.loads, store.coaching().action_log.newest(""))
    assert [body["kind"] for body in bodies][:5] == ["plan", "start", "period", "in", "period"]
