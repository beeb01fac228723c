"""Where the networks look, read from its file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.markup import parse, pieces, style, words
from tests.ui.studies import REGIONS, differing
from ui.regions import render_regions
from ui.text import LANGUAGES, load_text


def shown(language: str, found: dict[str, Any] | None = REGIONS) -> Any:
    return parse(f"<main>{render_regions(load_text(language), found)}</main>")


def test_energy_stands_beside_the_share_of_the_area() -> None:
    eyes, mouth, _ = pieces(shown("en"), "figure")
    assert words(eyes).startswith("Eyes")
    ours, area = pieces(eyes, "ours"), pieces(eyes, "baseline")[0]
    assert [words(one) for one in ours] == [
        "Fine-tuned VGG16 without SE 22.1% 20.1% to 24.1%",
        "VGG16 + SE 26.3% 24.3% to 28.3%",
    ]
    assert style(pieces(area, "dot")[0])["left"] == "44.67%"  # of 0 to 30 %: 13.4 %
    assert words(pieces(eyes, "scale")[0]) == "0% 15% 30%"
    assert "9.2%" in words(pieces(mouth, "baseline")[0])


def test_points_lost_by_covering() -> None:
    rows = [words(one) for one in next(shown("en").iter("tbody"))]
    assert rows[0].endswith(
        "66.1% (64.1% to 68.1%) 11.7 (9.7 to 13.7) "
        "\N{MINUS SIGN}0.4 (\N{MINUS SIGN}2.4 to 1.6) \N{EN DASH}"
    )
    assert rows[1].endswith("15.2 (13.2 to 17.2) 6.1 (4.1 to 8.1) 1.8 (\N{MINUS SIGN}0.2 to 3.8)")


def test_a_difference_is_read_out_from_the_greater_side() -> None:
    energies, losses = pieces(shown("en"), "pairs")
    sure, chance = (words(one) for one in energies)
    assert sure.startswith("More than chance explains. VGG16 + SE puts 4.2 percentage points more")
    assert "on the eyes than Fine-tuned VGG16 without SE (95% interval: 3.2 to 5.2)" in sure
    assert chance.startswith("Chance may explain it. Fine-tuned VGG16 without SE puts 0.4")
    sure, chance = (words(one) for one in losses)
    assert sure.startswith("More than chance explains. VGG16 + SE loses 3.5 percentage points more")
    assert "than Fine-tuned VGG16 without SE with the eyes covered" in sure
    assert chance.startswith("Chance may explain it. VGG16 + SE loses 0.1")


def test_pairs_that_say_nothing_of_the_claim_are_folded_away() -> None:
    more = [differing("frozen", "without_se", "eyes", -0.1, -0.1), *REGIONS["differences"]]
    tree = shown("en", {**REGIONS, "differences": more})
    folded = [words(one) for one in tree.iter("details")]
    assert len(folded) == 2  # of energy and of accuracy
    assert all("Frozen VGG16" in said and "VGG16 + SE" not in said for said in folded)
    assert pieces(tree, "pairs")[0].tag == "ul"
    assert list(shown("en").iter("details")) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("networks", ["served", "ablation"])
def test_it_says_which_networks_were_measured(language: str, networks: str) -> None:
    sentence = load_text(language)(f"regions.networks.{networks}")
    assert sentence in words(shown(language, {**REGIONS, "networks": networks}))
