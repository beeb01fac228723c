"""Both datasets in every layout people have them in; anything else refused in a sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from models.study.datasets import (
    FER_CSV_CLASSES,
    DatasetError,
    Split,
    came_from_fer2013,
    datasets_at,
    load_split,
    search_word,
)
from tests.toys import COLOURS, mma_pictures, write_files

THREE = tuple(COLOURS)
USAGES = {
    "train": ("train", "Training"),
    "valid": ("test", "PublicTest"),
    "test": ("test", "PrivateTest"),
}


def fer_pictures() -> dict[str, np.ndarray]:
    """FER-2013's folder layout: in each split one grey picture of noise for each class."""
    rng = np.random.default_rng(0)
    return {
        f"{folder}/{emotion}/{usage}_{number:05d}.png": np.repeat(
            rng.integers(0, 256, (48, 48, 1), dtype=np.uint8), 3, axis=-1
        )
        for folder, usage in USAGES.values()
        for number, emotion in enumerate(FER_CSV_CLASSES)
    }


def zipped(folder: Path) -> Path:
    """The files of a folder in a zip beside it."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*.*"):
            archive.write(file, file.relative_to(folder))
    return path


def fer_csv(folder: Path) -> Path:
    """The same pictures in the layout of Kaggle's fer2013.csv."""
    lines = ["emotion,pixels,Usage"]
    for name, picture in fer_pictures().items():
        emotion, file = name.split("/")[1:]
        values = " ".join(map(str, picture[..., 0].ravel()))
        lines.append(f"{FER_CSV_CLASSES.index(emotion)},{values},{file.partition('_')[0]}")
    folder.mkdir()
    path = folder / "fer2013.csv"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def fer(tmp_path: Path) -> Path:
    return write_files(tmp_path / "fer", fer_pictures())


@pytest.fixture
def mma(tmp_path: Path) -> Path:
    return write_files(tmp_path / "mma", mma_pictures(each=2))


def by_class(split: Split) -> dict[str, np.ndarray]:
    return {
        split.classes[label]: image for label, image in zip(split.labels, split.images, strict=True)
    }


@pytest.mark.parametrize("split", list(USAGES))
def test_fer_folders_give_each_split_its_own_pictures(fer: Path, split: str) -> None:
    classes = ("happy", "angry", "neutral")
    found = load_split(fer, "fer2013", split, classes)
    folder, usage = USAGES[split]
    assert found.images.dtype == np.uint8
    assert found.images.shape == (3, 48, 48, 3)
    assert found.classes == classes
    expected = fer_pictures()
    for emotion, image in by_class(found).items():
        name = f"{folder}/{emotion}/{usage}_{FER_CSV_CLASSES.index(emotion):05d}.png"
        np.testing.assert_array_equal(image, expected[name])


@pytest.mark.parametrize("split", list(USAGES))
def test_every_fer_layout_is_the_same_data(tmp_path: Path, fer: Path, split: str) -> None:
    csv = fer_csv(tmp_path / "csv")
    deeper = write_files(tmp_path / "deeper" / "archive" / "fer2013", fer_pictures())
    paths = [fer, zipped(fer), csv, csv.parent, zipped(csv.parent), deeper.parent.parent]
    found = [load_split(path, "fer2013", split, FER_CSV_CLASSES) for path in paths]
    assert len({split.sha256() for split in found}) == 1
    assert found[0].sha256() != load_split(fer, "fer2013", split, THREE).sha256()


def test_mma_folder_and_zip_are_the_same_data(mma: Path) -> None:
    paths = (mma, mma / "MMAFEDB", zipped(mma))
    found = [load_split(path, "mma", "valid", THREE) for path in paths]
    assert len({split.sha256() for split in found}) == 1
    assert len(found[0]) == 6
    assert np.bincount(found[0].labels).tolist() == [2, 2, 2]
    for emotion, image in by_class(found[0]).items():
        assert image.mean(axis=(0, 1)).argmax() == THREE.index(emotion)


def test_both_datasets_may_lie_in_one_folder(tmp_path: Path) -> None:
    write_files(tmp_path, fer_pictures())
    write_files(tmp_path, mma_pictures(each=2))
    assert len(load_split(tmp_path, "fer2013", "train", FER_CSV_CLASSES)) == 7
    assert len(load_split(tmp_path, "mma", "train", THREE)) == 6


