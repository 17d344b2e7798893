"""The report of one session."""

from datetime import datetime

from twin.protocols import Store
from twin.records import SessionState
from twin.state.review import Reviewed, ReviewState, completed
from twin.state.review_bests import bests_of
from twin.state.review_rest import Rest, rest_of
from twin.views.report_charts import bests_svg, channels_svg, track_svg
from twin.views.report_page import chart, notes_html, report_page, section, table
from twin.views.report_twin import twin_parts
from twin.views.review_beats import beats_cards, tachogram_svg
from twin.views.review_bests import DEFINITION, bests_table, curve_words
from twin.views.review_cards import cards_html, summary_cards, zones_html
from twin.views.review_laps import laps_table
from twin.views.review_rest import REST_METHOD, bands_words, rest_html
from twin.views.theme import local


def session_report(store: Store, session: str, *, made: datetime | None = None) -> str:
    """Return a session as one file of HTML, with everything in it.

    Parameters
    ----------
    store : Store
        Where it is kept.
    session : str
        Its id.
    made : datetime, optional
        When; else now.

    Raises
    ------
    UnknownSessionError
        If it is not stored.
    """
    state = ReviewState(store, session=session)
    opened = state.open()
    reviewed = opened if opened.is_complete else completed(opened)
    stored, who = reviewed.session, reviewed.athlete
    begun = f"{stored.sport}, {local(stored.start):%A %d %B %Y, %H:%M}"
    below = " · ".join(
        filter(None, (begun, _source_words(stored.source), _state_words(stored.state)))
    )
    rr = store.rr(session)
    if len(reviewed.samples):
        parts = _parts(store, reviewed)
    elif len(rr):
        parts = [cards_html(beats_cards(rr)), section("Beat by beat", chart(tachogram_svg(rr)))]
    else:
        parts = ["<p>This session holds no samples.</p>"]
    parts.append(_variability(rest_of(store, reviewed)))
    notes = notes_html(state.notes())
    return report_page(
        f"{who.name}: {stored.title or stored.sport}", below,
        [*parts, section("Notes", notes)], made=made or datetime.now().astimezone(),
    )  # fmt: skip


def _parts(store: Store, reviewed: Reviewed) -> list[str]:
    sport, bests = reviewed.session.sport, bests_of(store, reviewed)
    zones = zones_html(reviewed) if "heart_rate" in reviewed.samples else ""
    found = [
        cards_html(summary_cards(reviewed)),
        section("Over time", chart(channels_svg(reviewed))),
        section("Time in zone of heart rate", zones),
        section("What the twin expected and noticed", twin_parts(store, reviewed)),
        section("Where", chart(track_svg(reviewed))),
        section("Laps", table(laps_table(reviewed)), long=True),
    ]
    if bests is not None:
        figures = chart(bests_svg(bests, sport=sport)), table(bests_table(bests, sport))
        words = curve_words(bests, sport)
        found.append(section("Bests", words, *figures, f"<p>{DEFINITION}</p>"))
    return found


def _variability(found: Rest | None) -> str:
    if found is None:
        return ""
    note = f"<p>{REST_METHOD} {bands_words(found)}</p>"
    return section("Heart-rate variability of the quietest five minutes", rest_html(found), note)


def _source_words(source: str) -> str:
    """Return where a session came from, if there is more to say than that it was a file.

    >>> _source_words("file:monday.fit"), _source_words("file:")
    ('from monday.fit', '')
    """
    words = source.removeprefix("file:")
    return f"from {words}" if words else ""


def _state_words(state: SessionState) -> str:
    return {
        SessionState.INTERRUPTED: "the recording was cut off",
        SessionState.LIVE: "still being recorded",
    }.get(state, "")
