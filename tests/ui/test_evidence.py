"""The evidence page shows what the files hold, all of it in the page's language."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scenarios import Scenario
from tests.toys import toy_scenario
from tests.ui.markup import parse, piece, pieces, style, words
from tests.ui.studies import ABLATION, BENCHMARK, REGIONS, SIGNED, figure
from ui.charts import learning_curve, reliability
from ui.evidence import render_evidence
from ui.findings import read_of_weights
from ui.results import BROKEN
from ui.text import ASSETS, LANGUAGES, load_text

EMOTIONS = ("disgust", "happy", "sad")
ONE, TWO = toy_scenario("one"), toy_scenario("two")
HISTORY = [
    {
        "stage": stage,
        "epoch": epoch,
        "accuracy": accuracy,
        "val_accuracy": accuracy - 0.05,
        "loss": 1.1 - epoch / 10,
        "val_loss": 1.2 - epoch / 10,
        "learning_rate": 0.0005 / epoch,
    }
    for stage, epoch, accuracy in (
        ("warm-up", 1, 0.41),
        ("warm-up", 2, 0.47),
        ("fine-tuning", 1, 0.52),
        ("fine-tuning", 2, 0.56),
    )
]
BINS = [
    {"low": 0.4, "high": 0.47, "n": 10, "confidence": 0.45, "accuracy": 0.3},
    {"low": 0.8, "high": 0.87, "n": 40, "confidence": 0.85, "accuracy": 0.8},
]


RESULT: dict[str, Any] = {
    "scenario": "one",
    "dataset": "mma",
    "split": "test",
    "n": 1234,
    "accuracy": figure(0.563),
    "balanced_accuracy": figure(0.524),
    "macro_f1": figure(0.398),
    "emotions": list(EMOTIONS),
    "confusion_matrix": [[30, 8, 2], [100, 700, 200], [60, 40, 94]],
    "per_class": {
        "disgust": {"recall": 0.75, "precision": 0.158, "f1": 0.261, "support": 40},
        "happy": {"recall": 0.7, "precision": 0.936, "f1": 0.801, "support": 1000},
        "sad": {"recall": 0.485, "precision": 0.318, "f1": 0.384, "support": 194},
    },
    "majority_baseline": {"emotion": "happy", "accuracy": 0.658},
    "training": {"history": HISTORY, "recipe": {"label_smoothing": 0.1}},
    "calibration": {
        "raw": {"bins": BINS, "ece": 0.07, "gap": 0.061, "brier": 0.5},
        "scaled": {"bins": BINS, "ece": 0.021, "gap": 0.01, "brier": 0.49},
        "temperature": 1.37,
        "fitted_on": "valid",
    },
    "command": "python -m models.evaluate one --data PATH",
    "date": "2026-11-22T01:02:03+00:00",
    "weights": {"sha256": "ab" * 32},
}
PAIR = {
    "first": "one",
    "second": "two",
    "difference": {"value": 0.031, "low": 0.01, "high": 0.052},
    "only_first_right": 90,
    "only_second_right": 52,
    "mcnemar_p": 0.0018,
    "holm_p": 0.0054,
    "kappa": 0.4,
}
REFERENCES = json.loads((ASSETS / "references.json").read_text("utf-8"))


# A key of the dictionary, where a word should be; the files of these names are no keys.
ROOMS = "evidence|reference|split|stage|emotion|dataset|ablation|regions?|confidence"
KEYS = rf"\b({ROOMS})\.(?!json)\w"


def comparison(**changed: Any) -> dict[str, Any]:
    pairs = [{**PAIR, **changed}]
    return {**SIGNED, "sets": {"mma/test": {"n": 1234, "pairs": pairs}}}


def page(
    language: str = "id",
    result: dict[str, Any] | None = RESULT,
    compared: dict[str, Any] | None = None,
    scenarios: tuple[Scenario, ...] = (ONE, TWO),
) -> Any:
    results = {"one": result, "two": None}
    studies = (ABLATION, REGIONS, BENCHMARK) if compared else ()
    html = render_evidence(load_text(language), scenarios, results, compared, REFERENCES, *studies)
    return parse(html)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("compared", [None, comparison()])
def test_no_key_shows_where_a_word_should(language: str, compared: Any) -> None:
    shown = words(page(language, compared=compared))
    assert not re.search(KEYS, shown)
    assert "None" not in shown
    assert "{" not in shown


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        (
            "id",
            [
                "56,3% 54,3% sampai 58,3%",
                "1.234",
                "65,8%",
                "52,4%",
                "39,8%",
                "48,5%",
            ],
        ),
        ("en", ["56.3% 54.3% to 58.3%", "1,234", "65.8%", "52.4%", "39.8%", "48.5%"]),
    ],
)
def test_measured_figures_are_shown(language: str, numbers: list[str]) -> None:
    shown = words(page(language))
    for number in numbers:
        assert number in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_measured_is_said(language: str) -> None:
    text = load_text(language)
    tree = page(language)
    (ours,) = [row for row in pieces(tree, "ours") if "two" in words(row)]
    assert text("evidence.none") in words(ours)
    assert pieces(ours, "dot") == []
    assert text("evidence.none") in words(pieces(tree, "proof")[-1])
    assert text("evidence.comparison.none") in words(tree)


def test_dot_and_band_stand_where_the_figure_says() -> None:
    row = pieces(page(), "ours")[0]
    assert style(piece(row, "dot"))["left"] == "56.30%"
    assert style(piece(row, "span")) == {"left": "54.30%", "width": "4.00%"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_balanced_accuracy_stands_beside_model_and_baseline(language: str) -> None:
    text = load_text(language)
    ours, baseline = (pieces(page(language), kind)[0] for kind in ("ours", "baseline"))
    assert text("evidence.balanced", balanced=text.percent(0.524)) in words(ours)
    assert text("evidence.balanced", balanced=text.percent(1 / 3)) in words(baseline)


def test_every_reference_names_its_source() -> None:
    rows = pieces(page("en"), "reference")
    assert len(rows) == len(REFERENCES["mma"])
    for row, reference in zip(rows, REFERENCES["mma"], strict=True):
        assert reference["source"]["en"] in words(row)


def test_confusion_counts_and_shares() -> None:
    cells = [cell for cell in piece(page("en"), "confusion").iter("td") if cell.get("title")]
    assert len(cells) == 9
    assert words(cells[0]) == "75% 30"
    assert cells[0].get("title") == "Disgust answered Disgust: 30 of 40 images"
    assert words(cells[5]) == "20% 200"
    assert style(cells[5])["--share"] == "0.200"


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        (
            {},
            ["More than chance", "one is 3.1 percentage points ahead of two", "1.0 to 5.2",
             "Only one is right on 90", "only two on 52", "p = 0.005"],
        ),
        (
            {"difference": {"value": -0.031, "low": -0.052, "high": -0.01}},
            ["two is 3.1 percentage points ahead of one", "1.0 to 5.2",
             "Only two is right on 52", "only one on 90"],
        ),
        ({"holm_p": 0.2}, ["Chance may explain", "p = 0.200"]),
        ({"holm_p": 1e-9}, ["More than chance", "p < 0.001"]),
    ],
)  # fmt: skip
def test_a_pair_is_read_out(changed: dict[str, Any], parts: list[str]) -> None:
    compared = piece(page("en", compared=comparison(**changed)), "comparisons")
    shown = words(piece(compared, "pairs"))
    for part in parts:
        assert part in shown


def test_calibration_says_which_way_it_errs() -> None:
    assert "6.1 percentage points above" in words(page("en"))
    assert "temperature of 1.37, fitted on valid, the error is 2.1" in words(page("en"))
    modest = copy.deepcopy(RESULT)
    modest["calibration"]["raw"]["gap"] = -0.04
    del modest["calibration"]["scaled"]
    shown = words(page("en", modest))
    assert "4.0 percentage points below" in shown
    assert "temperature of" not in shown


def test_results_without_a_training_record_still_show() -> None:
    lean = {name: value for name, value in RESULT.items() if name != "calibration"}
    tree = page(result={**lean, "training": None})
    assert pieces(tree, "confusion")
    assert pieces(tree, "chart") == []


def test_learning_curve_draws_each_recorded_epoch() -> None:
    tree = parse(learning_curve(load_text("en"), HISTORY, "in words"))
    for kind in ("train", "valid"):
        line = next(line for line in tree.iter("polyline") if line.get("class") == kind)
        points = [tuple(map(float, point.split(","))) for point in line.get("points", "").split()]
        assert len(points) == 4
        assert [x for x, _ in points] == sorted(x for x, _ in points)
        assert [y for _, y in points] == sorted((y for _, y in points), reverse=True)  # it rises
    assert len([line for line in tree.iter("line") if line.get("class") == "stage"]) == 1
    assert next(tree.iter("svg")).get("aria-label") == "in words"


def test_one_epoch_is_a_curve_too() -> None:
    tree = parse(learning_curve(load_text("en"), HISTORY[:1], "short"))
    assert len(list(tree.iter("circle"))) == 2


def test_reliability_has_a_disc_and_a_row_for_each_bin() -> None:
    tree = parse(reliability(load_text("en"), BINS))
    few, many = (float(disc.get("r", 0)) for disc in tree.iter("circle"))
    assert few < many
    rows = [words(row) for row in next(tree.iter("tbody"))]
    assert rows == ["45.0% 30.0% 10", "85.0% 80.0% 40"]


def test_titles_are_escaped() -> None:
    hostile = toy_scenario("<script>alert(1)</script>")
    html = render_evidence(load_text("en"), [hostile], {}, None, {})
    assert "<script" not in html


def test_comparison_of_other_weights_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "comparison.json"
    assert read_of_weights({"one": "aa"}, path) is None
    path.write_text(json.dumps({**comparison(), "weights": {"one": "aa", "two": "bb"}}))
    assert read_of_weights({"one": "aa", "two": "bb", "three": "cc"}, path)
    assert read_of_weights({"one": "aa", "two": "00"}, path) is None
    assert read_of_weights({"one": "aa"}, path) is None
    for broken in ("", "{", "[]", "null", "{}"):
        path.write_text(broken)
        with pytest.raises(BROKEN):
            read_of_weights({"one": "aa"}, path)
