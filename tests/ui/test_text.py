"""Two dictionaries that say the same, and lack nothing the code asks them for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from models import archive, compare, hub, photos, refusals, weights
from scenarios import EMOTIONS, load_all
from ui.text import LANGUAGES, Text, load_text

UI = Path(__file__).resolve().parent.parent.parent / "ui"
DICTIONARIES = {language: load_text(language).sentences for language in LANGUAGES}
REQUESTS = ("misfit", "gone", "event", "name", "broken")  # ui.payloads
ROOMS = {key.split(".")[0] for key in DICTIONARIES["id"]}

# Every sentence that a module may hand to the pages: its key, its English, what else fills it.
ERRORS = {
    **{f"error.image.{code}": (sentence, set()) for code, sentence in refusals.SENTENCES.items()},
    **{f"error.archive.{code}": (sentence, set()) for code, sentence in archive.SENTENCES.items()},
    **{f"error.photos.{code}": (sentence, set()) for code, sentence in photos.SENTENCES.items()},
    **{
        f"error.weights.{code}": (sentence, {"scenario", "copy"})
        for code, sentence in {
            **weights.SENTENCES,
            "remedy": weights.REMEDY,
            "remedy_hub": hub.REMEDY,
        }.items()
    },
    **{f"error.weights.{code}": (sentence, set()) for code, sentence in compare.REASONS.items()},
}


def placeholders(sentence: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(sentence) if field is not None}


def keys_in(source: str) -> Iterator[tuple[str, bool]]:
    """Keys that a module's code names: (key, True), or its beginning in an f-string: (key, False).

    A key is any string made of words and dots whose first word is one of the dictionary's.
    """
    inside: set[int] = set()  # parts of f-strings: the walk meets them again by themselves
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            inside.update(id(part) for part in node.values)
            first = node.values[0]
            if isinstance(first, ast.Constant) and _is_key(str(first.value) + "x"):
                yield str(first.value), False
        elif isinstance(node, ast.Constant) and id(node) not in inside and _is_key(node.value):
            yield str(node.value), True


def _is_key(value: object) -> bool:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", value):
        return False
    return value.split(".")[0] in ROOMS and not value.endswith(".json")


def test_keys_are_found_in_code() -> None:
    source = 'text("page.title"); text(f"steps.{n}"); read("thesis.json"); open(f"{page}.x")'

    assert sorted(keys_in(source)) == [("page.title", True), ("steps.", False)]


def test_both_languages_have_the_same_sentences() -> None:
    assert DICTIONARIES["id"].keys() == DICTIONARIES["en"].keys()


@pytest.mark.parametrize("key", DICTIONARIES["id"])
def test_both_languages_fill_in_the_same(key: str) -> None:
    assert placeholders(DICTIONARIES["id"][key]) == placeholders(DICTIONARIES["en"][key])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty(language: str) -> None:
    assert [key for key, sentence in DICTIONARIES[language].items() if not sentence.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    source = (UI.parent / "assets" / "text" / f"{language}.json").read_text("utf-8")
    keys = re.findall(r'^\s*"([^"]+)":', source, re.MULTILINE)

    assert len(keys) == len(DICTIONARIES[language])


@pytest.mark.parametrize("path", sorted(UI.glob("*.py")), ids=lambda path: path.stem)
def test_every_key_in_the_code_has_a_sentence(path: Path) -> None:
    known = DICTIONARIES["id"]
    missing = [
        key
        for key, whole in keys_in(path.read_text("utf-8"))
        # "agree.full" names a family: "agree.full.yes" and "agree.full.no".
        if key not in known
        and not any(name.startswith(f"{key}." if whole else key) for name in known)
    ]

    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_scenarios_name_has_words(language: str) -> None:
    wanted = {f"emotion.{emotion}" for emotion in EMOTIONS}
    for scenario in load_all().values():
        wanted |= {scenario.title, scenario.summary, scenario.hypothesis}
        wanted.add(f"dataset.{scenario.recipe.dataset}")

    assert wanted - DICTIONARIES[language].keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ERRORS)
def test_every_refusal_has_a_sentence(key: str, language: str) -> None:
    english, always = ERRORS[key]
    given = placeholders(english) | always
    sentence = load_text(language)(key, **dict.fromkeys(given, "#"))

    assert sentence != key, "the dictionary has no such sentence"
    assert placeholders(DICTIONARIES[language][key]) <= given
    assert placeholders(sentence) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_of_a_refusal_that_is_gone(language: str) -> None:
    errors = {key for key in DICTIONARIES[language] if key.startswith("error.")}

    of_pages = {"error.image.none", *(f"error.request.{what}" for what in REQUESTS)}
    assert errors - ERRORS.keys() == of_pages


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("id", ["1.234.568", "0,50", "12,3%", "100,0%", "0,0%", "\N{MINUS SIGN}2,4", "0,0"]),
        ("en", ["1,234,568", "0.50", "12.3%", "100.0%", "0.0%", "\N{MINUS SIGN}2.4", "0.0"]),
    ],
)
def test_numbers_stand_in_the_language_s_notation(language: str, shown: list[str]) -> None:
    text = load_text(language)

    assert [
        text.number(1234567.8),
        text.number(0.5, 2),
        text.percent(0.1234),
        text.percent(1),
        text.percent(0.0001),
        text.number(-2.4, 1),
        text.number(-0.01, 1),
    ] == shown


@pytest.mark.parametrize(
    ("words", "indonesian", "english"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a dan b", "a and b"),
        (["a", "b", "c"], "a, b, dan c", "a, b and c"),
    ],
)
def test_words_are_joined(words: list[str], indonesian: str, english: str) -> None:
    assert load_text("id").join(words) == indonesian
    assert load_text("en").join(words) == english


def test_an_unknown_key_is_shown_as_it_stands() -> None:
    text = Text("id", {"known": "ada"})

    assert text("known") == "ada"
    assert text("A sixth scenario's title") == "A sixth scenario's title"
    assert "A sixth scenario's title" not in text
    assert text.emotion("contempt") == "contempt"


def test_an_unknown_key_with_braces_is_not_filled_in() -> None:
    assert Text("id", {})("f{x}") == "f{x}"
