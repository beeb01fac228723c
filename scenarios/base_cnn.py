"""Scenario 3: a small network of our own, from random weights, 3 classes on MMA at 128 px.

Three convolution-pooling stages and a fully connected head, as in the three-class study: what can
be learnt without any pretraining. Batch normalisation (Ioffe & Szegedy 2015) steadies it.

    python -m models.train base_cnn --data DATA
"""

import keras
from keras import layers

from scenarios.contract import InputSpec, Recipe, Scenario, Stage
from scenarios.layers import MMA_AUGMENTATION, softmax_head

INPUT = InputSpec(size=128)
EMOTIONS = ("disgust", "happy", "sad")


def build() -> keras.Model:
    """Raw RGB (N, 128, 128, 3) to softmax (N, 3); every layer is trainable."""
    inputs = keras.Input((INPUT.size, INPUT.size, 3), name="rgb")
    x = layers.Rescaling(1 / 255, dtype="float32", name="to_unit")(inputs)
    for stage, channels in enumerate((32, 64, 128), start=1):
        x = layers.Conv2D(channels, 3, padding="same", use_bias=False, name=f"conv{stage}")(x)
        x = layers.BatchNormalization(name=f"norm{stage}")(x)
        x = layers.ReLU(name=f"relu{stage}")(x)
        x = layers.MaxPooling2D(name=f"pool{stage}")(x)  # (N, 64, 64, 32) … (N, 16, 16, 128)
    x = layers.AveragePooling2D(4, name="average")(x)  # (N, 4, 4, 128)
    x = layers.Flatten(name="flatten")(x)  # (N, 2048)
    x = layers.Dropout(0.3, name="dropout_features")(x)
    x = layers.Dense(128, activation="relu", name="head_dense")(x)
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
                epochs=6,
                learning_rate=5e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
            ),
        ),
        label_smoothing=0.1,
        augmentation=MMA_AUGMENTATION,
        samples_per_class=2_000,
        choose_by="balanced_accuracy",
    ),
    build=build,
    heatmap_layer="conv3",
    order=3,
)
