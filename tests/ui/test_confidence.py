"""Confidence beside accuracy: the numbers are the results' own."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.toys import toy_scenario
from tests.ui.markup import parse, pieces, words
from tests.ui.test_evidence import RESULT
from ui.confidence import render_confidence
from ui.text import LANGUAGES, load_text

SCENARIOS = [toy_scenario(name) for name in ("one", "two", "three")]


def shown(language: str, results: dict[str, Any]) -> Any:
    return parse(f"<main>{render_confidence(load_text(language), SCENARIOS, results)}</main>")


def test_rows_and_the_sentence_name_the_surest_and_the_most_honest() -> None:
    shy = copy.deepcopy(RESULT)
    shy["calibration"] = {"raw": {"ece": 0.031, "gap": -0.12}}
    shy["training"]["recipe"]["label_smoothing"] = 0.0
    tree = shown("en", {"one": RESULT, "two": shy, "three": None})
    rows = [words(row) for row in next(tree.iter("tbody"))]
    assert rows == [
        "one MMA test, 1,234 images 0.1 56.3% 62.4% 7.0 1.37 2.1",
        "two MMA test, 1,234 images 0 56.3% 44.3% 3.1 \N{EN DASH} \N{EN DASH}",
    ]
    (sentence,) = pieces(tree, "plain")
    assert "the surest is one: 62.4% on average, at an accuracy of 56.3%" in words(sentence)
    assert "that of two (ECE 3.1 points)" in words(sentence)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_measured_is_said(language: str) -> None:
    tree = shown(language, {})
    assert load_text(language)("evidence.none") in words(tree)
    assert pieces(tree, "proof") == []
