"""A crowd is counted rightly, against the real server the browser tests use.

What a single visitor does is held in test_load.
"""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import httpx
import pytest
from PIL import Image

from models.study.crowd import Card, Crowd, Met, met

EXAMPLES = Path(__file__).resolve().parents[3] / "assets" / "examples"


def test_a_crowd_gets_answers_and_pages(server: str) -> None:
    photo = io.BytesIO((EXAMPLES / "collins-and-hopper.jpg").read_bytes())
    card = Card(0, Image.open(photo).size, photo.getvalue())

    async def run() -> list[Met]:
        crowd = Crowd(server)
        async with crowd.client:
            assert len((await crowd.answer(card))["faces"]) == 2
            with pytest.raises(RuntimeError):
                await crowd.answer(Card(1, (1, 1), b"no photo"))
            return [
                await met(lambda: crowd.answer(card), visitors=3, each=2),
                await met(crowd.read_page, visitors=2, each=1),
            ]

    compared, read = asyncio.run(run())
    assert (len(compared.waits), compared.failed) == (6, 0)
    assert (len(read.waits), read.failed) == (2, 0)


def test_failures_are_counted_and_stop_nobody() -> None:
    calls = 0

    async def ask() -> None:
        nonlocal calls
        calls += 1
        if calls % 4 == 1:
            raise RuntimeError("no answer")
        if calls % 4 == 3:
            raise httpx.ReadError("gone")

    found = asyncio.run(met(ask, visitors=4, each=5))
    assert (calls, len(found.waits), found.failed) == (20, 10, 10)
