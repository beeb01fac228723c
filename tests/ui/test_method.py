"""The method page says what the networks and their records say."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from models.describe import Segment, SqueezeBlock
from models.train import describe_recipe
from scenarios import Scenario
from scenarios.contract import Augmentation
from tests.ui.markup import parse, piece, pieces, words
from ui import VERSION
from ui.method import UNKNOWN, render_method
from ui.text import LANGUAGES, Text, load_text

NETWORK = (
    Segment("block1_conv1", "block1_conv2", (64, 64, 64), 38_720, 0, 158_000_000),
    Segment("head_norm", "head", (7,), 1_280, 1_200, 2_000_000),
)


def record(scenario: Scenario) -> dict[str, Any]:
    """A training record of a scenario's own recipe."""
    recipe = json.loads(json.dumps(describe_recipe(scenario.recipe)))
    history = [{"stage": stage["name"], "images": 1_234} for stage in recipe["stages"]]
    images = {"train": 28_709, "valid": 3_589}
    return {"recipe": recipe, "images": images, "history": history, "precision": "float32"}


def cells(text: Text, scenario: Scenario, **given: Any) -> dict[str, str]:
    """The table's cells of one scenario by the words of their row."""
    networks = {scenario.slug: given["network"]} if "network" in given else {}
    records = {scenario.slug: given.get("record")}
    tree = parse(render_method(text, [scenario], networks, records))
    rows = next(tree.iter("tbody")).iter("tr")
    return {words(next(row.iter("th"))): words(next(row.iter("td"))) for row in rows}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_recipe_is_that_of_the_record(language: str, scenarios: dict[str, Scenario]) -> None:
    text, scenario = load_text(language), scenarios["vgg16_se"]
    changed = record(scenario)
    changed["recipe"]["stages"] = changed["recipe"]["stages"][:1]
    changed["recipe"]["stages"][0] |= {"epochs": 17, "learning_rate": 0.00025}
    changed["recipe"]["label_smoothing"] = 0.2

    shown = cells(text, scenario, network=NETWORK, record=changed)

    stage = shown[text("method.stages")]
    assert "17" in stage
    assert text.number(0.00025, 5) in stage
    assert text("stage.warm-up") in stage
    assert text.number(1_234) in stage
    assert text("method.stage.head") in stage
    assert shown[text("method.smoothing")] == text.number(0.2, 1)
    assert text.number(28_709) in shown[text("method.data")]
    assert shown[text("method.batch")] == "64; float32"
    assert "±8°" in shown[text("method.augmentation")]
    chosen = shown[text("method.chosen")]
    assert ("PublicTest" in chosen, text.number(3_589) in chosen) == (True, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_counted_is_summed(language: str, scenarios: dict[str, Scenario]) -> None:
    text = load_text(language)
    shown = cells(text, scenarios["vgg16_se"], network=NETWORK)
    assert shown[text("method.parameters")] == text.number(40_000)
    assert shown[text("method.trained")] == f"{text.number(1_200)} ({text.percent(0.03, 0)})"
    assert shown[text("method.multiplications")] == text("method.millions", number="160")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_se_block_s_sizes_and_who_made_it_are_what_is_given(
    language: str, scenarios: dict[str, Scenario]
) -> None:
    text, scenario = load_text(language), scenarios["vgg16_se"]
    thesis = {"author": "Qoid <Rif'at>", "supervisors": ["A", "B"]}
    block = {scenario.slug: SqueezeBlock(side=5, channels=640, ratio=8)}
    shown = words(parse(render_method(text, [scenario], {}, {}, block, thesis)))
    assert "H = W = 5, C = 640, r = 8" in shown
    assert "Qoid <Rif'at>" in shown
    assert text("thesis.supervisors", names=text.join(["A", "B"])) in shown
    assert VERSION in shown
    bare = words(parse(render_method(text, [scenario], {}, {})))
    assert "None" not in bare
    assert "r = " not in bare


def test_without_a_record_or_a_network_nothing_is_claimed(scenarios: dict[str, Scenario]) -> None:
    text, scenario = load_text("id"), scenarios["mobilenet"]
    shown = cells(text, scenario)
    assert shown[text("method.data")] == text("method.no_record")
    for row in ("stages", "smoothing", "augmentation", "parameters", "trained"):
        assert shown[text(f"method.{row}")] == UNKNOWN
    tree = parse(render_method(text, [scenario], {}, {}))
    assert text("column.failed") in words(piece(tree, "networks"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scenario_has_a_full_column(language: str, scenarios: dict[str, Scenario]) -> None:
    """No key of the texts is left as it stands, whatever the recipe."""
    text, asked = load_text(language), list(scenarios.values())
    records = {slug: record(scenario) for slug, scenario in scenarios.items()}
    networks = dict.fromkeys(scenarios, NETWORK)

    tree = parse(render_method(text, asked, networks, records))

    shown = words(tree)
    assert [kind for kind in ("method.", "stage.w", "stage.f", "scenario.") if kind in shown] == []
    body = next(tree.iter("tbody"))
    assert {len(list(row)) for row in body} == {1 + len(asked)}
    assert all(words(cell) for cell in body.iter("td"))


def test_a_cached_stage_says_what_it_saw(scenarios: dict[str, Scenario]) -> None:
    """Its versions are made once, the first of them plain: the augmentation row alone misleads."""
    text, scenario = load_text("en"), scenarios["vgg16_se"]
    training = record(scenario)

    warm_up, tuning, *_ = cells(text, scenario, record=training)[text("method.stages")].split(
        text.word("stage", "fine-tuning")
    )

    assert text("method.stage.plain") in warm_up
    assert text("method.stage.versions", versions=2) in tuning


@pytest.mark.parametrize("language", LANGUAGES)
def test_frozen_and_trained_layers_are_told_apart_in_words(
    language: str, scenarios: dict[str, Scenario]
) -> None:
    text, scenario = load_text(language), scenarios["vgg16_se"]
    tree = parse(render_method(text, [scenario], {scenario.slug: NETWORK}, {}))
    rows = list(next(tree.iter("article")).iter("li"))
    assert [words(piece(row, "state")) for row in rows] == [
        text("method.frozen"),
        text("method.learns"),
    ]
    assert "block1_conv1 … block1_conv2" in words(rows[0])
    assert "64 \N{MULTIPLICATION SIGN} 64 \N{MULTIPLICATION SIGN} 64" in words(rows[0])
    assert pieces(tree, "se-steps")


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_precisions_are_joined_in_the_language(
    language: str, scenarios: dict[str, Scenario]
) -> None:
    text, scenario = load_text(language), scenarios["vgg16_se"]
    changed = record(scenario)
    for row, precision in zip(changed["history"], ("float32", "mixed_bfloat16"), strict=False):
        row["precision"] = precision

    shown = cells(text, scenario, network=NETWORK, record=changed)[text("method.batch")]

    assert shown == f"64; {text.join(['float32', 'mixed_bfloat16'])}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_has_a_name_in_the_page_s_language(
    scenarios: dict[str, Scenario], language: str
) -> None:
    text = load_text(language)
    names = {stage.name for item in scenarios.values() for stage in item.recipe.stages}
    assert {name for name in names if f"stage.{name}" not in text} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stage_s_own_augmentation_is_told(scenarios: dict[str, Scenario], language: str) -> None:
    text, scenario = load_text(language), scenarios["vgg16_frozen"]
    flip, turn = (
        text(f"method.augmentation.{name}", strength="10°") for name in ("flip", "rotation")
    )
    told = text("method.stage.augmentation", change=f"{flip}, {turn}")
    changed = record(scenario)
    assert told not in cells(text, scenario, record=changed)[text("method.stages")]
    changed["recipe"]["stages"][0]["augmentation"] = asdict(Augmentation(rotation=10 / 360))
    assert told in cells(text, scenario, record=changed)[text("method.stages")]
