"""The columns: what stands where for made-up answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest

from models.compare import Answer, Failure, Prediction
from models.weights import WeightsError
from scenarios import EMOTIONS, Scenario
from tests.toys import toy_scenario
from tests.ui.markup import parse, piece, pieces, style, words
from ui.columns import render_columns
from ui.results import Measured, OfClass
from ui.sentences import failure_reason
from ui.text import LANGUAGES, load_text

THREE = ("disgust", "happy", "sad")
SEVEN_A, SEVEN_B = toy_scenario("seven_a", EMOTIONS), toy_scenario("seven_b", EMOTIONS)
THREE_A, THREE_B = toy_scenario("three_a", THREE), toy_scenario("three_b", THREE)
# Out of order on purpose: the page keeps the emotions' own.
SCARED = {
    "sad": 0.15,
    "angry": 0.10,
    "fear": 0.50,
    "neutral": 0.01,
    "happy": 0.05,
    "surprise": 0.09,
    "disgust": 0.10,
}
GLAD = {**dict.fromkeys(EMOTIONS, 0.05), "happy": 0.70}
GLAD_OF_THREE = {"disgust": 0.1, "happy": 0.6, "sad": 0.3}
SAD_OF_THREE = {"disgust": 0.1, "happy": 0.3, "sad": 0.6}
HOSTILE = """<script>alert("1")</script>&'"""


def says(scenario: Scenario, distribution: dict[str, float]) -> Prediction:
    return Prediction(scenario.slug, distribution, milliseconds=12.4)


def page(
    scenarios: Sequence[Scenario],
    answers: Sequence[Answer] | None = None,
    language: str = "id",
    measured: dict[str, Measured | None] | None = None,
    face: int = 1,
) -> Element:
    return parse(render_columns(load_text(language), scenarios, measured or {}, answers, face))


def rows(bars: Element) -> dict[str, str]:
    """The numbers by emotion, in the order of the page."""
    return {row.get("data-emotion", ""): words(piece(row, "number")) for row in bars.iter("li")}


def verdict(tree: Element) -> list[str]:
    return [words(line) for line in piece(tree, "verdict").iter("p")]


def test_each_scenario_has_its_column_in_order() -> None:
    tree = page([THREE_A, SEVEN_A, THREE_B], [])

    columns = pieces(tree, "scenario")

    assert [column.get("data-scenario") for column in columns] == ["three_a", "seven_a", "three_b"]
    assert [words(next(column.iter("h3"))) for column in columns] == [
        "three_a",
        "seven_a",
        "three_b",
    ]
    assert style(piece(tree, "comparison"))["--count"] == "3"


def test_emotions_stand_in_one_order_everywhere_and_absent_classes_are_absent() -> None:
    answers = [says(SEVEN_A, SCARED), says(THREE_A, dict(reversed(GLAD_OF_THREE.items())))]

    seven, three = (
        piece_of(column) for column in pieces(page([SEVEN_A, THREE_A], answers), "scenario")
    )

    assert tuple(rows(seven)) == EMOTIONS
    assert tuple(rows(three)) == THREE
    for bars in (seven, three):  # the same emotion stands on the same line in every column
        for row in bars.iter("li"):
            place = EMOTIONS.index(row.get("data-emotion", "")) + 1
            assert style(row)["--place"] == str(place)


def piece_of(column: Element) -> Element:
    """A column's first list of bars: the scenario's own distribution."""
    return pieces(column, "bars")[0]


@pytest.mark.parametrize(
    ("language", "best", "share", "time"),
    [("id", "Takut", "50,0%", "12 milidetik"), ("en", "Fear", "50.0%", "12 milliseconds")],
)
def test_word_bar_and_number(language: str, best: str, share: str, time: str) -> None:
    tree = page([SEVEN_A], [says(SEVEN_A, SCARED)], language)
    text = load_text(language)
    bars = piece_of(tree)

    assert words(piece(tree, "top")) == f"{best} {share}"
    assert words(piece(tree, "time")) == time
    assert [row.get("data-emotion") for row in pieces(bars, "best")] == ["fear"]
    for row in bars.iter("li"):
        emotion = row.get("data-emotion", "")
        assert words(piece(row, "word")) == text.emotion(emotion)
        assert words(piece(row, "number")) == text.percent(SCARED[emotion])
        (bar,) = piece(row, "bar")
        assert style(bar)["width"] == f"{100 * SCARED[emotion]:.2f}%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_first_photo_rows_wait_without_a_number(language: str) -> None:
    tree = page([SEVEN_A, THREE_A], None, language)

    seven, three = pieces(tree, "bars")

    assert rows(seven) == dict.fromkeys(EMOTIONS, "\u2013")
    assert rows(three) == dict.fromkeys(THREE, "\u2013")
    assert len(pieces(tree, "waiting")) == 2
    assert pieces(tree, "verdict") == pieces(tree, "top") == pieces(tree, "best") == []


