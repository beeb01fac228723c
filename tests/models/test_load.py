"""The crowd: who gets whose answer, in which order, and that a short run counts them right."""

from __future__ import annotations

import asyncio
import io
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from models import load
from models.load import Plan, crowd, described, remembered
from models.study.crowd import Card, Crowd, Visit, draw_cards, is_answer_to, overtaken
from tests.browser import Running

EXAMPLES = sorted((load.ROOT / "assets" / "examples").glob("*.jpg"))
CARDS = [Card(0, (240, 300), b""), Card(1, (241, 301), b"")]


def answer(card: Card, share: float = 0.75, milliseconds: float = 5.0) -> dict[str, Any]:
    """What the app says of a photo."""
    shares = {"happy": share, "sad": 1 - share}
    given = {"scenario": "toy", "distribution": shares, "milliseconds": milliseconds}
    failed = {"scenario": "broken", "failure": "a reason"}
    face = {"box": [1, 2, 30, 30], "score": 1.0, "detected": True, "predictions": [given, failed]}
    width, height = card.size
    return {"image": {"width": width, "height": height}, "faces": [face]}


def visit(card: int, sent: float, admitted: float, answered: float, **rest: Any) -> Visit:
    rest.setdefault("answer", answer(CARDS[card]))
    return Visit(card, sent - 1, sent, admitted, answered, **rest)


def test_no_two_visitors_have_a_photo_of_one_size() -> None:
    cards = draw_cards(EXAMPLES, 7)

    assert len({card.size for card in cards}) == 7
    for card in cards:
        with Image.open(io.BytesIO(card.content)) as picture:
            assert picture.size == card.size


def test_an_answer_is_known_by_its_size_and_its_figures() -> None:
    card, other = CARDS
    expected = answer(card)

    assert is_answer_to(card, expected, answer(card, milliseconds=99.0))
    assert is_answer_to(card, expected, answer(card, share=0.7501))
    assert not is_answer_to(card, expected, answer(other))
    assert not is_answer_to(card, expected, answer(card, share=0.74))
    assert not is_answer_to(card, expected, {**answer(card), "faces": []})
    assert not is_answer_to(card, expected, None)
    moved = answer(card)
    moved["faces"][0]["box"][0] += 1
    assert not is_answer_to(card, expected, moved)


def test_who_was_surely_first_must_be_answered_first() -> None:
    fair = [visit(0, 0, 1, 10), visit(0, 2, 3, 11)]
    unfair = [visit(0, 0, 1, 11), visit(0, 2, 3, 10)]
    together = [visit(0, 0, 3, 11), visit(0, 2, 3, 10)]

    assert [overtaken(visits) for visits in (fair, unfair, together)] == [0, 1, 0]
    assert overtaken([*unfair, visit(0, 4, 5, 9)]) == 3


def test_a_round_counts_what_was_lost_crossed_and_refused() -> None:
    visits = [
        visit(0, 1, 2, 3, told=[1]),
        visit(1, 1, 2, 5, told=[7, 3], refusals=["full", "full"]),
        visit(0, 1, 2, 4, answer=answer(CARDS[1])),
        visit(1, 1, 2, 9, problem="gone"),
    ]
    found = described(CARDS, [answer(card) for card in CARDS], visits)

    assert found == {
        "asked": 4,
        "answered": 3,
        "lost": 1,
        "crossed": 1,
        "out_of_turn": 0,
        "told_to_come_again": 1,
        "told": ["full"],
        "furthest_back": 7,
        "problems": ["gone"],
        "seconds": {"median": 4, "95 %": 4, "longest": 5},
    }
    assert described(CARDS, [], [])["seconds"] is None


def test_memory_is_told_by_thirds() -> None:
    assert remembered([100, 100, 150, 150, 180, 180, 120], 90.4) == {
        "first third": 100,
        "last third": 150,
        "largest": 180,
        "after all rounds": 90,
    }
    assert remembered([], 1.0) is None
    assert remembered([1.0], None) is None


def gradio(refusals: int, events: list[dict[str, Any]]) -> httpx.MockTransport:
    """A server that refuses so often, and then says this."""
    left = [refusals]

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/upload"):
            return httpx.Response(200, json=["/tmp/face.jpg"])
        if request.url.path.endswith("/queue/data"):
            lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
            return httpx.Response(200, text=lines)
        if left[0]:
            left[0] -= 1
            return httpx.Response(429, json={"detail": "full"}, headers={"retry-after": "0"})
        return httpx.Response(200, json={"event_id": "1"})

    return httpx.MockTransport(handle)


def visit_once(transport: httpx.MockTransport, monkeypatch: pytest.MonkeyPatch) -> Visit:
    config = {"dependencies": [{"id": 4, "api_name": "other"}, {"id": 5, "api_name": "compare"}]}
    found = httpx.Response(200, json=config, request=httpx.Request("GET", "http://x"))
    monkeypatch.setattr(httpx, "get", lambda *_, **__: found)

    async def run() -> Visit:
        visitors = Crowd("http://test")
        assert visitors.function == 5
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            visitors.client = client
            return await visitors.visit(CARDS[0])

    return asyncio.run(run())


DONE = {"msg": "process_completed", "success": True, "output": {"data": [answer(CARDS[0])]}}
PLACE = {"msg": "estimation", "rank": 4, "queue_size": 9}


def test_who_is_told_to_come_again_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found = visit_once(gradio(2, [PLACE, DONE]), monkeypatch)

    assert found.refusals == ["full", "full"]
    assert found.told == [5]
    assert found.answer == answer(CARDS[0])
    assert found.problem is None


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        ([PLACE], "The connection ended without an answer."),
        ([{**DONE, "success": False, "output": {"error": "sorry"}}], "sorry"),
        ([{"nothing": 1}], "KeyError"),
    ],
)
def test_without_an_answer_there_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, events: list[dict[str, Any]], problem: str
) -> None:
    assert problem in str(visit_once(gradio(0, events), monkeypatch).problem)


def test_a_small_crowd_is_served_in_turn_and_each_with_their_own(app: Running) -> None:
    plan = Plan(visitors=3, minutes=0.02, seconds=0.5, at_once=8, too_many=9)
    found = asyncio.run(crowd(Crowd(app.address), os.getpid(), plan))

    for name, figures in found["rounds"].items():
        assert figures["asked"] > 0, name
        assert figures["answered"] == figures["asked"], (name, figures["problems"])
        assert (figures["lost"], figures["crossed"], figures["out_of_turn"]) == (0, 0, 0), name
    assert found["rounds"]["at_once"]["asked"] == 8
    assert found["rounds"]["at_once"]["furthest_back"] > 1, "they had to wait for each other"


@pytest.mark.parametrize("written", [True, False])
def test_only_the_whole_plan_is_a_measurement(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: bool
) -> None:
    monkeypatch.setattr(load, "REPORT", tmp_path / "load.json")
    monkeypatch.setattr(load, "run", lambda *_: {"rounds": {}, "memory": None})
    load.main([] if written else ["--minutes", "1"])

    assert (tmp_path / "load.json").exists() is written
    if written:
        report = json.loads((tmp_path / "load.json").read_text("utf-8"))
        assert report["plan"] == asdict(Plan())
