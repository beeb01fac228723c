"""The report of one reading: what it holds, its CSV and its JSON (its PDF: ui/report_pdf.py)."""

from __future__ import annotations

import csv
import datetime
import io
import json
from dataclasses import asdict, dataclass
from typing import Any

from PIL import Image

from models.compare import Answer, Failure, Prediction
from scenarios import Scenario
from ui import VERSION
from ui.results import Measured
from ui.sentences import failure_reason
from ui.text import Text

FIELDS = (
    "scenario",
    "model",
    "emotion",
    "probability",
    "failure",
    "exam_dataset",
    "exam_split",
    "exam_images",
    "exam_accuracy",
    "exam_accuracy_low",
    "exam_accuracy_high",
    "exam_balanced_accuracy",
    "weights_sha256",
    "date",
    "version",
)


@dataclass(frozen=True)
class Line:
    """One scenario in the report. seen: what it was given with its heat map over it; None where
    there is none. sha256: of its weights, None where the manifest names none.
    """

    scenario: Scenario
    answer: Answer
    seen: Image.Image | None
    measured: Measured | None
    sha256: str | None


@dataclass(frozen=True)
class Report:
    """Everything that is reported of one face. picture: the photo or the face alone."""

    picture: Image.Image
    face: int
    lines: tuple[Line, ...]
    date: datetime.datetime
    version: str = VERSION

    @property
    def answers(self) -> list[Answer]:
        return [line.answer for line in self.lines]


def json_text(text: Text, report: Report) -> str:
    """The report as JSON; emotions and scenarios by the names the API uses."""
    record = {
        "date": _date(report),
        "version": report.version,
        "face": report.face,
        "predictions": [_plain(text, line) for line in report.lines],
    }
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def csv_text(text: Text, report: Report) -> str:
    """The report as CSV (RFC 4180), a row an emotion of a scenario, or one that says why not."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, FIELDS, restval="")
    writer.writeheader()
    for line in report.lines:
        common = {
            "scenario": line.scenario.slug,
            "model": text(line.scenario.title),
            "weights_sha256": line.sha256 or "",
            "date": _date(report),
            "version": report.version,
            **_exam_fields(line.measured),
        }
        if isinstance(line.answer, Failure):
            writer.writerow({**common, "failure": failure_reason(text, line.answer)})
            continue
        for emotion, probability in line.answer.distribution.items():
            writer.writerow({**common, "emotion": emotion, "probability": f"{probability:.6f}"})
    return buffer.getvalue()


def _plain(text: Text, line: Line) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "scenario": line.scenario.slug,
        "model": text(line.scenario.title),
        "weights_sha256": line.sha256,
    }
    if isinstance(line.answer, Prediction):
        plain["distribution"] = line.answer.distribution
        plain["milliseconds"] = line.answer.milliseconds
    else:
        plain["failure"] = failure_reason(text, line.answer)
    if line.measured:
        figures = asdict(line.measured)
        names = ("dataset", "split", "n", "accuracy", "low", "high", "balanced")
        plain["exam"] = {name: figures[name] for name in names}
    return plain


def _exam_fields(measured: Measured | None) -> dict[str, str]:
    if measured is None:
        return {}
    return {
        "exam_dataset": measured.dataset,
        "exam_split": measured.split,
        "exam_images": str(measured.n),
        "exam_accuracy": f"{measured.accuracy:.6f}",
        "exam_accuracy_low": f"{measured.low:.6f}",
        "exam_accuracy_high": f"{measured.high:.6f}",
        "exam_balanced_accuracy": f"{measured.balanced:.6f}",
    }


def _date(report: Report) -> str:
    return report.date.isoformat(timespec="seconds")
