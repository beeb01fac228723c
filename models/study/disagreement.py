"""Where networks that are mostly right contradict a label together, or one does with confidence.

Such images are worth a look: either the networks are wrong or the label is. Which of the two this
cannot say, so it bounds no label noise; it says where to look for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.study.answers import Answers

CONFIDENT = 0.9  # probability above which an answer counts as confident


@dataclass(frozen=True)
class Disagreement:
    """One network, or several as one, on n images.

    confident: answers above the bound, of several networks only those that all give. against: those
    of them that are not the label. pairs: (label, answer, images) among these, commonest first.
    """

    n: int
    confident: int
    against: int
    pairs: tuple[tuple[str, str, int], ...]


def disagreement(
    answers: Sequence[Answers], above: float = CONFIDENT, rows: np.ndarray | None = None
) -> Disagreement:
    """How often the answer that all networks give contradicts the label.

    answers: of each network to the same images. above: the probability that each must exceed.
    rows: bool (n,), the images that count; all for None.
    """
    first = answers[0]
    counted = np.ones(len(first.labels), bool) if rows is None else rows
    sure = counted.copy()  # (n,)
    for given in answers:
        sure &= (given.probabilities.max(axis=1) > above) & (given.top() == first.top())
    against = sure & (first.top() != first.truth())  # (n,)
    labels, said = first.truth()[against].tolist(), first.top()[against].tolist()
    ordered = sorted(Counter(zip(labels, said, strict=True)).items(), key=lambda i: (-i[1], i[0]))
    return Disagreement(
        n=int(counted.sum()),
        confident=int(sure.sum()),
        against=int(against.sum()),
        pairs=tuple((label, answer, number) for (label, answer), number in ordered),
    )


def most_accurate(answers: Mapping[str, Answers]) -> str | None:
    """The slug of the network that is right most often; None where there is none."""
    return max(answers, key=lambda slug: _accuracy(answers[slug]), default=None)


def _accuracy(answers: Answers) -> float:
    return float((answers.top() == answers.truth()).mean())
