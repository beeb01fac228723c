"""What was measured stands in the table; what is broken or absent costs nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.markup import parse, words
from ui.speed import read_benchmark, render_speed
from ui.text import LANGUAGES, load_text


@pytest.fixture
def benchmark() -> dict[str, Any]:
    """A file as ``models.benchmark`` writes it, as far as it is shown."""
    return {
        "command": "python -m models.benchmark",
        "date": "2026-11-25T19:00:00+00:00",
        "machine": "a processor, 2 cores",
        "load_before": 0.4,
        "targets": {
            "ratio": 8.0,
            "share": 0.6,
            "portrait_ms": 60.0,
            "group_ms": 250.0,
            "start_seconds": 12.0,
            "peak_mb": 2000.0,
            "memory_growth": 0.05,
            "per_second": 4.0,
            "twelve_times_one": 9.0,
        },
        "together": {"ours_ms": 71.2, "predict_ms": 653.0, "ratio": 9.17},
        "arithmetic": {"share": 0.83, "floor_ms": 59.0},
        "growth": {"12": {"times_one": 10.5}},
        "detection": {"portrait": {"ms": 55.0, "faces": 1}, "group": {"ms": 61.0, "faces": 12}},
        "start_seconds": 11.3,
        "memory": {"peak_mb": 1234.0, "growth": 0.012},
        "clients": {"16": {"per_second": 5.25, "failed": 3}},
    }


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("id", ["9,2 kali", "83%", "10,5 kali", "1.234 MB", "5,2 pembandingan per detik"]),
        ("en", ["9.2 times", "83%", "10.5 times", "1,234 MB", "5.2 comparisons a second"]),
    ],
)
def test_figures_and_targets_are_those_of_the_file(
    benchmark: dict[str, Any], language: str, shown: list[str]
) -> None:
    said = words(parse(render_speed(load_text(language), benchmark)))
    for figure in [*shown, "a processor, 2 cores", "2026-11-25", "2 cores"]:
        assert figure in said
    text = load_text(language)
    assert text("speed.at_most", value=text("speed.times", number=text.number(9, 1))) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_system_that_cannot_say_its_memory_gets_a_dash(
    benchmark: dict[str, Any], language: str
) -> None:
    benchmark["memory"] = {"peak_mb": None, "growth": None}
    assert "- MB" in words(parse(render_speed(load_text(language), benchmark)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_file_it_says_not_measured(language: str, tmp_path: Path) -> None:
    text = load_text(language)
    found = read_benchmark(tmp_path / "benchmark.json")
    assert found is None
    assert text("evidence.none") in words(parse(render_speed(text, found)))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"targets": 3}', '{"targets": {}}'])
def test_a_broken_file_is_named_and_not_shown(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "benchmark.json"
    path.write_text(content)
    assert read_benchmark(path) is None
    assert f"{path} is not shown, it is broken" in capsys.readouterr().out


def test_a_sound_file_is_read(benchmark: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "benchmark.json"
    path.write_text(json.dumps(benchmark))
    assert read_benchmark(path) == benchmark
