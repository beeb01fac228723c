"""Hasil / Evidence: what the results files say of each scenario, as HTML. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from scenarios import Scenario
from ui.ablation import render_ablation
from ui.charts import (
    confusion,
    interval_row,
    interval_words,
    learning_curve,
    reliability,
    scale_row,
)
from ui.confidence import render_confidence
from ui.disagreement import render_disagreement
from ui.pairs import render_pairs
from ui.regions import render_regions
from ui.speed import render_speed
from ui.subset import render_subset
from ui.text import Text

Result = Mapping[str, Any]


def render_evidence(
    text: Text,
    scenarios: Sequence[Scenario],
    results: Mapping[str, Result | None],
    comparison: Result | None,
    references: Mapping[str, Sequence[Result]],
    ablation: Result | None = None,
    regions: Result | None = None,
    benchmark: Result | None = None,
    *,
    subset: Result | None = None,
    disagreement: Result | None = None,
) -> str:
    """The whole page.

    results: by slug, as ``models.evaluate`` wrote them, None where not measured on the weights at
    hand. comparison, ablation, regions, benchmark, subset, disagreement: as the command of that
    name in ``models`` wrote them, None where it did not. references: others' figures by dataset.
    """
    datasets = dict.fromkeys(scenario.recipe.dataset for scenario in scenarios)
    rankings = "".join(
        _ranking(text, dataset, scenarios, results, references.get(dataset, ()))
        for dataset in datasets
    )
    details = "".join(_scenario(text, item, results.get(item.slug)) for item in scenarios)
    sections = (
        ("comparison", render_pairs(text, scenarios, comparison)),
        ("subset", render_subset(text, scenarios, subset)),
        ("labels", render_disagreement(text, disagreement)),
        ("honesty", render_confidence(text, scenarios, results)),
        ("ablation", render_ablation(text, ablation)),
        ("regions", render_regions(text, regions)),
        ("speed", render_speed(text, benchmark)),
        ("each", details),
    )
    others = "".join(
        f"<h2>{escape(text(f'evidence.{name}'))}</h2>{body}" for name, body in sections
    )
    return (
        f'<section class="evidence" id="hasil" tabindex="-1" '
        f'aria-label="{escape(text("nav.evidence"))}">'
        f"<h2>{escape(text('evidence.accuracy'))}</h2>"
        f'<p class="lead">{escape(text("evidence.accuracy.lead"))}</p>'
        f'<div class="rankings">{rankings}</div>{others}</section>'
    )


def _ranking(
    text: Text,
    dataset: str,
    scenarios: Sequence[Scenario],
    results: Mapping[str, Result | None],
    references: Sequence[Result],
) -> str:
    """The accuracies on one dataset's exam with their intervals, and others' figures below."""
    rows, measured = [], [item for item in scenarios if item.recipe.dataset == dataset]
    baseline = None
    for item in measured:
        result = results.get(item.slug)
        if result is None:
            rows.append(interval_row(text(item.title), None, None, text("evidence.none"), "ours"))
            continue
        accuracy, baseline = result["accuracy"], result
        low, high = accuracy["low"], accuracy["high"]
        shown = text.percent(accuracy["value"])
        balanced = text.percent(result["balanced_accuracy"]["value"])
        rows.append(
            interval_row(
                text(item.title),
                accuracy["value"],
                (low, high),
                shown,
                "ours",
                note=text("evidence.balanced", balanced=balanced),
                between=interval_words(text, low, high),
            )
        )
    caption = ""
    if baseline:
        common = baseline["majority_baseline"]
        name = text("evidence.commonest", emotion=text.emotion(common["emotion"]))
        shown = text.percent(common["accuracy"])
        balanced = text.percent(1 / len(baseline["emotions"]))  # one class whole, the others never
        note = text("evidence.balanced", balanced=balanced)
        rows.append(interval_row(name, common["accuracy"], None, shown, "baseline", note=note))
        caption = text(
            "evidence.exam.files",
            dataset=text(f"dataset.{dataset}"),
            split=baseline["split"],
            n=text.number(baseline["n"]),
            command="python -m models.evaluate --data PATH",
        )
    for reference in references:
        known = (reference["low"], reference["high"]) if "low" in reference else None
        shown = text.percent(reference["value"], 0 if reference["value"] * 100 % 1 < 1e-9 else 1)
        split = text.word("split", reference["split"])
        note = text("evidence.source", split=split, source=reference["source"][text.language])
        name = text(f"reference.{reference['key']}")
        rows.append(interval_row(name, reference["value"], known, shown, "reference", note=note))
    return (
        f'<div class="ranking"><h3>{escape(text(f"dataset.{dataset}"))}</h3>'
        f'<p class="caption">{escape(caption)}</p><ul>{"".join(rows)}{scale_row(text)}</ul></div>'
    )


def _scenario(text: Text, scenario: Scenario, result: Result | None) -> str:
    """One scenario: confusion matrix, each class, how it learnt, how sure it is."""
    title = f"<h3>{escape(text(scenario.title))}</h3>"
    if result is None:
        return f'<article class="proof">{title}<p>{escape(text("evidence.none"))}</p></article>'
    matrix = confusion(text, result["emotions"], result["confusion_matrix"])
    blocks = [matrix, _classes(text, result)]
    if result.get("training"):
        blocks.append(_learning(text, result))
    if "calibration" in result:
        blocks.append(_calibration(text, result))
    figures = "".join(f'<div class="figure">{block}</div>' for block in blocks)
    origin = text(
        "evidence.origin",
        file=f"assets/results/{result['scenario']}.json",
        command=result["command"],
        date=result["date"][:10],
        exam=text(
            "evidence.exam",
            dataset=text(f"dataset.{result['dataset']}"),
            split=result["split"],
            n=text.number(result["n"]),
        ),
        sha256=result["weights"]["sha256"][:12],
    )
    return (
        f'<article class="proof">{title}<div class="figures">{figures}</div>'
        f'<p class="caption">{escape(origin)}</p></article>'
    )


def _classes(text: Text, result: Result) -> str:
    """Recall, precision and F1 of each emotion, and the means."""
    names = ("recall", "precision", "f1")
    head = "".join(f'<th scope="col">{escape(text(f"evidence.{name}"))}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(text.emotion(emotion))}</th>'
        + "".join(f"<td>{escape(text.percent(figures[name]))}</td>" for name in names)
        + f"<td>{text.number(figures['support'])}</td></tr>"
        for emotion, figures in result["per_class"].items()
    )
    worst = min(result["per_class"], key=lambda name: result["per_class"][name]["recall"])
    note = text(
        "evidence.classes.note",
        balanced=text.percent(result["balanced_accuracy"]["value"]),
        f1=text.percent(result["macro_f1"]["value"]),
        emotion=text.emotion(worst),
        recall=text.percent(result["per_class"][worst]["recall"]),
    )
    return (
        f"<h4>{escape(text('evidence.classes'))}</h4>"
        '<div class="scroll" tabindex="0"><table class="classes"><thead><tr><td></td>'
        f'{head}<th scope="col">{escape(text("evidence.images"))}</th></tr></thead>'
        f'<tbody>{rows}</tbody></table></div><p class="note">{escape(note)}</p>'
    )


def _learning(text: Text, result: Result) -> str:
    """The curve as recorded, and the same figures as a table."""
    history = result["training"]["history"]
    head = "".join(
        f'<th scope="col">{escape(text(f"evidence.learning.{name}"))}</th>'
        for name in ("stage", "epoch", "rate", "train", "valid", "loss", "val_loss")
    )
    rows = "".join(
        f"<tr><td>{escape(text.word('stage', row['stage']))}</td><td>{row['epoch']}</td>"
        f"<td>{text.number(row['learning_rate'], 6)}</td>"
        f"<td>{escape(text.percent(row['accuracy']))}</td>"
        f"<td>{escape(text.percent(row['val_accuracy']))}</td>"
        f"<td>{text.number(row['loss'], 3)}</td><td>{text.number(row['val_loss'], 3)}</td></tr>"
        for row in history
    )
    label = text(
        "evidence.learning.alt",
        epochs=len(history),
        train=text.percent(history[-1]["accuracy"]),
        valid=text.percent(history[-1]["val_accuracy"]),
    )
    return (
        f"<h4>{escape(text('evidence.learning'))}</h4>"
        f"{learning_curve(text, history, label)}"
        f"<details><summary>{escape(text('evidence.table'))}</summary>"
        f'<div class="scroll" tabindex="0"><table class="classes"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def _calibration(text: Text, result: Result) -> str:
    """How often it is right at each level of confidence, and what that means in a sentence."""
    raw = result["calibration"]["raw"]
    direction = "over" if raw["gap"] > 0 else "under"
    sentence = text(
        f"evidence.calibration.{direction}",
        gap=text.number(100 * abs(raw["gap"]), 1),
        ece=text.number(100 * raw["ece"], 1),
    )
    scaled = result["calibration"].get("scaled")
    if scaled:
        sentence += " " + text(
            "evidence.calibration.scaled",
            temperature=text.number(result["calibration"]["temperature"], 2),
            split=result["calibration"]["fitted_on"],
            ece=text.number(100 * scaled["ece"], 1),
        )
    return (
        f"<h4>{escape(text('evidence.calibration'))}</h4>"
        f'{reliability(text, raw["bins"])}<p class="note">{escape(sentence)}</p>'
    )