def test_seven_classes_are_also_shown_restricted_to_what_all_know() -> None:
    answers = [says(SEVEN_A, SCARED), says(THREE_A, GLAD_OF_THREE)]
    seven, three = pieces(page([SEVEN_A, THREE_A], answers), "scenario")

    restricted = piece(seven, "restricted")
    (bars,) = pieces(restricted, "bars")

    assert rows(bars) == {"disgust": "33,3%", "happy": "16,7%", "sad": "50,0%"}
    widths = [float(style(piece(row, "bar")[0])["width"].rstrip("%")) for row in bars.iter("li")]
    assert sum(widths) == pytest.approx(100, abs=0.02)
    assert [row.get("data-emotion") for row in pieces(bars, "best")] == ["sad"]
    assert "Jijik, Senang, dan Sedih" in words(restricted)
    assert pieces(three, "restricted") == []


@pytest.mark.parametrize(
    "answers",
    [
        [says(SEVEN_A, SCARED), says(SEVEN_B, GLAD)],
        [says(SEVEN_A, SCARED)],
        [says(SEVEN_A, SCARED), Failure("three_a", "not_loaded", {}, "…")],
    ],
    ids=["two of seven", "alone", "beside a failure"],
)
def test_nothing_is_restricted_where_all_who_answer_know_the_same(answers: list[Answer]) -> None:
    assert pieces(page([SEVEN_A, SEVEN_B, THREE_A], answers), "restricted") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failure_says_why_and_costs_its_own_column_only(language: str) -> None:
    text = load_text(language)
    error = WeightsError("missing", "three_a", "three_a.keras", file="weights/three_a.keras")
    failure = Failure("three_a", error.code, error.details, str(error))

    tree = page(
        [SEVEN_A, THREE_A, THREE_B],
        [says(SEVEN_A, GLAD), failure, says(THREE_B, GLAD_OF_THREE)],
        language,
    )
    seven, failed, three = pieces(tree, "scenario")

    assert words(piece(failed, "failed")) == text("column.failed")
    reason = words(piece(failed, "reason"))
    assert reason.startswith(text("error.weights.missing", file="three_a.keras"))
    assert "python -m models.train three_a" in reason
    assert pieces(failed, "bars") == []
    for column in (seven, three):
        assert words(piece(column, "top")).startswith(text("emotion.happy"))
        assert pieces(column, "failed") == []


@pytest.mark.parametrize(
    ("code", "details", "shown"),
    [
        ("not_finite", {}, "Jaringan ini menghasilkan angka yang bukan probabilitas."),
        (
            "crashed",
            {"problem": "OpError: {x}"},
            "Jaringan ini gagal saat dijalankan: OpError: {x}",
        ),
        (
            "hub_busy",
            {"file": "/home/me/a.keras", "host": "hf.co", "copy": "a.keras", "scenario": "a"},
            "Tidak ada a.keras yang utuh di sini, dan hf.co untuk sementara menolak permintaan "
            "lagi (429). Jalankan ulang aplikasi ini beberapa menit lagi. Tanpa Hub, salin "
            "a.keras ke folder manifes, atau latih lagi: python -m models.train a --data PATH.",
        ),
        ("a_new_code", {"copy": "x"}, "The engine's own words."),
    ],
)
def test_a_failure_s_reason(code: str, details: dict[str, str], shown: str) -> None:
    failure = Failure("toy", code, details, "The engine's own words.")

    assert failure_reason(load_text("id"), failure) == shown


