"""How fast the networks and the detector are in this process, beside plain Keras."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import keras
import numpy as np
from PIL import Image

from models.compare import Engine, Prediction
from models.describe import segments
from models.faces import FaceFinder
from models.images import to_input
from models.sharing import plan_of

MATRIX = 2048  # rows and columns of the product that the machine's rate is measured by
DETECTION_SIDE = 1280  # pixels of the long side of the photos that faces are searched in
GROUP = (4, 3)  # faces beside and below each other in the group photo that is made


def best(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Milliseconds of each task, the least of ``rounds``; the tasks take turns.

    The least, because whatever else runs on the machine only ever adds to it. Each is run once
    before, uncounted.
    """
    took: dict[str, list[float]] = {name: [] for name in tasks}
    for round_ in range(rounds + 1):
        for name, task in tasks.items():
            began = time.perf_counter()
            task()
            if round_:
                took[name].append(1000 * (time.perf_counter() - began))
    return {name: min(times) for name, times in took.items()}


def networks(engine: Engine, crop: np.ndarray, rounds: int) -> dict[str, Any]:
    """All scenarios on one face, and each alone: ours against ``model.predict``, in alternation.

    crop: uint8 RGB. Also how far our distributions are from those of plain Keras, and the
    arithmetic: two operations a multiplication, what is shared counted once.
    """
    inputs = {slug: to_input([crop], engine.scenarios[slug].input) for slug in engine.networks}

    def predict(slug: str) -> np.ndarray:
        return np.asarray(engine.networks[slug].predict(inputs[slug], verbose=0))

    # Ours in a row: what comes right after NumPy's product waits for its threads.
    tasks: dict[str, Callable[[], object]] = {"ours": partial(engine.compare, [crop])}
    for slug in engine.networks:
        tasks[f"ours {slug}"] = partial(engine.compare, [crop], [slug])
    tasks["product"] = _product()
    tasks["predict"] = lambda: [predict(slug) for slug in engine.networks]
    for slug in engine.networks:
        tasks[f"predict {slug}"] = partial(predict, slug)
    took = best(tasks, rounds)
    (answers,) = engine.compare([crop], list(engine.networks))
    furthest = 0.0
    for answer in answers:
        if not isinstance(answer, Prediction):
            raise RuntimeError(answer.reason)
        (plain,) = predict(answer.scenario)
        emotions = engine.scenarios[answer.scenario].emotions
        ours = [answer.distribution[emotion] for emotion in emotions]
        furthest = max(furthest, float(np.abs(ours - plain).max()))
    once = sum(_operations(part.model) for part in plan_of(engine.networks).parts)
    rate = 2 * MATRIX**3 / took["product"] / 1e6
    return {
        "together": {
            "ours_ms": took["ours"],
            "predict_ms": took["predict"],
            "ratio": took["predict"] / took["ours"],
            "furthest_from_keras": furthest,
        },
        "alone": {
            slug: {
                "ours_ms": took[f"ours {slug}"],
                "predict_ms": took[f"predict {slug}"],
                "ratio": took[f"predict {slug}"] / took[f"ours {slug}"],
                "gflop": _operations(network) / 1e9,
            }
            for slug, network in engine.networks.items()
        },
        "arithmetic": {
            "gflop": once / 1e9,
            "gflop_unshared": sum(map(_operations, engine.networks.values())) / 1e9,
            "product_gflops": rate,
            "achieved_gflops": once / took["ours"] / 1e6,
            "share": once / took["ours"] / 1e6 / rate,
            "floor_ms": once / rate / 1e6,
        },
    }


def growth(engine: Engine, crop: np.ndarray, faces: list[int], rounds: int) -> dict[str, Any]:
    """Milliseconds for so many faces at once, and how many times one face's."""
    took = best({str(n): partial(engine.compare, [crop] * n) for n in faces}, rounds)
    return {n: {"ms": ms, "times_one": ms / took["1"]} for n, ms in took.items()}


def detection(finder: FaceFinder, portraits: list[Image.Image], rounds: int) -> dict[str, Any]:
    """A portrait and a made group photo of a dozen faces, DETECTION_SIDE px on the long side."""
    photos = {"portrait": sized(portraits[0]), "group": group_photo(portraits)}
    took = best({name: partial(finder.find, photo) for name, photo in photos.items()}, rounds)
    return {
        name: {
            "ms": took[name],
            "faces": sum(face.detected for face in finder.find(photo)),
            "size": list(photo.size),
        }
        for name, photo in photos.items()
    }


def group_photo(portraits: list[Image.Image]) -> Image.Image:
    """The portraits in turn, every third mirrored, in rows as in a photo of a group."""
    across, down = GROUP
    width, height = DETECTION_SIDE // across, DETECTION_SIDE * 2 // 3 // down
    group = Image.new("RGB", (across * width, down * height), "grey")
    for place in range(across * down):
        portrait = portraits[place % len(portraits)]
        small = portrait.resize(
            (width - 20, round(portrait.height * (width - 20) / portrait.width))
        )
        small = small.crop((0, 0, small.width, min(small.height, height)))
        if place % 3 == 0:
            small = small.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        group.paste(small, (place % across * width + 10, place // across * height))
    return group


def sized(photo: Image.Image) -> Image.Image:
    """The photo with DETECTION_SIDE px on its long side."""
    scale = DETECTION_SIDE / max(photo.size)
    return photo.resize((round(photo.width * scale), round(photo.height * scale)))


def _operations(network: keras.Model) -> int:
    """Floating-point operations for one face: a multiplication and an addition each."""
    return 2 * sum(segment.multiplications for segment in segments(network))


def _product() -> Callable[[], object]:
    """A product of two float32 matrices."""
    matrix = np.random.default_rng(0).standard_normal((MATRIX, MATRIX)).astype(np.float32)
    return lambda: matrix @ matrix
