"""The columns: pure functions from scenarios and answers to HTML, escaped and ready to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from models.agreement import Agreement, agreement, restrict, top
from models.compare import Answer, Failure, Prediction, distributions
from scenarios import EMOTIONS, Scenario
from ui.results import Measured
from ui.sentences import (
    exam_baseline,
    exam_detail,
    failure_reason,
    known_sentence,
    verdict_sentences,
)
from ui.text import Text


def render_columns(
    text: Text,
    scenarios: Sequence[Scenario],
    measured: Mapping[str, Measured | None],
    answers: Sequence[Answer] | None = None,
    face: int = 1,
) -> str:
    """All columns in order, and under them whether the scenarios agree.

    scenarios: those that stand in the comparison. measured: their accuracies by slug. answers: on
    the chosen face; None before the first one. face: its number from one, marked in the photo.
    """
    by_slug = {answer.scenario: answer for answer in answers or ()}
    agreed = agreement(distributions(by_slug.values()))
    columns = "".join(
        _column(text, number, scenario, measured.get(scenario.slug), by_slug, agreed)
        for number, scenario in enumerate(scenarios, start=1)
    )
    verdict = _verdict(text, scenarios, answers) if answers is not None else ""
    caution = f'<p class="caution">{escape(text("page.note"))}</p>' if by_slug else ""
    return (
        f'{caution}<style>.face-box[data-face="{face}"] {{ --chosen: 1 !important; }}</style>'
        f'<section class="comparison" id="hasil" tabindex="-1" style="--count: {len(scenarios)}" '
        f'aria-label="{escape(text("columns.label"))}">{columns}</section>{verdict}'
    )


def _column(
    text: Text,
    number: int,
    scenario: Scenario,
    measured: Measured | None,
    by_slug: Mapping[str, Answer],
    agreed: Agreement,
) -> str:
    dataset = text(f"dataset.{scenario.recipe.dataset}")
    classes = text("column.classes", count=len(scenario.emotions), dataset=dataset)
    answer = by_slug.get(scenario.slug)
    if isinstance(answer, Failure):
        body = _failure(text, answer)
    elif isinstance(answer, Prediction):
        body = _prediction(text, answer, agreed)
    else:
        body = f'<p class="waiting">{escape(text("column.waiting"))}</p>' + render_bars(
            text, dict.fromkeys(scenario.emotions), None
        )
    return (
        f'<article class="scenario" data-scenario="{escape(scenario.slug)}">'
        f'<p class="eyebrow">{escape(text("column.scenario", number=number))}'
        f"<span>{escape(classes)}</span></p>"
        f"<h3>{escape(text(scenario.title))}</h3>"
        f'<p class="summary">{escape(text(scenario.summary))}</p>'
        f'<p class="hypothesis"><b>{escape(text("column.expectation"))}:</b> '
        f"{escape(text(scenario.hypothesis))}</p>"
        f'<div class="answer">{body}</div>'
        f"{render_measured(text, measured, answer)}"
        "</article>"
    )


def _prediction(text: Text, answer: Prediction, agreed: Agreement) -> str:
    best = top(answer.distribution)
    share = text.percent(answer.distribution[best])
    time = text("column.milliseconds", number=text.number(answer.milliseconds))
    restricted = ""
    if 1 < len(agreed.emotions) < len(answer.distribution):
        words = text.join([text.emotion(emotion) for emotion in agreed.emotions])
        shares = restrict(answer.distribution, agreed.emotions)
        restricted = (
            f'<div class="restricted"><p>{escape(text("column.restricted", emotions=words))}</p>'
            f"{render_bars(text, shares, top(shares))}</div>"
        )
    return (
        f'<p class="top"><strong>{escape(text.emotion(best))}</strong>'
        f"<span>{escape(share)}</span></p>"
        f"{render_bars(text, answer.distribution, best)}{restricted}"
        f'<p class="time">{escape(time)}</p>'
    )


def render_bars(text: Text, distribution: Mapping[str, float | None], best: str | None) -> str:
    """Word, bar and number a row; None is a share not known yet."""
    rows = []
    for place, emotion in enumerate(EMOTIONS, start=1):
        if emotion not in distribution:
            continue
        share = distribution[emotion]
        number = "\N{EN DASH}" if share is None else text.percent(share)
        mark = "best" if emotion == best else ""
        rows.append(
            f'<li class="{mark}" data-emotion="{emotion}" style="--place: {place}">'
            f'<span class="word">{escape(text.emotion(emotion))}</span>'
            f'<span class="bar"><span style="width: {100 * (share or 0):.2f}%"></span></span>'
            f'<span class="number">{escape(number)}</span></li>'
        )
    return f'<ul class="bars">{"".join(rows)}</ul>'


def _failure(text: Text, failure: Failure) -> str:
    return (
        f'<p class="failed"><strong>{escape(text("column.failed"))}</strong></p>'
        f'<p class="reason">{escape(failure_reason(text, failure))}</p>'
    )


def render_measured(text: Text, measured: Measured | None, answer: Answer | None) -> str:
    """The exam's figures, first what it said of answers like this one."""
    if measured is None:
        return f'<p class="measured">{escape(text("column.accuracy.none"))}</p>'
    detail = exam_detail(text, measured)
    baseline = exam_baseline(text, measured)
    value = text("column.accuracy", value=text.percent(measured.accuracy))
    sentence = known_sentence(text, measured, answer)
    known = f'<span class="known">{escape(sentence)}</span>' if sentence else ""
    return (
        f'<p class="measured">{known}<b>{escape(value)}</b>'
        f"<span>{escape(detail)}</span><span>{escape(baseline)}</span></p>"
    )


def _verdict(text: Text, scenarios: Sequence[Scenario], answers: Sequence[Answer]) -> str:
    lines = "".join(
        f"<p>{escape(sentence)}</p>" for sentence in verdict_sentences(text, scenarios, answers)
    )
    return f'<div class="verdict"><h3>{escape(text("agree.title"))}</h3>{lines}</div>'
