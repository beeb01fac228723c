"""What was measured: read from ``assets/results/<slug>.json``, never typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from models.study.answers import Answers, read_answers
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
class OfClass:
    """recall: the share, 0-1, of an emotion's images that were recognised. precision: the share of
    the answers naming it that were right.
    """

    recall: float
    precision: float


@dataclass(frozen=True)
class Measured:
    """A scenario's accuracy on its exam: a share 0-1 with its 95 % interval, over n images.

    balanced: mean recall of the classes. baseline: what always answering the commonest emotion
    scores; a model below it has learnt less than the classes' frequencies. classes: by emotion,
    empty where they were not written. temperature: that makes its probabilities honest (see
    models.doubt.soften), None where it was not fitted.
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
    classes: Mapping[str, OfClass] = field(default_factory=dict)
    temperature: float | None = None


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


def read_kept(slug: str, sha256: str | None, folder: Path = RESULTS) -> dict[str, Answers]:
    """The exam answers that were kept of a scenario with these weights; none where broken."""
    if sha256 is None:
        return {}
    try:
        return read_answers(folder / "answers", slug, sha256)
    except (OSError, ValueError, KeyError, BadZipFile):
        return {}


def measured_in(result: dict[str, Any]) -> Measured:
    """The figures of a results file; one of BROKEN where it is not whole."""
    figure, common = result["accuracy"], result["majority_baseline"]
    temperature = result.get("calibration", {}).get("temperature")
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
        classes={
            emotion: OfClass(float(found["recall"]), float(found["precision"]))
            for emotion, found in result.get("per_class", {}).items()
        },
        temperature=None if temperature is None else float(temperature),
    )
