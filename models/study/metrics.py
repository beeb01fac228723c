"""Figures of a classifier, from its distributions (n, classes) and the true labels (n,).

Training watches single figures; the exam takes them all from the confusion matrix, which says
everything that accuracy, recall, precision and F1 need, and from which they can be resampled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000


@dataclass(frozen=True)
class Interval:
    """A measured share, 0-1, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def cross_entropy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean negative log-likelihood of the true class, in nats."""
    likelihood = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(likelihood, 1e-12, 1)).mean())


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Share of images whose most probable class is the true one, 0-1."""
    return float((probabilities.argmax(axis=1) == labels).mean())


def balanced_accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Mean of the classes' recalls, 0-1, over the classes that occur in ``labels``."""
    right = probabilities.argmax(axis=1) == labels
    return float(np.mean([right[labels == label].mean() for label in np.unique(labels)]))


def confusion_matrix(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How often each class (rows, true) was taken for each (columns): int (classes, classes)."""
    classes = probabilities.shape[1]
    pairs = labels * classes + probabilities.argmax(axis=1)  # (n,), row-major cell of each image
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def per_class(confusion: np.ndarray) -> dict[str, np.ndarray]:
    """Precision, recall, F1 (0-1) and support (images) of each class, arrays (..., classes).

    confusion: (..., classes, classes), rows true; leading axes are so many matrices. What has no
    denominator, as the precision of a class that was never answered, is 0.
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)  # (..., classes)
    support = confusion.sum(axis=-1)  # (..., classes)
    answered = confusion.sum(axis=-2)  # (..., classes)
    return {
        "precision": hits / np.maximum(answered, 1),
        "recall": hits / np.maximum(support, 1),
        "f1": 2 * hits / np.maximum(support + answered, 1),
        "support": support,
    }


def summary(confusion: np.ndarray) -> dict[str, np.ndarray]:
    """Accuracy, balanced accuracy (mean recall) and macro-F1 (mean F1), 0-1, arrays (...).

    confusion: (..., classes, classes). Both means are over the classes that have images.
    """
    figures = per_class(confusion)
    present = figures["support"] > 0  # (..., classes)
    images = figures["support"].sum(axis=-1)
    return {
        "accuracy": np.trace(confusion, axis1=-2, axis2=-1) / images,
        "balanced_accuracy": figures["recall"].mean(axis=-1, where=present),
        "macro_f1": figures["f1"].mean(axis=-1, where=present),
    }


def intervals(confusion: np.ndarray, seed: int, resamples: int = RESAMPLES) -> dict[str, Interval]:
    """The figures of ``summary`` with bootstrap percentile 95 % intervals.

    Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13: the n images are drawn
    anew n times with replacement. All that counts of an image is its cell of the confusion matrix
    (classes, classes), so a resample is one multinomial draw of n over the cells.
    """
    images = int(confusion.sum())
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(images, confusion.ravel() / images, size=resamples)
    spread = summary(drawn.reshape(resamples, *confusion.shape))  # arrays (resamples,)
    measured = summary(confusion)
    found = {}
    for name, values in spread.items():
        low, high = np.percentile(values, [2.5, 97.5])
        found[name] = Interval(float(measured[name]), float(low), float(high))
    return found


def majority_baseline(confusion: np.ndarray) -> tuple[int, float]:
    """The most frequent class and the accuracy, 0-1, of always answering it."""
    support = confusion.sum(axis=1)
    return int(support.argmax()), float(support.max() / support.sum())


def share_interval(hits: int, total: int) -> Interval:
    """The share of hits in a total above 0 with Wilson's 95 % interval (Wilson 1927).

    Unlike a bootstrap's it is of use where there are few hits or none.
    """
    z, share = 1.96, hits / total
    centre = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    spread = z / (1 + z**2 / total) * (share * (1 - share) / total + (z / 2 / total) ** 2) ** 0.5
    return Interval(share, max(centre - spread, 0.0), min(centre + spread, 1.0))


def mean_interval(values: np.ndarray, seed: int, resamples: int = RESAMPLES) -> Interval:
    """The mean of one value an image, (n,), with its bootstrap percentile 95 % interval."""
    rng = np.random.default_rng(seed)
    number = len(values)
    means = [values[rng.integers(0, number, number)].mean() for _ in range(resamples)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values.mean()), float(low), float(high))
