"""Test the scenarios against each other: python -m models.comparison

Reads what ``models.evaluate`` kept of every scenario's answers and writes
``assets/results/comparison.json``: for every two that answered the same images, the exact McNemar
test with Holm's correction, the difference of their accuracies with a bootstrap interval, and how
far they agree (Cohen's kappa). All scenarios are compared on FER-2013's PrivateTest images of
disgust, happy and sad, where those that know more emotions may choose among these three only.
"""

from __future__ import annotations

import argparse
import datetime
import json
from dataclasses import asdict
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from models.evaluate import RESULTS, ROOT
from models.study.answers import Answers, read_answers
from models.study.exam import SHARED_EXAM
from models.study.metrics import RESAMPLES
from models.study.significance import difference, holm, kappa, mcnemar
from models.weights import read_manifest
from scenarios import load_all

EXAMS = ("fer2013/test", "mma/test", SHARED_EXAM)


def compare_all(answers: dict[str, Answers], seed: int) -> dict[str, Any]:
    """Every two of the scenarios, on the images that all of them answered.

    answers: by slug, of the same emotions. Raises ValueError where they answered other images.
    """
    images = [given.images.tolist() for given in answers.values()]
    if any(names != images[0] for names in images):
        raise ValueError(f"{', '.join(answers)} did not answer the same images")
    right = {slug: given.top() == given.truth() for slug, given in answers.items()}
    pairs: list[dict[str, Any]] = []
    for first, second in combinations(answers, 2):
        test = mcnemar(right[first], right[second])
        pairs.append(
            {
                "first": first,
                "second": second,
                "difference": asdict(difference(right[first], right[second], seed)),
                "only_first_right": test.only_first,
                "only_second_right": test.only_second,
                "mcnemar_p": test.p,
                "kappa": kappa(answers[first].top(), answers[second].top()),
            }
        )
    for pair, p in zip(pairs, holm([pair["mcnemar_p"] for pair in pairs]), strict=True):
        pair["holm_p"] = p
    return {
        "n": len(images[0]),
        "accuracy": {slug: float(rights.mean()) for slug, rights in right.items()},
        "pairs": pairs,
    }


def comparison(weights: Path, results: Path, seed: int) -> dict[str, Any]:
    """All comparisons that the kept answers allow; scenarios without answers are named."""
    manifest = read_manifest(weights)
    kept: dict[str, dict[str, Answers]] = {
        slug: read_answers(results / "answers", slug, manifest[slug].sha256)
        if slug in manifest
        else {}
        for slug in load_all()
    }
    sets: dict[str, Any] = {}
    for name in EXAMS:
        there = {slug: answers[name] for slug, answers in kept.items() if name in answers}
        if len(there) > 1:
            sets[name] = compare_all(there, seed)
    return {
        "sets": sets,
        "weights": {slug: manifest[slug].sha256 for slug, answers in kept.items() if answers},
        "not_measured": [slug for slug, answers in kept.items() if not answers],
        "resamples": RESAMPLES,
        "seed": seed,
        "command": "python -m models.comparison",
        "versions": {"numpy": np.__version__},
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.comparison", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "weights")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--seed", type=int, default=0, help="of the bootstrap")
    options = parser.parse_args(arguments)
    result = comparison(options.models, options.results, options.seed)
    path = options.results / "comparison.json"
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    for name, found in result["sets"].items():
        for pair in found["pairs"]:
            value = pair["difference"]
            print(
                f"{name} (n = {found['n']}): {pair['first']} less {pair['second']} "
                f"{100 * value['value']:+.1f} points ({100 * value['low']:+.1f} to "
                f"{100 * value['high']:+.1f}), Holm's p = {pair['holm_p']:.2g}"
            )
    if result["not_measured"]:
        print(f"without answers of these weights: {', '.join(result['not_measured'])}")
    print(f"written: {path}")


if __name__ == "__main__":
    main()
