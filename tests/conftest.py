"""Fixtures that several test files share."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import pytest

from scenarios import Scenario, load_all
from tests.browser import (  # noqa: F401  (fixtures: the running app, and a browser to visit it)
    app,
    chromium,
    pytest_runtest_makereport,
    server,
    toy_data,
    toy_weights,
    visits,
)

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the repository that holds datasets and starting weights."""
    if not SHARED.exists():
        pytest.skip(
            f"{SHARED} is not here: datasets and starting weights are not in the repository"
        )
    return SHARED


@pytest.fixture(scope="session")
def scenarios() -> dict[str, Scenario]:
    """Every scenario by slug."""
    return load_all()


@pytest.fixture(scope="session")
def networks(scenarios: dict[str, Scenario]) -> dict[str, keras.Model]:
    """A fresh network of every scenario, with random weights; tests leave them as they are."""
    return {slug: scenario.build() for slug, scenario in scenarios.items()}


@pytest.fixture(scope="session")
def random_vgg16(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds random VGG16 weights under the name training looks for."""
    folder = tmp_path_factory.mktemp("start")
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(48, 48, 3))
    base.save_weights(folder / "vgg16_imagenet_notop.weights.h5")
    return folder
