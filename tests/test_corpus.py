"""What strangers send to the running app: odd photos, odd names, questions that are none.

Each is answered with a sentence in the caller's language, and the next good photo is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.browser import ROOT, Running, coloured
from tests.oddities import READ, everything
from tests.pictures import asymmetric as photo
from tests.pictures import bad, encode
from ui.text import LANGUAGES, load_text

FILE_DATA = {"_type": "gradio.FileData"}
NAMES = {
    "an emoji": "\N{GRINNING FACE}.png",
    "from right to left": "\u202egnp.\u0641\u0648\u0637\u0648.png",
    "a line break": "foto\nkedua.png",
    "255 bytes": "n" * 251 + ".png",
    "a path": "../../../../etc/passwd",
    "a Windows path": "C:\\foto\\wajah.png",
    "no letters": "....",
    "markup": "<img src=x onerror=alert(1)>.png",
    "another ending": "foto.exe",
    "no ending": "foto",
}


def named(path: Any, **more: Any) -> dict[str, Any]:
    return {"data": [{"path": path, "meta": FILE_DATA, **more}]}


MISFITS: dict[str, Any] = {
    "no values": {"data": []},
    "a number": {"data": [7]},
    "a string": {"data": ["foto.jpg"]},
    "a truth": {"data": [True]},
    "a list": {"data": [[1, 2]]},
    "an empty object": {"data": [{}]},
    "no mark of a file": {"data": [{"path": "foto.jpg"}]},
    "another form of old": {"data": [{"name": "/etc/passwd", "data": None, "is_file": True}]},
    "a system's file": named("/etc/passwd"),
    "up the folders": named("../../etc/passwd"),
    "the app's file": named("models/weights/manifest.json"),
    "an example's path": named(str(ROOT / "assets" / "examples" / "collins.jpg")),
    "a list of files": {"data": [[{"path": "/etc/passwd", "meta": FILE_DATA}]]},
    "a path that is a number": named(5),
    "a path that is nothing": named(None),
    "an empty path": named(""),
    "a null byte": named("a\0b"),
    "a long path": named("a" * 100_000),
    "a file URL": named("file:///etc/passwd"),
    "a file URL beside": named("x", url="file:///etc/passwd"),
    "a data URL": named("data:image/png;base64,iVBORw0KGgo="),
    "a data URL beside": {"data": [{"url": "data:image/png;base64,iV", "meta": FILE_DATA}]},
    "a stream": named("x", is_stream=True),
    "much": {"data": ["x" * 1_000_000]},
    "many": {"data": [0] * 100_000},
    "no data": {},
    "data that are nothing": {"data": None},
    "data that are an object": {"data": {}},
    "a session that is a list": {"data": [None], "session_hash": ["x"]},
    "a list instead": [],
    "a word instead": "data",
    "not a number": b'{"data": [NaN]}',
    "a very long number": b'{"data": [' + b"9" * 5000 + b"]}",
    "deep": b'{"data": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
    "half": b'{"data": [',
    "nothing": b"",
    "bytes": b"\xff\xfe\0{}",
}


def part(head: bytes) -> dict[str, Any]:
    """A form with one part that begins so."""
    body = b"--b\r\nContent-Disposition: form-data; " + head + b"\r\n\r\nx\r\n--b--\r\n"
    return form(body)


def form(body: bytes, kind: str = "multipart/form-data; boundary=b") -> dict[str, Any]:
    return {"content": body, "headers": {"content-type": kind}}


MISFIT, NAME, EVENT = "error.request.misfit", "error.request.name", "error.request.event"
# What no client sends: method, path, what goes with it, and the sentence that answers it.
STRAYS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "no session": ("POST", "/queue/join", {"json": {"data": [None], "fn_index": 1}}, MISFIT),
    "a session of half a letter": (
        "POST",
        "/queue/join",
        {"content": b'{"data": [null], "fn_index": 1, "session_hash": "\\ud800"}'},
        MISFIT,
    ),
    "no function": ("POST", "/queue/join", {"json": {"data": [], "session_hash": "s"}}, MISFIT),
    "an answer to nothing": ("GET", "/call/compare/nothing", {}, EVENT),
    "an answer without a question": ("GET", "/call/compare", {}, EVENT),
    "another name": ("POST", "/call/v2/nothing", {"json": {"image": None}}, MISFIT),
    "a name with a way": ("POST", "/call/..%2f..%2fx", {"json": {"data": []}}, NAME),
    "past the queue": ("POST", "/run/compare", {"json": {"data": [None]}}, NAME),
    "no upload": ("POST", "/upload", {}, MISFIT),
    "an upload of JSON": ("POST", "/upload", {"json": {"files": ["x"]}}, MISFIT),
    "no boundary": ("POST", "/upload", form(b"x", "multipart/form-data"), MISFIT),
    "another boundary": ("POST", "/upload", form(b"--a\r\n\r\nx\r\n--a--"), MISFIT),
    "a field instead of a file": ("POST", "/upload", part(b'name="files"'), MISFIT),
    "a name in code": ("POST", "/upload", part(b"name=\"files\"; filename*=UTF-8''%00%2f"), MISFIT),
    "too many files": (
        "POST",
        "/upload",
        form(b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n\r\n' * 1001),
        MISFIT,
    ),
    "no component": ("POST", "/component_server", {"json": {}}, MISFIT),
    "a component that there is not": (
        "POST",
        "/component_server",
        {"json": {"component_id": 10**20, "fn_name": "x", "session_hash": "s", "data": 1}},
        MISFIT,
    ),
    "no frame": ("POST", "/component_server", form(b"NaN", "application/json"), MISFIT),
    "a page that there is not": ("GET", "/../nothing", {}, NAME),
    "another method": ("PUT", "/upload", {"content": b"x"}, MISFIT),
    "a closed door": ("GET", "/proxy=http://127.0.0.1", {}, NAME),
    "a file elsewhere": ("GET", "/file=/etc/passwd", {}, NAME),
}


@pytest.fixture(scope="module")
def http(server: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server}/gradio_api", timeout=120) as client:
        yield client


def ask(http: httpx.Client, question: Any, language: str = "id") -> tuple[str, Any]:
    """ "complete" or "error", and the answer or the sentence."""
    content = question if isinstance(question, bytes) else json.dumps(question)
    headers = {"content-type": "application/json", "accept-language": language}
    asked = http.post("/call/compare", content=content, headers=headers)
    if asked.status_code != 200:
        assert 400 <= asked.status_code < 500
        return "error", asked.json()["detail"]
    event = asked.json()["event_id"]
    lines = http.get(f"/call/compare/{event}", headers=headers).text.splitlines()
    assert lines[0].startswith("event: ")
    answer = json.loads(lines[1].removeprefix("data: "))
    kind = lines[0].removeprefix("event: ")
    return kind, answer["error"] if kind == "error" else answer[0]


def send(http: httpx.Client, content: bytes, name: str = "foto.jpg") -> tuple[str, Any]:
    """The answer to a file under a name."""
    uploaded = http.post("/upload", files={"files": (name, content)})
    assert uploaded.status_code == 200, uploaded.text
    return ask(http, named(uploaded.json()[0]))


def reads(http: httpx.Client, folder: Path) -> bool:
    """Whether a good photo is read."""
    kind, answer = send(http, coloured(folder, 0).read_bytes())
    return kind == "complete" and len(answer["faces"]) == 1


def test_every_bad_file_is_answered_with_its_sentence(http: httpx.Client, tmp_path: Path) -> None:
    text = load_text("id")
    refused = {
        kind: (data, code)
        for kind, (data, code) in {**bad(), **everything()}.items()
        if code not in (READ, "too_heavy") and kind[0] not in "2345678"  # tenths of a file
    }
    assert len(refused) > 60
    for kind, (data, code) in refused.items():
        outcome, sentence = send(http, data)
        expected = text(f"error.image.{code}").split("{")[0]
        assert (outcome, sentence[: len(expected)]) == ("error", expected), kind
        assert "{" not in sentence
    assert reads(http, tmp_path)


@pytest.mark.parametrize("kind", ["GIF of 31", "64-bit PNG", "EXIF, in a circle", "TIFF, group4"])
def test_odd_ones_that_can_be_read_are(kind: str, http: httpx.Client) -> None:
    outcome, answer = send(http, everything()[kind][0])
    assert outcome == "complete"
    assert answer["faces"]


@pytest.mark.parametrize("kind", NAMES)
def test_a_photo_may_have_any_name(kind: str, http: httpx.Client) -> None:
    assert send(http, encode(photo(), "PNG"), NAMES[kind])[0] == "complete"


def test_a_question_that_is_none_is_answered_in_the_caller_s_language(
    http: httpx.Client, tmp_path: Path
) -> None:
    for kind, question in MISFITS.items():
        for language in ("id", "en"):
            expected = load_text(language)("error.request.misfit")
            assert ask(http, question, language) == ("error", expected), kind
    assert reads(http, tmp_path)


def test_an_endpoint_that_there_is_not(http: httpx.Client) -> None:
    asked = http.post("/call/nothing", json={"data": []}, headers={"accept-language": "en"})
    assert (asked.status_code, asked.json()) == (
        404,
        {"detail": load_text("en")("error.request.name")},
    )


@pytest.mark.parametrize(
    ("door", "question"),
    [
        ("/call/v2/compare", {}),
        ("/call/v2/compare", {"photo": None}),
        ("/call/v2/compare", {"image": None, "more": 1}),
        ("/queue/join", {"data": [], "fn_index": 99_999, "session_hash": "s"}),
        ("/queue/join", {"data": [], "fn_index": -1, "session_hash": "s"}),
    ],
)
def test_fields_and_numbers_that_there_are_not(
    door: str, question: object, http: httpx.Client
) -> None:
    asked = http.post(door, json=question, headers={"accept-language": "en"})
    assert (asked.status_code, asked.json()) == (
        422,
        {"detail": load_text("en")("error.request.misfit")},
    )


@pytest.mark.parametrize("kind", STRAYS)
def test_a_stray_request_is_answered_with_a_sentence(kind: str, http: httpx.Client) -> None:
    method, path, content, key = STRAYS[kind]
    for language in LANGUAGES:
        headers = {"accept-language": language, **content.get("headers", {})}
        answer = http.request(method, path, **{**content, "headers": headers})
        assert 400 <= answer.status_code < 500
        assert answer.json() == {"detail": load_text(language)(key)}


def test_a_stream_without_a_question_ends_with_a_sentence(http: httpx.Client) -> None:
    """And with the word by which an open page knows that the app was started again."""
    heard = http.get("/queue/data?session_hash=nobody", headers={"accept-language": "en"})
    told = json.loads(heard.text.removeprefix("data: "))
    assert told["message"] == load_text("en")(EVENT)
    assert told["session_not_found"]


def test_a_folder_is_no_file_and_a_part_is_no_matter(app: Running, http: httpx.Client) -> None:
    (folder,) = (path for path in app.uploads.iterdir() if path.is_dir())
    assert http.get(f"/file={folder}").status_code == 404
    (sent,) = http.post("/upload", files={"files": ("a.png", b"face")}).json()
    for span in ("bytes=5-1,9-", f"bytes=0-{10**30}", "x"):
        assert http.get(f"/file={sent}", headers={"range": span}).content == b"face"


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_fault_shows_nothing_of_the_inside(
    app: Running, http: httpx.Client, language: str
) -> None:
    """A link in a circle, which no visitor can make, is something that nobody thought of."""
    (folder,) = (path for path in app.uploads.iterdir() if path.is_dir())
    link = folder / "circle"
    link.symlink_to(link)
    try:
        said = ask(http, named(str(link)), language)
    finally:
        link.unlink()
    assert said == ("error", load_text(language)("error.request.broken"))
