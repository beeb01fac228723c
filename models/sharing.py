"""What several networks compute alike is computed once.

Found by comparing the networks themselves: from the input on, layer by layer, whether two of them
do the same with the same weights. Names and scenarios play no part in it, so that a network which
is trained further, or a sixth scenario, is treated rightly by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np


@dataclass(frozen=True)
class Part:
    """A stretch of layers that is computed in one call.

    model: from the network's input, or from what the part before it gives, to one tensor.
    slugs: the networks whose answers rest on it.
    """

    model: keras.Model
    slugs: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Parts, and for each network the ones (by position) it is made of, in order.

    The last of them gives the network's answer.
    """

    parts: tuple[Part, ...]
    paths: dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class _Step:
    """One layer of the straight stretch that a network begins with."""

    layer: keras.layers.Layer
    does: dict[str, Any]  # what it does, but for its name and whether training changes it

    def is_as(self, other: _Step) -> bool:
        """Whether both layers make the same of the same input, bit for bit."""
        if self.does != other.does:
            return False
        weights = zip(self.layer.get_weights(), other.layer.get_weights(), strict=True)
        return all(np.array_equal(ours, theirs) for ours, theirs in weights)


def plan_of(networks: Mapping[str, keras.Model]) -> Plan:
    """How to compute all these networks without computing anything twice that begins them alike.

    Only the straight stretch from the input to a network's first branching can be shared.
    """
    beginnings = {slug: _beginning(network) for slug, network in networks.items()}
    parts: list[Part] = []
    paths: dict[str, tuple[int, ...]] = {}

    def grow(slugs: Sequence[str], start: int, at: int, path: tuple[int, ...]) -> None:
        """Add the parts of ``slugs``: alike up to layer ``at``, in ``path`` up to ``start``."""
        for group in _alike(slugs, beginnings, at):
            first = beginnings[group[0]]
            if len(group) == 1:
                (slug,) = group
                parts.append(Part(_rest(networks[slug], first, start), (slug,)))
                paths[slug] = (*path, len(parts) - 1)
                continue
            end = _common(group, beginnings, at)
            if not any(step.layer.weights for step in first[start:end]):
                grow(group, start, end, path)  # too little for a call of its own
                continue
            begins = first[start - 1].layer.output if start else networks[group[0]].input
            parts.append(Part(keras.Model(begins, first[end - 1].layer.output), tuple(group)))
            longer = (*path, len(parts) - 1)
            whole = [s for s in group if _ends(networks[s], beginnings[s][end - 1])]
            paths.update(dict.fromkeys(whole, longer))
            grow([slug for slug in group if slug not in whole], end, end, longer)

    grow(list(networks), 0, 0, ())
    return Plan(tuple(parts), paths)


def _beginning(network: keras.Model) -> list[_Step]:
    """The layers from the input on, as long as each is the only one that reads the one before."""
    config = network.get_config()
    if "input_layers" not in config or len(network.inputs) != 1 or len(network.outputs) != 1:
        return []  # no graph of layers, or none that begins and ends in one place
    reads = {layer["name"]: list(_tensors(layer["inbound_nodes"])) for layer in config["layers"]}
    described = {layer["name"]: layer for layer in config["layers"]}
    (name,) = (name for name, layer in described.items() if layer["class_name"] == "InputLayer")
    steps = []
    while True:
        layer = described[name]
        skipped = {"name", "trainable"}
        does = {key: value for key, value in layer["config"].items() if key not in skipped}
        does |= {"class": layer["class_name"], "module": layer["module"]}
        steps.append(_Step(network.get_layer(name), does))
        readers = [reader for reader, read in reads.items() if name in read]
        if len(readers) != 1 or reads[readers[0]] != [name]:
            return steps
        (name,) = readers


def _tensors(node: object) -> Iterator[str]:
    """Names of the layers whose outputs a layer's ``inbound_nodes`` take, once for each time."""
    if isinstance(node, Mapping) and node.get("class_name") == "__keras_tensor__":
        yield node["config"]["keras_history"][0]
    elif isinstance(node, Mapping):
        for value in node.values():
            yield from _tensors(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _tensors(value)


def _alike(slugs: Sequence[str], beginnings: Mapping[str, list[_Step]], at: int) -> list[list[str]]:
    """The networks grouped by what their layer number ``at`` does."""
    groups: list[list[str]] = []
    for slug in slugs:
        for group in groups:
            if _common([group[0], slug], beginnings, at, at + 1) > at:
                group.append(slug)
                break
        else:
            groups.append([slug])
    return groups


def _common(
    slugs: Sequence[str], beginnings: Mapping[str, list[_Step]], at: int, most: int | None = None
) -> int:
    """Up to which layer, but no further than ``most``, these networks are alike from ``at`` on."""
    for steps in list(zip(*(beginnings[slug] for slug in slugs), strict=False))[at:most]:
        if not all(step.is_as(steps[0]) for step in steps[1:]):
            break
        at += 1
    return at


def _ends(network: keras.Model, step: _Step) -> bool:
    """Whether this layer's output is the network's answer."""
    return network.output is step.layer.output


def _rest(network: keras.Model, beginning: list[_Step], done: int) -> keras.Model:
    """The network from its layer number ``done`` on."""
    return keras.Model(beginning[done - 1].layer.output, network.output) if done else network
