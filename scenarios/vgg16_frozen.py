"""Scenario 1, the baseline: VGG16 as a fixed feature extractor, 7 classes on FER-2013.

Every ImageNet layer (Simonyan & Zisserman 2015) stays as it is and only a small head learns, on
images without augmentation. It is what the proposal, ``vgg16_se``, must beat, so it gets the same
input and the same resolution.

    python -m models.train vgg16_frozen --data DATA
"""

import keras
from keras import layers

from scenarios.contract import EMOTIONS, InputSpec, Recipe, Scenario, Stage
from scenarios.layers import chain, softmax_head, vgg16_on_grey

INPUT = InputSpec(size=48)


def build() -> keras.Model:
    """Raw RGB (N, 48, 48, 3) to softmax (N, 7); only the head is trainable."""
    inputs, x, base = vgg16_on_grey(INPUT.size)
    base.trainable = False
    x = chain(x, base.layers[1:])  # block1_conv1 to block5_pool: (N, 3, 3, 512)
    x = layers.Flatten(name="flatten")(x)  # (N, 4608)
    x = layers.BatchNormalization(name="head_norm")(x)
    x = layers.Dropout(0.5, name="dropout_features")(x)
    x = layers.Dense(512, activation="relu", name="head_dense")(x)
    x = layers.Dropout(0.5, name="dropout_head")(x)
    return keras.Model(inputs, softmax_head(x, len(EMOTIONS)), name="vgg16_frozen")


SCENARIO = Scenario(
    slug="vgg16_frozen",
    title="scenario.vgg16_frozen.title",
    summary="scenario.vgg16_frozen.summary",
    hypothesis="scenario.vgg16_frozen.hypothesis",
    emotions=EMOTIONS,
    input=INPUT,
    recipe=Recipe(
        dataset="fer2013",
        start="vgg16",
        stages=(
            Stage(
                "head",
                epochs=15,
                learning_rate=5e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-3),
                head_only=True,
            ),
        ),
    ),
    build=build,
    heatmap_layer="block5_conv3",
    base_output="block5_pool",
    order=1,
)
