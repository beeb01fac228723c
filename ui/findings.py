"""All that was measured, as far as it is sound: no broken file keeps the app from starting."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from scenarios import Scenario
from ui.ablation import render_ablation
from ui.disagreement import render_disagreement
from ui.evidence import render_evidence
from ui.method import render_method
from ui.pairs import render_pairs
from ui.regions import render_regions
from ui.results import BROKEN, RESULTS, read_result
from ui.speed import render_speed
from ui.subset import render_subset
from ui.text import ASSETS, load_text


@dataclass(frozen=True)
class Findings:
    """What the pages show.

    results: by slug, None where not measured on the weights at hand. comparison: the tests between
    scenarios, None where there are none of these weights. references: others' figures by dataset.
    subset, disagreement: of these weights alone, else None. ablation, regions, benchmark: None
    where not measured. broken: names of the files that cannot be
    shown.
    """

    results: dict[str, dict[str, Any] | None]
    comparison: dict[str, Any] | None
    references: dict[str, list[dict[str, Any]]]
    ablation: dict[str, Any] | None
    regions: dict[str, Any] | None
    benchmark: dict[str, Any] | None
    subset: dict[str, Any] | None
    disagreement: dict[str, Any] | None
    broken: tuple[str, ...]


def read_findings(
    scenarios: Mapping[str, Scenario],
    fingerprints: Mapping[str, str],
    folder: Path = RESULTS,
    references_file: Path = ASSETS / "references.json",
) -> Findings:
    """Read every file and lay it out once, for trial; say in the terminal what is broken.

    fingerprints: SHA-256 of each scenario's weights, as far as known.
    """
    text, items = load_text("id"), list(scenarios.values())
    broken = []

    def sound(path: Path, read: Callable[[Path], Any], show: Callable[[Any], object]) -> Any:
        """What a file holds; None where it is missing, or broken, which is then said."""
        try:
            found = read(path)
            show(found)
        except BROKEN as error:
            broken.append(path.name)
            problem = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
            print(f"{path} is not shown, it is broken: {problem}", flush=True)
            return None
        return found

    def result_of(slug: str, path: Path) -> dict[str, Any] | None:
        return read_result(slug, fingerprints.get(slug), path.parent)

    def show_result(slug: str, result: dict[str, Any] | None) -> None:
        if result:
            render_evidence(text, [scenarios[slug]], {slug: result}, None, {})
            render_method(text, [scenarios[slug]], {}, {slug: result["training"]})

    results = {
        slug: sound(folder / f"{slug}.json", partial(result_of, slug), partial(show_result, slug))
        for slug in scenarios
    }
    of_weights = partial(read_of_weights, fingerprints)
    tested: dict[str, tuple[Callable[[Path], Any], Callable[[Any], object]]] = {
        "comparison": (of_weights, partial(render_pairs, text, items)),
        "subset": (partial(read_subset, fingerprints), partial(render_subset, text, items)),
        "disagreement": (of_weights, partial(render_disagreement, text)),
        "ablation": (read_study, partial(render_ablation, text)),
        "regions": (read_study, partial(render_regions, text)),
        "benchmark": (read_study, partial(render_speed, text)),
    }
    studies = {
        name: sound(folder / f"{name}.json", read, show) for name, (read, show) in tested.items()
    }
    references = sound(
        references_file,
        lambda path: json.loads(path.read_text("utf-8")),
        lambda others: render_evidence(text, items, {}, None, others),
    )
    return Findings(results, references=references or {}, **studies, broken=tuple(broken))


def read_study(path: Path) -> dict[str, Any] | None:
    """A study's file as it stands; None where missing. Raises one of BROKEN."""
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else None


def read_of_weights(fingerprints: Mapping[str, str], path: Path) -> dict[str, Any] | None:
    """A file about several networks; None where missing, or made with other weights.

    Raises one of BROKEN.
    """
    found = read_study(path)
    if found is None:
        return None
    known = {slug: fingerprints.get(slug) for slug in found["weights"]}
    return found if known == found["weights"] else None


def read_subset(fingerprints: Mapping[str, str], path: Path) -> dict[str, Any] | None:
    """Of what fewer images give, the networks whose weights on all images are these; else None.

    Raises one of BROKEN.
    """
    found = read_study(path)
    if found is None:
        return None
    models = [
        model
        for model in found["models"]
        if model["whole_weights_sha256"] == fingerprints.get(model["scenario"])
    ]
    return {**found, "models": models} if models else None
