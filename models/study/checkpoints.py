"""The folder of a training run: what is done, and what to go on from after a kill."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import keras

from scenarios.contract import Stage


class Run:
    """The folder of one training run: which epochs are done, and the weights to go on from.

    ``state`` holds the history, the best epoch so far, and what must not change between a kill
    and the resume (seed, dataset fingerprint). An epoch counts once its folder has its final name.
    features: where what frozen layers make of the images is kept, also for other trainings; None
    keeps it in the run's own folder, for as long as a stage lasts.
    """

    def __init__(self, folder: Path, facts: dict[str, Any], features: Path | None = None):
        self.folder = folder
        self.features = features or folder / "features"
        self.state: dict[str, Any] = {"facts": facts, "history": [], "best": None}
        folder.mkdir(parents=True, exist_ok=True)
        done = self._epochs()
        if done:
            self.state = json.loads((done[-1] / "state.json").read_text("utf-8"))
            self._continue(facts)

    @property
    def best(self) -> Path:
        """Weights of the whole network after the best epoch of the stage so far."""
        return self.folder / "best.weights.h5"

    @property
    def last(self) -> Path:
        """Weights and optimiser after the last epoch done."""
        return self._epochs()[-1] / "last.weights.h5"

    def forget_features(self) -> None:
        """Delete the features of a stage that is done, unless other trainings may use them."""
        if self.features.parent == self.folder:
            # Windows deletes no file that is still mapped: there they stay as long as the run.
            shutil.rmtree(self.features, ignore_errors=True)

    def epochs_done(self, stage: Stage) -> int:
        """How many epochs of a stage are in the history."""
        return sum(row["stage"] == stage.name for row in self.state["history"])

    def checkpoint(self, trainee: keras.Model, network: keras.Model, row: dict[str, Any]) -> None:
        """Record one epoch; keep the whole network where it is the best of its stage so far.

        Of its stage: what is kept in the end went through every stage of the recipe.
        """
        self.state["history"].append(row)
        best = self.state["best"]
        if best is None or best["stage"] != row["stage"] or row["score"] > best["score"]:
            self.state["best"] = row
            network.save_weights(self.folder / "new.weights.h5")
            os.replace(self.folder / "new.weights.h5", self.best)
        number = len(self.state["history"])
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        trainee.save_weights(unfinished / "last.weights.h5")
        (unfinished / "state.json").write_text(json.dumps(self.state, indent=1), "utf-8")
        unfinished.rename(self.folder / f"epoch-{number:03d}")
        for older in self._epochs()[:-1]:
            shutil.rmtree(older)

    def adopt(self, record: dict[str, Any], network: keras.Model) -> None:
        """Begin where a finished training ended; a run that has begun goes on with its own.

        record: what that training recorded. network: the whole network it left.
        """
        if self.state["history"]:
            return
        facts = self.state["facts"]
        self.state = {
            "facts": {name: record[name] for name in facts},
            "history": record["history"],
            "best": record["best"],
        }
        self._continue(facts)
        network.save_weights(self.best)

    def _continue(self, facts: dict[str, Any]) -> None:
        """Take up the facts of now; SystemExit where what was begun cannot go on with them."""
        if not continues(self.state["facts"], facts):
            raise SystemExit(
                f"{self.folder} holds a run with other data, seed or recipe. Go on with the same "
                "or with stages added at the end, or begin anew with --fresh."
            )
        self.state["facts"] = facts

    def _epochs(self) -> list[Path]:
        return sorted(self.folder.glob("epoch-*"))


def continues(began: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a run that began with some facts may go on with others.

    It may where all is the same but for stages added at the end: what is done so far is what the
    longer recipe begins with.
    """
    stages = began["recipe"]["stages"]
    recipe = {**now["recipe"], "stages": now["recipe"]["stages"][: len(stages)]}
    return began == {**now, "recipe": recipe}
