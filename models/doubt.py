"""How sure a network is of one answer, and how far the networks' answers lie apart."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from models.agreement import restrict


def soften(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """softmax(logits / temperature), from the softmax; above 1 less sure, below 1 surer.

    probabilities: (n, classes); returns as many. Temperature scaling: Guo et al. 2017.
    """
    logits = np.log(np.clip(probabilities, 1e-12, 1)) / temperature
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def entropy(shares: Sequence[float]) -> float:
    """Shannon's entropy of a distribution as a share of the most it can be, 0-1.

    0: all on one class; 1: all classes alike. Networks of three and of seven classes can so be
    compared. Raises ValueError for fewer than two classes.
    """
    if len(shares) < 2:
        raise ValueError("one class alone leaves nothing to doubt")
    return sum(p * math.log(1 / p) for p in shares if p > 0) / math.log(len(shares))


def jensen_shannon(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Jensen-Shannon distance of two distributions over the same emotions, 0-1.

    The root of the divergence in bits, a metric (Endres & Schindelin 2003): 0 where they are the
    same, 1 where they have no emotion in common.
    """

    def divergence(p: float, middle: float) -> float:
        return p * math.log2(p / middle) if p > 0 else 0.0

    total = 0.0
    for emotion, p in first.items():
        q = second[emotion]
        total += (divergence(p, (p + q) / 2) + divergence(q, (p + q) / 2)) / 2
    return math.sqrt(max(total, 0.0))


def distances(
    distributions: Mapping[str, Mapping[str, float]], emotions: Sequence[str]
) -> dict[tuple[str, str], float]:
    """Jensen-Shannon distance of every two answers, each restricted to ``emotions`` first.

    distributions: by slug. emotions: known to all of them.
    """
    restricted = {slug: restrict(dict(given), emotions) for slug, given in distributions.items()}
    return {
        (first, second): jensen_shannon(restricted[first], restricted[second])
        for first, second in combinations(restricted, 2)
    }
