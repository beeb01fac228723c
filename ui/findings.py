"""All that was measured, as far as it is sound: no broken file keeps the app from starting."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios import Scenario
from ui.ablation import render_ablation
from ui.evidence import render_evidence
from ui.method import render_method
from ui.regions import render_regions
from ui.results import BROKEN, RESULTS, read_result
from ui.speed import render_speed
from ui.text import ASSETS, Text, load_text

# Each of these studies has a file of its name and a section of the page.
STUDIES: dict[str, Callable[[Text, dict[str, Any] | None], str]] = {
    "ablation": render_ablation,
    "regions": render_regions,
    "benchmark": render_speed,
}


@dataclass(frozen=True)
class Findings:
    """What the pages show.

    results: by slug, None where not measured on the weights at hand. comparison: the tests between
    scenarios, None where there are none of these weights. references: others' figures by dataset.
    ablation, regions, benchmark: None where not measured. broken: names of the files that cannot be
    shown.
    """

    results: dict[str, dict[str, Any] | None]
    comparison: dict[str, Any] | None
    references: dict[str, list[dict[str, Any]]]
    ablation: dict[str, Any] | None
    regions: dict[str, Any] | None
    benchmark: dict[str, Any] | None
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
    results: dict[str, dict[str, Any] | None] = {}
    broken = []

    def refuse(path: Path, error: Exception) -> None:
        broken.append(path.name)
        problem = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        print(f"{path} is not shown, it is broken: {problem}", flush=True)

    for slug, scenario in scenarios.items():
        results[slug] = None
        try:
            result = read_result(slug, fingerprints.get(slug), folder)
            if result:
                render_evidence(text, [scenario], {slug: result}, None, {})
                render_method(text, [scenario], {}, {slug: result["training"]})
            results[slug] = result
        except BROKEN as error:
            refuse(folder / f"{slug}.json", error)
    comparison, references = None, {}
    try:
        found = read_comparison(fingerprints, folder / "comparison.json")
        render_evidence(text, items, {}, found, {})
        comparison = found
    except BROKEN as error:
        refuse(folder / "comparison.json", error)
    try:
        others = json.loads(references_file.read_text("utf-8"))
        render_evidence(text, items, {}, None, others)
        references = others
    except BROKEN as error:
        refuse(references_file, error)
    studies: dict[str, dict[str, Any] | None] = {}
    for name, render in STUDIES.items():
        studies[name] = None
        try:
            study = read_study(folder / f"{name}.json")
            render(text, study)
            studies[name] = study
        except BROKEN as error:
            refuse(folder / f"{name}.json", error)
    return Findings(results, comparison, references, **studies, broken=tuple(broken))


def read_comparison(fingerprints: Mapping[str, str], path: Path) -> dict[str, Any] | None:
    """The tests between scenarios; None where missing, or made with other weights.

    Raises one of BROKEN.
    """
    if not path.exists():
        return None
    found = json.loads(path.read_text("utf-8"))
    known = {slug: fingerprints.get(slug) for slug in found["weights"]}
    return found if known == found["weights"] else None


def read_study(path: Path) -> dict[str, Any] | None:
    """A study's file as it stands; None where missing. Raises one of BROKEN."""
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else None
