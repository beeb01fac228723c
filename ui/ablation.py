"""What each part of the proposal is worth, from ``assets/results/ablation.json``, as HTML."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ui.charts import Scale, figure_words, interval_row, interval_words, render_table, scale_row
from ui.sentences import change_words, origin
from ui.text import Text

COMMAND = "python -m models.ablate --data PATH --start WEIGHTS"
Row = Mapping[str, Any]


def render_ablation(text: Text, ablation: Mapping[str, Any] | None) -> str:
    """The rows as intervals, the same as a table, and what label smoothing did to confidence.

    ablation: as ``models.ablate`` wrote it; None where it has not run. Raises one of
    ``ui.results.BROKEN`` where the file is not whole.
    """
    lead = f'<p class="lead">{escape(text("ablation.lead"))}</p>'
    if ablation is None:
        return f'{lead}<p class="lead">{escape(text("ablation.none", command=COMMAND))}</p>'
    rows: Sequence[Row] = ablation["rows"]
    scale = Scale.around(row["accuracy"] for row in rows)
    shown = "".join(
        _interval(text, row, above, scale) for row, above in zip(rows, [None, *rows], strict=False)
    )
    exam = text(
        "evidence.exam",
        dataset=text(f"dataset.{ablation['dataset']}"),
        split=ablation["split"],
        n=text.number(ablation["n"]),
    )
    notes = [_seeds(text, rows), *_smoothing(text, rows)]
    return (
        f'{lead}<div class="proof"><p class="caption">{escape(exam)}. '
        f"{escape(_budget(text, ablation['budget']))}</p>"
        f'<ul class="ranking wide">{shown}{scale_row(text, scale)}</ul>'
        + "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
        + f"<details><summary>{escape(text('evidence.table'))}</summary>{_table(text, rows)}"
        f'</details><p class="caption">{escape(origin(text, "ablation", ablation))}</p></div>'
    )


def _interval(text: Text, row: Row, above: Row | None, scale: Scale) -> str:
    """One row's accuracy, what it gains over the row above, and whether chance may explain that."""
    accuracy = row["accuracy"]
    low, high = accuracy["low"], accuracy["high"]
    note = text("ablation.first")
    if above is not None:
        gain = row.get("gain") or {"value": accuracy["value"] - above["accuracy"]["value"]}
        note = change_words(text, gain)
        if "low" in gain and gain["low"] <= 0 <= gain["high"]:
            note = text("ablation.chance", change=note)
    name = text.word("ablation.row", row["name"])
    return interval_row(
        f"+ {name}" if above is not None else name,
        accuracy["value"],
        (low, high),
        text.percent(accuracy["value"]),
        "ours",
        note=note,
        between=interval_words(text, low, high),
        scale=scale,
    )


def _budget(text: Text, budget: Mapping[str, Any]) -> str:
    key = "ablation.budget.stages" if "warm_up" in budget else "ablation.budget"
    return text(
        key,
        images=text.number(budget["images"]),
        epochs=text.number(budget["epochs"]),
        warm_up=text.number(budget.get("warm_up", 0)),
    )


def _seeds(text: Text, rows: Sequence[Row]) -> str:
    """What the intervals are of, and what they cannot say."""
    trainings = min(len(row["seeds"]) for row in rows)
    if trainings == 1:
        return text("ablation.seed.one")
    return text("ablation.seed.many", count=text.number(trainings))


def _smoothing(text: Text, rows: Sequence[Row]) -> list[str]:
    """What label smoothing changed, where it has a row below another."""
    names = [row["name"] for row in rows]
    if "label_smoothing" not in names[1:]:
        return []
    place = names.index("label_smoothing")
    before, after = rows[place - 1], rows[place]
    falls = after["mean_confidence"] < before["mean_confidence"]
    return [
        text(
            "ablation.smoothing.less" if falls else "ablation.smoothing.more",
            before=text.percent(before["mean_confidence"]),
            after=text.percent(after["mean_confidence"]),
            accuracy_before=text.percent(before["accuracy"]["value"]),
            accuracy_after=text.percent(after["accuracy"]["value"]),
            ece_before=text.number(100 * before["ece"], 1),
            ece_after=text.number(100 * after["ece"], 1),
        )
    ]


def _table(text: Text, rows: Sequence[Row]) -> str:
    """Every figure of every row; accuracies of several seeds with their standard deviation."""
    names = ("row", "accuracy", "balanced", "f1", "validation", "confidence", "ece", "seeds")
    heads = [text(f"ablation.{name}") for name in names]
    return render_table(heads, [_cells(text, row) for row in rows])


def _cells(text: Text, row: Row) -> list[str]:
    singles: Sequence[float] = row["per_seed"]
    accuracy = figure_words(text, row["accuracy"])
    if len(singles) > 1:
        deviation = text.number(100 * statistics.stdev(singles), 1)
        accuracy += f" \N{PLUS-MINUS SIGN} {deviation}"
    return [
        text.word("ablation.row", row["name"]),
        accuracy,
        figure_words(text, row["balanced_accuracy"]),
        figure_words(text, row["macro_f1"]),
        text.percent(row["validation"]["accuracy"]),
        text.percent(row["mean_confidence"]),
        text.number(100 * row["ece"], 1),
        ", ".join(str(seed) for seed in row["seeds"]),
    ]
