"""Where all networks contradict a label together: python -m models.disagreement --data MMA

Reads what ``models.evaluate`` kept of the answers to MMA's test images and writes
``assets/results/disagreement.json``: how often all networks give one and the same answer, each with
a probability above a bound, and how often that answer is not the label; on the images that come
from FER-2013 and on those from ExpW apart. Of MMA it reads which image came from where.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluate import RESULTS, ROOT
from models.study.answers import Answers, fingerprint, read_answers
from models.study.datasets import (
    SPLIT_NAMES,
    DatasetError,
    Split,
    came_from_fer2013,
    load_split,
)
from models.study.disagreement import disagreement
from models.study.metrics import share_interval
from models.weights import read_manifest
from scenarios import load_all

DATASET = "mma"
BOUNDS = (0.0, 0.5, 0.7, 0.9)  # probabilities; above the first is every answer


def by_source(answers: Mapping[str, Answers], test: Split) -> dict[str, Any]:
    """What the networks contradict on each source's images; answers: by slug, to ``test``."""
    grey = came_from_fer2013(test)
    given = list(answers.values())
    found = {}
    for name, rows in (("fer2013", grey), ("expw", ~grey)):
        if not rows.any():
            continue
        bounds = []
        for above in BOUNDS:
            seen = disagreement(given, above, rows)
            bounds.append(
                {
                    "above": above,
                    "agreed": seen.confident,
                    "against": seen.against,
                    "share": asdict(share_interval(seen.against, seen.confident))
                    if seen.confident
                    else None,
                    "of_all": asdict(share_interval(seen.against, seen.n)),
                }
            )
        found[name] = {
            "n": int(rows.sum()),
            "bounds": bounds,
            "pairs": [list(pair) for pair in disagreement(given, BOUNDS[0], rows).pairs],
        }
    return found


def contradictions(data: Path, weights: Path, results: Path) -> dict[str, Any]:
    """The whole file. Raises DatasetError where there is no data or no two networks' answers."""
    manifest = read_manifest(weights)
    chosen = [s for s in load_all().values() if s.recipe.dataset == DATASET and s.slug in manifest]
    kept = {
        s.slug: read_answers(results / "answers", s.slug, manifest[s.slug].sha256) for s in chosen
    }
    answers = {slug: sets[f"{DATASET}/test"] for slug, sets in kept.items() if sets}
    if len(answers) < 2:
        raise DatasetError(
            f"{results / 'answers'} holds the answers of fewer than two of the networks in "
            f"{weights}. First: python -m models.evaluate --data PATH"
        )
    test = load_split(data, DATASET, "test", next(iter(answers.values())).emotions)
    asked = [fingerprint(name) for name in test.hashes()]
    for slug, given in answers.items():
        if given.images.tolist() != asked:
            raise DatasetError(f"The answers of {slug} are to other images than those in {data}.")
    return {
        "dataset": DATASET,
        "split": SPLIT_NAMES[DATASET]["test"],
        "n": len(test),
        "parts": by_source(answers, test),
        "weights": {slug: manifest[slug].sha256 for slug in answers},
        "dataset_sha256": test.sha256(),
        "command": "python -m models.disagreement --data PATH",
        "versions": {"numpy": np.__version__},
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.disagreement", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, help="MMA: folder or zip")
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "weights")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    try:
        result = contradictions(options.data, options.models, options.results)
    except DatasetError as error:
        raise SystemExit(f"models.disagreement: {error}") from error
    path = options.results / "disagreement.json"
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    for name, part in result["parts"].items():
        for row in part["bounds"]:
            print(
                f"{name}, each above {row['above']:.0%}: {row['agreed']} of {part['n']} agreed, "
                f"{row['against']} against the label"
            )
    print(f"written: {path}")


if __name__ == "__main__":
    main()
