"""One frame of a camera: read, refused or let go, and never a crash."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.compare import Answer, Failure, Prediction
from models.faces import Face
from scenarios import EMOTIONS, Scenario
from tests.toys import COLOURS, toy_scenario
from tests.ui.markup import parse, piece, pieces, words
from ui.live import AT_ONCE, LONGEST, STATES, FrameReader, render_live
from ui.pictures import data_uri
from ui.results import Measured, OfClass
from ui.text import LANGUAGES, load_text

FRAME = data_uri(Image.new("RGB", (320, 240), (90, 90, 90)), "jpeg")
CROP = np.zeros((80, 80, 3), dtype=np.uint8)
FOUND = Face((80, 60, 80, 120), 0.99, True, CROP, ())
GLAD = {"disgust": 0.1, "happy": 0.85, "sad": 0.05}
MEASURED = Measured(
    0.6, 0.5, 0.7, 100, "mma", "test", 0.6, "happy", 0.3, {"happy": OfClass(0.47, 0.94)}
)


class Finder:
    def __init__(self, *faces: Face):
        self.faces = list(faces)

    def find(self, image: Image.Image) -> list[Face]:
        assert image.size == (320, 240)
        return self.faces


class Models:
    """What FrameReader asks of the engine."""

    def __init__(self) -> None:
        self.scenarios: dict[str, Scenario] = {
            slug: toy_scenario(slug, EMOTIONS if slug == "seven" else tuple(COLOURS))
            for slug in ("three", "seven", "broken")
        }

    def compare(self, crops: list[np.ndarray], slugs: list[str]) -> list[list[Answer]]:
        assert crops[0] is CROP
        said: dict[str, Answer] = {
            "three": Prediction("three", GLAD, 1.0),
            "seven": Prediction("seven", {"angry": 0.6, **GLAD}, 1.0),
            "broken": Failure("broken", "crashed", {"problem": "?"}, "?"),
        }
        return [[said[slug] for slug in slugs]]


def reader(*faces: Face) -> FrameReader:
    return FrameReader(Models(), Finder(*faces), {"three": MEASURED})  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_frame_is_answered_in_the_page_s_language(language: str) -> None:
    text = load_text(language)

    said = reader(FOUND).read(text, {"frame": FRAME, "slugs": ["three", "broken", "?"]})

    assert said["face"] == [0.25, 0.25, 0.25, 0.5]
    assert list(said["answers"]) == ["three", "broken"]
    three = said["answers"]["three"]
    assert (three["best"], three["top"]) == ("happy", text.emotion("happy"))
    assert three["bars"]["happy"] == [0.85, text.percent(0.85)]
    assert text.percent(0.94, 0) in three["known"]
    assert said["answers"]["broken"]["failed"] == text("error.weights.crashed", problem="?")
    assert said["spoken"] == text("live.spoken", model="three", emotion=text.emotion("happy"))
    json.dumps(said)


def test_of_a_model_without_figures_nothing_is_claimed() -> None:
    said = reader(FOUND).read(load_text("id"), {"frame": FRAME, "slugs": ["seven"]})
    assert said["answers"]["seven"]["known"] == ""


def test_a_frame_without_a_face_says_so() -> None:
    whole = Face((40, 0, 240, 240), 0.0, False, CROP, ())
    said = reader(whole).read(load_text("id"), {"frame": FRAME, "slugs": ["three"]})
    assert said == {"state": "no_face"}


@pytest.mark.parametrize(
    "asked",
    [
        None,
        7,
        "text",
        [],
        {},
        {"frame": FRAME},
        {"frame": None, "slugs": ["three"]},
        {"frame": FRAME, "slugs": 3},
        {"frame": "data:image/jpeg;base64,%%%", "slugs": ["three"]},
        {"frame": "data:image/jpeg;base64,QUJD", "slugs": ["three"]},
        {"frame": "", "slugs": ["three"]},
        {"frame": "A" * (LONGEST + 1), "slugs": ["three"]},
    ],
    ids=repr,
)
def test_whatever_is_sent_is_answered(asked: Any) -> None:
    assert reader(FOUND).read(load_text("id"), asked) == {"state": "broken"}


def test_no_model_chosen_is_said() -> None:
    said = reader(FOUND).read(load_text("id"), {"frame": FRAME, "slugs": []})
    assert said == {"state": "no_model"}


def test_frames_do_not_pile_up_and_the_turn_comes_back() -> None:
    text, asked = load_text("id"), {"frame": FRAME, "slugs": ["three"]}
    shared = reader(FOUND)
    inside, go_on = threading.Semaphore(0), threading.Event()

    def slow(_: Image.Image) -> list[Face]:
        inside.release()
        go_on.wait(30)
        return [FOUND]

    shared.finder.find = slow  # type: ignore[method-assign, assignment]
    threads = [threading.Thread(target=shared.read, args=(text, asked)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert inside.acquire(timeout=30)
    assert shared.read(text, asked) == {"state": "crowd"}
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert "answers" in shared.read(text, asked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_words_for_every_state_and_a_place_for_every_answer(language: str) -> None:
    text = load_text(language)
    scenarios = list(Models().scenarios.values())

    tree = parse(render_live(text, scenarios, {"three": MEASURED}, {"broken": "no <file>"}))

    said = json.loads(piece(tree, "live").get("data-words") or "")
    assert {said[state] for state in STATES} == {text(f"live.{state}") for state in STATES}
    columns = pieces(tree, "scenario")
    assert [column.get("data-scenario") for column in columns] == ["three", "seven", "broken"]
    assert [len(pieces(column, "top")) for column in columns] == [1, 1, 0]
    assert "no <file>" in words(columns[2])
    ticks = [tick.get("value") for tick in tree.iter("input")]
    assert ticks == ["three", "seven"], "what cannot answer cannot be chosen"
    assert text("live.consent") in words(tree)
