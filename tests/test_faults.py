"""Much is wrong at once, and the app starts with what is sound and says what is not."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from gradio_client import Client, handle_file

from tests.browser import DAMAGED, ROOT
from tests.test_browser import PATHS, TWO_FACES, press, upload, wait_for_answers
from ui.text import load_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@contextmanager
def started(*arguments: str, **surroundings: str) -> Iterator[tuple[str, str]]:
    """The address of ``python app.py`` and what it said until it listened; killed afterwards.

    It listens at SIDANG_PORT, or where nobody else does.
    """
    if "SIDANG_PORT" in surroundings:
        port = int(surroundings.pop("SIDANG_PORT"))
    else:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    bare = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SIDANG", "GRADIO", "HF_", "XDG_"))
    }
    with subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port), *arguments],
        cwd=ROOT,
        env={**bare, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", **surroundings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        said = ""
        try:
            for line in process.stdout or ():
                said += line
                if "Running on local URL" in line:
                    break
            yield f"http://127.0.0.1:{port}", said
        finally:
            process.kill()


def test_much_is_wrong_at_once(toy_weights: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(toy_weights, weights)  # DAMAGED has a flipped byte
    (weights / "vgg19.keras").unlink()
    path = weights / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["models"]["base_cnn"]["bytes"] = "many"
    manifest["hub"] = {"repo_id": "user/sidang", "revision": "0" * 40}
    path.write_text(json.dumps(manifest), "utf-8")

    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "HOME": os.devnull}
    with started("--models", str(weights), **nowhere) as (address, said):
        for page in ("", "hasil", "metode"):
            with urllib.request.urlopen(f"{address}/{page}", timeout=60) as answer:
                assert answer.status == 200

    assert "2 of 5 models are ready." in said
    assert f"{DAMAGED}.keras is not the file the manifest describes" in said
    for slug in (DAMAGED, "vgg19"):
        assert (
            f"There is no sound {weights / slug}.keras here, and the folder where downloads are "
            "kept cannot be used: Not a directory." in said
        )
    assert said.count("Fetching") == 1, "what is wrong with the Hub is found out once"
    assert "base_cnn: " in said
    assert "manifest.json cannot be used: invalid literal" in said


def test_weights_that_are_here_need_no_hub(toy_weights: Path, tmp_path: Path) -> None:
    """Listens where the Hub would be asked: nobody calls."""
    weights = tmp_path / "weights"
    shutil.copytree(toy_weights, weights)
    path = weights / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["models"][DAMAGED]
    manifest["hub"] = {"repo_id": "user/sidang", "revision": "0" * 40}
    path.write_text(json.dumps(manifest), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as ear:
        ear.settimeout(0.5)
        endpoint = f"http://127.0.0.1:{ear.getsockname()[1]}"
        with started("--models", str(weights), HF_ENDPOINT=endpoint) as (_, said):
            assert "4 of 5 models are ready." in said
            assert "Fetching" not in said
            try:
                caller = ear.accept()
            except TimeoutError:
                caller = None
        assert caller is None


def ask(address: str) -> bool:
    """Whether a good photo is read."""
    photo = ROOT / "assets" / "examples" / "collins.jpg"
    answer = Client(address, verbose=False).predict(handle_file(photo), api_name="/compare")
    return len(answer["faces"]) == 1


def test_killed_while_it_answers_and_started_again(
    toy_weights: Path, tmp_path: Path, chromium: Browser
) -> None:
    """At the same port, at once; what the visitor had sent is gone, and an open page says so."""
    arguments, places = ("--models", str(toy_weights)), {"GRADIO_TEMP_DIR": str(tmp_path)}
    with started(*arguments, **places) as (address, _):
        assert ask(address)
        pages = {code: visitor(chromium, address + path) for code, path in PATHS.items()}
        content = (ROOT / "assets" / "examples" / "hopper.jpg").read_bytes()
        sent = httpx.post(f"{address}/gradio_api/upload", files={"files": ("face.jpg", content)})
        question = {"data": [{"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}]}
        httpx.post(f"{address}/gradio_api/call/compare", json=question)
    assert list(tmp_path.rglob("face.jpg")), "killed before it could delete anything"
    places["SIDANG_PORT"] = address.rpartition(":")[2]
    with started(*arguments, **places) as (again, _):
        assert again == address
        assert not list(tmp_path.rglob("face.jpg"))
        assert ask(again)
        for code, page in pages.items():
            gone = page.get_by_text(load_text(code)("error.request.gone"))
            press(page, code)
            gone.wait_for()
            upload(page, TWO_FACES)
            press(page, code)
            wait_for_answers(page)
            page.close()


def visitor(chromium: Browser, address: str) -> Page:
    """A page that has a photo and has not asked yet."""
    page = chromium.new_page()
    page.goto(address)
    upload(page, TWO_FACES)
    return page
