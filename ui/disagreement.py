"""What all networks contradict together, from ``assets/results/disagreement.json``, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from ui.charts import figure_words, render_table
from ui.sentences import origin
from ui.text import Text

COMMAND = "python -m models.disagreement --data MMA"
MOST_PAIRS = 3  # pairs of emotions that are named of each source
Found = Mapping[str, Any]


def render_disagreement(text: Text, found: Found | None) -> str:
    """How often the networks agree against the label, by source and by how sure they are.

    found: as ``models.disagreement`` wrote it; None where it has not run on these weights. Raises
    one of ``ui.results.BROKEN`` where the file is not whole.
    """
    lead = f'<p class="lead">{escape(text("labels.lead"))}</p>'
    if found is None:
        return f'{lead}<p class="lead">{escape(text("labels.none", command=COMMAND))}</p>'
    parts: Mapping[str, Found] = found["parts"]
    exam = text(
        "evidence.exam",
        dataset=text(f"dataset.{found['dataset']}"),
        split=found["split"],
        n=text.number(found["n"]),
    )
    models = text("labels.models", count=text.number(len(found["weights"])))
    commonest = "".join(f"<li>{escape(_pairs(text, name, parts[name]))}</li>" for name in parts)
    return (
        f'{lead}<div class="proof labels"><p class="caption">{escape(exam)}. {escape(models)}</p>'
        f"<p>{escape(_sentence(text, parts))}</p>{_table(text, parts)}"
        f'<ul class="plain">{commonest}</ul>'
        f'<p class="note">{escape(text("labels.note"))}</p>'
        f'<p class="caption">{escape(origin(text, "disagreement", found))}</p></div>'
    )


def _sentence(text: Text, parts: Mapping[str, Found]) -> str:
    """What share of the agreed answers is not the label, source by source, however sure."""
    shares = {name: part["bounds"][0]["share"] for name, part in parts.items()}
    said = [
        text("labels.share", share=figure_words(text, share), source=text(f"labels.source.{name}"))
        for name, share in shares.items()
        if share
    ]
    sentence = text("labels.sentence", shares=text.join(said))
    fer, expw = shares.get("fer2013"), shares.get("expw")
    if fer and expw and (fer["high"] < expw["low"] or expw["high"] < fer["low"]):
        sentence += " " + text("labels.apart")
    return sentence


def _table(text: Text, parts: Mapping[str, Found]) -> str:
    """A row a bound: of each source, how many answers are agreed, how many are not the label."""
    heads = [text("labels.above")]
    for name in parts:
        source = text(f"labels.source.{name}")
        heads += [text("labels.agreed", source=source), text("labels.against", source=source)]
    rows = []
    for together in zip(*(part["bounds"] for part in parts.values()), strict=True):
        above = together[0]["above"]
        cells = [text("labels.any") if above == 0 else f"> {text.percent(above, 0)}"]
        for row, part in zip(together, parts.values(), strict=True):
            agreed = (text.number(row["agreed"]), text.number(part["n"]))
            cells += [text("labels.of", agreed=agreed[0], n=agreed[1]), _against(text, row)]
        rows.append(cells)
    return render_table(heads, rows)


def _against(text: Text, row: Found) -> str:
    """How many of the agreed answers are not the label, and their share of the agreed ones."""
    if not row["share"]:
        return "\N{EN DASH}"
    share = row["share"]
    return text(
        "labels.contradicted",
        against=text.number(row["against"]),
        share=text.percent(share["value"]),
        low=text.percent(share["low"]),
        high=text.percent(share["high"]),
    )


def _pairs(text: Text, name: str, part: Found) -> str:
    """The commonest contradictions of one source."""
    pairs: Sequence[Sequence[Any]] = part["pairs"][:MOST_PAIRS]
    named = [
        text(
            "labels.pair",
            label=text.emotion(label).lower(),
            answer=text.emotion(answer).lower(),
            n=text.number(number),
        )
        for label, answer, number in pairs
    ]
    source = text(f"labels.source.{name}")
    return text(
        "labels.pairs" if named else "labels.no_pairs", source=source, pairs="; ".join(named)
    )
