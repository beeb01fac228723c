"""The report: every number in CSV and JSON, and one page of PDF that can be read."""

from __future__ import annotations

import csv
import datetime
import io
import json
from dataclasses import replace

import pytest
from PIL import Image
from pypdf import PdfReader

from models.compare import Answer, Failure
from models.weights import WeightsError
from tests.ui.test_columns import GLAD_OF_THREE, SCARED, SEVEN_A, SEVEN_B, THREE_A, says
from ui.report import FIELDS, Line, Report, csv_text, json_text
from ui.report_pdf import pdf_page
from ui.results import Measured, OfClass
from ui.sentences import exam_detail, verdict_sentences
from ui.text import LANGUAGES, Text, load_text

MEASURED = Measured(0.651, 0.635, 0.667, 3589, "fer2013", "PrivateTest", 0.612, "happy", 0.245)
SHA = "0123456789abcdef" * 4
DATE = datetime.datetime(2026, 11, 25, 9, 30, tzinfo=datetime.timezone.utc)


@pytest.fixture
def report() -> Report:
    error = WeightsError("missing", "seven_b", "seven_b.keras", file="weights/seven_b.keras")
    seen = Image.new("RGB", (240, 240), (200, 100, 50))
    answers: list[tuple[Answer, Image.Image | None]] = [
        (says(SEVEN_A, SCARED), seen),
        (Failure("seven_b", error.code, error.details, str(error)), None),
        (says(THREE_A, GLAD_OF_THREE), None),
    ]
    lines = tuple(
        Line(scenario, answer, picture, measured, sha)
        for scenario, (answer, picture), measured, sha in zip(
            (SEVEN_A, SEVEN_B, THREE_A),
            answers,
            (MEASURED, None, None),
            (SHA, None, SHA),
            strict=True,
        )
    )
    return Report(Image.new("RGB", (600, 400), (10, 90, 200)), 2, lines, DATE)


def sentence_of_failure(text: Text) -> str:
    return text("error.weights.missing", file="seven_b.keras")


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_has_a_row_an_emotion_and_one_for_a_failure(report: Report, language: str) -> None:
    text = load_text(language)

    rows = list(csv.DictReader(io.StringIO(csv_text(text, report), newline="")))

    assert tuple(rows[0]) == FIELDS
    said = {(row["scenario"], row["emotion"]): row["probability"] for row in rows}
    expected = {("seven_a", name): f"{p:.6f}" for name, p in SCARED.items()}
    expected |= {("three_a", name): f"{p:.6f}" for name, p in GLAD_OF_THREE.items()}
    assert said == {**expected, ("seven_b", ""): ""}
    failed = next(row for row in rows if row["scenario"] == "seven_b")
    assert failed["failure"].startswith(sentence_of_failure(text))
    assert rows[0]["exam_accuracy"] == "0.651000"
    assert rows[0]["exam_images"] == "3589"
    assert rows[0]["exam_balanced_accuracy"] == "0.612000"
    assert rows[0]["weights_sha256"] == SHA
    assert failed["exam_accuracy"] == failed["weights_sha256"] == ""
    assert {row["date"] for row in rows} == {"2026-11-25T09:30:00+00:00"}


def test_json_holds_the_same(report: Report) -> None:
    record = json.loads(json_text(load_text("id"), report))

    seven, failed, three = record["predictions"]
    assert record["face"] == 2
    assert record["version"] == report.version
    assert seven["distribution"] == SCARED
    assert seven["exam"] == {
        "dataset": "fer2013",
        "split": "PrivateTest",
        "n": 3589,
        "accuracy": 0.651,
        "low": 0.635,
        "high": 0.667,
        "balanced": 0.612,
    }
    assert "exam" not in three
    assert three["distribution"] == GLAD_OF_THREE
    assert failed["failure"].startswith(sentence_of_failure(load_text("id")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_the_columns_say(report: Report, language: str) -> None:
    text = load_text(language)

    (page,) = PdfReader(io.BytesIO(pdf_page(text, report))).pages
    shown = " ".join(page.extract_text().split())

    for scenario in (SEVEN_A, SEVEN_B, THREE_A):
        assert text(scenario.title) in shown
    for emotion, share in SCARED.items():
        assert f"{text.emotion(emotion)} {text.percent(share)}" in shown
    assert exam_detail(text, MEASURED) in shown
    assert text("column.accuracy.none") in shown
    assert shown.count(SHA) == 2
    for sentence in verdict_sentences(text, [SEVEN_A, SEVEN_B, THREE_A], report.answers):
        assert sentence in shown
    assert sentence_of_failure(text)[:20] in shown
    assert text("page.note") in shown
    assert "2026-11-25 09:30 UTC" in shown
    sizes = sorted(image.image.size for image in page.images if image.image)
    assert sizes == [(240, 240), (600, 400)]


def test_five_scenarios_fill_one_page_and_of_eight_nothing_is_lost(report: Report) -> None:
    text = load_text("id")
    for count, most in ((5, 1), (8, 2)):
        lines = tuple(replace(report.lines[0], sha256=f"{n:064d}") for n in range(count))
        pages = PdfReader(io.BytesIO(pdf_page(text, replace(report, lines=lines)))).pages
        shown = " ".join(page.extract_text() for page in pages)
        assert len(pages) <= most
        assert all(f"{n:064d}" in shown for n in range(count))
        assert text("page.note") in shown


def test_the_page_says_what_is_known_of_the_answer(report: Report) -> None:
    text = load_text("en")
    known = replace(MEASURED, classes={"fear": OfClass(0.41, 0.52)})
    lines = (replace(report.lines[0], measured=known), *report.lines[1:])

    (page,) = PdfReader(io.BytesIO(pdf_page(text, replace(report, lines=lines)))).pages

    shown = " ".join(page.extract_text().split())
    assert text("column.known", emotion="Fear", precision="52%", recall="41%") in shown
    assert text("report.maps") in shown
    baseline = {"emotion": "Happy", "baseline": "24.5%", "balanced": "61.2%"}
    assert text("column.accuracy.baseline", **baseline) in shown
