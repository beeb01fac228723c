"""The table of a test set's photos, and the CSV that spreadsheets and scripts open."""

from __future__ import annotations

import csv
import io

import pytest

from models.compare import Answer, Failure, Prediction
from models.photos import Photo, Problem
from scenarios import EMOTIONS
from tests.toys import toy_scenario
from tests.ui.markup import parse, piece, pieces, words
from ui.own_test_rows import ROWS, arrange, harmless, is_right, render_csv, render_table
from ui.text import LANGUAGES, load_text

SEVEN, THREE = toy_scenario("seven", EMOTIONS), toy_scenario("three", ("sad", "disgust", "happy"))
BOTH = [SEVEN, THREE]
BAD = Photo("bad.png", "sad", problem=Problem("image.empty", {}, "The file is empty."))


def says(slug: str, best: str) -> Prediction:
    known = [e for e in EMOTIONS if slug == "seven" or e in THREE.emotions]
    shares = {emotion: 0.2 / (len(known) - 1) for emotion in known} | {best: 0.8}
    return Prediction(slug, shares, 1.0)


def photo(name: str, truth: str | None, seven: str, three: str | None = "happy") -> Photo:
    second: Answer = says("three", three) if three else Failure("three", "not_loaded", {}, "why")
    return Photo(name, truth, (says("seven", seven), second), b"JPEG", 1)


RIGHT = photo("a.png", "happy", "happy")
WRONG = photo("b.png", "happy", "sad", "sad")
HALF = photo("c.png", "happy", "sad")
UNKNOWN = photo("d.png", None, "fear", None)
PHOTOS = [RIGHT, BAD, HALF, UNKNOWN, WRONG]


def test_orders() -> None:
    assert arrange(PHOTOS, "given") == PHOTOS
    assert arrange(PHOTOS, "problems") == [BAD]
    assert arrange(PHOTOS, "wrong") == [WRONG, HALF, RIGHT, BAD, UNKNOWN]


def test_right_wrong_or_unknown() -> None:
    assert [is_right(HALF, answer) for answer in HALF.answers] == [False, True]
    assert [is_right(UNKNOWN, answer) for answer in UNKNOWN.answers] == [None, None]
    fear = photo("e.png", "fear", "fear")
    assert [is_right(fear, answer) for answer in fear.answers] == [True, None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_row_has_face_name_truth_and_answers(language: str) -> None:
    text = load_text(language)
    tree = parse(render_table(text, BOTH, [HALF, UNKNOWN]))

    half, unknown = list(tree.iter("tr"))[1:]
    (face,) = half.iter("img")
    assert face.get("src") == "data:image/jpeg;base64,SlBFRw=="
    sad = f"{text.emotion('sad')} {text.percent(0.8, 0)} {text('own.table.wrong')}"
    happy = f"{text.emotion('happy')} {text.percent(0.8, 0)} {text('own.table.right')}"
    assert words(half) == f"c.png {text.emotion('happy')} {sad} {happy}"
    assert [cell.get("data-title") for cell in pieces(half, "answer-cell")] == ["seven", "three"]
    assert words(unknown).endswith(text("own.table.no_answer"))
    assert not pieces(unknown, "right") + pieces(unknown, "wrong")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_file_says_why_in_the_page_s_language(language: str) -> None:
    text = load_text(language)
    cell = piece(parse(render_table(text, BOTH, [BAD])), "problem")

    assert words(cell) == text("error.image.empty")
    assert cell.get("colspan") == "2"


def test_several_faces_are_told() -> None:
    text = load_text("id")
    group = Photo("g.png", None, RIGHT.answers, b"JPEG", 4)
    assert text("own.table.faces", count=4) in words(parse(render_table(text, BOTH, [group])))
    assert text("own.table.faces", count=1) not in words(parse(render_table(text, BOTH, [RIGHT])))


def test_names_are_escaped_and_rows_are_capped() -> None:
    hostile = photo('<img src=x onerror="alert(1)">', None, "sad")
    html = render_table(load_text("en"), BOTH, [hostile] * (ROWS + 5))

    assert "<img src=x" not in html
    assert len(list(parse(html).iter("tr"))) == ROWS + 1


def test_no_rows_are_a_sentence() -> None:
    text = load_text("id")
    assert words(parse(render_table(text, BOTH, []))) == text("own.table.empty")


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_csv_holds_every_photo_and_every_probability() -> None:
    content = render_csv(load_text("id"), BOTH, PHOTOS)
    rows = read(content)

    assert content.startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by it"
    assert content.count(b"\r\n") == content.count(b"\n") == len(PHOTOS) + 1
    assert [row["file"] for row in rows] == [photo.name for photo in PHOTOS]
    assert [row["truth"] for row in rows] == ["happy", "sad", "happy", "", "happy"]
    assert [row["seven.answer"] for row in rows] == ["happy", "", "sad", "fear", "sad"]
    assert [row["three.right"] for row in rows] == ["yes", "", "yes", "", "no"]
    assert [row["faces"] for row in rows] == ["1", "", "1", "1", "1"]
    assert rows[1]["problem"] == load_text("id")("error.image.empty")
    assert {float(rows[0][f"seven.{emotion}"]) for emotion in EMOTIONS} == {0.8, 0.033333}
    assert [key for key in rows[0] if key.startswith("three.")] == [
        "three.answer", "three.right", "three.disgust", "three.happy", "three.sad",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a,b.png", 'a"b.png', "a\nb.png", "é 喜.png", "a;b.png"])
def test_any_name_comes_back_from_the_csv(name: str) -> None:
    (row,) = read(render_csv(load_text("en"), BOTH, [photo(name, None, "sad")]))
    assert row["file"] == name


def test_a_name_that_is_no_text_does_not_stop_the_csv() -> None:
    (row,) = read(render_csv(load_text("en"), BOTH, [photo("a\udcff.png", None, "sad")]))
    assert row["file"] == "a?.png"


@pytest.mark.parametrize(
    "name",
    ["=cmd|'/c calc'!A1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1"],
)
def test_no_name_is_a_formula(name: str) -> None:
    (row,) = read(render_csv(load_text("en"), BOTH, [photo(name, None, "sad")]))
    assert row["file"] == f"'{name}"


@pytest.mark.parametrize("name", ["a=b.png", "test/-1.png", "1+1.png", ""])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert harmless(name) == name
