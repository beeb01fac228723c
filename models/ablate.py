"""What each part of the proposal is worth: python -m models.ablate --data PATH --start WEIGHTS

Trains a row for each change from the baseline to the proposal (frozen, + layers 11-19 unfrozen,
+ SE, + augmentation, + class weights, + label smoothing), every row on the same budget, examines
each on PrivateTest and writes ``assets/results/ablation.json``. The same command goes on where it
was killed: trainings are kept under ``runs/ablation``, and epochs done are not done again. What the
rows' frozen layers make of the images is computed once for all of them. The file is written anew
after each row.

With several ``--seeds`` a row's figure is the mean over them, with their standard deviation. The
95 % intervals are of the images: one training cannot say how another would have ended.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluate import RESULTS, ROOT
from models.study.ablation import Budget, Spread, rows, spreads
from models.study.answers import Answers
from models.study.calibration import calibration
from models.study.datasets import SPLIT_NAMES, DatasetError, Split, load_split
from models.study.exam import examined
from models.study.export import training_record
from models.study.machine import signature
from models.study.metrics import RESAMPLES
from models.study.starts import StartError
from models.train import train
from scenarios import Scenario, load_all


def described(
    name: str, answers: Sequence[Answers], records: Sequence[dict[str, Any]], found: dict[str, Any]
) -> dict[str, Any]:
    """One row of the file. found: its figures' intervals, by name."""
    labels = answers[0].labels
    single = [float((given.top() == given.truth()).mean()) for given in answers]
    bins = [calibration(given.probabilities, labels) for given in answers]
    confidence = [given.probabilities.max(axis=1).mean() for given in answers]
    return {
        "name": name,
        "seeds": [record["seed"] for record in records],
        **found,
        "per_seed": single,
        "deviation": float(np.std(single, ddof=1)) if len(single) > 1 else None,
        "validation": {"accuracy": float(np.mean([r["best"]["val_accuracy"] for r in records]))},
        "mean_confidence": float(np.mean(confidence)),
        "ece": float(np.mean([given["ece"] for given in bins])),
        "seconds": round(sum(row["seconds"] for r in records for row in r["history"])),
        "history": [record["history"] for record in records],
    }


def ablate(
    chosen: dict[str, Scenario],
    budget: Budget,
    data: Path,
    start: Path,
    runs: Path,
    results: Path,
    *,
    seeds: Sequence[int] = (0,),
    precision: str = "float32",
) -> Path:
    """Train and examine the rows, by name; returns the path of ``results/ablation.json``.

    runs: where trainings and networks are kept, in ``BUDGET/seed-N/weights/<row>.keras``. Raises
    DatasetError and StartError.
    """
    first = next(iter(chosen.values()))
    dataset = first.recipe.dataset
    test = load_split(data, dataset, "test", first.emotions)
    written: list[dict[str, Any]] = []
    above: dict[str, Spread] | None = None
    for name, row in chosen.items():
        answers, records = [], []
        for seed in seeds:
            print(f"\n{name}, seed {seed}", flush=True)
            folder = runs / budget.folder / f"seed-{seed}"
            train(
                row,
                data,
                start,
                folder / "weights",
                folder,
                seed=seed,
                precision=precision,
                images=budget.images,
                features=runs / budget.folder / "features",
            )
            record = training_record(folder / "weights", name)
            assert record is not None  # just written
            records.append(record)
            answers.append(examined(row, test, folder / "weights"))
        found = spreads([given.probabilities for given in answers], test.labels, seed=0)
        intervals: dict[str, Any] = {key: spread.interval() for key, spread in found.items()}
        if above:
            intervals["gain"] = found["accuracy"].less(above["accuracy"])
        above = found
        written.append(described(name, answers, records, intervals))
        path = write(written, budget, test, seeds, results)
        print(f"{name}: accuracy {found['accuracy'].value:.3f}, written: {path}", flush=True)
    shutil.rmtree(runs / budget.folder / "features", ignore_errors=True)
    return path


def write(
    written: list[dict[str, Any]], budget: Budget, test: Split, seeds: Sequence[int], results: Path
) -> Path:
    """Write what there is of the file."""
    result = {
        "dataset": test.dataset,
        "split": SPLIT_NAMES[test.dataset]["test"],
        "n": len(test),
        "budget": {**asdict(budget), "description": budget.sentence()},
        "seeds": list(seeds),
        "rows": written,
        "resamples": RESAMPLES,
        "dataset_sha256": test.sha256(),
        "command": f"python -m models.ablate --data PATH --images {budget.images} "
        f"--warm-up {budget.warm_up} --epochs {budget.epochs} "
        f"--seeds {' '.join(str(seed) for seed in seeds)}",
        **signature(),
    }
    results.mkdir(parents=True, exist_ok=True)
    path = results / "ablation.json"
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return path


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.ablate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, help="FER-2013: folder or zip")
    parser.add_argument(
        "--start", type=Path, default=ROOT / "data" / "weights", help="folder of starting weights"
    )
    parser.add_argument("--images", type=int, default=28_709, help="of Training, for each row")
    parser.add_argument("--warm-up", type=int, default=3, help="epochs of the head alone")
    parser.add_argument("--epochs", type=int, default=8, help="epochs of all that a row trains")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "ablation")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of ablation.json")
    options = parser.parse_args(arguments)
    budget = Budget(options.images, options.warm_up, options.epochs)
    try:
        ablate(
            rows(load_all(), budget),
            budget,
            options.data,
            options.start,
            options.runs,
            options.output,
            seeds=options.seeds,
            precision=options.precision,
        )
    except (DatasetError, StartError) as error:
        raise SystemExit(f"models.ablate: {error}") from error


if __name__ == "__main__":
    main()