def test_titles_and_reasons_are_escaped() -> None:
    hostile = replace(SEVEN_A, title=HOSTILE, summary=HOSTILE, hypothesis=HOSTILE)
    other = replace(SEVEN_B, title=HOSTILE)
    broken = replace(THREE_A, slug='"><script>')
    answers: list[Answer] = [
        says(hostile, SCARED),
        says(other, GLAD),
        Failure(broken.slug, "crashed", {"problem": HOSTILE}, HOSTILE),
    ]

    html = render_columns(load_text("id"), [hostile, other, broken], {}, answers)
    tree = parse(html)

    assert "<script" not in html
    assert words(next(tree.iter("h3"))) == HOSTILE
    assert HOSTILE in words(piece(tree, "reason"))
    assert HOSTILE in verdict(tree)[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("answers", "sentences"),
    [
        ([], [("agree.none", "", [])]),
        ([says(SEVEN_A, GLAD)], [("agree.single", "", [])]),
        ([says(SEVEN_A, GLAD), says(SEVEN_B, GLAD)], [("agree.full.yes", "7", [("happy", 2)])]),
        (
            [says(SEVEN_A, GLAD), says(SEVEN_B, SCARED)],
            [("agree.full.no", "7", [("happy", "seven_a"), ("fear", "seven_b")])],
        ),
        (
            [says(THREE_A, GLAD_OF_THREE), says(THREE_B, SAD_OF_THREE)],
            [("agree.full.no", "3", [("happy", "three_a"), ("sad", "three_b")])],
        ),
        (
            [says(SEVEN_A, SCARED), says(THREE_A, SAD_OF_THREE), says(THREE_B, SAD_OF_THREE)],
            [("agree.shared.yes", "", [("sad", 3)])],
        ),
        (
            [says(SEVEN_A, GLAD), says(SEVEN_B, GLAD), says(THREE_A, SAD_OF_THREE)],
            [
                ("agree.full.yes", "7", [("happy", 2)]),
                ("agree.shared.no", "", [("happy", "seven_a", "seven_b"), ("sad", "three_a")]),
            ],
        ),
    ],
    ids=["none", "single", "yes", "no", "no of three", "shared yes", "both lines"],
)
def test_a_line_says_whether_the_scenarios_agree(
    language: str, answers: list[Answer], sentences: list[tuple[str, str, list[tuple]]]
) -> None:
    text = load_text(language)
    among = text.join([text.emotion(emotion) for emotion in THREE])

    def sentence(key: str, classes: str, said: list[tuple]) -> str:
        if key.endswith(".yes"):
            ((emotion, count),) = said
            return text(
                key, count=count, classes=classes, emotions=among, emotion=text.emotion(emotion)
            )
        parts = [
            text("agree.part", emotion=text.emotion(emotion), models=text.join(models))
            for emotion, *models in said
        ]
        count = sum(len(models) for _, *models in said)
        return text(key, count=count, classes=classes, emotions=among, answers="; ".join(parts))

    shown = verdict(page([SEVEN_A, SEVEN_B, THREE_A, THREE_B], answers, language))

    assert shown == [sentence(*expected) for expected in sentences]


def test_a_failure_has_no_say_in_the_agreement() -> None:
    failure = Failure("three_a", "not_loaded", {}, "…")

    tree = page([SEVEN_A, SEVEN_B, THREE_A], [says(SEVEN_A, GLAD), says(SEVEN_B, GLAD), failure])

    assert verdict(tree) == ["2 model 7 kelas sepakat: Senang."]


@pytest.mark.parametrize(
    ("language", "value", "details"),
    [
        (
            "id",
            "65,1%",
            [
                "63,5%",
                "66,7%",
                "3.589",
                "PrivateTest",
                "FER-2013",
                "61,2%",
                "Senang",
                "24,5%",
            ],
        ),
        (
            "en",
            "65.1%",
            ["63.5%", "66.7%", "3,589", "PrivateTest", "FER-2013", "61.2%", "Happy", "24.5%"],
        ),
    ],
)
def test_measured_accuracy_stands_under_its_own_model(
    language: str, value: str, details: list[str]
) -> None:
    measured = Measured(0.651, 0.635, 0.667, 3589, "fer2013", "PrivateTest", 0.612, "happy", 0.245)

    tree = page([SEVEN_A, THREE_A], None, language, {"seven_a": measured, "three_a": None})
    known, unknown = pieces(tree, "measured")

    assert words(known).startswith(load_text(language)("column.accuracy", value=value))
    for detail in details:
        assert detail in words(known)
    assert words(unknown) == load_text(language)("column.accuracy.none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_known_of_an_answer_stands_beside_it(language: str) -> None:
    text = load_text(language)
    classes = {"fear": OfClass(recall=0.337, precision=0.527)}
    figures = 0.651, 0.635, 0.667, 3589, "fer2013", "PrivateTest", 0.612, "happy", 0.245
    answers = [says(SEVEN_A, SCARED), says(SEVEN_B, GLAD)]
    measured: dict[str, Measured | None] = dict.fromkeys(
        ("seven_a", "seven_b"), Measured(*figures, classes)
    )

    tree = page([SEVEN_A, SEVEN_B], answers, language, measured)
    scared, glad = pieces(tree, "scenario")

    assert words(piece(scared, "known")) == text(
        "column.known",
        emotion=text.emotion("fear"),
        precision=text.percent(0.527, 0),
        recall=text.percent(0.337, 0),
    )
    assert pieces(glad, "known") == [], "nothing is known of its happy answers"
    assert words(piece(tree, "caution")) == text("page.note")
    assert pieces(page([SEVEN_A], None, language, measured), "caution") == []


def test_the_chosen_face_is_marked() -> None:
    rule = next(page([SEVEN_A], [says(SEVEN_A, GLAD)], face=2).iter("style")).text or ""

    assert 'data-face="2"' in rule
