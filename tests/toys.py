"""Toys that stand in for what takes hours: a network of a few weights, datasets of noise."""

from __future__ import annotations

import io
from pathlib import Path

import keras
import numpy as np
from keras import layers
from PIL import Image

from models.compare import Engine
from models.study.export import save_model, write_manifest_entry
from scenarios import EMOTIONS, Scenario
from scenarios.contract import Augmentation, InputSpec, Recipe, Stage

COLOURS = {"disgust": (230, 40, 40), "happy": (40, 230, 40), "sad": (40, 40, 230)}


def build_toy(classes: int, size: int, conv: str = "conv") -> keras.Model:
    """Raw RGB (N, size, size, 3) to softmax (N, classes); class i is the i-th colour channel's.

    conv: name of its convolution.
    """
    inputs = keras.Input((size, size, 3), name="rgb")
    x = layers.Rescaling(1 / 255, name="to_unit")(inputs)
    x = layers.Conv2D(classes, 1, name=conv)(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    x = layers.Dropout(0.1, name="dropout")(x)
    x = layers.Dense(classes, activation="softmax", name="probabilities")(x)
    model = keras.Model(inputs, x, name="toy")
    model.get_layer(conv).set_weights([10 * np.eye(3, classes)[None, None], np.zeros(classes)])
    model.get_layer("probabilities").set_weights([np.eye(classes), np.zeros(classes)])
    return model


def toy_scenario(
    slug: str = "toy", emotions: tuple[str, ...] = tuple(COLOURS), size: int = 16
) -> Scenario:
    """A scenario of the real contract that trains in a second: a head stage, then all layers."""

    def adam(rate: keras.optimizers.schedules.LearningRateSchedule) -> keras.optimizers.Optimizer:
        return keras.optimizers.AdamW(rate, weight_decay=1e-3)

    stages = (
        Stage(
            "warm-up",
            epochs=2,
            learning_rate=1e-3,
            optimizer=adam,
            head_only=True,
            cached_at="conv",
        ),
        Stage("fine-tuning", epochs=3, learning_rate=1e-3, optimizer=adam),
    )
    return Scenario(
        slug=slug,
        title=slug,
        summary=slug,
        hypothesis=slug,
        emotions=emotions,
        input=InputSpec(size),
        recipe=Recipe("mma", stages, batch_size=8, augmentation=Augmentation(rotation=0.05)),
        build=lambda: build_toy(len(emotions), size),
        heatmap_layer="conv",
    )


def store(scenario: Scenario, folder: Path) -> keras.Model:
    """Save a scenario's fresh network with its manifest entry, as training does."""
    network = scenario.build()
    save_model(network, folder / f"{scenario.slug}.keras")
    write_manifest_entry(folder, scenario, {"licence": "none"})
    return network


def twins_and_another(folder: Path) -> Engine:
    """Two toys that are the same network, "one" and "other", and "seven" of seven classes."""
    toys = [toy_scenario("one"), toy_scenario("other"), toy_scenario("seven", EMOTIONS)]
    for toy in toys:
        store(toy, folder)
    engine = Engine(folder, {toy.slug: toy for toy in toys})
    engine.load()
    return engine


def coloured(emotion: str, rng: np.random.Generator) -> np.ndarray:
    """A noisy 48 px picture, uint8 (48, 48, 3), in the colour a toy takes for ``emotion``."""
    noise = rng.integers(-20, 20, (48, 48, 3))
    return (np.array(COLOURS[emotion]) + noise).astype(np.uint8)


def encoded(picture: np.ndarray, suffix: str) -> bytes:
    """A picture as the content of a .png or .jpg file."""
    content = io.BytesIO()
    Image.fromarray(picture).save(content, "PNG" if suffix == ".png" else "JPEG", quality=95)
    return content.getvalue()


def write_files(folder: Path, pictures: dict[str, np.ndarray]) -> Path:
    """Write pictures under their relative paths."""
    for name, picture in pictures.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(picture, path.suffix))
    return folder


def mma_pictures(each: int = 8) -> dict[str, np.ndarray]:
    """MMA's layout with ``each`` coloured images a class and split, none twice."""
    rng = np.random.default_rng(0)
    return {
        f"MMAFEDB/{split}/{emotion}/{emotion.title()}.{number}.jpg": coloured(emotion, rng)
        for split in ("train", "valid", "test")
        for emotion in COLOURS
        for number in range(each)
    }
