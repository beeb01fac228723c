"""Tests between two classifiers, against figures worked out by hand or published."""

from __future__ import annotations

import numpy as np
import pytest

from models.study.metrics import intervals
from models.study.significance import difference, holm, kappa, mcnemar, paired


def pair(both: int, only_first: int, only_second: int, none: int) -> tuple[np.ndarray, np.ndarray]:
    counts = (both, only_first, only_second, none)
    return np.repeat([True, True, False, False], counts), np.repeat(
        [True, False, True, False], counts
    )


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        (0, 0, 1),
        (1, 0, 1),  # 2 * 1/2
        (5, 5, 1),
        (5, 0, 2 / 32),
        (8, 1, 2 * (1 + 9) / 512),
        (1, 8, 2 * (1 + 9) / 512),
        (3, 1, 2 * (1 + 4) / 16),
    ],
)
def test_mcnemar_is_the_exact_binomial(only_first: int, only_second: int, p: float) -> None:
    found = mcnemar(*pair(40, only_first, only_second, 7))
    assert (found.only_first, found.only_second) == (only_first, only_second)
    assert found.p == pytest.approx(p)


def test_mcnemar_bears_a_whole_exam() -> None:
    found = mcnemar(*pair(2000, 700, 500, 400))
    assert found.p == pytest.approx(8.6e-9, rel=0.15)  # z = 200 / sqrt(1200), two-sided
    assert mcnemar(*pair(0, 3500, 0, 0)).p > 0 or mcnemar(*pair(0, 3500, 0, 0)).p == 0


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.5]) == [1, 1]
    assert holm([]) == []


def test_difference_is_paired() -> None:
    first, second = pair(800, 60, 40, 100)
    found = difference(first, second, seed=0)
    assert found.value == pytest.approx(0.02)
    spread = np.sqrt((0.1 - 0.02**2) / 1000)  # of the mean of 1, -1 and 0
    assert found.low == pytest.approx(0.02 - 1.96 * spread, abs=0.002)
    assert found.high == pytest.approx(0.02 + 1.96 * spread, abs=0.002)
    same = difference(first, first, seed=0)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_kappa_by_hand() -> None:
    # Cohen's 2x2 example: 20 and 15 of 50 agreed upon, expected agreement 0.5.
    first = np.repeat(["yes", "yes", "no", "no"], [20, 5, 10, 15])
    second = np.repeat(["yes", "no", "yes", "no"], [20, 5, 10, 15])
    assert kappa(first, second) == pytest.approx(0.4)
    assert kappa(first, first) == 1
    assert kappa(np.array(["yes"] * 4), np.array(["yes"] * 4)) == 1
    assert kappa(np.array(["a", "b"] * 2), np.array(["b", "a"] * 2)) == -1


def probabilities(said: list[int]) -> np.ndarray:
    return np.eye(2)[said] * 0.8 + 0.1


LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
ONE = probabilities([0, 0, 0, 1, 1, 1, 1, 1, 0, 0])  # 3 of 4 and 4 of 6 right
TWO = probabilities([0, 0, 0, 0, 1, 1, 1, 1, 0, 0])  # one more


def test_figures_of_two_networks_by_hand() -> None:
    found = paired(ONE, TWO, LABELS, seed=0)
    assert {name: round(figure.value, 6) for name, figure in found.first.items()} == {
        "accuracy": 0.7,
        "balanced_accuracy": round((3 / 4 + 4 / 6) / 2, 6),
        "macro_f1": round((6 / 9 + 8 / 11) / 2, 6),
        "recall.0": 0.75,
        "recall.1": round(4 / 6, 6),
    }
    assert found.second["recall.0"].value == 1
    assert found.gain["balanced_accuracy"].value == pytest.approx(1 / 8)


def test_intervals_of_two_networks_are_those_of_one_and_of_their_difference() -> None:
    found = paired(ONE, TWO, LABELS, seed=0)
    alone = intervals(np.array([[3, 1], [2, 4]]), seed=1)["accuracy"]
    assert found.first["accuracy"].low == pytest.approx(alone.low, abs=0.11)  # one image is 0.1
    assert found.first["accuracy"].high == pytest.approx(alone.high, abs=0.11)
    right = [given.argmax(axis=1) == LABELS for given in (TWO, ONE)]
    change = difference(right[0], right[1], seed=1)
    assert found.gain["accuracy"].low == 0 == change.low
    assert found.gain["accuracy"].high == pytest.approx(change.high, abs=0.11)
    assert found.gain["recall.1"].low == found.gain["recall.1"].high == 0
