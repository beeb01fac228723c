"""What every request passes before Gradio sees it: is the door open, and is it not too much.

It stands inside Gradio's own application, so it holds on every way in: the local address, a share
link, a Space, behind a proxy. Nothing in here waits for a disk or a network.
"""

from __future__ import annotations

import errno
import ipaddress
import json
import shutil

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.refusals import MAX_BYTES
from ui import doors
from ui.bodies import TooMuch, bounded, read, replay
from ui.limits import (
    ADDRESS,
    ANSWERS,
    CLICKS,
    FRAMES,
    MOST_WAITING,
    PASSWORDS,
    VISITOR,
    Limiter,
)
from ui.queueing import answerless, busy_sentence, failing_question, waiting_seconds
from ui.text import Text
from ui.uploads import Uploads

MOST_UPLOADED = 3_000_000_000  # bytes of one drop, of many files
MOST_TOLD = 45_000_000  # bytes of a call by an assistant: a photo of 30 MB, written as text
MOST_ASKED = 4_000_000  # bytes of any other request
LEAST_FREE = 500_000_000  # bytes that uploads leave free on the disk


class Guard:
    """ASGI middleware around Gradio's application.

    lenient: whoever sits at this computer may ask as often as they like; not so where a tunnel
    makes everybody seem to sit here. on_space: whether it runs on a Hugging Face Space.
    """

    def __init__(self, app: ASGIApp, uploads: Uploads, lenient: bool, on_space: bool):
        self.app, self.uploads, self.lenient = app, uploads, lenient
        self.headers = doors.headers_for(on_space)
        self.visitors, self.addresses = Limiter(VISITOR), Limiter(ADDRESS)
        self.frames, self.clicks = Limiter(FRAMES), Limiter(CLICKS)
        self.passwords, self.answers = Limiter(PASSWORDS), Limiter(ANSWERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, headers = _path(scope), Headers(scope=scope)
        if path.startswith(doors.FILE):  # Gradio stumbles over some ranges; no file here needs them
            scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"range"]
        text, send = doors.language_of(headers), self._signed(path, send)
        uploading = path.startswith(doors.UPLOAD)
        told = path.startswith(doors.TOOL)
        most = MOST_UPLOADED if uploading else MOST_TOLD if told else MOST_ASKED
        receive = bounded(receive, most)
        refusal = (
            self._closed(scope, path, headers, text)
            or self._too_large(path, headers, text, most)
            or answerless(scope["app"].get_blocks(), scope, text)
        )
        try:
            if refusal is None and scope["method"] == "POST" and path.startswith(doors.ASKING):
                body = b"" if uploading else await read(receive)
                session = doors.session_of(body)
                seconds, waiting = self._busy(scope, path, session)
                if path.startswith(doors.QUEUE) and not session:
                    refusal = _refuse(text, 422, "error.request.misfit")
                elif seconds and self._told_as_answer(scope, path, headers):
                    blocks = scope["app"].get_blocks()
                    body = failing_question(blocks, session, seconds, waiting)
                elif seconds:
                    refusal = _refusal(busy_sentence(text, seconds, waiting), 429, seconds)
                receive = receive if uploading else replay(body, receive)
            if refusal is None and path == "/login":
                send = self._counting_failures(scope, send)
                wait = self.passwords.look(_client(scope))
                refusal = _refuse(text, 429, "busy.password", wait) if wait else None
            if refusal is not None:
                await refusal(scope, receive, send)
            elif uploading and scope["method"] == "POST":
                await self._upload(scope, receive, send, text)
            else:
                await self.app(scope, receive, send)
        except TooMuch:
            await _too_much(text, most)(scope, receive, send)

    def _closed(self, scope: Scope, path: str, headers: Headers, text: Text) -> Response | None:
        """The refusal of a door that is closed, or closed to this visitor."""
        gradio = scope["app"]
        if doors.is_closed(path, self.uploads.folder, headers.get("content-type", "")):
            return _refuse(text, 404, "error.request.name")
        if doors.is_foreign(headers):
            return _refuse(text, 403, "door.foreign")
        blocks = gradio.get_blocks()
        pages = [page[0] for page in blocks.pages]
        if gradio.auth is None or doors.is_public(path, pages):
            return None
        if doors.is_known(gradio.tokens, gradio.cookie_id, HTTPConnection(scope).cookies):
            return None
        if path.startswith(doors.TOOL) and "authorization" in headers:
            client = _client(scope)
            if wait := self.passwords.look(client):
                return _refuse(text, 429, "busy.password", wait)
            if doors.knows_password(gradio.auth, headers["authorization"]):
                return None
            self.passwords.wait(client)
        detail = {"error": "Not authenticated", "auth_message": blocks.auth_message}
        return JSONResponse({"detail": detail}, 401)

    def _too_large(self, path: str, headers: Headers, text: Text, most: int) -> Response | None:
        """The refusal of a body by what its head says of it."""
        said = headers.get("content-length", "")
        size = int(said) if said.isascii() and said.isdigit() else 0
        if size > most:
            return _too_much(text, most)
        if path.startswith(doors.UPLOAD):
            free = shutil.disk_usage(self.uploads.folder).free
            return _refuse(text, 507, "door.disk") if free - size < LEAST_FREE else None
        return None

    def _busy(self, scope: Scope, path: str, session: str) -> tuple[int, int]:
        """In how many seconds there is room for this question, and how many wait before it.

        (0, 0) where that is now, (seconds, 0) where this visitor asks too often.
        """
        client = _client(scope)
        wait = 0 if self.lenient and _is_here(client) else self._too_often(path, client, session)
        queue = scope["app"].get_blocks()._queue
        if wait or len(queue) < MOST_WAITING or not path.startswith(doors.JOINING):
            return wait, 0
        return waiting_seconds(queue), len(queue)

    def _too_often(self, path: str, client: str, session: str) -> int:
        """In how many seconds this visitor may ask again; 0 where that is now.

        Clicks that need no network, and a camera's frames, have measures of their own: no hall's
        cameras use up its photos.
        """
        visitor = f"{client} {session}"
        if path.startswith(doors.FRAMES):
            return self.frames.wait(visitor)
        if path.startswith(doors.CLICKS):
            return self.clicks.wait(visitor)
        uploading = path.startswith(doors.UPLOAD)
        return (0 if uploading else self.visitors.wait(visitor)) or self.addresses.wait(client)

    def _told_as_answer(self, scope: Scope, path: str, headers: Headers) -> bool:
        """Whether a refusal reaches its caller only as the failed answer to a question."""
        by_answers = path.startswith(doors.QUEUE) and doors.hears_answers_only(headers)
        return by_answers and not self.answers.wait(_client(scope))

    async def _upload(self, scope: Scope, receive: Receive, send: Send, text: Text) -> None:
        """Let files in, and note which; what is not let in is refused in the sender's language."""
        began: Message = {}
        content = bytearray()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                began.update(message)
            else:
                content.extend(message.get("body", b""))

        try:
            await self.app(scope, receive, note)
            status = began["status"]
        except OSError as error:  # no room, or a name that no system knows
            status = 507 if error.errno in (errno.ENOSPC, errno.EDQUOT) else 400
        except (TypeError, ValueError):  # what is no file, or has a name with a null in it
            status = 400
        if status == 200:
            self.uploads.arrived(json.loads(bytes(content)))
            await send(began)
            await send({"type": "http.response.body", "body": bytes(content)})
            return
        key = {413: "door.too_heavy", 507: "door.disk"}.get(status, "error.request.misfit")
        refusal = _refuse(text, status, key, megabytes=MAX_BYTES // 1_000_000)
        await refusal(scope, receive, send)

    def _signed(self, path: str, send: Send) -> Send:
        """Every answer with our headers; what belongs to one visitor is kept by no cache."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                if path.startswith(doors.API):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        return answer

    def _counting_failures(self, scope: Scope, send: Send) -> Send:
        """Count the passwords that were wrong."""

        async def count(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 400:
                self.passwords.wait(_client(scope))
            await send(message)

        return count


def _path(scope: Scope) -> str:
    """The path as Gradio's routes see it, without a slash at its end."""
    path, root = scope["path"], scope.get("root_path", "")
    path = path.removeprefix(root) if root and path.startswith(f"{root}/") else path
    return path if path.startswith(doors.FILE) else path.rstrip("/")


def _client(scope: Scope) -> str:
    """Who asks. Behind a proxy that uvicorn trusts (FORWARDED_ALLOW_IPS) whom that one names."""
    return (scope.get("client") or ("",))[0]


def _is_here(client: str) -> bool:
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        return False


def _too_much(text: Text, most: int) -> Response:
    return _refuse(text, 413, "door.too_much", megabytes=most // 1_000_000)


def _refuse(text: Text, status: int, key: str, wait: int = 0, **numbers: int) -> Response:
    written = {name: text.number(number) for name, number in numbers.items()}
    return _refusal(text(key, seconds=text.number(wait), **written), status, wait)


def _refusal(sentence: str, status: int, wait: int) -> Response:
    """A sentence, where Gradio's page looks for one. wait: in how many seconds to come again."""
    return JSONResponse({"detail": sentence}, status, {"Retry-After": str(wait)} if wait else {})
