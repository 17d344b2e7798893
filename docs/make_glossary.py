"""Write docs/glossary.md from the data dictionary: ``python docs/make_glossary.py``."""

from pathlib import Path

from twin.schema import DAILY, DERIVED, INSIGHTS, MEASURED, SIGNALS, Channel

PAGE = Path(__file__).with_name("glossary.md")

# Word, what is meant, what it is not to be confused with.
WORDS = (
    ("athlete", "A person who trains.", "The twin is the model of that person."),
    ("squad", "Several athletes watched together.", ""),
    ("session", "One recorded training or race of one athlete.", "A workout is the plan for it."),
    ("recording", "A session as read from a file.", ""),
    ("sample", "One instant of readings.", "A batch is several of them."),
    ("lap", "An athlete's mark in a session.", "A period is the coach's mark over the squad."),
    ("period", "A coach's mark over the squad: a drill, a half.", "A lap belongs to one athlete."),
    ("RR interval", "Time between two beats as received. [ms]",
     "An NN interval is the same after artefact correction; heart rate is never made from it."),
    ("heart rate variability", "How RR intervals vary; always named by its index (RMSSD, SDNN).",
     ""),
    ("resting, maximal, threshold heart rate", "Parameters of an athlete, dated. [bpm]",
     "Not the lowest and highest of a session."),
    ("zone", "One of five bands of intensity within the athlete's own bounds.",
     "Bounds name their author."),
    ("load", "What a session asks of an athlete; always named by its method. [au]",
     "Loads of two methods cannot be compared."),
    ("weighted power", "Power averaged so that hard parts count more. [W]",
     "Others sell it as Normalized Power."),
    ("critical power, W prime",
     "The power that can be held for long, and the work that can be done above it. [W, J]", ""),
    ("pace", "Time per kilometre, for display only. [s/km]", "Kept and computed is speed."),
    ("fitness, fatigue, form", "The two states of the impulse-response model and their difference.",
     "Others call them CTL, ATL and TSB."),
    ("calibrate, forecast, advise", "What is done with a twin.",
     "Training is what athletes do."),
    ("cardiovascular drift", "Rise of heart rate at equal work within a session. [bpm/h]",
     "A change between sessions is told by a control chart."),
    ("decoupling", "Heart rate against work, one half of a session to the other. [%]",
     "The rule *drift* tells it live, against minutes 5 to 10."),
    ("control chart", "Heart rate at equal work, session by session, and its cumulative sums (CUSUM).",
     "Cardiovascular drift is within one session."),
    ("episode", "A stretch of a session that is not as usual: a fault of the sensor, or the athlete.",
     "An anomaly is a session unusual among others."),
    ("evaluation", "What an alert rule sees in a second, and how far to trust it.",
     "Signals are the sensor's own: ECG, acceleration."),
    ("missing", "Not measured: NaN.", "Never 0, -1 or the value before."),
    ("quality", "How far a live value can be trusted, 0 to 1, with the reason.", ""),
    ("stale", "Older than a live value may be; shown grey.", ""),
)  # fmt: skip

HEAD = """# Glossary

Made from `twin/schema.py` by `python docs/make_glossary.py`; do not edit.
Time is UTC everywhere but on the screen. A missing value is NaN.
"""


def page() -> str:
    """Return the glossary as Markdown."""
    return "\n".join([
        HEAD,
        *_words(),
        "## Measured channels\n",
        *_channels(MEASURED),
        "## Derived channels\n",
        *_channels(DERIVED),
        "## What a twin tells\n",
        *_channels(INSIGHTS),
        "## Fast signals\n",
        *_channels(SIGNALS),
        "## Daily values\n",
        *_channels(DAILY),
    ])  # fmt: skip


def _words() -> list[str]:
    rows = [f"| {word} | {meaning} | {other} |" for word, meaning, other in WORDS]
    return ["## Words\n", "| word | meaning | not to be confused |", "|---|---|---|", *rows, ""]


def _channels(channels: tuple[Channel, ...]) -> list[str]:
    rows = [
        f"| `{c.name}` | {c.label} | {c.unit} | {c.low:,.9g} to {c.high:,.9g} | {c.definition} |"
        for c in channels
    ]
    head = [
        "| channel | on the screen | unit | valid range | definition |",
        "|---|---|---|---|---|",
    ]
    return [*head, *rows, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
