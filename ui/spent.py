"""Where the time goes, from the profile in ``assets/results/benchmark.json``, as HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ui.charts import interval_row, render_table, scale_row
from ui.text import Text

Profile = Mapping[str, Any]
MAIN = "convolution"  # the kind of operation that networks of this sort spend their time on


@dataclass(frozen=True)
class Spent:
    """One thing that takes time: the whole of it, its rows by name, the rows' sum, and how a time
    of it is written.
    """

    whole: float
    rows: Mapping[str, float]
    total: float
    show: Callable[[float], str]

    def most(self, text: Text) -> str:
        """Which row takes the most."""
        longest = max(self.rows, key=lambda row: self.rows[row])
        share = text.percent(self.rows[longest] / self.whole, 0)
        return text("spent.most", row=longest, share=share, whole=self.show(self.whole))


def read_spent(text: Text, profile: Profile) -> dict[str, Spent]:
    """A comparison, a search for faces and a start; profile: as ``models.benchmark`` wrote it."""

    def ms(value: float) -> str:
        return text("column.milliseconds", number=text.number(value, 1))

    def seconds(value: float) -> str:
        return text("speed.seconds", number=text.number(value, 1))

    compared, searched, started = (profile[name] for name in ("comparison", "detection", "start"))
    parts = {_networks(text, part["networks"]): part["ms"] for part in compared["parts"]}
    parts[text("spent.row.outside")] = compared["outside_ms"]
    steps, stretches = _named(text, searched["rows"]), _named(text, started["rows"])
    return {
        "comparison": Spent(compared["whole_ms"], parts, compared["rows_ms"], ms),
        "detection": Spent(searched["whole_ms"], steps, searched["rows_ms"], ms),
        "start": Spent(started["whole_seconds"], stretches, sum(stretches.values()), seconds),
    }


def render_spent(text: Text, profile: Profile, product_gflops: float) -> str:
    """Each row of each as a bar of the whole. product_gflops: the rate of a matrix product."""
    kinds, table = _kinds(text, profile["comparison"]["parts"], product_gflops)
    besides = {"comparison": (kinds, table), "start": (text("spent.start.note"), "")}
    figures = "".join(
        _figure(text, name, spent, *besides.get(name, ("", "")))
        for name, spent in read_spent(text, profile).items()
    )
    return (
        f'<h3 class="apart">{escape(text("spent.title"))}</h3>'
        f"<p>{escape(text('spent.lead'))}</p>"
        f'<div class="figures">{figures}</div>'
    )


def _figure(text: Text, name: str, spent: Spent, sentence: str, table: str) -> str:
    """A bar a row under a sentence that names the longest, and whether they add up."""
    bars = "".join(
        interval_row(
            row,
            None,
            (0.0, min(max(value / spent.whole, 0.0), 1.0)),
            spent.show(value),
            "ours",
            between=text.percent(value / spent.whole),
        )
        for row, value in spent.rows.items()
    )
    check = text(
        "spent.check",
        total=spent.show(spent.total),
        whole=spent.show(spent.whole),
        share=text.percent(spent.total / spent.whole),
    )
    return (
        f'<div class="figure"><h4>{escape(text(f"spent.{name}"))}</h4>'
        f"<p>{escape(f'{spent.most(text)} {sentence}'.strip())}</p>"
        f'<ul class="ranking plain">{bars}{scale_row(text)}</ul>'
        f'<p class="note">{escape(check)}</p>{table}</div>'
    )


def _kinds(text: Text, parts: Sequence[Profile], product_gflops: float) -> tuple[str, str]:
    """What convolutions take of all, in a sentence, and a table of each part's operations; both
    empty where the operations were not counted.
    """
    main = [part["kinds"][MAIN] for part in parts if MAIN in part["kinds"]]
    if not main:
        return "", ""
    spent = sum(kind["ms"] for kind in main)
    sentence = text(
        "spent.kinds",
        ms=text("column.milliseconds", number=text.number(spent, 1)),
        rate=text.number(1000 * sum(kind["gflop"] for kind in main) / spent),
        product=text.number(product_gflops),
    )
    rows = [
        [
            _networks(text, part["networks"]),
            text.word("spent.kind", name),
            text.number(kind["ms"], 1),
            text.number(kind["gflops"]) if "gflops" in kind else "\N{EN DASH}",
        ]
        for part in parts
        for name, kind in part["kinds"].items()
    ]
    heads = [text(f"spent.head.{name}") for name in ("part", "kind", "ms", "gflops")]
    return sentence, (
        f"<details><summary>{escape(text('spent.table'))}</summary>"
        f"{render_table(heads, rows)}</details>"
    )


def _networks(text: Text, slugs: Sequence[str]) -> str:
    """Whose part it is; what several networks share says so."""
    keys = ((f"scenario.{slug}.title", slug) for slug in slugs)
    names = [text(key) if key in text else slug for key, slug in keys]
    return names[0] if len(names) == 1 else text("spent.shared", networks=text.join(names))


def _named(text: Text, rows: Mapping[str, float]) -> dict[str, float]:
    return {text.word("spent.row", name): value for name, value in rows.items()}
