"""Networks are cut where they part, by what their layers do and not by what they are called."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from models.sharing import Plan, plan_of
from scenarios import Scenario


def network(
    head: int, middle: float = 1.0, branch: bool = False, size: int = 8, prefix: str = ""
) -> keras.Model:
    """Three convolutions and a head; ``middle`` and ``head`` are the weights of the last two."""
    inputs = keras.Input((size, size, 3), name=f"{prefix}input")
    x = layers.Rescaling(1 / 255, name=f"{prefix}unit")(inputs)
    x = layers.Conv2D(4, 3, kernel_initializer="ones", name=f"{prefix}first")(x)
    constant = keras.initializers.Constant(middle)
    y = layers.Conv2D(4, 3, kernel_initializer=constant, name=f"{prefix}second")(x)
    if branch:  # reads the first convolution once more
        y = layers.Concatenate(name=f"{prefix}both")([y, layers.Cropping2D(1)(x)])
    y = layers.GlobalAveragePooling2D(name=f"{prefix}pool")(y)
    outputs = layers.Dense(2, "softmax", kernel_initializer=keras.initializers.Constant(head))(y)
    return keras.Model(inputs, outputs)


def answers(plan: Plan, pictures: np.ndarray) -> dict[str, np.ndarray]:
    """Each network's output as its parts make it."""
    made = {}
    for slug, path in plan.paths.items():
        x = pictures
        for number in path:
            x = np.asarray(plan.parts[number].model(x, training=False))
        made[slug] = x
    return made


def check(plan: Plan, networks: dict[str, keras.Model]) -> None:
    """The parts together are the networks, and each part knows whom it serves."""
    size = next(iter(networks.values())).input_shape[1]
    pictures = np.random.default_rng(0).uniform(0, 255, (2, size, size, 3)).astype("float32")
    for slug, made in answers(plan, pictures).items():
        expected = np.asarray(networks[slug](pictures, training=False))
        np.testing.assert_allclose(made, expected, atol=1e-6)
    for number, part in enumerate(plan.parts):
        assert part.slugs == tuple(s for s, path in plan.paths.items() if number in path)


def test_what_begins_alike_is_shared_up_to_the_first_difference() -> None:
    networks = {"a": network(1), "b": network(2, prefix="other_"), "c": network(3, middle=0.5)}
    plan = plan_of(networks)
    check(plan, networks)
    assert plan.paths == {"a": (0, 1, 2), "b": (0, 1, 3), "c": (0, 4)}
    assert [part.model.layers[-1].name for part in plan.parts[:2]] == ["first", "pool"]


def test_one_changed_weight_parts_them() -> None:
    networks = {"a": network(1), "b": network(1)}
    kernel, bias = networks["b"].get_layer("first").get_weights()
    kernel[0, 0, 0, 0] += 1e-6
    networks["b"].get_layer("first").set_weights([kernel, bias])
    plan = plan_of(networks)
    check(plan, networks)
    assert plan.paths == {"a": (0,), "b": (1,)}, "the rescaling alone is not worth a call"


def test_other_sizes_share_nothing() -> None:
    plan = plan_of({"a": network(1), "b": network(1, size=10)})
    assert plan.paths == {"a": (0,), "b": (1,)}


def test_a_branching_ends_what_is_shared() -> None:
    networks = {"a": network(1, branch=True), "b": network(2, branch=True)}
    plan = plan_of(networks)
    check(plan, networks)
    assert plan.paths == {"a": (0, 1), "b": (0, 2)}
    assert plan.parts[0].model.layers[-1].name == "first"


def test_the_same_network_twice_is_one_call() -> None:
    networks = {"a": network(1), "b": network(1, prefix="x_"), "c": network(2)}
    plan = plan_of(networks)
    check(plan, networks)
    assert plan.paths == {"a": (0, 1), "b": (0, 1), "c": (0, 2)}


def test_twins_are_found_among_others_that_begin_alike() -> None:
    networks = {"a": network(1), "b": network(1), "c": network(1)}
    kernel, bias = networks["c"].get_layer("first").get_weights()
    networks["c"].get_layer("first").set_weights([2 * kernel, bias])
    plan = plan_of(networks)
    check(plan, networks)
    assert plan.paths == {"a": (0,), "b": (0,), "c": (1,)}


def test_a_network_that_is_no_graph_stands_alone() -> None:
    alone = keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(2)])
    plan = plan_of({"a": alone, "b": network(1)})
    assert plan.paths == {"a": (0,), "b": (1,)}
    assert plan.parts[0].model is alone
    assert plan_of({}) == Plan((), {})


def test_both_vgg16_share_what_neither_trains(scenarios: dict[str, Scenario]) -> None:
    """Blocks 1 to 3, once they have the same weights; the random ones of fresh networks differ."""
    networks = {slug: scenarios[slug].build() for slug in ("vgg16_frozen", "vgg16_se")}
    for layer in networks["vgg16_frozen"].layers:
        if layer.name.startswith(("block1", "block2", "block3")):
            networks["vgg16_se"].get_layer(layer.name).set_weights(layer.get_weights())
    plan = plan_of(networks)
    assert plan.paths == {"vgg16_frozen": (0, 1), "vgg16_se": (0, 2)}
    assert plan.parts[0].model.layers[-1].name == "block3_pool"
