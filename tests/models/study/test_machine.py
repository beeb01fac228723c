"""One machine with several devices: Keras shares the batches, what comes out stays the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.study import machine

ROOT = Path(__file__).resolve().parents[3]

# JAX takes one processor for two devices. 37 images are four batches of 8 and a rest that is odd.
SHARED = """
import json
import numpy as np
from models.study import exam, machine
from models.study.datasets import Split
from tests.toys import COLOURS, coloured, toy_scenario

exam.BATCH = 4
toy, rng = toy_scenario(), np.random.default_rng(0)
labels = np.arange(37) % 3
images = np.stack([coloured(list(COLOURS)[label], rng) for label in labels])
split = Split("mma", "test", tuple(COLOURS), images, labels, [str(n) for n in range(37)])
alone = exam.predict(toy.build(), split, toy)
machine.share_batches()
shared = exam.predict(toy.build(), split, toy)
print(json.dumps({
    "devices": machine.devices(),
    "shape": shared.shape,
    "same": bool(np.allclose(alone, shared, atol=1e-5)),
    "right": bool((shared.argmax(axis=1) == labels).all()),
}))
"""

# The toy's recipe with odd numbers everywhere: 39 images, batches of 7, which two devices share by
# sixes. Once on one device, once on both.
TRAINED = """
import json, sys
from dataclasses import replace
from pathlib import Path
from models.study import machine
from models.train import train
from tests.toys import mma_pictures, toy_scenario, write_files

folder = Path(sys.argv[1])
data = write_files(folder / "data", mma_pictures(each=13))
toy = toy_scenario()
toy = replace(toy, recipe=replace(toy.recipe, batch_size=int(sys.argv[2])))
path = train(toy, data, folder, folder / "weights", folder / "runs")
record = json.loads(path.with_suffix(".training.json").read_text())
print(json.dumps({
    "devices": machine.devices(),
    "images": [row["images"] for row in record["history"]],
    "losses": [[row["loss"], row["val_loss"]] for row in record["history"]],
}))
"""


def told(code: str, devices: int, *arguments: str) -> dict[str, Any]:
    """What the code prints last, in a process whose JAX takes one processor for so many."""
    pytest.importorskip("jax")
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
            "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_answers_are_the_same_on_two_devices() -> None:
    assert told(SHARED, 2) == {"devices": 2, "shape": [37, 3], "same": True, "right": True}


def test_training_on_two_devices_is_the_same_as_on_one(tmp_path: Path) -> None:
    alone = told(TRAINED, 1, str(tmp_path / "one"), "6")
    shared = told(TRAINED, 2, str(tmp_path / "two"), "7")

    assert (alone["devices"], shared["devices"]) == (1, 2)
    assert shared["images"] == alone["images"]
    assert np.allclose(shared["losses"], alone["losses"], atol=1e-4)


def test_with_another_backend_nothing_is_shared() -> None:
    machine.share_batches()
    assert machine.devices() == 1
