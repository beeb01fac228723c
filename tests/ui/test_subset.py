"""What fewer images give, read from its file."""

from __future__ import annotations

from typing import Any

from scenarios import Scenario
from tests.ui.markup import parse, piece, pieces, style, words
from tests.ui.studies import SUBSET
from ui.subset import render_subset
from ui.text import load_text

Found = dict[str, Any] | None


def shown(scenarios: dict[str, Scenario], language: str, found: Found = SUBSET) -> Any:
    html = render_subset(load_text(language), list(scenarios.values()), found)
    return parse(f"<main>{html}</main>")


def test_fewer_images_stand_above_all_of_them(scenarios: dict[str, Scenario]) -> None:
    tree = shown(scenarios, "en")
    name = load_text("en")(scenarios["base_cnn"].title)
    few, every = pieces(tree, "reference")[0], pieces(tree, "ours")[0]
    assert words(few) == f"{name} 3,015 training images 43.3% 41.3% to 45.3%"
    assert words(every) == f"{name} all 44,046 training images 59.5% 57.5% to 61.5%"
    assert style(piece(few, "dot"))["left"] == "11.00%"  # of 40 to 70 %: 43.3 %
    assert words(piece(tree, "scale")) == "40% 55% 70%"


def test_what_all_images_gain_is_read_out(scenarios: dict[str, Scenario]) -> None:
    sure, chance = (words(one) for one in pieces(shown(scenarios, "en"), "pairs")[0])
    assert sure.startswith("More than chance explains.")
    assert "balanced accuracy goes up 16.2 points (95% interval: 14.2 to 18.2)" in sure
    assert "its accuracy up 11.2 points" in sure
    assert chance.startswith("Chance may explain it.")
    assert "goes down 0.4 points (95% interval: \N{MINUS SIGN}2.4 to 1.6)" in chance


def test_the_draw_and_another_recipe_are_told(scenarios: dict[str, Scenario]) -> None:
    said = words(shown(scenarios, "en"))
    assert "3,015 of 44,046 images, namely 201 disgust and 1,999 happy" in said
    light = load_text("en")(scenarios["mobilenet"].title)
    assert f"comes from another recipe (other stages of training) for {light}, so" in said


def test_networks_that_were_not_measured_are_named(scenarios: dict[str, Scenario]) -> None:
    deep = load_text("en")(scenarios["vgg19"].title)
    assert f"Not measured yet for the weights that are loaded: {deep}." in words(
        shown(scenarios, "en")
    )
    alone = {slug: scenarios[slug] for slug in ("base_cnn", "mobilenet", "vgg16_se")}
    assert "Not measured" not in words(shown(alone, "en"))


def test_every_figure_stands_in_the_table(scenarios: dict[str, Scenario]) -> None:
    rows = [words(one) for one in next(shown(scenarios, "en").iter("tbody"))]
    assert len(rows) == 12  # 2 networks on 3 sets of images, with fewer and with all images
    assert "3,015 training images 576 whole exam (8,291) 41.2% (39.2% to 43.2%)" in rows[0]
    assert "all 44,046 training images 9,600 FER-2013 part (1,528)" in rows[3]
    assert rows[3].endswith("60.0% (58.0% to 62.0%)")
