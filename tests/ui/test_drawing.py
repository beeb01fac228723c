"""Networks drawn at scale: what is larger in the network is larger in the drawing."""

from __future__ import annotations

import pytest

from models.describe import Segment
from tests.ui.markup import parse, pieces, words
from ui.drawing import draw_network, draw_squeeze_excitation
from ui.text import LANGUAGES, load_text

NETWORK = (
    Segment("block1_conv1", "block1_conv2", (64, 64, 64), 38_720, 0, 1),
    Segment("block4_conv1", "block4_conv3", (8, 8, 512), 5_899_776, 5_899_776, 1),
    Segment("head", "probabilities", (7,), 1_280, 1_200, 1),
)


def test_a_block_a_segment_in_its_proportions() -> None:
    tree = parse(draw_network(NETWORK))
    first, second, last = (
        {name: float(rect.get(name, 0)) for name in ("x", "y", "width", "height")}
        for rect in tree.iter("rect")
    )
    assert first["x"] < second["x"] < last["x"]
    assert first["height"] > second["height"] > last["height"]
    assert second["width"] > first["width"] > last["width"]
    assert len(pieces(tree, "frozen")) == 1
    assert len(pieces(tree, "learns")) == 2
    *_, width, height = map(float, tree[0].get("viewBox", "").split())
    assert last["x"] + last["width"] < width
    assert first["y"] + first["height"] <= height


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_se_block_says_in_words_what_it_shows(language: str) -> None:
    text = load_text(language)
    tree = parse(draw_squeeze_excitation(text))
    (drawing,) = tree.iter("svg")
    assert drawing.get("aria-label") == text("method.se.alt")
    for part in ("z: C", "C/r", "s: C", text("method.se.squeeze"), text("method.se.scale")):
        assert part in words(tree)
