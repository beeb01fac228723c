"""What comes past the guard, what does not, and in which words."""

from __future__ import annotations

import asyncio
import errno
import json
import shutil
from collections import namedtuple
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from ui import guard
from ui.guard import Guard
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
from ui.queueing import REFUSAL
from ui.text import LANGUAGES, load_text
from ui.uploads import Uploads

STRANGER, HERE = "203.0.113.7", "127.0.0.1"
PAGES = {"id": "http://test/", "en": "http://test/en"}
JOIN, UPLOAD = "/gradio_api/queue/join", "/gradio_api/upload"
CALL, CLICK = "/gradio_api/call/compare", "/gradio_api/run/predict"
FRAME = "/gradio_api/component_server"
PYTHON = {"user-agent": "gradio_client/2.7.2; python/3.11.7"}
MISFIT = "error.request.misfit"
REFUSING = 41  # the number of the event that refuses


class Waiting(list[int]):
    """Gradio's queue, as far as the guard looks at it."""

    process_time_per_fn: dict[str, Any]
    pending_event_ids_session: dict[str, set[str]]


@dataclass
class Gradio:
    """Stands in for Gradio's application: answers everything, and remembers what came."""

    status: int = 200
    answer: bytes = b"{}"
    auth: dict[str, str] | None = None
    came: list[tuple[str, bytes]] = field(default_factory=list)
    cookie_id: str = "7"
    fault: Exception | None = None

    def __post_init__(self) -> None:
        self.tokens: dict[str, str] = {"right": "penguji"}
        self.queue = Waiting()
        self.queue.process_time_per_fn = {}
        self.queue.pending_event_ids_session = {"a": set(), "b": {"e1"}}

    def get_blocks(self) -> Any:
        pages = [("", "Home"), ("en", "Home"), ("hasil", "Hasil")]
        events = {7: SimpleNamespace(api_name=False), REFUSING: SimpleNamespace(api_name=REFUSAL)}
        return SimpleNamespace(_queue=self.queue, pages=pages, auth_message=None, fns=events)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.came.append((scope["path"], body))
        if self.fault:
            raise self.fault
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"public")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.answer})


@dataclass
class House:
    gradio: Gradio
    guard: Guard

    def ask(self, *requests: tuple[str, str], client: str = STRANGER, **options: Any) -> Any:
        """The answers to requests, (method, path), one after the other; the last one's alone."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await self.guard({**scope, "app": self.gradio}, receive, send)

        async def run() -> list[httpx.Response]:
            transport = httpx.ASGITransport(app, client=(client, 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as visitor:
                return [await visitor.request(*request, **options) for request in requests]

        answers = asyncio.run(run())
        return answers if len(answers) > 1 else answers[0]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Its clock stands still, so that no measure fills up again."""
    gradio = Gradio()
    guard = Guard(gradio, Uploads(tmp_path), lenient=True, on_space=False)
    for limiter in vars(guard).values():
        if isinstance(limiter, Limiter):
            limiter.clock = lambda: 0.0
    return House(gradio, guard)


def question(session: str = "s") -> dict[str, Any]:
    return {"json": {"data": [], "session_hash": session}}


def test_what_is_asked_comes_to_gradio_whole(house: House) -> None:
    answer = house.ask(("POST", JOIN), **question())

    assert answer.status_code == 200
    ((path, body),) = house.gradio.came
    assert (path, json.loads(body)) == (JOIN, question()["json"])


def test_every_answer_carries_the_headers(house: House) -> None:
    house.gradio.auth = {}
    for path in ("/", "/assets/x.js", "/config", "/gradio_api/deep_link", JOIN):
        answer = house.ask(("GET", path))
        for name in ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy"):
            assert answer.headers[name], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_a_visitor_s_own_is_kept_by_no_cache(house: House) -> None:
    assert house.ask(("GET", "/gradio_api/info")).headers["Cache-Control"] == "no-store"
    assert house.ask(("GET", "/assets/x.js")).headers["Cache-Control"] == "public"


@pytest.mark.parametrize("path", ["/gradio_api/deep_link", "/gradio_api/file=/etc/passwd"])
def test_a_closed_door_is_closed_to_all(house: House, path: str) -> None:
    assert house.ask(("GET", path)).status_code == 404
    assert house.ask(("GET", path), headers={"cookie": "access-token-7=right"}).status_code == 404
    assert house.gradio.came == []


def test_without_a_login_only_the_login_page(house: House) -> None:
    house.gradio.auth = {"penguji": "rahasia"}
    for path in ("/", "/en", "/hasil/", "/assets/x.js"):
        assert house.ask(("GET", path)).status_code == 200
    for request in (("GET", "/config"), ("POST", JOIN), ("POST", UPLOAD), ("GET", "/new/route")):
        assert house.ask(request).status_code == 401
        assert house.ask(request, headers={"cookie": "access-token-7=wrong"}).status_code == 401
        cookie = {"cookie": "access-token-7=right"}
        assert house.ask(request, headers=cookie, **question()).status_code == 200


