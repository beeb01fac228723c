"""A saved network is one small file that opens anywhere and answers as before."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from models.study.export import save_model, write_manifest_entry
from models.weights import read_manifest
from scenarios import Scenario
from tests.toys import store, toy_scenario

BARE = """
import os, sys, keras, numpy
assert not [path for path in sys.path if os.path.exists(os.path.join(path, "scenarios"))], sys.path
out = {}
for path in sys.argv[2:]:
    network = keras.saving.load_model(path, compile=False, safe_mode=True)
    height, width, _ = network.input_shape[1:]
    picture = numpy.random.default_rng(0).uniform(0, 255, (1, height, width, 3)).astype("float32")
    out[path] = numpy.asarray(network(picture, training=False))
assert "scenarios" not in sys.modules and "models" not in sys.modules
numpy.savez(sys.argv[1], **out)
"""


@pytest.fixture(scope="module")
def saved(
    tmp_path_factory: pytest.TempPathFactory, networks: dict[str, keras.Model]
) -> dict[str, Path]:
    """Every scenario's network with random weights, as training saves it."""
    folder = tmp_path_factory.mktemp("saved")
    paths = {slug: folder / f"{slug}.keras" for slug in networks}
    for slug, network in networks.items():
        save_model(network, paths[slug])
    assert sorted(folder.iterdir()) == sorted(paths.values())  # nothing else is left behind
    return paths


def test_every_network_opens_in_a_bare_python_and_agrees_within_a_thousandth(
    saved: dict[str, Path], networks: dict[str, keras.Model], tmp_path: Path
) -> None:
    found = tmp_path / "answers.npz"
    command = [sys.executable, "-I", "-c", BARE, str(found), *map(str, saved.values())]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    answers = np.load(found)
    for slug, path in saved.items():
        shape = networks[slug].input_shape[1:]
        picture = np.random.default_rng(0).uniform(0, 255, (1, *shape)).astype("float32")
        expected = np.asarray(networks[slug](picture, training=False))
        np.testing.assert_allclose(answers[str(path)], expected, atol=1e-3, err_msg=slug)


def test_storage_takes_half_the_bytes_of_float32(
    saved: dict[str, Path], networks: dict[str, keras.Model]
) -> None:
    for slug, path in saved.items():
        # MobileNetV2 has many small arrays, which keep float32
        assert path.stat().st_size < 0.6 * 4 * networks[slug].count_params(), slug


def test_weights_come_back_as_float32_and_small_ones_exactly(
    saved: dict[str, Path], networks: dict[str, keras.Model]
) -> None:
    network = keras.saving.load_model(saved["vgg16_se"], compile=False, safe_mode=True)
    for weight, original in zip(network.weights, networks["vgg16_se"].weights, strict=True):
        assert weight.dtype == "float32"
        values, expected = np.asarray(weight), np.asarray(original)
        if expected.size <= 4096:
            np.testing.assert_array_equal(values, expected)
        np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-6)


def test_manifest_says_what_was_saved_and_keeps_the_others(tmp_path: Path) -> None:
    first, second = toy_scenario("first"), toy_scenario("second", ("happy", "sad"), size=24)
    store(second, tmp_path)
    store(first, tmp_path)
    content = (tmp_path / "second.keras").read_bytes()
    plain = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["models"]
    assert list(plain) == ["first", "second"]
    assert plain["second"] == {
        "file": "second.keras",
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "emotions": ["happy", "sad"],
        "input_size": 24,
        "licence": "none",
    }
    entry = read_manifest(tmp_path)["second"]
    assert (entry.emotions, entry.input_size) == (("happy", "sad"), 24)
    assert entry.about == {"licence": "none"}


def test_training_again_replaces_the_entry(tmp_path: Path) -> None:
    scenario: Scenario = toy_scenario()
    store(scenario, tmp_path)
    before = read_manifest(tmp_path)["toy"].sha256
    (tmp_path / "toy.keras").write_bytes(b"another")
    write_manifest_entry(tmp_path, scenario, {})
    after = read_manifest(tmp_path)["toy"]
    assert after.sha256 != before
    assert after.size == 7
