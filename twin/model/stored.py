"""A calibration as text, for the catalogue: read back, it forecasts the same."""

import json
from typing import Any

import numpy as np

from twin.model.bands import BandRule
from twin.model.calibration import Calibration, InputCalibration
from twin.model.demand import InputKind
from twin.model.knowledge import Learnt
from twin.model.ledger import Expectation
from twin.model.response import Response

VERSION = 4  # of the weights and of this text; an older calibration is made anew


def to_text(calibration: Calibration) -> str:
    """Return a calibration as JSON.

    >>> from_text(to_text(Calibration())).sessions
    0
    """
    inputs = {
        str(kind): {
            "held": _learnt(known.held),
            "planned": _learnt(known.planned),
            "response": {
                "mean": known.response.mean.tolist(),
                "covariance": known.response.covariance.tolist(),
                "sessions": known.response.sessions,
            },
        }
        for kind, known in calibration.inputs.items()
    }
    return json.dumps({"version": VERSION, "sessions": calibration.sessions, "inputs": inputs})


def is_current(text: str) -> bool:
    """Tell from its beginning whether `from_text` reads a text.

    >>> is_current(to_text(Calibration())), is_current('{"version": 0}')
    (True, False)
    """
    return text.startswith(f'{{"version": {VERSION},')


def from_text(text: str) -> Calibration:
    """Read a calibration.

    Raises
    ------
    ValueError
        If it is of another version: calibrate again.

    Examples
    --------
    >>> from_text(to_text(Calibration(sessions=3))).sessions
    3
    """
    content = json.loads(text)
    if content.get("version") != VERSION:
        raise ValueError(f"calibration of version {content.get('version')}: expected {VERSION}")
    inputs = {}
    for name, known in content["inputs"].items():
        kind = InputKind(name)
        response = known["response"]
        inputs[kind] = InputCalibration(
            _relearnt(kind, known["held"]),
            _relearnt(kind, known["planned"]),
            Response(
                kind,
                np.array(response["mean"]),
                np.array(response["covariance"]),
                response["sessions"],
            ),
        )
    return Calibration(inputs, content["sessions"])


def _learnt(learnt: Learnt) -> dict[str, Any]:
    expectation = learnt.expectation
    bands = {name: getattr(expectation.bands, name).tolist() for name in BandRule.__slots__}
    return {
        "plan": learnt.plan,
        "horizons_s": list(learnt.horizons_s),
        "weights": learnt.weights.tolist(),
        "precision": learnt.precision.tolist(),
        "error": expectation.error.tolist(),
        "trust": expectation.trust.tolist(),
        "bands": bands,
        "sessions": learnt.sessions,
    }


def _relearnt(kind: InputKind, content: dict[str, Any]) -> Learnt:
    return Learnt(
        kind,
        content["plan"],
        tuple(content["horizons_s"]),
        np.array(content["weights"]),
        np.array(content["precision"]),
        Expectation(
            np.array(content["error"]),
            np.array(content["trust"]),
            BandRule(**{n: np.array(v) for n, v in content["bands"].items()}),
        ),
        content["sessions"],
    )
