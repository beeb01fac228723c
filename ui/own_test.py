"""Uji sendiri / Your own test set: what its page shows, as HTML. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import PurePosixPath

from models.archive import MAX_PHOTOS
from models.compare import Failure
from models.photos import Photo
from models.refusals import MAX_BYTES
from models.scoring import Score
from scenarios import EMOTIONS, Scenario
from ui.charts import confusion, interval_row, interval_words, scale_row
from ui.text import LANGUAGES, Text, load_text

FEW = 30  # photos; of fewer a bootstrap interval is too narrow
FOLDERS_NAMED = 8  # folders of an unknown name that are listed


@cache
def folder_labels() -> dict[str, str]:
    """Emotions by what a folder of theirs may be called, in lower case: both languages' words."""
    words = {load_text(code).emotion(name): name for name in EMOTIONS for code in LANGUAGES}
    return {word.casefold(): name for word, name in words.items()}


def render_intro(text: Text) -> str:
    """What the page is for, the folders it understands and its limits."""
    other = load_text(next(code for code in LANGUAGES if code != text.language))
    names = [
        text("own.folder", name=text.emotion(name).lower(), other=other.emotion(name).lower())
        for name in EMOTIONS
    ]
    folders = text("own.folders", names="; ".join(names), example=text("own.folder.example"))
    limits = text(
        "own.limits",
        megabytes=text.number(MAX_BYTES / 1_000_000),
        photos=text.number(MAX_PHOTOS),
    )
    return (
        f'<section class="evidence own-intro"><h2>{escape(text("own.title"))}</h2>'
        f'<p class="lead">{escape(text("own.lead"))}</p>'
        f'<p class="note">{escape(folders)}</p><p class="note">{escape(limits)}</p></section>'
    )


def render_progress(text: Text, done: int, total: int, seconds: float) -> str:
    """How many photos are done, and how long the others will take at the pace so far.

    seconds: since the first photo was begun.
    """
    words = text("own.progress", done=text.number(done), total=text.number(total))
    remaining = ""
    if done:
        time = duration(text, max(1.0, seconds / done * (total - done)))
        remaining = text("own.remaining", time=time)
    label = escape(text("own.progress.label"))
    return (
        f'<div class="run"><p><b>{escape(words)}</b><span>{escape(remaining)}</span></p>'
        f'<progress max="{total}" value="{done}" aria-label="{label}"></progress></div>'
    )


def duration(text: Text, seconds: float) -> str:
    """Seconds up to a minute and a half, minutes from there."""
    if seconds < 90:
        return text("own.time.seconds", number=text.number(max(1, round(seconds))))
    return text("own.time.minutes", number=text.number(round(seconds / 60)))


def render_scores(
    text: Text,
    scenarios: Sequence[Scenario],
    scores: Sequence[Score | None],
    photos: Sequence[Photo],
) -> str:
    """How often each scenario was right, or why that cannot be said.

    scores: one a scenario, in the same order.
    """
    if not any(photo.truth for photo in photos if photo.problem is None):
        return f'<p class="lead">{escape(text("own.no_truth"))}</p>'
    pairs = list(zip(scenarios, scores, strict=True))
    sizes = dict.fromkeys(len(scenario.emotions) for scenario in scenarios)
    groups = "".join(
        _ranking(text, size, [pair for pair in pairs if len(pair[0].emotions) == size])
        for size in sizes
    )
    details = "".join(_scenario(text, scenario, found, photos) for scenario, found in pairs)
    few = any(found is not None and found.n < FEW for found in scores)
    notes = [text("own.scores.few", least=FEW)] if few else []
    notes += _unknown_folders(text, photos)
    return (
        f"<h2>{escape(text('own.scores'))}</h2>"
        f'<p class="lead">{escape(text("own.scores.lead"))}</p>'
        + "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
        + f'<div class="rankings">{groups}</div><div class="own-cards">{details}</div>'
    )


def _ranking(text: Text, size: int, pairs: Sequence[tuple[Scenario, Score | None]]) -> str:
    """The accuracies of the scenarios with so many classes on one scale, and the baselines."""
    rows = []
    baselines: dict[tuple[str, float], None] = {}  # in order, each once
    for scenario, found in pairs:
        title = text(scenario.title)
        if found is None:
            rows.append(interval_row(title, None, None, text("own.scores.none"), "ours"))
            continue
        accuracy = found.accuracy
        rows.append(
            interval_row(
                title,
                accuracy.value,
                (accuracy.low, accuracy.high),
                text.percent(accuracy.value),
                "ours",
                note=text("own.scores.n", n=text.number(found.n)),
                between=interval_words(text, accuracy.low, accuracy.high),
            )
        )
        baselines[found.commonest, found.baseline] = None
    for commonest, share in baselines:
        name = text("evidence.commonest", emotion=text.emotion(commonest))
        rows.append(interval_row(name, share, None, text.percent(share), "baseline"))
    heading = escape(text("own.scores.group", count=size))
    return f'<div class="ranking"><h3>{heading}</h3><ul>{"".join(rows)}{scale_row(text)}</ul></div>'


def _scenario(text: Text, scenario: Scenario, found: Score | None, photos: Sequence[Photo]) -> str:
    """One scenario's figures in words, and its confusion matrix."""
    title = f"<h3>{escape(text(scenario.title))}</h3>"
    if found is None:
        answers = [a for photo in photos for a in photo.answers if a.scenario == scenario.slug]
        silent = answers and all(isinstance(answer, Failure) for answer in answers)
        sentence = escape(text("column.failed" if silent else "own.scores.none"))
        return f'<article class="proof">{title}<p>{sentence}</p></article>'
    accuracy, balanced = found.accuracy, found.balanced_accuracy
    sentences = [
        text(
            "own.score",
            accuracy=text.percent(accuracy.value),
            low=text.percent(accuracy.low),
            high=text.percent(accuracy.high),
            balanced=text.percent(balanced.value),
            balanced_low=text.percent(balanced.low),
            balanced_high=text.percent(balanced.high),
            n=text.number(found.n),
            emotion=text.emotion(found.commonest),
            baseline=text.percent(found.baseline),
        )
    ]
    if found.left_out:
        parts = [
            text("own.score.part", emotion=text.emotion(emotion), count=text.number(count))
            for emotion, count in found.left_out.items()
        ]
        count = text.number(sum(found.left_out.values()))
        sentences.append(text("own.score.left_out", count=count, emotions=", ".join(parts)))
    if found.failed:
        sentences.append(text("own.score.failed", count=text.number(found.failed)))
    words = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    matrix = confusion(text, found.emotions, found.confusion.tolist())
    return (
        f'<article class="proof" data-scenario="{escape(scenario.slug)}">{title}'
        f'<div class="words">{words}</div>{matrix}</article>'
    )


def _unknown_folders(text: Text, photos: Sequence[Photo]) -> list[str]:
    """A sentence on the photos whose folder says nothing, where there are any."""
    folders = Counter(
        PurePosixPath(photo.name).parent.name or text("own.root")
        for photo in photos
        if photo.problem is None and photo.truth is None
    )
    if not folders:
        return []
    names = list(folders)[:FOLDERS_NAMED]
    if len(folders) > len(names):
        names.append(text("own.unknown_more", count=text.number(len(folders) - len(names))))
    count = text.number(sum(folders.values()))
    return [text("own.unknown_folders", count=count, names=", ".join(names))]
