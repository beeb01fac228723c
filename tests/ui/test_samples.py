"""Samples of an exam: which are drawn, who is asked, what is remembered, what stays closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.compare import Answer, Engine
from models.study.answers import Answers, fingerprint
from models.study.datasets import DatasetError, load_split
from tests.models.study.test_datasets import fer_pictures
from tests.toys import COLOURS, coloured, mma_pictures, store, toy_scenario, write_files
from ui.samples import MOST_READ, SHOWN, ExamSamples, Kept, find_own_copy

THREE = tuple(COLOURS)
SEVEN = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


class CountingEngine(Engine):
    """Counts the images that each scenario is asked about."""

    def compare(
        self, crops: Sequence[np.ndarray], slugs: Sequence[str] | None = None
    ) -> list[list[Answer]]:
        for slug in slugs if slugs and crops else ():
            self.asked[slug] = self.asked.get(slug, 0) + len(crops)
        return super().compare(crops, slugs)

    asked: dict[str, int]


@pytest.fixture
def engine(tmp_path: Path) -> CountingEngine:
    """A toy that knows MMA's classes and sees by colour, one of seven classes that always takes
    red for angry, and one without weights."""
    seven = toy_scenario("seven", SEVEN)
    toys = {
        "three": toy_scenario("three"),
        "seven": replace(seven, recipe=replace(seven.recipe, dataset="fer2013")),
        "absent": toy_scenario("absent"),
    }
    for slug in ("three", "seven"):
        store(toys[slug], tmp_path / "weights")
    engine = CountingEngine(tmp_path / "weights", toys)
    engine.load()
    engine.asked = {}
    return engine


@pytest.fixture
def mma(tmp_path: Path) -> Path:
    """20 test images a class in their colour; Happy.20 and Happy.21 are blue, so "sad" to toys."""
    rng = np.random.default_rng(7)
    pictures = mma_pictures(each=20)
    pictures |= {f"MMAFEDB/test/happy/Happy.{n}.jpg": coloured("sad", rng) for n in (20, 21)}
    return write_files(tmp_path / "mma", pictures)


@pytest.fixture
def samples(engine: CountingEngine, mma: Path) -> ExamSamples:
    return ExamSamples(engine, "mma", mma, {})


def test_nothing_is_read_before_it_is_asked_for(engine: CountingEngine, tmp_path: Path) -> None:
    ExamSamples(engine, "mma", tmp_path / "nowhere", {})


def test_a_page_holds_each_image_s_label_and_every_answer(samples: ExamSamples) -> None:
    drawn = samples.draw(0)
    assert (len(drawn.samples), drawn.first, drawn.last, drawn.total) == (SHOWN, 1, SHOWN, 62)
    for sample in drawn.samples:
        assert sample.image.shape == (48, 48, 3)
        assert list(sample.said) == ["three", "seven", "absent"]
        assert sample.said["absent"] is None
        said = sample.said["three"]
        assert said is not None
        assert 1 / 3 < said.probability <= 1
        colour = THREE[int(sample.image.mean(axis=(0, 1)).argmax())]
        assert said.emotion == colour
    assert len({sample.label for sample in drawn.samples}) > 1, "they are shuffled"


def test_pages_follow_each_other_and_begin_again(samples: ExamSamples) -> None:
    names: list[str] = []
    start = 0
    while start < 62:
        drawn = samples.draw(start)
        names += [sample.name for sample in drawn.samples]
        assert drawn.first == start + 1
        start = drawn.last
    assert len(names) == len(set(names)) == 62
    again = samples.draw(start)
    assert [sample.name for sample in again.samples] == names[:SHOWN]
    assert again.first == 1


@pytest.mark.parametrize("emotion", THREE)
def test_only_the_class_that_is_asked_for(samples: ExamSamples, emotion: str) -> None:
    drawn = samples.draw(0, emotion)
    assert {sample.label for sample in drawn.samples} == {emotion}
    assert drawn.total == (22 if emotion == "happy" else 20)


def test_only_what_a_scenario_got_wrong(samples: ExamSamples) -> None:
    drawn = samples.draw(0, wrong_by="three")
    assert {sample.name for sample in drawn.samples} == {"Happy.20.jpg", "Happy.21.jpg"}
    assert (drawn.first, drawn.last, drawn.total) == (1, 62, 62)
    assert {sample.label for sample in samples.draw(0, "happy", "three").samples} == {"happy"}
    assert samples.draw(0, "sad", "three").samples == ()


def test_a_full_page_of_wrong_answers_stops_where_the_next_one_begins(samples: ExamSamples) -> None:
    """The seven-class toy takes red, green and blue for angry, disgust and fear: always wrong."""
    first = samples.draw(0, "sad", "seven")
    second = samples.draw(first.last, "sad", "seven")
    assert (len(first.samples), first.last, len(second.samples)) == (SHOWN, SHOWN, 20 - SHOWN)
    assert not {s.name for s in first.samples} & {s.name for s in second.samples}


def test_networks_read_an_image_once_and_a_limited_number_at_a_time(
    engine: CountingEngine, tmp_path: Path
) -> None:
    folder = write_files(tmp_path / "large", mma_pictures(each=60))
    samples = ExamSamples(engine, "mma", folder, {})
    drawn = samples.draw(0, wrong_by="three")
    assert (drawn.samples, drawn.last, drawn.total) == ((), MOST_READ, 180)
    assert engine.asked == {"three": MOST_READ}, "the others need not answer what is not shown"
    following = samples.draw(drawn.last, wrong_by="three")
    assert (following.first, following.last) == (MOST_READ + 1, 180)
    samples.draw(0, wrong_by="three")
    assert engine.asked["three"] == 180


def kept_by(mma: Path, emotion: str, emotions: tuple[str, ...] = THREE) -> Kept:
    """Answers kept of "three": always this emotion, at 0.8."""
    split = load_split(mma, "mma", "test", THREE)
    shares = np.full((len(split), len(emotions)), 0.1, dtype=np.float32)
    shares[:, emotions.index(emotion)] = 0.8
    images = np.array([fingerprint(name) for name in split.hashes()])
    return {"three": {"mma/test": Answers(emotions, shares, split.labels, images)}}


def test_kept_answers_save_the_network_s(engine: CountingEngine, mma: Path) -> None:
    samples = ExamSamples(engine, "mma", mma, kept_by(mma, "sad"))
    drawn = samples.draw(0, "happy", "three")
    assert len(drawn.samples) == SHOWN
    for sample in drawn.samples:
        said = sample.said["three"]
        assert said is not None
        assert (said.emotion, round(said.probability, 6)) == ("sad", 0.8)
    assert "three" not in engine.asked


def test_answers_kept_among_other_emotions_are_not_taken(engine: CountingEngine, mma: Path) -> None:
    samples = ExamSamples(engine, "mma", mma, kept_by(mma, "sad", ("disgust", "sad", "happy")))
    assert len(samples.draw(0, "happy", "three").samples) == 2
    assert engine.asked["three"] == 22


def test_a_class_that_a_scenario_does_not_know_cannot_be_wrong(
    engine: CountingEngine, tmp_path: Path
) -> None:
    samples = ExamSamples(engine, "fer2013", write_files(tmp_path / "fer", fer_pictures()), {})
    assert samples.classes == SEVEN
    assert samples.draw(0).total == 7
    assert samples.draw(0, wrong_by="three").total == 3
    assert samples.draw(0, "angry", "three").total == 0
    assert samples.draw(0, "angry", "seven").total == 1


def test_a_dataset_that_is_gone_is_refused(engine: CountingEngine, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="does not exist"):
        ExamSamples(engine, "mma", tmp_path / "nowhere", {}).draw(0)


def test_each_dataset_is_found_where_it_is_first_named(mma: Path, tmp_path: Path) -> None:
    fer = write_files(tmp_path / "fer", fer_pictures())
    own = find_own_copy([fer, mma, mma / "MMAFEDB"], open_to_others=False)
    assert own.exams == {"fer2013": fer, "mma": mma}
    assert (own.closed, own.problems) == (None, ())


def test_without_a_copy_or_with_strangers_the_samples_stay_closed(
    mma: Path, tmp_path: Path
) -> None:
    empty, nowhere = tmp_path / "empty", tmp_path / "nowhere"
    empty.mkdir()
    assert find_own_copy([], open_to_others=False).closed == "none"
    assert find_own_copy([], open_to_others=True).closed == "none"
    lost = find_own_copy([empty, nowhere], open_to_others=False)
    assert (lost.closed, lost.exams) == ("not_found", {})
    assert "neither FER-2013's nor MMA's exam images were found" in lost.problems[0]
    assert "nowhere does not exist" in lost.problems[1]
    public = find_own_copy([mma, nowhere], open_to_others=True)
    assert (public.closed, public.exams, len(public.problems)) == ("others", {}, 1)
