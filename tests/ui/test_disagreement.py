"""What the networks contradict together, read from its file."""

from __future__ import annotations

import copy
from typing import Any

from tests.ui.markup import parse, words
from tests.ui.studies import DISAGREEMENT
from ui.disagreement import render_disagreement
from ui.text import load_text


def shown(language: str, found: dict[str, Any] | None = DISAGREEMENT) -> Any:
    return parse(f"<main>{render_disagreement(load_text(language), found)}</main>")


def test_both_sources_are_read_out() -> None:
    said = words(shown("en"))
    assert (
        "contradict the label: 5.2% (3.2% to 7.2%) on images from FER-2013 and "
        "40.5% (38.5% to 42.5%) on images from ExpW." in said
    )
    assert "2 models give the same answer" in said
    assert "answered disgust (498\N{MULTIPLICATION SIGN})." in said


def test_a_difference_is_called_one_only_where_the_intervals_lie_apart() -> None:
    text = load_text("en")
    assert text("labels.apart") in words(shown("en"))
    close = copy.deepcopy(DISAGREEMENT)
    close["parts"]["fer2013"]["bounds"][0]["share"] = {"value": 0.4, "low": 0.3, "high": 0.39}
    assert text("labels.apart") not in words(shown("en", close))


def test_a_row_for_each_bound() -> None:
    rows = [words(one) for one in next(shown("en").iter("tbody"))]
    assert rows == [
        "any 822 of 1,528 43 (5.2%; 3.2% to 7.2%) 2,519 of 6,763 1,021 (40.5%; 38.5% to 42.5%)",
        "> 90% 101 of 1,528 \N{EN DASH} 47 of 6,763 3 (6.4%; 4.4% to 8.4%)",
    ]


def test_one_source_alone_can_be_shown() -> None:
    alone = {**DISAGREEMENT, "parts": {"expw": {**DISAGREEMENT["parts"]["expw"], "pairs": []}}}
    said = words(shown("en", alone))
    assert "ExpW: no agreed answer contradicts the label." in said
    assert "FER-2013:" not in said
