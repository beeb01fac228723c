"""Scenario 3: a small network of our own, from random weights, 3 classes on MMA at 128 px.

Three convolution-pooling stages and a fully connected head, as in the three-class study: what can
be learnt without any pretraining.

    python -m models.train base_cnn --data DATA
"""

import keras
from keras import layers

from scenarios.contract import InputSpec, Recipe, Scenario, Stage
from scenarios.layers import MMA_AUGMENTATION, softmax_head

INPUT = InputSpec(size=128)
EMOTIONS = ("disgust", "happy", "sad")


def normalised_convolution(x: keras.KerasTensor, channels: int, name: str) -> keras.KerasTensor:
    """Convolution 3 x 3, batch normalisation (Ioffe & Szegedy 2015), ReLU.

    (N, H, W, C) to (N, H, W, channels).
    """
    x = layers.Conv2D(channels, 3, padding="same", use_bias=False, name=name)(x)
    return layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(name=f"{name}_norm")(x))


def build() -> keras.Model:
    """Raw RGB (N, 128, 128, 3) to softmax (N, 3); every layer is trainable."""
    inputs = keras.Input((INPUT.size, INPUT.size, 3), name="rgb")
    x = layers.Rescaling(1 / 255, dtype="float32", name="to_unit")(inputs)
    # Enlarged from 48 px, a face holds nothing finer than 2.7 px: half the size loses little.
    x = layers.AveragePooling2D(2, name="half")(x)  # (N, 64, 64, 3)
    for stage, channels in ((1, 32), (2, 64), (3, 128)):
        x = normalised_convolution(x, channels, f"stage{stage}_conv")
        x = layers.MaxPooling2D(name=f"stage{stage}_pool")(x)  # sides 32, 16, 8
    x = layers.Flatten(name="flatten")(x)  # (N, 8192)
    x = layers.Dropout(0.3, name="dropout_features")(x)
    # Normalised before its ReLU, like the stages: without that these units died in training.
    x = layers.Dense(128, use_bias=False, name="head_dense")(x)
    x = layers.ReLU(name="head_relu")(layers.BatchNormalization(name="head_norm")(x))
    x = layers.Dropout(0.3, name="dropout_head")(x)
    return keras.Model(inputs, softmax_head(x, len(EMOTIONS)), name="base_cnn")


SCENARIO = Scenario(
    slug="base_cnn",
    title="scenario.base_cnn.title",
    summary="scenario.base_cnn.summary",
    hypothesis="scenario.base_cnn.hypothesis",
    emotions=EMOTIONS,
    input=INPUT,
    recipe=Recipe(
        dataset="mma",
        stages=(
            Stage(
                "training",
                epochs=25,
                learning_rate=1e-3,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
            ),
        ),
        batch_size=32,
        label_smoothing=0.1,
        augmentation=MMA_AUGMENTATION,
        samples_per_class=3_200,
        choose_by="balanced_accuracy",
    ),
    build=build,
    heatmap_layer="stage3_conv_relu",
    order=3,
)
