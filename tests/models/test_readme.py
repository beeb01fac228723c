from __future__ import annotations

import json
from pathlib import Path

import pytest

from models import readme
from scenarios import load_all


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
