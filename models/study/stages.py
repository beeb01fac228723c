"""One stage of a recipe, trained epoch by epoch from where its run stands."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from models.images import to_input
from models.study.batches import Batches, augmenter, draw_equally, sample_weights
from models.study.checkpoints import Run
from models.study.datasets import Split
from models.study.features import Features
from models.study.machine import predict, without_xla
from models.study.metrics import accuracy, balanced_accuracy, cross_entropy
from models.study.progress import Watch
from scenarios import Scenario
from scenarios.contract import Recipe, Stage


@dataclass
class Lesson:
    """What is trained, on what, and how it is judged after each epoch.

    trainee: the model that is fitted to ``batches``. judge: shares its layers, answers
    ``valid_inputs`` with (n, classes). kept: where the stage is cached, the features in files.
    """

    trainee: keras.Model
    batches: Batches
    judge: keras.Model
    valid_inputs: np.ndarray
    kept: Features | None = None


def train_stage(
    network: keras.Model,
    start_layers: set[str],
    scenario: Scenario,
    index: int,
    splits: tuple[Split, Split],
    run: Run,
) -> None:
    """Train stage ``index`` of the recipe; nothing where the run has it done.

    start_layers: names of the layers that began with published weights. splits: training and
    validation.
    """
    recipe, stage = scenario.recipe, scenario.recipe.stages[index]
    done = run.epochs_done(stage)
    if done >= stage.epochs:
        return
    if run.best.exists():
        network.load_weights(run.best)
    seed = run.state["facts"]["seed"]
    frozen = [
        layer
        for layer in network.layers
        if stage.head_only and layer.trainable and layer.name in start_layers
    ]
    for layer in frozen:
        layer.trainable = False
    prepare = cached_lesson if stage.cached_at else whole_lesson
    lesson = prepare(network, scenario, index, splits, run)
    trainee, batches = lesson.trainee, lesson.batches
    schedule = compile_for(trainee, recipe, stage, len(batches))
    if done:
        trainee.load_weights(run.last)
    watch = Watch(stage, len(batches), done)
    for epoch in range(done, stage.epochs):
        began = time.monotonic()
        if lesson.kept:
            batches.inputs = lesson.kept.of_epoch(epoch)
        batches.redraw(epoch)
        keras.utils.set_random_seed(seed + 1000 * index + epoch)
        logs = trainee.fit(batches, epochs=1, verbose=0, shuffle=False, callbacks=[watch]).history
        row = {
            "stage": stage.name,
            "epoch": epoch + 1,
            "learning_rate": float(schedule((epoch + 1) * len(batches) - 1)),
            "loss": float(logs["loss"][0]),
            "accuracy": float(logs["accuracy"][0]),
            **judged(lesson, splits[1].labels),
            "images": len(batches) * batches.size,
            "seconds": round(time.monotonic() - began, 1),
            "precision": keras.config.dtype_policy().name,
            "backend": keras.backend.backend(),
        }
        row["score"] = row[f"val_{recipe.choose_by}"]
        run.checkpoint(trainee, network, row)
        print("\n" + "  ".join(f"{k} {v}" for k, v in row.items()), flush=True)
    for layer in frozen:
        layer.trainable = True
    run.forget_features()


def whole_lesson(
    network: keras.Model, scenario: Scenario, index: int, splits: tuple[Split, Split], run: Run
) -> Lesson:
    """The whole network on images that are augmented anew in every epoch."""
    (train, valid), recipe, stage = splits, scenario.recipe, scenario.recipe.stages[index]
    x = keras.Input(network.input_shape[1:])
    batches = Batches(
        train.images,
        train.labels,
        sample_weights(train.labels, recipe.class_weight_power),
        len(scenario.emotions),
        recipe.batch_size,
        [run.state["facts"]["seed"], index],
        per_class=recipe.samples_per_class,
        limit=stage.images,
        spec=scenario.input,
    )
    trainee = keras.Model(x, network(augmenter(stage.augmentation or recipe.augmentation)(x)))
    return Lesson(trainee, batches, network, to_input(list(valid.images), scenario.input))


def cached_lesson(
    network: keras.Model, scenario: Scenario, index: int, splits: tuple[Split, Split], run: Run
) -> Lesson:
    """The network behind ``stage.cached_at``, on what the part before it makes of the images."""
    (train, valid), recipe, stage = splits, scenario.recipe, scenario.recipe.stages[index]
    seed = run.state["facts"]["seed"]
    boundary = network.get_layer(stage.cached_at).output
    base = without_xla(keras.Model(network.input, boundary))
    draw = [seed, index]
    rng = np.random.default_rng(draw)
    rows = draw_equally(train.labels, recipe.samples_per_class, rng)[: stage.images]
    folder, spec = run.features, scenario.input
    kept = Features(
        base,
        train.images[rows],
        spec,
        folder,
        stage.augmentation or recipe.augmentation,
        stage.versions,
        seed + 1000 * index,
    )
    batches = Batches(
        kept.of_epoch(run.epochs_done(stage)),
        train.labels[rows],
        sample_weights(train.labels, recipe.class_weight_power)[rows],
        len(scenario.emotions),
        recipe.batch_size,
        draw,
    )
    trainee = keras.Model(boundary, network.output)
    valid_inputs = Features(base, valid.images, spec, folder).of_epoch(0)
    return Lesson(trainee, batches, trainee, valid_inputs, kept)


def compile_for(
    trainee: keras.Model, recipe: Recipe, stage: Stage, steps: int
) -> keras.optimizers.schedules.CosineDecay:
    """Compile the trainee for a stage of ``steps`` an epoch; returns its learning-rate schedule.

    Cosine decay to zero (Loshchilov & Hutter 2017); unless only the head learns, the rate rises
    linearly over the first steps, for pretrained layers bear no full step at once.
    """
    steps *= stage.epochs
    rising = 0 if stage.head_only else min(100, steps // 10)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0 if rising else stage.learning_rate,
        steps - rising,
        warmup_target=stage.learning_rate if rising else None,
        warmup_steps=rising,
    )
    trainee.compile(
        optimizer=stage.optimizer(schedule),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=recipe.label_smoothing),
        metrics=["accuracy"],
    )
    without_xla(trainee)
    trainee.optimizer.build(trainee.trainable_variables)
    return schedule


def judged(lesson: Lesson, labels: np.ndarray) -> dict[str, Any]:
    """How the judge does on the validation split, labels (n,)."""
    probabilities = predict(lesson.judge, lesson.valid_inputs, batch=128)
    return {
        "val_loss": cross_entropy(probabilities, labels),
        "val_accuracy": accuracy(probabilities, labels),
        "val_balanced_accuracy": balanced_accuracy(probabilities, labels),
    }
