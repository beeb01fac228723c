"""The running app from outside: what a login opens, and what stays closed to everybody."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.browser import ROOT, Running, coloured, running
from ui.header import PATHS
from ui.text import LANGUAGES, load_text

LOGIN = ("penguji", "sangat rahasia")
PAGES = {f"/{path.strip('.')}" for paths in PATHS.values() for path in paths.values()}
# What Gradio's login page is made of, and what says nothing about the app or its visitors.
OPEN = PAGES | {
    "/login", "/logout", "/theme.css", "/favicon.ico", "/robots.txt", "/manifest.json",
    "/assets/{path:path}", "/static/{path:path}", "/svelte/{path:path}", "/pwa_icon",
    "/pwa_icon/{size}", "/gradio_api/theme.css", "/gradio_api/startup-events",
    "/gradio_api/user", "/gradio_api/app_id",
}  # fmt: skip


@pytest.fixture(scope="module")
def locked(toy_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app behind a login, which it reads from a file, with a tunnel that leads nowhere."""
    folder = tmp_path_factory.mktemp("locked")
    logins = folder / "logins"
    logins.write_text(f"{LOGIN[0]}:{LOGIN[1]}\n\nkedua:{LOGIN[1]}\n", "utf-8")
    options = ["--models", str(toy_weights), "--share", "--auth", f"@{logins}"]
    with running(folder, *options) as started:
        yield started


def test_every_route_needs_the_login(locked: Running) -> None:
    routes = locked.recorded("route")
    assert {"/gradio_api/queue/join", "/config", "/monitoring"} <= {path for path, _ in routes}
    opened = {}
    with httpx.Client(base_url=locked.address, timeout=60) as visitor:
        for path, methods in routes:
            for method in set(methods or ("GET", "POST")) - {"HEAD"}:
                filled = re.sub(r"\{[^}]+\}", "x", path)
                with visitor.stream(method, filled or "/") as answer:
                    if answer.status_code not in (401, 404) and path.rstrip("/") not in OPEN:
                        opened[f"{method} {path}"] = answer.status_code

    assert {path for path in opened if path != "GET /"} == set()


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_login_page_shows_nothing_of_the_app(locked: Running, page: str) -> None:
    shown = httpx.get(locked.address + page, timeout=60).text

    assert '"auth_required":true' in shown
    assert '"components":[]' in shown
    assert "VGG16" not in shown


def test_a_share_link_s_page_comes_from_here_alone(locked: Running) -> None:
    assert "https://tunnel.example" in "".join(locked.said)
    end = time.monotonic() + 30
    while "amazonaws" in (shown := httpx.get(locked.address, timeout=60).text):
        assert time.monotonic() < end, "until the link is announced Gradio's page may come"
        time.sleep(0.2)
    assert 'src="./assets/' in shown


def test_through_a_tunnel_each_visitor_has_only_so_much(locked: Running) -> None:
    with httpx.Client(base_url=locked.address, timeout=60) as visitor:
        visitor.post("/login", data={"username": LOGIN[0], "password": LOGIN[1]})
        visitor.headers["x-forwarded-for"] = "203.0.113.9"
        asked = {"data": [], "session_hash": "busy"}
        many = [visitor.post("/gradio_api/run/compare", json=asked).status_code for _ in range(100)]
        assert 429 in many
        asked["session_hash"] = "another"
        assert visitor.post("/gradio_api/run/compare", json=asked).status_code != 429


def test_who_logs_in_is_let_in(locked: Running, tmp_path: Path) -> None:
    with httpx.Client(base_url=locked.address, timeout=60) as visitor:
        wrong = visitor.post("/login", data={"username": LOGIN[0], "password": "rahasia"})
        assert wrong.status_code == 400
        assert visitor.get("/config").status_code == 401
        form = dict(zip(("username", "password"), LOGIN, strict=True))
        assert visitor.post("/login", data=form).json() == {"success": True}
        assert visitor.get("/config").status_code == 200
        assert visitor.get("/gradio_api/deep_link?session_hash=x").status_code == 404
    client = Client(locked.address, auth=LOGIN, verbose=False)
    answer = client.predict(handle_file(coloured(tmp_path, 0)), api_name="/compare")
    assert answer["faces"]


def test_no_password_is_said_in_the_terminal(locked: Running) -> None:
    said = "".join(locked.said)

    assert "Running on local URL" in said
    assert LOGIN[1] not in said
    assert LOGIN[0] not in said


@pytest.mark.parametrize(
    "name",
    [
        str(ROOT / "README.md"), "README.md", "models/weights/manifest.json", "/etc/passwd",
        "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd",
        "http://127.0.0.1:1/", "https://example.org/a.jpg", "file:///etc/passwd",
    ],
)  # fmt: skip
@pytest.mark.parametrize("door", ["file=", "file/", "proxy=", "deep_link?session_hash="])
def test_nothing_but_the_visitor_s_own_files_is_handed_out(
    server: str, door: str, name: str
) -> None:
    assert httpx.get(f"{server}/gradio_api/{door}{name}", timeout=60).status_code == 404


@pytest.mark.parametrize("folder", ["assets", "static", "svelte"])
def test_no_way_leads_out_of_gradio_s_own_folders(server: str, folder: str) -> None:
    for way in ("..%2f" * 8 + "etc/passwd", "%2e%2e/" * 8 + "etc/passwd", "%2fetc%2fpasswd"):
        answer = httpx.get(f"{server}/{folder}/{way}", timeout=60)
        assert answer.status_code in (403, 404)
        assert "root:" not in answer.text


def test_a_link_in_the_folder_leads_nowhere(app: Running, tmp_path: Path) -> None:
    (folder,) = (path for path in app.uploads.iterdir() if path.is_dir())
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    link = folder / "link.txt"
    link.symlink_to(secret)
    try:
        answer = httpx.get(f"{app.address}/gradio_api/file={link}", timeout=60)
    finally:
        link.unlink()

    assert answer.status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_web_address_is_refused_and_not_visited(app: Running, language: str) -> None:
    client = Client(app.address, verbose=False, headers={"accept-language": language})
    before = len(app.recorded("socket.getaddrinfo"))
    for address in ("http://example.org/a.jpg", "https://127.0.0.1:9/a.jpg"):
        image = {"path": address, "url": address, "meta": {"_type": "gradio.FileData"}}
        with pytest.raises(AppError) as refusal:
            client.predict(image, api_name="/compare")
        assert str(refusal.value) == load_text(language)("door.address")

    assert len(app.recorded("socket.getaddrinfo")) == before


def test_nobody_passes_the_queue(server: str) -> None:
    for door in ("run", "api"):
        asked: dict[str, Any] = {"data": [None]}
        answer = httpx.post(f"{server}/gradio_api/{door}/compare", json=asked, timeout=60)
        assert answer.status_code == 404


def test_too_heavy_a_file_is_refused(server: str) -> None:
    heavy = {"files": ("face.jpg", bytes(30_000_001))}
    answer = httpx.post(f"{server}/gradio_api/upload", files=heavy, timeout=60)

    assert answer.status_code == 413
    assert answer.json()["detail"] == load_text("id")("door.too_heavy", megabytes=30)
