"""Charts drawn as HTML and SVG, each with its numbers in words beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ui.text import Text

WIDTH, HEIGHT = 420, 220  # of a learning curve, in SVG units
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 34  # margins for the words around it
_INNER = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)
MANY = 12  # epochs; of more than these every fifth is numbered
SQUARE = 220  # a side of a reliability diagram


@dataclass(frozen=True)
class Scale:
    """What the tracks of several rows reach from and to, shares 0-1."""

    left: float = 0.0
    right: float = 1.0

    @classmethod
    def around(cls, figures: Iterable[Mapping[str, float]]) -> Scale:
        """From the tenth below all intervals to the tenth above; figures: with low and high."""
        ends = [(figure["low"], figure["high"]) for figure in figures]
        left = math.floor(10 * min(low for low, _ in ends)) / 10
        return cls(left, max(math.ceil(10 * max(high for _, high in ends)) / 10, left + 0.1))

    def place(self, share: float) -> float:
        """Where a share stands on the track, in percent of its width."""
        return 100 * (share - self.left) / (self.right - self.left)


WHOLE = Scale()


def interval_row(
    name: str,
    value: float | None,
    span: tuple[float, float] | None,
    shown: str,
    kind: str,
    *,
    note: str = "",
    between: str = "",
    scale: Scale = WHOLE,
) -> str:
    """One row: a word, a mark at ``value`` on a track with its interval, the number.

    shown, between: the value and its interval in words. note: small, under the name. scale: what
    the track reaches from and to.
    """
    marks = ""
    if span:
        left, right = (scale.place(end) for end in span)
        marks = f'<i class="span" style="left: {left:.2f}%; width: {right - left:.2f}%"></i>'
    if value is not None:
        marks += f'<i class="dot" style="left: {scale.place(value):.2f}%"></i>'
    return (
        f'<li class="{kind}"><span class="word">{escape(name)}{_small(note)}</span>'
        f'<span class="track" aria-hidden="true">{marks}</span>'
        f'<span class="number">{escape(shown)}{_small(between)}</span></li>'
    )


def interval_words(text: Text, low: float, high: float) -> str:
    """An interval of shares, 0-1, in words."""
    return text("evidence.interval", low=text.percent(low), high=text.percent(high))


def figure_words(text: Text, figure: Mapping[str, float]) -> str:
    """A share, 0-1, and its interval in words; figure: value, low and high."""
    span = interval_words(text, figure["low"], figure["high"])
    return f"{text.percent(figure['value'])} ({span})"


def scale_row(text: Text, scale: Scale = WHOLE) -> str:
    """What the tracks of ``interval_row`` reach from and to."""
    shares = (scale.left, (scale.left + scale.right) / 2, scale.right)
    ends = "".join(f"<i>{escape(text.percent(share, 0))}</i>" for share in shares)
    return f'<li class="scale" aria-hidden="true"><span></span><span>{ends}</span></li>'


def _small(words: str) -> str:
    return f"<small>{escape(words)}</small>" if words else ""


def confusion(text: Text, emotions: Sequence[str], matrix: Sequence[Sequence[int]]) -> str:
    """A confusion matrix with its heading: counts and shares of each true emotion's images.

    matrix: a row a true emotion, a column an answered one, both in the order of ``emotions``.
    """
    head = "".join(f'<th scope="col">{escape(text.emotion(name))}</th>' for name in emotions)
    rows = []
    for name, counts in zip(emotions, matrix, strict=True):
        total = max(sum(counts), 1)
        cells = "".join(
            f'<td style="--share: {count / total:.3f}" title="'
            f'{escape(_cell(text, name, answer, count, total))}">'
            f"<b>{escape(text.percent(count / total, 0))}</b><span>{text.number(count)}</span></td>"
            for answer, count in zip(emotions, counts, strict=True)
        )
        rows.append(f'<tr><th scope="row">{escape(text.emotion(name))}</th>{cells}</tr>')
    return (
        f"<h4>{escape(text('evidence.confusion'))}</h4>"
        f'<div class="scroll" tabindex="0"><table class="confusion"><thead><tr>'
        f"<td>{escape(text('evidence.confusion.corner'))}</td>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(text: Text, truth: str, answer: str, count: int, total: int) -> str:
    return text(
        "evidence.confusion.cell",
        truth=text.emotion(truth),
        answer=text.emotion(answer),
        count=text.number(count),
        total=text.number(total),
    )


def learning_curve(text: Text, history: Sequence[Mapping[str, Any]], label: str) -> str:
    """Accuracy of each recorded epoch on training (dashed) and validation images (solid).

    history: rows with stage, accuracy and val_accuracy, shares 0-1. label: the curve in words.
    """
    shares = [row[name] for row in history for name in ("accuracy", "val_accuracy")]
    low, high = _round_range(min(shares), max(shares))
    across = [LEFT + _INNER[0] * place for place in _evenly(len(history))]

    def y(share: float) -> float:
        return TOP + _INNER[1] * (high - share) / (high - low)

    parts = _axes(text, y, low, high, across, [str(row["stage"]) for row in history])
    for name, kind in (("accuracy", "train"), ("val_accuracy", "valid")):
        points = [(x, y(row[name])) for x, row in zip(across, history, strict=True)]
        line = " ".join(f"{x:.1f},{down:.1f}" for x, down in points)
        parts.append(f'<polyline class="{kind}" points="{line}"/>')
        parts += [f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    keys = "".join(
        f'<span class="{kind}">{escape(text(f"evidence.learning.{kind}"))}</span>'
        for kind in ("train", "valid")
    )
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg><p class="keys">{keys}</p>'
    )


def _axes(
    text: Text,
    y: Callable[[float], float],
    low: float,
    high: float,
    across: Sequence[float],
    stages: Sequence[str],
) -> list[str]:
    """Lines at each tenth, the epochs' numbers, and a line where a stage begins."""
    parts = []
    for tick in range(round(low * 10), round(high * 10) + 1):
        level = y(tick / 10)
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
            f'y1="{level:.1f}" y2="{level:.1f}"/>'
            f'<text x="{LEFT - 6}" y="{level + 4:.1f}" text-anchor="end">'
            f"{escape(text.percent(tick / 10, 0))}</text>"
        )
    foot = HEIGHT - BOTTOM
    for index, x in enumerate(across):
        if len(across) <= MANY or (index + 1) % 5 == 0:
            parts.append(
                f'<text x="{x:.1f}" y="{foot + 16}" text-anchor="middle">{index + 1}</text>'
            )
        if index and stages[index] != stages[index - 1]:
            border = (x + across[index - 1]) / 2
            parts.append(
                f'<line class="stage" x1="{border:.1f}" x2="{border:.1f}" y1="{TOP}" y2="{foot}"/>'
            )
    parts.append(
        f'<text x="{LEFT + _INNER[0] / 2}" y="{HEIGHT - 2}" text-anchor="middle">'
        f"{escape(text('evidence.learning.epoch'))}</text>"
    )
    return parts


