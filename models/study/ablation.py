"""The rows of the ablation: from the baseline to the proposal, one change a row."""

from __future__ import annotations

from dataclasses import dataclass, replace

import keras
import numpy as np

from models.study.metrics import RESAMPLES, summary
from scenarios import Scenario
from scenarios.contract import Schedule, Stage

BASELINE, PROPOSAL = "vgg16_frozen", "vgg16_se"


@dataclass(frozen=True)
class Budget:
    """What every row may spend: the same images, epochs of the head alone, epochs after those."""

    images: int
    warm_up: int
    epochs: int

    @property
    def folder(self) -> str:
        """Where trainings of this budget are kept, apart from those of another."""
        return f"{self.images}-images-{self.warm_up}-and-{self.epochs}-epochs"

    def sentence(self) -> str:
        """The budget in words, for the results file."""
        return (
            f"{self.images} training images, the same in every row; {self.warm_up} epochs of what "
            f"has no published weights, then {self.epochs} of everything the row trains; "
            "the best of the latter epochs by accuracy on PublicTest is kept"
        )


def rows(scenarios: dict[str, Scenario], budget: Budget) -> dict[str, Scenario]:
    """The rows by name, in order; each has what the row above has, and one thing more.

    frozen: the baseline's network. unfrozen: layers 11-19 of VGG16 learn too. se: the proposal's
    network. augmentation, class_weights, label_smoothing: the proposal's recipe, one by one.
    scenarios: all, by slug.
    """
    baseline, proposal = scenarios[BASELINE], scenarios[PROPOSAL]
    recipe = replace(
        proposal.recipe,
        stages=_stages(budget, 1),
        augmentation=None,
        class_weight_power=0.0,
        label_smoothing=0.0,
    )
    augmented = replace(
        recipe,
        augmentation=proposal.recipe.augmentation,
        stages=_stages(budget, budget.epochs),
    )
    weighted = replace(augmented, class_weight_power=proposal.recipe.class_weight_power)
    smoothed = replace(weighted, label_smoothing=proposal.recipe.label_smoothing)
    unfrozen = replace(
        baseline, build=lambda: _as_trainable(baseline.build(), proposal.build()), recipe=recipe
    )
    frozen = replace(recipe, stages=_stages(budget, 1, "features", "features"))
    made = {
        "frozen": replace(baseline, recipe=frozen),
        "unfrozen": unfrozen,
        "se": replace(proposal, recipe=recipe),
        "augmentation": replace(proposal, recipe=augmented),
        "class_weights": replace(proposal, recipe=weighted),
        "label_smoothing": replace(proposal, recipe=smoothed),
    }
    return {name: replace(row, slug=name) for name, row in made.items()}


def _stages(
    budget: Budget, versions: int, head: str = "block4_pool", rest: str = "block3_pool"
) -> tuple[Stage, ...]:
    """A warm-up of the head, then all that is trainable; the proposal's optimiser and rates.

    versions: of each image in the second stage. head, rest: what each stage leaves untrained ends
    with this layer.
    """

    def warm(rate: Schedule) -> keras.optimizers.Optimizer:
        return keras.optimizers.AdamW(rate, weight_decay=1e-3)

    def fine(rate: Schedule) -> keras.optimizers.Optimizer:
        return keras.optimizers.AdamW(rate, weight_decay=1e-2)

    return (
        Stage("warm-up", budget.warm_up, 5e-4, warm, head_only=True, cached_at=head),
        Stage("training", budget.epochs, 1e-4, fine, cached_at=rest, versions=versions),
    )


def _as_trainable(network: keras.Model, other: keras.Model) -> keras.Model:
    """``network`` with each layer trainable as ``other``'s of the same name is."""
    names = {layer.name: layer.trainable for layer in other.layers}
    for layer in network.layers:
        layer.trainable = names.get(layer.name, layer.trainable)
    return network


@dataclass(frozen=True)
class Spread:
    """A figure over several seeds on the same images: its mean, and the mean of each resample.

    resampled: (resamples,); two rows' arrays of the same images and seed are paired.
    """

    value: float
    resampled: np.ndarray

    def interval(self) -> dict[str, float]:
        """Value and percentile 95 % interval (Efron & Tibshirani 1993, chapter 13)."""
        low, high = np.percentile(self.resampled, [2.5, 97.5])
        return {"value": self.value, "low": float(low), "high": float(high)}

    def less(self, other: Spread) -> dict[str, float]:
        """The paired difference to another row's figure, with its interval."""
        return Spread(self.value - other.value, self.resampled - other.resampled).interval()


def spreads(
    answers: list[np.ndarray], labels: np.ndarray, seed: int, resamples: int = RESAMPLES
) -> dict[str, Spread]:
    """The figures of ``metrics.summary``, the mean over the trainings, with bootstrap resamples.

    answers: one (n, classes) a training. labels: (n,). The images are drawn anew, each with all
    trainings' answers to it, so the spread is that of the images; that of the seeds is apart.
    """
    classes, number = answers[0].shape[1], len(labels)
    cells = [labels * classes + given.argmax(axis=1) for given in answers]  # (n,) each
    rng = np.random.default_rng(seed)
    drawn = [np.arange(number), *(rng.integers(0, number, number) for _ in range(resamples))]
    figures: dict[str, list[float]] = {}
    for rows in drawn:
        confusion = np.stack(
            [np.bincount(cell[rows], minlength=classes**2) for cell in cells]
        ).reshape(len(cells), classes, classes)
        for name, values in summary(confusion).items():  # (trainings,)
            figures.setdefault(name, []).append(float(values.mean()))
    return {name: Spread(values[0], np.array(values[1:])) for name, values in figures.items()}
