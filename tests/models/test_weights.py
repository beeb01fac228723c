"""Weights are refused, each for its own reason, before anything unverified is opened."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from models import hub
from models.hub import HubError, Pin
from models.weights import (
    SENTENCES,
    WeightsError,
    find_hub,
    load_network,
    read_entry,
    read_manifest,
)
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


def put_in(folder: Path, changed: Callable[[str, bytes], bytes], **added: bytes) -> None:
    """The toy's file with each member changed, and more; the manifest vouches for it."""
    path = folder / "changed.keras"
    with zipfile.ZipFile(folder / "toy.keras") as old, zipfile.ZipFile(path, "w") as new:
        for item in old.infolist():
            new.writestr(item.filename, changed(item.filename, old.read(item)))
        for name, content in added.items():
            new.writestr(name, content)
    replace_file(folder, path.read_bytes())


def put_class_of(module: str, name: str, settings: dict[str, Any]) -> Damage:
    """A layer whose class is anything that Python can import."""

    def change(file: str, content: bytes) -> bytes:
        if file != "config.json":
            return content
        config = json.loads(content)
        layer = config["config"]["layers"][2]
        layer |= {"module": module, "class_name": name, "registered_name": f"{module}>{name}"}
        layer["config"] = settings
        return json.dumps(config).encode()

    return lambda folder: put_in(folder, change)


def put_weights_that_lie_elsewhere(folder: Path) -> None:
    """HDF5 may link into other files, so that a network would carry them off."""
    other, weights = folder / "secret.h5", folder / "weights.h5"
    with h5py.File(other, "w") as file:
        file["kernel"] = np.zeros((1, 1, 3, 3))

    def change(name: str, content: bytes) -> bytes:
        if name != "model.weights.h5":
            return content
        weights.write_bytes(content)
        with h5py.File(weights, "a") as file:
            place = "layers/conv2d/vars/0"
            del file[place]
            file[place] = h5py.ExternalLink(str(other), "kernel")
        return weights.read_bytes()

    put_in(folder, change)


def put_pickle(folder: Path) -> None:
    """What old formats were: loading it would run Python."""
    replace_file(folder, pickle.dumps(_Running(folder / "ran")))


def put_pickled_weights(folder: Path) -> None:
    """Weights as NumPy keeps objects."""
    content = io.BytesIO()
    np.save(content, np.array([_Running(folder / "ran")], dtype=object), allow_pickle=True)
    put_in(folder, lambda name, old: content.getvalue() if name.endswith(".h5") else old)


