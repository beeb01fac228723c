"""The command on toys that answer by colour: what they contradict together, source by source."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models import disagreement as command
from models.study.answers import write_answers
from models.study.datasets import load_split
from models.study.exam import answered
from models.weights import read_manifest
from tests.toys import COLOURS, coloured, mma_pictures, store, toy_scenario, write_files


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """4 test images a class as FER-2013's are named, and two "happy" ones as ExpW's are."""
    pictures = mma_pictures(each=4)
    for number in (1, 2):
        name = f"MMAFEDB/test/happy/{number}Exp3awe_man_9.jpg"
        pictures[name] = coloured("sad", np.random.default_rng(number))
    return write_files(tmp_path / "data", pictures)


@pytest.fixture
def folders(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two networks' answers: the first "happy" of ExpW is to both "sad", with 0.95 and 0.6."""
    scenarios = {name: toy_scenario(name) for name in ("one", "two")}
    fer = replace(scenarios["one"].recipe, dataset="fer2013")
    everything = {**scenarios, "other": replace(toy_scenario("other"), recipe=fer)}
    monkeypatch.setattr(command, "load_all", lambda: everything)
    test = load_split(data, "mma", "test", tuple(COLOURS))
    awe = [number for number, name in enumerate(test.names) if "awe" in name]
    for name, confidence in (("one", 0.95), ("two", 0.6)):
        store(scenarios[name], tmp_path / "weights")
        said = np.eye(3)[test.labels]
        said[awe[0]] = [0.0, 1 - confidence, confidence]
        said[awe[1]] = [0.0, 0.05, 0.95] if name == "one" else [0.95, 0.05, 0.0]
        sha256 = read_manifest(tmp_path / "weights")[name].sha256
        kept = {"mma/test": answered(test, said)}
        write_answers(tmp_path / "results" / "answers", name, sha256, kept)
    weights, results = str(tmp_path / "weights"), str(tmp_path / "results")
    return ["--data", str(data), "--models", weights, "--results", results]


def test_what_both_contradict_stands_under_its_source(folders: list[str], tmp_path: Path) -> None:
    command.main(folders)
    result = json.loads((tmp_path / "results" / "disagreement.json").read_text("utf-8"))

    assert list(result["weights"]) == ["one", "two"]
    grey, colour = result["parts"]["fer2013"], result["parts"]["expw"]
    assert (grey["n"], colour["n"]) == (12, 2)
    assert [row["above"] for row in colour["bounds"]] == list(command.BOUNDS)
    assert [row["agreed"] for row in grey["bounds"]] == [12, 12, 12, 12]
    assert all(row["share"]["value"] == 0 < row["share"]["high"] for row in grey["bounds"])
    assert [(row["agreed"], row["against"]) for row in colour["bounds"]] == [
        (1, 1), (1, 1), (0, 0), (0, 0),
    ]  # fmt: skip
    assert colour["bounds"][0]["share"]["value"] == 1
    assert colour["bounds"][0]["of_all"]["value"] == 0.5
    assert colour["bounds"][2]["share"] is None
    assert (grey["pairs"], colour["pairs"]) == ([], [["happy", "sad", 1]])


def test_one_network_is_too_few(folders: list[str], tmp_path: Path) -> None:
    (tmp_path / "results" / "answers" / "two.npz").unlink()
    with pytest.raises(SystemExit, match=r"fewer than two .* python -m models\.evaluate"):
        command.main(folders)


def test_answers_to_other_images_are_refused(folders: list[str], data: Path) -> None:
    next((data / "MMAFEDB" / "test" / "sad").iterdir()).unlink()
    with pytest.raises(SystemExit, match="The answers of one are to other images"):
        command.main(folders)
