"""Visitors are counted rightly, against the real server the browser tests use."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from models.study.visitors import ask, crowd, read_page

EXAMPLES = Path(__file__).resolve().parents[3] / "assets" / "examples"


def test_a_photo_is_asked_about_over_http(server: str) -> None:
    photo = (EXAMPLES / "collins-and-hopper.jpg").read_bytes()
    assert ask(server, photo) == 2
    met = crowd(lambda: ask(server, photo), visitors=3, each=2)
    assert (len(met.waits), met.failed) == (6, 0)
    assert crowd(lambda: read_page(server), visitors=2, each=1).failed == 0


def test_a_refusal_is_no_answer(server: str) -> None:
    with pytest.raises(RuntimeError, match="no answer"):
        ask(server, b"no photo")


def test_failures_are_counted_and_stop_nobody() -> None:
    calls: list[int] = []
    lock = threading.Lock()

    def visit() -> None:
        with lock:
            calls.append(1)
            number = len(calls)
        if number % 2:
            raise RuntimeError("no answer")

    met = crowd(visit, visitors=4, each=5)
    assert (len(calls), len(met.waits), met.failed) == (20, 10, 10)
