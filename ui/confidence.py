"""How sure each scenario is against how often it is right, side by side, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from scenarios import Scenario
from ui.charts import render_table
from ui.text import Text

Result = Mapping[str, Any]


def render_confidence(
    text: Text, scenarios: Sequence[Scenario], results: Mapping[str, Result | None]
) -> str:
    """A row a scenario, and for each exam a sentence on who is surest and who is most honest.

    results: by slug, as ``models.evaluate`` wrote them, None where not measured.
    """
    measured = [
        (item, result)
        for item in scenarios
        if (result := results.get(item.slug)) and "calibration" in result
    ]
    lead = f'<p class="lead">{escape(text("confidence.lead"))}</p>'
    if not measured:
        return f'{lead}<p class="lead">{escape(text("evidence.none"))}</p>'
    names = ("model", "exam", "smoothing", "accuracy", "mean", "ece", "temperature", "ece_after")
    heads = [text(f"confidence.{name}") for name in names]
    table = render_table(heads, [_cells(text, item, result) for item, result in measured])
    exams = dict.fromkeys((result["dataset"], result["split"]) for _, result in measured)
    sentences = "".join(
        f"<li>{escape(_sentence(text, dataset, split, measured))}</li>" for dataset, split in exams
    )
    return (
        f'{lead}<div class="proof honesty">{table}<ul class="plain">{sentences}</ul>'
        f'<p class="note">{escape(text("confidence.note"))}</p></div>'
    )


def _mean(result: Result) -> float:
    """Mean confidence in the top answer, 0-1: the accuracy and the signed gap above it."""
    return float(result["accuracy"]["value"] + result["calibration"]["raw"]["gap"])


def _cells(text: Text, scenario: Scenario, result: Result) -> list[str]:
    calibration = result["calibration"]
    training, scaled = result.get("training"), calibration.get("scaled")
    unknown, dataset = "\N{EN DASH}", text(f"dataset.{result['dataset']}")
    smoothing = training["recipe"]["label_smoothing"] if training else None
    return [
        text(scenario.title),
        text("evidence.exam", dataset=dataset, split=result["split"], n=text.number(result["n"])),
        unknown if smoothing is None else text.number(smoothing, 1 if smoothing else 0),
        text.percent(result["accuracy"]["value"]),
        text.percent(_mean(result)),
        text.number(100 * calibration["raw"]["ece"], 1),
        text.number(calibration["temperature"], 2) if scaled else unknown,
        text.number(100 * scaled["ece"], 1) if scaled else unknown,
    ]


def _sentence(
    text: Text, dataset: str, split: str, measured: Sequence[tuple[Scenario, Result]]
) -> str:
    """Of one exam: the surest, and whose confidence is closest to what is right."""
    here = [(i, r) for i, r in measured if (r["dataset"], r["split"]) == (dataset, split)]
    surest, sure = max(here, key=lambda pair: _mean(pair[1]))
    honest, fair = min(here, key=lambda pair: pair[1]["calibration"]["raw"]["ece"])
    return text(
        "confidence.sentence",
        exam=text("evidence.exam.name", dataset=text(f"dataset.{dataset}"), split=split),
        surest=text(surest.title),
        mean=text.percent(_mean(sure)),
        accuracy=text.percent(sure["accuracy"]["value"]),
        honest=text(honest.title),
        ece=text.number(100 * fair["calibration"]["raw"]["ece"], 1),
    )
