"""The photos of a test set one by one: a table of at most ROWS at once, and a CSV of them all."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

from models.agreement import top
from models.compare import Answer, Failure, Prediction
from models.photos import Photo, Problem
from scenarios import EMOTIONS, Scenario
from ui.pictures import content_uri
from ui.sentences import failure_reason
from ui.text import Text

ROWS = 100  # shown at once
ORDERS = ("wrong", "given", "problems")
# What a spreadsheet may take for a formula where a cell begins with it, full-width forms too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def arrange(photos: Sequence[Photo], order: str) -> list[Photo]:
    """The photos that an order of ORDERS shows. Equals stay in the order of the files."""
    if order == "problems":
        return [photo for photo in photos if photo.problem is not None]
    return sorted(photos, key=lambda photo: -_wrong(photo)) if order == "wrong" else list(photos)


def _wrong(photo: Photo) -> int:
    """How many scenarios that know the truth answered something else."""
    return sum(is_right(photo, answer) is False for answer in photo.answers)


def is_right(photo: Photo, answer: Answer) -> bool | None:
    """Whether an answer is the truth; None where that is unknown, to us or to the scenario."""
    if not isinstance(answer, Prediction) or photo.truth not in answer.distribution:
        return None
    return top(answer.distribution) == photo.truth


def render_table(text: Text, scenarios: Sequence[Scenario], photos: Sequence[Photo]) -> str:
    """A row a photo: its face, its name, the truth, each scenario's answer. At most ROWS.

    photos: already arranged; their answers are of ``scenarios``, in that order.
    """
    if not photos:
        return f'<p class="lead">{escape(text("own.table.empty"))}</p>'
    heads = [text(f"own.table.{name}") for name in ("face", "file", "truth")]
    titles = [text(scenario.title) for scenario in scenarios]
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in [*heads, *titles])
    rows = "".join(_row(text, photo, titles) for photo in photos[:ROWS])
    return (
        '<div class="proof scroll" tabindex="0"><table class="classes photos">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(text: Text, photo: Photo, titles: Sequence[str]) -> str:
    many = text("own.table.faces", count=photo.found) if photo.found > 1 else ""
    note = f"<small>{escape(many)}</small>" if many else ""
    truth = text.emotion(photo.truth) if photo.truth else "\N{EN DASH}"
    face = (
        f'<img src="{content_uri(photo.thumbnail, "image/jpeg")}" alt="">'
        if photo.thumbnail
        else ""
    )
    if photo.problem is not None:
        cells = (
            f'<td class="problem" colspan="{len(titles)}">'
            f"{escape(problem_sentence(text, photo.problem))}</td>"
        )
    else:
        pairs = zip(titles, photo.answers, strict=True)
        cells = "".join(_answer(text, photo, title, answer) for title, answer in pairs)
    return (
        f'<tr><td>{face}</td><th scope="row">{escape(photo.name)}{note}</th>'
        f"<td>{escape(truth)}</td>{cells}</tr>"
    )


def _answer(text: Text, photo: Photo, title: str, answer: Answer) -> str:
    """One scenario's cell; its title is shown in it where a phone has no room for columns."""
    named = f'data-title="{escape(title)}"'
    if isinstance(answer, Failure):
        reason = escape(failure_reason(text, answer))
        words = escape(text("own.table.no_answer"))
        return f'<td class="answer-cell silent" {named} title="{reason}">{words}</td>'
    best = top(answer.distribution)
    right = is_right(photo, answer)
    kind = "" if right is None else "right" if right else "wrong"
    mark = f"<small>{escape(text(f'own.table.{kind}'))}</small>" if kind else ""
    share = text.percent(answer.distribution[best], 0)
    return (
        f'<td class="answer-cell {kind}" {named}><b>{escape(text.emotion(best))}</b> '
        f"<span>{escape(share)}</span>{mark}</td>"
    )


def problem_sentence(text: Text, problem: Problem) -> str:
    """Why a photo was not read, in the page's language."""
    key = f"error.{problem.key}"
    return text(key, **problem.details) if key in text else problem.reason


def render_csv(text: Text, scenarios: Sequence[Scenario], photos: Sequence[Photo]) -> bytes:
    """Every photo with every probability: RFC 4180, UTF-8 with the mark by which Excel knows it.

    Column names and emotions are the program's own (English) in both languages, so that a script
    reads either; only the reasons are in the page's language. Empty is what is not known.
    """
    emotions = {
        scenario.slug: [name for name in EMOTIONS if name in scenario.emotions]
        for scenario in scenarios
    }
    head = ["file", "truth", "faces", "problem"]
    for slug, names in emotions.items():
        head += [f"{slug}.answer", f"{slug}.right", *(f"{slug}.{name}" for name in names)]
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(head)
    for photo in photos:
        problem = problem_sentence(text, photo.problem) if photo.problem else ""
        faces = "" if photo.problem else str(photo.found)
        cells = [harmless(photo.name), photo.truth or "", faces, harmless(problem)]
        by_slug = {answer.scenario: answer for answer in photo.answers}
        for slug, names in emotions.items():
            cells += _csv_cells(photo, by_slug.get(slug), names)
        writer.writerow(cells)
    return file.getvalue().encode("utf-8-sig", "replace")


def _csv_cells(photo: Photo, answer: Answer | None, names: Sequence[str]) -> list[str]:
    """An answer's columns; all empty where there is none."""
    if not isinstance(answer, Prediction):
        return [""] * (2 + len(names))
    right = is_right(photo, answer)
    verdict = "" if right is None else "yes" if right else "no"
    shares = [f"{answer.distribution[name]:.6f}" for name in names]
    return [top(answer.distribution), verdict, *shares]


def harmless(cell: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before what looks like one."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
