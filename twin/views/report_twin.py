"""What the twin has to say on a session, for its report."""

from matplotlib import dates
from matplotlib.figure import Figure

from twin.model.demand import InputKind
from twin.protocols import Store
from twin.state.review import Reviewed
from twin.state.review_noticed import judgement_of
from twin.state.review_twin import TwinThrough, twin_through
from twin.views.charts import axis_label
from twin.views.report_ink import DASHES, LINE, drawn
from twin.views.report_page import chart, table
from twin.views.review_heart import twin_words
from twin.views.review_noticed import judgement_words, noticed_table
from twin.views.review_thin import kept_rows
from twin.views.theme import LIGHT, local

_PIXELS = 400


def twin_parts(store: Store, reviewed: Reviewed) -> str:
    """Return what was expected beside what was measured, and what was noticed; HTML.

    Empty without heart rate; without a workload nothing is expected, and only the form of the
    heart rate is judged.
    """
    through, judged = twin_through(store, reviewed), judgement_of(store, reviewed)
    found = ""
    if through is not None and through.kind is not InputKind.NONE:
        found = twin_words(through) + chart(expected_svg(through))
    if judged is not None:
        noticed = noticed_table(judged) if judged.noticed else None
        found += judgement_words(judged) + ("" if noticed is None else table(noticed))
    return found


def expected_svg(through: TwinThrough) -> str:
    """Return measured heart rate over the band in which the twin expected it."""
    times, expected = local(through.times), through.expected

    def paint(plot: Figure) -> None:
        axes = plot.subplots()
        rows = kept_rows(expected.rate, _PIXELS)
        middle, half = expected.rate[rows], expected.half_width[rows]
        axes.fill_between(times[rows], middle - half, middle + half, color=LIGHT.line, linewidth=0,
                          label="Expected, 80 % band")  # fmt: skip
        axes.plot(times[rows], middle, color=LIGHT.text, linewidth=1, linestyle=DASHES[1],
                  label="Expected")  # fmt: skip
        rows = kept_rows(through.measured, _PIXELS)
        axes.plot(times[rows], through.measured[rows], **LINE, label="Measured")
        axes.set(xlabel="Time of day (local)", ylabel=axis_label("heart_rate"))
        axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))
        axes.margins(x=0)
        axes.legend(loc="lower right", ncols=3)

    return drawn(paint, height_in=2.3, label="Heart rate expected by the twin, and measured")
