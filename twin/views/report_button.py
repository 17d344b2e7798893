"""Buttons that give reports as files; one is made when its button is pressed."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import panel as pn
import panel_material_ui as pmui

from twin.protocols import Store
from twin.state.season import SeasonState
from twin.state.weeks import monday_of, today_here, week_name


def report_button(store: Store, session: str) -> pmui.FileDownload:
    """Return the button of a session's report."""

    def make() -> tuple[str, str]:
        # Charts for paper take a second to load, which no page should wait for.
        from twin.views.report_session import session_report

        return session, session_report(store, session)

    return _button("Report", make)


def week_report_buttons(state: SeasonState) -> pn.FlexBox:
    """Return the buttons of the reports on the newest week of the season shown and the one before."""

    def make(weeks_ago: int) -> tuple[str, str]:
        from twin.views.report_week import athlete_week_report

        newest = state.shown_day() or today_here()
        monday = monday_of("", newest) - timedelta(weeks=weeks_ago)
        name = f"{state.athlete}-{week_name(monday)}"
        return name, athlete_week_report(state.store, state.athlete, monday)

    return pn.FlexBox(
        _button("Report of newest week", lambda: make(0)),
        _button("Report of week before", lambda: make(1)),
        margin=0,
    )


def _button(label: str, make: Callable[[], tuple[str, str]]) -> pmui.FileDownload:
    """Return a button whose file is named and filled by `make`, on a thread beside the page."""
    button = pmui.FileDownload(label=label, filename="report.html", size="small", auto=True)
    button.variant = "outlined"

    async def content() -> BytesIO:
        name, page = await asyncio.to_thread(make)
        button.filename = f"{name}.html"
        return BytesIO(page.encode())

    button.callback = content
    return button
