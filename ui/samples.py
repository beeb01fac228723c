"""Samples of an exam in the user's own copy of a dataset, with what every scenario answers.

Read when they are first asked for, kept in memory only, never written anywhere. Answers come from
what ``models.evaluate`` kept, where it kept them of these weights, else from the networks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.agreement import top
from models.compare import Answer, Engine, Prediction
from models.study.answers import Answers, fingerprint
from models.study.datasets import SPLIT_NAMES, DatasetError, Split, datasets_at, load_split
from models.study.exam import SHARED_EXAM, classes_of
from scenarios import Scenario

SHOWN = 12  # samples at a time
MOST_READ = 96  # images that networks read, at most, in search of one page of wrong answers

Kept = Mapping[str, Mapping[str, Answers]]  # by slug, by the name of the set


@dataclass(frozen=True)
class OwnCopy:
    """The datasets that the app was given: by name, where each one's exam lies.

    closed: why no samples are shown, a key's end of ``gallery.closed``; None where they are.
    problems: a sentence in English on each path that is of no use.
    """

    exams: Mapping[str, Path]
    closed: str | None
    problems: tuple[str, ...] = ()


NO_COPY = OwnCopy({}, "none")


def find_own_copy(paths: Sequence[Path], open_to_others: bool) -> OwnCopy:
    """What lies at the paths; only names are read.

    open_to_others: whether the app can be visited from other computers. The datasets' images are
    not ours to hand out, so then none is shown.
    """
    exams: dict[str, Path] = {}
    problems = []
    for path in paths:
        try:
            found = datasets_at(path, "test")
        except (DatasetError, OSError) as error:
            problems.append(f"--data {path}: {error}")
            continue
        if not found:
            problems.append(f"--data {path}: neither FER-2013's nor MMA's exam images were found.")
        for dataset in found:
            exams.setdefault(dataset, path)
    closed = None
    if not paths:
        closed = "none"
    elif not exams:
        closed = "not_found"
    elif open_to_others:
        closed = "others"
    return OwnCopy({} if closed else exams, closed, tuple(problems))


@dataclass(frozen=True)
class Said:
    """A scenario's top answer, with its probability, 0-1."""

    emotion: str
    probability: float


@dataclass(frozen=True)
class Sample:
    """One image of the exam: uint8 RGB (48, 48, 3), its file's name, its label.

    said: by slug; None where the scenario cannot answer.
    """

    image: np.ndarray
    name: str
    label: str
    said: Mapping[str, Said | None]


@dataclass(frozen=True)
class Drawn:
    """Samples found among the images from the ``first`` to the ``last``, from one, of ``total``."""

    samples: tuple[Sample, ...]
    first: int
    last: int
    total: int


class ExamSamples:
    """The exam of one dataset. Its images are shuffled once, so that a page can be found again.

    Not for several threads at once: the pages ask it through one queue.
    """

    def __init__(self, engine: Engine, dataset: str, path: Path, kept: Kept):
        self.engine, self.dataset, self.path, self.kept = engine, dataset, path, kept
        self.classes = classes_of(dataset, engine.scenarios.values())
        self.name = SPLIT_NAMES[dataset]["test"]
        self._split: Split | None = None
        self._order: list[int] = []
        self._said: dict[str, dict[int, Said | None]] = {slug: {} for slug in engine.scenarios}

    def draw(self, start: int, emotion: str | None = None, wrong_by: str | None = None) -> Drawn:
        """The next samples from place ``start``, from zero, of the images that are asked for.

        emotion: only of this label. wrong_by: only those that this scenario got wrong, among the
        labels it knows. Past the last image it begins again. Raises DatasetError where the exam
        cannot be read.
        """
        split = self._load()
        rows = [row for row in self._order if self._asked_for(self._label(row), emotion, wrong_by)]
        place = first = start if start < len(rows) else 0
        found: list[int] = []
        read = 0
        while place < len(rows) and len(found) < SHOWN and read < MOST_READ:
            chunk = rows[place : place + SHOWN]
            read += self._answer(chunk, [wrong_by] if wrong_by else [])
            for row in chunk:
                place += 1
                if wrong_by is None or self._is_wrong(row, wrong_by):
                    found.append(row)
                if len(found) == SHOWN:
                    break
        self._answer(found, list(self.engine.scenarios))
        samples = tuple(
            Sample(
                split.images[row],
                Path(split.names[row]).name,
                self._label(row),
                {slug: said[row] for slug, said in self._said.items()},
            )
            for row in found
        )
        return Drawn(samples, first + 1, place, len(rows))

    def _load(self) -> Split:
        """The exam, read at the first call."""
        if self._split is None:
            split = load_split(self.path, self.dataset, "test", self.classes)
            self._order = np.random.default_rng(0).permutation(len(split)).tolist()
            marks = [fingerprint(sha256) for sha256 in split.hashes()]
            for slug, scenario in self.engine.scenarios.items():
                if slug in self.engine.networks:
                    known = _by_image(self._kept_answers(scenario))
                    rows = {row: known[mark] for row, mark in enumerate(marks) if mark in known}
                    self._said[slug].update(rows)
            self._split = split
        return self._split

    def _kept_answers(self, scenario: Scenario) -> Answers | None:
        """What was kept of a scenario on this exam with all its emotions to choose from."""
        sets = self.kept.get(scenario.slug, {})
        names = [f"{self.dataset}/test", *([SHARED_EXAM] if self.dataset == "fer2013" else [])]
        for name in names:
            if name in sets and sets[name].emotions == scenario.emotions:
                return sets[name]
        return None

    def _answer(self, rows: Sequence[int], slugs: Sequence[str]) -> int:
        """Ask the scenarios for what they have not answered yet; returns for how many images."""
        split, most = self._load(), 0
        for slug in slugs:
            new = [row for row in rows if row not in self._said[slug]]
            answers = self.engine.compare([split.images[row] for row in new], [slug])
            for row, (answer,) in zip(new, answers, strict=True):
                self._said[slug][row] = _top_of(answer)
            most = max(most, len(new))
        return most

    def _label(self, row: int) -> str:
        split = self._load()
        return split.classes[split.labels[row]]

    def _asked_for(self, label: str, emotion: str | None, wrong_by: str | None) -> bool:
        """Whether images of this label can be among the samples."""
        knows = wrong_by is None or label in self.engine.scenarios[wrong_by].emotions
        return emotion in (None, label) and knows

    def _is_wrong(self, row: int, slug: str) -> bool:
        said = self._said[slug][row]
        return said is not None and said.emotion != self._label(row)


def _top_of(answer: Answer) -> Said | None:
    if not isinstance(answer, Prediction):
        return None
    best = top(answer.distribution)
    return Said(best, answer.distribution[best])


def _by_image(answers: Answers | None) -> dict[str, Said]:
    """Kept top answers by the image's fingerprint."""
    if answers is None:
        return {}
    shares = answers.probabilities.max(axis=1).tolist()
    return {
        image: Said(emotion, share)
        for image, emotion, share in zip(
            answers.images.tolist(), answers.top().tolist(), shares, strict=True
        )
    }
