"""How much one visitor may ask for: so much at once, then at a steady pace, each for themselves."""

from __future__ import annotations

import pytest

from ui import limits
from ui.limits import Limiter, Rate


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_so_many_at_once_then_one_by_one(clock: Clock) -> None:
    limiter = Limiter(Rate(burst=3, seconds=2.0), clock)

    assert [limiter.wait("a") for _ in range(5)] == [0, 0, 0, 2, 2]
    clock.now += 1.5
    assert limiter.wait("a") == 1
    clock.now += 0.5
    assert [limiter.wait("a") for _ in range(2)] == [0, 2]
    clock.now += 100
    assert [limiter.wait("a") for _ in range(4)] == [0, 0, 0, 2]


def test_who_waits_as_long_as_told_is_let_in(clock: Clock) -> None:
    limiter = Limiter(Rate(burst=2, seconds=0.7), clock)
    for _ in range(50):
        wait = limiter.wait("a")
        clock.now += wait
        assert wait == 0 or limiter.wait("a") == 0


def test_each_for_themselves(clock: Clock) -> None:
    limiter = Limiter(Rate(burst=1, seconds=10.0), clock)

    assert [limiter.wait(key) for key in ("a", "b", "a", "c", "b")] == [0, 0, 10, 0, 10]


def test_looking_costs_nothing(clock: Clock) -> None:
    limiter = Limiter(Rate(burst=1, seconds=10.0), clock)

    assert [limiter.look("a") for _ in range(3)] == [0, 0, 0]
    limiter.wait("a")
    assert [limiter.look("a") for _ in range(3)] == [10, 10, 10]


def test_visitors_who_are_gone_are_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 10)
    limiter = Limiter(Rate(burst=2, seconds=1.0), clock)
    for number in range(100):
        limiter.wait(str(number))
        clock.now += 0.5

    assert len(limiter._full_at) <= 11


def test_a_lecture_hall_behind_one_address_is_let_in(clock: Clock) -> None:
    """200 people open the link together and read a photo, with three questions each."""
    address = Limiter(limits.ADDRESS, clock)
    visitor = Limiter(limits.VISITOR, clock)

    for question in range(3):
        for person in range(200):
            assert address.wait("campus") == 0, (question, person)
            assert visitor.wait(f"campus {person}") == 0
        clock.now += 10
