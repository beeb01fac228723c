"""Every scenario keeps the contract, and a sixth needs one file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

import scenarios as package
from models.study.datasets import SPLIT_NAMES
from models.study.starts import FILES
from scenarios import EMOTIONS, Scenario, load_all
from scenarios.layers import squeeze_excitation, vgg_preprocessing

FOLDER = Path(package.__file__).parent
SLUGS = sorted(file.stem for file in FOLDER.glob("*.py") if "\nSCENARIO = " in file.read_text())
HEAD = {"head_norm", "head_dense", "probabilities"}


@pytest.fixture(scope="module")
def vgg16_names() -> list[str]:
    """Names of Keras' VGG16 layers without top, by index."""
    base = keras.applications.VGG16(include_top=False, weights=None, input_shape=(48, 48, 3))
    return [layer.name.replace("input_layer", "input") for layer in base.layers]


def weighted(network: keras.Model, trainable: bool) -> set[str]:
    """Names of the layers whose weights are trained, or are not."""
    return {
        layer.name
        for layer in network.layers
        if layer.weights and bool(layer.trainable_weights) is trainable
    }


def between(network: keras.Model, last: str, pictures: np.ndarray) -> np.ndarray:
    """What the layer called ``last`` puts out."""
    return np.asarray(keras.Model(network.input, network.get_layer(last).output)(pictures))


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """Two raw RGB pictures, float32 (2, 48, 48, 3)."""
    values = np.random.default_rng(0).integers(0, 256, (2, 48, 48, 3))
    return values.astype("float32")


