"""Examine trained scenarios: python -m models.evaluate [SLUG ...] --data PATH [--data PATH2]

Loads ``models/weights/<slug>.keras`` as the app does, lets it answer the whole exam split (MMA's
test, FER-2013's PrivateTest) and writes ``assets/results/<slug>.json``, which the pages and the
README read, and ``assets/results/answers/<slug>.npz``, from which ``models.comparison`` tests the
scenarios against each other. Without a SLUG all scenarios are examined. One that cannot be, for
want of weights or data, is reported in a sentence and makes the exit status 1; the others go on.
With KERAS_BACKEND=jax Keras shares the work among all devices (keras.distribution).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from models.doubt import soften
from models.study.answers import Answers, write_answers
from models.study.calibration import calibration, fit_temperature
from models.study.datasets import SPLIT_NAMES, DatasetError, came_from_fer2013
from models.study.exam import SHARED_EXAM, Exam, answered, known_to_all, load_exam, predict
from models.study.export import training_record
from models.study.machine import share_batches, signature
from models.study.metrics import confusion_matrix, intervals, majority_baseline, per_class
from models.weights import WeightsError, load_network, read_manifest
from scenarios import Scenario, load_all

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "assets" / "results"


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
) -> tuple[dict[str, Any], dict[str, Answers]]:
    """Examine one scenario, on the validation split too where asked to.

    folder: of its weights. Returns the result and the answers it rests on, by "dataset/split".
    Raises WeightsError.
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
    kept = {f"{dataset}/test": answered(test, answers)}
    if validation:
        guesses = predict(network, exam.valid, scenario)
        kept[f"{dataset}/valid"] = answered(exam.valid, guesses)
        valid = figures(guesses, exam.valid.labels, emotions, seed)
        result["validation"] = {
            "split": SPLIT_NAMES[dataset]["valid"],
            **{name: valid[name] for name in ("n", "accuracy", "balanced_accuracy")},
        }
    result["calibration"] = calibrated(kept, dataset)
    if exam.shared:
        # Part of FER-2013's own exam; another dataset's scenarios have yet to answer it.
        there = kept.get("fer2013/test") or answered(
            exam.shared, predict(network, exam.shared, scenario), emotions
        )
        shared = there.restricted(exam.known)
        kept[SHARED_EXAM] = shared
        result["shared_exam"] = {
            "dataset": "fer2013",
            "split": SPLIT_NAMES["fer2013"]["test"],
            **figures(shared.probabilities, shared.labels, shared.emotions, seed),
        }
    facts = {
        "weights": {"file": entry.file, "bytes": entry.size, "sha256": entry.sha256},
        "training": training_record(folder, scenario.slug),
        "dataset_sha256": test.sha256(),
        "command": f"python -m models.evaluate {scenario.slug} --data PATH"
        + (f" --limit {limit}" if limit else "")
        + ("" if validation else " --exam-only"),
        "seed": seed,
        **signature(),
    }
    return {**result, **facts}, kept


def calibrated(kept: dict[str, Answers], dataset: str) -> dict[str, Any]:
    """Calibration on the exam, and after temperature scaling where there are validation answers."""
    test, valid = kept[f"{dataset}/test"], kept.get(f"{dataset}/valid")
    found: dict[str, Any] = {"raw": calibration(test.probabilities, test.labels)}
    if valid:
        temperature = fit_temperature(valid.probabilities, valid.labels)
        found["temperature"] = temperature
        found["fitted_on"] = SPLIT_NAMES[dataset]["valid"]
        found["scaled"] = calibration(soften(test.probabilities, temperature), test.labels)
    return found


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
    share_batches()
    exams: dict[tuple[str, tuple[str, ...]], Exam] = {}
    failed = False
    for slug in options.slugs or scenarios:
        scenario = scenarios[slug]
        key = scenario.recipe.dataset, scenario.emotions
        try:
            if key not in exams:
                known = known_to_all(scenarios.values())
                exams[key] = load_exam(options.data, *key, known, options.limit, options.seed)
            result, kept = evaluate(
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
        output = options.output or RESULTS
        write_answers(output / "answers", slug, result["weights"]["sha256"], kept)
        path = write_result(result, output)
        print(
            f"{slug}: accuracy {accuracy['value']:.3f} "
            f"({accuracy['low']:.3f} to {accuracy['high']:.3f}), written: {path}",
            flush=True,
        )
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
