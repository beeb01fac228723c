"""What computes: versions and hardware, for the record of a training or a measurement."""

from __future__ import annotations

import datetime
import os
import platform
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np


def versions() -> dict[str, str]:
    """Versions of what computes: Python, Keras, its backend, NumPy."""
    backend = keras.backend.backend()
    return {
        "python": platform.python_version(),
        "keras": keras.__version__,
        backend: sys.modules[backend].__version__,
        "numpy": np.__version__,
    }


def hardware() -> str:
    """The processor's name and how many cores it has."""
    name = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    return f"{name}, {os.cpu_count()} cores"


def signature() -> dict[str, Any]:
    """What every results file says of its making: versions, hardware and the time, UTC."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {
        "versions": versions(),
        "hardware": hardware(),
        "date": now.isoformat(timespec="seconds"),
    }


def without_xla(model: keras.Model) -> keras.Model:
    """The model, computed by TensorFlow's own kernels where TensorFlow is the backend.

    Keras would compile it with XLA, which on our CPU was slower, for MobileNetV2 many times.
    """
    if keras.backend.backend() == "tensorflow":
        model.jit_compile = False
    return model


def share_batches() -> None:
    """Let Keras share each batch among all devices, where the backend is JAX and has several.

    Of networks made from here on: their weights lie on every device, and a training step takes the
    mean of all gradients (``keras.distribution.DataParallel``), so a batch has the same size as on
    one device. It must be a multiple of ``devices()``.
    """
    if keras.backend.backend() == "jax" and len(keras.distribution.list_devices()) > 1:
        keras.distribution.set_distribution(keras.distribution.DataParallel())


def devices() -> int:
    """How many devices share a batch."""
    shared = keras.distribution.distribution()
    return int(np.prod(shared.device_mesh.shape)) if shared else 1


def predict(network: keras.Model, inputs: np.ndarray, batch: int) -> np.ndarray:
    """What the network makes of inputs (n, ...), ``batch`` at a time for each device."""
    missing = -len(inputs) % devices()  # the last batch is filled up, so that each has a share
    filled = (
        np.concatenate([inputs, np.repeat(inputs[-1:], missing, axis=0)]) if missing else inputs
    )
    found = network.predict(filled, batch_size=batch * devices(), verbose=0)
    return np.asarray(found)[: len(inputs)]
