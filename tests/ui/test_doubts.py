"""How sure each model is, in a table and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import pytest

from models.compare import Answer, Failure
from models.doubt import distances, entropy
from tests.ui.markup import parse, piece, words
from tests.ui.test_columns import (
    GLAD,
    GLAD_OF_THREE,
    SAD_OF_THREE,
    SCARED,
    SEVEN_A,
    SEVEN_B,
    THREE,
    THREE_A,
    says,
)
from ui.doubts import doubts, render_doubts
from ui.results import Measured
from ui.text import LANGUAGES, load_text

SCENARIOS = (SEVEN_A, SEVEN_B, THREE_A)
COOL = Measured(
    0.6, 0.5, 0.7, 100, "mma", "test", 0.5, "happy", 0.6, temperature=0.5
)  # too modest: a temperature below 1 makes it surer


def rendered(language: str, answers: Sequence[Answer]) -> Element:
    html = render_doubts(load_text(language), SCENARIOS, {"three_a": COOL}, answers)
    return parse(html)


def table(tree: Element, number: int = 0) -> list[list[str]]:
    found = list(tree.iter("table"))[number]
    return [[words(cell) for cell in row] for row in found.iter("tr")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_has_its_row(language: str) -> None:
    text = load_text(language)
    answers = [says(SEVEN_A, SCARED), says(THREE_A, GLAD_OF_THREE)]
    _, first, second = table(rendered(language, answers))
    ((_, distance),) = distances({"a": SCARED, "b": GLAD_OF_THREE}, THREE).items()

    assert first == [
        "seven_a",
        text.emotion("fear"),
        text.percent(0.5),
        text("doubts.unknown"),
        text.number(entropy(list(SCARED.values())), 2),
        text.number(distance, 2),
    ]
    squares = [p**2 for p in GLAD_OF_THREE.values()]  # at half the temperature
    assert second[3] == text.percent(max(squares) / sum(squares))
    assert second[5] == first[5]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_names_the_surest_the_vaguest_and_the_furthest(language: str) -> None:
    text = load_text(language)
    certain = {**dict.fromkeys(THREE, 0.0), "sad": 1.0}
    answers = [says(SEVEN_A, SCARED), says(SEVEN_B, GLAD), says(THREE_A, certain)]
    tree = rendered(language, answers)
    far = distances({"b": GLAD, "c": certain}, THREE)["b", "c"]

    sentence = words(next(piece(tree, "doubts").iter("p")))

    assert sentence == " ".join(
        [
            text(
                "doubts.order",
                surest="three_a",
                least=text.number(0.0, 2),
                vaguest="seven_a",
                most=text.number(entropy(list(SCARED.values())), 2),
            ),
            text(
                "doubts.furthest",
                first="seven_b",
                second="three_a",
                distance=text.number(far, 2),
            ),
        ]
    )


def test_every_two_stand_in_the_folded_table() -> None:
    answers = [says(SEVEN_A, SCARED), says(SEVEN_B, GLAD), says(THREE_A, SAD_OF_THREE)]
    pairs = doubts(answers, {})[1]
    _, *rows = table(rendered("en", answers), 1)

    assert [row[0] for row in rows] == ["seven_a", "seven_b", "three_a"]
    values = [[float(cell) for cell in row[1:]] for row in rows]
    assert [values[i][i] for i in range(3)] == [0, 0, 0]
    assert values[0][2] == values[2][0] == pytest.approx(pairs["seven_a", "three_a"], abs=0.005)
    assert len({values[0][1], values[0][2], values[1][2]}) == 3


def test_failures_have_no_row_and_nobody_alone_has_a_distance() -> None:
    failure = Failure("three_a", "not_loaded", {}, "…")
    tree = rendered("id", [says(SEVEN_A, SCARED), failure])

    (_, row) = table(tree)
    assert row[-1] == load_text("id")("doubts.unknown")
    assert list(tree.iter("details")) == []
    assert render_doubts(load_text("id"), SCENARIOS, {}, [failure]) == ""