@dataclass
class _Running:
    """Leaves a file behind when it is unpickled."""

    path: Path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def put_network_of_newer_keras(folder: Path) -> None:
    """What a later Keras writes: its version, and a setting that this one does not know."""
    path = folder / "newer.keras"
    with zipfile.ZipFile(folder / "toy.keras") as old, zipfile.ZipFile(path, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "metadata.json":
                content = json.dumps({**json.loads(content), "keras_version": "99.0.1"}).encode()
            if item.filename == "config.json":
                config = json.loads(content)
                config["config"]["layers"][2]["config"]["of_tomorrow"] = True
                content = json.dumps(config).encode()
            new.writestr(item, content)
    replace_file(folder, path.read_bytes())


def put_no_network(folder: Path) -> None:
    """A file of Keras' form that holds a setting instead of a network."""
    path = folder / "other.keras"
    with zipfile.ZipFile(folder / "toy.keras") as old, zipfile.ZipFile(path, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "config.json":
                name = {"module": "keras.initializers", "class_name": "Zeros", "config": {}}
                content = json.dumps({**name, "registered_name": None}).encode()
            new.writestr(item, content)
    replace_file(folder, path.read_bytes())


def put_folder_in_manifest_s_place(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").mkdir()


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
        lambda folder: rewrite(folder, bytes=float("inf")),
        lambda folder: rewrite(folder, emotions=None),
        lambda folder: (folder / "manifest.json").write_text('{"models": {"toy": "toy.keras"}}'),
        lambda folder: (folder / "manifest.json").write_text('{"models": null}'),
        lambda folder: (folder / "manifest.json").write_text("[]"),
        lambda folder: (folder / "manifest.json").write_text("[" * 200_000),
        lambda folder: (folder / "manifest.json").write_bytes(b"\xff\xfe{"),
        put_folder_in_manifest_s_place,
    ],
    "not_in_manifest": [forget_toy],
    "missing": [lambda folder: (folder / "toy.keras").unlink()],
    "wrong_size": [cut_short],
    "wrong_checksum": [flip_one_byte, lambda folder: rewrite(folder, sha256="0" * 64)],
    "wrong_emotions": [lambda folder: rewrite(folder, emotions=["happy", "disgust", "sad"])],
    "wrong_input": [lambda folder: rewrite(folder, input_size=17)],
    "unreadable": [
        lambda folder: replace_file(folder, b"no zip"),
        put_network_with_code,
        put_class_of("os", "system", {"command": "touch ran"}),
        put_class_of("subprocess", "Popen", {"args": ["touch", "ran"]}),
        put_class_of("builtins", "eval", {"source": "open('ran', 'w')"}),
        put_class_of("keras.utils", "get_file", {"fname": "ran", "origin": "file:///etc/passwd"}),
        put_class_of("keras.layers", "TorchModuleWrapper", {"module": "gASVAAA="}),
        put_weights_that_lie_elsewhere,
        put_pickle,
        put_pickled_weights,
        put_no_network,
    ],
    "newer_keras": [put_network_of_newer_keras],
    "wrong_network": [put_wider_network],
}


@pytest.mark.filterwarnings("ignore:Skipping nested container")  # Keras, before its error
@pytest.mark.parametrize(
    ("code", "damage"), [(code, damage) for code, some in DAMAGES.items() for damage in some]
)
def test_each_damage_has_its_code_and_sentence(
    code: str, damage: Damage, toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(toy, tmp_path)
    damage(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WeightsError) as raised:
        load_network(toy, tmp_path)
    error = raised.value
    assert error.code == code
    assert error.details["scenario"] == "toy"
    assert SENTENCES[code].format(**error.details) in str(error)
    assert "python -m models.train toy --data PATH, or copy" in str(error)
    assert str(tmp_path) in str(error)
    assert not list(tmp_path.rglob("ran*")), "code of the file ran"


@pytest.mark.filterwarnings("ignore:Skipping invalid path")  # as Keras says
def test_what_lies_in_a_file_beside_its_network_is_unpacked_nowhere(
    toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keras unpacks what a file calls assets."""
    folder = tmp_path / "weights"
    folder.mkdir()
    store(toy, folder)
    names = ("../out", "assets/../../out", f"{tmp_path}/out", "assets/toy/../../../out")
    put_in(folder, lambda _, content: content, **dict.fromkeys(names, b"out"))
    monkeypatch.chdir(folder)

    with contextlib.suppress(WeightsError):
        load_network(toy, folder)

    assert not list(tmp_path.rglob("out"))


def test_every_code_is_tested() -> None:
    elsewhere = {"no_access", *hub.SENTENCES}  # below, and in test_hub.py
    assert set(DAMAGES) == set(SENTENCES) - elsewhere


def test_a_file_that_may_not_be_read(
    toy: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(toy, tmp_path)

    def forbidden(path: Path) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(hub, "checksum", forbidden)
    with pytest.raises(
        WeightsError, match=r"toy.keras cannot be read: Permission denied"
    ) as raised:
        load_network(toy, tmp_path)
    assert raised.value.code == "no_access"
    assert str(tmp_path) not in raised.value.details["problem"]


def test_a_broken_entry_costs_its_own_scenario(toy: Scenario, tmp_path: Path) -> None:
    store(toy, tmp_path)
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["models"]["other"] = {"file": "other.keras"}
    path.write_text(json.dumps(manifest), "utf-8")

    assert load_network(toy, tmp_path).count_params() > 0
    assert read_entry(tmp_path, "toy").file == "toy.keras"
    with pytest.raises(WeightsError, match="it lacks 'bytes'"):
        read_entry(tmp_path, "other")
    with pytest.raises(WeightsError, match="it lacks 'bytes'"):
        read_manifest(tmp_path)


def test_whatever_a_vouched_file_holds_is_loaded_or_refused(toy: Scenario, tmp_path: Path) -> None:
    store(toy, tmp_path)
    whole = (tmp_path / "toy.keras").read_bytes()
    dice = np.random.default_rng(0)
    codes = []
    for _ in range(40):
        content = bytearray(whole)
        for place in dice.integers(0, len(whole), dice.integers(1, 40)):
            content[place] = dice.integers(0, 256)
        replace_file(tmp_path, bytes(content[: dice.integers(len(whole) // 2, 2 * len(whole))]))
        try:
            load_network(toy, tmp_path)
        except WeightsError as error:
            codes.append(error.code)
    assert set(codes) <= {"unreadable", "wrong_network"}
    assert len(codes) > 20


class Source:
    """A Hub that has one file; it counts how often it was asked."""

    def __init__(self, path: Path | None):
        self.path = path
        self.asked: list[tuple[str, int, str]] = []

    def find(self, file: str, size: int, sha256: str) -> Path:
        self.asked.append((file, size, sha256))
        if self.path is None:
            raise HubError("hub_busy", host="hf.co")
        return self.path


@pytest.mark.parametrize(
    "damage", [cut_short, flip_one_byte, lambda folder: (folder / "toy.keras").unlink()]
)
def test_a_file_that_is_not_whole_here_comes_from_the_hub(
    damage: Damage, toy: Scenario, tmp_path: Path
) -> None:
    store(toy, tmp_path)
    elsewhere = tmp_path / "cached.keras"
    elsewhere.write_bytes((tmp_path / "toy.keras").read_bytes())
    damage(tmp_path)
    source = Source(elsewhere)

    assert load_network(toy, tmp_path, source).count_params() > 0  # type: ignore[arg-type]
    entry = read_entry(tmp_path, "toy")
    assert source.asked == [("toy.keras", entry.size, entry.sha256)]


def test_the_hub_is_not_asked_for_what_is_here_or_of_no_use(toy: Scenario, tmp_path: Path) -> None:
    store(toy, tmp_path)
    source = Source(None)
    load_network(toy, tmp_path, source)  # type: ignore[arg-type]
    flip_one_byte(tmp_path)
    with pytest.raises(WeightsError):
        load_network(replace(toy, input=InputSpec(32)), tmp_path, source)  # type: ignore[arg-type]
    assert source.asked == []


def test_a_hub_s_refusal_names_the_file_and_the_way_without_it(
    toy: Scenario, tmp_path: Path
) -> None:
    store(toy, tmp_path)
    (tmp_path / "toy.keras").unlink()
    with pytest.raises(WeightsError) as raised:
        load_network(toy, tmp_path, Source(None))  # type: ignore[arg-type]
    assert raised.value.code == "hub_busy"
    assert "toy.keras" in str(raised.value)
    assert "To do without the Hub, copy toy.keras into" in str(raised.value)


def test_where_the_hub_s_name_comes_from(
    toy: Scenario, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store(toy, tmp_path)
    named = Pin("user/named", "main")
    assert find_hub(tmp_path) is None
    found = find_hub(tmp_path, named)
    assert found is not None
    assert found.pin == named

    path = tmp_path / "manifest.json"
    plain = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**plain, "hub": {"repo_id": "user/x", "revision": "0" * 40}}))
    found = find_hub(tmp_path)
    assert found is not None
    assert found.pin == Pin("user/x", "0" * 40)
    assert load_network(toy, tmp_path).count_params() > 0

    path.write_text(json.dumps({**plain, "hub": "user/x"}))
    assert capsys.readouterr().out == ""
    assert find_hub(tmp_path) is None
    assert "Nothing is fetched from the Hub" in capsys.readouterr().out
    path.unlink()
    assert find_hub(tmp_path) is None


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
