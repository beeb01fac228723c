"""What an epoch is made of: draws that repeat, classes that are even, weights that mean one."""

from __future__ import annotations

import keras
import numpy as np

from models.study.batches import (
    Batches,
    RandomAffine,
    augmenter,
    draw_equally,
    sample_weights,
)
from scenarios.contract import Augmentation, InputSpec

LABELS = np.array([0] * 5 + [1] * 12 + [2] * 20)


def batches(images: np.ndarray, **options: object) -> Batches:
    weights = np.arange(len(LABELS), dtype="float32")
    return Batches(images, LABELS, weights, 3, 4, [0, 1], **options)  # type: ignore[arg-type]


def test_equal_draw_takes_what_the_rarest_class_has() -> None:
    rows = draw_equally(LABELS, 100, np.random.default_rng(0))
    assert np.bincount(LABELS[rows]).tolist() == [5, 5, 5]
    assert len(set(rows.tolist())) == 15
    fewer = draw_equally(LABELS, 3, np.random.default_rng(0))
    assert np.bincount(LABELS[fewer]).tolist() == [3, 3, 3]
    everything = draw_equally(LABELS, None, np.random.default_rng(0))
    assert sorted(everything.tolist()) == list(range(37))


def test_weights_mean_one_and_balance_the_classes() -> None:
    np.testing.assert_array_equal(sample_weights(LABELS, 0), np.ones(37))
    weights = sample_weights(LABELS, 1)
    np.testing.assert_allclose(weights.mean(), 1, rtol=1e-6)
    totals = [weights[label == LABELS].sum() for label in range(3)]
    np.testing.assert_allclose(totals, totals[0], rtol=1e-5)
    half = sample_weights(LABELS, 0.5)
    np.testing.assert_allclose(half[0] / half[-1], np.sqrt(20 / 5), rtol=1e-5)


def test_an_epoch_is_drawn_alike_after_a_resume_and_anew_for_the_next() -> None:
    features = np.arange(37.0)[:, None]
    whole, resumed = batches(features), batches(features)
    whole.redraw(0)
    whole.redraw(3)
    resumed.redraw(3)
    assert whole.chosen.tolist() == resumed.chosen.tolist()
    resumed.redraw(4)
    assert whole.chosen.tolist() != resumed.chosen.tolist()


def test_rows_labels_and_weights_stay_together() -> None:
    found = batches(np.arange(37.0)[:, None], limit=10)
    assert len(found) == 2  # of 4 images each; the last two wait
    for number in range(len(found)):
        inputs, one_hot, weights = found[number]
        rows = inputs[:, 0].astype(int)
        assert inputs.dtype == np.float32
        np.testing.assert_array_equal(one_hot.argmax(axis=1), LABELS[rows])
        np.testing.assert_array_equal(weights, rows)


def test_images_become_the_networks_input() -> None:
    images = np.random.default_rng(0).integers(0, 256, (37, 48, 48, 3), dtype=np.uint8)
    inputs, _, _ = batches(images, spec=InputSpec(32))[0]
    assert inputs.shape == (4, 32, 32, 3)
    assert inputs.max() > 100  # raw 0-255


def test_augmentation_acts_in_training_only_and_stays_in_range() -> None:
    change = Augmentation(
        rotation=0.1, shift=0.1, zoom=0.1, brightness=0.3, contrast=0.3, grey=0.5, erase=1
    )
    images = np.random.default_rng(0).uniform(0, 255, (4, 48, 48, 3)).astype("float32")
    layers = augmenter(change)
    np.testing.assert_array_equal(np.asarray(layers(images, training=False)), images)
    changed = np.asarray(layers(images, training=True))
    assert not np.allclose(changed, images)
    assert changed.min() >= 0
    assert changed.max() <= 255
    none = np.asarray(augmenter(None)(images, training=True))
    np.testing.assert_array_equal(none, images)


def gradient_energy(pictures: np.ndarray) -> float:
    return float((np.diff(pictures[:, 6:-6, 6:-6], axis=2) ** 2).mean())


def faces_like(number: int) -> np.ndarray:
    """Pictures (number, 48, 48, 3) as detailed as a small photo: waves down to 3 px."""
    rng = np.random.default_rng(0)
    along = np.arange(48)
    pictures = np.full((number, 48, 48, 3), 128.0, dtype="float32")
    for picture in pictures:
        for _ in range(12):
            period, angle, phase = rng.uniform((3, 0, 0), (24, np.pi, 2 * np.pi))
            way = np.cos(angle) * along[:, None] + np.sin(angle) * along[None]
            picture += 8 * np.sin(2 * np.pi * way / period + phase)[..., None]
    return pictures


def test_affine_without_strength_leaves_the_picture() -> None:
    pictures = faces_like(4)
    unchanged = np.asarray(RandomAffine(Augmentation(flip=False))(pictures, training=True))
    assert np.abs(unchanged - pictures)[:, 2:-2, 2:-2].max() < 4


def test_affine_mirrors_about_half_of_the_pictures_and_nothing_else() -> None:
    keras.utils.set_random_seed(0)
    pictures = faces_like(32)
    changed = np.asarray(RandomAffine(Augmentation())(pictures, training=True))
    inner = (slice(2, -2), slice(2, -2))
    kept, mirrored = (
        np.array(
            [np.abs(a[inner] - b[inner]).max() < 4 for a, b in zip(changed, other, strict=True)]
        )
        for other in (pictures, pictures[:, :, ::-1])
    )
    assert (kept ^ mirrored).all()
    assert 8 <= mirrored.sum() <= 24


def test_augmented_pictures_stay_sharp() -> None:
    keras.utils.set_random_seed(0)
    pictures = faces_like(32)
    change = Augmentation(rotation=0.02, shift=0.05, zoom=0.05)
    changed = np.asarray(RandomAffine(change)(pictures, training=True))
    assert gradient_energy(changed) > 0.85 * gradient_energy(pictures)
