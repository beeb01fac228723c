"""The gates of a Squeeze-and-Excitation block on one face, as HTML: words, a chart, channels."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from models.gates import Gates
from scenarios import Scenario
from ui.charts import interval_row, scale_row
from ui.heatmaps import overlay
from ui.pictures import data_uri
from ui.text import Text

OPEN, SHUT = 0.9, 0.1  # a gate beyond these hands its channel on nearly whole, or hardly at all
SHOWN = 5  # channels at either end
BINS = 10  # of the chart


def render_gates(text: Text, scenario: Scenario, crop: np.ndarray, gates: Gates) -> str:
    """One scenario's gates. crop: the face, uint8 RGB (height, width, 3)."""
    alive = gates.maps.max(axis=(0, 1)) > 0  # (channels,)
    order = [channel for channel in gates.order() if alive[channel]]
    ends = (("strong", order[:SHOWN]), ("weak", order[SHOWN:][-SHOWN:][::-1]))
    channels = "".join(
        f"<h5>{escape(text(f'gates.{end}'))}</h5>"
        f'<ul class="channels">{_channels(text, scenario, crop, gates, some)}</ul>'
        for end, some in ends
        if some
    )
    title = text("gates.title", model=text(scenario.title))
    return (
        f'<section class="gates" data-scenario="{escape(scenario.slug)}">'
        f"<h4>{escape(title)}</h4><p>{escape(text('gates.lead'))}</p>"
        f"<p>{escape(_spread(text, gates, int(np.sum(~alive))))}</p>"
        f'<div class="gates-parts"><div><h5>{escape(text("gates.chart"))}</h5>'
        f'<ul class="ranking distribution">{_bins(text, gates)}{scale_row(text)}</ul></div>'
        f'<div>{channels}</div></div><p class="note">{escape(text("gates.note"))}</p></section>'
    )


def _spread(text: Text, gates: Gates, silent: int) -> str:
    """How the gates are spread, in a sentence or two."""
    sentence = text(
        "gates.spread",
        count=text.number(len(gates.values)),
        opened=text.number(int(np.sum(gates.values > OPEN))),
        open=text.number(OPEN, 1),
        closed=text.number(int(np.sum(gates.values < SHUT))),
        shut=text.number(SHUT, 1),
        middle=text.number(float(np.median(gates.values)), 2),
    )
    if silent:
        sentence += " " + text("gates.silent", count=text.number(silent))
    return sentence


def _bins(text: Text, gates: Gates) -> str:
    """A row for each tenth of the range: how many gates stand in it."""
    counts, edges = np.histogram(gates.values, bins=BINS, range=(0.0, 1.0))
    return "".join(
        interval_row(
            f"{text.number(low, 1)}\N{EN DASH}{text.number(high, 1)}",
            None,
            (0.0, count / len(gates.values)),
            text.number(count),
            "ours",
            between=text.percent(count / len(gates.values)),
        )
        for count, low, high in zip(counts, edges, edges[1:], strict=False)
    )


def _channels(
    text: Text, scenario: Scenario, crop: np.ndarray, gates: Gates, channels: Sequence[int]
) -> str:
    """Channels with their gates, each with its map over the face."""
    figures = []
    for channel in channels:
        cells = gates.maps[..., channel].clip(0)  # (rows, columns)
        name = text("gates.channel", number=channel + 1)
        gate = text("gates.gate", value=text.number(float(gates.values[channel]), 3))
        uri = data_uri(overlay(scenario, crop, cells / cells.max()), "png")
        figures.append(
            f'<li><img src="{uri}" alt="{escape(name)}"><b>{escape(name)}</b>'
            f"<span>{escape(gate)}</span></li>"
        )
    return "".join(figures)
