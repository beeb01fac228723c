"""Training on a toy: whole, killed and resumed, refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from models import train as command
from models.images import to_input
from models.study import stages
from models.study.checkpoints import Run
from models.study.datasets import load_split
from models.study.features import Features
from models.study.metrics import accuracy
from models.study.progress import Watch, batch_epoch
from models.study.starts import StartError
from models.train import prepare, train
from models.weights import load_network
from scenarios import Scenario
from tests.toys import COLOURS, mma_pictures, toy_scenario, write_files

EPOCHS = [("warm-up", 1), ("warm-up", 2)] + [("fine-tuning", epoch) for epoch in (1, 2, 3)]


class Killed(BaseException):
    """Stands for a kill: nothing in the code under test may catch it."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_files(tmp_path_factory.mktemp("data"), mma_pictures(each=8))


@pytest.fixture
def toy() -> Scenario:
    return toy_scenario()


Training = Callable[[], Path]


@pytest.fixture
def training(data: Path, toy: Scenario, tmp_path: Path) -> Training:
    """Train the toy, or go on with it."""
    return lambda: train(toy, data, tmp_path, tmp_path / "weights", tmp_path / "runs")


def record(path: Path) -> dict[str, Any]:
    return json.loads(path.with_suffix(".training.json").read_text("utf-8"))


def epochs(history: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(row["stage"], row["epoch"]) for row in history]


def state(runs: Path) -> dict[str, Any]:
    """The state in the only epoch folder that is left."""
    (folder,) = (runs / "toy").glob("epoch-*")
    return json.loads((folder / "state.json").read_text("utf-8"))


