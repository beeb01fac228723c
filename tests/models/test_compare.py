"""The engine answers as plain Keras does, and one bad network spoils one column."""

from __future__ import annotations

import threading
import time
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
import tensorflow as tf

from models import compare
from models.agreement import top
from models.compare import Answer, Engine, Failure, Prediction, distributions
from models.images import to_input
from models.runtime import Call, compiled
from models.study.export import save_model, write_manifest_entry
from scenarios import EMOTIONS, Scenario
from tests.toys import COLOURS, coloured, store, toy_scenario

SEVEN, THREE, SHUFFLED = "seven", "three", "shuffled"


@pytest.fixture
def scenarios() -> dict[str, Scenario]:
    """Three toys: seven emotions, three, and three whose output order is not EMOTIONS'."""
    toys = (
        toy_scenario(SEVEN, EMOTIONS, size=48),
        toy_scenario(THREE),
        toy_scenario(SHUFFLED, ("sad", "disgust", "happy"), size=24),
    )
    return {toy.slug: toy for toy in toys}


@pytest.fixture
def folder(scenarios: dict[str, Scenario], tmp_path: Path) -> Path:
    for scenario in scenarios.values():
        store(scenario, tmp_path)
    return tmp_path


@pytest.fixture
def engine(folder: Path, scenarios: dict[str, Scenario]) -> Engine:
    loaded = Engine(folder, scenarios)
    loaded.load()
    return loaded


@pytest.fixture
def faces() -> list[np.ndarray]:
    """Three faces of different sizes, uint8 RGB."""
    rng = np.random.default_rng(0)
    shapes = [(48, 48, 3), (90, 60, 3), (300, 200, 3)]
    return [rng.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]


def said(answers: list[Answer]) -> list[dict[str, float]]:
    """The distributions, all of them there."""
    assert all(isinstance(answer, Prediction) for answer in answers), answers
    return list(distributions(answers).values())


def test_answers_are_those_of_plain_keras(engine: Engine, faces: list[np.ndarray]) -> None:
    answers = engine.compare(faces)
    assert [len(row) for row in answers] == [3, 3, 3]
    for column, (slug, scenario) in enumerate(engine.scenarios.items()):
        inputs = to_input(faces, scenario.input)
        expected = engine.networks[slug].predict(inputs, verbose=0)
        for face, row in enumerate(answers):
            answer = row[column]
            assert isinstance(answer, Prediction)
            assert answer.scenario == slug
            assert answer.milliseconds > 0
            own_order = [answer.distribution[emotion] for emotion in scenario.emotions]
            np.testing.assert_allclose(own_order, expected[face], atol=1e-4)
            assert sum(answer.distribution.values()) == pytest.approx(1, abs=1e-5)


def test_emotions_stand_in_one_order_and_unknown_ones_are_absent(
    engine: Engine, faces: list[np.ndarray]
) -> None:
    seven, three, shuffled = said(engine.compare(faces[:1])[0])
    assert tuple(seven) == EMOTIONS
    assert tuple(three) == tuple(shuffled) == ("disgust", "happy", "sad")


def test_a_colour_is_recognised(engine: Engine) -> None:
    rng = np.random.default_rng(0)
    for emotion in COLOURS:
        (answers,) = engine.compare([coloured(emotion, rng)], [THREE])
        assert top(said(answers)[0]) == emotion


def test_faces_together_are_as_one_by_one(engine: Engine, faces: list[np.ndarray]) -> None:
    together = engine.compare(faces)
    for face, row in zip(faces, together, strict=True):
        (alone,) = engine.compare([face])
        for one, many in zip(said(alone), said(row), strict=True):
            assert one == pytest.approx(many, abs=1e-5)


def test_only_the_scenarios_asked_answer_in_the_order_asked(
    engine: Engine, faces: list[np.ndarray]
) -> None:
    (answers,) = engine.compare(faces[:1], [SHUFFLED, SEVEN])
    assert [answer.scenario for answer in answers] == [SHUFFLED, SEVEN]
    assert engine.compare(faces, []) == [[], [], []]
    assert engine.compare([]) == []
    with pytest.raises(KeyError):
        engine.compare(faces, ["nobody"])


def test_damaged_file_costs_its_own_column(
    folder: Path, scenarios: dict[str, Scenario], faces: list[np.ndarray]
) -> None:
    path = folder / f"{THREE}.keras"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    engine = Engine(folder, scenarios)
    engine.load()
    engine.warm_up()
    assert set(engine.networks) == {SEVEN, SHUFFLED}
    for seven, three, shuffled in engine.compare(faces):
        assert isinstance(seven, Prediction)
        assert isinstance(shuffled, Prediction)
        assert isinstance(three, Failure)
        assert (three.scenario, three.code) == (THREE, "wrong_checksum")
        assert "python -m models.train three" in three.reason
        assert three == engine.failures[THREE]


