"""Kecepatan / Speed: what ``python -m models.benchmark`` measured, as HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from ui.spent import read_spent, render_spent
from ui.text import Text

COMMAND = "python -m models.benchmark"
Benchmark = Mapping[str, Any]
# What of the profile says why a row misses its target.
WHERE = {"ratio": "comparison", "share": "comparison", "portrait": "detection", "start": "start"}


def render_speed(text: Text, benchmark: Benchmark | None) -> str:
    """Each thing measured, its value and what the project had set itself.

    benchmark: as ``models.benchmark`` wrote it; None where it has not run. Raises one of
    ``ui.results.BROKEN`` where the file is not whole.
    """
    lead = f'<p class="lead">{escape(text("speed.lead"))}</p>'
    if benchmark is None:
        return f'{lead}<p class="lead">{escape(text("speed.none", command=COMMAND))}</p>'
    rows = _rows(text, benchmark)
    names = ("what", "value", "target")
    head = "".join(f'<th scope="col">{escape(text(f"speed.{name}"))}</th>' for name in names)
    body = "".join(
        f'<tr><th scope="row">{escape(text(f"speed.{row.name}"))}</th>'
        f"<td>{escape(row.value)}</td><td>{escape(row.target)}</td></tr>"
        for row in rows
    )
    origin = text(
        "speed.origin",
        command=benchmark["command"],
        date=benchmark["date"][:10],
        machine=benchmark["machine"],
        load=_number(text, benchmark["load_before"], 1),
    )
    spent = ""
    if "profile" in benchmark:
        spent = render_spent(text, benchmark["profile"], benchmark["arithmetic"]["product_gflops"])
    return (
        f'{lead}<div class="proof"><div class="scroll" tabindex="0"><table class="classes speed">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f'<p class="note">{escape(text("speed.shared"))}</p>'
        f"{_missed(text, rows, benchmark)}{spent}"
        f'<p class="caption">{escape(origin)}</p></div>'
    )


@dataclass(frozen=True)
class Row:
    """A thing measured. name: of its sentence, ``speed.<name>``; value, target: in words, target
    "" where the project had set itself none; missed: whether the value is on its wrong side.
    """

    name: str
    value: str
    target: str = ""
    missed: bool = False


def _missed(text: Text, rows: list[Row], found: Benchmark) -> str:
    """Which targets are missed, by how much, and where the time goes."""
    spent = read_spent(text, found["profile"]) if "profile" in found else {}
    sentences = ""
    for row in rows:
        if row.missed:
            what = text(f"speed.{row.name}")
            said = text("speed.missed.one", what=what, value=row.value, target=row.target)
            where = spent.get(WHERE.get(row.name, ""))
            said += f" {where.most(text)}" if where else ""
            sentences += f"<li>{escape(said)}</li>"
    if not sentences:
        return f"<p>{escape(text('speed.missed.none'))}</p>"
    return (
        f'<h3 class="apart">{escape(text("speed.missed"))}</h3><ul class="plain">{sentences}</ul>'
    )


def _rows(text: Text, found: Benchmark) -> list[Row]:
    """Each row of the table; ratios first."""
    targets, memory, together = found["targets"], found["memory"], found["together"]
    detection, many = found["detection"], found["clients"]["16"]

    def least(name: str, value: float, show: Callable[[Any], str], target: float) -> Row:
        return Row(name, show(value), text("speed.at_least", value=show(target)), value < target)

    def most(name: str, value: float | None, show: Callable[[Any], str], target: float) -> Row:
        over = value is not None and value > target
        return Row(name, show(value), text("speed.at_most", value=show(target)), over)

    def times(value: float) -> str:
        return text("speed.times", number=text.number(value, 1))

    def ms(value: float | None) -> str:
        return text("column.milliseconds", number=_number(text, value, 0))

    def seconds(value: float) -> str:
        return text("speed.seconds", number=text.number(value, 1))

    def megabytes(value: float | None) -> str:
        return text("speed.megabytes", number=_number(text, value, 0))

    def percent(value: float) -> str:
        return text.percent(value, 0)

    def finely(value: float | None) -> str:
        return "-" if value is None else text.percent(value)

    def per_second(value: float) -> str:
        return text("speed.per_second", number=text.number(value, 1))

    twelve = found["growth"]["12"]["times_one"]
    rows = [
        least("ratio", together["ratio"], times, targets["ratio"]),
        least("share", found["arithmetic"]["share"], percent, targets["share"]),
        most("twelve", twelve, times, targets["twelve_times_one"]),
        Row("ours", ms(together["ours_ms"])),
        Row("predict", ms(together["predict_ms"])),
        Row("floor", ms(found["arithmetic"]["floor_ms"])),
        most("portrait", detection["portrait"]["ms"], ms, targets["portrait_ms"]),
        most("group", detection["group"]["ms"], ms, targets["group_ms"]),
        most("start", found["start_seconds"], seconds, targets["start_seconds"]),
        most("peak", memory["peak_mb"], megabytes, targets["peak_mb"]),
        most("grown", memory["growth"], finely, targets["memory_growth"]),
        least("crowd", many["per_second"], per_second, targets["per_second"]),
        Row("failed", text.number(many["failed"]), text.number(0), many["failed"] > 0),
    ]
    if "pages_meanwhile" in found:
        pages = found["pages_meanwhile"]
        middle, late = ms(pages["p50_ms"]), ms(pages["p95_ms"])
        rows.append(Row("meanwhile", text("speed.waits", middle=middle, late=late)))
    return rows


def _number(text: Text, value: float | None, decimals: int) -> str:
    """A number, or a dash where the system could not say."""
    return "-" if value is None else text.number(value, decimals)
