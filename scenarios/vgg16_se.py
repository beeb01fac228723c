"""Scenario 2, the proposal: VGG16 fine-tuned from its 12th layer, with Squeeze-and-Excitation.

Keras' VGG16 layers 11 to 18 by index (block4_conv1 to block5_pool; the thesis counts them from
one and calls them up to 19) are fine-tuned after a warm-up of the head. An SE block of ratio 16
(Hu et al. 2018) stands before the last pooling, where a map is left to squeeze. Label smoothing
0.1 (Szegedy et al. 2016), geometric augmentation, tempered class weights.

    python -m models.train vgg16_se --data DATA
"""

import keras

from scenarios.contract import EMOTIONS, Augmentation, InputSpec, Recipe, Scenario, Stage
from scenarios.layers import chain, squeeze_excitation, vgg16_head, vgg16_on_grey

INPUT = InputSpec(size=48)
SE_RATIO = 16
FIRST_TRAINABLE = 11  # index in Keras' list of 19 layers without top: block4_conv1


def build() -> keras.Model:
    """Raw RGB (N, 48, 48, 3) to softmax (N, 7); blocks 4 and 5, SE and head are trainable."""
    inputs, x, base = vgg16_on_grey(INPUT.size)
    for layer in base.layers[:FIRST_TRAINABLE]:
        layer.trainable = False
    block4 = chain(x, base.layers[1:15])  # block1_conv1 to block4_pool: (N, 4, 4, 512)
    x = chain(block4, base.layers[15:18])  # block5_conv1 to block5_conv3: (N, 4, 4, 512)
    x = squeeze_excitation(x, SE_RATIO, name="se")
    block5 = chain(x, base.layers[18:])  # block5_pool: (N, 2, 2, 512)
    outputs = vgg16_head(block4, block5, len(EMOTIONS))
    return keras.Model(inputs, outputs, name="vgg16_se")


SCENARIO = Scenario(
    slug="vgg16_se",
    title="scenario.vgg16_se.title",
    summary="scenario.vgg16_se.summary",
    hypothesis="scenario.vgg16_se.hypothesis",
    emotions=EMOTIONS,
    input=INPUT,
    recipe=Recipe(
        dataset="fer2013",
        start="vgg16",
        stages=(
            Stage(
                "warm-up",
                epochs=3,
                learning_rate=5e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-3),
                head_only=True,
                cached_at="block4_pool",
            ),
            Stage(
                "fine-tuning",
                epochs=2,
                learning_rate=5e-5,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
                cached_at="block3_pool",
                versions=2,
            ),
            # Four warm restarts (Loshchilov & Hutter 2017): once more from a higher rate, which is
            # then lowered to zero again. Each was added after the network of the stages above it
            # had been examined, because its loss on PublicTest was still falling.
            Stage(
                "fine-tuning-2",
                epochs=4,
                learning_rate=1e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
                cached_at="block3_pool",
                versions=3,
            ),
            Stage(
                "fine-tuning-3",
                epochs=8,
                learning_rate=1e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
                cached_at="block3_pool",
                versions=4,
            ),
            # By now it knew the training images too well (0.777 of them against 0.669 of
            # PublicTest), so the pictures change more.
            Stage(
                "fine-tuning-4",
                epochs=4,
                learning_rate=8e-5,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
                cached_at="block3_pool",
                versions=4,
                augmentation=Augmentation(rotation=10 / 360, shift=0.08, zoom=0.15, erase=0.25),
            ),
            # Its loss on PublicTest was still falling and it no longer knew the training images by
            # heart: once more, no picture twice.
            Stage(
                "fine-tuning-5",
                epochs=6,
                learning_rate=1e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
                cached_at="block3_pool",
                versions=6,
                augmentation=Augmentation(rotation=10 / 360, shift=0.1, zoom=0.2, erase=0.25),
            ),
        ),
        label_smoothing=0.1,
        augmentation=Augmentation(rotation=8 / 360, shift=0.04, zoom=0.08),
        class_weight_power=0.5,
    ),
    build=build,
    heatmap_layer="block4_conv3",
    order=2,
)
