"""Whether the scenarios differ by more than chance, in words, as HTML. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from scenarios import Scenario
from ui.sentences import origin
from ui.text import Text

CERTAIN = 0.05  # a p below it is called more than chance
SMALL = 0.001  # below it p is not spelled out


def render_pairs(
    text: Text, scenarios: Sequence[Scenario], comparison: Mapping[str, Any] | None
) -> str:
    """Every two scenarios that answered the same images; comparison: as ``models.comparison``."""
    if not comparison or not comparison["sets"]:
        return f'<p class="lead">{escape(text("evidence.comparison.none"))}</p>'
    titles = {item.slug: text(item.title) for item in scenarios}
    parts = [f'<p class="lead">{escape(text("evidence.comparison.lead"))}</p>']
    for name, found in comparison["sets"].items():
        title = text(f"evidence.set.{name}", n=text.number(found["n"]))
        sentences = "".join(
            f"<li>{_pair(text, pair, titles)}</li>"
            for pair in found["pairs"]
            if {pair["first"], pair["second"]} <= titles.keys()
        )
        parts.append(f"<h3>{escape(title)}</h3><ul class='pairs'>{sentences}</ul>")
    parts.append(f'<p class="caption">{escape(origin(text, "comparison", comparison))}</p>')
    return f'<div class="comparisons">{"".join(parts)}</div>'


def _pair(text: Text, pair: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Which of two is better, by how much, and whether that is more than chance."""
    change = pair["difference"]
    ahead, behind = pair["first"], pair["second"]
    low, high, alone = change["low"], change["high"], ("only_first_right", "only_second_right")
    if change["value"] < 0:
        ahead, behind, low, high, alone = behind, ahead, -high, -low, alone[::-1]
    p = pair["holm_p"]
    sentence = text(
        "evidence.pair",
        ahead=titles[ahead],
        behind=titles[behind],
        points=text.number(100 * abs(change["value"]), 1),
        low=text.number(100 * low, 1),
        high=text.number(100 * high, 1),
        only_ahead=text.number(pair[alone[0]]),
        only_behind=text.number(pair[alone[1]]),
        p=f"< {text.number(SMALL, 3)}" if p < SMALL else f"= {text.number(p, 3)}",
    )
    verdict = text("evidence.pair.certain" if p < CERTAIN else "evidence.pair.chance")
    return f"<b>{escape(verdict)}</b> <span>{escape(sentence)}</span>"
