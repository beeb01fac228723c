"""Kecepatan / Speed: what ``python -m models.benchmark`` measured, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ui.text import Text

COMMAND = "python -m models.benchmark"
Benchmark = Mapping[str, Any]


def render_speed(text: Text, benchmark: Benchmark | None) -> str:
    """Each thing measured, its value and what the project had set itself.

    benchmark: as ``models.benchmark`` wrote it; None where it has not run. Raises one of
    ``ui.results.BROKEN`` where the file is not whole.
    """
    lead = f'<p class="lead">{escape(text("speed.lead"))}</p>'
    if benchmark is None:
        return f'{lead}<p class="lead">{escape(text("speed.none", command=COMMAND))}</p>'
    names = ("what", "value", "target")
    head = "".join(f'<th scope="col">{escape(text(f"speed.{name}"))}</th>' for name in names)
    rows = "".join(
        f'<tr><th scope="row">{escape(text(f"speed.{name}"))}</th>'
        f"<td>{escape(value)}</td><td>{escape(target)}</td></tr>"
        for name, value, target in _rows(text, benchmark)
    )
    origin = text(
        "speed.origin",
        command=benchmark["command"],
        date=benchmark["date"][:10],
        machine=benchmark["machine"],
        load=_number(text, benchmark["load_before"], 1),
    )
    return (
        f'{lead}<div class="proof"><div class="scroll" tabindex="0"><table class="classes">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p class="note">{escape(text("speed.shared"))}</p>'
        f'<p class="caption">{escape(origin)}</p></div>'
    )


def _rows(text: Text, found: Benchmark) -> list[tuple[str, str, str]]:
    """Text key, value and target of each row; ratios first."""
    targets, memory, together = found["targets"], found["memory"], found["together"]

    def times(value: float) -> str:
        return text("speed.times", number=text.number(value, 1))

    def least(words: str) -> str:
        return text("speed.at_least", value=words)

    def most(words: str) -> str:
        return text("speed.at_most", value=words)

    def ms(value: float) -> str:
        return text("column.milliseconds", number=text.number(value))

    def seconds(value: float) -> str:
        return text("speed.seconds", number=text.number(value, 1))

    def megabytes(value: float | None) -> str:
        return text("speed.megabytes", number=_number(text, value, 0))

    detection, many = found["detection"], found["clients"]["16"]
    grown = memory["growth"]
    return [
        ("ratio", times(together["ratio"]), least(times(targets["ratio"]))),
        (
            "share",
            text.percent(found["arithmetic"]["share"], 0),
            least(text.percent(targets["share"], 0)),
        ),
        (
            "twelve",
            times(found["growth"]["12"]["times_one"]),
            most(times(targets["twelve_times_one"])),
        ),
        ("ours", ms(together["ours_ms"]), ""),
        ("predict", ms(together["predict_ms"]), ""),
        ("floor", ms(found["arithmetic"]["floor_ms"]), ""),
        ("portrait", ms(detection["portrait"]["ms"]), most(ms(targets["portrait_ms"]))),
        ("group", ms(detection["group"]["ms"]), most(ms(targets["group_ms"]))),
        ("start", seconds(found["start_seconds"]), most(seconds(targets["start_seconds"]))),
        ("peak", megabytes(memory["peak_mb"]), most(megabytes(targets["peak_mb"]))),
        (
            "grown",
            "-" if grown is None else text.percent(grown),
            most(text.percent(targets["memory_growth"], 0)),
        ),
        (
            "crowd",
            text("speed.per_second", number=text.number(many["per_second"], 1)),
            least(text("speed.per_second", number=text.number(targets["per_second"], 1))),
        ),
        ("failed", text.number(many["failed"]), text.number(0)),
    ]


def _number(text: Text, value: float | None, decimals: int) -> str:
    """A number, or a dash where the system could not say."""
    return "-" if value is None else text.number(value, decimals)
