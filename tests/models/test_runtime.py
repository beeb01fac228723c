"""A function compiled gives what it gives uncompiled, whatever runs it, and reports to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import runtime
from models.runtime import compiled, usable_cores
from scenarios import Scenario

ROOT = Path(__file__).resolve().parents[2]
PICTURES = tf.TensorSpec([None, None, None, 3], tf.float32)


@pytest.fixture(params=["OpenVINO", "TensorFlow"])
def runner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "TensorFlow":
        monkeypatch.setattr(runtime, "_openvino", lambda: None)
    else:
        pytest.importorskip("openvino")
    return str(request.param)


@pytest.mark.usefixtures("runner")
def test_networks_answer_as_plain_keras(
    networks: dict[str, keras.Model], scenarios: dict[str, Scenario]
) -> None:
    rng = np.random.default_rng(0)
    for slug, network in networks.items():
        size = scenarios[slug].input.size
        spec = tf.TensorSpec((None, size, size, 3), tf.float32)
        call = compiled(partial(network, training=False), spec)
        for faces in (1, 3):
            pictures = rng.uniform(0, 255, (faces, size, size, 3)).astype(np.float32)
            (output,) = call(pictures)
            expected = np.asarray(network(pictures, training=False))
            np.testing.assert_allclose(output, expected, atol=1e-4, err_msg=slug)


@pytest.mark.usefixtures("runner")
def test_several_inputs_and_outputs_keep_their_order() -> None:
    call = compiled(lambda x, y: [x - y, tf.reduce_sum(y, axis=(1, 2)), x], PICTURES, PICTURES)
    x, y = np.full((2, 4, 5, 3), 3, np.float32), np.ones((2, 4, 5, 3), np.float32)
    difference, total, same = call(x, y)
    np.testing.assert_array_equal(difference, x - y)
    np.testing.assert_array_equal(total, np.full((2, 3), 20))
    np.testing.assert_array_equal(same, x)


@pytest.mark.usefixtures("runner")
def test_an_answer_outlives_the_next_call() -> None:
    call = compiled(lambda x: x * 2, PICTURES)
    (first,) = call(np.ones((1, 2, 2, 3), np.float32))
    call(np.zeros((1, 2, 2, 3), np.float32))
    np.testing.assert_array_equal(first, np.full((1, 2, 2, 3), 2))


def test_what_openvino_lacks_runs_in_tensorflow() -> None:
    call = compiled(lambda x: tf.raw_ops.Betainc(a=x, b=x, x=x / 2), PICTURES)
    (output,) = call(np.ones((1, 1, 1, 3), np.float32))
    np.testing.assert_allclose(output, np.full((1, 1, 1, 3), 0.5), atol=1e-6)


def test_openvino_reports_to_nobody() -> None:
    pytest.importorskip("openvino")
    code = (
        "import sys, models.runtime as r; assert r._openvino() is not None; "
        "print([n for n, m in sys.modules.items() if n.startswith('openvino_telemetry') and m])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ}, capture_output=True, text=True
    )
    assert said.stdout.strip() == "[]", said.stderr


@pytest.mark.parametrize(
    ("written", "cores"),
    [("max 100000", 8), ("150000 100000", 1), ("250000 100000", 2), ("1000 100000", 1), ("", 8)],
)
def test_a_container_has_its_share_of_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, cores: int
) -> None:
    (tmp_path / "cpu.max").write_text(written)
    monkeypatch.setattr(runtime, "QUOTA", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert usable_cores() == cores


def test_tensorflow_is_given_the_cores_of_this_process() -> None:
    code = (
        "import tensorflow as tf; from models.runtime import set_threads, usable_cores; "
        "set_threads(); tf.constant(1) + 1; "
        "assert tf.config.threading.get_intra_op_parallelism_threads() == usable_cores()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
