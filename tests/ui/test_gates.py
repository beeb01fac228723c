"""Gates on the page: counted, drawn and said alike."""

from __future__ import annotations

import numpy as np
import pytest

from models.gates import Gates
from tests.toys import toy_scenario
from tests.ui.markup import parse, piece, pieces, words
from ui.gates import render_gates
from ui.text import LANGUAGES, load_text

CROP = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
VALUES = np.array([0.05, 0.95, 0.5, 0.02, 0.99, 0.45, 0.97, 0.6, 0.3, 0.2, 0.7, 1.0], np.float32)


def gates(*silent: int) -> Gates:
    maps = np.ones((4, 4, len(VALUES)), dtype=np.float32)
    maps[..., list(silent)] = 0
    return Gates("toy", VALUES, maps)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_counts_what_the_chart_shows(language: str) -> None:
    text = load_text(language)
    tree = parse(render_gates(text, toy_scenario(), CROP, gates(2)))

    sentence = text(
        "gates.spread",
        count="12",
        opened="4",
        open=text.number(0.9, 1),
        closed="2",
        shut=text.number(0.1, 1),
        middle=text.number(0.55, 2),
    )
    assert f"{sentence} {text('gates.silent', count='1')}" in words(tree)
    rows = [words(row) for row in pieces(tree, "ours")]
    assert len(rows) == 10
    shown = [int(words(number).split()[0]) for number in pieces(tree, "number")]
    assert shown == [2, 0, 1, 1, 1, 1, 1, 1, 0, 4]


def test_the_ends_are_ordered_and_leave_out_channels_that_are_silent() -> None:
    text = load_text("en")
    tree = parse(render_gates(text, toy_scenario(), CROP, gates(11, 3)))
    strong, weak = (
        [words(next(item.iter("b"))) for item in group] for group in pieces(tree, "channels")
    )
    assert strong == [text("gates.channel", number=n) for n in (5, 7, 2, 11, 8)]
    assert weak == [text("gates.channel", number=n) for n in (1, 10, 9, 6, 3)]


def test_a_face_to_which_nothing_responds_still_has_its_sentence() -> None:
    text = load_text("id")
    tree = parse(render_gates(text, toy_scenario(), CROP, gates(*range(12))))
    assert pieces(tree, "channels") == []
    assert text("gates.silent", count="12") in words(piece(tree, "gates"))
