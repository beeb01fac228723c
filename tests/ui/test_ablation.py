"""The ablation's rows, read from its file."""

from __future__ import annotations

import copy
from typing import Any

from tests.ui.markup import parse, piece, pieces, style, words
from tests.ui.studies import ABLATION, row
from ui.ablation import render_ablation
from ui.text import load_text


def shown(language: str, found: dict[str, Any] | None = ABLATION) -> Any:
    return parse(f"<main>{render_ablation(load_text(language), found)}</main>")


def test_each_row_says_what_it_changed() -> None:
    rows = [words(one) for one in pieces(shown("en"), "ours")]
    assert len(rows) == len(ABLATION["rows"])
    assert "where it begins" in rows[0]
    assert (
        "+ layers 11\N{EN DASH}19 trained up 6.1 points (95% interval: 4.4 to 7.8) 57.3%" in rows[1]
    )
    assert (
        "+ SE block down 0.7 points (95% interval: \N{MINUS SIGN}2.0 to 0.6); chance may" in rows[2]
    )
    assert "chance" not in rows[1]
    assert "+ label smoothing up 0.5 points 57.1%" in rows[3], "no interval of the change: none"


def test_marks_stand_on_the_scale_that_is_named() -> None:
    tree = shown("en")
    assert words(piece(tree, "scale")) == "40% 50% 60%"
    first = pieces(tree, "ours")[0]
    assert style(piece(first, "dot"))["left"] == "56.00%"  # of 40 to 60 %: 51.2 %
    assert style(piece(first, "span")) == {"left": "46.00%", "width": "20.00%"}


def test_what_label_smoothing_did_is_read_out() -> None:
    assert "lowered the mean confidence from 65.2% to 48.9%" in words(shown("en"))
    surer = copy.deepcopy(ABLATION)
    surer["rows"][-1]["mean_confidence"] = 0.7
    assert "did not lower the mean confidence: it went from 65.2% to 70.0%" in words(
        shown("en", surer)
    )


def test_one_seed_is_called_one_and_several_have_a_deviation() -> None:
    text = load_text("en")
    assert text("ablation.seed.one") in words(shown("en"))
    many = {**ABLATION, "rows": [row("frozen", 0.51, 0.5, 0.5, 0.51, 0.52)]}
    said = words(shown("en", many))
    assert text("ablation.seed.many", count="3") in said
    assert "51.0% (49.0% to 53.0%) ± 1.0" in said
