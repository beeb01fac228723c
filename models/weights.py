"""Find a scenario's weights, verify them, load them: nothing unverified reaches Keras.

``manifest.json`` stands beside the ``.keras`` files and says of each its bytes, SHA-256, emotions
and input size. A file that differs by one byte is refused before it is opened. One that is not
whole in the folder is looked for on the Hub (``models.hub``), where a repository is named.
"""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from models import hub
from models.hub import Hub, HubError, Pin
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
    "no_access": "{file} cannot be read: {problem}.",
    "newer_keras": "{file} was written by Keras {found}, and Keras {expected} is installed here, "
    "which cannot open it. Install the newer one: pip install -U keras.",
    "unreadable": "{file} is whole, but Keras cannot open it: {problem}",
    "wrong_network": "{file} holds another network: it maps {found} to {found_output}, "
    "expected {expected} to {expected_output}.",
    **hub.SENTENCES,
}
REMEDY = (
    "To mend it, train it: python -m models.train {scenario} --data PATH, "
    "or copy {copy} back from the repository."
)

# What keras.saving.load_model raises on a file it cannot open, or may not open in safe mode.
UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    ImportError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


class WeightsError(Exception):
    """A scenario's weights cannot be used. ``code`` is a key of SENTENCES, ``details`` fill it."""

    def __init__(self, code: str, scenario: str, copy: str, **details: Any):
        self.code = code
        self.details = {"scenario": scenario, "copy": copy, **details}
        remedy = hub.REMEDY if code in hub.SENTENCES else REMEDY
        super().__init__(f"{SENTENCES[code]} {remedy}".format(**self.details))


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
    manifest_broken, where it is not sound as a whole.
    """
    with _refusals(folder, scenario):
        return {slug: _entry(given) for slug, given in _models(folder).items()}


def read_entry(folder: Path, slug: str) -> Entry:
    """One entry, whatever is wrong with the others. Raises WeightsError: as above, or
    not_in_manifest."""
    with _refusals(folder, slug):
        models = _models(folder)
        if slug in models:
            return _entry(models[slug])
    path = folder / MANIFEST
    raise WeightsError("not_in_manifest", slug, f"{slug}.keras", file=str(path))


def find_hub(folder: Path, pin: Pin | None = None) -> Hub | None:
    """Where files that are not whole in ``folder`` may come from.

    pin: another repository than the manifest names. None: nothing is fetched.
    """
    try:
        pin = pin or hub.pin_in(_plain(folder))
    except OSError:
        return None  # each scenario says why
    except (ValueError, RecursionError) as error:
        print(f"{folder / MANIFEST}: {error}. Nothing is fetched from the Hub.", flush=True)
        return None
    return Hub(pin) if pin else None


def _plain(folder: Path) -> dict[str, Any]:
    """The manifest as it stands; raises OSError, ValueError or RecursionError."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    if not isinstance(manifest, dict):
        raise ValueError("it is no object with models")
    return manifest


def _models(folder: Path) -> dict[str, Any]:
    """What the manifest says of each network; raises as above, or KeyError."""
    models = _plain(folder)["models"]
    if not isinstance(models, dict):
        raise ValueError("its models are no object")
    return models


@contextmanager
def _refusals(folder: Path, scenario: str) -> Iterator[None]:
    """What can be wrong with a manifest, as WeightsError."""
    refusal = {"scenario": scenario, "copy": MANIFEST, "file": str(folder / MANIFEST)}
    try:
        yield
    except FileNotFoundError as error:
        raise WeightsError("manifest_missing", **refusal) from error
    except KeyError as error:
        raise WeightsError("manifest_broken", problem=f"it lacks {error}", **refusal) from error
    except OSError as error:
        raise WeightsError("manifest_broken", problem=error.strerror, **refusal) from error
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise WeightsError("manifest_broken", problem=str(error), **refusal) from error


