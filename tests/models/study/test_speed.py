"""What is measured, on toys: the figures belong together. No test says how long anything takes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from models.compare import Engine
from models.study import speed
from tests.toys import twins_and_another


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return twins_and_another(tmp_path_factory.mktemp("weights"))


def test_tasks_take_turns_and_the_first_turn_is_not_counted() -> None:
    order: list[str] = []
    took = speed.best({name: lambda name=name: order.append(name) for name in "ab"}, rounds=2)  # type: ignore[misc]
    assert order == ["a", "b"] * 3
    assert set(took) == {"a", "b"}


def test_figures_of_the_networks_belong_together(engine: Engine) -> None:
    crop = np.random.default_rng(0).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    found = speed.networks(engine, crop, rounds=1)
    together, arithmetic, alone = found["together"], found["arithmetic"], found["alone"]
    assert together["ratio"] == together["predict_ms"] / together["ours_ms"]
    assert together["furthest_from_keras"] < 1e-4
    assert list(alone) == ["one", "other", "seven"]
    # A 1x1 convolution of 3 channels at 16 x 16 places, and the dense layer.
    assert alone["one"]["gflop"] == pytest.approx(2 * (16 * 16 * 3 * 3 + 3 * 3) / 1e9)
    shared = alone["one"]["gflop"] + alone["seven"]["gflop"]
    assert arithmetic["gflop"] == pytest.approx(shared), "the twins count once"
    assert arithmetic["gflop_unshared"] == pytest.approx(shared + alone["one"]["gflop"])
    assert arithmetic["share"] == pytest.approx(arithmetic["floor_ms"] / together["ours_ms"])


def test_growth_is_in_times_of_one_face(engine: Engine) -> None:
    crop = np.zeros((48, 48, 3), dtype=np.uint8)
    found = speed.growth(engine, crop, [1, 5], rounds=1)
    assert found["1"]["times_one"] == 1
    assert found["5"]["times_one"] == found["5"]["ms"] / found["1"]["ms"]


def test_the_group_photo_holds_a_dozen() -> None:
    red, blue = (Image.new("RGB", (80, 100), colour) for colour in ("red", "blue"))
    group = speed.group_photo([red, blue])
    assert max(group.size) == speed.DETECTION_SIDE
    across, down = speed.GROUP
    centres = [
        group.getpixel(
            ((2 * x + 1) * group.width // (2 * across), (2 * y + 1) * group.height // (2 * down))
        )
        for y in range(down)
        for x in range(across)
    ]
    assert centres == [(255, 0, 0), (0, 0, 255)] * 6
