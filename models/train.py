"""Train a scenario: python -m models.train SLUG --data PATH

Reads the dataset the scenario names, trains it stage by stage and writes
``models/weights/<slug>.keras``, the manifest and ``<slug>.training.json`` (what was recorded: each
epoch's figures, seed, versions, hardware). Every epoch is checkpointed under ``runs/<slug>``;
the same command goes on where it was killed. The best epoch of the last stage on the
validation split is kept. ``--go-on`` begins with the network that is in ``models/weights`` and
trains the stages that its recipe was given since.

Runs on each backend of Keras 3 (KERAS_BACKEND=tensorflow, jax or torch); with JAX and several
devices Keras shares each batch among them (keras.distribution). With ``--precision
mixed_bfloat16``, which some processors compute faster, what is saved still computes in float32.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np

from models.study.batches import draw_equally
from models.study.checkpoints import Run
from models.study.datasets import DatasetError, Split, load_split
from models.study.export import save_model, training_record, write_manifest_entry
from models.study.machine import hardware, share_batches, versions, without_xla
from models.study.stages import train_stage
from models.study.starts import DESCRIPTIONS, StartError, load_start
from models.weights import WeightsError, load_network
from scenarios import Scenario, load_all
from scenarios.contract import Recipe

ROOT = Path(__file__).resolve().parent.parent
LICENCE = "academic use with citation"


def describe_recipe(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain values, for the record."""
    described = asdict(recipe)
    for stage, plain in zip(recipe.stages, described["stages"], strict=True):
        optimizer = stage.optimizer(keras.optimizers.schedules.CosineDecay(stage.learning_rate, 1))
        plain["optimizer"] = type(optimizer).__name__
        plain["weight_decay"] = optimizer.weight_decay
        if stage.augmentation is None:
            del plain["augmentation"]  # the recipe's; records from before there was a choice say so
    return described


def prepare(
    scenario: Scenario, path: Path, seed: int, images: int | None, limit: int | None
) -> tuple[Split, Split]:
    """The training and the validation split; the latter of equal class sizes where the recipe
    draws so. images, limit: as in ``train``.
    """
    recipe = scenario.recipe
    splits = []
    for name in ("train", "valid"):
        split = load_split(path, recipe.dataset, name, scenario.emotions)
        if name == "train" and images:
            split = split.drawn(images, seed)
        if name == "valid" and recipe.samples_per_class:
            rows = draw_equally(split.labels, len(split), np.random.default_rng(seed))
            split = split.take(rows)
        if limit:
            split = split.drawn(limit, seed)
        print(f"{recipe.dataset} {name}: {len(split)} images", flush=True)
        splits.append(split)
    return splits[0], splits[1]


def train(
    scenario: Scenario,
    data: Path,
    start: Path,
    output: Path,
    runs: Path,
    *,
    seed: int = 0,
    precision: str = "float32",
    images: int | None = None,
    limit: int | None = None,
    go_on: bool = False,
    features: Path | None = None,
) -> Path:
    """Train one scenario and return the path of its .keras file; resumes an unfinished run.

    data: folder or zip of the dataset. start: folder of the starting weights. output: where the
    network, its manifest entry and its training record go. images: this many of the training
    images, by a draw of the seed alone; the validation split stays whole. limit: this many images
    of each split, for a rehearsal. go_on: a run that has not begun begins with the network in
    ``output`` and its record. features: folder for what frozen layers make of the images, shared by
    trainings; None: the run's own. Raises DatasetError, StartError, or WeightsError where go_on
    finds no sound network.
    """
    began = datetime.datetime.now(datetime.timezone.utc)
    splits = prepare(scenario, data, seed, images, limit)
    facts = {
        "seed": seed,
        "dataset": scenario.recipe.dataset,
        "train_sha256": splits[0].sha256(),
        "valid_sha256": splits[1].sha256(),
        "images": {"train": len(splits[0]), "valid": len(splits[1])},
        "start": DESCRIPTIONS[scenario.recipe.start],
        "recipe": describe_recipe(scenario.recipe),
    }
    run = Run(runs / scenario.slug, json.loads(json.dumps(facts)), features)
    share_batches()
    keras.utils.set_random_seed(seed)
    keras.config.set_dtype_policy(precision)
    network = without_xla(scenario.build())
    start_layers = load_start(network, scenario, start)
    if go_on:
        earlier = training_record(output, scenario.slug)
        if earlier is None:
            raise StartError(f"{output} holds no {scenario.slug}.training.json to go on from.")
        network.set_weights(load_network(scenario, output).get_weights())
        run.adopt(earlier, network)
    for index in range(len(scenario.recipe.stages)):
        train_stage(network, start_layers, scenario, index, splits, run)
    history, path = run.state["history"], output / f"{scenario.slug}.keras"
    written = training_record(output, scenario.slug)
    if written and written["history"] == history and path.exists():
        return path  # written anew it would have another fingerprint, and its results be no one's
    network.load_weights(run.best)
    keras.config.set_dtype_policy("float32")
    final = scenario.build()
    final.set_weights(network.get_weights())
    save_model(final, path)
    record = {
        **facts,
        "command": f"python -m models.train {scenario.slug} --data PATH",
        "precision": ", then ".join(dict.fromkeys(row["precision"] for row in history)),
        "history": history,
        "best": run.state["best"],
        "finished": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "last_start": began.isoformat(timespec="seconds"),
        "versions": versions(),
        "hardware": hardware(),
    }
    text = json.dumps(record, indent=1) + "\n"
    (output / f"{scenario.slug}.training.json").write_text(text, "utf-8")
    about = {
        "trained_on": f"{scenario.recipe.dataset}, {len(splits[0])} images",
        "start": facts["start"],
        "licence": LICENCE,
        "finished": record["finished"],
    }
    write_manifest_entry(output, scenario, about)
    return path


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.train", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("slug", choices=list(load_all()))
    parser.add_argument("--data", type=Path, required=True, help="folder or zip of the dataset")
    parser.add_argument(
        "--start", type=Path, default=ROOT / "data" / "weights", help="folder of starting weights"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "models" / "weights")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs", help="checkpoints go here")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", choices=["float32", "mixed_bfloat16"], default="float32")
    parser.add_argument("--limit", type=int, help="this many images a split, for a rehearsal")
    parser.add_argument("--fresh", action="store_true", help="forget an earlier run")
    parser.add_argument(
        "--go-on", action="store_true", help="train on the network in --output, see above"
    )
    options = parser.parse_args(arguments)
    if options.fresh:
        shutil.rmtree(options.runs / options.slug, ignore_errors=True)
    try:
        path = train(
            load_all()[options.slug],
            options.data,
            options.start,
            options.output,
            options.runs,
            seed=options.seed,
            precision=options.precision,
            limit=options.limit,
            go_on=options.go_on,
        )
    except (DatasetError, StartError, WeightsError) as error:
        raise SystemExit(f"models.train: {error}") from error
    print(f"\nwritten: {path}\nnow: python -m models.evaluate {options.slug} --data PATH")


if __name__ == "__main__":
    main()