def _evenly(number: int) -> list[float]:
    """So many places from 0 to 1; one alone stands in the middle."""
    return [0.5] if number == 1 else [index / (number - 1) for index in range(number)]


def reliability(text: Text, bins: Sequence[Mapping[str, Any]]) -> str:
    """Accuracy against confidence, a disc a bin, its area the images in it; a table as twin."""
    inner = SQUARE - LEFT - 24  # room for half of the last word
    images = max(row["n"] for row in bins)

    def place(share: float) -> float:
        return inner * share

    discs = "".join(
        f'<circle class="valid" cx="{LEFT + place(row["confidence"]):.1f}" '
        f'cy="{TOP + inner - place(row["accuracy"]):.1f}" '
        f'r="{2.5 + 7 * (row["n"] / images) ** 0.5:.1f}"/>'
        for row in bins
    )
    words = "".join(
        f'<text x="{LEFT - 6}" y="{TOP + inner - place(share) + 4:.1f}" text-anchor="end">'
        f"{escape(text.percent(share, 0))}</text>"
        f'<text x="{LEFT + place(share):.1f}" y="{TOP + inner + 16}" text-anchor="middle">'
        f"{escape(text.percent(share, 0))}</text>"
        for share in (0, 0.5, 1)
    )
    rows = "".join(
        f"<tr><td>{escape(text.percent(row['confidence']))}</td>"
        f"<td>{escape(text.percent(row['accuracy']))}</td><td>{text.number(row['n'])}</td></tr>"
        for row in bins
    )
    heads = "".join(
        f'<th scope="col">{escape(text(f"evidence.{name}"))}</th>'
        for name in ("confidence", "right", "images")
    )
    return (
        f'<svg class="chart square" viewBox="0 0 {SQUARE} {TOP + inner + 40}" role="img" '
        f'aria-label="{escape(text("evidence.calibration.alt"))}">'
        f'<rect class="grid" x="{LEFT}" y="{TOP}" width="{inner}" height="{inner}"/>'
        f'<line class="stage" x1="{LEFT}" y1="{TOP + inner}" x2="{LEFT + inner}" y2="{TOP}"/>'
        f"{discs}{words}"
        f'<text x="{LEFT + inner / 2}" y="{TOP + inner + 35}" text-anchor="middle">'
        f"{escape(text('evidence.confidence'))}</text></svg>"
        f"<details><summary>{escape(text('evidence.table'))}</summary>"
        f'<table class="classes"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        "</details>"
    )


def render_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Words and numbers in a box that scrolls by itself; the first of each row names it."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        '<div class="scroll" tabindex="0"><table class="classes"><thead><tr>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _round_range(low: float, high: float) -> tuple[float, float]:
    """Tenths that enclose both, at least two apart."""
    bottom, top = int(low * 10) / 10, min(int(high * 10 + 1) / 10, 1.0)
    return (bottom, top) if top - bottom > 0.15 else (max(bottom - 0.1, 0.0), top)
