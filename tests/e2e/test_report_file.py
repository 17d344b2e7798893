"""A report in a real browser: offline, from phone to A4."""

import re
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]
A4_POINTS = (595, 842)


@pytest.fixture
def pressed(tmp_path, serving, store_a_ride, open_page):
    """Return what presses a button of a page and gives the file that comes."""
    session = store_a_ride(tmp_path / "data")
    with serving(tmp_path) as dashboard:

        def press(address: str, label: str) -> Path:
            page = open_page(f"{dashboard.url}/{address.format(session=session)}")
            with page.expect_download() as download:
                page.get_by_role("button", name=label, exact=True).click()
            file = tmp_path / download.value.suggested_filename
            download.value.save_as(file)
            return file

        yield press


def test_reports_come_from_their_pages_open_offline_and_print_to_a4(pressed, open_page, artefacts):
    week = pressed("season?athlete=ada-example", "Report of newest week")
    assert re.fullmatch(r"ada-example-\d{4}-W\d\d\.html", week.name)
    assert "Ada Example: week" in week.read_text(encoding="utf-8")
    file = pressed("review?session={session}", "Report")
    page = open_page("about:blank", 390, 844, offline=True)
    page.goto(file.as_uri())
    assert page.locator("svg[role=img]").count() == 4
    asked = page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert asked == page.watch.failed == page.watch.errors == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "wider than a phone"
    page.screenshot(path=artefacts / "report-390.png", full_page=True)
    pdf = page.pdf(path=artefacts / "report.pdf", prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert 2 <= len(boxes) <= 4
    assert {tuple(round(float(side)) for side in box) for box in boxes} == {A4_POINTS}
