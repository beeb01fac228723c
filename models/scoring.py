"""How often a scenario is right on photos whose truth is known: the exam's figures, on any set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.compare import Prediction
from models.photos import Photo
from models.study.metrics import Interval, confusion_matrix, intervals, majority_baseline
from scenarios import EMOTIONS, Scenario

SEED = 0  # of the bootstrap: the same answers give the same interval


@dataclass(frozen=True)
class Score:
    """One scenario on the photos whose true emotion it knows.

    emotions: the order of the rows (true) and columns (answered) of ``confusion``, int (emotions,
    emotions). baseline: what always answering ``commonest`` scores, 0-1. left_out: how many photos
    of each emotion were left out because the scenario does not know it. failed: photos it should
    have answered and did not.
    """

    scenario: str
    emotions: tuple[str, ...]
    confusion: np.ndarray
    accuracy: Interval
    balanced_accuracy: Interval
    commonest: str
    baseline: float
    left_out: dict[str, int]
    failed: int

    @property
    def n(self) -> int:
        """Photos that count."""
        return int(self.confusion.sum())


def score(scenario: Scenario, photos: Sequence[Photo]) -> Score | None:
    """The figures of one scenario; None where no photo can be counted.

    photos: those without a truth and those that were not read have no part in it.
    """
    emotions = tuple(emotion for emotion in EMOTIONS if emotion in scenario.emotions)
    read = [photo for photo in photos if photo.truth is not None and photo.problem is None]
    unknown = Counter(str(photo.truth) for photo in read if photo.truth not in emotions)
    rows, labels, failed = [], [], 0
    for photo in read:
        if photo.truth not in emotions:
            continue
        answer = next((a for a in photo.answers if a.scenario == scenario.slug), None)
        if not isinstance(answer, Prediction):
            failed += 1
            continue
        rows.append([answer.distribution[emotion] for emotion in emotions])
        labels.append(emotions.index(photo.truth))
    if not rows:
        return None
    confusion = confusion_matrix(np.array(rows), np.array(labels))
    figures = intervals(confusion, SEED)
    commonest, baseline = majority_baseline(confusion)
    return Score(
        scenario=scenario.slug,
        emotions=emotions,
        confusion=confusion,
        accuracy=figures["accuracy"],
        balanced_accuracy=figures["balanced_accuracy"],
        commonest=emotions[commonest],
        baseline=baseline,
        left_out={emotion: unknown[emotion] for emotion in EMOTIONS if emotion in unknown},
        failed=failed,
    )
