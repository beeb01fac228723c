"""What the studies' sections of the page Hasil have in common: a file, or the command for one."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from scenarios import load_all
from tests.ui.markup import parse, pieces, words
from tests.ui.studies import ABLATION, DISAGREEMENT, REGIONS, SUBSET
from ui import ablation, disagreement, regions, subset
from ui.results import BROKEN
from ui.text import LANGUAGES, Text, load_text

Found = dict[str, Any]
Section = tuple[Callable[[Text, Found | None], str], Found, str]


def render_subset(text: Text, found: Found | None) -> str:
    return subset.render_subset(text, list(load_all().values()), found)


SECTIONS: dict[str, Section] = {
    "ablation": (ablation.render_ablation, ABLATION, ablation.COMMAND),
    "disagreement": (disagreement.render_disagreement, DISAGREEMENT, disagreement.COMMAND),
    "regions": (regions.render_regions, REGIONS, regions.COMMAND),
    "subset": (render_subset, SUBSET, subset.COMMAND),
}
KEY = re.compile(
    r"\b(ablation|labels|regions?|subset|evidence|emotion|scenario|dataset)\.(?!json)\w"
)
every_section = partial(pytest.mark.parametrize, "name", list(SECTIONS))()
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def shown(name: str, language: str, found: Found | None) -> Any:
    render, _, _ = SECTIONS[name]
    return parse(f"<main>{render(load_text(language), found)}</main>")


@both_languages
@every_section
def test_without_a_file_the_command_is_named(name: str, language: str) -> None:
    _, _, command = SECTIONS[name]
    tree = shown(name, language, None)
    assert command in words(tree)
    assert pieces(tree, "proof") == []


@both_languages
@every_section
def test_its_source_is_named_and_no_key_shows(name: str, language: str) -> None:
    _, found, _ = SECTIONS[name]
    said = words(shown(name, language, found))
    assert f"assets/results/{name}.json" in said
    assert not KEY.search(said)
    assert "{" not in said
    assert "in English" not in said, "a sentence of the file's own is in one language only"
    assert found["command"] in said


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        *(("ablation", key) for key in ("rows", "budget", "n", "command")),
        *(("disagreement", key) for key in ("parts", "weights", "n", "command")),
        *(("regions", key) for key in ("models", "regions", "n", "command")),
        *(("subset", key) for key in ("models", "n", "command")),
    ],
)
def test_a_file_that_lacks_something_is_broken(name: str, missing: str) -> None:
    _, found, _ = SECTIONS[name]
    with pytest.raises(BROKEN):
        shown(name, "id", {key: value for key, value in found.items() if key != missing})
