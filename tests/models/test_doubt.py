"""How sure, and how far apart: by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.doubt import distances, entropy, jensen_shannon, soften


def test_softening_keeps_the_order_and_the_sum() -> None:
    shares = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]])
    np.testing.assert_allclose(soften(shares, 1), shares, atol=1e-9)
    softer = soften(shares, 3)
    np.testing.assert_allclose(softer.sum(axis=1), 1)
    assert (softer.argmax(axis=1) == shares.argmax(axis=1)).all()
    assert softer[0, 0] < 0.7


def test_entropy_runs_from_certain_to_clueless() -> None:
    assert entropy([0.0, 1.0, 0.0]) == 0
    assert entropy([1 / 7] * 7) == pytest.approx(1)
    assert entropy([0.5, 0.5, 0.0]) == pytest.approx(math.log(2) / math.log(3))
    with pytest.raises(ValueError, match="one class"):
        entropy([1.0])


def test_jensen_shannon_by_hand() -> None:
    same = {"happy": 0.25, "sad": 0.75}
    assert jensen_shannon(same, same) == 0
    assert jensen_shannon({"happy": 1, "sad": 0}, {"happy": 0, "sad": 1}) == pytest.approx(1)
    # The middle is (3/4, 1/4): half of log2(4/3), half of log2(2/3)/2 + log2(2)/2.
    divergence = (math.log2(4 / 3) + (math.log2(2 / 3) + math.log2(2)) / 2) / 2
    found = jensen_shannon({"happy": 1, "sad": 0}, {"happy": 0.5, "sad": 0.5})
    assert found == pytest.approx(math.sqrt(divergence))


def test_distances_are_of_what_all_know() -> None:
    wide = {"angry": 0.5, "happy": 0.25, "sad": 0.25}
    narrow = {"happy": 0.5, "sad": 0.5}
    other = {"happy": 1.0, "sad": 0.0}
    found = distances({"a": wide, "b": narrow, "c": other}, ["happy", "sad"])
    assert set(found) == {("a", "b"), ("a", "c"), ("b", "c")}
    assert found["a", "b"] == pytest.approx(0)
    assert found["a", "c"] == pytest.approx(found["b", "c"])
    assert found["b", "c"] == pytest.approx(jensen_shannon(narrow, other))
