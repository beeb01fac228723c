"""Answers are compared only where they can be."""

from __future__ import annotations

import pytest

from models.agreement import Agreement, agreement, restrict, top
from scenarios import EMOTIONS


def test_restriction_keeps_proportions() -> None:
    seven = dict(zip(EMOTIONS, (0.4, 0.1, 0.1, 0.2, 0.1, 0.05, 0.05), strict=True))
    restricted = restrict(seven, ("disgust", "happy", "sad"))
    assert restricted == pytest.approx({"disgust": 0.25, "happy": 0.5, "sad": 0.25})
    assert tuple(restricted) == ("disgust", "happy", "sad")
    assert restrict({"happy": 0.3, "sad": 0.7}, ("disgust", "happy")) == {"happy": 1}
    assert restrict({"angry": 1.0}, ("happy",)) == {}


def test_of_equals_the_first_is_the_top() -> None:
    assert top({"angry": 0.2, "happy": 0.4, "sad": 0.4}) == "happy"


def test_restriction_of_no_mass_prefers_nothing() -> None:
    restricted = restrict({"angry": 1.0, "happy": 0.0, "sad": 0.0}, ("happy", "sad"))
    assert restricted == {"happy": 0.5, "sad": 0.5}


def test_agreement_compares_what_is_comparable() -> None:
    found = agreement(
        {
            "a": {"angry": 0.6, "happy": 0.3, "sad": 0.1},
            "b": {"angry": 0.5, "happy": 0.1, "sad": 0.4},
            "c": {"happy": 0.8, "sad": 0.2},
        }
    )
    assert found == Agreement(
        emotions=("happy", "sad"),
        widest={"a": "angry", "b": "angry"},
        shared={"a": "happy", "b": "sad", "c": "happy"},
    )
    assert found.widest_agree is True
    assert found.shared_agree is False


def test_one_answer_or_none_agrees_with_nobody() -> None:
    alone = agreement({"a": {"happy": 0.8, "sad": 0.2}})
    assert alone.widest == {"a": "happy"}
    assert (alone.widest_agree, alone.shared_agree) == (None, None)
    assert agreement({}) == Agreement((), {}, {})
    apart = agreement({"a": {"happy": 0.8, "sad": 0.2}, "b": {"happy": 0.4, "fear": 0.6}})
    assert apart == Agreement(("happy",), {}, {})
