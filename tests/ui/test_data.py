"""The page about the data says what data.json says, and nothing where it says nothing."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from models.study.disagreement import Disagreement
from tests.ui.markup import parse, piece, pieces, style, words
from ui.data import render_data
from ui.data_page import read_data
from ui.doubtful import Contradicted
from ui.text import LANGUAGES, load_text

COPIES = {
    "pictures": 40, "images": 97, "conflicting": 10, "conflicting_images": 25,
    "wrong_at_least": 13, "pairs": [["fear", "surprise", 7], ["angry", "sad", 3]],
}  # fmt: skip


def split(name: str, happy: int, sad: int, **more: Any) -> dict[str, Any]:
    counts = {"happy": happy, "sad": sad}
    return {
        "name": name,
        "n": happy + sad,
        "by_class": counts,
        "grey": sad,
        "copies": COPIES,
        **more,
    }


def part(word: str) -> dict[str, Any]:
    counted = {"n": 50, "by_class": {"happy": 45, "sad": 5}, "grey": 4}
    return {"fer2013": counted, "expw": {**counted, "words": {"happy": {word: 3, "awe": 1}}}}


SEEN = {"also_in_train": 288, "in_train_as_another": 9}
COUNTED: dict[str, Any] = {
    "datasets": {
        "fer2013": {
            "classes": ["happy", "sad"],
            "splits": {
                "train": split("Training", 3_000, 1_000),
                "valid": split("PublicTest", 300, 100, **SEEN),
                "test": split("PrivateTest", 240, 160, **SEEN),
            },
            "copies": COPIES,
        },
        "mma": {
            "classes": ["happy", "sad"],
            "splits": {
                "train": split("train", 90, 10, parts=part("amazed")),
                "valid": split("valid", 80, 20, **SEEN, parts=part("mad")),
                "test": split("test", 70, 30, **SEEN, parts=part("crying")),
            },
            "copies": COPIES,
        },
    },
    "command": "python -m models.describe_data --data PATH --data PATH2",
    "date": "2026-11-25T03:00:00+00:00",
}
CONTRADICTED = {
    "fer2013": Contradicted(
        "vgg16_se",
        "scenario.vgg16_se.title",
        Disagreement(3_589, 226, 12, (("fear", "surprise", 8), ("sad", "neutral", 4))),
    )
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bar_a_class_with_its_number_and_share(language: str) -> None:
    text = load_text(language)
    first, *_ = pieces(parse(render_data(text, COUNTED, {})), "distribution")
    happy, sad = (row for row in first.iter("li") if row.get("class") == "ours")
    assert words(happy) == f"{text('emotion.happy')} {text.number(3_000)} {text.percent(0.75)}"
    assert words(sad) == f"{text('emotion.sad')} {text.number(1_000)} {text.percent(0.25)}"
    assert style(piece(happy, "span")) == {"left": "0.00%", "width": "75.00%"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_stands_under_its_file_and_command(language: str) -> None:
    text = load_text(language)
    tree = parse(render_data(text, COUNTED, CONTRADICTED))
    file, command = "assets/results/data.json", COUNTED["command"]
    origin = text("evidence.file", file=file, command=command, date="2026-11-25")
    figures = [
        card for card in pieces(tree, "proof") if pieces(card, "distribution")
        or pieces(card, "classes") or pieces(card, "pairs") or pieces(card, "limits")
    ]  # fmt: skip
    assert len(figures) == 7
    assert all(origin in words(card) for card in figures)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_left_as_it_stands(language: str) -> None:
    text = load_text(language)
    shown = words(parse(render_data(text, COUNTED, CONTRADICTED)))
    left = ("data.c", "data.n", "data.l", "dataset.", "emotion.")
    assert [key for key in left if key in shown] == []
    assert "{" not in shown


def test_copies_within_and_across() -> None:
    text = load_text("id")
    tables = pieces(parse(render_data(text, COUNTED, {})), "classes")
    rows = [[words(cell) for cell in row] for row in tables[1].iter("tr")][1:]
    assert rows[0] == ["Training", "4.000", "97 (2,4%)", "\N{EN DASH}"]
    assert rows[2] == ["PrivateTest", "400", "97 (24,2%)", "288 (72,0%)"]
    sentence = text("data.copies.exam", n="288", split="PrivateTest", another="9")
    assert sentence in words(parse(render_data(text, COUNTED, {})))


def test_where_mma_s_images_come_from() -> None:
    text = load_text("en")
    table, *_ = pieces(parse(render_data(text, COUNTED, {})), "classes")
    rows = [[words(cell) for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["Split", "Origin", "Images", "Happy", "Sad", "Grey"]
    assert rows[1:3] == [
        ["train", "FER-2013", "50", "45", "5", "4"],
        ["train", "ExpW", "50", "45", "5", "4"],
    ]
    assert len(rows) == 7


def test_conflicting_copies_and_their_labels() -> None:
    shown = words(parse(render_data(load_text("en"), COUNTED, {})))
    assert "40 pictures occur more than once, 97 copies in all." in shown
    assert "10 of these pictures (25.0%) carry more than one label" in shown
    assert "at least 13 copies are certainly mislabelled" in shown
    assert "Fear and Surprise: 7\N{MULTIPLICATION SIGN}" in shown


def test_confident_disagreement_of_the_network_that_answered() -> None:
    text = load_text("en")
    fer, mma = (
        words(card)
        for card in pieces(parse(render_data(text, COUNTED, CONTRADICTED)), "proof")
        if text("data.noise.network.title") in words(card)
    )
    assert "VGG16 + SE (proposal)" in fer
    assert "226 of 3,589 PrivateTest images with a confidence above 90%" in fer
    assert "On 12 of these" in fer
    assert "Labelled Fear, answered Surprise: 8\N{MULTIPLICATION SIGN}" in fer
    assert "assets/results/answers/vgg16_se.npz" in fer
    assert text("data.noise.network.none") in mma


def test_limits_carry_their_own_figures() -> None:
    limits = words(piece(parse(render_data(load_text("en"), COUNTED, {})), "limits"))
    assert "always answering Happy is right on 60.0% of FER-2013 PrivateTest" in limits
    assert "always answering Happy is right on 70.0% of MMA test" in limits
    assert "train: amazed (75%) and awe (25%); valid: mad (75%)" in limits
    assert "48 \N{MULTIPLICATION SIGN} 48" in limits


def test_without_parts_nothing_is_said_of_search_words() -> None:
    counted = copy.deepcopy(COUNTED)
    for each in counted["datasets"]["mma"]["splits"].values():
        del each["parts"]
    shown = words(parse(render_data(load_text("en"), counted, {})))
    assert "keyword by keyword" not in shown
    assert "Where MMA" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_uncounted_is_said_so_and_the_licences_stay(language: str) -> None:
    text = load_text(language)
    tree = parse(render_data(text, None, {}))
    assert text("data.none") in words(tree)
    assert text("data.licence.mma") in words(tree)
    assert pieces(tree, "distribution") == []


@pytest.mark.parametrize("content", [None, "", "{", "[]", "null", "{}", '{"datasets": {}}'])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "data.json"
    if content is not None:
        path.write_text(content, "utf-8")
    assert read_data(path) is None


def test_the_file_in_the_tree_fills_the_page() -> None:
    counted = read_data()
    assert counted is not None
    shown = words(parse(render_data(load_text("id"), counted, {})))
    for number in ("28.709", "44.046", "288", "225", "24,5%", "65,8%"):
        assert number in shown
    assert json.dumps(counted).count("NaN") == 0