def test_a_path_before_ours_hides_no_door(house: House) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope = {**scope, "app": house.gradio, "root_path": "/behind"}
        await house.guard(scope, receive, send)

    async def run() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as visitor:
            return (await visitor.get("/behind/gradio_api/deep_link")).status_code

    assert asyncio.run(run()) == 404


def test_another_site_s_script_is_turned_away(house: House) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}

    assert house.ask(("POST", JOIN), headers=headers).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_visitor_too_busy_is_told_how_long_to_wait(house: House, language: str) -> None:
    text, headers = load_text(language), {"referer": PAGES[language]}
    many = [("POST", JOIN)] * (VISITOR.burst + 1)
    *before, last = house.ask(*many, headers=headers, **question("a"))

    assert {answer.status_code for answer in before} == {200}
    assert last.status_code == 429
    assert last.headers["Retry-After"] == "1"
    assert last.json()["detail"] == text("busy.rate", seconds=1)
    assert house.ask(("POST", JOIN), **question("another page")).status_code == 200
    assert house.ask(("GET", "/config"), **question("a")).status_code == 200


def test_a_camera_has_a_measure_of_its_own(house: House) -> None:
    many = [("POST", FRAME)] * (FRAMES.burst + 1)
    *before, last = house.ask(*many, **question("a"))

    assert {answer.status_code for answer in before} == {200}
    assert last.status_code == 429
    assert house.ask(("POST", JOIN), **question("a")).status_code == 200
    assert house.ask(("POST", FRAME), **question("another page")).status_code == 200


def test_a_hall_of_cameras_leaves_room_for_its_photos(house: House) -> None:
    for number in range(ADDRESS.burst + 1):
        assert house.ask(("POST", FRAME), **question(str(number))).status_code == 200
    assert house.ask(("POST", JOIN), **question("photo")).status_code == 200


@pytest.mark.parametrize(("lenient", "status"), [(True, 200), (False, 429)])
def test_who_sits_here_may_ask_on_unless_a_tunnel_ends_here(
    house: House, lenient: bool, status: int
) -> None:
    house.guard.lenient = lenient
    many = [("POST", JOIN)] * (VISITOR.burst + 1)

    assert house.ask(*many, client=HERE, **question())[-1].status_code == status


def test_clicks_that_need_no_network_have_one_too(house: House) -> None:
    many = [("POST", CLICK)] * (CLICKS.burst + 1)
    *before, last = house.ask(*many, **question("a"))

    assert {answer.status_code for answer in before} == {200}
    assert last.status_code == 429
    assert house.ask(("POST", JOIN), **question("a")).status_code == 200


def test_a_whole_hall_uploads_from_one_address(house: House) -> None:
    house.gradio.answer = b"[]"
    *before, last = house.ask(*[("POST", UPLOAD)] * (ADDRESS.burst + 1), content=b"face")

    assert {answer.status_code for answer in before} == {200}
    assert last.status_code == 429


def test_who_hears_answers_only_is_refused_by_an_answer(house: House) -> None:
    """Gradio's Python client says "429 Too Many Requests" to its user, and drops our sentence."""
    many = [("POST", JOIN)] * (VISITOR.burst + 1)
    *_, last = house.ask(*many, headers=PYTHON, **question("a"))

    assert last.status_code == 200
    asked = {"data": [1, 0], "fn_index": REFUSING, "session_hash": "a"}
    assert json.loads(house.gradio.came[-1][1]) == asked
    assert house.ask(*[("POST", CALL)] * 50, headers=PYTHON, **question("b"))[-1].is_error


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_waits_for_an_answer_that_does_not_come(house: House, language: str) -> None:
    headers = {"accept-language": language}

    assert house.ask(("GET", f"{CALL}/e1")).status_code == 200
    answer = house.ask(("GET", f"{CALL}/e2"), headers=headers)
    assert answer.status_code == 404
    assert answer.json()["detail"] == load_text(language)("error.request.event")


@pytest.mark.parametrize("session", ["", "\ud800", "a\n", "s" * 65, None, 5, ["x"]])
def test_a_question_in_the_queue_has_a_plain_session(house: House, session: Any) -> None:
    """Gradio would fall over the others, or keep them for ever."""
    answer = house.ask(("POST", JOIN), content=json.dumps({"data": [], "session_hash": session}))

    assert answer.status_code == 422
    assert answer.json()["detail"] == load_text("id")(MISFIT)
    assert house.gradio.came == []