def _entry(given: object) -> Entry:
    """One entry; raises KeyError, ValueError and so on where it is not as the study writes it."""
    if not isinstance(given, dict):
        raise ValueError("an entry is no object")
    plain = dict(given)
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


def load_network(scenario: Scenario, folder: Path, source: Hub | None = None) -> keras.Model:
    """The trained network of a scenario, uncompiled, from ``folder`` or else from the Hub.

    Raw RGB 0-255 (N, size, size, 3) to softmax (N, emotions). source: where a file that is not
    whole in the folder is looked for. Raises WeightsError: see SENTENCES for everything that can
    be wrong.
    """
    entry = read_entry(folder, scenario.slug)
    _check_entry(entry, scenario, folder)
    path = whole_file(entry, scenario.slug, folder, source)
    try:
        network = keras.saving.load_model(path, compile=False, safe_mode=True)
        _check_shapes(network, path, scenario)
    except UNREADABLE as error:
        raise _unreadable(path, scenario, error) from error
    return network


def _check_entry(entry: Entry, scenario: Scenario, folder: Path) -> None:
    """Hold the manifest's entry against the scenario, before anything is opened or fetched."""
    refusal = {"scenario": scenario.slug, "copy": entry.file, "file": str(folder / entry.file)}
    if entry.emotions != scenario.emotions:
        found, expected = ", ".join(entry.emotions), ", ".join(scenario.emotions)
        raise WeightsError("wrong_emotions", found=found, expected=expected, **refusal)
    if entry.input_size != scenario.input.size:
        size = scenario.input.size
        raise WeightsError("wrong_input", found=entry.input_size, expected=size, **refusal)


def whole_file(entry: Entry, slug: str, folder: Path, source: Hub | None) -> Path:
    """The verified file: the folder's, else the Hub's. Raises WeightsError."""
    path = folder / entry.file
    try:
        verify(path, entry, slug)
        return path
    except WeightsError as error:
        if source is None:
            raise
        if error.code != "missing":
            print(f"{SENTENCES[error.code].format(**error.details)}", flush=True)
    try:
        return source.find(entry.file, entry.size, entry.sha256)
    except HubError as error:
        raise WeightsError(error.code, slug, entry.file, file=str(path), **error.details) from error


def verify(path: Path, entry: Entry, slug: str) -> None:
    """Hold a file against its entry. Raises WeightsError: missing, wrong_size, wrong_checksum or
    no_access."""
    refusal = {"scenario": slug, "copy": entry.file, "file": str(path)}
    try:
        if not path.is_file():
            raise WeightsError("missing", **refusal)
        found = path.stat().st_size
        if found != entry.size:
            raise WeightsError("wrong_size", found=found, expected=entry.size, **refusal)
        sha256 = hub.checksum(path)
    except OSError as error:
        raise WeightsError("no_access", problem=error.strerror, **refusal) from error
    if sha256 != entry.sha256:
        first, expected = sha256[:12], entry.sha256[:12]
        raise WeightsError("wrong_checksum", found=first, expected=expected, **refusal)


def _unreadable(path: Path, scenario: Scenario, error: Exception) -> WeightsError:
    """Why Keras could not open a whole file: it may come from a newer Keras."""
    refusal = {"scenario": scenario.slug, "copy": path.name, "file": str(path)}
    try:
        with zipfile.ZipFile(path) as archive:
            written = str(json.loads(archive.read("metadata.json"))["keras_version"])
        newer = _release(written) > _release(keras.__version__)
    except UNREADABLE:
        newer = False
    if newer:
        return WeightsError("newer_keras", found=written, expected=keras.__version__, **refusal)
    first_line = str(error).replace(str(path), path.name).strip().partition("\n")[0]
    problem = f"{type(error).__name__}: {first_line[:300]}"
    return WeightsError("unreadable", problem=problem, **refusal)


def _release(version: str) -> tuple[int, ...]:
    """ "3.15.1" as (3, 15); raises ValueError."""
    return tuple(int(part) for part in version.split(".")[:2])


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
