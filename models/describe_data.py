"""Describe the datasets: python -m models.describe_data --data PATH [--data PATH2]

Reads FER-2013 and MMA, from whichever of the paths holds each, and writes
``assets/results/data.json`` for the page about the data: of every split the images of each class,
the share that is grey, exact copies within it and in train, copies that carry different labels;
of MMA also which images are FER-2013's and which search words found the others. Holds no image.
A dataset that cannot be read is reported in a sentence; nothing is written then.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import PIL

from models.evaluate import RESULTS
from models.study.copies import find_copies
from models.study.datasets import (
    SPLIT_NAMES,
    DatasetError,
    Split,
    came_from_fer2013,
    search_word,
)
from models.study.exam import classes_of, first_split
from scenarios import load_all


def describe(paths: list[Path], dataset: str, classes: tuple[str, ...]) -> dict[str, Any]:
    """One dataset, split by split; raises DatasetError where a split cannot be read."""
    splits: dict[str, Any] = {}
    every: tuple[list[str], list[str]] = [], []  # fingerprints and labels of all splits
    in_train: dict[str, set[str]] = {}  # labels that train gives each fingerprint
    for name, official in SPLIT_NAMES[dataset].items():
        split = first_split(paths, dataset, name, classes)
        hashes, labels = split.hashes(), [classes[label] for label in split.labels]
        print(f"{dataset}: {official}, {len(split)} images", flush=True)
        splits[name] = {
            "name": official,
            **count(split),
            "copies": asdict(find_copies(hashes, labels)),
            "sha256": split.sha256(),
        }
        if name == "train":
            for fingerprint, label in zip(hashes, labels, strict=True):
                in_train.setdefault(fingerprint, set()).add(label)
        else:
            seen = [
                (in_train[fingerprint], label)
                for fingerprint, label in zip(hashes, labels, strict=True)
                if fingerprint in in_train
            ]
            splits[name]["also_in_train"] = len(seen)
            splits[name]["in_train_as_another"] = sum(label not in known for known, label in seen)
        if dataset == "mma":
            splits[name]["parts"] = parts(split)
        every[0].extend(hashes)
        every[1].extend(labels)
    return {
        "classes": list(classes),
        "splits": splits,
        "copies": asdict(find_copies(*every)),
    }


def count(split: Split) -> dict[str, Any]:
    """How many images there are, in all, of each class, and without any colour."""
    numbers = np.bincount(split.labels, minlength=len(split.classes)).tolist()
    grey = (split.images == split.images[..., :1]).all(axis=(1, 2, 3))  # (n,)
    return {
        "n": len(split),
        "by_class": dict(zip(split.classes, numbers, strict=True)),
        "grey": int(grey.sum()),
    }


def parts(split: Split) -> dict[str, Any]:
    """MMA's images by where they come from; words: that ExpW's were searched with, by class."""
    from_fer = came_from_fer2013(split)
    fer2013, expw = split.take(np.flatnonzero(from_fer)), split.take(np.flatnonzero(~from_fer))
    words: dict[str, Counter[str]] = {emotion: Counter() for emotion in split.classes}
    for name, label in zip(expw.names, expw.labels, strict=True):
        if word := search_word(name):
            words[split.classes[label]][word] += 1
    ordered = {emotion: dict(counts.most_common()) for emotion, counts in words.items()}
    return {"fer2013": count(fer2013), "expw": {**count(expw), "words": ordered}}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.describe_data", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--data", type=Path, action="append", required=True, help="folder or zip, also repeated"
    )
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of data.json")
    options = parser.parse_args(arguments)
    scenarios = load_all()
    try:
        datasets = {
            dataset: describe(options.data, dataset, classes_of(dataset, scenarios.values()))
            for dataset in SPLIT_NAMES
        }
    except DatasetError as error:
        print(f"models.describe_data: {error}", file=sys.stderr)
        raise SystemExit(1) from error
    found = {
        "datasets": datasets,
        "command": "python -m models.describe_data --data PATH --data PATH2",
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pillow": PIL.__version__,
        },
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
    path = options.output / "data.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(f"written: {path}")


if __name__ == "__main__":
    main()
