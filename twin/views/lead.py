"""The page that leads a session: plan, cues, drills, laps, markers, and how hard it was."""

from typing import ClassVar

import param

from twin.views.assets import read_assets
from twin.views.board import Board


class LeadBoard(Board):
    """Draws a `twin.state.lead.LeadState` in the browser and brings the coach's commands back."""

    asked = param.String("[]", doc="Sessions that ended last, as JSON.")

    now = param.String("{}", doc="Who trains and what runs, as JSON.")

    plan = param.String("{}", doc="What is planned, as JSON.")

    _esm = read_assets("elements.js", "remembered.js", "keys.js", "lead_words.js", "lead_people.js", "lead_plan.js",
                       "lead_effort.js", "lead.js")  # fmt: skip
    _stylesheets: ClassVar[list[str]] = [read_assets("alerts.css", "lead.css")]
