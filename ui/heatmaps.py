"""Where each model looks, as HTML: the very pixels it was given, under its heat map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from PIL import Image

from models.compare import Failure
from models.explain import HeatMap
from models.images import to_input
from scenarios import Scenario
from ui.pictures import data_uri
from ui.text import Text

SHOWN_SIDE = 240  # pixels a side of a picture on the page
OPACITY = 0.5  # of a map when it first appears
# Five points of the colour map viridis (van der Walt & Smith 2015, CC0): it grows lighter all
# along, so it can be read without seeing colours.
VIRIDIS = np.array(
    [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], dtype=float
)


def render_heat_maps(
    text: Text,
    scenarios: Mapping[str, Scenario],
    crop: np.ndarray,
    maps: Sequence[HeatMap | Failure],
) -> str:
    """One picture a scenario, and the scale below.

    scenarios: in the order of columns. crop: the face, uint8 RGB (height, width, 3). maps: of
    those scenarios that know the emotion asked for.
    """
    by_slug = {found.scenario: found for found in maps}
    pictures = "".join(
        _map(text, scenario, crop, by_slug.get(slug)) for slug, scenario in scenarios.items()
    )
    opacity = escape(text("looks.opacity"))
    slide = "this.closest('.looks').style.setProperty('--opacity', this.value / 100)"
    return (
        f'<section class="looks" style="--opacity: {OPACITY}">'
        f'<div class="maps">{pictures}</div>'
        f'<div class="scale"><span class="legend"><span>{escape(text("looks.little"))}</span>'
        f'<i style="background: linear-gradient(to right, {_stops()})"></i>'
        f"<span>{escape(text('looks.much'))}</span></span>"
        f'<label>{opacity}<input type="range" min="0" max="100" value="{100 * OPACITY:.0f}" '
        f'oninput="{slide}"></label></div>'
        f'<p class="note">{escape(text("looks.note"))}</p></section>'
    )


def _map(text: Text, scenario: Scenario, crop: np.ndarray, found: HeatMap | Failure | None) -> str:
    """One scenario's picture and what it shows, or why there is none."""
    if isinstance(found, HeatMap):
        body = _picture(text, scenario, crop, found)
    else:
        reason = text("column.failed") if found else text("looks.unknown")
        body = f'<p class="reason">{escape(reason)}</p>'
    return (
        f'<article class="map" data-scenario="{escape(scenario.slug)}">'
        f"<h4>{escape(text(scenario.title))}</h4>{body}</article>"
    )


def _picture(text: Text, scenario: Scenario, crop: np.ndarray, found: HeatMap) -> str:
    given = _given(scenario, crop)
    emotion = text.emotion(found.emotion)
    if found.cells.any():
        where = text("looks.where", place=text(f"looks.place.{_place(found.cells)}"))
        heat = f'<span class="heat">{_image(_coloured(found.cells), "", "smooth")}</span>'
    else:
        where, heat = text("looks.nowhere"), ""
    alt = text("looks.alt", model=text(scenario.title), emotion=emotion, where=where)
    rows, columns = found.cells.shape
    cells = text("looks.cells", rows=rows, columns=columns, side=given.width)
    return (
        f'<div class="layers">{_image(given, alt)}{heat}</div>'
        f'<p class="emotion"><b>{escape(emotion)}</b> {escape(text.percent(found.probability))}</p>'
        f'<p>{escape(where)}</p><p class="caption">{escape(cells)}</p>'
    )


def overlay(scenario: Scenario, crop: np.ndarray, cells: np.ndarray) -> Image.Image:
    """What the network was given with a map (rows, columns), 0-1, over it; SHOWN_SIDE a side.

    Nothing lies over it where the map is empty.
    """
    side = (SHOWN_SIDE, SHOWN_SIDE)
    given = _given(scenario, crop).resize(side, Image.Resampling.NEAREST)
    return Image.blend(given, _coloured(cells), OPACITY) if cells.any() else given


def _given(scenario: Scenario, crop: np.ndarray) -> Image.Image:
    """The pixels the network is given."""
    return Image.fromarray(np.rint(to_input([crop], scenario.input)[0]).astype(np.uint8))


def _coloured(cells: np.ndarray) -> Image.Image:
    """A map (rows, columns), 0-1, as a smooth picture in viridis."""
    heat = Image.fromarray(cells).resize((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.BICUBIC)
    shares = np.asarray(heat).clip(0, 1)  # (side, side)
    points = np.linspace(0, 1, len(VIRIDIS))
    channels = [np.interp(shares, points, VIRIDIS[:, channel]) for channel in range(3)]
    return Image.fromarray(np.rint(np.stack(channels, axis=-1)).astype(np.uint8))


def _place(cells: np.ndarray) -> str:
    """The ninth of the face with most heat, row and column: "0.2" is the top right.

    "all" where no ninth has more than another.
    """
    ninths = np.asarray(Image.fromarray(cells).resize((3, 3), Image.Resampling.BOX))
    if np.ptp(ninths) < 1e-6:
        return "all"
    row, column = divmod(int(np.argmax(ninths)), 3)
    return f"{row}.{column}"


def _image(picture: Image.Image, alt: str, kind: str = "pixels") -> str:
    return f'<img class="{kind}" src="{data_uri(picture, "png")}" alt="{escape(alt)}">'


def _stops() -> str:
    return ", ".join(f"rgb({r:.0f} {g:.0f} {b:.0f})" for r, g, b in VIRIDIS)
