"""Every word of the page, in two languages, from ``assets/text/<language>.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"
LANGUAGES = ("id", "en")  # Indonesian stands at "/", English at "/en"


@dataclass(frozen=True)
class Text:
    """One language: ``text("predict.button")`` is its sentence, numbers come in its notation."""

    language: str
    sentences: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence under ``key``, its {placeholders} filled; an unknown key as it stands."""
        sentence = self.sentences.get(key, key)
        return sentence.format(**values) if values else sentence

    def __contains__(self, key: str) -> bool:
        return key in self.sentences

    def number(self, value: float, decimals: int = 0) -> str:
        """1234.5 as "1.234,5" or "1,234.5"; below zero with a minus sign, not a hyphen."""
        plain = f"{round(value, decimals) + 0.0:,.{decimals}f}"  # + 0.0: zero has no sign
        marks = {",": self("language.thousands"), ".": self("language.decimal")}
        marks["-"] = "\N{MINUS SIGN}"
        return "".join(marks.get(mark, mark) for mark in plain)

    def percent(self, share: float, decimals: int = 1) -> str:
        """A share 0-1 in percent, in the language's notation."""
        return self("language.percent", number=self.number(100 * share, decimals))

    def join(self, words: Sequence[str]) -> str:
        """["a", "b", "c"] as "a, b, dan c" or "a, b and c"."""
        if len(words) < 2:
            return "".join(words)
        key = "language.pair" if len(words) == 2 else "language.series"
        return self(key, first=", ".join(words[:-1]), last=words[-1])

    def word(self, kind: str, name: str) -> str:
        """The word for an emotion, a stage, a split; one the dictionary lacks is shown as it is."""
        key = f"{kind}.{name}"
        return self(key) if key in self else name

    def emotion(self, name: str) -> str:
        """An emotion's word."""
        return self.word("emotion", name)


@cache
def load_text(language: str) -> Text:
    """The dictionary of "id" or "en"."""
    path = ASSETS / "text" / f"{language}.json"
    return Text(language, json.loads(path.read_text("utf-8")))
