"""Features in files: computed once, the versions in turn, found again after a kill."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from models.images import to_input
from models.study.features import Features
from scenarios.contract import Augmentation, InputSpec
from tests.toys import build_toy

SPEC = InputSpec(16)
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 48, 48, 3), dtype=np.uint8)


@pytest.fixture
def base() -> keras.Model:
    network = build_toy(3, 16)
    return keras.Model(network.input, network.get_layer("conv").output)


def kept(base: keras.Model, folder: Path, versions: int = 3, seed: int = 0) -> Features:
    return Features(base, IMAGES, SPEC, folder, Augmentation(rotation=0.1), versions, seed)


def test_the_first_version_is_of_the_images_as_they_are(base: keras.Model, tmp_path: Path) -> None:
    expected = base.predict(to_input(list(IMAGES), SPEC), verbose=0)
    first = kept(base, tmp_path).of_epoch(0)
    assert first.dtype == np.float16
    np.testing.assert_allclose(first, expected, rtol=2e-3, atol=2e-3)


def test_epochs_take_the_versions_in_turn(base: keras.Model, tmp_path: Path) -> None:
    features = kept(base, tmp_path)
    epochs = [np.array(features.of_epoch(epoch)) for epoch in range(4)]
    np.testing.assert_array_equal(epochs[3], epochs[0])
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert not np.allclose(epochs[one], epochs[other], atol=0.1)


def test_augmentation_depends_on_the_seed_alone(base: keras.Model, tmp_path: Path) -> None:
    one, again, other = (
        np.array(kept(base, tmp_path / name, seed=seed).of_epoch(1))
        for name, seed in (("one", 0), ("again", 0), ("other", 5))
    )
    np.testing.assert_array_equal(one, again)
    assert not np.allclose(one, other, atol=0.1)


def test_what_is_kept_is_not_computed_again(
    base: keras.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = np.array(kept(base, tmp_path).of_epoch(1))
    monkeypatch.setattr(keras.Model, "predict", lambda *_, **__: pytest.fail("computed again"))
    np.testing.assert_array_equal(kept(base, tmp_path).of_epoch(1), before)


def test_another_network_another_picture_another_version(base: keras.Model, tmp_path: Path) -> None:
    def differing(changed: Features) -> bool:
        return not np.allclose(changed.of_epoch(0), kept(base, tmp_path).of_epoch(0), atol=0.1)

    pictures = Features(base, 255 - IMAGES, SPEC, tmp_path)
    network = build_toy(3, 16)
    network.set_weights([values + 1 for values in network.get_weights()])
    retrained = keras.Model(network.input, network.get_layer("conv").output)
    assert differing(pictures)
    assert differing(Features(retrained, IMAGES, SPEC, tmp_path))


def test_half_a_version_does_not_count(
    base: keras.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(keras.Model, "predict", lambda *_, **__: np.full((5, 16, 16, 3), "x"))
        with pytest.raises(ValueError, match="could not convert"):
            kept(base, tmp_path).of_epoch(0)
    expected = base.predict(to_input(list(IMAGES), SPEC), verbose=0)
    whole = kept(base, tmp_path).of_epoch(0)
    np.testing.assert_allclose(whole, expected, rtol=2e-3, atol=2e-3)
