"""Confident answers against the label, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.study.answers import Answers
from models.study.disagreement import CONFIDENT, disagreement, most_accurate

THREE = ("disgust", "happy", "sad")


def answers(*rows: tuple[int, int, float]) -> Answers:
    """Images as (label, answer, probability of that answer)."""
    shares = np.array([[(1 - p) / 2] * 3 for _, _, p in rows], dtype=np.float32)
    for row, (_, said, p) in enumerate(rows):
        shares[row, said] = p
    labels = np.array([label for label, _, _ in rows])
    return Answers(THREE, shares, labels, np.array([str(row) for row in range(len(rows))]))


def test_by_hand() -> None:
    given = answers(
        (0, 0, 0.95), (0, 1, 0.95), (2, 1, 0.99), (0, 1, 0.97), (0, 1, 0.8), (1, 1, 0.6)
    )
    found = disagreement([given])
    assert (found.n, found.confident, found.against) == (6, 4, 3)
    assert found.pairs == (("disgust", "happy", 2), ("sad", "happy", 1))


def test_the_threshold_itself_is_not_confident() -> None:
    assert CONFIDENT == 0.9
    assert disagreement([answers((0, 1, 0.89), (0, 1, 0.91))]).confident == 1


def test_of_several_networks_only_what_all_say_counts() -> None:
    one = answers((0, 1, 0.9), (0, 1, 0.9), (2, 1, 0.9), (1, 1, 0.9), (0, 1, 0.9))
    two = answers((0, 1, 0.8), (0, 2, 0.9), (2, 1, 0.6), (1, 1, 0.9), (0, 0, 0.9))

    found = disagreement([one, two], above=0.7)
    assert (found.n, found.confident, found.against) == (5, 2, 1)
    assert found.pairs == (("disgust", "happy", 1),)
    assert disagreement([one, two], above=0.5).against == 2
    rows = np.array([False, True, True, True, True])
    some = disagreement([one, two], above=0.5, rows=rows)
    assert (some.n, some.confident, some.against) == (4, 2, 1)


@pytest.mark.parametrize("order", [("good", "poor"), ("poor", "good")])
def test_the_most_accurate_is_found(order: tuple[str, str]) -> None:
    given = {"good": answers((0, 0, 0.5), (1, 1, 0.5)), "poor": answers((0, 0, 0.99), (1, 2, 0.9))}
    assert most_accurate({slug: given[slug] for slug in order}) == "good"
    assert most_accurate({}) is None
