"""What the page of one's own test set shows, in both languages."""

from __future__ import annotations

import errno
from pathlib import Path

import gradio as gr
import numpy as np
import pytest

from models.compare import Answer, Failure, Prediction
from models.faces import FaceFinder
from models.photos import Photo, Problem, Upload
from models.scoring import Score
from models.study.metrics import Interval
from scenarios import EMOTIONS
from tests.toys import coloured, encoded, toy_scenario, twins_and_another
from tests.ui.markup import parse, piece, pieces, style, words
from ui import own_test_page
from ui.own_test import folder_labels, render_intro, render_progress, render_scores
from ui.own_test_page import OwnTestPage
from ui.text import LANGUAGES, load_text
from ui.uploads import Uploads

THREE, OTHER = toy_scenario("three"), toy_scenario("other")
SEVEN = toy_scenario("seven", EMOTIONS)
SCORE = Score(
    scenario="three",
    emotions=("disgust", "happy", "sad"),
    confusion=np.array([[10, 0, 0], [5, 80, 15], [0, 4, 6]]),
    accuracy=Interval(0.8, 0.73, 0.86),
    balanced_accuracy=Interval(0.8001, 0.69, 0.9),
    commonest="happy",
    baseline=0.8333,
    left_out={"angry": 7, "fear": 2},
    failed=3,
)


def photo(name: str = "test/happy/1.png", truth: str | None = "happy", *answers: Answer) -> Photo:
    return Photo(name, truth, answers)


def test_folders_are_known_in_both_languages() -> None:
    labels = folder_labels()

    assert len(labels) == 2 * len(EMOTIONS)
    assert set(labels.values()) == set(EMOTIONS)
    for word, emotion in {"angry": "angry", "marah": "angry", "jijik": "disgust", "takut": "fear",
                          "senang": "happy", "sedih": "sad", "terkejut": "surprise",
                          "netral": "neutral", "neutral": "neutral"}.items():  # fmt: skip
        assert labels[word] == emotion


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_intro_names_folders_and_limits(language: str) -> None:
    text = load_text(language)
    shown = words(parse(render_intro(text)))

    assert all(name in shown for name in folder_labels())
    assert "30 MB" in shown
    assert text.number(5000) in shown


@pytest.mark.parametrize(
    ("language", "done", "seconds", "shown"),
    [
        ("id", 0, 0.0, "0 dari 1.200 foto"),
        ("id", 300, 20.0, "300 dari 1.200 foto sekitar 60 detik lagi"),
        ("id", 300, 100.0, "300 dari 1.200 foto sekitar 5 menit lagi"),
        ("en", 300, 100.0, "300 of 1,200 photos about 5 min left"),
        ("en", 1200, 100.0, "1,200 of 1,200 photos about 1 s left"),
    ],
)
def test_progress_says_how_far_and_how_long(
    language: str, done: int, seconds: float, shown: str
) -> None:
    tree = parse(render_progress(load_text(language), done, 1200, seconds))

    assert words(tree) == shown
    (bar,) = tree.iter("progress")
    assert (bar.get("value"), bar.get("max")) == (str(done), "1200")
    assert bar.get("aria-label")


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_stand_on_one_scale_with_their_baseline_and_in_words(language: str) -> None:
    text = load_text(language)
    tree = parse(render_scores(text, [THREE], [SCORE], [photo()]))

    row = piece(tree, "ours")
    assert style(piece(row, "span"))["left"] == "73.00%"
    assert style(piece(row, "span"))["width"] == "13.00%"
    assert text.percent(0.8) in words(row)
    assert text("own.scores.n", n="120") in words(row)
    assert text.percent(0.8333) in words(piece(tree, "baseline"))
    shown = words(piece(tree, "proof"))
    for figure in (0.8, 0.73, 0.86, 0.8001, 0.69, 0.9, 0.8333):
        assert text.percent(figure) in shown
    left_out = f"{text.emotion('angry')} 7, {text.emotion('fear')} 2"
    assert text("own.score.left_out", count="9", emotions=left_out) in shown
    assert text("own.score.failed", count="3") in shown
    cells = [words(cell) for cell in piece(tree, "confusion").iter("td")][1:]
    assert cells[:3] == ["100% 10", "0% 0", "0% 0"]
    assert text("own.scores.few", least=30) not in words(tree)


def test_scenarios_are_ranked_with_those_of_as_many_classes() -> None:
    text = load_text("id")
    tree = parse(render_scores(text, [SEVEN, THREE, OTHER], [None, SCORE, SCORE], [photo()]))

    seven, three = pieces(tree, "ranking")
    assert [words(h) for h in tree.iter("h3")][:2] == ["7 kelas", "3 kelas"]
    assert [len(pieces(group, "ours")) for group in (seven, three)] == [1, 2]
    assert len(pieces(three, "baseline")) == 1, "one baseline for both"
    assert text("own.scores.none") in words(seven)


def test_a_model_that_cannot_answer_says_so() -> None:
    text = load_text("id")
    failure = Failure("three", "not_loaded", {}, "")
    tree = parse(render_scores(text, [THREE], [None], [photo("a", "happy", failure)]))
    assert text("column.failed") in words(piece(tree, "proof"))

    answer = Prediction("three", {"happy": 1.0}, 1.0)
    tree = parse(render_scores(text, [THREE], [None], [photo("a", "fear", answer)]))
    assert text("own.scores.none") in words(piece(tree, "proof"))


def test_few_photos_are_said_to_be_few() -> None:
    few = Score(**{**vars(SCORE), "confusion": np.eye(3, dtype=int)})
    shown = words(parse(render_scores(load_text("en"), [THREE], [few], [photo()])))

    assert load_text("en")("own.scores.few", least=30) in shown


def test_without_truth_there_are_no_figures() -> None:
    text = load_text("id")
    bad = Photo("happy/x.png", "happy", problem=Problem("image.empty", {}, ""))
    html = render_scores(text, [THREE], [None], [photo("a.png", None), bad])

    assert words(parse(html)) == text("own.no_truth")


def test_folders_that_say_nothing_are_named_and_escaped() -> None:
    text = load_text("en")
    photos = [photo(), photo("a.png", None), *(photo(f"<b>{n}/a.png", None) for n in range(10))]
    shown = words(parse(render_scores(text, [THREE], [SCORE], photos)))

    names = ["no folder", *(f"<b>{n}" for n in range(7)), "3 more folders"]
    assert text("own.unknown_folders", count="11", names=", ".join(names)) in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_disk_without_room_for_the_csv_leaves_the_results_and_the_button(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    text = load_text(language)
    uploads = Uploads(tmp_path / "uploads")
    page = OwnTestPage(text, twins_and_another(tmp_path), FaceFinder(), uploads)
    picture = tmp_path / "face.png"
    picture.write_bytes(encoded(coloured("happy", np.random.default_rng(0)), ".png"))
    monkeypatch.setattr(own_test_page, "save_bytes_to_cache", full)
    page.csv = gr.DownloadButton()

    *_, last = page.read([Upload(picture, "face.png")], None)

    notice, start, _, results, scores, csv, *_ = last
    assert text("own.no_csv") in words(parse(f"<main>{notice}</main>"))
    assert start.interactive
    assert results.visible
    assert "hasil" in scores
    assert csv is None
