"""The file about the data, from toys counted by hand; and the file that is in the tree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models import describe_data
from models.study.datasets import FER_CSV_CLASSES, load_split
from tests.models.study.test_datasets import fer_pictures
from tests.toys import COLOURS, coloured, mma_pictures, write_files

RESULTS = Path(__file__).resolve().parent.parent.parent / "assets" / "results"


@pytest.fixture
def fer(tmp_path: Path) -> Path:
    """One picture a class and split; in train "angry" occurs once more, as "sad"; PrivateTest's
    "fear" is PublicTest's "fear" and train's "happy"."""
    pictures = fer_pictures()
    pictures["train/sad/Training_00077.png"] = pictures["train/angry/Training_00000.png"]
    number = f"{FER_CSV_CLASSES.index('fear'):05d}"
    happy = f"train/happy/Training_{FER_CSV_CLASSES.index('happy'):05d}.png"
    for usage in ("PublicTest", "PrivateTest"):
        pictures[f"test/fear/{usage}_{number}.png"] = pictures[happy]
    return write_files(tmp_path / "fer", pictures)


@pytest.fixture
def mma(tmp_path: Path) -> Path:
    """MMA with three coloured FER-2013 images a class and split; in train two from ExpW, one of
    them grey."""
    rng = np.random.default_rng(1)
    pictures = mma_pictures(each=3)
    train = "MMAFEDB/train/happy"
    pictures[f"{train}/1Exp3amazed_actor_1.jpg"] = coloured("happy", rng)
    pictures[f"{train}/2Exp3awe_African_2.jpg"] = np.full((48, 48, 3), 90, dtype=np.uint8)
    return write_files(tmp_path / "mma", pictures)


def run(output: Path, *paths: Path) -> dict[str, Any]:
    data = [word for path in paths for word in ("--data", str(path))]
    describe_data.main([*data, "--output", str(output)])
    return json.loads((output / "data.json").read_text("utf-8"))


def test_by_hand(fer: Path, mma: Path, tmp_path: Path) -> None:
    found = run(tmp_path / "results", mma, fer)["datasets"]

    splits = found["fer2013"]["splits"]
    assert {name: split["name"] for name, split in splits.items()} == {
        "train": "Training", "valid": "PublicTest", "test": "PrivateTest",
    }  # fmt: skip
    assert splits["train"]["n"] == splits["train"]["grey"] == 8
    assert splits["train"]["by_class"] == {
        **dict.fromkeys(found["fer2013"]["classes"], 1),
        "sad": 2,
    }
    assert splits["train"]["copies"]["pairs"] == [["angry", "sad", 1]]
    assert splits["valid"]["copies"]["pictures"] == 0
    assert (splits["test"]["also_in_train"], splits["test"]["in_train_as_another"]) == (1, 1)
    copies = found["fer2013"]["copies"]
    assert (copies["pictures"], copies["images"]) == (2, 5)
    assert (copies["conflicting"], copies["conflicting_images"]) == (2, 5)
    assert copies["wrong_at_least"] == 2

    train = found["mma"]["splits"]["train"]
    assert found["mma"]["classes"] == list(COLOURS)
    assert (train["n"], train["grey"]) == (11, 1)
    assert train["parts"]["fer2013"]["n"] == 9
    assert train["parts"]["expw"]["by_class"] == {"disgust": 0, "happy": 2, "sad": 0}
    assert train["parts"]["expw"]["words"]["happy"] == {"amazed": 1, "awe": 1}
    assert found["mma"]["splits"]["test"]["also_in_train"] == 0


def test_it_says_of_which_images_and_how_it_was_made(fer: Path, mma: Path, tmp_path: Path) -> None:
    result = run(tmp_path / "results", fer, mma)
    sha256 = load_split(mma, "mma", "valid", tuple(COLOURS)).sha256()
    assert result["datasets"]["mma"]["splits"]["valid"]["sha256"] == sha256
    assert result["command"].startswith("python -m models.describe_data --data")
    assert set(result["versions"]) == {"python", "numpy", "pillow"}
    assert result["date"].startswith("20")


def test_without_one_of_the_datasets_nothing_is_written(
    fer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        run(tmp_path / "results", fer)
    assert stop.value.code == 1
    assert "holds no disgust, happy, sad images" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_the_file_in_the_tree_is_of_the_images_that_were_examined() -> None:
    """Its counts are those published, its fingerprints those of the results."""
    found = json.loads((RESULTS / "data.json").read_text("utf-8"))["datasets"]
    sizes = {name: [split["n"] for split in d["splits"].values()] for name, d in found.items()}
    assert sizes == {"fer2013": [28_709, 3_589, 3_589], "mma": [44_046, 8_367, 8_291]}
    compared = 0
    for path in RESULTS.glob("*.json"):
        result = json.loads(path.read_text("utf-8"))
        if "dataset_sha256" in result:
            test = found[result["dataset"]]["splits"]["test"]
            assert result["dataset_sha256"] == test["sha256"], path.name
        if "without_duplicates" in result:
            assert result["without_duplicates"]["removed"] == test["also_in_train"], path.name
            compared += 1
    assert compared
