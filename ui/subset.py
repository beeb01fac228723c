"""What fewer training images give, from ``assets/results/subset.json``, as HTML. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from scenarios import Scenario
from ui.charts import Scale, figure_words, interval_row, interval_words, render_table, scale_row
from ui.sentences import change_words, origin
from ui.text import Text

COMMAND = "python -m models.subset --data MMA --start WEIGHTS"
PARTS = ("all", "fer2013", "expw")
KINDS = (("subset", "reference"), ("whole", "ours"))  # what was trained on, and its row's class
Found = Mapping[str, Any]


def render_subset(text: Text, scenarios: Sequence[Scenario], subset: Found | None) -> str:
    """Each network on the draw beside the one on all images, what more images gain, all figures.

    subset: as ``models.subset`` wrote it; None where it has not run on these weights. Raises one of
    ``ui.results.BROKEN`` where the file is not whole.
    """
    lead = f'<p class="lead">{escape(text("subset.lead"))}</p>'
    if subset is None:
        return f'{lead}<p class="lead">{escape(text("subset.none", command=COMMAND))}</p>'
    titles = {item.slug: text(item.title) for item in scenarios}
    models = [model for model in subset["models"] if model["scenario"] in titles]
    scale = Scale.around(
        model["parts"]["all"][trained]["balanced_accuracy"]
        for model in models
        for trained, _ in KINDS
    )
    rows = "".join(
        _interval(text, titles[model["scenario"]], model, trained, kind, scale)
        for model in models
        for trained, kind in KINDS
    )
    exam = text(
        "evidence.exam",
        dataset=text(f"dataset.{subset['dataset']}"),
        split=subset["split"],
        n=text.number(subset["n"]),
    )
    gains = "".join(f"<li>{_gain(text, titles, model)}</li>" for model in models)
    return (
        f'{lead}<div class="proof"><p class="caption">{escape(exam)}. '
        f"{escape(text('subset.balanced'))}</p>"
        f'<ul class="ranking wide">{rows}{scale_row(text, scale)}</ul>'
        f'<ul class="pairs">{gains}</ul>'
        + "".join(f'<p class="note">{escape(note)}</p>' for note in _notes(text, scenarios, subset))
        + f"<details><summary>{escape(text('evidence.table'))}</summary>"
        f"{_table(text, titles, models)}</details>"
        f'<p class="caption">{escape(origin(text, "subset", subset))}</p></div>'
    )


def _notes(text: Text, scenarios: Sequence[Scenario], subset: Found) -> list[str]:
    """The draw, what the figures can say, and of which networks they say less or nothing."""
    models = {model["scenario"]: model for model in subset["models"]}
    concerned = [item for item in scenarios if item.recipe.dataset == subset["dataset"]]
    missing = [text(item.title) for item in concerned if item.slug not in models]
    older = [
        text(item.title)
        for item in concerned
        if item.slug in models and not models[item.slug]["same_recipe"]
    ]
    notes = [_draw(text, subset["models"][0]["drawn"]), text("subset.note")]
    if older:
        notes.append(text("subset.older", models=text.join(older)))
    if missing:
        notes.append(text("subset.missing", models=text.join(missing)))
    return notes


def _interval(text: Text, title: str, model: Found, trained: str, kind: str, scale: Scale) -> str:
    """The balanced accuracy of one network, and how many images it was trained on."""
    figure = model["parts"]["all"][trained]["balanced_accuracy"]
    low, high = figure["low"], figure["high"]
    return interval_row(
        title,
        figure["value"],
        (low, high),
        text.percent(figure["value"]),
        kind,
        note=_trained_on(text, model, trained),
        between=interval_words(text, low, high),
        scale=scale,
    )


def _trained_on(text: Text, model: Found, trained: str) -> str:
    number = model["drawn"]["images" if trained == "subset" else "of"]
    return text(f"subset.trained.{trained}", n=text.number(number))


def _gain(text: Text, titles: Mapping[str, str], model: Found) -> str:
    """What all images give more, and whether that is more than chance."""
    gain = model["parts"]["all"]["gain"]
    balanced = gain["balanced_accuracy"]
    certain = balanced["low"] > 0 or balanced["high"] < 0
    verdict = text("evidence.pair.certain" if certain else "evidence.pair.chance")
    sentence = text(
        "subset.gain",
        model=titles[model["scenario"]],
        balanced=change_words(text, balanced),
        accuracy=change_words(text, gain["accuracy"]),
    )
    return f"<b>{escape(verdict)}</b> <span>{escape(sentence)}</span>"


def _draw(text: Text, drawn: Found) -> str:
    """How the classes fell in the draw."""
    counts = [
        text("subset.class", emotion=text.emotion(name).lower(), n=text.number(number))
        for name, number in drawn["by_class"].items()
    ]
    return text(
        "subset.draw",
        images=text.number(drawn["images"]),
        of=text.number(drawn["of"]),
        counts=text.join(counts),
    )


def _table(text: Text, titles: Mapping[str, str], models: Sequence[Found]) -> str:
    """Every figure of every network on all exam images and on each source's."""
    names = ("model", "trained", "epoch", "part", "accuracy", "balanced_accuracy")
    emotions = list(models[0]["parts"]["all"]["subset"]["recall"]) if models else []
    heads = [text(f"subset.{name}") for name in names]
    heads += [text("subset.recall", emotion=text.emotion(name).lower()) for name in emotions]
    rows = [
        [titles[model["scenario"]], *_cells(text, model, part, trained)]
        for model in models
        for part in PARTS
        for trained, _ in KINDS
        if part in model["parts"]
    ]
    return render_table(heads, rows)


def _cells(text: Text, model: Found, part: str, trained: str) -> list[str]:
    found = model["parts"][part]
    figures = found[trained]
    measured = [figures["accuracy"], figures["balanced_accuracy"], *figures["recall"].values()]
    return [
        _trained_on(text, model, trained),
        text.number(model["images_an_epoch"][trained]),
        text(f"subset.part.{part}", n=text.number(found["n"])),
        *(figure_words(text, figure) for figure in measured),
    ]
