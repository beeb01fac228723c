"""Write the model cards: python -m models.cards

One ``models/weights/<slug>.md`` for each scenario that has weights and a results file measured on
just these, in the Hugging Face Hub's conventions (a front matter with ``model-index``). Every
figure comes from ``assets/results/<slug>.json``, the recipe from the training record in it.
``--check`` changes nothing and fails where a card is not the one those files give.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

from models.weights import Entry, read_manifest
from scenarios import Scenario, load_all

ROOT = Path(__file__).resolve().parent.parent
DATASETS = {
    "fer2013": ("FER-2013", "Goodfellow et al. 2013, Challenges in Representation Learning"),
    "mma": ("MMA Facial Expression", "Kaggle, mahmoudima; FER-2013 and ExpW"),
}

SOURCES = {"fer2013": "FER-2013", "expw": "ExpW"}


def card(scenario: Scenario, entry: Entry, result: dict[str, Any]) -> str:
    """The card of one network, Markdown with a front matter."""
    parts = [
        f"---\n{front_matter(scenario, result).to_yaml()}\n---",
        f"# {scenario.slug}",
        about(scenario, entry, result),
        "## How it was trained",
        recipe(result["training"]),
        "## How far to trust it",
        exam(result),
        classes(result),
        *([calibration(result["calibration"])] if "calibration" in result else []),
        "## Terms\n\nAcademic use with citation; see [README.md](README.md).",
    ]
    return "\n\n".join(parts) + "\n"


def front_matter(scenario: Scenario, result: dict[str, Any]) -> ModelCardData:
    """What the Hub reads of a card."""
    name = DATASETS[result["dataset"]][0]
    metrics = {"accuracy": "Accuracy", "balanced_accuracy": "Balanced accuracy", "macro_f1": "F1"}
    return ModelCardData(
        language=["id", "en"],
        license="other",
        license_name="academic-use-with-citation",
        library_name="keras",
        pipeline_tag="image-classification",
        tags=["facial-expression-recognition"],
        model_name=scenario.slug,
        eval_results=[
            EvalResult(
                task_type="image-classification",
                dataset_type=result["dataset"],
                dataset_name=name,
                dataset_split=result["split"],
                metric_type="f1" if metric == "macro_f1" else metric,
                metric_name="Macro-F1" if metric == "macro_f1" else shown,
                metric_value=round(result[metric]["value"], 4),
            )
            for metric, shown in metrics.items()
        ],
    )


def about(scenario: Scenario, entry: Entry, result: dict[str, Any]) -> str:
    """What goes in, what comes out, and where the network comes from."""
    name, source = DATASETS[result["dataset"]]
    size = scenario.input.size
    return (
        f"Takes raw RGB, 0 to 255, float32 (N, {size}, {size}, 3), and returns the probabilities "
        f"of {', '.join(entry.emotions)}, in this order. Normalisation is inside.\n\n"
        f"- start: {result['training']['start']}\n"
        f"- data: {name} ({source}), {result['training']['images']['train']:,} training images\n"
        f"- file: `{entry.file}`, {entry.size:,} bytes, SHA-256 `{entry.sha256}`"
    )


def recipe(training: dict[str, Any]) -> str:
    """The recipe as recorded, a row a stage, and what the validation split said of each."""
    plan = training["recipe"]
    lines = [
        "| stage | epochs | optimiser | learning rate | best on validation |",
        "|" + " --- |" * 5,
    ]
    for stage in plan["stages"]:
        scores = [row["score"] for row in training["history"] if row["stage"] == stage["name"]]
        lines.append(
            f"| {stage['name']} | {stage['epochs']} | {stage['optimizer']}, weight decay "
            f"{stage['weight_decay']:g} | {stage['learning_rate']:g} | {max(scores):.3f} |"
        )
    own = {
        f"augmentation in {stage['name']} instead": augmentation(stage["augmentation"])
        for stage in plan["stages"]
        if stage.get("augmentation")
    }
    facts = {
        "batch": plan["batch_size"],
        "label smoothing": plan["label_smoothing"],
        "class weights to the power of": plan["class_weight_power"],
        "images of each class an epoch": plan["samples_per_class"] or "all there are",
        "augmentation": augmentation(plan["augmentation"]),
        **own,
        "best epoch chosen by": f"validation {plan['choose_by'].replace('_', ' ')}",
        "seed": training["seed"],
        "precision": training["precision"],
        "hardware": training["hardware"],
    }
    return (
        "\n".join(lines) + "\n\n" + "\n".join(f"- {name}: {fact}" for name, fact in facts.items())
    )


def augmentation(changes: dict[str, Any] | None) -> str:
    """The changes that are made and their strengths."""
    strengths = [
        name if value is True else f"{name} {value:.3g}"
        for name, value in (changes or {}).items()
        if value
    ]
    return ", ".join(strengths) or "none"


def exam(result: dict[str, Any]) -> str:
    """The exam's figures with their intervals, whole and in parts."""
    parts = {
        f"{DATASETS[result['dataset']][0]} {result['split']}": result,
        "without images also in training": result["without_duplicates"],
        **{f"those of {SOURCES[name]}": part for name, part in result.get("by_source", {}).items()},
    }
    if "shared_exam" in result:
        parts["PrivateTest's disgust, happy and sad, chosen among these"] = result["shared_exam"]
    rows = []
    for name, part in parts.items():
        if not part["n"]:
            continue
        accuracy, common = part["accuracy"], part["majority_baseline"]
        rows.append(
            [
                name,
                f"{part['n']:,}",
                f"{accuracy['value']:.1%} ({accuracy['low']:.1%} to {accuracy['high']:.1%})",
                f"{part['balanced_accuracy']['value']:.3f}",
                f"{part['macro_f1']['value']:.3f}",
                f"{common['accuracy']:.1%} ({common['emotion']})",
            ]
        )
    figures = ["accuracy (95 % interval)", "balanced accuracy", "macro-F1", "always the commonest"]
    return table(["images", "n", *figures], rows)


