"""What fewer training images give: python -m models.subset --data MMA --start WEIGHTS

The three-class study trained on 3,015 of MMA's images. This command draws as many at random, once
for all scenarios that learn from MMA, trains each on them by its own recipe, and writes
``assets/results/subset.json``: what each answers on MMA's test images, beside what the network that
was trained on all images answers there (kept by ``models.evaluate``), and the difference.

The validation split stays whole and the epochs as many as in the recipe; an epoch of fewer images
has fewer steps. The classes fall as they do in the draw. The same command goes on where it was
killed: trainings are kept under ``runs/subset``. The file is written anew after each scenario.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluate import RESULTS, ROOT
from models.study.answers import Answers, read_answers
from models.study.datasets import SPLIT_NAMES, DatasetError, Split, came_from_fer2013, load_split
from models.study.exam import examined
from models.study.export import training_record
from models.study.machine import signature
from models.study.metrics import RESAMPLES, Interval
from models.study.significance import paired
from models.study.starts import StartError
from models.train import train
from models.weights import read_manifest
from scenarios import Scenario, load_all

DATASET = "mma"
STUDY = 3_015  # images that the three-class study trained on


class NotExaminedError(ValueError):
    """The network that was trained on all images has no answers to compare with."""


def answers_of_all(scenario: Scenario, weights: Path, results: Path) -> Answers:
    """The exam answers of the network in ``weights``.

    Raises NotExaminedError where none were kept or nothing is known of its training.
    """
    entry = read_manifest(weights).get(scenario.slug)
    kept = read_answers(results / "answers", scenario.slug, entry.sha256) if entry else {}
    if f"{DATASET}/test" not in kept:
        raise NotExaminedError(
            f"{results / 'answers'} holds no answers of the {scenario.slug} in {weights}. "
            f"First: python -m models.evaluate {scenario.slug} --data PATH"
        )
    if training_record(weights, scenario.slug) is None:
        raise NotExaminedError(f"{weights} holds no {scenario.slug}.training.json.")
    return kept[f"{DATASET}/test"]


def parts(fewer: Answers, whole: Answers, test: Split, seed: int) -> dict[str, Any]:
    """Both networks' figures and their paired difference, on all test images and on each source.

    fewer, whole: trained on the draw, and on all images. Raises NotExaminedError where they did not
    answer the same images.
    """
    if not np.array_equal(fewer.images, whole.images):
        raise NotExaminedError("the answers that were kept are to other images than these")
    grey = came_from_fer2013(test)
    found = {}
    for name, rows in (("all", np.ones(len(test), bool)), ("fer2013", grey), ("expw", ~grey)):
        if not rows.any():
            continue
        pair = paired(fewer.probabilities[rows], whole.probabilities[rows], test.labels[rows], seed)
        found[name] = {
            "n": int(rows.sum()),
            "subset": named(pair.first, test.classes),
            "whole": named(pair.second, test.classes),
            "gain": named(pair.gain, test.classes),
        }
    return found


def named(figures: dict[str, Interval], emotions: tuple[str, ...]) -> dict[str, Any]:
    """Figures as the file holds them: recalls by emotion."""
    plain: dict[str, Any] = {name: asdict(interval) for name, interval in figures.items()}
    recalls = {emotion: plain.pop(f"recall.{index}") for index, emotion in enumerate(emotions)}
    return {**plain, "recall": recalls}


def subset(
    chosen: dict[str, Scenario],
    images: int,
    data: Path,
    start: Path,
    runs: Path,
    weights: Path,
    results: Path,
    *,
    seed: int = 0,
    precision: str = "float32",
) -> Path:
    """Train and examine the scenarios, by slug; returns the path of ``results/subset.json``.

    weights: of the networks trained on all images. runs: where trainings and networks are kept, in
    ``N-images/seed-S/weights``. Raises DatasetError, StartError, or NotExaminedError.
    """
    wholes = {slug: answers_of_all(item, weights, results) for slug, item in chosen.items()}
    written: list[dict[str, Any]] = []
    folder = runs / f"{images}-images" / f"seed-{seed}"
    for slug, scenario in chosen.items():
        print(f"\n{slug}, {images} images", flush=True)
        test = load_split(data, DATASET, "test", scenario.emotions)
        train(
            scenario,
            data,
            start,
            folder / "weights",
            folder,
            seed=seed,
            precision=precision,
            images=images,
        )
        fewer = examined(scenario, test, folder / "weights")
        written.append(
            {
                "scenario": slug,
                "drawn": describe_draw(scenario, data, images, seed),
                "parts": parts(fewer, wholes[slug], test, seed),
                **describe_trainings(slug, folder / "weights", weights),
            }
        )
        path = write(written, test, images, seed, results)
        gain = written[-1]["parts"]["all"]["gain"]["balanced_accuracy"]
        print(
            f"{slug}: all images give {100 * gain['value']:+.1f} points of balanced accuracy "
            f"({100 * gain['low']:+.1f} to {100 * gain['high']:+.1f}), written: {path}",
            flush=True,
        )
    return path


def describe_trainings(slug: str, fewer: Path, whole: Path) -> dict[str, Any]:
    """How the network on the draw was trained, and what sets the one on all images apart.

    fewer, whole: folders of their weights.
    """
    one, other = training_record(fewer, slug), training_record(whole, slug)
    assert one is not None  # just written
    assert other is not None  # answers_of_all has looked for it
    return {
        "images_an_epoch": {
            "subset": one["history"][-1]["images"],
            "whole": other["history"][-1]["images"],
        },
        "same_recipe": one["recipe"] == other["recipe"],
        "whole_weights_sha256": read_manifest(whole)[slug].sha256,
        "training": one,
    }


def describe_draw(scenario: Scenario, data: Path, images: int, seed: int) -> dict[str, Any]:
    """What was drawn of the training images: how many of how many, of each class, its hash."""
    whole = load_split(data, DATASET, "train", scenario.emotions)
    drawn = whole.drawn(images, seed)
    counts = np.bincount(drawn.labels, minlength=len(drawn.classes)).tolist()
    return {
        "images": len(drawn),
        "of": len(whole),
        "by_class": dict(zip(drawn.classes, counts, strict=True)),
        "sha256": drawn.sha256(),
    }


def write(
    written: list[dict[str, Any]], test: Split, images: int, seed: int, results: Path
) -> Path:
    """Write what there is of the file."""
    result = {
        "dataset": test.dataset,
        "split": SPLIT_NAMES[test.dataset]["test"],
        "n": len(test),
        "images": images,
        "models": written,
        "resamples": RESAMPLES,
        "seed": seed,
        "dataset_sha256": test.sha256(),
        "command": f"python -m models.subset --data PATH --images {images} --seed {seed}",
        **signature(),
    }
    results.mkdir(parents=True, exist_ok=True)
    path = results / "subset.json"
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return path


def main(arguments: list[str] | None = None) -> None:
    known = {slug: s for slug, s in load_all().items() if s.recipe.dataset == DATASET}
    parser = argparse.ArgumentParser(prog="python -m models.subset", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, help="MMA: folder or zip")
    parser.add_argument(
        "--start", type=Path, default=ROOT / "data" / "weights", help="folder of starting weights"
    )
    parser.add_argument("--images", type=int, default=STUDY, help="training images drawn")
    parser.add_argument("--seed", type=int, default=0, help="of the draw, training and bootstrap")
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "weights")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "subset")
    parser.add_argument("--results", type=Path, default=RESULTS, help="answers are read from here")
    options = parser.parse_args(arguments)
    try:
        subset(
            known,
            options.images,
            options.data,
            options.start,
            options.runs,
            options.models,
            options.results,
            seed=options.seed,
            precision=options.precision,
        )
    except (DatasetError, StartError, NotExaminedError) as error:
        raise SystemExit(f"models.subset: {error}") from error


if __name__ == "__main__":
    main()
