"""What is doubtful in a dataset: its copies and its labels, as HTML. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from models.study.disagreement import CONFIDENT, Disagreement
from ui.charts import render_table
from ui.text import Text

Counted = Mapping[str, Any]  # as models.describe_data writes it
MOST_PAIRS = 4  # pairs of emotions that are named


@dataclass(frozen=True)
class Contradicted:
    """How a dataset's most accurate network contradicts the labels; title: key of its name."""

    slug: str
    title: str
    found: Disagreement


def render_copies(text: Text, dataset: Counted) -> str:
    """Exact copies within each split and between the splits and train."""
    heads = [text(f"data.copies.{name}") for name in ("split", "images", "within", "in_train")]
    rows = []
    for split in dataset["splits"].values():
        within, outside = split["copies"]["images"], split.get("also_in_train")
        rows.append(
            [
                split["name"],
                text.number(split["n"]),
                _share(text, within, split["n"]),
                "\N{EN DASH}" if outside is None else _share(text, outside, split["n"]),
            ]
        )
    test = dataset["splits"]["test"]
    sentence = text(
        "data.copies.exam",
        n=text.number(test["also_in_train"]),
        split=test["name"],
        another=text.number(test["in_train_as_another"]),
    )
    return f'{render_table(heads, rows)}<p class="note">{escape(sentence)}</p>'


def render_noise(text: Text, dataset: Counted, contradicted: Contradicted | None) -> str:
    """Copies under several labels; labels that a network contradicts with confidence."""
    copies = dataset["copies"]
    conflict = text(
        "data.noise.copies",
        pictures=text.number(copies["pictures"]),
        images=text.number(copies["images"]),
        conflicting=text.number(copies["conflicting"]),
        share=text.percent(copies["conflicting"] / max(copies["pictures"], 1)),
        wrong=text.number(copies["wrong_at_least"]),
    )
    parts = [
        f"<h4>{escape(text('data.noise.copies.title'))}</h4><p>{escape(conflict)}</p>",
        _pairs(text, "data.noise.both", copies["pairs"]),
        f'<h4 class="apart">{escape(text("data.noise.network.title"))}</h4>',
    ]
    if contradicted is None:
        return "".join([*parts, f"<p>{escape(text('data.noise.network.none'))}</p>"])
    found = contradicted.found
    sentence = text(
        "data.noise.network",
        network=text(contradicted.title),
        split=dataset["splits"]["test"]["name"],
        n=text.number(found.n),
        confident=text.number(found.confident),
        threshold=text.percent(CONFIDENT, 0),
        against=text.number(found.against),
    )
    origin = text("data.noise.network.origin", slug=contradicted.slug)
    return "".join(
        [
            *parts,
            f"<p>{escape(sentence)}</p>",
            _pairs(text, "data.noise.instead", found.pairs),
            f'<p class="caption">{escape(origin)}</p>',
        ]
    )


def _pairs(text: Text, key: str, pairs: Sequence[Sequence[Any]]) -> str:
    """The commonest pairs of emotions, each with its number of images."""
    items = "".join(
        "<li>"
        + escape(
            text(
                key,
                first=text.emotion(first),
                second=text.emotion(second),
                n=text.number(number),
            )
        )
        + "</li>"
        for first, second, number in pairs[:MOST_PAIRS]
    )
    return f'<ul class="pairs">{items}</ul>' if items else ""


def _share(text: Text, number: int, total: int) -> str:
    return f"{text.number(number)} ({text.percent(number / total)})"
