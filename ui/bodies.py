"""The bodies of requests, as ASGI hands them over piece by piece."""

from __future__ import annotations

from starlette.types import Message, Receive


class TooMuch(Exception):
    """More bytes came than one request may have."""


def bounded(receive: Receive, most: int) -> Receive:
    """A body up to ``most`` bytes; raises TooMuch beyond."""
    seen = 0

    async def count() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooMuch
        return message

    return count


async def read(receive: Receive) -> bytes:
    """A whole body."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body.extend(message.get("body", b""))
        more = message.get("more_body", False)
    return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more, then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
