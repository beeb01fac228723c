"""A measured figure is read only where it is whole and belongs to the weights at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ui.results import BROKEN, Measured, OfClass, measured_in, read_result

SHA = "ab" * 32
RESULT: dict[str, Any] = {
    "dataset": "fer2013",
    "split": "PrivateTest",
    "n": 3589,
    "accuracy": {"value": 0.651, "low": 0.635, "high": 0.667},
    "balanced_accuracy": {"value": 0.61, "low": 0.59, "high": 0.63},
    "majority_baseline": {"emotion": "happy", "accuracy": 0.245},
    "weights": {"sha256": SHA},
}


def write(folder: Path, content: str) -> None:
    (folder / "toy.json").write_text(content, "utf-8")


def test_a_result_of_these_weights_is_read(tmp_path: Path) -> None:
    write(tmp_path, json.dumps(RESULT))

    result = read_result("toy", SHA, tmp_path)
    assert result is not None
    measured = measured_in(result)

    assert measured == Measured(
        0.651, 0.635, 0.667, 3589, "fer2013", "PrivateTest", 0.61, "happy", 0.245
    )


def test_classes_and_temperature_are_read_where_they_were_written() -> None:
    classes = {"sad": {"precision": 0.4, "recall": 0.5, "f1": 0.44, "support": 9}}

    measured = measured_in({**RESULT, "per_class": classes, "calibration": {"temperature": 0.7}})

    assert measured.classes == {"sad": OfClass(recall=0.5, precision=0.4)}
    assert measured.temperature == 0.7


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        json.dumps({**RESULT, "weights": {}}),
        json.dumps({**RESULT, "accuracy": None}),
        json.dumps({**RESULT, "accuracy": {"value": 0.5}}),
        json.dumps({**RESULT, "n": "many"}),
        json.dumps({**RESULT, "majority_baseline": None}),
        json.dumps({**RESULT, "per_class": [1]}),
        json.dumps({key: RESULT[key] for key in RESULT if key != "split"}),
    ],
    ids=[
        "empty",
        "broken",
        "null",
        "a list",
        "a text",
        "of unnamed weights",
        "without accuracy",
        "without interval",
        "without a number of images",
        "without a baseline",
        "with broken classes",
        "without split",
    ],
)
def test_anything_else_is_broken(tmp_path: Path, content: str) -> None:
    write(tmp_path, content)

    with pytest.raises(BROKEN):
        read_result("toy", SHA, tmp_path)


def test_a_result_of_other_weights_is_not_measured(tmp_path: Path) -> None:
    write(tmp_path, json.dumps({**RESULT, "weights": {"sha256": "00" * 32}}))

    assert read_result("toy", SHA, tmp_path) is None


def test_no_file_is_not_measured(tmp_path: Path) -> None:
    assert read_result("toy", SHA, tmp_path) is None


def test_a_file_that_is_no_text_is_broken(tmp_path: Path) -> None:
    (tmp_path / "toy.json").write_bytes(b"\xff\xfe\x00\x80")

    with pytest.raises(BROKEN):
        read_result("toy", SHA, tmp_path)
