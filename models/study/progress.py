"""How far a stage of training is, and how long it will still take."""

from __future__ import annotations

import datetime
import sys
import time
from typing import Any

import keras

from scenarios.contract import Stage


class Watch(keras.callbacks.Callback):
    """Print how far a stage is, with the time it will still need."""

    def __init__(self, stage: Stage, steps: int, first_epoch: int):
        super().__init__()
        self.stage, self.steps, self.done = stage, steps, first_epoch * steps
        self.total = stage.epochs * steps
        self.begun_at, self.begun, self.said = time.monotonic(), self.done, 0.0
        self.pause = 1.0 if sys.stdout.isatty() else 30.0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
        self.done += 1
        now = time.monotonic()
        if now - self.said < self.pause and self.done < self.total:
            return
        self.said = now
        left = (now - self.begun_at) / (self.done - self.begun) * (self.total - self.done)
        shown = "  ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        print(
            f"{self.stage.name}: epoch {batch_epoch(self.done, self.steps)}/{self.stage.epochs}, "
            f"step {self.done}/{self.total}, {shown}, {datetime.timedelta(seconds=int(left))} left",
            end="\r" if sys.stdout.isatty() else "\n",
            flush=True,
        )


def batch_epoch(step: int, steps: int) -> int:
    """The epoch, counted from one, that a step counted from one belongs to."""
    return (step - 1) // steps + 1
