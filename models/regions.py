"""Where networks look and what they need: python -m models.regions --data FER [--ablation DIR]

The thesis says that Squeeze-and-Excitation makes the network more sensitive to eyes and mouth.
This measures it on FER-2013's PrivateTest, on the faces whose landmarks the detector finds: the
share of the top answer's heat map (``models.explain``) that falls on eyes and mouth, and the
accuracy that is lost when eyes, mouth or as much of another place are covered with the picture's
mean. Writes ``assets/results/regions.json``.

Examined are the baseline and the proposal as they are served. They differ in more than the block;
``--ablation`` names a folder of networks that ``models.ablate`` trained, and examines its three
rows that were trained alike: frozen, fine-tuned, fine-tuned with SE.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import keras
import numpy as np

from models.evaluate import RESULTS, ROOT
from models.explain import heat_maps
from models.faces import FaceFinder
from models.images import to_input
from models.study.ablation import BASELINE, PROPOSAL, Budget, rows
from models.study.datasets import SPLIT_NAMES, DatasetError, Split, load_split
from models.study.exam import predict
from models.study.facemap import covered, energy_shares, face_map, find_landmarks
from models.study.machine import signature
from models.study.metrics import RESAMPLES, mean_interval
from models.weights import WeightsError, load_network, read_manifest
from scenarios import Scenario, load_all

# Names of the networks in the file, and which scenario or row of the ablation each is.
SERVED = {"frozen": BASELINE, "with_se": PROPOSAL}
ABLATED = {"frozen": "frozen", "without_se": "unfrozen", "with_se": "se"}
CHUNK = 64


@dataclass(frozen=True)
class Looks:
    """What one network did on the n faces. energy: region to shares (n,), not a number where the
    map is empty. right: bool (n,) with nothing covered; covered: region to bool (n,)."""

    energy: dict[str, np.ndarray]
    right: np.ndarray
    covered: dict[str, np.ndarray]


def with_landmarks(
    split: Split, finder: FaceFinder, seed: int
) -> tuple[Split, dict[str, np.ndarray]]:
    """The faces whose landmarks are found, and their regions' masks, bool (n, 48, 48) each."""
    kept, maps = [], []
    for number, image in enumerate(split.images):
        landmarks = find_landmarks(finder, image)
        if landmarks is not None:
            kept.append(number)
            maps.append(face_map(landmarks, np.random.default_rng([seed, number])).regions())
        if (number + 1) % 500 == 0:
            print(f"landmarks: {len(kept)} of {number + 1} faces", flush=True)
    if not kept:
        raise DatasetError(f"No face's landmarks were found in {split.dataset} {split.split}.")
    masks = {name: np.stack([regions[name] for regions in maps]) for name in maps[0]}
    return split.take(np.array(kept)), masks


def look(
    network: keras.Model, scenario: Scenario, split: Split, masks: dict[str, np.ndarray]
) -> Looks:
    """Examine one network on faces whose regions are known."""
    answers = predict(network, split, scenario)  # (n, emotions)
    cells = []
    for first in range(0, len(split), CHUNK):
        inputs = to_input(list(split.images[first : first + CHUNK]), scenario.input)
        targets = answers[first : first + CHUNK].argmax(axis=1)
        cells.append(heat_maps(network, scenario, inputs, targets)[0])
    maps = np.concatenate(cells)  # (n, rows, columns)
    hidden = {}
    for name, mask in masks.items():
        without = Split(**{**vars(split), "images": covered(split.images, mask)})
        hidden[name] = predict(network, without, scenario).argmax(axis=1) == split.labels
    return Looks(
        {name: energy_shares(maps, mask) for name, mask in masks.items()},
        answers.argmax(axis=1) == split.labels,
        hidden,
    )


