"""Figures of a classifier, from its distributions (n, classes) and the true labels (n,)."""

from __future__ import annotations

import numpy as np


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
