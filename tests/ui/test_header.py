"""The head of the page: what is known of the thesis, and nothing in place of what is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.markup import parse, piece, pieces, words
from ui.header import read_thesis, render_footer, render_header, render_steps
from ui.text import LANGUAGES, load_text
from ui.uploads import LONGEST_SECONDS

THESIS: dict[str, Any] = {
    "title": "Judul & Anak Judul",
    "author": "Qoid Rif'at",
    "student_number": "210411100160",
    "institution": "Universitas Trunojoyo Madura",
    "supervisors": ["Prof. A", "B, M.Kom."],
}
ABSENT: tuple[Any, ...] = ("", None)


def header(language: str, **changed: Any) -> str:
    """The words of the header for a thesis with these fields changed."""
    return words(parse(render_header(load_text(language), {**THESIS, **changed})))


@pytest.mark.parametrize(
    ("language", "number", "supervisors"),
    [
        ("id", "NIM 210411100160", "Pembimbing: Prof. A dan B, M.Kom."),
        ("en", "Student number 210411100160", "Supervisors: Prof. A and B, M.Kom."),
    ],
)
def test_everything_known_is_shown(language: str, number: str, supervisors: str) -> None:
    shown = header(language)

    for part in ("Judul & Anak Judul", "Qoid Rif'at", number, "Trunojoyo", supervisors):
        assert part in shown


@pytest.mark.parametrize("empty", ABSENT)
@pytest.mark.parametrize(
    ("field", "gone"),
    [
        ("author", "Qoid"),
        ("student_number", "NIM"),
        ("institution", "Trunojoyo"),
        ("supervisors", "Pembimbing"),
    ],
)
def test_an_empty_field_is_not_shown(field: str, gone: str, empty: str | None) -> None:
    assert gone in header("id")

    shown = header("id", **{field: empty})

    assert gone not in shown
    assert "None" not in shown
    assert "· ·" not in shown


def test_an_empty_supervisor_is_left_out() -> None:
    shown = header("id", supervisors=["", "B", ""])

    assert shown.endswith("Pembimbing: B")


@pytest.mark.parametrize("thesis", [{}, dict.fromkeys(THESIS), {**dict.fromkeys(THESIS, "")}])
def test_of_an_empty_thesis_only_the_page_s_name_is_left(thesis: dict[str, Any]) -> None:
    tree = parse(render_header(load_text("id"), thesis))

    assert pieces(tree, "byline") == []
    assert words(next(tree.iter("h1"))) == "Sidang Skripsi"


def test_fields_are_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    thesis = {**dict.fromkeys(THESIS, hostile), "supervisors": [hostile, hostile]}

    html = render_header(load_text("id"), thesis)

    assert "<script" not in html
    assert words(next(parse(html).iter("h1"))) == hostile


@pytest.mark.parametrize(
    ("language", "page", "other", "path"),
    [
        ("id", "compare", "en", "en"),
        ("en", "compare", "id", "."),
        ("id", "evidence", "en", "evidence"),
        ("en", "evidence", "id", "hasil"),
        ("id", "data", "en", "datasets"),
        ("en", "data", "id", "data"),
        ("id", "own", "en", "test"),
        ("en", "own", "id", "uji"),
        ("id", "method", "en", "method"),
        ("en", "method", "id", "metode"),
    ],
)
def test_the_other_language_is_one_link_away_and_keeps_the_page(
    language: str, page: str, other: str, path: str
) -> None:
    link = piece(parse(render_header(load_text(language), THESIS, page)), "language")

    assert (link.get("href"), link.get("hreflang"), link.get("lang")) == (path, other, other)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["compare", "evidence", "data", "own", "method"])
def test_the_page_being_read_is_marked(language: str, page: str) -> None:
    text = load_text(language)
    nav = next(parse(render_header(text, THESIS, page)).iter("nav"))
    links = [link for link in nav.iter("a") if link.get("hreflang") is None]

    assert [words(link) for link in links] == [
        text(f"nav.{name}") for name in ("compare", "live", "evidence", "data", "own", "method")
    ]
    current = [words(link) for link in links if link.get("aria-current") == "page"]
    assert current == [text(f"nav.{page}")]


@pytest.mark.parametrize("content", [None, "", "{", "[]", '"title"', "null"])
def test_a_broken_thesis_file_is_as_good_as_none(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "thesis.json"
    if content is not None:
        path.write_text(content, "utf-8")

    assert read_thesis(path) == {}


def test_fields_of_an_odd_kind_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "thesis.json"
    odd: dict[str, Any] = {
        "title": ["x"],
        "author": {},
        "institution": None,
        "supervisors": ["Prof. A", 7],
    }
    path.write_text(json.dumps(odd))
    assert read_thesis(path) == {"supervisors": ["Prof. A"]}

    path.write_text(json.dumps({"supervisors": 7, "student_number": 2104}))
    assert words(parse(render_header(load_text("id"), read_thesis(path)))).count("2104") == 1


def test_the_thesis_of_this_study_is_there() -> None:
    assert set(read_thesis()) == set(THESIS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_steps_stand_in_the_page_s_language(language: str) -> None:
    text = load_text(language)
    steps = [words(step) for step in parse(render_steps(text)).iter("li")]

    assert steps == [text("steps.1"), text("steps.2"), text("steps.3")]
    assert text("predict.button") in steps[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_footer_says_what_becomes_of_a_photo_and_in_how_many_minutes(language: str) -> None:
    text = load_text(language)
    said = words(parse(render_footer(text)))

    for key in ("page.note", "privacy.title", "privacy.where", "privacy.kept", "nav.program"):
        assert text(key) in said
    assert text("privacy.files", minutes=10) in said
    assert LONGEST_SECONDS == 600
