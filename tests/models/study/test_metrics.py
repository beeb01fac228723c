"""Figures against numbers worked out by hand, and intervals against what theory expects."""

from __future__ import annotations

import numpy as np
import pytest

from models.study.metrics import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    cross_entropy,
    intervals,
    majority_baseline,
    per_class,
    share_interval,
    summary,
)

# rows true: 4 of class 0 (3 right), 2 of class 1 (1 right), 4 of class 2 (none right, all as 0)
CONFUSION = np.array([[3, 1, 0], [1, 1, 0], [4, 0, 0]])


@pytest.fixture
def answers() -> tuple[np.ndarray, np.ndarray]:
    """Distributions and labels whose confusion matrix is CONFUSION."""
    labels, answered = [], []
    for (true, predicted), count in np.ndenumerate(CONFUSION):
        labels += [true] * count
        answered += [predicted] * count
    order = np.random.default_rng(0).permutation(len(labels))
    probabilities = np.full((len(labels), 3), 0.2)
    probabilities[np.arange(len(labels)), answered] = 0.6
    return probabilities[order], np.array(labels)[order]


def test_confusion_matrix_has_true_classes_as_rows(answers: tuple[np.ndarray, np.ndarray]) -> None:
    np.testing.assert_array_equal(confusion_matrix(*answers), CONFUSION)


def test_figures_by_hand(answers: tuple[np.ndarray, np.ndarray]) -> None:
    measured = summary(CONFUSION)
    assert measured["accuracy"] == pytest.approx(4 / 10)
    assert measured["balanced_accuracy"] == pytest.approx((3 / 4 + 1 / 2 + 0) / 3)
    # F1: 2*3/(4+8), 2*1/(2+2), 0
    assert measured["macro_f1"] == pytest.approx((0.5 + 0.5 + 0) / 3)
    assert accuracy(*answers) == pytest.approx(measured["accuracy"])
    assert balanced_accuracy(*answers) == pytest.approx(measured["balanced_accuracy"])


def test_per_class_by_hand() -> None:
    figures = per_class(CONFUSION)
    np.testing.assert_allclose(figures["precision"], [3 / 8, 1 / 2, 0])
    np.testing.assert_allclose(figures["recall"], [3 / 4, 1 / 2, 0])
    np.testing.assert_allclose(figures["f1"], [1 / 2, 1 / 2, 0])
    np.testing.assert_array_equal(figures["support"], [4, 2, 4])


def test_a_class_without_images_has_no_say_in_the_means() -> None:
    confusion = np.array([[2, 0, 0], [0, 1, 1], [0, 0, 0]])
    measured = summary(confusion)
    assert measured["balanced_accuracy"] == pytest.approx((1 + 1 / 2) / 2)
    assert measured["macro_f1"] == pytest.approx((1 + 2 / 3) / 2)


def test_many_matrices_at_once_are_each_as_alone() -> None:
    other = np.array([[1, 0, 0], [0, 1, 0], [3, 0, 1]])
    together = summary(np.stack([CONFUSION, other]))
    for name, values in together.items():
        assert values.tolist() == [summary(CONFUSION)[name], summary(other)[name]]


def test_majority_baseline() -> None:
    assert majority_baseline(np.array([[1, 1], [4, 2]])) == (1, 6 / 8)


def test_cross_entropy_of_even_odds() -> None:
    assert cross_entropy(np.full((3, 4), 0.25), np.array([0, 1, 3])) == pytest.approx(np.log(4))


def test_interval_is_as_wide_as_the_binomial_says() -> None:
    confusion = np.array([[640, 160], [40, 160]])  # n = 1000, accuracy 0.8
    found = intervals(confusion, seed=0)["accuracy"]
    half = 1.96 * np.sqrt(0.8 * 0.2 / 1000)
    assert found.value == pytest.approx(0.8)
    assert found.low == pytest.approx(0.8 - half, abs=0.003)
    assert found.high == pytest.approx(0.8 + half, abs=0.003)


def test_balanced_interval_is_wider_where_a_class_is_rare() -> None:
    confusion = np.array([[900, 80], [10, 10]])
    found = intervals(confusion, seed=0)
    widths = {name: figure.high - figure.low for name, figure in found.items()}
    # the recall of a class of 20 images spreads by sqrt(.5 * .5 / 20); half reaches the mean
    half = 1.96 * np.sqrt(0.5 * 0.5 / 20) / 2
    assert widths["balanced_accuracy"] == pytest.approx(2 * half, rel=0.1)
    assert widths["balanced_accuracy"] > 3 * widths["accuracy"]


def test_every_figure_lies_in_its_interval_and_repeats_by_seed() -> None:
    found = intervals(CONFUSION, seed=1)
    assert set(found) == {"accuracy", "balanced_accuracy", "macro_f1"}
    assert all(figure.low <= figure.value <= figure.high for figure in found.values())
    assert found == intervals(CONFUSION, seed=1)
    larger = CONFUSION * 40
    assert intervals(larger, seed=1) != intervals(larger, seed=2)


def test_no_errors_leave_no_width() -> None:
    for figure in intervals(np.diag([5, 5]), seed=0).values():
        assert (figure.low, figure.value, figure.high) == (1, 1, 1)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)  # Newcombe 1998, Statistics in Medicine 17, table I, method 3
def test_wilson_s_interval_is_the_published_one(
    hits: int, total: int, low: float, high: float
) -> None:
    found = share_interval(hits, total)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert found.value == hits / total
    other = share_interval(total - hits, total)
    assert (other.low, other.high) == pytest.approx((1 - found.high, 1 - found.low))
