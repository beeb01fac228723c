from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import readme
from scenarios import load_all
from tests.ui.studies import fewer


def result(accuracy: float) -> dict[str, object]:
    figure = {"value": accuracy, "low": accuracy - 0.01, "high": accuracy + 0.01}
    return {
        "dataset": "fer2013",
        "split": "PrivateTest",
        "n": 3589,
        "accuracy": figure,
        "balanced_accuracy": figure,
        "macro_f1": figure,
        "majority_baseline": {"emotion": "happy", "accuracy": 0.245},
    }


def test_table_shows_what_the_files_hold(tmp_path: Path) -> None:
    measured, *others = load_all()
    (tmp_path / f"{measured}.json").write_text(json.dumps(result(0.6123)))
    lines = readme.table(tmp_path).splitlines()[2:]
    assert lines[0].startswith(f"| `{measured}` | FER-2013 PrivateTest | 3,589 | 61.2% (60.2% to")
    assert lines[1:] == [f"| `{slug}` | not measured yet | | | | | |" for slug in others]


def test_fewer_images_are_told_of_the_networks_in_the_table(tmp_path: Path) -> None:
    assert readme.fewer_images(tmp_path) == ""
    models = [fewer("base_cnn", 0.162), fewer("vgg19", 0.1), fewer("mobilenet", 0.1)]
    models[1]["whole_weights_sha256"] = "of another"
    models[2]["same_recipe"] = False
    (tmp_path / "subset.json").write_text(json.dumps({"models": models}))
    for model in models:
        slug = model["scenario"]
        known = {**result(0.5), "weights": {"sha256": f"of {slug}"}}
        (tmp_path / f"{slug}.json").write_text(json.dumps(known))
    assert readme.fewer_images(tmp_path) == (
        "\n\n`base_cnn` by the same recipe on a random 3,015 of the 44,046 training images: "
        "accuracy 41.2%, balanced accuracy 0.433; all images give +0.162 (+0.142 to +0.182) "
        "of the latter."
    )


def test_table_replaces_the_old_one() -> None:
    old = f"a\n{readme.BEGIN}\nold\n{readme.END}\nb"
    assert readme.with_table(old, "new") == f"a\n{readme.BEGIN}\nnew\n{readme.END}\nb"


def test_readme_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks the marks"):
        readme.with_table("no marks here", "new")


def test_the_readme_is_up_to_date() -> None:
    readme.main(["--check"])


def test_space_and_requirements_name_the_same_gradio() -> None:
    pinned = (readme.ROOT / "requirements.txt").read_text("utf-8")
    front = (readme.ROOT / "README.md").read_text("utf-8").split("---")[1]
    version = next(line for line in pinned.splitlines() if line.startswith("gradio==")).split("==")
    assert f"sdk_version: {version[1]}" in front.splitlines()
    assert "app_file: app.py" in front.splitlines()


def test_speed_is_that_of_the_file(tmp_path: Path) -> None:
    assert readme.speed_table(tmp_path / "none.json") == "Not measured yet."
    path = tmp_path / "benchmark.json"
    found = {
        "date": "2026-11-25T19:00:00+00:00",
        "machine": "a processor, 2 cores",
        "load_before": 0.42,
        "targets": {
            **dict.fromkeys(("ratio", "share", "portrait_ms", "group_ms", "start_seconds"), 8.0),
            **dict.fromkeys(("peak_mb", "memory_growth", "per_second", "twelve_times_one"), 9.0),
        },
        "together": {"ours_ms": 71.2, "ratio": 9.17},
        "arithmetic": {"share": 0.831},
        "growth": {"12": {"times_one": 10.46}},
        "detection": {"portrait": {"ms": 55}, "group": {"ms": 61, "faces": 12}},
        "start_seconds": 11.3,
        "memory": {"peak_mb": 1234.0, "growth": 0.012},
        "clients": {"16": {"per_second": 5.25, "failed": 3}},
    }
    path.write_text(json.dumps(found))
    table = readme.speed_table(path)
    for shown in ("9.2x", "0.83", "10.5x", "55 / 61 ms", "11.3 s", "1234 MB; 1.2%"):
        assert shown in table
    assert "first page" not in table, "a file from before does without"
    found["pages_meanwhile"] = {"comparing": 16, "p50_ms": 44.4, "p95_ms": 123.4}
    path.write_text(json.dumps(found))
    table = readme.speed_table(path)
    assert "| first page while 16 clients compare, p50 / p95 | 44 / 123 ms |  |" in table
    assert table.endswith("a processor, 2 cores; 2026-11-25, load 0.4 before it began.")
