"""Scenario 1, the baseline: VGG16 as a fixed feature extractor, 7 classes on FER-2013.

Every ImageNet layer (Simonyan & Zisserman 2015) stays as it is and only a small head learns, on
images without augmentation. It is what the proposal, ``vgg16_se``, must beat, so it gets the same
input, the same resolution and the same head.

    python -m models.train vgg16_frozen --data DATA
"""

import keras

from scenarios.contract import EMOTIONS, InputSpec, Recipe, Scenario, Stage
from scenarios.layers import chain, vgg16_head, vgg16_on_grey

INPUT = InputSpec(size=48)


def build() -> keras.Model:
    """Raw RGB (N, 48, 48, 3) to softmax (N, 7); only the head is trainable."""
    inputs, x, base = vgg16_on_grey(INPUT.size)
    base.trainable = False
    block4 = chain(x, base.layers[1:15])  # block1_conv1 to block4_pool: (N, 4, 4, 512)
    block5 = chain(block4, base.layers[15:])  # block5_conv1 to block5_pool: (N, 2, 2, 512)
    outputs = vgg16_head(block4, block5, len(EMOTIONS))
    return keras.Model(inputs, outputs, name="vgg16_frozen")


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
                cached_at="features",
            ),
        ),
    ),
    build=build,
    heatmap_layer="block4_conv3",
    order=1,
)