def classes(result: dict[str, Any]) -> str:
    """Each class's figures, and what the network is worst at."""
    rows = [
        [emotion, *(f"{figures[name]:.3f}" for name in ("recall", "precision", "f1")),
         f"{figures['support']:,}"]
        for emotion, figures in result["per_class"].items()
    ]  # fmt: skip
    emotions = result["emotions"]
    worst = min(emotions, key=lambda emotion: result["per_class"][emotion]["recall"])
    row = list(result["confusion_matrix"][emotions.index(worst)])
    support = sum(row)
    row[emotions.index(worst)] = -1
    taken = emotions[row.index(max(row))]
    return table(["emotion", "recall", "precision", "F1", "images"], rows) + (
        f"\n\nIt is worst at {worst}: it finds {result['per_class'][worst]['recall']:.0%} of these "
        f"images and takes {max(row) / support:.0%} of them for {taken}. It reads an expression in "
        "a picture, not what a person feels, and its figures hold for the dataset it was examined "
        "on."
    )


def calibration(found: dict[str, Any]) -> str:
    """Whether its probabilities can be taken at their word."""
    raw = found["raw"]
    sureness = "surer than it is right" if raw["gap"] > 0 else "less sure than it is right"
    text = (
        f"It is on average {abs(raw['gap']):.1%} {sureness} (expected calibration error "
        f"{raw['ece']:.3f}, Brier score {raw['brier']:.3f})."
    )
    if "temperature" in found:
        text += (
            f" Divided by a temperature of {found['temperature']:.2f}, fitted on "
            f"{found['fitted_on']}, the error is {found['scaled']['ece']:.3f}."
        )
    return text


def table(head: list[str], rows: list[list[Any]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def measured(weights: Path, results: Path) -> dict[str, dict[str, Any]]:
    """By slug, the results measured on just the weights at hand and trained with a record."""
    manifest = read_manifest(weights)
    found = {}
    for slug in load_all():
        path = results / f"{slug}.json"
        if slug not in manifest or not path.exists():
            continue
        result = json.loads(path.read_text("utf-8"))
        if result["weights"]["sha256"] == manifest[slug].sha256 and result["training"]:
            found[slug] = result
    return found


def cards(weights: Path, results: Path) -> dict[Path, str]:
    """Every card there can be, by the path it belongs to."""
    manifest, scenarios = read_manifest(weights), load_all()
    return {
        weights / f"{slug}.md": card(scenarios[slug], manifest[slug], result)
        for slug, result in measured(weights, results).items()
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m models.cards", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "weights")
    parser.add_argument("--results", type=Path, default=ROOT / "assets" / "results")
    parser.add_argument("--check", action="store_true", help="change nothing, fail if outdated")
    options = parser.parse_args(arguments)
    for path, text in cards(options.models, options.results).items():
        if not options.check:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            raise SystemExit(f"{path} is outdated. Run: python -m models.cards")


if __name__ == "__main__":
    main()
