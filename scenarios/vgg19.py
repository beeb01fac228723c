"""Scenario 4: VGG19 (Simonyan & Zisserman 2015), 3 classes on MMA at 128 px.

The head sees blocks 4 and 5. After a warm-up of the head block 5 is fine-tuned with it, on other
images in every epoch. Colour is kept, with VGG19's own preprocessing inside the network: the
three-class study trained with it and served without.

    python -m models.train vgg19 --data DATA
"""

import keras
from keras import layers

from scenarios.contract import InputSpec, Recipe, Scenario, Stage
from scenarios.layers import (
    MMA_AUGMENTATION,
    NORM_EPSILON,
    chain,
    softmax_head,
    vgg_preprocessing,
)

INPUT = InputSpec(size=128)
EMOTIONS = ("disgust", "happy", "sad")
FIRST_TRAINABLE = 17  # index in Keras' list of 22 layers without top: block5_conv1


def build() -> keras.Model:
    """Raw RGB (N, 128, 128, 3) to softmax (N, 3); block 5 and the head are trainable."""
    base = keras.applications.VGG19(
        include_top=False, weights=None, input_shape=(INPUT.size, INPUT.size, 3)
    )
    for layer in base.layers[:FIRST_TRAINABLE]:
        layer.trainable = False
    inputs = keras.Input((INPUT.size, INPUT.size, 3), name="rgb")
    x = vgg_preprocessing(inputs, grey=False)
    block4 = chain(x, base.layers[1:FIRST_TRAINABLE])  # block1_conv1 to block4_pool: (N, 8, 8, 512)
    block5 = chain(block4, base.layers[FIRST_TRAINABLE:])  # to block5_pool: (N, 4, 4, 512)
    averaged = layers.AveragePooling2D(2, name="block4_average")(block4)  # (N, 4, 4, 512)
    x = layers.Concatenate(name="features")([averaged, block5])  # (N, 4, 4, 1024)
    x = layers.AveragePooling2D(2, name="average")(x)  # (N, 2, 2, 1024)
    x = layers.Flatten(name="flatten")(x)  # (N, 4096)
    x = layers.BatchNormalization(epsilon=NORM_EPSILON, name="head_norm")(x)
    x = layers.Dropout(0.5, name="dropout_features")(x)
    x = layers.Dense(128, activation="relu", name="head_dense")(x)
    x = layers.Dropout(0.5, name="dropout_head")(x)
    return keras.Model(inputs, softmax_head(x, len(EMOTIONS)), name="vgg19")


SCENARIO = Scenario(
    slug="vgg19",
    title="scenario.vgg19.title",
    summary="scenario.vgg19.summary",
    hypothesis="scenario.vgg19.hypothesis",
    emotions=EMOTIONS,
    input=INPUT,
    recipe=Recipe(
        dataset="mma",
        start="vgg19_from_vgg16",
        stages=(
            Stage(
                "warm-up",
                epochs=12,
                learning_rate=5e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-3),
                head_only=True,
                cached_at="features",
            ),
            Stage(
                "fine-tuning",
                epochs=4,
                learning_rate=1e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
                augmentation=MMA_AUGMENTATION,
            ),
        ),
        label_smoothing=0.1,
        samples_per_class=1_800,
        choose_by="balanced_accuracy",
    ),
    build=build,
    heatmap_layer="block4_conv4",
    order=4,
)
