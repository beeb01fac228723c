"""Which parts of a face the networks use, from ``assets/results/regions.json``, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ui.charts import Scale, figure_words, interval_row, interval_words, render_table, scale_row
from ui.sentences import origin
from ui.text import Text

COMMAND = "python -m models.regions --data FER"
Found = Mapping[str, Any]


def render_regions(text: Text, regions: Found | None) -> str:
    """Where the heat maps' energy lies, what covering a region costs, and what SE changes in it.

    regions: as ``models.regions`` wrote it; None where it has not run. Raises one of
    ``ui.results.BROKEN`` where the file is not whole.
    """
    lead = f'<p class="lead">{escape(text("regions.lead"))}</p>'
    if regions is None:
        return f'{lead}<p class="lead">{escape(text("regions.none", command=COMMAND))}</p>'
    exam = text(
        "evidence.exam",
        dataset=text(f"dataset.{regions['dataset']}"),
        split=regions["split"],
        n=text.number(regions["n"]),
    )
    scale = Scale(0.0, Scale.around(_shares(regions)).right)
    energies = "".join(_energy(text, name, regions, scale) for name in regions["regions"])
    which = text(f"regions.networks.{regions['networks']}")
    return (
        f'{lead}<div class="proof"><p class="caption">{escape(exam)}</p><p>{escape(which)}</p>'
        f'<h3 class="apart">{escape(text("regions.energy"))}</h3>'
        f"<p>{escape(text('regions.energy.lead'))}</p>"
        f'<div class="pair">{energies}</div>{_differences(text, regions, "energy")}'
        f'<h3 class="apart">{escape(text("regions.covered"))}</h3>'
        f"<p>{escape(text('regions.covered.lead'))}</p>{_covered(text, regions['models'])}"
        f"{_differences(text, regions, 'loss')}"
        f'<p class="caption">{escape(origin(text, "regions", regions))}</p></div>'
    )


def _shares(regions: Found) -> list[Mapping[str, float]]:
    """All shares of energy that are drawn, and the regions' own of the area, as intervals."""
    areas = [one["share_of_area"] for one in regions["regions"].values()]
    return [
        *(model["energy"][name] for model in regions["models"] for name in regions["regions"]),
        *({"low": area, "high": area} for area in areas),
    ]


def _energy(text: Text, region: str, regions: Found, scale: Scale) -> str:
    """The share of each network's energy that falls on a region, and the region's of the area."""
    rows = ""
    for model in regions["models"]:
        share = model["energy"][region]
        low, high = share["low"], share["high"]
        rows += interval_row(
            text.word("regions.model", model["name"]),
            share["value"],
            (low, high),
            text.percent(share["value"]),
            "ours",
            between=interval_words(text, low, high),
            scale=scale,
        )
    area = regions["regions"][region]["share_of_area"]
    rows += interval_row(
        text("regions.area"), area, None, text.percent(area), "baseline", scale=scale
    )
    title = escape(text.word("region", region))
    return (
        f'<div class="figure"><h4>{title}</h4>'
        f'<ul class="ranking plain">{rows}{scale_row(text, scale)}</ul></div>'
    )


def _covered(text: Text, models: Sequence[Found]) -> str:
    """Each network's accuracy and the points it loses with a region covered."""
    regions = list(dict.fromkeys(name for model in models for name in model["covered"]))
    heads = [text("regions.network"), text("regions.accuracy")]
    heads += [text("regions.without", region=text.word("region.there", name)) for name in regions]
    rows = []
    for model in models:
        cells = [
            text.word("regions.model", model["name"]),
            figure_words(text, model["accuracy"]),
        ]
        for name in regions:
            covered = model["covered"].get(name)
            cells.append(_loss(text, covered["loss"]) if covered else "\N{EN DASH}")
        rows.append(cells)
    return render_table(heads, rows)


def _loss(text: Text, loss: Mapping[str, float]) -> str:
    return text(
        "regions.loss",
        points=text.number(100 * loss["value"], 1),
        low=text.number(100 * loss["low"], 1),
        high=text.number(100 * loss["high"], 1),
    )


def _differences(text: Text, regions: Found, measured: str) -> str:
    """How two networks differ, in sentences; measured: "energy" or "loss".

    The two that differ least, by which the thesis' claim is judged, stand last in the file. They
    are shown, the others folded away.
    """
    found: Sequence[Found] = regions.get("differences", ())
    if not found:
        return ""
    last = found[-1]["a"], found[-1]["b"]
    items: dict[bool, list[str]] = {True: [], False: []}
    for one in found:
        items[(one["a"], one["b"]) == last].append(f"<li>{_difference(text, one, measured)}</li>")
    shown, folded = (f'<ul class="pairs">{"".join(items[key])}</ul>' for key in (True, False))
    if not items[False]:
        return shown
    summary = escape(text("regions.others"))
    return f"{shown}<details><summary>{summary}</summary>{folded}</details>"


def _difference(text: Text, one: Found, measured: str) -> str:
    """Which of two networks relies more on a region, and whether that is more than chance."""
    change = one[measured]
    more, less, low, high = one["a"], one["b"], change["low"], change["high"]
    if change["value"] < 0:
        more, less, low, high = less, more, -high, -low
    verdict = text("evidence.pair.certain" if low > 0 else "evidence.pair.chance")
    sentence = text(
        f"regions.difference.{measured}",
        more=text.word("regions.model", more),
        less=text.word("regions.model", less),
        region=text.word("region.there", one["region"]),
        points=text.number(100 * abs(change["value"]), 1),
        low=text.number(100 * low, 1),
        high=text.number(100 * high, 1),
    )
    return f"<b>{escape(verdict)}</b> <span>{escape(sentence)}</span>"