def test_such_answers_have_an_end(house: House) -> None:
    many = [("POST", JOIN)] * (VISITOR.burst + ANSWERS.burst + 1)
    *before, last = house.ask(*many, headers=PYTHON, **question("a"))

    assert {answer.status_code for answer in before} == {200}
    assert last.status_code == 429


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", [JOIN, CALL])
def test_where_the_queue_is_full_one_is_told_the_place(
    house: House, language: str, path: str
) -> None:
    house.gradio.queue.extend(range(MOST_WAITING))
    times = SimpleNamespace(count=10, process_time=5.0)
    house.gradio.queue.process_time_per_fn = {"compare": times}
    answer = house.ask(("POST", path), headers={"referer": PAGES[language]}, **question())

    wait = round(0.5 * MOST_WAITING / 10)
    places = {"waiting": MOST_WAITING, "number": MOST_WAITING + 1, "seconds": wait}
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(wait)
    assert answer.json()["detail"] == load_text(language)("busy.full", **places)
    assert house.gradio.came == []
    house.gradio.queue.pop()
    assert house.ask(("POST", path), **question()).status_code == 200


def test_what_does_not_wait_is_answered_where_the_queue_is_full(house: House) -> None:
    house.gradio.queue.extend(range(MOST_WAITING))

    assert house.ask(("POST", "/gradio_api/run/choose"), **question()).status_code == 200


def test_wrong_passwords_are_counted_right_ones_not(house: House) -> None:
    login = ("POST", "/login")
    house.gradio.status = 200
    assert {a.status_code for a in house.ask(*[login] * (PASSWORDS.burst + 5))} == {200}
    house.gradio.status = 400
    *before, last = house.ask(*[login] * (PASSWORDS.burst + 1))

    assert {answer.status_code for answer in before} == {400}
    assert last.status_code == 429
    assert last.json()["detail"] == load_text("id")("busy.password", seconds=2)
    assert house.ask(login, client=HERE).status_code == 400


def test_uploads_are_noted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[str] = []
    monkeypatch.setattr(house.guard.uploads, "arrived", noted.extend)
    house.gradio.answer = b'["/a/face.jpg", "/b/face.jpg"]'
    answer = house.ask(("POST", UPLOAD), content=b"face")

    assert answer.json() == noted == ["/a/face.jpg", "/b/face.jpg"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_heavy_a_file_is_refused_in_the_page_s_language(house: House, language: str) -> None:
    house.gradio.status, house.gradio.answer = 413, b"File size exceeded"
    answer = house.ask(("POST", UPLOAD), content=b"x", headers={"referer": PAGES[language]})

    assert answer.status_code == 413
    assert answer.json()["detail"] == load_text(language)("door.too_heavy", megabytes=30)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("fault", "status", "key"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/home/me"), 507, "door.disk"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "/home/me"), 400, MISFIT),
        (ValueError("embedded null byte"), 400, MISFIT),
        (TypeError("File is not an instance of GradioUploadFile"), 400, MISFIT),
    ],
)
def test_an_upload_that_cannot_be_kept_is_refused(
    house: House, language: str, fault: Exception, status: int, key: str
) -> None:
    house.gradio.fault = fault
    headers = {"accept-language": language}
    answer = house.ask(("POST", UPLOAD), content=b"face", headers=headers)

    assert answer.status_code == status
    assert answer.json() == {"detail": load_text(language)(key)}


@pytest.mark.parametrize("path", [JOIN, UPLOAD, "/gradio_api/cancel", "/login"])
@pytest.mark.parametrize("said", [True, False], ids=["said before", "found out"])
def test_too_large_a_body_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch, path: str, said: bool
) -> None:
    monkeypatch.setattr(guard, "MOST_ASKED", 1_000_000)
    monkeypatch.setattr(guard, "MOST_UPLOADED", 1_000_000)

    async def pieces() -> Any:
        for _ in range(3):
            yield bytes(500_000)

    content = bytes(1_500_000) if said else pieces()
    answer = house.ask(("POST", path), content=content)

    assert answer.status_code == 413
    assert answer.json()["detail"] == load_text("id")("door.too_much", megabytes=1)
    assert house.gradio.came == []


def test_an_assistant_may_send_a_whole_photo_as_text(house: House) -> None:
    photo = bytes(guard.MOST_ASKED + 1)

    assert house.ask(("POST", "/gradio_api/mcp/"), content=photo).status_code == 200
    assert house.ask(("POST", "/gradio_api/cancel"), content=photo).status_code == 413


def test_nothing_is_taken_in_where_the_disk_is_almost_full(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, guard.LEAST_FREE + 10))

    assert house.ask(("POST", UPLOAD), content=b"123").status_code == 200
    answer = house.ask(("POST", UPLOAD), content=b"x" * 11)
    assert answer.status_code == 507
    assert answer.json()["detail"] == load_text("id")("door.disk")
