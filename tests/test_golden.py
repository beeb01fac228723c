"""The committed networks, on a public-domain face: what they answered when they were committed.

``golden.json`` is written by ``python -m tests.test_golden``, once, when weights are replaced.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import pytest

from models.compare import Engine, Prediction
from models.faces import FaceFinder
from models.images import read_image, to_input
from models.weights import read_manifest
from scenarios import load_all

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "models" / "weights"
GOLDEN = Path(__file__).parent / "golden.json"
FACES = ("collins.jpg", "hopper.jpg")


def answers() -> dict[str, dict[str, dict[str, float]]]:
    """Every network's distribution on the example faces, by file and slug."""
    scenarios = load_all()
    engine = Engine(WEIGHTS, {slug: scenarios[slug] for slug in read_manifest(WEIGHTS)})
    engine.load()
    assert not engine.failures
    finder = FaceFinder()
    given = {}
    for file in FACES:
        face = finder.find(read_image(ROOT / "assets" / "examples" / file))[0]
        row = engine.compare([face.crop])[0]
        given[file] = {a.scenario: a.distribution for a in row if isinstance(a, Prediction)}
    return given


@pytest.fixture(scope="module")
def given() -> dict[str, dict[str, dict[str, float]]]:
    return answers()


@pytest.mark.parametrize("file", FACES)
def test_committed_networks_answer_as_they_did(
    file: str, given: dict[str, dict[str, dict[str, float]]]
) -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))[file]
    assert set(given[file]) == set(golden) == set(read_manifest(WEIGHTS))
    for slug, distribution in golden.items():
        assert given[file][slug] == pytest.approx(distribution, abs=0.01), slug


def test_nobody_always_says_the_same() -> None:
    """A network that says one thing whatever it sees has been fed something else in training."""
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (48, 48, 3), dtype=np.uint8) for _ in range(2)]
    faces = [
        np.asarray(read_image(ROOT / "assets" / "examples" / file).crop((0, 0, 300, 300)))
        for file in FACES
    ]
    for slug, entry in read_manifest(WEIGHTS).items():
        scenario = load_all()[slug]
        network = keras.saving.load_model(WEIGHTS / entry.file, compile=False)
        outputs = np.asarray(network(to_input([*pictures, *faces], scenario.input)))
        assert outputs.std(axis=0).max() > 0.01, slug


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(answers(), indent=1) + "\n", "utf-8")
