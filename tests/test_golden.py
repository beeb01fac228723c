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
from scenarios import load_all

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "models" / "weights"
GOLDEN = Path(__file__).parent / "golden.json"
FACES = ("collins.jpg", "hopper.jpg")


def answers() -> dict[str, dict[str, dict[str, float]]]:
    """Every network's distribution on the example faces, by file and slug."""
    engine, finder = Engine(WEIGHTS), FaceFinder()
    engine.load()
    assert not engine.failures
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
    assert set(given[file]) == set(load_all())
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
    for slug, scenario in load_all().items():
        network = keras.saving.load_model(WEIGHTS / f"{slug}.keras", compile=False)
        outputs = np.asarray(network(to_input([*pictures, *faces], scenario.input)))
        assert outputs.std(axis=0).max() > 0.01, slug


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(answers(), indent=1) + "\n", "utf-8")
