"""What `live.show` puts into the output of a cell, without a notebook."""

import pytest
from bokeh.models import ColumnDataSource

from twin.errors import UnknownAthleteError
from twin.hub.showing import Shown
from twin.views.notebook import Lifeline, LiveView


@pytest.fixture
def live(played):
    return played(seconds=60)


async def test_an_athlete_is_shown_without_the_bar_that_only_a_page_needs(live):
    shown = LiveView(live, live.squad[0].name, window_min=1).__panel__().get_root()
    rows = [s.data["row"] for s in shown.select({"type": ColumnDataSource}) if "row" in s.data]
    assert [len(row) for row in rows] == [60]
    assert "Material" not in str({type(model).__name__ for model in shown.references()})


async def test_the_squad_leaves_the_address_of_the_notebook_alone(live):
    (board, _) = LiveView(live).__panel__()
    assert not board.alone


def test_an_athlete_nobody_knows_is_refused_at_once_and_in_words(live):
    with pytest.raises(UnknownAthleteError, match="in this squad: no athlete 'Nobody'"):
        Shown.show(live, "Nobody")


def test_a_view_rests_when_its_browser_has_been_silent_for_long():
    now = 0.0
    line = Lifeline(lambda: now)
    now = 149.0
    assert line
    now = 151.0
    assert not line, "a tab in the background speaks once a minute"
    line._handle_msg({"here": True})
    assert line