def described(name: str, looks: Looks, sha256: str, seed: int) -> dict[str, Any]:
    """One network's part of the file; shares 0-1 with 95 % intervals."""
    empty = np.isnan(next(iter(looks.energy.values())))
    return {
        "name": name,
        "sha256": sha256,
        "empty_maps": int(empty.sum()),
        "energy": {
            region: asdict(mean_interval(shares[~empty], seed))
            for region, shares in looks.energy.items()
        },
        "accuracy": asdict(mean_interval(looks.right.astype(float), seed)),
        "covered": {
            region: {"loss": asdict(mean_interval(looks.right - right.astype(float), seed))}
            for region, right in looks.covered.items()
        },
    }


def differences(looks: dict[str, Looks], seed: int) -> list[dict[str, Any]]:
    """Every two networks on the same faces, the first less the second, region by region."""
    found = []
    for first, second in combinations(looks, 2):
        a, b = looks[first], looks[second]
        for region in a.energy:
            energy = a.energy[region] - b.energy[region]
            lost = (a.right.astype(float) - a.covered[region]) - (
                b.right.astype(float) - b.covered[region]
            )
            found.append(
                {
                    "a": first,
                    "b": second,
                    "region": region,
                    "energy": asdict(mean_interval(energy[~np.isnan(energy)], seed)),
                    "loss": asdict(mean_interval(lost, seed)),
                }
            )
    return found


def networks(models: Path, ablation: Path | None) -> Iterator[tuple[str, Scenario, Path]]:
    """Name, scenario and folder of every network that is examined."""
    scenarios = load_all()
    if ablation:
        made = rows(scenarios, Budget(0, 0, 0))  # of a row just its network counts here
        yield from ((name, made[row], ablation) for name, row in ABLATED.items())
    else:
        yield from ((name, scenarios[slug], models) for name, slug in SERVED.items())


def regions(
    data: Path, models: Path, ablation: Path | None, *, seed: int = 0, limit: int | None = None
) -> dict[str, Any]:
    """Measure everything. Raises DatasetError and WeightsError."""
    whole = load_split(data, "fer2013", "test", load_all()[PROPOSAL].emotions)
    drawn = np.random.default_rng(seed).permutation(len(whole))[:limit]
    split, masks = with_landmarks(whole.take(np.sort(drawn)), FaceFinder(), seed)
    looks, described_models = {}, []
    for name, scenario, folder in networks(models, ablation):
        looks[name] = look(load_network(scenario, folder), scenario, split, masks)
        sha256 = read_manifest(folder)[scenario.slug].sha256
        described_models.append(described(name, looks[name], sha256, seed))
        print(f"{name}: examined", flush=True)
    return {
        "dataset": "fer2013",
        "split": SPLIT_NAMES["fer2013"]["test"],
        "n": len(split),
        "asked": len(drawn),
        "networks": "ablation" if ablation else "served",
        "regions": {name: {"share_of_area": float(mask.mean())} for name, mask in masks.items()},
        "models": described_models,
        "differences": differences(looks, seed),
        "resamples": RESAMPLES,
        "seed": seed,
        "command": "python -m models.regions --data FER"
        + (" --ablation DIR" if ablation else "")
        + (f" --limit {limit}" if limit else ""),
        **signature(),
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.regions", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, required=True, help="FER-2013: folder or zip")
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "weights")
    parser.add_argument(
        "--ablation", type=Path, help="a folder of weights that models.ablate wrote"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=int, help="this many faces, drawn at random")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of regions.json")
    options = parser.parse_args(arguments)
    try:
        result = regions(
            options.data,
            options.models,
            options.ablation,
            seed=options.seed,
            limit=options.limit,
        )
    except (DatasetError, WeightsError) as error:
        raise SystemExit(f"models.regions: {error}") from error
    path = options.output / "regions.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    for model in result["models"]:
        energy, lost = model["energy"], model["covered"]
        print(
            f"{model['name']}: "
            + "; ".join(
                f"{region} {energy[region]['value']:.3f} of the energy, "
                f"{100 * lost[region]['loss']['value']:.1f} points lost when covered"
                for region in energy
            )
        )
    print(f"written: {path}")


if __name__ == "__main__":
    main()
