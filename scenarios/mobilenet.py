"""Scenario 5: MobileNetV2 (Sandler et al. 2018), 3 classes on MMA at 128 px.

The light one: a tenth of VGG's weights. The whole base is fine-tuned after a warm-up of the head.

    python -m models.train mobilenet --data DATA
"""

from dataclasses import replace

import keras
from keras import layers

from scenarios.contract import InputSpec, Recipe, Scenario, Stage
from scenarios.layers import MMA_AUGMENTATION, softmax_head

INPUT = InputSpec(size=128)
EMOTIONS = ("disgust", "happy", "sad")
# Share of its running means and variances that a norm keeps at each step. Keras' MobileNetV2 keeps
# 0.999: after an epoch of 117 steps they would still be those of the weights before it.
BATCH_MOMENTUM = 0.97
STRONGER = replace(MMA_AUGMENTATION, shift=0.08, zoom=0.15, erase=0.25)


def build() -> keras.Model:
    """Raw RGB (N, 128, 128, 3) to softmax (N, 3); every layer is trainable."""
    inputs = keras.Input((INPUT.size, INPUT.size, 3), name="rgb")
    # mobilenet_v2.preprocess_input: 0-255 to -1..1
    x = layers.Rescaling(1 / 127.5, offset=-1, dtype="float32", name="to_signed_unit")(inputs)
    base = keras.applications.MobileNetV2(include_top=False, weights=None, input_tensor=x)
    for layer in base.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = BATCH_MOMENTUM
    x = layers.GlobalAveragePooling2D(name="pool")(base.output)  # (N, 4, 4, 1280) to (N, 1280)
    x = layers.Dropout(0.3, name="dropout_features")(x)
    x = layers.Dense(128, activation="relu", name="head_dense")(x)
    x = layers.Dropout(0.3, name="dropout_head")(x)
    return keras.Model(inputs, softmax_head(x, len(EMOTIONS)), name="mobilenet")


SCENARIO = Scenario(
    slug="mobilenet",
    title="scenario.mobilenet.title",
    summary="scenario.mobilenet.summary",
    hypothesis="scenario.mobilenet.hypothesis",
    emotions=EMOTIONS,
    input=INPUT,
    recipe=Recipe(
        dataset="mma",
        start="mobilenet_v2",
        stages=(
            Stage(
                "warm-up",
                epochs=5,
                learning_rate=1e-3,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-3),
                head_only=True,
                cached_at="out_relu",
                images=3_000,
            ),
            Stage(
                "fine-tuning",
                epochs=3,
                learning_rate=3e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
            ),
            # Three warm restarts (Loshchilov & Hutter 2017), each added after the network of the
            # stages above had been examined. The first because three epochs were too few: its
            # validation figure was still rising.
            Stage(
                "fine-tuning-2",
                epochs=6,
                learning_rate=3e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
            ),
            # By now it knew the training images too well (0.768 of them against 0.544 of the
            # validation images), so the pictures change more.
            Stage(
                "fine-tuning-3",
                epochs=10,
                learning_rate=5e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
                augmentation=STRONGER,
            ),
            # Its loss on the validation images jumped from epoch to epoch, for the norms' running
            # statistics lagged behind the weights: once more, with norms that keep up. (The stages
            # above were trained with Keras' 0.999; today's build() gives 0.97 to all of them.)
            Stage(
                "fine-tuning-4",
                epochs=6,
                learning_rate=3e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
                augmentation=STRONGER,
            ),
        ),
        label_smoothing=0.1,
        augmentation=MMA_AUGMENTATION,
        samples_per_class=2_500,
        choose_by="balanced_accuracy",
    ),
    build=build,
    heatmap_layer="out_relu",
    order=5,
)
