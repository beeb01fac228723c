"""Scenario 4: VGG19 (Simonyan & Zisserman 2015), 3 classes on MMA at 128 px.

Block 5 is fine-tuned after a warm-up of the head. Colour is kept, with VGG19's own preprocessing
inside the network: the three-class study trained with it and served without.

    python -m models.train vgg19 --data DATA
"""

import keras
from keras import layers

from scenarios.contract import InputSpec, Recipe, Scenario, Stage
from scenarios.layers import MMA_AUGMENTATION, chain, softmax_head, vgg_preprocessing

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
    x = chain(x, base.layers[1:])  # block1_conv1 to block5_pool: (N, 4, 4, 512)
    x = layers.GlobalAveragePooling2D(name="pool")(x)  # (N, 512)
    x = layers.Dropout(0.3, name="dropout_features")(x)
    x = layers.Dense(128, activation="relu", name="head_dense")(x)
    x = layers.Dropout(0.3, name="dropout_head")(x)
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
                epochs=5,
                learning_rate=1e-3,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-3),
                head_only=True,
                images=3_000,
            ),
            Stage(
                "fine-tuning",
                epochs=3,
                learning_rate=1e-4,
                optimizer=lambda rate: keras.optimizers.AdamW(rate, weight_decay=1e-2),
            ),
        ),
        label_smoothing=0.1,
        augmentation=MMA_AUGMENTATION,
        samples_per_class=3_000,
        choose_by="balanced_accuracy",
    ),
    build=build,
    heatmap_layer="block5_conv4",
    base_output="block5_pool",
    order=4,
)
