"""How sure each model is of its answer, and how far the answers lie apart, as one small table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from models.agreement import agreement, top
from models.compare import Answer, distributions
from models.doubt import distances, entropy, soften
from scenarios import Scenario
from ui.results import Measured
from ui.text import Text

Pairs = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Doubt:
    """One answer. confidence, calibrated: of the top answer, 0-1, as the network says it and at the
    temperature fitted on its validation split (None where none was). entropy: 0-1. apart: mean
    distance to the other answers, 0-1; None where there is no other.
    """

    slug: str
    emotion: str
    confidence: float
    calibrated: float | None
    entropy: float
    apart: float | None


def doubts(
    answers: Sequence[Answer], measured: Mapping[str, Measured | None]
) -> tuple[list[Doubt], Pairs]:
    """How sure each answer is, and the distance of every two; failures have no say."""
    given = distributions(answers)
    common = agreement(given).emotions
    pairs = distances(given, common) if len(common) > 1 else {}
    rows = []
    for slug, distribution in given.items():
        figures = measured.get(slug)
        calibrated = None
        if figures and figures.temperature:
            said = np.array([list(distribution.values())])  # (1, emotions)
            calibrated = float(soften(said, figures.temperature).max())
        own = [distance for pair, distance in pairs.items() if slug in pair]
        best = top(distribution)
        rows.append(
            Doubt(
                slug,
                best,
                distribution[best],
                calibrated,
                entropy(list(distribution.values())),
                sum(own) / len(own) if own else None,
            )
        )
    return rows, pairs


def render_doubts(
    text: Text,
    scenarios: Sequence[Scenario],
    measured: Mapping[str, Measured | None],
    answers: Sequence[Answer],
) -> str:
    """The table and the sentence that reads it out; nothing where no model answered."""
    rows, pairs = doubts(answers, measured)
    if not rows:
        return ""
    titles = {scenario.slug: text(scenario.title) for scenario in scenarios}
    names = ("model", "answer", "confidence", "calibrated", "entropy", "apart")
    heads = "".join(f'<th scope="col">{escape(text(f"doubts.{name}"))}</th>' for name in names)
    body = "".join(_row(text, titles, row) for row in rows)
    title = escape(text("doubts.title"))
    return (
        f'<section class="doubts"><h3>{title}</h3>'
        f"<p>{escape(doubt_sentence(text, titles, rows, pairs))}</p>"
        f'<div class="scroll" tabindex="0" role="group" aria-label="{title}">'
        f'<table class="classes"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{_matrix(text, titles, rows, pairs)}"
        f'<p class="note">{escape(text("doubts.note"))}</p></section>'
    )


def _row(text: Text, titles: Mapping[str, str], row: Doubt) -> str:
    unknown = text("doubts.unknown")
    calibrated = unknown if row.calibrated is None else text.percent(row.calibrated)
    cells = (
        text.emotion(row.emotion),
        text.percent(row.confidence),
        calibrated,
        text.number(row.entropy, 2),
        unknown if row.apart is None else text.number(row.apart, 2),
    )
    return (
        f'<tr><th scope="row">{escape(titles[row.slug])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def doubt_sentence(
    text: Text, titles: Mapping[str, str], rows: Sequence[Doubt], pairs: Pairs
) -> str:
    """The surest, the most doubtful, and the two furthest apart; "" where no model answered."""
    if not rows:
        return ""
    surest = min(rows, key=lambda row: row.entropy)
    vaguest = max(rows, key=lambda row: row.entropy)
    sentences = [
        text(
            "doubts.order" if len(rows) > 1 else "doubts.alone",
            surest=titles[surest.slug],
            least=text.number(surest.entropy, 2),
            vaguest=titles[vaguest.slug],
            most=text.number(vaguest.entropy, 2),
        )
    ]
    if len(pairs) > 1:
        (first, second), distance = max(pairs.items(), key=lambda item: item[1])
        sentences.append(
            text(
                "doubts.furthest",
                first=titles[first],
                second=titles[second],
                distance=text.number(distance, 2),
            )
        )
    return " ".join(sentences)


def _matrix(text: Text, titles: Mapping[str, str], rows: Sequence[Doubt], pairs: Pairs) -> str:
    """Every two answers' distance, folded away; nothing for fewer than three answers."""
    if len(pairs) < 2:
        return ""
    slugs = [row.slug for row in rows]
    heads = "".join(f'<th scope="col">{escape(titles[slug])}</th>' for slug in slugs)
    lines = ""
    for one in slugs:
        cells = (
            text.number(pairs.get((one, other), pairs.get((other, one), 0.0)), 2) for other in slugs
        )
        values = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        lines += f'<tr><th scope="row">{escape(titles[one])}</th>{values}</tr>'
    label = escape(text("doubts.pairs"))
    return (
        f'<details><summary>{label}</summary><div class="scroll" tabindex="0" role="group" '
        f'aria-label="{label}"><table class="classes"><thead><tr><td></td>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div></details>"
    )
