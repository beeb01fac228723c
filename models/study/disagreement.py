"""Where a network that is mostly right contradicts a label with great confidence.

Such images are worth a look: either the network is confidently wrong or the label is. Which of the
two this cannot say, so it bounds no label noise; it says where to look for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from models.study.answers import Answers

CONFIDENT = 0.9  # probability above which an answer counts as confident


@dataclass(frozen=True)
class Disagreement:
    """One network on one exam of n images.

    confident: answers above CONFIDENT. against: those of them that are not the label. pairs:
    (label, answer, images) among these, commonest first.
    """

    n: int
    confident: int
    against: int
    pairs: tuple[tuple[str, str, int], ...]


def disagreement(answers: Answers) -> Disagreement:
    """How often the network's confident answers contradict the labels."""
    sure = answers.probabilities.max(axis=1) > CONFIDENT  # (n,)
    against = sure & (answers.top() != answers.truth())  # (n,)
    labels, said = answers.truth()[against].tolist(), answers.top()[against].tolist()
    ordered = sorted(Counter(zip(labels, said, strict=True)).items(), key=lambda i: (-i[1], i[0]))
    return Disagreement(
        n=len(answers.labels),
        confident=int(sure.sum()),
        against=int(against.sum()),
        pairs=tuple((label, answer, number) for (label, answer), number in ordered),
    )


def most_accurate(answers: Mapping[str, Answers]) -> str | None:
    """The slug of the network that is right most often; None where there is none."""
    return max(answers, key=lambda slug: _accuracy(answers[slug]), default=None)


def _accuracy(answers: Answers) -> float:
    return float((answers.top() == answers.truth()).mean())
