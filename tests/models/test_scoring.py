"""The figures of a test set are the exam's figures."""

from __future__ import annotations

import numpy as np
import pytest

from models.compare import Answer, Failure, Prediction
from models.photos import Photo, Problem
from models.scoring import score
from models.study.metrics import intervals
from scenarios import EMOTIONS
from tests.toys import toy_scenario

THREE = toy_scenario("three", ("sad", "disgust", "happy"))  # not in the order of EMOTIONS
SEVEN = toy_scenario("seven", EMOTIONS)


def photo(truth: str | None, *answers: Answer, problem: bool = False) -> Photo:
    return Photo("x", truth, answers, problem=Problem("image.empty", {}, "") if problem else None)


def says(slug: str, best: str, emotions: tuple[str, ...]) -> Prediction:
    rest = 0.4 / (len(emotions) - 1)
    shares = {e: 0.6 if e == best else rest for e in EMOTIONS if e in emotions}
    return Prediction(slug, shares, 1.0)


def three(best: str) -> Prediction:
    return says("three", best, THREE.emotions)


def test_figures_are_those_of_the_confusion_matrix() -> None:
    answered = (
        [("happy", "happy")] * 6 + [("happy", "sad")] * 2 + [("sad", "sad")] + [("sad", "disgust")]
    )
    found = score(THREE, [photo(truth, three(best)) for truth, best in answered])

    assert found is not None
    assert found.emotions == ("disgust", "happy", "sad")
    assert found.confusion.tolist() == [[0, 0, 0], [0, 6, 2], [1, 0, 1]]
    assert (found.n, found.commonest, found.baseline) == (10, "happy", 0.8)
    assert found.accuracy.value == pytest.approx(0.7)
    assert found.balanced_accuracy.value == pytest.approx((0.75 + 0.5) / 2)
    assert found.accuracy == intervals(np.array(found.confusion), 0)["accuracy"]
    assert found.accuracy.low < 0.7 < found.accuracy.high


def test_an_emotion_the_scenario_does_not_know_is_left_out_and_counted() -> None:
    photos = [photo(truth, three("happy")) for truth in ("fear", "happy", "angry", "fear")]
    found = score(THREE, photos)

    assert found is not None
    assert found.n == 1
    assert found.left_out == {"angry": 1, "fear": 2}

    full = score(SEVEN, [photo("fear", says("seven", "fear", EMOTIONS))])
    assert full is not None
    assert (full.n, full.left_out) == (1, {})


def test_photos_without_truth_or_answer_have_no_part() -> None:
    photos = [
        photo(None, three("happy")),
        photo("happy", problem=True),
        photo("sad", Failure("three", "crashed", {}, "")),
        photo("happy", three("happy")),
    ]
    found = score(THREE, photos)

    assert found is not None
    assert (found.n, found.failed) == (1, 1)
    assert score(THREE, photos[:3]) is None
    assert score(THREE, []) is None


def test_the_other_scenarios_answers_do_not_count() -> None:
    found = score(SEVEN, [photo("happy", three("happy"), says("seven", "sad", EMOTIONS))])

    assert found is not None
    assert found.accuracy.value == 0
