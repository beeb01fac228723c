"""Calibration by hand, and temperatures that are found again."""

from __future__ import annotations

import numpy as np
import pytest

from models.doubt import soften
from models.study.calibration import BINS, calibration, fit_temperature


def test_calibration_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.3, 0.7], [0.3, 0.7]])
    labels = np.array([0, 1, 1, 1])
    found = calibration(probabilities, labels)
    low, high = found["bins"]
    assert (low["n"], high["n"]) == (2, 2)
    assert low["confidence"] == pytest.approx(0.7)
    assert (low["accuracy"], high["accuracy"]) == (1, 0.5)
    assert low["low"] < 0.7 <= low["high"]
    assert high["low"] < 0.9 <= high["high"]
    assert found["ece"] == pytest.approx((2 * 0.3 + 2 * 0.4) / 4)
    assert found["gap"] == pytest.approx(0.8 - 0.75)
    assert found["brier"] == pytest.approx((2 * 0.01 + 2 * 0.81 + 4 * 0.09) / 4)
    assert found["cross_entropy"] == pytest.approx(-np.log([0.9, 0.1, 0.7, 0.7]).mean())


def test_every_image_is_in_one_bin() -> None:
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(7) / 3, size=500)
    probabilities[0] = np.eye(7)[2]  # certain
    probabilities[1] = 1 / 7
    bins = calibration(probabilities, rng.integers(0, 7, 500))["bins"]
    assert sum(row["n"] for row in bins) == 500
    assert bins[-1]["high"] == 1
    assert all(row["high"] - row["low"] == pytest.approx(1 / BINS) for row in bins)
    assert all(row["low"] <= row["confidence"] <= row["high"] for row in bins)


def sampled(temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Distributions that are right at this temperature, with labels drawn so."""
    rng = np.random.default_rng(1)
    powers = np.exp(rng.normal(0, 2, (20_000, 5)))
    said = powers / powers.sum(axis=1, keepdims=True)
    true = soften(said, temperature)
    labels = (true.cumsum(axis=1) < rng.uniform(size=(20_000, 1))).sum(axis=1)
    return said, np.minimum(labels, 4)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_temperature_is_found_and_calibrates(temperature: float) -> None:
    said, labels = sampled(temperature)
    found = fit_temperature(said, labels)
    assert found == pytest.approx(temperature, rel=0.05)
    assert calibration(soften(said, found), labels)["ece"] < 0.02
    if temperature != 1:
        assert calibration(said, labels)["ece"] > 0.05
