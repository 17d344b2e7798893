"""Alerts in a real browser: spoken, acknowledged on a second page, kept in the log."""

import pytest

import twin
from twin.records import Priority
from twin.rules.rule import Basis, Mode, Rule
from twin.rules.stored import to_text

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

# Headless browsers have no voices: what would be said is written down instead.
LISTEN = """window.spoken = []; window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
Object.defineProperty(window, "speechSynthesis", {value: {speaking: false, cancel() {},
  speak(words) { window.spoken.push([words.text, words.rate]); words.onend?.() }}})"""

# Nor do they understand speech: what is heard is given to the one that listens now.
HEAR = """window.SpeechRecognition = class {
  static async available(wanted) { return wanted.processLocally ? "available" : "unavailable" }
  start() { window.listening = this }
  stop() { window.listening = null; this.onend() }
}
window.hear = (transcript) => window.listening.onresult({results: [[{transcript}]]})"""


def test_an_alert_is_spoken_acknowledged_on_another_page_and_logged(
    tmp_path, serving, open_page, until, artefacts
):
    with twin.open_store(tmp_path / "data") as store:
        # Everybody in the squad works harder than half of the maximum: it fires after 5 s.
        rule = Rule(id="easy", name="Easy day", limit=50, basis=Basis.MAXIMUM, athletes=("ada",),
                    priority=Priority.ALARM, mode=Mode.OFF)  # fmt: skip
        store.coaching().rulebook.save("easy", to_text(rule), author="test")
    with serving(tmp_path, "simulator:3@5") as dashboard:
        first = open_page(f"{dashboard.url}/liveness")
        first.add_init_script(f"{LISTEN}\n{HEAR}")
        first.goto(f"{dashboard.url}/alerts")
        first.get_by_role("button", name="Voice").click()
        first.get_by_label("Your name").fill("Kim")
        easy = first.get_by_role("listitem").filter(has_text="Easy day")
        easy.get_by_role("button", name="Switch on").click()
        first.get_by_role("listitem").filter(has_text="Alarm: Ada: heart rate").wait_for()
        text, rate = until(lambda: first.evaluate("window.spoken[0]"), "nothing was said")
        assert text.startswith("Ada, heart rate")
        assert "bpm" not in text
        assert rate > 1  # faster than plain speech: Ada works hard
        second = open_page(f"{dashboard.url}/liveness", 390, 844)
        second.add_init_script("window.SpeechRecognition = class {}")  # as browsers of 2025
        second.goto(f"{dashboard.url}/alerts")
        second.get_by_text("would send what you say to its maker. Type instead").wait_for()
        second.goto(f"{dashboard.url}/squad")
        theirs = second.get_by_role("listitem").filter(has_text="Alarm: Ada: heart rate")
        theirs.wait_for()
        second.screenshot(path=artefacts / "alerts-squad-390.png")
        theirs.get_by_role("button", name="Acknowledge").click()
        second.get_by_text("Type your name first").wait_for()
        second.get_by_label("Your name").fill("Bea")
        theirs.get_by_role("button", name="Acknowledge").click()
        theirs.wait_for(state="detached")
        first.get_by_text("seen by Bea").first.wait_for()
        row = first.get_by_role("row").filter(has_text="Ada: heart rate").filter(has_text="Bea")
        row.first.wait_for()
        first.get_by_label("Question").fill("how is Ada")
        first.get_by_label("Question").press("Enter")
        first.get_by_text("Ada: heart rate", exact=False).first.wait_for()
        with first.expect_download() as export:
            first.get_by_role("button", name="Export CSV").click()
        assert "Ada: heart rate" in export.value.path().read_text()
        first.evaluate("window.spoken = []")
        first.get_by_text("What you say stays on this machine").wait_for()
        first.get_by_role("heading", name="Rules").click()  # out of the field: V is a key again
        first.keyboard.down("v")
        first.get_by_text("Listening").wait_for()
        assert first.evaluate("window.listening.processLocally"), "audio would leave the machine"
        first.evaluate("window.hear('Who is above 20 percent')")
        first.keyboard.up("v")
        until(
            lambda: "percent of maximum" in str(first.evaluate("window.spoken")), "a spoken answer"
        )
        assert first.get_by_label("Question").input_value() == "Who is above 20 percent"
        first.screenshot(path=artefacts / "alerts.png")
        assert first.watch.nothing()
        assert second.watch.nothing()
