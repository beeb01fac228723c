"""Sentences that several pages and the report say alike, as plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models import hub
from models.agreement import agreement, top
from models.compare import Answer, Failure, Prediction, distributions
from scenarios import Scenario
from ui.results import Measured
from ui.text import Text


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


def exam_detail(text: Text, measured: Measured) -> str:
    """On what an accuracy was measured, and its interval."""
    return text(
        "column.accuracy.detail",
        split=measured.split,
        dataset=text(f"dataset.{measured.dataset}"),
        n=text.number(measured.n),
        low=text.percent(measured.low),
        high=text.percent(measured.high),
    )


def exam_baseline(text: Text, measured: Measured) -> str:
    """The balanced accuracy, and what an answer without any knowledge would score."""
    return text(
        "column.accuracy.baseline",
        emotion=text.emotion(measured.commonest),
        baseline=text.percent(measured.baseline),
        balanced=text.percent(measured.balanced),
    )


def known_sentence(text: Text, measured: Measured | None, answer: Answer | None) -> str:
    """What the exam said of answers like this one; "" where nothing is known of them."""
    if measured is None or not isinstance(answer, Prediction):
        return ""
    best = top(answer.distribution)
    if best not in measured.classes:
        return ""
    known = measured.classes[best]
    right, found = text.percent(known.precision, 0), text.percent(known.recall, 0)
    return text("column.known", emotion=text.emotion(best), precision=right, recall=found)


def origin(text: Text, name: str, found: Mapping[str, Any]) -> str:
    """Which file figures come from, which command wrote it and when."""
    return text(
        "evidence.file",
        file=f"assets/results/{name}.json",
        command=found["command"],
        date=found["date"][:10],
    )


def change_words(text: Text, change: Mapping[str, float]) -> str:
    """A difference of shares in points, up or down, with its interval where it has one."""
    direction = "up" if change["value"] >= 0 else "down"
    sentence = text(
        f"evidence.change.{direction}", points=text.number(100 * abs(change["value"]), 1)
    )
    if "low" in change:
        low, high = (text.number(100 * change[end], 1) for end in ("low", "high"))
        sentence += " " + text("evidence.change.between", low=low, high=high)
    return sentence


def verdict_sentences(
    text: Text, scenarios: Sequence[Scenario], answers: Sequence[Answer]
) -> list[str]:
    """Whether the scenarios agree, in a sentence or two."""
    titles = {scenario.slug: text(scenario.title) for scenario in scenarios}
    agreed = agreement(distributions(answers))
    answered = [answer for answer in answers if isinstance(answer, Prediction)]
    if len(answered) < 2:
        return [text("agree.single" if answered else "agree.none")]
    every = max(len(answer.distribution) for answer in answered)
    emotions = text.join([text.emotion(emotion) for emotion in agreed.emotions])
    sentences = []
    if agreed.widest_agree is not None and len(agreed.emotions) < every:
        sentences.append(_sentence(text, "agree.full", agreed.widest, titles, classes=str(every)))
    if agreed.shared_agree is not None:
        sentences.append(
            _sentence(text, "agree.shared", agreed.shared, titles, emotions=emotions)
            if len(agreed.emotions) < every
            else _sentence(text, "agree.full", agreed.shared, titles, classes=str(every))
        )
    return sentences


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
