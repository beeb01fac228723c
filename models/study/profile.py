"""Where the milliseconds of a comparison and of a search for faces go."""

from __future__ import annotations

import cProfile
import sys
import time
import warnings
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import keras
import numpy as np
from PIL import Image

from models.compare import Engine
from models.describe import multiplications
from models.faces import FaceFinder
from models.runtime import SETTINGS, Call, usable_cores
from models.sharing import Part, plan_of

# OpenVINO's operations by what their names hold; all others are "other".
KINDS = {
    "Convolution": "convolution",
    "FullyConnected": "dense",
    "MatMul": "dense",
    "Pool": "pooling",
    "ReduceMean": "pooling",
}
OTHER = "other"
# Of a search for faces: row, name of the function, where its file's path ends, who called it.
SEARCH = (
    ("first", "call", "models/runtime.py", "_propose"),
    ("second", "batched", "models/cascade.py", "_refine"),
    ("third", "batched", "models/cascade.py", "detect"),
    ("resizing", "resize", "PIL/Image.py", None),
    ("resizing", "resize_area", "gen_image_ops.py", None),
    ("patches", "patches", "models/cascade.py", None),
    ("overlaps", "apart", "models/cascade.py", None),
)


class Watched:
    """A call that keeps how long it took, in seconds."""

    def __init__(self, call: Call):
        self.call = call
        self.took: list[float] = []

    def __call__(self, inputs: np.ndarray) -> list[np.ndarray]:
        began = time.perf_counter()
        outputs = self.call(inputs)
        self.took.append(time.perf_counter() - began)
        return outputs


class Counted:
    """A part of the plan as a call, compiled so that OpenVINO counts what its operations take."""

    def __init__(self, part: Part, openvino: ModuleType):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras', of OpenVINO giving it a list of one input
            converted = openvino.convert_model(part.model, share_weights=False)
        settings = {**SETTINGS, "INFERENCE_NUM_THREADS": str(usable_cores()), "PERF_COUNT": "YES"}
        model = openvino.Core().compile_model(converted, "CPU", settings)
        self.request = model.create_infer_request()
        self.runs = 0

    def __call__(self, inputs: np.ndarray) -> list[np.ndarray]:
        self.request.infer([inputs])
        self.runs += 1
        return [np.array(self.request.get_output_tensor(0).data)]

    def milliseconds(self) -> dict[str, float]:
        """Of all runs so far, by kind of operation; each counter tells the mean of its own."""
        found = dict.fromkeys([*KINDS.values(), OTHER], 0.0)
        for counter in self.request.profiling_info:
            kind = next((kind for name, kind in KINDS.items() if name in counter.node_type), OTHER)
            found[kind] += 1000 * counter.real_time.total_seconds() * self.runs
        return found


def comparison(engine: Engine, crop: np.ndarray, rounds: int) -> dict[str, Any]:
    """Mean milliseconds of one face: the whole, each part of the plan, and what lies outside them.

    crop: uint8 RGB. Where OpenVINO runs the networks they run in it again, compiled with counters,
    and each part also says what its kinds of operation take and at which rate they compute.
    rows_ms: kinds (or else parts) and ``outside_ms`` together; what the whole has more is spent in
    the calls, but in no operation.
    """
    parts = plan_of(engine.networks).parts
    openvino = sys.modules.get("openvino")  # the engine has imported it where it uses it
    counted = [Counted(part, openvino) for part in parts] if openvino else []
    served = engine._calls
    watched = [Watched(call) for call in counted or served]
    engine._calls = list(watched)
    try:
        engine.compare([crop])  # the first is slower and does not count
        first = [part.milliseconds() for part in counted]
        began = time.perf_counter()
        for _ in range(rounds):
            engine.compare([crop])
        whole = 1000 * (time.perf_counter() - began) / rounds
    finally:
        engine._calls = served
    took = [1000 * sum(call.took[1:]) / rounds for call in watched]
    kinds: list[dict[str, float]] = [
        {kind: (ms - before[kind]) / rounds for kind, ms in part.milliseconds().items()}
        for part, before in zip(counted, first, strict=True)
    ]
    outside = whole - sum(took)
    inside = sum(sum(of_part.values()) for of_part in kinds) if counted else sum(took)
    return {
        "whole_ms": whole,
        "rows_ms": inside + outside,
        "parts": [
            {"networks": list(part.slugs), "ms": ms, "kinds": _rates(part.model, of_part)}
            for part, ms, of_part in zip(parts, took, kinds or [{} for _ in parts], strict=True)
        ],
        "outside_ms": outside,
    }


def _rates(network: keras.Model, milliseconds: Mapping[str, float]) -> dict[str, Any]:
    """By kind of operation: milliseconds, and of those that multiply GFLOP and GFLOP a second."""
    gflop: dict[str, float] = {}
    for layer in network.layers:
        if operations := 2 * multiplications(layer):
            kind = "dense" if isinstance(layer, keras.layers.Dense) else "convolution"
            gflop[kind] = gflop.get(kind, 0.0) + operations / 1e9
    rows: dict[str, Any] = {}
    for kind, ms in milliseconds.items():
        if ms:
            rows[kind] = {"ms": ms}
        if ms and kind in gflop:
            rows[kind] |= {"gflop": gflop[kind], "gflops": 1000 * gflop[kind] / ms}
    return rows


def detection(finder: FaceFinder, photo: Image.Image, rounds: int) -> dict[str, Any]:
    """Mean milliseconds of a search for faces: the whole, and each row of SEARCH and the rest.

    The rows are of searches of their own, under Python's profiler, which costs something: rows_ms
    is their sum.
    """
    profiler = cProfile.Profile()
    finder.find(photo)
    whole = 0.0
    for _ in range(rounds):
        began = time.perf_counter()
        finder.find(photo)
        whole += 1000 * (time.perf_counter() - began) / rounds
        profiler.runcall(finder.find, photo)
    profiler.create_stats()
    total, rows = 0.0, {row: 0.0 for row, *_ in SEARCH}
    for (file, _, function), (_, _, _, seconds, callers) in profiler.stats.items():
        path = file.replace("\\", "/")
        if (function, path.endswith("models/faces.py")) == ("find", True):
            total = 1000 * seconds / rounds
        for row, name, ends, caller in SEARCH:
            if function == name and path.endswith(ends):
                by = [found[3] for label, found in callers.items() if caller in (None, label[2])]
                rows[row] += 1000 * sum(by) / rounds
    rows["rest"] = total - sum(rows.values())
    return {"whole_ms": whole, "rows_ms": total, "rows": rows}
