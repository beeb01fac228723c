"""What was measured: read from ``assets/results/<slug>.json``, never typed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ui.text import ASSETS

RESULTS = ASSETS / "results"


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


def read_measured(slug: str, weights_sha256: str | None, folder: Path = RESULTS) -> Measured | None:
    """A scenario's measured accuracy, or None where there is none.

    None as well where the file is broken or was measured on other weights than those loaded: a
    figure is shown only under the network it belongs to.
    """
    try:
        results = json.loads((folder / f"{slug}.json").read_text("utf-8"))
        if weights_sha256 is not None and results["weights"]["sha256"] != weights_sha256:
            return None
        figure = results["accuracy"]
        return Measured(
            accuracy=float(figure["value"]),
            low=float(figure["low"]),
            high=float(figure["high"]),
            n=int(results["n"]),
            dataset=str(results["dataset"]),
            split=str(results["split"]),
            balanced=float(results["balanced_accuracy"]["value"]),
            commonest=str(results["majority_baseline"]["emotion"]),
            baseline=float(results["majority_baseline"]["accuracy"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
