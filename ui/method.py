"""Metode / Method: what the five scenarios are, read from the networks and from their records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any

from models.describe import Segment, SqueezeBlock
from scenarios import Scenario
from ui import VERSION
from ui.drawing import draw_network, draw_squeeze_excitation
from ui.text import Text

Record = Mapping[str, Any]
UNKNOWN = "\N{EN DASH}"
# Rows of the table that a training record fills.
RECORDED = (
    "start",
    "stages",
    "sampling",
    "augmentation",
    "smoothing",
    "weights",
    "batch",
    "chosen",
)
VALIDATION = {"fer2013": "PublicTest", "mma": "valid"}


def render_method(
    text: Text,
    scenarios: Sequence[Scenario],
    networks: Mapping[str, Sequence[Segment]],
    records: Mapping[str, Record | None],
    squeeze: Mapping[str, SqueezeBlock] = MappingProxyType({}),
    thesis: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The whole page.

    networks: the segments of each network that is loaded, by slug. records: by slug, what
    ``models.train`` wrote of the weights at hand; None where there is no such record. squeeze: the
    SE block of each loaded network that has one, by slug. thesis: as ``read_thesis`` gives it.
    """
    cards = "".join(_network(text, item, networks.get(item.slug)) for item in scenarios)
    return (
        f'<section class="evidence method" id="hasil" tabindex="-1" '
        f'aria-label="{escape(text("nav.method"))}">'
        f"<h2>{escape(text('method.scenarios'))}</h2>"
        f'<p class="lead">{escape(text("method.scenarios.lead"))}</p>'
        f'<div class="proof scroll" tabindex="0">{_table(text, scenarios, networks, records)}</div>'
        f'<p class="note">{escape(text("method.scenarios.note"))}</p>'
        f"<h2>{escape(text('method.networks'))}</h2>"
        f'<p class="lead">{escape(text("method.networks.lead"))}</p>'
        f'<div class="networks">{cards}</div>'
        f"<h2>{escape(text('method.se'))}</h2>{_squeeze_and_excitation(text, scenarios, squeeze)}"
        f"<h2>{escape(text('method.makers'))}</h2>{_makers(text, thesis)}</section>"
    )


def _table(
    text: Text,
    scenarios: Sequence[Scenario],
    networks: Mapping[str, Sequence[Segment]],
    records: Mapping[str, Record | None],
) -> str:
    """One column a scenario, one row a property."""
    columns = [
        {
            **_built(text, item),
            **_counted(text, networks.get(item.slug)),
            **_trained(text, records.get(item.slug)),
        }
        for item in scenarios
    ]
    head = "".join(f'<th scope="col">{escape(text(item.title))}</th>' for item in scenarios)
    rows = "".join(
        f'<tr><th scope="row">{escape(text(f"method.{name}"))}</th>'
        + "".join(f"<td>{_lines(column[name])}</td>" for column in columns)
        + "</tr>"
        for name in columns[0]
    )
    return f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _built(text: Text, scenario: Scenario) -> dict[str, str]:
    """What the scenario's module says of it."""
    emotions = text.join([text.emotion(emotion) for emotion in scenario.emotions])
    return {
        "expectation": text(scenario.hypothesis),
        "classes": f"{len(scenario.emotions)}: {emotions}",
        "input": text("method.input.value", side=text.number(scenario.input.size)),
    }


def _counted(text: Text, network: Sequence[Segment] | None) -> dict[str, str]:
    """What was counted in the loaded network."""
    if network is None:
        return dict.fromkeys(("parameters", "trained", "multiplications"), UNKNOWN)
    parameters = sum(segment.parameters for segment in network)
    trained = sum(segment.trainable for segment in network)
    millions = sum(segment.multiplications for segment in network) / 1e6
    return {
        "parameters": text.number(parameters),
        "trained": f"{text.number(trained)} ({text.percent(trained / parameters, 0)})",
        "multiplications": text("method.millions", number=text.number(millions)),
    }


def _trained(text: Text, record: Record | None) -> dict[str, str]:
    """How the weights at hand were trained, from their own record."""
    if record is None:
        return {"data": text("method.no_record"), **dict.fromkeys(RECORDED, UNKNOWN)}
    recipe, without = record["recipe"], text("method.without")
    smoothing, power = recipe["label_smoothing"], recipe["class_weight_power"]
    split = text.word("split", VALIDATION[recipe["dataset"]])
    shown = (
        text(f"method.start.{recipe['start']}"),
        "\n".join(_stage(text, stage, record) for stage in recipe["stages"]),
        text("method.sampling.equal" if recipe["samples_per_class"] else "method.sampling.all"),
        _augmentation(text, recipe["augmentation"]),
        _plain(text, smoothing) if smoothing else without,
        text("method.weights.value", power=_plain(text, power)) if power else without,
        f"{text.number(recipe['batch_size'])}; {_precision(text, record)}",
        text(
            f"method.chosen.{recipe['choose_by']}",
            split=split,
            n=text.number(record["images"]["valid"]),
        ),
    )
    data = text(
        "method.data.value",
        dataset=text(f"dataset.{recipe['dataset']}"),
        n=text.number(record["images"]["train"]),
    )
    return {"data": data, **dict(zip(RECORDED, shown, strict=True))}