def kill_after(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill the training once this many epochs were recorded."""
    checkpoint = Run.checkpoint
    done = []

    def then_die(self: Run, *arguments: Any) -> None:
        checkpoint(self, *arguments)
        done.append(1)
        if len(done) == number:
            raise Killed

    monkeypatch.setattr(Run, "checkpoint", then_die)


def kill_while_saving(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill the training after an epoch's weights were written, before the epoch counts."""
    rename = Path.rename
    done = []

    def die(self: Path, target: Path) -> Path:
        done.append(1)
        if len(done) == number:
            raise Killed
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", die)


def optimizer_values(model: keras.Model) -> list[np.ndarray]:
    return [np.array(variable) for variable in model.optimizer.variables]


@pytest.fixture(scope="module")
def finished(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the weights and runs of a training that ended."""
    folder = tmp_path_factory.mktemp("finished")
    train(toy_scenario(), data, folder, folder / "weights", folder / "runs")
    return folder


def test_training_ends_in_a_network_that_serves(finished: Path, data: Path, toy: Scenario) -> None:
    written = record(finished / "weights" / "toy.keras")
    assert epochs(written["history"]) == EPOCHS
    assert written["best"]["score"] == max(row["score"] for row in written["history"])
    assert written["images"] == {"train": 24, "valid": 24}
    assert written["start"] == "random"
    network = load_network(toy, finished / "weights")
    valid = load_split(data, "mma", "valid", tuple(COLOURS))
    answers = network.predict(to_input(list(valid.images), toy.input), verbose=0)
    assert accuracy(answers, valid.labels) == pytest.approx(written["best"]["val_accuracy"])


def test_finished_training_is_not_repeated(
    finished: Path, data: Path, toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras.Model, "fit", lambda *_, **__: pytest.fail("trained again"))
    path = train(toy, data, tmp_path, tmp_path / "weights", finished / "runs")
    assert record(path)["history"] == record(finished / "weights" / "toy.keras")["history"]


def test_a_finished_network_stays_the_file_that_was_examined(
    finished: Path, data: Path, toy: Scenario, tmp_path: Path
) -> None:
    shutil.copytree(finished, tmp_path / "copy")
    folder = tmp_path / "copy" / "weights"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    train(toy, data, tmp_path, folder, tmp_path / "copy" / "runs")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    (folder / "toy.keras").unlink()
    train(toy, data, tmp_path, folder, tmp_path / "copy" / "runs")
    load_network(toy, folder)


def test_fewer_images_are_judged_on_the_whole_validation_split(data: Path, toy: Scenario) -> None:
    equal = replace(toy, recipe=replace(toy.recipe, samples_per_class=6))
    fewer, judges = prepare(equal, data, 3, 9, None)
    whole, same = prepare(equal, data, 3, None, None)

    assert (len(fewer), len(whole), len(judges)) == (9, 24, 24)
    drawn = load_split(data, "mma", "train", tuple(COLOURS)).drawn(9, 3)
    assert fewer.sha256() == drawn.sha256()
    assert judges.names == same.names
    assert prepare(equal, data, 4, 9, None)[0].sha256() != fewer.sha256()


def test_run_of_another_seed_is_not_continued(
    finished: Path, data: Path, toy: Scenario, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="holds a run with other data, seed or recipe"):
        train(toy, data, tmp_path, tmp_path / "weights", finished / "runs", seed=1)


def _sum(network: keras.Model) -> Any:
    """About one number, by which two sets of weights can be told apart."""
    return pytest.approx(sum(float(np.sum(weight)) for weight in network.get_weights()), abs=1e-2)


def test_stages_added_at_the_end_continue_a_run(
    finished: Path, data: Path, toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(finished / "runs", tmp_path / "runs")
    before = record(finished / "weights" / "toy.keras")["history"]
    stages = toy.recipe.stages
    longer = (*stages, replace(stages[-1], name="again", epochs=1))
    recipe = replace(toy.recipe, stages=longer)

    loaded = []
    load = keras.Model.load_weights

    def watch(model: keras.Model, path: Path, *rest: Any) -> None:
        load(model, path, *rest)
        loaded.append(_sum(model).expected)

    monkeypatch.setattr(keras.Model, "load_weights", watch)

    path = train(replace(toy, recipe=recipe), data, tmp_path, tmp_path / "out", tmp_path / "runs")

    assert loaded[0] == _sum(load_network(toy, finished / "weights")), "goes on from the best"
    written = record(path)
    assert written["history"][:-1] == before
    assert written["history"][-1]["stage"] == "again"
    assert [stage["name"] for stage in written["recipe"]["stages"]] == [s.name for s in longer]


def test_training_goes_on_from_a_finished_network(
    finished: Path, data: Path, toy: Scenario, tmp_path: Path
) -> None:
    shutil.copytree(finished / "weights", tmp_path / "weights")
    before = record(tmp_path / "weights" / "toy.keras")["history"]
    ended = load_network(toy, finished / "weights").get_weights()
    again = replace(toy.recipe.stages[-1], name="again", epochs=2, learning_rate=1e-12)
    longer = replace(toy, recipe=replace(toy.recipe, stages=(*toy.recipe.stages, again)))
    folders = data, tmp_path, tmp_path / "weights", tmp_path / "runs"

    with pytest.MonkeyPatch.context() as patch:
        kill_after(1, patch)
        with pytest.raises(Killed):
            train(longer, *folders, go_on=True)
    path = train(longer, *folders, go_on=True)

    history = record(path)["history"]
    assert history[:-2] == before
    assert epochs(history[-2:]) == [("again", 1), ("again", 2)]
    for old, new in zip(ended, load_network(toy, path.parent).get_weights(), strict=True):
        np.testing.assert_allclose(new, old, atol=1e-3)


def test_nothing_to_go_on_from_is_said(data: Path, toy: Scenario, tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"holds no toy\.training\.json to go on from"):
        train(toy, data, tmp_path, tmp_path / "weights", tmp_path / "runs", go_on=True)


def test_a_run_is_not_continued_with_another_stage_before_the_end(
    finished: Path, data: Path, toy: Scenario, tmp_path: Path
) -> None:
    first, *others = toy.recipe.stages
    changed = (replace(first, learning_rate=first.learning_rate / 2), *others)
    other = replace(toy, recipe=replace(toy.recipe, stages=changed))
    with pytest.raises(SystemExit, match="holds a run with other data, seed or recipe"):
        train(other, data, tmp_path, tmp_path / "weights", finished / "runs")


def test_warm_up_leaves_the_base_and_fine_tuning_does_not(
    training: Training, toy: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernels = []
    checkpoint = Run.checkpoint

    def note(self: Run, trainee: keras.Model, network: keras.Model, row: dict[str, Any]) -> None:
        kernels.append(network.get_layer("conv").get_weights()[0])
        checkpoint(self, trainee, network, row)

    monkeypatch.setattr(Run, "checkpoint", note)
    training()
    began = toy.build().get_layer("conv").get_weights()[0]
    np.testing.assert_array_equal(kernels[1], began)
    assert not np.array_equal(kernels[2], began)


@pytest.mark.parametrize(
    ("kill", "number"),
    [(kill_after, 2), (kill_after, 3), (kill_while_saving, 1), (kill_while_saving, 4)],
)
def test_killed_training_goes_on_where_it_was(
    kill: Callable[[int, pytest.MonkeyPatch], None],
    number: int,
    training: Training,
    tmp_path: Path,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        kill(number, patch)
        with pytest.raises(Killed):
            training()
    kept = number if kill is kill_after else number - 1
    before = state(tmp_path / "runs")["history"] if kept else []
    assert len(before) == kept
    path = training()
    history = record(path)["history"]
    assert history[:kept] == before
    assert epochs(history) == EPOCHS
    assert state(tmp_path / "runs")["history"] == history
    assert not (tmp_path / "runs" / "toy" / "unfinished").exists()


def test_optimiser_goes_on_with_what_it_knew(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[list[np.ndarray]] = []
    begun: list[list[np.ndarray]] = []

    class Noted(Watch):
        def on_train_begin(self, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
            begun.append(optimizer_values(self.model))

        def on_train_end(self, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
            ended.append(optimizer_values(self.model))

    monkeypatch.setattr(stages, "Watch", Noted)
    with pytest.MonkeyPatch.context() as patch:
        kill_after(4, patch)  # the second of three fine-tuning epochs
        with pytest.raises(Killed):
            training()
    last = ended[-1]
    begun.clear()
    training()
    assert len(begun) == 1
    steps = 24 // 8
    assert begun[0][0] == 2 * steps  # iterations
    assert len(last) > 2
    for before, after in zip(last, begun[0], strict=True):
        np.testing.assert_array_equal(before, after)
    assert any(np.abs(value).max() > 0 for value in last[2:])  # moments, not zeros


def test_cached_stage_trains_what_lies_behind_and_leaves_no_features(
    data: Path, toy: Scenario, tmp_path: Path
) -> None:
    warm_up, fine_tuning = toy.recipe.stages
    cached = replace(fine_tuning, cached_at="pool", versions=2)
    toy = replace(toy, recipe=replace(toy.recipe, stages=(warm_up, cached)))
    path = train(toy, data, tmp_path, tmp_path / "weights", tmp_path / "runs")
    assert epochs(record(path)["history"]) == EPOCHS
    began, ended = toy.build(), load_network(toy, tmp_path / "weights")
    kernels = {
        name: [model.get_layer(name).get_weights()[0] for model in (began, ended)]
        for name in ("conv", "probabilities")
    }
    changes = {name: np.abs(after - before).max() for name, (before, after) in kernels.items()}
    assert changes["conv"] < 1e-2  # what is saved is rounded to half precision
    assert changes["probabilities"] > 1e-3
    assert not (tmp_path / "runs" / "toy" / "features").exists()


def test_features_are_shared_by_trainings_that_begin_alike(
    data: Path, toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached = replace(toy.recipe.stages[1], cached_at="pool", versions=2)
    toy = replace(toy, recipe=replace(toy.recipe, stages=(cached,)))
    smoothed = replace(toy, recipe=replace(toy.recipe, label_smoothing=0.2))
    features = tmp_path / "features"
    train(toy, data, tmp_path, tmp_path / "one", tmp_path / "runs-1", features=features)
    monkeypatch.setattr(Features, "_compute", lambda *_: pytest.fail("computed again"))
    train(smoothed, data, tmp_path, tmp_path / "other", tmp_path / "runs-2", features=features)
    losses = [record(tmp_path / name / "toy.keras")["history"][0] for name in ("one", "other")]
    assert losses[0]["loss"] != losses[1]["loss"]


def test_command_trains_afresh_when_told(
    data: Path, toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "load_all", lambda: {"toy": toy})
    folders = ["--output", str(tmp_path / "weights"), "--runs", str(tmp_path / "runs")]
    words = ["toy", "--data", str(data), *folders, "--limit", "16"]
    command.main(words)
    assert state(tmp_path / "runs")["facts"]["images"] == {"train": 16, "valid": 16}
    command.main([*words, "--fresh", "--seed", "1"])
    assert state(tmp_path / "runs")["facts"]["seed"] == 1


def test_wrong_layout_ends_the_command_in_a_sentence(
    toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "load_all", lambda: {"toy": toy})
    with pytest.raises(SystemExit, match=r"models.train: .* Looked for MMA: MMAFEDB/train"):
        command.main(["toy", "--data", str(tmp_path), "--runs", str(tmp_path / "runs")])


def test_step_belongs_to_its_epoch() -> None:
    assert [batch_epoch(step, 3) for step in (1, 3, 4, 6, 7)] == [1, 1, 2, 2, 3]
