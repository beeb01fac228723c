"""What the profile's rows say belongs together; no test says how long anything takes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from models.compare import Engine
from models.faces import FaceFinder
from models.images import read_image
from models.sharing import plan_of
from models.study import profile
from tests.toys import twins_and_another

EXAMPLES = Path(__file__).resolve().parents[3] / "assets" / "examples"
CROP = np.random.default_rng(0).integers(0, 256, (48, 48, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return twins_and_another(tmp_path_factory.mktemp("weights"))


def test_figures_of_a_comparison_belong_together(engine: Engine) -> None:
    pytest.importorskip("openvino")
    served = engine._calls
    found = profile.comparison(engine, CROP, rounds=3)
    assert engine._calls is served, "the engine serves on as before"
    assert [part["networks"] for part in found["parts"]] == [["one", "other"], ["seven"]]
    parts = sum(part["ms"] for part in found["parts"])
    assert parts + found["outside_ms"] == pytest.approx(found["whole_ms"])
    counted = sum(kind["ms"] for part in found["parts"] for kind in part["kinds"].values())
    assert counted + found["outside_ms"] == pytest.approx(found["rows_ms"])
    kinds = found["parts"][0]["kinds"]
    convolution = kinds["convolution"]
    # A 1x1 convolution of 3 channels at 16 x 16 places.
    assert convolution["gflop"] == pytest.approx(2 * 16 * 16 * 3 * 3 / 1e9)
    assert convolution["gflops"] == pytest.approx(1000 * convolution["gflop"] / convolution["ms"])
    assert "gflop" not in kinds.get("pooling", {})


def test_counting_changes_no_answer(engine: Engine) -> None:
    openvino = pytest.importorskip("openvino")
    part = plan_of(engine.networks).parts[1]
    pictures = np.random.default_rng(1).uniform(0, 255, (1, 16, 16, 3)).astype(np.float32)
    (answer,) = profile.Counted(part, openvino)(pictures)
    expected = np.asarray(part.model(pictures, training=False))
    np.testing.assert_allclose(answer, expected, atol=1e-5)


def test_without_openvino_there_are_the_parts_only(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "openvino", raising=False)
    found = profile.comparison(engine, CROP, rounds=2)
    assert [part["kinds"] for part in found["parts"]] == [{}, {}]
    assert found["rows_ms"] == pytest.approx(found["whole_ms"])


def test_every_row_of_a_search_is_found_in_the_detector() -> None:
    photo = read_image(EXAMPLES / "collins.jpg")
    found = profile.detection(FaceFinder(), photo, rounds=1)
    assert list(found["rows"]) == [*dict.fromkeys(row for row, *_ in profile.SEARCH), "rest"]
    assert min(found["rows"].values()) > 0, found["rows"]
    assert sum(found["rows"].values()) == pytest.approx(found["rows_ms"])
