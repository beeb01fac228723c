"""What was measured stands in the table; without the file, its command."""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from typing import Any

import pytest

from tests.ui.markup import parse, words
from tests.ui.studies import BENCHMARK, PROFILED
from ui.results import BROKEN
from ui.speed import COMMAND, render_speed
from ui.text import LANGUAGES, load_text


@pytest.fixture
def benchmark() -> dict[str, Any]:
    """The file, to be changed."""
    return deepcopy(BENCHMARK)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("id", ["9,2 kali", "83%", "10,5 kali", "1.234 MB", "5,2 pembandingan per detik"]),
        ("en", ["9.2 times", "83%", "10.5 times", "1,234 MB", "5.2 comparisons a second"]),
    ],
)
def test_figures_and_targets_are_those_of_the_file(
    benchmark: dict[str, Any], language: str, shown: list[str]
) -> None:
    said = words(parse(f"<div>{render_speed(load_text(language), benchmark)}</div>"))
    for figure in [*shown, "a processor, 2 cores", "2026-11-25", "2 cores"]:
        assert figure in said
    text = load_text(language)
    assert text("speed.at_most", value=text("speed.times", number=text.number(9, 1))) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_system_that_cannot_say_its_memory_gets_a_dash(
    benchmark: dict[str, Any], language: str
) -> None:
    benchmark["memory"] = {"peak_mb": None, "growth": None}
    assert "- MB" in words(parse(f"<div>{render_speed(load_text(language), benchmark)}</div>"))


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("id", "Dua belas wajah dibandingkan dengan satu: 10,5 kali, sasaran paling banyak 9,0"),
        ("en", "Twelve faces against one: 10.5 times, target at most 9.0 times."),
    ],
)
def test_targets_that_are_missed_are_named(
    benchmark: dict[str, Any], language: str, shown: str
) -> None:
    text = load_text(language)
    said = words(parse(f"<div>{render_speed(text, benchmark)}</div>"))
    assert shown in said
    benchmark["growth"]["12"]["times_one"] = 9.0
    benchmark["clients"]["16"]["failed"] = 0
    said = words(parse(f"<div>{render_speed(text, benchmark)}</div>"))
    assert text("speed.missed.none") in said
    assert text("speed.missed") not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_that_wait_for_comparisons_are_shown(language: str) -> None:
    text = load_text(language)
    said = words(parse(f"<div>{render_speed(text, PROFILED)}</div>"))
    ms = partial(text, "column.milliseconds")
    assert text("speed.waits", middle=ms(number="44"), late=ms(number="123")) in said
    assert text("speed.meanwhile") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_file_the_command_is_named(language: str) -> None:
    assert COMMAND in words(parse(f"<div>{render_speed(load_text(language), None)}</div>"))


@pytest.mark.parametrize("lacking", ["targets", "together", "clients", "memory"])
def test_a_file_that_lacks_something_is_refused(benchmark: dict[str, Any], lacking: str) -> None:
    del benchmark[lacking]
    with pytest.raises(BROKEN):
        render_speed(load_text("id"), benchmark)
