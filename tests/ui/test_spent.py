"""The profile's rows stand as bars with their figures, and the longest is named."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.ui.markup import parse, pieces, style, words
from tests.ui.studies import PROFILED
from ui.speed import render_speed
from ui.spent import render_spent
from ui.text import LANGUAGES, load_text


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (
            "id",
            [
                "VGG16 beku dan VGG16 + SE (usulan), lapisan bersama",
                "Paling lama: a_sixth, 75% dari 80,0 milidetik.",
                "Konvolusi memakai 64,0 milidetik dengan laju 250 GFLOP/s",
                "perkalian matriks pada komputer ini mencapai 298 GFLOP/s",
                "Jumlah bagian-bagiannya 78,4 milidetik",
                "Paling lama: Jaringan pertama, mencari pada semua ukuran, 60% dari 50,0 milidetik",
                "Paling lama: Membaca pustaka, 60% dari 12,5 detik.",
            ],
        ),
        (
            "en",
            [
                "Frozen VGG16 and VGG16 + SE (proposal), layers in common",
                "Longest: a_sixth, 75% of 80.0 milliseconds.",
                "Convolutions take 64.0 milliseconds at 250 GFLOP/s",
                "a matrix product reaches 298 GFLOP/s",
                "The parts add up to 78.4 milliseconds",
                "Longest: First network, searching at all sizes, 60% of 50.0 milliseconds.",
                "Longest: Reading libraries, 60% of 12.5 seconds.",
            ],
        ),
    ],
)
def test_figures_are_those_of_the_file(language: str, shown: list[str]) -> None:
    tree = parse(f"<div>{render_speed(load_text(language), PROFILED)}</div>")
    for sentence in shown:
        assert sentence in words(tree)
    widths = [style(bar)["width"] for bar in pieces(tree, "span") if bar.tag == "i"]
    assert widths == ["12.50%", "75.00%", "12.50%", "60.00%", "42.00%", "60.00%", "40.00%"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (
            "id",
            "12,5 detik, sasaran paling banyak 12,0 detik. Paling lama: Membaca pustaka, 60% dari",
        ),
        ("en", "12.5 seconds, target at most 12.0 seconds. Longest: Reading libraries, 60% of"),
    ],
)
def test_a_missed_target_says_where_the_time_goes(language: str, shown: str) -> None:
    slow = {**PROFILED, "start_seconds": 12.5}
    assert shown in words(parse(f"<div>{render_speed(load_text(language), slow)}</div>"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_operations_that_were_not_counted_are_not_shown(language: str) -> None:
    profile = deepcopy(PROFILED["profile"])
    for part in profile["comparison"]["parts"]:
        part["kinds"] = {}
    shown = render_spent(load_text(language), profile, 298.2)
    assert "GFLOP/s" not in shown
    assert "<details>" not in shown