def test_nothing_loaded_says_so(
    folder: Path, scenarios: dict[str, Scenario], faces: list[np.ndarray]
) -> None:
    (answers,) = Engine(folder, scenarios).compare(faces[:1])
    assert {answer.code for answer in answers if isinstance(answer, Failure)} == {"not_loaded"}


def crash(*_: np.ndarray) -> NoReturn:
    raise tf.errors.InvalidArgumentError(None, None, "no numbers left")


def test_crash_while_running_costs_its_own_column(engine: Engine, faces: list[np.ndarray]) -> None:
    (own,) = engine._paths[THREE]
    engine._calls[own] = crash
    for seven, three, shuffled in engine.compare(faces):
        assert isinstance(seven, Prediction)
        assert isinstance(shuffled, Prediction)
        assert isinstance(three, Failure)
        assert three.code == "crashed"
        assert "no numbers left" in three.reason
        assert "InvalidArgumentError" in three.details["problem"]


def test_a_network_that_cannot_be_compiled_costs_its_own_column(
    folder: Path,
    scenarios: dict[str, Scenario],
    faces: list[np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def choosy(function: Any, spec: tf.TensorSpec) -> Call:
        if spec.shape[1] == scenarios[SHUFFLED].input.size:
            raise ValueError("not this one")
        return compiled(function, spec)

    monkeypatch.setattr(compare, "compiled", choosy)
    engine = Engine(folder, scenarios)
    engine.load()
    for seven, three, shuffled in engine.compare(faces):
        assert isinstance(seven, Prediction)
        assert isinstance(three, Prediction)
        assert isinstance(shuffled, Failure)
        assert "not this one" in shuffled.reason


def test_what_two_networks_share_runs_once_and_counts_for_both(
    tmp_path: Path, faces: list[np.ndarray]
) -> None:
    twins = {slug: toy_scenario(slug) for slug in ("one", "other")}
    for twin in twins.values():
        store(twin, tmp_path)
    engine = Engine(tmp_path, twins)
    engine.load()
    assert engine._paths == {"one": (0,), "other": (0,)}
    asked = 0
    (shared,) = engine._calls

    def counted(*arrays: np.ndarray) -> list[np.ndarray]:
        nonlocal asked
        asked += 1
        return shared(*arrays)

    engine._calls = [counted]
    ((one, other),) = engine.compare(faces[:1])
    assert isinstance(one, Prediction)
    assert isinstance(other, Prediction)
    assert one.distribution == other.distribution
    assert one.milliseconds == other.milliseconds > 0
    assert asked == 1
    engine._calls = [crash]
    ((one, other),) = engine.compare(faces[:1])
    assert isinstance(one, Failure)
    assert isinstance(other, Failure)


def test_answers_that_are_no_numbers_are_a_failure(tmp_path: Path, faces: list[np.ndarray]) -> None:
    toy = toy_scenario()
    network = toy.build()
    network.set_weights([np.full_like(weight, np.nan) for weight in network.get_weights()])
    save_model(network, tmp_path / "toy.keras")
    write_manifest_entry(tmp_path, toy, {})
    engine = Engine(tmp_path, {"toy": toy})
    engine.load()
    (answer,) = engine.compare(faces[:1])[0]
    assert isinstance(answer, Failure)
    assert answer.code == "not_finite"


def test_many_faces_go_in_turns_and_none_is_lost(engine: Engine) -> None:
    rng = np.random.default_rng(0)
    emotions = [*COLOURS] * (compare.TOGETHER + 1)
    rows = engine.compare([coloured(emotion, rng) for emotion in emotions], [THREE])
    assert [top(said(row)[0]) for row in rows] == emotions


def test_clients_take_turns(engine: Engine, faces: list[np.ndarray]) -> None:
    running, most = 0, 0

    def watched(batch: np.ndarray) -> list[np.ndarray]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        time.sleep(0.02)
        running -= 1
        return [np.full((len(batch), 3), 1 / 3, dtype=np.float32)]

    engine._calls = [watched] * len(engine._calls)
    ask = partial(engine.compare, faces[:1], [THREE])
    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert most == 1


def test_failures_have_no_distribution() -> None:
    answers: list[Answer] = [Prediction("a", {"happy": 1.0}, 5.0), Failure("b", "crashed", {}, "")]
    assert distributions(answers) == {"a": {"happy": 1.0}}
