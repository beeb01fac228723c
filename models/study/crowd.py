"""A crowd of visitors with a photo each, who ask a running app as its own page asks it."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from models.study.server import Server

API = "/gradio_api"
SMALLEST = 240  # pixels; the first photo's width
TOLERANCE = 1e-3  # between two probabilities of one photo
PATIENCE = httpx.Timeout(30, read=600)  # seconds
AGAIN = 0.1  # seconds until an app that does not answer yet is asked again


@dataclass(frozen=True)
class Card:
    """A visitor's photo, a JPEG. No two of a crowd have the same size, (width, height)."""

    number: int
    size: tuple[int, int]
    content: bytes


@dataclass
class Visit:
    """What became of one question; times in seconds of one clock.

    sent, admitted: of joining the queue and of the answer to that. told: where in the queue the
    visitor was. refusals: what was said where there was no room. problem: why there is no answer,
    or what is wrong with it.
    """

    card: int
    began: float
    sent: float = 0.0
    admitted: float = 0.0
    answered: float = 0.0
    told: list[int] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    answer: Any = None
    problem: str | None = None


def draw_cards(pictures: Sequence[Path], count: int) -> list[Card]:
    """``count`` photos of these pictures' faces, each one pixel wider than the one before."""
    cards = []
    for number in range(count):
        with Image.open(pictures[number % len(pictures)]) as picture:
            width = SMALLEST + number
            height = round(picture.height * width / picture.width)
            small = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        content = io.BytesIO()
        small.save(content, "JPEG", quality=92)
        cards.append(Card(number, small.size, content.getvalue()))
    return cards


class Crowd:
    """Visitors of the app at ``address``. Raises httpx.HTTPError where there is none."""

    def __init__(self, address: str):
        config = httpx.get(f"{address}/config", timeout=60).raise_for_status().json()
        self.function = next(
            found["id"] for found in config["dependencies"] if found["api_name"] == "compare"
        )
        self.client = httpx.AsyncClient(
            base_url=address, timeout=PATIENCE, limits=httpx.Limits(max_connections=None)
        )
        self.visits = self.admitted = 0  # visitors who came, who were let into the queue

    async def visit(self, card: Card) -> Visit:
        """Upload the photo, wait for the turn, take the answer. Comes back when there is room."""
        self.visits += 1
        session = f"crowd{self.visits}"
        visit = Visit(card.number, time.monotonic())
        try:
            file = {"files": (f"{card.number}.jpg", card.content, "image/jpeg")}
            sent = await self.client.post(f"{API}/upload", files=file)
            (path,) = sent.raise_for_status().json()
            await self._join(visit, path, session)
            await self._wait(visit, session)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            visit.problem = f"{type(error).__name__}: {error}"
        visit.answered = time.monotonic()
        return visit

    async def answer(self, card: Card) -> Any:
        """The answer to a photo. Raises RuntimeError where there is none."""
        visit = await self.visit(card)
        if visit.problem is not None:
            raise RuntimeError(visit.problem)
        return visit.answer

    async def read_page(self) -> None:
        """Fetch the first page over a connection of its own. Raises httpx.HTTPError."""
        answer = await self.client.get("/", headers={"Connection": "close"})
        answer.raise_for_status()

    async def _join(self, visit: Visit, path: str, session: str) -> None:
        """Join the queue, coming back as often as one is told to."""
        image = {"path": path, "meta": {"_type": "gradio.FileData"}}
        asked = {"data": [image], "fn_index": self.function, "session_hash": session}
        while True:
            visit.sent = time.monotonic()
            answer = await self.client.post(f"{API}/queue/join", json=asked)
            visit.admitted = time.monotonic()
            if answer.status_code != 429:
                answer.raise_for_status()
                self.admitted += 1
                return
            visit.refusals.append(answer.json()["detail"])
            await asyncio.sleep(float(answer.headers["retry-after"]))

    async def _wait(self, visit: Visit, session: str) -> None:
        """Listen until the answer is there."""
        query = {"session_hash": session}
        async with self.client.stream("GET", f"{API}/queue/data", params=query) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line.removeprefix("data:"))
                if message["msg"] == "estimation":
                    visit.told.append(message["rank"] + 1)
                elif message["msg"] == "process_completed":
                    output = message["output"]
                    if message["success"]:
                        (visit.answer,) = output["data"]
                    else:
                        visit.problem = str(output.get("error"))
                    return
        visit.problem = "The connection ended without an answer."


def when_ready(server: Server) -> Crowd:
    """Visitors, as soon as the app answers. Raises RuntimeError where it ended before."""
    while server.process.poll() is None:
        try:
            return Crowd(server.address)
        except httpx.TransportError:
            time.sleep(AGAIN)
    raise RuntimeError("The app did not start: python app.py says why.")


@dataclass(frozen=True)
class Met:
    """What visitors met. waits: seconds of each answered request; failed: how many others there
    were; seconds: of all together.
    """

    waits: list[float]
    failed: int
    seconds: float


async def met(ask: Callable[[], Awaitable[object]], visitors: int, each: int) -> Met:
    """``visitors`` at once who ``ask`` so often ``each``, one time after the other."""
    waits: list[float] = []
    failed = 0

    async def one() -> None:
        nonlocal failed
        for _ in range(each):
            began = time.monotonic()
            try:
                await ask()
            except (httpx.HTTPError, RuntimeError):
                failed += 1
            else:
                waits.append(time.monotonic() - began)

    began = time.monotonic()
    await asyncio.gather(*(one() for _ in range(visitors)))
    return Met(waits, failed, time.monotonic() - began)


async def met_while(
    others: asyncio.Task[Met], ask: Callable[[], Awaitable[object]], pause: float
) -> Met:
    """One more visitor, who asks every ``pause`` seconds as long as the others are there."""
    began = time.monotonic()
    single = []
    while not others.done():
        single.append(await met(ask, visitors=1, each=1))
        await asyncio.sleep(pause)
    await others
    waits = [wait for one in single for wait in one.waits]
    return Met(waits, sum(one.failed for one in single), time.monotonic() - began)


def is_answer_to(card: Card, expected: Any, answer: Any) -> bool:
    """Whether an answer is the one to this photo, as it was when nobody else asked."""
    if answer is None or tuple(answer["image"].values()) != card.size:
        return False
    first, second = (list(_figures(found["faces"])) for found in (expected, answer))
    return len(first) == len(second) and all(
        name == other and abs(value - figure) <= TOLERANCE
        for (name, value), (other, figure) in zip(first, second, strict=True)
    )


def _figures(faces: Any) -> list[tuple[str, float]]:
    """Every number of an answer with what it is, but how long it took."""
    found = []
    for face in faces:
        found += [("box", float(side)) for side in face["box"]]
        for given in face["predictions"]:
            slug = given["scenario"]
            shares = given.get("distribution", {"failure": 0.0})
            found += [(f"{slug} {name}", share) for name, share in shares.items()]
    return found


def overtaken(visits: Sequence[Visit]) -> int:
    """How many pairs were answered in the wrong order.

    Only pairs count of which one was surely first: admitted before the other had asked.
    """
    there = [visit for visit in visits if visit.problem is None]
    return sum(
        first.admitted < second.sent and first.answered > second.answered
        for first in there
        for second in there
    )
