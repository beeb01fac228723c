"""Imports run one way: app to ui to models to scenarios."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("scenarios", "models", "ui", "app")  # each may import those before it, and itself
SERVING = {
    "images",
    "cascade",
    "refusals",
    "faces",
    "fetch",
    "hub",
    "weights",
    "agreement",
    "compare",
    "doubt",
    "explain",
    "gates",
    "walk",
    "archive",
    "photos",
    "runtime",
    "sharing",
}  # every other room is the study
SHARED_BY_SCENARIOS = {"scenarios.contract", "scenarios.layers"}
READS_OR_WRITES = {
    "io", "os", "pathlib", "shutil", "tempfile", "urllib", "requests", "socket", "subprocess",
    "json", "csv", "zipfile", "h5py", "PIL",
}  # fmt: skip
FILES = [
    file
    for floor in FLOORS
    for file in ([ROOT / f"{floor}.py"] if floor == "app" else sorted((ROOT / floor).rglob("*.py")))
    if file.exists()
]


def imported(tree: ast.AST, module: str) -> Iterator[str]:
    """Every module a syntax tree names, at its top and inside functions, by full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def imports_of(file: Path) -> set[str]:
    return set(imported(ast.parse(file.read_text("utf-8")), module_of(file)))


def refusals(module: str, names: set[str]) -> list[str]:
    """What a module may not import, by the rules of the house."""
    floor, room = module.split(".")[0], module.split(".")[1] if "." in module else ""
    above = set(FLOORS[FLOORS.index(floor) + 1 :])
    refused = [name for name in names if name.split(".")[0] in above]
    if floor not in ("app", "ui"):
        refused += [name for name in names if name.split(".")[0] in ("gradio", "gradio_client")]
    if floor == "models" and room in SERVING:
        refused += [
            name
            for name in names
            if name.startswith("models.") and name.split(".")[1] not in SERVING
        ]
    if floor == "scenarios":
        refused += [name for name in names if name.split(".")[0] in READS_OR_WRITES]
        if room != "__init__":
            shared = tuple(SHARED_BY_SCENARIOS)
            refused += [
                name
                for name in names
                if name.startswith("scenarios.") and not name.startswith(shared)
            ]
    return refused


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_imports_run_one_way(file: Path) -> None:
    assert not refusals(module_of(file), imports_of(file))


@pytest.mark.parametrize(
    "file", [file for file in FILES if file.parent.name == "scenarios"], ids=module_of
)
def test_scenarios_open_nothing(file: Path) -> None:
    names = {
        node.func.id
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not names & {"open", "print", "input", "exec", "eval"}


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if file.is_relative_to(ROOT / "models") and file.stem not in SERVING],
    ids=module_of,
)
def test_study_runs_on_every_backend(file: Path) -> None:
    named = {name.split(".")[0] for name in imports_of(file)}
    assert not named & {"tensorflow", "jax", "torch"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("scenarios.vgg19", "from scenarios.mobilenet import SCENARIO"),
        ("scenarios.vgg19", "from . import mobilenet"),
        ("scenarios.layers", "from pathlib import Path"),
        ("scenarios.contract", "from models.images import to_input"),
        ("models.compare", "def late():\n    import models.train"),
        ("models.weights", "from models.study import metrics"),
        ("models.faces", "import gradio as gr"),
        ("models.evaluate", "import ui.page"),
        ("ui.page", "import app"),
    ],
)
def test_the_rules_refuse_what_they_should(module: str, source: str) -> None:
    assert refusals(module, set(imported(ast.parse(source), module)))
