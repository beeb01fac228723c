"""What goes to the Hub: the weights with their cards, and the app with the files it needs."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from huggingface_hub import CardData

from models.cards import DATASETS, front_matter, measured, table
from models.hub import Pin
from models.weights import MANIFEST, WeightsError, read_manifest, verify
from scenarios import load_all

Files = dict[str, Path | bytes]  # by the path in the repository: a file here, or what is made

ENTRY = "app.py"
PACKAGES = ("ui", "models", "scenarios")
BESIDE = (
    "README.md", "HOSTING.md", "LICENSE", "requirements.txt", "requirements.lock",
    "models/weights/README.md",
)  # fmt: skip
# Kept for the comparison command; pages that read them import the module that does.
ANSWERS, ANSWERS_READER = "assets/results/answers", "models/study/answers.py"


def app_files(root: Path, weights: Path, pin: Pin | None) -> Files:
    """The app without weights: what app.py imports, assets, and the manifest that names ``pin``."""
    code = {"app.py": root / ENTRY}
    waiting = [root / ENTRY, *sorted((root / "scenarios").glob("*.py"))]  # found by their folder
    while waiting:
        path = waiting.pop()
        code[path.relative_to(root).as_posix()] = path
        waiting += [other for other in _imported(path, root) if other not in code.values()]
    assets = {
        path.relative_to(root).as_posix(): path
        for path in sorted((root / "assets").rglob("*"))
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
    }
    if ANSWERS_READER not in code:
        assets = {name: path for name, path in assets.items() if not name.startswith(ANSWERS)}
    beside = {name: root / name for name in BESIDE if (root / name).is_file()}
    files: Files = {**code, **assets, **beside}
    files[f"models/weights/{MANIFEST}"] = with_pin(weights, pin)
    return dict(sorted(files.items()))


def _imported(path: Path, root: Path) -> Iterator[Path]:
    """The app's own modules that a module names, at its top or inside functions, and their
    packages."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            if parts[0] not in PACKAGES:
                continue
            for depth in range(1, len(parts) + 1):
                module = root.joinpath(*parts[:depth])
                yield from filter(Path.is_file, (module / "__init__.py", module.with_suffix(".py")))


def with_pin(weights: Path, pin: Pin | None) -> bytes:
    """The manifest with this Pin as its ``hub``, or without one."""
    manifest = json.loads((weights / MANIFEST).read_text("utf-8"))
    manifest.pop("hub", None)
    if pin:
        manifest = {"hub": {"repo_id": pin.repo_id, "revision": pin.revision}, **manifest}
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def weights_files(weights: Path, results: Path, repo_id: str) -> Files:
    """Every whole network of the manifest with its card and its training record.

    A network that is not here is left out. Raises WeightsError where one is damaged, or the
    manifest is.
    """
    files: Files = {}
    for slug, entry in read_manifest(weights).items():
        try:
            verify(weights / entry.file, entry, slug)
        except WeightsError as error:
            if error.code != "missing":
                raise
            continue
        files[entry.file] = weights / entry.file
        for name in (f"{slug}.md", f"{slug}.training.json"):
            if (weights / name).is_file():
                files[name] = weights / name
    files["README.md"] = model_readme(weights, results, repo_id, files).encode()
    files[MANIFEST] = with_pin(weights, None)
    return dict(sorted(files.items()))


def model_readme(weights: Path, results: Path, repo_id: str, files: Files) -> str:
    """The model repository's card: all networks in one table, figures only where measured."""
    manifest, found, scenarios = read_manifest(weights), measured(weights, results), load_all()
    rows, index = [], []
    for slug, entry in manifest.items():
        if entry.file not in files:
            continue
        name = f"[{slug}]({slug}.md)" if f"{slug}.md" in files else slug
        row = [name, ", ".join(entry.emotions), entry.input_size]
        if slug in found:
            index += front_matter(scenarios[slug], found[slug]).to_dict()["model-index"]
        rows.append([*row, *_figures(found.get(slug))])
    head = ["network", "answers", "pixels", "exam", "images", "accuracy (95 % interval)"]
    example = next((name for name in files if name.endswith(".keras")), "SLUG.keras")
    terms = (weights / "README.md").read_text("utf-8").partition("## Terms")[2].strip()
    fields: dict[str, Any] = {
        "language": ["id", "en"],
        "library_name": "keras",
        "license": "other",
        "license_name": "academic-use-with-citation",
        "pipeline_tag": "image-classification",
        "tags": ["facial-expression-recognition"],
    }
    if index:
        fields["model-index"] = index
    return f"""---
{CardData(**fields).to_yaml()}
---

# Sidang: facial-expression networks side by side

Self-contained Keras networks: raw RGB, 0 to 255, float32 (N, pixels, pixels, 3) in, probabilities
out; normalisation is inside. `{MANIFEST}` says of each its bytes, SHA-256, answers in output order
and origin.

{table(head, rows)}

```python
import keras
from huggingface_hub import hf_hub_download

network = keras.saving.load_model(hf_hub_download("{repo_id}", "{example}"))
```

A network reads an expression in a picture, not what a person feels, and its figures hold for the
dataset it was examined on.

## Terms

{terms}
"""


def _figures(result: dict[str, Any] | None) -> list[str]:
    """Exam, number of images, accuracy."""
    if result is None:
        return ["not measured yet", "", ""]
    accuracy = result["accuracy"]
    return [
        f"{DATASETS[result['dataset']][0]} {result['split']}",
        f"{result['n']:,}",
        f"{accuracy['value']:.1%} ({accuracy['low']:.1%} to {accuracy['high']:.1%})",
    ]
