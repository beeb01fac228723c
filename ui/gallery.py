"""Samples of an exam as cards: image, label, what each scenario answered. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PIL import Image

from scenarios import Scenario
from ui.pictures import data_uri
from ui.samples import Drawn, Said, Sample
from ui.text import Text


def render_gallery(
    text: Text, scenarios: Mapping[str, Scenario], drawn: Drawn, wrong_by: str | None = None
) -> str:
    """The samples with a sentence on where among the exam's images they stand.

    scenarios: by slug, in the order of columns. wrong_by: whose wrong answers were asked for.
    """
    cards = "".join(_card(text, scenarios, sample) for sample in drawn.samples)
    return (
        f'<section class="samples"><p class="found" role="status">'
        f"{escape(_where(text, scenarios, drawn, wrong_by))}</p>"
        f'<div class="cards">{cards}</div></section>'
    )


def _where(
    text: Text, scenarios: Mapping[str, Scenario], drawn: Drawn, wrong_by: str | None
) -> str:
    places = {
        "first": text.number(drawn.first),
        "last": text.number(drawn.last),
        "total": text.number(drawn.total),
    }
    if wrong_by is None:
        return text("gallery.range", **places)
    model = text(scenarios[wrong_by].title)
    if drawn.total == 0:
        return text("gallery.unknown", model=model)
    return text("gallery.found", n=text.number(len(drawn.samples)), model=model, **places)


def _card(text: Text, scenarios: Mapping[str, Scenario], sample: Sample) -> str:
    label = text.emotion(sample.label)
    picture = data_uri(Image.fromarray(sample.image), "png")
    rows = "".join(
        _row(text, scenario, sample.label, sample.said.get(slug))
        for slug, scenario in scenarios.items()
    )
    return (
        f'<article class="sample"><header><img src="{picture}" '
        f'alt="{escape(text("gallery.alt", emotion=label))}">'
        f"<div><p>{escape(text('gallery.emotion'))}</p><h4>{escape(label)}</h4>"
        f"<p>{escape(sample.name)}</p></div></header><ul>{rows}</ul></article>"
    )


def _row(text: Text, scenario: Scenario, label: str, said: Said | None) -> str:
    """One scenario's answer: right, wrong, or to a label it does not know."""
    known = label in scenario.emotions
    if said is None:
        kind, answer = "failed", ""
    else:
        kind = "outside" if not known else "right" if said.emotion == label else "wrong"
        emotion, share = text.emotion(said.emotion), text.percent(said.probability)
        answer = f"<b>{escape(emotion)}</b> {escape(share)}, "
    return (
        f'<li class="{kind}"><span>{escape(text(scenario.title))}</span>'
        f"<span>{answer}<i>{escape(text(f'gallery.mark.{kind}'))}</i></span></li>"
    )
