"""Examine trained scenarios: python -m models.evaluate [SLUG ...] --data PATH [--data PATH2]

Loads ``models/weights/<slug>.keras`` as the app does, lets it answer the whole exam split (MMA's
test, FER-2013's PrivateTest) and writes ``assets/results/<slug>.json``, which the pages and the
README read. Without a SLUG all scenarios are examined. One that cannot be, for want of weights or
data, is reported in a sentence and makes the exit status 1; the others still are examined.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from models.images import to_input
from models.study.datasets import SPLIT_NAMES, DatasetError, Split, came_from_fer2013, load_split
from models.study.metrics import confusion_matrix, intervals, majority_baseline, per_class
from models.train import versions, without_xla
from models.weights import WeightsError, load_network, read_manifest
from scenarios import Scenario, load_all

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "assets" / "results"
CHUNK = 256  # images between two lines of progress


@dataclass(frozen=True)
class Exam:
    """What the scenarios of one dataset are examined on.

    seen: which of ``test`` have a copy, pixel by pixel, among the training images (bool, (n,)).
    """

    test: Split
    valid: Split
    seen: np.ndarray


def load_exam(
    paths: list[Path], dataset: str, emotions: tuple[str, ...], limit: int | None, seed: int
) -> Exam:
    """The exam from the first of the paths that holds the dataset; limit: images of each split.

    Raises DatasetError, with what was wrong with each path, where none does.
    """
    refusals = []
    for path in paths:
        try:
            test, valid, train = (
                load_split(path, dataset, name, emotions) for name in ("test", "valid", "train")
            )
        except DatasetError as error:
            refusals.append(str(error))
            continue
        if limit:
            rng = np.random.default_rng(seed)
            test, valid = (
                split.take(rng.permutation(len(split))[:limit]) for split in (test, valid)
            )
        seen = np.isin(test.hashes(), train.hashes())  # (n,)
        print(
            f"{dataset}: {len(test)} exam images, {seen.sum()} of them also in training", flush=True
        )
        return Exam(test, valid, seen)
    raise DatasetError(" ".join(refusals))


def predict(network: keras.Model, split: Split, scenario: Scenario) -> np.ndarray:
    """What the network answers on every image: (n, emotions). Prints progress."""
    without_xla(network)
    began = time.monotonic()
    said, parts = began, []
    for first in range(0, len(split), CHUNK):
        inputs = to_input(list(split.images[first : first + CHUNK]), scenario.input)
        parts.append(network.predict(inputs, batch_size=64, verbose=0))
        done, now = min(first + CHUNK, len(split)), time.monotonic()
        if now - said > 10 or done == len(split):
            said = now
            left = datetime.timedelta(seconds=int((now - began) / done * (len(split) - done)))
            print(
                f"{scenario.slug}: {split.split} {done}/{len(split)} images, {left} left",
                flush=True,
            )
    return np.concatenate(parts)


def figures(
    probabilities: np.ndarray, labels: np.ndarray, emotions: tuple[str, ...], seed: int
) -> dict[str, Any]:
    """What is reported of one set of images, only ``n`` of none; shares 0-1, intervals 95 %.

    probabilities: (n, emotions). labels: (n,).
    """
    if not len(labels):
        return {"n": 0}
    confusion = confusion_matrix(probabilities, labels)
    common, share = majority_baseline(confusion)
    classes = {name: values.tolist() for name, values in per_class(confusion).items()}
    return {
        "n": len(labels),
        **{name: asdict(interval) for name, interval in intervals(confusion, seed).items()},
        "per_class": {
            emotion: {name: values[index] for name, values in classes.items()}
            for index, emotion in enumerate(emotions)
        },
        "emotions": list(emotions),
        "confusion_matrix": confusion.tolist(),
        "majority_baseline": {"emotion": emotions[common], "accuracy": share},
    }


def evaluate(
    scenario: Scenario,
    exam: Exam,
    folder: Path,
    *,
    seed: int,
    limit: int | None = None,
    validation: bool = True,
) -> dict[str, Any]:
    """Examine one scenario, on the validation split too where asked to.

    folder: of its weights. Raises WeightsError.
    """
    network = load_network(scenario, folder)
    entry = read_manifest(folder)[scenario.slug]
    test, emotions, dataset = exam.test, scenario.emotions, scenario.recipe.dataset
    answers = predict(network, test, scenario)  # (n, emotions)

    def among(rows: np.ndarray) -> dict[str, Any]:
        return figures(answers[rows], test.labels[rows], emotions, seed)

    result: dict[str, Any] = {
        "scenario": scenario.slug,
        "dataset": dataset,
        "split": SPLIT_NAMES[dataset]["test"],
        **figures(answers, test.labels, emotions, seed),
        "without_duplicates": {"removed": int(exam.seen.sum()), **among(~exam.seen)},
    }
    if dataset == "mma":
        grey = came_from_fer2013(test)
        result["by_source"] = {"fer2013": among(grey), "expw": among(~grey)}
    if validation:
        valid = figures(predict(network, exam.valid, scenario), exam.valid.labels, emotions, seed)
        kept = ("n", "accuracy", "balanced_accuracy")
        result["validation"] = {
            "split": SPLIT_NAMES[dataset]["valid"],
            **{name: valid[name] for name in kept},
        }
    return {
        **result,
        "weights": {"file": entry.file, "bytes": entry.size, "sha256": entry.sha256},
        "training": training_record(folder, scenario.slug),
        "dataset_sha256": test.sha256(),
        "command": f"python -m models.evaluate {scenario.slug} --data PATH"
        + (f" --limit {limit}" if limit else ""),
        "seed": seed,
        "versions": versions(),
        "hardware": hardware(),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def training_record(folder: Path, slug: str) -> dict[str, Any] | None:
    """What ``models.train`` recorded beside the weights, None where it is not there."""
    path = folder / f"{slug}.training.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def hardware() -> str:
    """The processor's name and how many cores it has."""
    name = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    return f"{name}, {os.cpu_count()} cores"


