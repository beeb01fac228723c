"""What the networks contradict together, read from its file; without the file, its command."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

from tests.ui.markup import parse, pieces, words
from tests.ui.studies import DISAGREEMENT
from ui.disagreement import COMMAND, render_disagreement
from ui.results import BROKEN
from ui.text import LANGUAGES, load_text


def shown(language: str, found: dict[str, Any] | None = DISAGREEMENT) -> Any:
    return parse(f"<main>{render_disagreement(load_text(language), found)}</main>")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_file_the_command_is_named(language: str) -> None:
    tree = shown(language, None)
    assert COMMAND in words(tree)
    assert pieces(tree, "proof") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_shows_where_a_word_should(language: str) -> None:
    text = words(shown(language))
    assert not re.search(r"\b(labels|evidence|emotion|dataset)\.(?!json)\w", text)
    assert "{" not in text
    assert "assets/results/disagreement.json" in text


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


@pytest.mark.parametrize("missing", ["parts", "weights", "n", "command"])
def test_a_file_that_lacks_something_is_broken(missing: str) -> None:
    with pytest.raises(BROKEN):
        render_disagreement(
            load_text("id"), {k: v for k, v in DISAGREEMENT.items() if k != missing}
        )
