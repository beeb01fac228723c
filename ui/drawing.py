"""Drawings of networks: blocks at scale, and the Squeeze-and-Excitation block. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from models.describe import Segment
from ui.text import Text

HEIGHT, SKEW, GAP = 96, 7, 6  # of the largest map, of a block's side face, between two blocks
FLAT = 20  # height of what has no map any more

# Where the parts of the SE block stand: x, y, width, height.
MAP_IN, MAP_OUT = (14, 52, 78, 96), (648, 52, 78, 96)
SQUEEZED, REDUCED, GATES = (196, 62, 16, 76), (316, 84, 16, 32), (436, 62, 16, 76)
SCALE_AT = (556, 100)  # centre of the multiplication


def draw_network(network: Sequence[Segment]) -> str:
    """One block a segment: as high as its map (square root), as deep as its channels (logarithm).

    What learns is filled in the accent, what is frozen is grey and dashed. The list beside it says
    the same in words, so it is not for screen readers.
    """
    maps = [segment.shape[0] for segment in network if len(segment.shape) == 3]
    largest = max(maps, default=1)
    x, parts = 1.0, []
    for segment in network:
        channels, flat = segment.shape[-1], len(segment.shape) == 1 or segment.shape[0] == 1
        height = FLAT if flat else HEIGHT * math.sqrt(segment.shape[0] / largest)
        width = 2.6 * math.log2(channels + 1)
        kind = "learns" if segment.trainable else "frozen"
        parts.append(_block(x, (HEIGHT - height) / 2 + SKEW, width, height, kind))
        x += width + SKEW + GAP
    return (
        f'<svg class="drawing" width="{x:.0f}" viewBox="0 0 {x:.0f} {HEIGHT + SKEW + 2}" '
        f'aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def _block(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A box seen from the front, a little from above and from the right."""
    right, foot = x + width, y + height
    return (
        f'<g class="{kind}"><rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}"/><path d="M{x:.1f} {y:.1f} l{SKEW} {-SKEW} h{width:.1f} '
        f"l{-SKEW} {SKEW} M{right:.1f} {foot:.1f} l{SKEW} {-SKEW} v{-height:.1f} "
        f'l{-SKEW} {SKEW}"/></g>'
    )


def draw_squeeze_excitation(text: Text) -> str:
    """Hu et al.'s block: the map is squeezed to a number a channel, and these weigh the map."""
    x, y = SCALE_AT
    arrows = (
        _arrow(MAP_IN[0] + MAP_IN[2] + 12, SQUEEZED[0] - 6, text("method.se.squeeze")),
        _arrow(SQUEEZED[0] + 28, REDUCED[0] - 6, "W\u2081, ReLU"),
        _arrow(REDUCED[0] + 28, GATES[0] - 6, "W\u2082, \N{GREEK SMALL LETTER SIGMA}"),
        _arrow(GATES[0] + 28, x - 16, ""),
        _arrow(x + 16, MAP_OUT[0] - 6, text("method.se.scale")),
    )
    around = f'<path class="way" d="M{MAP_IN[0] + MAP_IN[2] / 2} 38 V14 H{x} V{y - 18}"/>'
    boxes = "".join(
        _block(*place, kind)
        for place, kind in (
            (MAP_IN, "frozen"),
            (SQUEEZED, "frozen"),
            (REDUCED, "learns"),
            (GATES, "learns"),
            (MAP_OUT, "learns"),
        )
    )
    sizes = (
        (MAP_IN, "u: H\N{MULTIPLICATION SIGN}W\N{MULTIPLICATION SIGN}C"),
        (SQUEEZED, "z: C"),
        (REDUCED, "C/r"),
        (GATES, "s: C"),
        (MAP_OUT, "x\u0303: H\N{MULTIPLICATION SIGN}W\N{MULTIPLICATION SIGN}C"),
    )
    words = "".join(
        f'<text x="{place[0] + place[2] / 2}" y="174">{size}</text>' for place, size in sizes
    )
    return (
        f'<div class="scroll" tabindex="0"><svg class="drawing se" viewBox="0 0 740 184" '
        f'role="img" aria-label="{escape(text("method.se.alt"))}">{around}{boxes}'
        f'{"".join(arrows)}<circle class="times" cx="{x}" cy="{y}" r="14"/>'
        f'<text x="{x}" y="{y + 6}" class="sign">\N{MULTIPLICATION SIGN}</text>{words}</svg></div>'
    )


def _arrow(left: float, right: float, words: str) -> str:
    y, middle = SCALE_AT[1], (left + right) / 2
    label = f'<text x="{middle}" y="{y - 10}">{escape(words)}</text>' if words else ""
    return f'<path class="way" d="M{left} {y} H{right} m-6 -4 l6 4 l-6 4"/>{label}'
