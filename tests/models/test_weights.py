"""Weights are refused, each for its own reason, before anything unverified is opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from models.weights import SENTENCES, WeightsError, load_network, read_manifest
from scenarios import Scenario
from scenarios.contract import InputSpec
from tests.toys import store, toy_scenario

Damage = Callable[[Path], object]


@pytest.fixture
def toy() -> Scenario:
    return toy_scenario()


def rewrite(folder: Path, **changed: Any) -> None:
    """Change the manifest's entry of the toy."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["models"]["toy"].update(changed)
    path.write_text(json.dumps(manifest), "utf-8")


def replace_file(folder: Path, content: bytes) -> None:
    """Another file in the toy's place, that the manifest vouches for."""
    (folder / "toy.keras").write_bytes(content)
    rewrite(folder, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def flip_one_byte(folder: Path) -> None:
    path = folder / "toy.keras"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_short(folder: Path) -> None:
    path = folder / "toy.keras"
    path.write_bytes(path.read_bytes()[:-1])


def put_wider_network(folder: Path) -> None:
    other = folder / "other"
    store(toy_scenario(emotions=("angry", "disgust", "fear", "happy")), other)
    replace_file(folder, (other / "toy.keras").read_bytes())


def put_network_with_code(folder: Path) -> None:
    """A network that would run Python of its author's: Keras' safe mode refuses it."""
    inputs = keras.Input((16, 16, 3))
    outputs = keras.layers.Lambda(lambda x: x, output_shape=(16, 16, 3))(inputs)
    path = folder / "code.keras"
    keras.Model(inputs, outputs).save(path)
    replace_file(folder, path.read_bytes())


def forget_toy(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"models": {}}')


DAMAGES: dict[str, list[Damage]] = {
    "manifest_missing": [lambda folder: (folder / "manifest.json").unlink()],
    "manifest_broken": [
        lambda folder: (folder / "manifest.json").write_text("{"),
        lambda folder: (folder / "manifest.json").write_text('{"networks": {}}'),
        lambda folder: (folder / "manifest.json").write_text('{"models": {"toy": {}}}'),
        lambda folder: (folder / "manifest.json").write_text('{"models": []}'),
        lambda folder: rewrite(folder, file="../toy.keras"),
        lambda folder: rewrite(folder, bytes="many"),
    ],
    "not_in_manifest": [forget_toy],
    "missing": [lambda folder: (folder / "toy.keras").unlink()],
    "wrong_size": [cut_short],
    "wrong_checksum": [flip_one_byte, lambda folder: rewrite(folder, sha256="0" * 64)],
    "wrong_emotions": [lambda folder: rewrite(folder, emotions=["happy", "disgust", "sad"])],
    "wrong_input": [lambda folder: rewrite(folder, input_size=17)],
    "unreadable": [lambda folder: replace_file(folder, b"no zip"), put_network_with_code],
    "wrong_network": [put_wider_network],
}


@pytest.mark.parametrize(
    ("code", "damage"), [(code, damage) for code, some in DAMAGES.items() for damage in some]
)
def test_each_damage_has_its_code_and_sentence(
    code: str, damage: Damage, toy: Scenario, tmp_path: Path
) -> None:
    store(toy, tmp_path)
    damage(tmp_path)
    with pytest.raises(WeightsError) as raised:
        load_network(toy, tmp_path)
    error = raised.value
    assert error.code == code
    assert error.details["scenario"] == "toy"
    assert SENTENCES[code].format(**error.details) in str(error)
    assert "python -m models.train toy --data PATH, or copy" in str(error)
    assert str(tmp_path) in str(error)


def test_every_code_is_tested() -> None:
    assert set(DAMAGES) == set(SENTENCES)


@pytest.mark.parametrize("damage", [cut_short, flip_one_byte])
def test_keras_never_opens_a_changed_file(
    damage: Damage, toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(toy, tmp_path)
    damage(tmp_path)
    opened = []
    monkeypatch.setattr(keras.saving, "load_model", lambda *args, **_: opened.append(args))
    with pytest.raises(WeightsError):
        load_network(toy, tmp_path)
    assert not opened


def test_whole_file_gives_the_network_that_was_saved(toy: Scenario, tmp_path: Path) -> None:
    saved = store(toy, tmp_path)
    network = load_network(toy, tmp_path)
    picture = np.random.default_rng(0).uniform(0, 255, (2, 16, 16, 3)).astype("float32")
    np.testing.assert_allclose(np.asarray(network(picture)), np.asarray(saved(picture)), atol=1e-3)
    assert not network.compiled


def test_scenario_that_changed_since_is_refused(toy: Scenario, tmp_path: Path) -> None:
    store(toy, tmp_path)
    with pytest.raises(
        WeightsError, match="takes pictures of 16 pixels a side, the scenario of 32"
    ):
        load_network(replace(toy, input=InputSpec(32)), tmp_path)


def test_manifest_alone_can_be_read(toy: Scenario, tmp_path: Path) -> None:
    store(toy, tmp_path)
    entry = read_manifest(tmp_path)["toy"]
    assert entry.size == (tmp_path / "toy.keras").stat().st_size
    with pytest.raises(WeightsError, match=r"manifest.json is missing"):
        read_manifest(tmp_path / "elsewhere")