def _precision(text: Text, record: Record) -> str:
    """In what precision the epochs were computed; a run may go on in another than it began in."""
    return text.join(
        list(dict.fromkeys(row.get("precision", record["precision"]) for row in record["history"]))
    )


def _stage(text: Text, stage: Record, record: Record) -> str:
    """One stage in a line: how long, on how many images, with what optimiser, what is special."""
    images = [row["images"] for row in record["history"] if row["stage"] == stage["name"]]
    line = text(
        "method.stage",
        name=text.word("stage", stage["name"]),
        epochs=stage["epochs"],
        images=text.number(images[0]),
        optimizer=stage["optimizer"],
        rate=_plain(text, stage["learning_rate"]),
        decay=_plain(text, stage["weight_decay"]),
    )
    if stage["head_only"]:
        line += ", " + text("method.stage.head")
    if record["recipe"]["augmentation"] and stage.get("cached_at"):
        versions = stage["versions"]
        key = "method.stage.versions" if versions > 1 else "method.stage.plain"
        line += ", " + text(key, versions=versions)
    if stage.get("augmentation"):
        change = _augmentation(text, stage["augmentation"])
        line += ", " + text("method.stage.augmentation", change=change)
    return line


def _plain(text: Text, value: float) -> str:
    """A small number with as many decimals as it has."""
    return text.number(value, len(f"{value:.7f}".rstrip("0").split(".")[1]))


def _augmentation(text: Text, change: Record | None) -> str:
    """Each random change with its strength."""
    if change is None:
        return text("method.without")
    parts = [text("method.augmentation.flip")] if change["flip"] else []
    for name in ("rotation", "shift", "zoom", "brightness", "contrast", "grey", "erase"):
        if change[name]:
            turn = f"{text.number(360 * change[name])}°"
            strength = turn if name == "rotation" else text.percent(change[name], 0)
            parts.append(text(f"method.augmentation.{name}", strength=strength))
    return ", ".join(parts)


def _network(text: Text, scenario: Scenario, network: Sequence[Segment] | None) -> str:
    """One network from the face to the answer, a row for each size of its maps."""
    title = f"<h3>{escape(text(scenario.title))}</h3>"
    if network is None:
        return f'<article class="proof">{title}<p>{escape(text("column.failed"))}</p></article>'
    rows = []
    for segment in network:
        name = (
            segment.first if segment.first == segment.last else f"{segment.first} … {segment.last}"
        )
        state = "learns" if segment.trainable else "frozen"
        detail = text(
            "method.segment",
            shape=" \N{MULTIPLICATION SIGN} ".join(text.number(size) for size in segment.shape),
            parameters=text.number(segment.parameters),
        )
        rows.append(
            f'<li class="{state}"><b>{escape(name)}</b>'
            f'<span class="state">{escape(text(f"method.{state}"))}</span>'
            f"<small>{escape(detail)}</small></li>"
        )
    return (
        f'<article class="proof">{title}{draw_network(network)}'
        f'<ol class="segments">{"".join(rows)}</ol></article>'
    )


def _squeeze_and_excitation(
    text: Text, scenarios: Sequence[Scenario], squeeze: Mapping[str, SqueezeBlock]
) -> str:
    """The block in a picture, its three steps, their equations and where they come from."""
    sizes = "".join(
        f"<p>{escape(_sizes(text, scenario, squeeze[scenario.slug]))}</p>"
        for scenario in scenarios
        if scenario.slug in squeeze
    )
    steps = "".join(
        f"<li><b>{escape(text(f'method.se.{step}'))}</b><code>{formula}</code>"
        f"<span>{escape(text(f'method.se.{step}.what'))}</span></li>"
        for step, formula in (
            ("squeeze", "z<sub>c</sub> = 1/(H·W) · Σ<sub>i,j</sub> u<sub>c</sub>(i, j)"),
            ("excite", "s = \N{GREEK SMALL LETTER SIGMA}(W<sub>2</sub> · ReLU(W<sub>1</sub> · z))"),
            ("scale", "x̃<sub>c</sub> = s<sub>c</sub> · u<sub>c</sub>"),
        )
    )
    return (
        f'<div class="proof"><p>{escape(text("method.se.lead"))}</p>{sizes}'
        f'{draw_squeeze_excitation(text)}<ol class="se-steps">{steps}</ol>'
        f'<p class="caption">{escape(text("method.se.source"))}</p></div>'
    )


def _sizes(text: Text, scenario: Scenario, block: SqueezeBlock) -> str:
    return text(
        "method.se.sizes",
        model=text(scenario.title),
        side=text.number(block.side),
        channels=text.number(block.channels),
        ratio=text.number(block.ratio),
    )


def _makers(text: Text, thesis: Mapping[str, Any]) -> str:
    """Who wrote and who guided the thesis, as far as known, and what it is built with."""
    author, institution = (thesis.get(part) for part in ("author", "institution"))
    supervisors = thesis.get("supervisors")
    number = thesis.get("student_number")
    parts = [author, text("thesis.student_number", number=number) if number else "", institution]
    lines = [", ".join(str(part) for part in parts if part)]
    if supervisors:
        lines.append(text("thesis.supervisors", names=text.join(supervisors)))
    lines.append(text("method.makers.built", version=VERSION))
    shown = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    return f'<div class="proof">{shown}</div>'


def _lines(value: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in value.split("\n"))
