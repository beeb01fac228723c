"""The columns: pure functions from scenarios and answers to HTML, escaped and ready to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from models import hub
from models.compare import Agreement, Answer, Failure, Prediction, agreement, restrict, top
from scenarios import EMOTIONS, Scenario
from ui.results import Measured
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
    agreed = agreement(by_slug.values())
    columns = "".join(
        _column(text, number, scenario, measured.get(scenario.slug), by_slug, agreed)
        for number, scenario in enumerate(scenarios, start=1)
    )
    verdict = _verdict(text, scenarios, agreed, by_slug) if answers is not None else ""
    return (
        f'<style>.face-box[data-face="{face}"] {{ --chosen: 1 !important; }}</style>'
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
        body = f'<p class="waiting">{escape(text("column.waiting"))}</p>' + _bars(
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
        f"{_measured(text, measured)}"
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
            f"{_bars(text, shares, top(shares))}</div>"
        )
    return (
        f'<p class="top"><strong>{escape(text.emotion(best))}</strong>'
        f"<span>{escape(share)}</span></p>"
        f"{_bars(text, answer.distribution, best)}{restricted}"
        f'<p class="time">{escape(time)}</p>'
    )


def _bars(text: Text, distribution: Mapping[str, float | None], best: str | None) -> str:
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


def failure_reason(text: Text, failure: Failure) -> str:
    """Why a scenario has no answer, and how to mend it, in the page's language."""
    key = f"error.weights.{failure.code}"
    if key not in text:
        return failure.reason
    details = dict(failure.details)
    if "file" in details:
        details["file"] = Path(details["file"]).name  # where it lies is nobody's business
    sentence = text(key, **details)
    if "copy" in failure.details:
        remedy = "remedy_hub" if failure.code in hub.SENTENCES else "remedy"
        sentence += " " + text(f"error.weights.{remedy}", **failure.details)
    return sentence


def _measured(text: Text, measured: Measured | None) -> str:
    if measured is None:
        return f'<p class="measured">{escape(text("column.accuracy.none"))}</p>'
    detail = text(
        "column.accuracy.detail",
        split=measured.split,
        dataset=text(f"dataset.{measured.dataset}"),
        n=text.number(measured.n),
        low=text.percent(measured.low),
        high=text.percent(measured.high),
    )
    baseline = text(
        "column.accuracy.baseline",
        emotion=text.emotion(measured.commonest),
        baseline=text.percent(measured.baseline),
        balanced=text.percent(measured.balanced),
    )
    value = text("column.accuracy", value=text.percent(measured.accuracy))
    return (
        f'<p class="measured"><b>{escape(value)}</b><span>{escape(detail)}</span>'
        f"<span>{escape(baseline)}</span></p>"
    )


def _verdict(
    text: Text,
    scenarios: Sequence[Scenario],
    agreed: Agreement,
    by_slug: Mapping[str, Answer],
) -> str:
    """Whether the scenarios agree, in a sentence or two."""
    titles = {scenario.slug: text(scenario.title) for scenario in scenarios}
    answered = [answer for answer in by_slug.values() if isinstance(answer, Prediction)]
    if len(answered) < 2:
        sentences = [text("agree.single" if answered else "agree.none")]
    else:
        every = max(len(answer.distribution) for answer in answered)
        emotions = text.join([text.emotion(emotion) for emotion in agreed.emotions])
        sentences = []
        if agreed.widest_agree is not None and len(agreed.emotions) < every:
            sentences.append(
                _sentence(text, "agree.full", agreed.widest, titles, classes=str(every))
            )
        if agreed.shared_agree is not None:
            sentences.append(
                _sentence(text, "agree.shared", agreed.shared, titles, emotions=emotions)
                if len(agreed.emotions) < every
                else _sentence(text, "agree.full", agreed.shared, titles, classes=str(every))
            )
    lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return f'<div class="verdict" role="status"><h3>{escape(text("agree.title"))}</h3>{lines}</div>'


def _sentence(
    text: Text, key: str, tops: Mapping[str, str], titles: Mapping[str, str], **values: str
) -> str:
    """Who says what: one emotion where all agree, else each emotion with its scenarios."""
    said: dict[str, list[str]] = {}
    for slug, emotion in tops.items():
        said.setdefault(emotion, []).append(titles[slug])
    if len(said) == 1:
        emotion = text.emotion(next(iter(said)))
        return text(f"{key}.yes", count=len(tops), emotion=emotion, **values)
    parts = [
        text("agree.part", emotion=text.emotion(emotion), models=text.join(models))
        for emotion, models in said.items()
    ]
    return text(f"{key}.no", count=len(tops), answers="; ".join(parts), **values)
