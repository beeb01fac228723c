"""How far a network's probabilities can be taken at their word.

Distributions are (n, classes), softmax outputs; labels are int (n,).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models.doubt import soften
from models.study.metrics import cross_entropy

BINS = 15  # of confidence, as in Guo et al. 2017


def calibration(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Reliability of the top answer, and scores of the whole distribution.

    bins: of equal width in confidence, empty ones left out. ece: expected calibration error, the
    mean of |accuracy - confidence| over the bins weighted by their images (Guo et al. 2017). gap:
    mean confidence less accuracy, positive for one that is too sure. brier: mean squared distance
    of the distribution from the one-hot truth, 0-2 (Brier 1950). cross_entropy: in nats.
    """
    confidence = probabilities.max(axis=1)  # (n,)
    right = probabilities.argmax(axis=1) == labels  # (n,)
    places = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    bins = [
        {
            "low": place / BINS,
            "high": (place + 1) / BINS,
            "n": int((places == place).sum()),
            "confidence": float(confidence[places == place].mean()),
            "accuracy": float(right[places == place].mean()),
        }
        for place in np.unique(places).tolist()
    ]
    truth = np.eye(probabilities.shape[1])[labels]  # (n, classes)
    return {
        "bins": bins,
        "ece": sum(row["n"] * abs(row["accuracy"] - row["confidence"]) for row in bins)
        / len(labels),
        "gap": float(confidence.mean() - right.mean()),
        "brier": float(((probabilities - truth) ** 2).sum(axis=1).mean()),
        "cross_entropy": cross_entropy(probabilities, labels),
    }


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The temperature, 0.05-20, of the smallest cross-entropy (Guo et al. 2017).

    Cross-entropy is convex in 1/temperature, so a golden-section search on the logarithm, where it
    has one minimum too, finds it (Kiefer 1953).
    """
    low, high = np.log(0.05), np.log(20)
    ratio = (np.sqrt(5) - 1) / 2

    def cost(logarithm: float) -> float:
        return cross_entropy(soften(probabilities, float(np.exp(logarithm))), labels)

    while high - low > 1e-4:
        inner_low, inner_high = high - ratio * (high - low), low + ratio * (high - low)
        if cost(inner_low) < cost(inner_high):
            high = inner_high
        else:
            low = inner_low
    return float(np.exp((low + high) / 2))
