"""Is one classifier better than another on the same images, or is it chance?

Arrays of right and wrong are bool (n,), one entry an image, in the same order for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from models.study.metrics import RESAMPLES, Interval, per_class, summary


@dataclass(frozen=True)
class McNemar:
    """only_first and only_second: images that only one of the two has right. p: two-sided."""

    only_first: int
    only_second: int
    p: float


def mcnemar(first: np.ndarray, second: np.ndarray) -> McNemar:
    """McNemar's test with the exact binomial distribution (McNemar 1947; Edwards 1948).

    If both were equally good, an image that only one has right would be either's with probability
    1/2. p is that of a split at least so uneven; 1 where no image tells them apart.
    """
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    apart, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(comb(apart, number) for number in range(fewer + 1))
    return McNemar(only_first, only_second, float(min(1, 2 * tail / 2**apart)))


def holm(values: list[float]) -> list[float]:
    """p values corrected for their number (Holm 1979), in the order given.

    The k-th smallest of m is multiplied by m - k + 1, and none is smaller than one before it.
    """
    corrected = [0.0] * len(values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = largest
    return corrected


def difference(
    first: np.ndarray, second: np.ndarray, seed: int, resamples: int = RESAMPLES
) -> Interval:
    """Accuracy of the first less the second's, with its bootstrap percentile 95 % interval.

    Paired: an image is drawn with both answers to it. All that counts of it is whether the first,
    the second, both or none has it right, so a resample is one multinomial draw over those.
    """
    change = first.astype(int) - second.astype(int)  # (n,): 1, 0 or -1
    counts = np.array([(change == value).sum() for value in (1, 0, -1)])
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(change), counts / len(change), size=resamples)  # (resamples, 3)
    low, high = np.percentile((drawn[:, 0] - drawn[:, 2]) / len(change), [2.5, 97.5])
    return Interval(float(change.mean()), float(low), float(high))


@dataclass(frozen=True)
class Paired:
    """The figures of two networks on the same images, and what the second has more than the first.

    Each by name, value and 95 % interval: those of ``metrics.summary``, and the recall of class i
    as ``recall.i``.
    """

    first: dict[str, Interval]
    second: dict[str, Interval]
    gain: dict[str, Interval]


def paired(
    first: np.ndarray, second: np.ndarray, labels: np.ndarray, seed: int, resamples: int = RESAMPLES
) -> Paired:
    """All figures of two networks' distributions (n, classes), with bootstrap intervals.

    An image is drawn with its label (n,) and both answers to it, which are all that counts of it,
    so a resample is one multinomial draw of n over classes ** 3 cells.
    """
    classes, number = first.shape[1], len(labels)
    cells = (labels * classes + first.argmax(axis=1)) * classes + second.argmax(axis=1)  # (n,)
    counts = np.bincount(cells, minlength=classes**3)
    drawn = np.random.default_rng(seed).multinomial(number, counts / number, size=resamples)
    both = np.concatenate([counts[None], drawn]).reshape(-1, classes, classes, classes)
    one, other = _figures(both.sum(axis=3)), _figures(both.sum(axis=2))  # (1 + resamples,) each
    more = {name: other[name] - one[name] for name in one}
    return Paired(
        *({name: _interval(given[name]) for name in given} for given in (one, other, more))
    )


def _figures(confusion: np.ndarray) -> dict[str, np.ndarray]:
    """The figures that ``Paired`` names, arrays (...), of confusion matrices (..., rows true)."""
    recall = per_class(confusion)["recall"]  # (..., classes)
    recalls = {f"recall.{index}": recall[..., index] for index in range(recall.shape[-1])}
    return {**summary(confusion), **recalls}


def _interval(values: np.ndarray) -> Interval:
    """The measured value, which comes first, with the percentiles of its resamples."""
    low, high = np.percentile(values[1:], [2.5, 97.5])
    return Interval(float(values[0]), float(low), float(high))


def kappa(first: np.ndarray, second: np.ndarray) -> float:
    """Cohen's kappa (1960) of two arrays of answers (n,): agreement beyond chance, at most 1.

    (observed - expected) / (1 - expected), expected from how often each gives each answer; 1 where
    both always give one and the same answer.
    """
    answers = np.union1d(first, second)
    observed = (first == second).mean()
    expected = sum((first == answer).mean() * (second == answer).mean() for answer in answers)
    return 1.0 if expected == 1 else float((observed - expected) / (1 - expected))
