"""What trained networks are examined on, and what they answer there."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from models.images import to_input
from models.study import machine
from models.study.answers import Answers, fingerprint, read_answers, write_answers
from models.study.datasets import DatasetError, Split, load_split
from models.weights import load_network, read_manifest
from scenarios import EMOTIONS, Scenario

# Answers to PrivateTest's images of the emotions every scenario knows stand under this name.
SHARED_EXAM = "fer2013/shared"
BATCH = 64  # images a device reads at once


@dataclass(frozen=True)
class Exam:
    """What the scenarios of one dataset are examined on.

    seen: which of ``test`` have a copy, pixel by pixel, among the training images (bool, (n,)).
    known: the emotions that every scenario knows. shared: PrivateTest's images of these, on which
    all scenarios can be compared; None where FER-2013 is not at hand.
    """

    test: Split
    valid: Split
    seen: np.ndarray
    known: tuple[str, ...]
    shared: Split | None


def load_exam(
    paths: list[Path],
    dataset: str,
    emotions: tuple[str, ...],
    known: tuple[str, ...],
    limit: int | None,
    seed: int,
) -> Exam:
    """The exam from the first of the paths that holds the dataset; limit: images of each split.

    known: as in Exam. Raises DatasetError, with what was wrong with each path, where none does.
    """

    def some(split: Split) -> Split:
        return split.drawn(limit, seed) if limit else split

    test, valid, train = (
        first_split(paths, dataset, name, emotions) for name in ("test", "valid", "train")
    )
    test, valid = some(test), some(valid)
    seen = np.isin(test.hashes(), train.hashes())  # (n,)
    print(f"{dataset}: {len(test)} exam images, {seen.sum()} of them also in training", flush=True)
    shared = None
    with suppress(DatasetError):
        shared = some(first_split(paths, "fer2013", "test", known)) if known else None
    return Exam(test, valid, seen, known, shared)


def first_split(paths: list[Path], dataset: str, split: str, emotions: tuple[str, ...]) -> Split:
    """A split from the first of the paths that holds it; raises DatasetError where none does."""
    refusals = []
    for path in paths:
        try:
            return load_split(path, dataset, split, emotions)
        except DatasetError as error:
            refusals.append(str(error))
    raise DatasetError(" ".join(refusals))


def known_to_all(scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """The emotions that every scenario knows, in the order of columns."""
    lists = [scenario.emotions for scenario in scenarios]
    return tuple(emotion for emotion in EMOTIONS if all(emotion in names for names in lists))


def classes_of(dataset: str, scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """The emotions that any scenario learns from a dataset, in the order of columns."""
    lists = [scenario.emotions for scenario in scenarios if scenario.recipe.dataset == dataset]
    return tuple(emotion for emotion in EMOTIONS if any(emotion in names for names in lists))


def predict(network: keras.Model, split: Split, scenario: Scenario) -> np.ndarray:
    """What the network answers on every image: (n, emotions). Prints progress."""
    machine.without_xla(network)
    began = time.monotonic()
    said, parts = began, []
    chunk = 4 * BATCH * machine.devices()
    for first in range(0, len(split), chunk):
        inputs = to_input(list(split.images[first : first + chunk]), scenario.input)
        parts.append(machine.predict(network, inputs, BATCH))
        done, now = first + len(inputs), time.monotonic()
        if now - said > 10 or done == len(split):
            said = now
            left = datetime.timedelta(seconds=int((now - began) / done * (len(split) - done)))
            print(
                f"{scenario.slug}: {split.split} {done}/{len(split)} images, {left} left",
                flush=True,
            )
    return np.concatenate(parts)


def answered(
    split: Split, probabilities: np.ndarray, emotions: tuple[str, ...] | None = None
) -> Answers:
    """Answers to keep; emotions: of the columns, where they are not the split's classes."""
    emotions = emotions or split.classes
    labels = np.array([emotions.index(emotion) for emotion in split.classes])[split.labels]
    fingerprints = np.array([fingerprint(name) for name in split.hashes()])
    return Answers(emotions, probabilities, labels, fingerprints)


def examined(scenario: Scenario, test: Split, folder: Path) -> Answers:
    """What the network in ``folder`` answers on the exam; kept there, so it is asked only once."""
    sha256 = read_manifest(folder)[scenario.slug].sha256
    kept = read_answers(folder / "answers", scenario.slug, sha256)
    if "exam" not in kept:
        probabilities = predict(load_network(scenario, folder), test, scenario)
        kept = {"exam": answered(test, probabilities)}
        write_answers(folder / "answers", scenario.slug, sha256, kept)
    return kept["exam"]
