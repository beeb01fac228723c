"""Find a scenario's weights, verify them, load them: nothing unverified reaches Keras.

``manifest.json`` stands beside the ``.keras`` files and says of each its bytes, SHA-256, emotions
and input size. A file that differs by one byte is refused before it is opened.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from scenarios import Scenario

MANIFEST = "manifest.json"

# One sentence a code; the pages look up ``error.weights.<code>`` and fill in the same details.
SENTENCES = {
    "manifest_missing": "{file} is missing, so no weights can be verified.",
    "manifest_broken": "{file} cannot be used: {problem}.",
    "not_in_manifest": "{file} has no entry for {scenario}: it was not trained yet.",
    "missing": "{file} is missing.",
    "wrong_size": "{file} has {found} bytes where the manifest says {expected}: "
    "it is cut short or is another file.",
    "wrong_checksum": "{file} is not the file the manifest describes: its SHA-256 begins with "
    "{found}, not {expected}.",
    "wrong_emotions": "{file} answers {found}, but the scenario names {expected}, in that order.",
    "wrong_input": "{file} takes pictures of {found} pixels a side, the scenario of {expected}.",
    "unreadable": "{file} is whole, but Keras cannot open it: {problem}",
    "wrong_network": "{file} holds another network: it maps {found} to {found_output}, "
    "expected {expected} to {expected_output}.",
}
REMEDY = (
    "To mend it, train it: python -m models.train {scenario} --data PATH, "
    "or copy {copy} back from the repository."
)

# What keras.saving.load_model raises on a file it cannot open, or may not open in safe mode.
UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OSError,
    RuntimeError,
    zipfile.BadZipFile,
)


class WeightsError(Exception):
    """A scenario's weights cannot be used. ``code`` is a key of SENTENCES, ``details`` fill it."""

    def __init__(self, code: str, scenario: str, copy: str, **details: Any):
        self.code = code
        self.details = {"scenario": scenario, "copy": copy, **details}
        super().__init__(f"{SENTENCES[code]} {REMEDY}".format(**self.details))


@dataclass(frozen=True)
class Entry:
    """What the manifest says of one file; ``about`` is the rest: origin, licence, dates."""

    file: str
    size: int
    sha256: str
    emotions: tuple[str, ...]
    input_size: int
    about: dict[str, Any]


def read_manifest(folder: Path, scenario: str = "SLUG") -> dict[str, Entry]:
    """Every entry of ``folder/manifest.json`` by slug.

    scenario: the slug that an error's sentence names. Raises WeightsError, manifest_missing or
    manifest_broken.
    """
    path = folder / MANIFEST
    refusal = {"scenario": scenario, "copy": MANIFEST, "file": str(path)}
    try:
        models = json.loads(path.read_text("utf-8"))["models"]
        return {slug: _entry(dict(plain)) for slug, plain in models.items()}
    except FileNotFoundError as error:
        raise WeightsError("manifest_missing", **refusal) from error
    except KeyError as error:
        raise WeightsError("manifest_broken", problem=f"it lacks {error}", **refusal) from error
    except (ValueError, TypeError, AttributeError, OSError) as error:
        raise WeightsError("manifest_broken", problem=str(error), **refusal) from error


def _entry(plain: dict[str, Any]) -> Entry:
    """One entry; raises KeyError or ValueError where it is not as the study writes it."""
    file = str(plain.pop("file"))
    if Path(file).name != file:
        raise ValueError(f"{file!r} is not a plain file name")
    return Entry(
        file=file,
        size=int(plain.pop("bytes")),
        sha256=str(plain.pop("sha256")),
        emotions=tuple(plain.pop("emotions")),
        input_size=int(plain.pop("input_size")),
        about=plain,
    )


def load_network(scenario: Scenario, folder: Path) -> keras.Model:
    """The trained network of a scenario, uncompiled, from ``folder``.

    Raw RGB 0-255 (N, size, size, 3) to softmax (N, emotions). Raises WeightsError: see SENTENCES
    for everything that can be wrong.
    """
    manifest = read_manifest(folder, scenario.slug)
    path = folder / f"{scenario.slug}.keras"
    if scenario.slug not in manifest:
        raise WeightsError("not_in_manifest", scenario.slug, path.name, file=str(folder / MANIFEST))
    entry = manifest[scenario.slug]
    path = folder / entry.file
    _verify(path, entry, scenario)
    try:
        network = keras.saving.load_model(path, compile=False, safe_mode=True)
    except UNREADABLE as error:
        problem = f"{type(error).__name__}: {error}".strip()
        raise WeightsError(
            "unreadable", scenario.slug, path.name, file=str(path), problem=problem
        ) from error
    _check_shapes(network, path, scenario)
    return network


def _verify(path: Path, entry: Entry, scenario: Scenario) -> None:
    """Hold the file against its entry, and the entry against the scenario."""

    def refuse(code: str, found: object, expected: object) -> WeightsError:
        return WeightsError(
            code, scenario.slug, path.name, file=str(path), found=found, expected=expected
        )

    if not path.is_file():
        raise refuse("missing", None, None)
    if path.stat().st_size != entry.size:
        raise refuse("wrong_size", path.stat().st_size, entry.size)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != entry.sha256:
        raise refuse("wrong_checksum", found[:12], entry.sha256[:12])
    if entry.emotions != scenario.emotions:
        raise refuse("wrong_emotions", ", ".join(entry.emotions), ", ".join(scenario.emotions))
    if entry.input_size != scenario.input.size:
        raise refuse("wrong_input", entry.input_size, scenario.input.size)


def _check_shapes(network: keras.Model, path: Path, scenario: Scenario) -> None:
    """Whether the network maps what the scenario feeds it to as many numbers as it has emotions."""
    size = scenario.input.size
    expected = (None, size, size, 3), (None, len(scenario.emotions))
    found = network.input_shape, network.output_shape
    if found != expected:
        raise WeightsError(
            "wrong_network",
            scenario.slug,
            path.name,
            file=str(path),
            found=str(found[0]),
            found_output=str(found[1]),
            expected=str(expected[0]),
            expected_output=str(expected[1]),
        )
