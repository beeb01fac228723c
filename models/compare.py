"""The engine: every loaded network answers the same faces, side by side.

A network that cannot be loaded, or that fails while it runs, loses its own column only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import keras
import numpy as np
import tensorflow as tf

from models.agreement import top
from models.explain import HeatMap, heat_map
from models.hub import Pin
from models.images import to_input
from models.runtime import Call, compiled
from models.sharing import Part, plan_of
from models.weights import WeightsError, find_hub, load_network
from scenarios import EMOTIONS, Scenario, load_all

# What a network raises while it runs: TensorFlow's own errors, and Python's from its layers.
CRASHES = (tf.errors.OpError, ValueError, TypeError, RuntimeError, MemoryError)
REASONS = {
    "crashed": "The network failed while it was running: {problem}",
    "not_finite": "The network answered with numbers that are no probabilities.",
    "not_loaded": "The network is not loaded yet.",
}
# Faces that run together; those left over run one by one. More at once gained little when measured,
# and for each other number the runtime keeps the weights once more.
TOGETHER = 4


@dataclass(frozen=True)
class Prediction:
    """One scenario's answer on one face.

    distribution: probability, 0-1, of each of the scenario's own emotions, in the order of
    EMOTIONS; a class it doesn't know is absent. milliseconds: what the network's layers took for
    this face, an equal share where several faces ran together. Layers that several networks share
    ran once and count in full for each of them, as each would need them alone: the networks of a
    face may take less together than their milliseconds add up to.
    """

    scenario: str
    distribution: dict[str, float]
    milliseconds: float


@dataclass(frozen=True)
class Failure:
    """Why a scenario has no answer. ``code``: a key of models.weights.SENTENCES or of REASONS."""

    scenario: str
    code: str
    details: dict[str, Any]
    reason: str


Answer = Prediction | Failure


def distributions(answers: Iterable[Answer]) -> dict[str, dict[str, float]]:
    """What was answered, by slug; failures have no say."""
    return {a.scenario: a.distribution for a in answers if isinstance(a, Prediction)}


class Engine:
    """All networks of ``folder``, loaded once and asked together.

    pin: where files that are not whole there come from, other than where the manifest says.

    ``networks`` holds the loaded ones by slug, ``failures`` says why the others are not there.
    What they share is computed once (``models.sharing``), each part in one compiled call
    (``models.runtime``). Runs are serialised: two at once would only take the processor from each
    other.
    """

    def __init__(
        self, folder: Path, scenarios: dict[str, Scenario] | None = None, pin: Pin | None = None
    ):
        self.folder = folder
        self.pin = pin
        self.scenarios = load_all() if scenarios is None else scenarios
        self.networks: dict[str, keras.Model] = {}
        self.failures: dict[str, Failure] = {}
        self._calls: list[Call] = []
        self._paths: dict[str, tuple[int, ...]] = {}  # the calls that make each network's answer
        self._lock = threading.Lock()

    def load(self) -> None:
        """Load and compile each network; what cannot be is remembered, never raised."""
        source = find_hub(self.folder, self.pin)
        for slug, scenario in self.scenarios.items():
            try:
                self.networks[slug] = load_network(scenario, self.folder, source)
            except WeightsError as error:
                self.failures[slug] = Failure(slug, error.code, error.details, str(error))
        plan = plan_of(self.networks)
        self._calls = [self._compile(part) for part in plan.parts]
        self._paths = plan.paths

    def warm_up(self) -> None:
        """Run each network on a blank face, so that the first visitor doesn't wait."""
        self.compare([np.zeros((48, 48, 3), dtype=np.uint8)])

    def compare(
        self, crops: Sequence[np.ndarray], slugs: Sequence[str] | None = None
    ) -> list[list[Answer]]:
        """What each scenario answers on each face: one list a face, scenarios in order.

        crops: uint8 RGB (height, width, 3), of any size. slugs: which scenarios, in this order;
        None asks all. Raises KeyError for a slug that is no scenario.
        """
        chosen = [self.scenarios[slug] for slug in (self.scenarios if slugs is None else slugs)]
        rows: list[list[Answer]] = []
        while len(rows) < len(crops):
            left = len(crops) - len(rows)
            number = TOGETHER if left >= TOGETHER else 1
            rows += self._ask(crops[len(rows) : len(rows) + number], chosen)
        return rows

    def _ask(self, crops: Sequence[np.ndarray], chosen: Sequence[Scenario]) -> list[list[Answer]]:
        """``compare`` for as many faces as run together."""
        inputs = {spec: to_input(crops, spec) for spec in {scenario.input for scenario in chosen}}
        made: dict[int, _Made] = {}
        with self._lock:
            columns = [self._column(scenario, inputs[scenario.input], made) for scenario in chosen]
        return [[column[face] for column in columns] for face in range(len(crops))]

    def explain(
        self, crop: np.ndarray, answers: Sequence[Answer], emotion: str | None = None
    ) -> list[HeatMap | Failure]:
        """Where each scenario looks on a face for an emotion; None: for its own top answer.

        crop: as in ``compare``. answers: what ``compare`` gave for it. Raises ValueError for an
        emotion that one of them doesn't know.
        """
        maps: list[HeatMap | Failure] = []
        for answer in answers:
            if isinstance(answer, Failure):
                maps.append(answer)
                continue
            slug, wanted = answer.scenario, emotion or top(answer.distribution)
            if wanted not in answer.distribution:
                raise ValueError(f"{slug} does not know {wanted}")
            try:
                with self._lock:
                    maps.append(heat_map(self.networks[slug], self.scenarios[slug], crop, wanted))
            except CRASHES as error:
                maps.append(_crashed(slug, error))
        return maps

    def _compile(self, part: Part) -> Call:
        """One part as a call; one that cannot be compiled costs the networks that rest on it."""
        try:
            return compiled(partial(part.model, training=False), _signature(part.model))
        except CRASHES as error:
            self.failures.update({slug: _crashed(slug, error) for slug in part.slugs})
            return _never

    def _column(
        self, scenario: Scenario, inputs: np.ndarray, made: dict[int, _Made]
    ) -> Sequence[Answer]:
        """One scenario's answers; inputs: float32 (faces, size, size, 3). made: what calls gave
        for these faces so far; those it lacks are made and added."""
        slug, seconds, output = scenario.slug, 0.0, inputs
        if slug in self.failures or slug not in self._paths:
            failure = self.failures.get(slug) or _failure(slug, "not_loaded")
            return [failure] * len(inputs)
        for number in self._paths[slug]:
            if number not in made:
                made[number] = _run(self._calls[number], output)
            part = made[number]
            if isinstance(part.output, Exception):
                return [_crashed(slug, part.output)] * len(inputs)
            output, seconds = part.output, seconds + part.seconds
        return [_answer(scenario, row, seconds * 1000 / len(inputs)) for row in output]


