"""The same picture more than once, pixel by pixel, and what its copies are labelled.

A picture whose copies carry different labels has at least one wrong label: a lower bound on label
noise that needs no opinion. Pictures that were scaled or saved again are not found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Copies:
    """Among some images: how many occur more than once.

    pictures: different pictures with a copy; images: these with all their copies. conflicting: of
    the pictures, those with more than one label; conflicting_images: these with all their copies.
    wrong_at_least: images whose label is wrong whichever of the conflicting labels is right.
    pairs: (label, label, pictures that carry both), commonest first.
    """

    pictures: int
    images: int
    conflicting: int
    conflicting_images: int
    wrong_at_least: int
    pairs: tuple[tuple[str, str, int], ...]


def find_copies(hashes: Sequence[str], labels: Sequence[str]) -> Copies:
    """hashes: a fingerprint of pixels for each image. labels: in the same order."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for fingerprint, label in zip(hashes, labels, strict=True):
        found[fingerprint][label] += 1
    copied = [counts for counts in found.values() if counts.total() > 1]
    conflicting = [counts for counts in copied if len(counts) > 1]
    pairs = Counter(pair for counts in conflicting for pair in combinations(sorted(counts), 2))
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return Copies(
        pictures=len(copied),
        images=sum(counts.total() for counts in copied),
        conflicting=len(conflicting),
        conflicting_images=sum(counts.total() for counts in conflicting),
        wrong_at_least=sum(counts.total() - max(counts.values()) for counts in conflicting),
        pairs=tuple((first, second, number) for (first, second), number in ordered),
    )
