"""What was measured: read from ``assets/results/<slug>.json``, never typed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ui.text import ASSETS

RESULTS = ASSETS / "results"
# What reading or showing a file raises that is not as its command writes it.
BROKEN = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True)
class Measured:
    """A scenario's accuracy on its exam: a share 0-1 with its 95 % interval, over n images.

    balanced: mean recall of the classes. baseline: what always answering the commonest emotion
    scores; a model below it has learnt less than the classes' frequencies.
    """

    accuracy: float
    low: float
    high: float
    n: int
    dataset: str
    split: str
    balanced: float
    commonest: str
    baseline: float


def read_result(
    slug: str, weights_sha256: str | None, folder: Path = RESULTS
) -> dict[str, Any] | None:
    """A scenario's results file, or None where there is none.

    None as well where it was measured on other weights than those loaded: a figure is shown only
    under the network it belongs to. Raises one of BROKEN where the file cannot be used.
    """
    path = folder / f"{slug}.json"
    if not path.exists():
        return None
    result = json.loads(path.read_text("utf-8"))
    if weights_sha256 is not None and result["weights"]["sha256"] != weights_sha256:
        return None
    measured_in(result)
    return dict(result)


def measured_in(result: dict[str, Any]) -> Measured:
    """The accuracy in a results file; one of BROKEN where it is not whole."""
    figure, common = result["accuracy"], result["majority_baseline"]
    return Measured(
        accuracy=float(figure["value"]),
        low=float(figure["low"]),
        high=float(figure["high"]),
        n=int(result["n"]),
        dataset=str(result["dataset"]),
        split=str(result["split"]),
        balanced=float(result["balanced_accuracy"]["value"]),
        commonest=str(common["emotion"]),
        baseline=float(common["accuracy"]),
    )
