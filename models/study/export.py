"""Write a trained network: one self-contained .keras file and its line in the manifest."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from scenarios import Scenario

# Arrays up to this many numbers (biases, preprocessing) keep float32.
SMALL = 4096
# Settings of layers that Keras got after 3.12; all scenarios leave them at "off".
UNUSED = ("quantization_config", "renorm", "renorm_clipping", "renorm_momentum")


def save_model(model: keras.Model, path: Path) -> None:
    """Save ``model`` as .keras with its large arrays stored as float16: half the bytes.

    Keras reads them back into float32 variables. The configuration is reduced to what lasts, see
    ``_lasting``, so that Keras from 3.12 on opens the file and opens it quickly. Written under
    another name and renamed, so that a killed run leaves no half file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    full = path.with_suffix(".full.keras")
    model.save(full)
    half = path.with_suffix(".half.keras")
    with zipfile.ZipFile(full) as source, zipfile.ZipFile(half, "w") as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename.endswith(".h5"):
                content = _halve(content)
            elif item.filename == "config.json":
                content = json.dumps(_lasting(json.loads(content))).encode()
            target.writestr(item, content)
    full.unlink()
    os.replace(half, path)


def _lasting(config: Any) -> Any:
    """A network's configuration without what only a fresh network needs, at any depth.

    How weights were drawn at random says nothing once they are stored, costs seconds to repeat,
    and is written in ways that older versions of Keras cannot read; nor can they read settings
    that came later (UNUSED), which no scenario uses.
    """
    if isinstance(config, list):
        return [_lasting(item) for item in config]
    if not isinstance(config, dict):
        return config
    zeros = {"module": "keras.initializers", "class_name": "Zeros", "config": {}}
    return {
        key: {**zeros, "registered_name": None}
        if key.endswith("_initializer") and value is not None
        else _lasting(value)
        for key, value in config.items()
        if key not in UNUSED
    }


def _halve(content: bytes) -> bytes:
    """An HDF5 file with its large float32 datasets as float16."""
    buffer = io.BytesIO()
    with h5py.File(io.BytesIO(content)) as source, h5py.File(buffer, "w") as target:

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Group):
                group = target.require_group(name)
                group.attrs.update(item.attrs)
                return
            values = item[()]
            if item.dtype == np.float32 and item.size > SMALL:
                values = values.astype(np.float16)
            target.create_dataset(name, data=values).attrs.update(item.attrs)

        target.attrs.update(source.attrs)
        source.visititems(copy)
    return buffer.getvalue()


def write_manifest_entry(folder: Path, scenario: Scenario, about: dict[str, Any]) -> None:
    """Add or replace one model's entry in ``folder/manifest.json``.

    about: what it was trained on, from which start, under which licence; kept as it is beside
    file name, bytes, sha256, emotions in output order and input size.
    """
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) if path.exists() else {"models": {}}
    file = folder / f"{scenario.slug}.keras"
    content = file.read_bytes()
    manifest["models"][scenario.slug] = {
        "file": file.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "emotions": list(scenario.emotions),
        "input_size": scenario.input.size,
        **about,
    }
    manifest["models"] = dict(sorted(manifest["models"].items()))
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, "utf-8")
    os.replace(temporary, path)


def training_record(folder: Path, slug: str) -> dict[str, Any] | None:
    """What ``models.train`` recorded beside the weights, None where it is not there."""
    path = folder / f"{slug}.training.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None
