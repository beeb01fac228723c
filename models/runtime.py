"""A network as one compiled call, close to what its arithmetic costs on this processor.

OpenVINO runs it where it can: of the runtimes measured it and ONNX Runtime were the fastest by
far, and it takes a Keras network as it stands, of any layers, in this process. What it cannot
take, or a computer it is not made for, falls to TensorFlow's own graph, which gives the same
answers more slowly.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import tensorflow as tf

# Arrays in, arrays out; the first axis of each is the faces, any number of them.
Call: TypeAlias = Callable[..., list[np.ndarray]]

# Kept from being imported: it would report every start of OpenVINO to its makers, and nothing
# leaves the machine here. OpenVINO does without it.
TELEMETRY = "openvino_telemetry"
SETTINGS = {
    "PERFORMANCE_HINT": "LATENCY",
    "INFERENCE_PRECISION_HINT": "f32",  # processors with bfloat16 would get other answers
}
QUOTA = Path("/sys/fs/cgroup/cpu.max")  # "max 100000", or microseconds of processor a period


def usable_cores() -> int:
    """Processor cores this process may use: a container's share of them, not the machine's all."""
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):
        quota, period = QUOTA.read_text("ascii").split()
        cores = min(cores, max(1, int(quota) // int(period)))
    return cores


def set_threads() -> None:
    """Let TensorFlow, which draws the heat maps, use the cores this process has; OpenVINO is told
    with each network. To be called before anything runs: afterwards TensorFlow refuses.
    """
    tf.config.threading.set_intra_op_parallelism_threads(usable_cores())
    tf.config.threading.set_inter_op_parallelism_threads(1)  # one network runs at a time


def compiled(function: Callable[..., Any], *inputs: tf.TensorSpec) -> Call:
    """``function`` of tensors like ``inputs`` (a network, for one) as one call on arrays.

    Axes whose length is None may have another length at every call. Calls of one result must not
    overlap. Raises what TensorFlow raises where the function cannot be traced.
    """
    graph = tf.function(
        function, input_signature=list(inputs), autograph=False, jit_compile=False
    ).get_concrete_function()
    call = _by_openvino(graph)
    return call or _by_tensorflow(graph)


def _by_openvino(graph: Any) -> Call | None:
    """The concrete function, compiled by OpenVINO; None where it cannot."""
    openvino = _openvino()
    if openvino is None:
        return None
    unable = (RuntimeError, openvino.frontend.OpConversionFailure, openvino.frontend.GeneralFailure)
    try:
        # Sharing weights would leave OpenVINO with memory that goes when the Keras network goes.
        converted = openvino.convert_model(graph, share_weights=False)
        model = _core().compile_model(converted, "CPU", _settings())
        # By name: a layer's loose ends, as Resizing has some, come out as further outputs.
        outputs = [model.output(tensor.name) for tensor in graph.outputs]
    except unable:
        return None
    request = model.create_infer_request()

    def call(*arrays: np.ndarray) -> list[np.ndarray]:
        results = request.infer([np.ascontiguousarray(array) for array in arrays])
        return [np.array(results[output]) for output in outputs]

    return call


def _by_tensorflow(graph: Any) -> Call:
    """The concrete function as TensorFlow runs it."""

    def call(*arrays: np.ndarray) -> list[np.ndarray]:
        outputs = graph(*map(tf.constant, arrays))
        return [np.asarray(output) for output in tf.nest.flatten(outputs)]

    return call


def _settings() -> dict[str, str]:
    return {**SETTINGS, "INFERENCE_NUM_THREADS": str(usable_cores())}


@cache
def _openvino() -> Any:
    """The package, or None where it is not installed or cannot be loaded."""
    sys.modules.setdefault(TELEMETRY, None)  # type: ignore[arg-type]
    try:
        import openvino
    except (ImportError, OSError, RuntimeError):
        return None
    return openvino


@cache
def _core() -> Any:
    return _openvino().Core()
