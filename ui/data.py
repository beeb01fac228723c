"""Data: what ``models.describe_data`` counted in the datasets, as HTML. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from models.study.datasets import NATIVE
from ui.charts import interval_row, render_table, scale_row
from ui.doubtful import Contradicted, render_copies, render_noise
from ui.sentences import origin
from ui.text import Text

Counted = Mapping[str, Any]  # as models.describe_data writes it
MOST_WORDS = 3  # search words that are named


def render_data(
    text: Text, counted: Counted | None, contradicted: Mapping[str, Contradicted]
) -> str:
    """The page above the samples.

    counted: data.json; None where it is missing or broken. contradicted: by dataset, of those
    whose exam a network answered with the weights at hand.
    """
    body = _counted(text, counted, contradicted) if counted else _section(text, "none", "")
    return (
        f'<section class="evidence data" id="hasil" tabindex="-1" '
        f'aria-label="{escape(text("nav.data"))}">{body}{_licences(text)}</section>'
    )


def _counted(text: Text, counted: Counted, contradicted: Mapping[str, Contradicted]) -> str:
    datasets: Mapping[str, Counted] = counted["datasets"]
    source = f'<p class="caption">{escape(origin(text, "data", counted))}</p>'

    def articles(kind: str, body: Iterable[str]) -> str:
        cards = (
            f'<article class="proof"><h3>{escape(text(f"dataset.{name}"))}</h3>{part}{source}'
            "</article>"
            for name, part in zip(datasets, body, strict=True)
        )
        return f'<div class="{kind}">{"".join(cards)}</div>'

    classes = articles("whole", (_classes(text, each) for each in datasets.values()))
    copies = articles("pair", (render_copies(text, each) for each in datasets.values()))
    labels = (render_noise(text, each, contradicted.get(name)) for name, each in datasets.items())
    noise = articles("pair", labels)
    return (
        _section(text, "classes", classes)
        + _section(text, "copies", copies)
        + _section(text, "noise", noise)
        + _section(text, "limits", f'<div class="proof">{_limits(text, datasets)}{source}</div>')
    )


def _section(text: Text, name: str, body: str) -> str:
    return (
        f"<h2>{escape(text(f'data.{name}'))}</h2>"
        f'<p class="lead">{escape(text(f"data.{name}.lead"))}</p>{body}'
    )


def _classes(text: Text, dataset: Counted) -> str:
    """A bar a class in each split, and for MMA where its images come from."""
    figures = "".join(_split(text, name, split) for name, split in dataset["splits"].items())
    with_parts = {
        name: split["parts"] for name, split in dataset["splits"].items() if "parts" in split
    }
    return f'<div class="splits">{figures}</div>' + (
        _parts(text, dataset, with_parts) if with_parts else ""
    )


def _split(text: Text, name: str, split: Counted) -> str:
    rows = "".join(
        interval_row(
            text.emotion(emotion),
            None,
            (0.0, number / split["n"]),
            text.number(number),
            "ours",
            between=text.percent(number / split["n"]),
        )
        for emotion, number in split["by_class"].items()
    )
    size = text("data.split", split=split["name"], n=text.number(split["n"]))
    grey = text("data.grey", share=text.percent(split["grey"] / split["n"]))
    return (
        f'<div class="figure"><h4>{escape(size)}</h4>'
        f'<p class="caption">{escape(text(f"data.role.{name}"))} {escape(grey)}</p>'
        f'<ul class="ranking distribution">{rows}{scale_row(text)}</ul></div>'
    )


def _parts(text: Text, dataset: Counted, parts: Mapping[str, Counted]) -> str:
    """MMA's two sources by split: images, their classes, what is grey."""
    emotions = dataset["classes"]
    heads = [
        *(text(f"data.{name}") for name in ("part.split", "part.source")),
        text("evidence.images"),
        *(text.emotion(emotion) for emotion in emotions),
        text("data.part.grey"),
    ]
    rows = [
        [
            dataset["splits"][split]["name"],
            text(f"data.part.{name}"),
            text.number(part["n"]),
            *(text.number(part["by_class"][emotion]) for emotion in emotions),
            text.number(part["grey"]),
        ]
        for split, found in parts.items()
        for name, part in found.items()
    ]
    return (
        f'<h4 class="apart">{escape(text("data.parts"))}</h4>{render_table(heads, rows)}'
        f'<p class="note">{escape(text("data.parts.note"))}</p>'
    )


def _limits(text: Text, datasets: Mapping[str, Counted]) -> str:
    """What the datasets cannot show, in sentences with their own figures."""
    exams = [
        text(
            "data.limits.majority.exam",
            dataset=text(f"dataset.{name}"),
            split=each["splits"]["test"]["name"],
            share=text.percent(_commonest(each["splits"]["test"])[1]),
            emotion=text.emotion(_commonest(each["splits"]["test"])[0]),
        )
        for name, each in datasets.items()
    ]
    sentences = [
        text("data.limits.small", side=text.number(NATIVE)),
        text("data.limits.web"),
        text("data.limits.majority", exams=text.join(exams)),
        *_searched(text, datasets),
        text("data.limits.faint"),
        text("data.limits.feeling"),
    ]
    return f'<ul class="limits">{"".join(f"<li>{escape(one)}</li>" for one in sentences)}</ul>'


def _searched(text: Text, datasets: Mapping[str, Counted]) -> list[str]:
    """What ExpW's commonest class was searched with, split by split; nothing without its parts."""
    splits = datasets.get("mma", {}).get("splits", {})
    if not splits or any("parts" not in split for split in splits.values()):
        return []
    emotion = _commonest(splits["train"])[0]
    listed = []
    for split in splits.values():
        counts: Mapping[str, int] = split["parts"]["expw"]["words"][emotion]
        total = max(sum(counts.values()), 1)
        words = [
            f"{word} ({text.percent(number / total, 0)})"
            for word, number in list(counts.items())[:MOST_WORDS]
        ]
        listed.append(
            text("data.limits.searched.split", split=split["name"], words=text.join(words))
        )
    return [text("data.limits.searched", emotion=text.emotion(emotion), splits="; ".join(listed))]


def _commonest(split: Counted) -> tuple[str, float]:
    """The class with most images and its share, 0-1."""
    counts: Mapping[str, int] = split["by_class"]
    emotion = max(counts, key=lambda name: counts[name])
    return emotion, counts[emotion] / split["n"]


def _licences(text: Text) -> str:
    """Where each dataset is to be had, and on whose terms."""
    cards = "".join(
        f'<article class="proof"><h3>{escape(text(f"dataset.{name}"))}</h3>'
        f"<p>{escape(text(f'data.licence.{name}'))}</p>"
        f'<p class="caption">{escape(text(f"data.licence.{name}.cite"))}</p></article>'
        for name in ("fer2013", "mma")
    )
    note = f'<p class="note">{escape(text("data.licence.note"))}</p>'
    return _section(text, "licence", f'<div class="pair">{cards}</div>{note}')