def write_result(result: dict[str, Any], folder: Path) -> Path:
    """Write ``folder/<slug>.json`` whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result['scenario']}.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    os.replace(temporary, path)
    return path


def main(arguments: list[str] | None = None) -> None:
    scenarios = load_all()
    parser = argparse.ArgumentParser(prog="python -m models.evaluate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("slugs", nargs="*", metavar="SLUG", help=", ".join(scenarios))
    parser.add_argument(
        "--data", type=Path, action="append", required=True, help="folder or zip, also repeated"
    )
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "weights")
    parser.add_argument("--output", type=Path, help="folder of the results (assets/results)")
    parser.add_argument("--seed", type=int, default=0, help="of the bootstrap")
    parser.add_argument("--limit", type=int, help="this many images a split, for a rehearsal")
    parser.add_argument("--exam-only", action="store_true", help="leave the validation split out")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.slugs) - set(scenarios))
    if unknown:
        parser.error(
            f"no scenario is called {', '.join(unknown)}; there are {', '.join(scenarios)}"
        )
    if options.limit and options.output is None:
        parser.error("a rehearsal with --limit is no result: name another folder with --output")
    exams: dict[tuple[str, tuple[str, ...]], Exam] = {}
    failed = False
    for slug in options.slugs or scenarios:
        scenario = scenarios[slug]
        key = scenario.recipe.dataset, scenario.emotions
        try:
            if key not in exams:
                exams[key] = load_exam(options.data, *key, options.limit, options.seed)
            result = evaluate(
                scenario,
                exams[key],
                options.models,
                seed=options.seed,
                limit=options.limit,
                validation=not options.exam_only,
            )
        except (WeightsError, DatasetError) as error:
            print(f"models.evaluate: {slug}: {error}", file=sys.stderr)
            failed = True
            continue
        accuracy = result["accuracy"]
        path = write_result(result, options.output or RESULTS)
        print(
            f"{slug}: accuracy {accuracy['value']:.3f} "
            f"({accuracy['low']:.3f} to {accuracy['high']:.3f}), written: {path}",
            flush=True,
        )
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