def test_source_is_read_from_the_name(tmp_path: Path) -> None:
    picture = np.zeros((48, 48, 3), dtype=np.uint8)
    names = ["Happy.12.jpg", "52586Exp3amazed_actor_652.jpg", "Happy_person_1.jpg"]
    folder = write_files(tmp_path, {f"MMAFEDB/test/happy/{name}": picture for name in names})
    found = load_split(folder, "mma", "test", ("happy",))
    sources = dict(zip(found.names, came_from_fer2013(found).tolist(), strict=True))
    assert [sources[f"test/happy/{name}"] for name in names] == [True, False, False]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("test/happy/52586Exp3amazed_actor_652.jpg", "amazed"),
        ("9Exp0angry_9.jpg", "angry"),
        ("Happy.12.jpg", None),
        ("PrivateTest_00001.png", None),
    ],
)
def test_search_word_is_read_from_the_name(name: str, word: str | None) -> None:
    assert search_word(name) == word


def test_what_lies_at_a_path_is_found_by_names_alone(fer: Path, mma: Path, tmp_path: Path) -> None:
    for picture in mma.rglob("*.jpg"):
        picture.write_bytes(b"not opened")
    csv = fer_csv(tmp_path / "csv")
    paths = [fer, zipped(fer), csv, mma, mma / "MMAFEDB", tmp_path, tmp_path / "csv"]
    expected = [["fer2013"]] * 3 + [["mma"]] * 2 + [["fer2013", "mma"], ["fer2013"]]
    assert [datasets_at(path, "test") for path in paths] == expected
    assert datasets_at(fer / "train", "test") == []


def test_a_path_where_nothing_can_lie_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no zip")
    with pytest.raises(DatasetError, match="neither a folder nor a zip"):
        datasets_at(tmp_path / "notes.txt", "test")
    with pytest.raises(DatasetError, match="nowhere does not exist"):
        datasets_at(tmp_path / "nowhere", "test")


def test_hashes_are_equal_for_equal_pictures_only(mma: Path) -> None:
    split = load_split(mma, "mma", "test", THREE)
    twice = split.take(np.array([0, 1, 0]))
    first, second, third = twice.hashes()
    assert first == third != second
    assert twice.names == (split.names[0], split.names[1], split.names[0])


def test_wrong_layout_is_refused_with_what_was_looked_for(mma: Path) -> None:
    with pytest.raises(DatasetError, match=r"holds no .*angry.* images.*Looked for FER-2013: fold"):
        load_split(mma, "fer2013", "train", FER_CSV_CLASSES)


def test_missing_path_and_class_are_named(tmp_path: Path, fer: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere does not exist. Looked for MMA: MMAFEDB"):
        load_split(tmp_path / "nowhere", "mma", "train", THREE)
    for file in (fer / "train" / "sad").iterdir():
        file.unlink()
    with pytest.raises(DatasetError, match=r"holds no sad images in the split 'train'"):
        load_split(fer, "fer2013", "train", FER_CSV_CLASSES)


def test_a_file_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no zip")
    with pytest.raises(DatasetError, match="neither a folder nor a zip"):
        load_split(path, "mma", "train", THREE)


def test_broken_and_odd_pictures_are_named(mma: Path) -> None:
    picture = next((mma / "MMAFEDB" / "test" / "sad").iterdir())
    picture.write_bytes(b"cut short")
    with pytest.raises(DatasetError, match=rf"sad/{picture.name} cannot be read as an image"):
        load_split(mma, "mma", "test", THREE)
    write_files(picture.parent, {picture.name: np.zeros((20, 30, 3), dtype=np.uint8)})
    with pytest.raises(DatasetError, match=rf"{picture.name} is 30x20, expected 48x48"):
        load_split(mma, "mma", "test", THREE)


def test_published_counts(shared: Path) -> None:
    fer = load_split(shared / "data" / "fer2013.zip", "fer2013", "test", FER_CSV_CLASSES)
    mma = load_split(shared / "data" / "mma3.zip", "mma", "test", THREE)
    assert len(fer) == 3_589
    assert np.bincount(mma.labels).tolist() == [655, 5_459, 2_177]
    assert came_from_fer2013(mma).sum() == 1_528