@dataclass(frozen=True)
class _Made:
    """What a call gave for the faces at hand, or the error that it raised."""

    output: np.ndarray | Exception
    seconds: float


def _run(call: Call, inputs: np.ndarray) -> _Made:
    began = time.perf_counter()
    try:
        (output,) = call(inputs)
    except CRASHES as error:
        return _Made(error, 0.0)
    return _Made(output, time.perf_counter() - began)


def _signature(network: keras.Model) -> tf.TensorSpec:
    """What a part takes: its input's shape, for any number of faces."""
    return tf.TensorSpec(network.input_shape, tf.float32)


def _never(*_: np.ndarray) -> NoReturn:
    """Stands in for a call that could not be compiled; the engine never gets as far."""
    raise AssertionError("a network that failed was asked")


def _answer(scenario: Scenario, row: np.ndarray, milliseconds: float) -> Answer:
    """One row of a network's output, (emotions,), as an answer."""
    if not np.isfinite(row).all():
        return _failure(scenario.slug, "not_finite")
    named = dict(zip(scenario.emotions, row.tolist(), strict=True))
    distribution = {emotion: named[emotion] for emotion in EMOTIONS if emotion in named}
    return Prediction(scenario.slug, distribution, milliseconds)


def _crashed(slug: str, error: Exception) -> Failure:
    return _failure(slug, "crashed", problem=f"{type(error).__name__}: {error}")


def _failure(slug: str, code: str, **details: Any) -> Failure:
    return Failure(slug, code, details, REASONS[code].format(**details))