@pytest.fixture
def sixth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file scenarios/sixth.py to write a scenario into."""
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    yield tmp_path / "sixth.py"
    sys.modules.pop("scenarios.sixth", None)


def scenario_file(slug: str) -> str:
    return (
        "from dataclasses import replace\n"
        "from scenarios.base_cnn import SCENARIO as CNN\n"
        f"SCENARIO = replace(CNN, slug={slug!r}, order=100)\n"
    )


def test_every_scenario_file_is_found_and_ordered() -> None:
    found = load_all()
    assert sorted(found) == SLUGS
    assert len(SLUGS) >= 5
    orders = [scenario.order for scenario in found.values()]
    assert orders == sorted(orders)


def test_sixth_scenario_is_one_file(sixth: Path) -> None:
    before = list(load_all())
    sixth.write_text(scenario_file("sixth"))
    assert list(load_all()) == [*before, "sixth"]


def test_slug_must_be_the_file_name(sixth: Path) -> None:
    sixth.write_text(scenario_file("another"))
    with pytest.raises(ValueError, match=r"scenarios/sixth.py holds a scenario called 'another'"):
        load_all()


@pytest.mark.parametrize("slug", SLUGS)
def test_values_are_known_to_those_who_read_them(slug: str, scenarios: dict[str, Scenario]) -> None:
    scenario = scenarios[slug]
    recipe = scenario.recipe
    assert set(scenario.emotions) <= set(EMOTIONS)
    assert len(set(scenario.emotions)) == len(scenario.emotions)
    assert recipe.dataset in SPLIT_NAMES
    assert recipe.start is None or recipe.start in FILES
    assert recipe.choose_by in ("accuracy", "balanced_accuracy")
    # a resumed run counts a stage's epochs by the stage's name
    assert len({stage.name for stage in recipe.stages}) == len(recipe.stages)


@pytest.mark.parametrize("slug", SLUGS)
def test_network_keeps_the_contract(
    slug: str, scenarios: dict[str, Scenario], networks: dict[str, keras.Model]
) -> None:
    scenario, network = scenarios[slug], networks[slug]
    size = scenario.input.size
    assert network.input_shape == (None, size, size, 3)
    assert not network.compiled
    pictures = np.random.default_rng(1).uniform(0, 255, (2, size, size, 3)).astype("float32")
    answers = np.asarray(network(pictures, training=False))
    assert answers.shape == (2, len(scenario.emotions))
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    assert isinstance(network.layers[-1], keras.layers.Dense)
    explained = network.get_layer(scenario.heatmap_layer).output
    assert len(explained.shape) == 4
    keras.Model(explained, network.output)  # ValueError where the answer also rests on another way
    for stage in scenario.recipe.stages:
        assert stage.cached_at is None or network.get_layer(stage.cached_at)


def test_frozen_baseline_trains_its_head_only(
    networks: dict[str, keras.Model], vgg16_names: list[str]
) -> None:
    network = networks["vgg16_frozen"]
    assert weighted(network, trainable=True) == HEAD
    convolutions = {name for name in vgg16_names if "conv" in name}
    assert weighted(network, trainable=False) == {*convolutions, "grey_and_mean"}


def test_proposal_trains_layers_11_to_18_of_keras_list(
    networks: dict[str, keras.Model], vgg16_names: list[str]
) -> None:
    network = networks["vgg16_se"]
    assert len(vgg16_names) == 19
    unfrozen = {name for name in vgg16_names[11:19] if "conv" in name}
    frozen = {name for name in vgg16_names[:11] if "conv" in name}
    assert weighted(network, trainable=True) == {*unfrozen, "se_reduce", "se_gate", *HEAD}
    assert weighted(network, trainable=False) == {*frozen, "grey_and_mean"}


def test_both_vgg16_share_their_input(scenarios: dict[str, Scenario]) -> None:
    assert scenarios["vgg16_frozen"].input == scenarios["vgg16_se"].input


def test_se_stands_before_the_last_pooling_with_a_map_to_squeeze(
    networks: dict[str, keras.Model],
) -> None:
    network = networks["vgg16_se"]
    _, height, width, channels = network.get_layer("se_squeeze").input.shape
    assert min(height, width) > 1
    assert channels == 512
    assert network.get_layer("se_reduce").units == 512 // 16
    assert network.get_layer("block5_pool").input is network.get_layer("se_scale").output


def test_se_block_computes_its_formula() -> None:
    inputs = keras.Input((4, 4, 8))
    network = keras.Model(inputs, squeeze_excitation(inputs, 2, "se"))
    x = np.random.default_rng(0).normal(size=(2, 4, 4, 8)).astype("float32")
    w1, b1 = (np.asarray(w) for w in network.get_layer("se_reduce").weights)
    w2, b2 = (np.asarray(w) for w in network.get_layer("se_gate").weights)
    hidden = np.maximum(x.mean(axis=(1, 2)) @ w1 + b1, 0)  # (2, 4)
    gate = 1 / (1 + np.exp(-(hidden @ w2 + b2)))  # (2, 8)
    expected = x * gate[:, None, None]
    np.testing.assert_allclose(np.asarray(network(x)), expected, rtol=1e-5, atol=1e-6)


def test_vgg_preprocessing_is_that_of_keras_applications(pictures: np.ndarray) -> None:
    inputs = keras.Input((48, 48, 3))
    network = keras.Model(inputs, vgg_preprocessing(inputs, grey=False))
    for application in (keras.applications.vgg16, keras.applications.vgg19):
        expected = application.preprocess_input(pictures.copy())
        np.testing.assert_allclose(np.asarray(network(pictures)), expected, atol=1e-3)


@pytest.mark.parametrize("slug", ["vgg16_frozen", "vgg16_se"])
def test_vgg16_sees_pillows_grey(
    slug: str, networks: dict[str, keras.Model], pictures: np.ndarray
) -> None:
    seen = between(networks[slug], "grey_and_mean", pictures)
    for row, picture in zip(seen, pictures, strict=True):
        grey = Image.fromarray(picture.astype("uint8")).convert("L").convert("RGB")
        expected = keras.applications.vgg16.preprocess_input(np.asarray(grey, dtype="float32"))
        np.testing.assert_allclose(row, expected, atol=1)  # Pillow rounds to whole numbers


@pytest.mark.parametrize(
    ("slug", "layer", "application"),
    [
        ("vgg19", "bgr_and_mean", keras.applications.vgg19),
        ("mobilenet", "to_signed_unit", keras.applications.mobilenet_v2),
    ],
)
def test_network_begins_with_its_preprocess_input(
    slug: str, layer: str, application: object, networks: dict[str, keras.Model]
) -> None:
    pictures = np.random.default_rng(2).integers(0, 256, (1, 128, 128, 3)).astype("float32")
    expected = application.preprocess_input(pictures.copy())  # type: ignore[attr-defined]
    np.testing.assert_allclose(between(networks[slug], layer, pictures), expected, atol=1e-3)
