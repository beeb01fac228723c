"""Which doors are open, to whom."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ui import doors
from ui.header import PATHS


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/deep_link", "/gradio_api/proxy=http://x.hf.space/", "/gradio_api/vibe-code",
        "/gradio_api/undo-vibe-edit", "/gradio_api/dev/reload",
        "/gradio_api/custom_component/a/client/b/c", "/gradio_api/runs", "/gradio_api/token",
        "/gradio_api/file/etc/passwd", "/gradio_api/process_recording", "/monitoring",
        "/monitoring/summary", "/monitoring/key",
    ],
)  # fmt: skip
def test_what_nobody_needs_is_closed(path: str, tmp_path: Path) -> None:
    assert doors.is_closed(path, tmp_path)


@pytest.mark.parametrize(
    "path",
    [
        "", "/en", "/config", "/gradio_api/info", "/gradio_api/upload", "/gradio_api/run/predict",
        "/gradio_api/component_server",
    ],
)  # fmt: skip
def test_what_the_page_needs_is_open(path: str, tmp_path: Path) -> None:
    assert not doors.is_closed(path, tmp_path)


def test_frames_come_in_files_do_not(tmp_path: Path) -> None:
    frames = "/gradio_api/component_server"

    assert not doors.is_closed(frames, tmp_path, "application/json")
    for kind in ("multipart/form-data; boundary=x", " Multipart/Form-Data"):
        assert doors.is_closed(frames, tmp_path, kind)


def test_of_files_only_those_in_the_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "secret"
    (folder / "hash").mkdir(parents=True)
    inside = folder / "hash" / "face.jpg"
    inside.write_bytes(b"face")
    outside.write_bytes(b"secret")
    (folder / "link").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")

    def closed(name: str) -> bool:
        return doors.is_closed(f"/gradio_api/file={name}", folder)

    assert not closed(str(inside))
    for name in (
        outside, "/etc/passwd", f"{folder}/../secret", f"{folder}/link", "face.jpg",
        "hash/face.jpg", "README.md", "../secret", "", f"{folder}-other/face.jpg", f"{inside}\0",
        "a" * 5000,
        "http://127.0.0.1/", "https://example.org/a.jpg", "file:///etc/passwd", f"file://{inside}",
        "\\\\host\\share", "//host/share", "C:\\Windows\\win.ini",
    ):  # fmt: skip
        assert closed(str(name)), name


@pytest.mark.parametrize(
    ("path", "public"),
    [
        ("", True), ("/en", True), ("/hasil", True), ("/login", True), ("/assets/index.js", True),
        ("/gradio_api/startup-events", True), ("/config", False), ("/gradio_api/info", False),
        ("/gradio_api/upload", False), ("/gradio_api/heartbeat/x", False), ("/enter", False),
        ("/login/x", False), ("/gradio_api/cancel", False), ("/gradio_api/assets/x", False),
    ],
)  # fmt: skip
def test_what_is_seen_without_a_login(path: str, public: bool) -> None:
    pages = ["", *PATHS["id"].values(), *PATHS["en"].values()]

    assert doors.is_public(path, pages) is public


def test_a_login_is_known_by_its_cookie() -> None:
    tokens = {"right": "penguji"}

    assert doors.is_known(tokens, "7", {"access-token-7": "right"})
    assert doors.is_known(tokens, "7", {"access-token-unsecure-7": "right", "other": "x"})
    for cookies in ({}, {"access-token-7": "wrong"}, {"access-token-8": "right"}, {"x": "right"}):
        assert not doors.is_known(tokens, "7", cookies)


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("penguji:a:b", True), ("penguji:a", False), ("penguji:", False), ("kedua:a:b", False),
        ("penguji", False), ("", False),
    ],
)  # fmt: skip
def test_an_assistant_says_a_name_and_its_password(given: str, known: bool) -> None:
    logins = {"penguji": "a:b"}
    code = base64.b64encode(given.encode()).decode()

    assert doors.knows_password(logins, f"Basic {code}") is known
    for other in (f"Bearer {code}", code, "Basic", "Basic \xff", "Basic /w==", ""):
        assert not doors.knows_password(logins, other)


def test_scripts_of_other_sites_are_told_from_links() -> None:
    script = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}

    assert doors.is_foreign(script)
    assert not doors.is_foreign({**script, "sec-fetch-mode": "navigate"})
    assert not doors.is_foreign({**script, "sec-fetch-site": "same-origin"})
    assert not doors.is_foreign({})


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "id"),
        ({"accept-language": "en-GB,en;q=0.9"}, "en"),
        ({"accept-language": "fr"}, "id"),
        ({"referer": "http://a/en"}, "en"),
        ({"referer": "http://a/en/?x=1#y"}, "en"),
        ({"referer": "http://a/behind/a/proxy/test"}, "en"),
        ({"referer": "http://test/"}, "id"),
        ({"referer": "http://[::1/en"}, "en"),
        ({"referer": "http://a/", "accept-language": "en"}, "id"),
        ({"referer": "http://a/uji", "accept-language": "en"}, "id"),
    ],
)
def test_a_sentence_comes_in_the_language_of_the_page(
    headers: dict[str, str], language: str
) -> None:
    assert doors.language_of(headers).language == language


@pytest.mark.parametrize(
    ("body", "session"),
    [
        (b'{"data": [], "session_hash": "ab12"}', "ab12"),
        (b'{"session_hash":"ab12","data":[]}', "ab12"),
        (b'{"session_hash": null}', ""),
        (b"", ""),
        (b"\xff\xfe", ""),
    ],
)
def test_the_session_of_a_question(body: bytes, session: str) -> None:
    assert doors.session_of(body) == session


@pytest.mark.parametrize("on_space", [False, True])
def test_nothing_is_loaded_from_elsewhere(on_space: bool) -> None:
    policy = doors.headers_for(on_space)["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    allowed = {source for sources in rules.values() for source in sources.split()}
    assert {source for source in allowed if "//" in source} == {"https://huggingface.co"}
    assert rules["frame-ancestors"] == "'self' https://huggingface.co"
    assert ("huggingface" in rules["connect-src"]) is on_space
    assert "huggingface" not in rules["script-src"]


def test_only_a_space_is_for_search_engines() -> None:
    assert doors.headers_for(False)["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in doors.headers_for(True)
