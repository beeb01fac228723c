"""One machine with several devices: Keras shares the batches, the answers stay the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

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


def test_the_answers_are_the_same_on_two_devices() -> None:
    pytest.importorskip("jax")
    done = subprocess.run(
        [sys.executable, "-c", SHARED],
        cwd=ROOT,
        env={
            **os.environ,
            "KERAS_BACKEND": "jax",
            "JAX_PLATFORMS": "cpu",
            "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {"devices": 2, "shape": [37, 3], "same": True, "right": True}


def test_with_another_backend_nothing_is_shared() -> None:
    machine.share_batches()
    assert machine.devices() == 1
