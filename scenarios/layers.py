"""The pieces that several scenarios are built from, all of plain Keras layers.

Plain layers on purpose: ``keras.saving.load_model`` then opens a saved network in safe mode
anywhere, with nothing of this project on the path.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from scenarios.contract import Augmentation

# ITU-R BT.601 luma, the weights Pillow uses for convert("L").
LUMA = np.array([0.299, 0.587, 0.114], dtype="float32")
# Mean of the ImageNet training images, blue-green-red, as subtracted in Simonyan & Zisserman 2015.
IMAGENET_MEAN_BGR = np.array([103.939, 116.779, 123.68], dtype="float32")

# Pixels a side of what VGG16 sees of a FER-2013 face.
VGG16_SIDE = 64

# Added to the variance of each of VGG's features before it is normalised. Raw VGG activations run
# into the hundreds; with Keras' 0.001 a feature that is hardly ever active is blown up until it
# drowns the others, and with it the gradients of the layers that are fine-tuned before it.
NORM_EPSILON = 1000.0

# MMA mixes grey and colour, sharp and dim pictures: faces of one expression in any light.
MMA_AUGMENTATION = Augmentation(
    rotation=8 / 360, shift=0.04, zoom=0.08, brightness=0.15, contrast=0.2, grey=0.3
)


def vgg_preprocessing(x: keras.KerasTensor, grey: bool) -> keras.KerasTensor:
    """RGB 0-255 to what VGG was trained on: blue-green-red minus the ImageNet mean.

    A fixed 1x1 convolution, since both steps are linear in the three channels. With ``grey`` the
    picture is reduced to luma first, so that a colour photo looks like a FER-2013 image.
    Same values as ``keras.applications.vgg16.preprocess_input``.
    """
    every_output_is_luma = np.repeat(LUMA[:, None], 3, axis=1)  # (3 in, 3 out)
    reversed_channels = np.eye(3, dtype="float32")[:, ::-1]  # (3 in, 3 out)
    kernel = every_output_is_luma if grey else reversed_channels
    return layers.Conv2D(
        3,
        1,
        kernel_initializer=keras.initializers.Constant(kernel[None, None].tolist()),
        bias_initializer=keras.initializers.Constant((-IMAGENET_MEAN_BGR).tolist()),
        trainable=False,
        dtype="float32",
        name="grey_and_mean" if grey else "bgr_and_mean",
    )(x)


def squeeze_excitation(x: keras.KerasTensor, ratio: int, name: str) -> keras.KerasTensor:
    """Squeeze-and-Excitation: weigh each channel by what the whole map says (Hu et al. 2018).

    s = sigmoid(W2 relu(W1 mean_hw(x))), W1: C -> C/ratio, W2: C/ratio -> C; returns s * x.
    """
    channels = x.shape[-1]
    squeezed = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}_squeeze")(x)  # (N,1,1,C)
    gate = layers.Dense(channels // ratio, activation="relu", name=f"{name}_reduce")(squeezed)
    gate = layers.Dense(channels, activation="sigmoid", name=f"{name}_gate")(gate)  # (N,1,1,C)
    return layers.Multiply(name=f"{name}_scale")([x, gate])


def softmax_head(x: keras.KerasTensor, classes: int) -> keras.KerasTensor:
    """The last layer of every scenario, in float32 also when the rest trains in half precision."""
    return layers.Dense(classes, activation="softmax", dtype="float32", name="probabilities")(x)


def chain(x: keras.KerasTensor, steps: list[keras.layers.Layer]) -> keras.KerasTensor:
    """Run ``x`` through copies of layers one after the other, names and ``trainable`` kept.

    Copies, so that each layer stands in one graph and ``layer.output`` means one tensor.
    """
    for layer in steps:
        x = type(layer).from_config(layer.get_config())(x)
    return x


def vgg16_on_grey(size: int) -> tuple[keras.KerasTensor, keras.KerasTensor, keras.Model]:
    """What both FER-2013 scenarios share: input, picture for VGG16, and VGG16 without top.

    FER-2013 holds 48 px images; VGG16's five poolings would leave 1x1 of them. The picture is
    enlarged to VGG16_SIDE inside the network, so that 4x4 stands before the last pooling and
    nobody has to agree on a method of resizing. Returns raw RGB (N, size, size, 3), the picture
    (N, VGG16_SIDE, VGG16_SIDE, 3) and the base with random weights, whose ``layers`` are Keras' 19.
    """
    inputs = keras.Input((size, size, 3), name="rgb")
    x = vgg_preprocessing(inputs, grey=True)
    x = layers.Resizing(
        VGG16_SIDE, VGG16_SIDE, interpolation="bilinear", dtype="float32", name="enlarge"
    )(x)
    base = keras.applications.VGG16(
        include_top=False, weights=None, input_shape=(VGG16_SIDE, VGG16_SIDE, 3)
    )
    return inputs, x, base


def vgg16_head(
    block4: keras.KerasTensor, block5: keras.KerasTensor, classes: int
) -> keras.KerasTensor:
    """The head both FER-2013 scenarios share, so that it explains no difference between them.

    It sees blocks 4 and 5: of an ImageNet network the fifth knows objects better than faces.
    block4: (N, 4, 4, 512); block5: (N, 2, 2, 512). Returns the softmax, (N, classes).
    """
    averaged = layers.AveragePooling2D(2, name="block4_average")(block4)  # (N, 2, 2, 512)
    x = layers.Concatenate(name="features")([averaged, block5])  # (N, 2, 2, 1024)
    x = layers.Flatten(name="flatten")(x)  # (N, 4096)
    x = layers.BatchNormalization(epsilon=NORM_EPSILON, name="head_norm")(x)
    x = layers.Dropout(0.5, name="dropout_features")(x)
    x = layers.Dense(512, activation="relu", name="head_dense")(x)
    x = layers.Dropout(0.5, name="dropout_head")(x)
    return softmax_head(x, classes)
