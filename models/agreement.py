"""Whether the scenarios are of one mind on a face, where their answers can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios import EMOTIONS


@dataclass(frozen=True)
class Agreement:
    """The top answers on one face, where they can be compared, by slug.

    widest: of the scenarios that know every emotion any answering scenario knows. shared: of all
    answering scenarios, each restricted to ``emotions``, the ones that all of them know.
    """

    emotions: tuple[str, ...]
    widest: dict[str, str]
    shared: dict[str, str]

    @property
    def widest_agree(self) -> bool | None:
        """Whether ``widest`` is of one mind; None where there are fewer than two answers."""
        return _one_mind(self.widest)

    @property
    def shared_agree(self) -> bool | None:
        """Whether ``shared`` is of one mind; None where there are fewer than two answers."""
        return _one_mind(self.shared)


def agreement(given: Mapping[str, dict[str, float]]) -> Agreement:
    """How the scenarios' answers on one face compare; given: their distributions by slug.

    Fewer than two emotions in common leave nothing to compare: ``shared`` is empty then.
    """
    known = [set(distribution) for distribution in given.values()]
    every = set().union(*known)
    common = every.intersection(*known)
    emotions = tuple(emotion for emotion in EMOTIONS if emotion in common)
    return Agreement(
        emotions=emotions,
        widest={slug: top(answer) for slug, answer in given.items() if set(answer) == every},
        shared={slug: top(restrict(answer, emotions)) for slug, answer in given.items()}
        if len(emotions) > 1
        else {},
    )


def restrict(distribution: dict[str, float], emotions: Sequence[str]) -> dict[str, float]:
    """A distribution given that the answer is one of ``emotions``: those it knows, summing to 1.

    Where it gives them no probability at all it says nothing about them: they become equal.
    """
    kept = {emotion: p for emotion, p in distribution.items() if emotion in emotions}
    mass = sum(kept.values())
    if mass == 0:
        return {emotion: 1 / len(kept) for emotion in kept}
    return {emotion: p / mass for emotion, p in kept.items()}


def top(distribution: dict[str, float]) -> str:
    """The most probable emotion; the first of equals."""
    return max(distribution, key=lambda emotion: distribution[emotion])


def _one_mind(tops: dict[str, str]) -> bool | None:
    return len(set(tops.values())) == 1 if len(tops) > 1 else None
