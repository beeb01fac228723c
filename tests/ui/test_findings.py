"""Whatever is in the results' folder, the pages show what is sound and name what is not."""

from __future__ import annotations

import copy
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from scenarios import Scenario
from tests.ui.studies import ABLATION, BENCHMARK, DISAGREEMENT, REGIONS, SUBSET
from ui.evidence import render_evidence
from ui.findings import Findings, read_findings, read_subset
from ui.method import render_method
from ui.results import RESULTS
from ui.text import ASSETS, LANGUAGES, load_text

MEASURED = "vgg16_se"
STUDIES = {"ablation": ABLATION, "regions": REGIONS, "benchmark": BENCHMARK}
OF_WEIGHTS = ("subset", "disagreement")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The project's own results, to be damaged."""
    for path in RESULTS.glob("*.json"):
        shutil.copy(path, tmp_path)
    shutil.copy(ASSETS / "references.json", tmp_path)
    for name, study in STUDIES.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(study))
    served = {path.stem: json.loads(path.read_text("utf-8")) for path in RESULTS.glob("*_cnn.json")}
    sha256 = {slug: result["weights"]["sha256"] for slug, result in served.items()}
    few = [model for model in SUBSET["models"] if model["scenario"] in sha256]
    few = [{**model, "whole_weights_sha256": sha256[model["scenario"]]} for model in few]
    (tmp_path / "subset.json").write_text(json.dumps({**SUBSET, "models": few}))
    (tmp_path / "disagreement.json").write_text(json.dumps({**DISAGREEMENT, "weights": sha256}))
    return tmp_path


def found_in(folder: Path, scenarios: dict[str, Scenario]) -> Findings:
    """What is read, of the weights that the files themselves name; both pages can show it."""
    fingerprints = {}
    for slug in scenarios:
        path = RESULTS / f"{slug}.json"
        if path.exists():
            fingerprints[slug] = json.loads(path.read_text("utf-8"))["weights"]["sha256"]
    findings = read_findings(scenarios, fingerprints, folder, folder / "references.json")
    items = list(scenarios.values())
    records = {slug: found and found["training"] for slug, found in findings.results.items()}
    for language in LANGUAGES:
        text = load_text(language)
        studies = findings.ablation, findings.regions, findings.benchmark
        known = findings.results, findings.comparison, findings.references
        more = {name: getattr(findings, name) for name in OF_WEIGHTS}
        render_evidence(text, items, *known, *studies, **more)
        render_method(text, items, {}, records)
    return findings


def test_whole_files_are_shown(
    folder: Path, scenarios: dict[str, Scenario], capsys: pytest.CaptureFixture[str]
) -> None:
    findings = found_in(folder, scenarios)

    assert findings.broken == ()
    assert findings.references
    assert (findings.ablation, findings.regions) == (ABLATION, REGIONS)
    measured = {slug for slug, result in findings.results.items() if result}
    assert measured == {path.stem for path in RESULTS.glob("*.json")} & scenarios.keys()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "name",
    [
        f"{MEASURED}.json",
        "comparison.json",
        "references.json",
        "ablation.json",
        "regions.json",
        "subset.json",
        "disagreement.json",
    ],
)
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"\xff\x00", b"[" * 200_000])
def test_a_broken_file_is_named_and_the_others_are_shown(
    folder: Path,
    scenarios: dict[str, Scenario],
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes,
) -> None:
    (folder / name).write_bytes(content)
    findings = found_in(folder, scenarios)

    assert findings.broken == (name,)
    assert f"{folder / name} is not shown, it is broken: " in capsys.readouterr().out
    assert findings.results["vgg16_frozen"]
    assert (findings.results[MEASURED] is None) == (name == f"{MEASURED}.json")
    assert bool(findings.references) == (name != "references.json")
    for study in (*STUDIES, *OF_WEIGHTS):
        assert bool(getattr(findings, study)) == (name != f"{study}.json")


def test_a_file_in_a_folder_s_place(folder: Path, scenarios: dict[str, Scenario]) -> None:
    path = folder / f"{MEASURED}.json"
    path.unlink()
    path.mkdir()

    assert found_in(folder, scenarios).broken == (path.name,)


def test_no_files_are_no_fault(tmp_path: Path, scenarios: dict[str, Scenario]) -> None:
    shutil.copy(ASSETS / "references.json", tmp_path)
    findings = found_in(tmp_path, scenarios)

    assert findings.broken == ()
    assert not any(findings.results.values())


def test_results_of_other_weights_are_no_fault(
    folder: Path, scenarios: dict[str, Scenario]
) -> None:
    path = folder / f"{MEASURED}.json"
    plain = json.loads(path.read_text("utf-8"))
    plain["weights"]["sha256"] = "0" * 64
    path.write_text(json.dumps(plain))
    findings = found_in(folder, scenarios)

    assert (findings.broken, findings.results[MEASURED]) == ((), None)


def test_only_networks_at_hand_stand_beside_those_on_fewer_images(tmp_path: Path) -> None:
    path = tmp_path / "subset.json"
    assert read_subset({}, path) is None, "no file"
    path.write_text(json.dumps(SUBSET))

    known = {"base_cnn": "of base_cnn", "mobilenet": "of another"}
    found = read_subset(known, path)
    assert found is not None
    assert [model["scenario"] for model in found["models"]] == ["base_cnn"]
    assert read_subset({"mobilenet": "of another"}, path) is None


def places(plain: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a JSON value, at any depth."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(plain, (list, dict)):
        inside = list(enumerate(plain) if isinstance(plain, list) else plain.items())
    found = [before] if before else []
    for key, value in inside:
        found += places(value, (*before, key))
    return found


def test_whatever_is_changed_in_a_file_the_pages_can_be_shown(
    folder: Path, scenarios: dict[str, Scenario]
) -> None:
    path = folder / f"{MEASURED}.json"
    whole = json.loads(path.read_text("utf-8"))
    dice = random.Random(0)
    broken = 0
    for place in dice.sample(places(whole), 120):
        plain = copy.deepcopy(whole)
        holder = plain
        for key in place[:-1]:
            holder = holder[key]
        if dice.random() < 0.4:
            del holder[place[-1]]
        else:
            holder[place[-1]] = dice.choice([None, "x", -1, 1e300, [], {}, True, float("nan")])
        path.write_text(json.dumps(plain))
        findings = found_in(folder, {MEASURED: scenarios[MEASURED]})
        broken += findings.broken == (path.name,)
        assert findings.broken in ((), (path.name,))
    assert broken > 30
