"""Nothing of a visitor stays, and nothing leaves the computer, whichever way the app is used."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from PIL import Image

from tests import zips
from tests.browser import Running, Visits, calls_elsewhere
from tests.test_browser import EXAMPLES, press, remover, upload, wait_for_answers
from ui.header import PATHS
from ui.text import load_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAME = "wajah-siapa-ini"  # of every file sent here; it must appear nowhere
TEMPORARY = Path(tempfile.gettempdir()).resolve()
PATIENCE = 30  # seconds until a file that nobody needs must be gone


def face(folder: Path, number: int) -> Path:
    """A picture that no other test sends."""
    path = folder / f"{NAME}-{number}.png"
    pixels = np.random.default_rng(number).integers(0, 255, (48, 48, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def files(app: Running) -> set[str]:
    """What lies in the app's folder, but for its own examples and its lock."""
    own = {path.name for path in EXAMPLES.iterdir()}
    return {
        str(path)
        for path in app.uploads.rglob("*")
        if path.is_file() and path.name not in own and path.suffix != ".lock"
    }


def wait_until_gone(app: Running, before: set[str]) -> None:
    """Wait until nothing is left that was not there before."""
    end = time.monotonic() + PATIENCE
    while files(app) - before and time.monotonic() < end:
        time.sleep(0.2)
    assert files(app) - before == set()


def wait_for_some(app: Running, before: set[str], count: int = 1) -> set[str]:
    """Wait until just so many files are there that were not before."""
    end = time.monotonic() + PATIENCE
    while len(files(app) - before) != count and time.monotonic() < end:
        time.sleep(0.2)
    found = files(app) - before
    assert len(found) == count
    return found


def names_no_file(app: Running) -> None:
    assert NAME not in "".join(app.said)


def test_the_api_keeps_nothing(app: Running, tmp_path: Path) -> None:
    before = files(app)
    client = Client(app.address, verbose=False)
    client.predict(handle_file(face(tmp_path, 1)), api_name="/compare")
    broken = tmp_path / f"{NAME}-broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff no photo")
    with pytest.raises(AppError):
        client.predict(handle_file(broken), api_name="/compare")

    wait_until_gone(app, before)
    names_no_file(app)


def test_what_was_only_half_sent_is_not_kept_for_ever(app: Running) -> None:
    """Its sender is gone before Gradio knows its name; the rounds find it by its age."""
    before = files(app)
    place = urlsplit(app.address)
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhalf a face'
    head = (
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: {place.netloc}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n"
    )
    port = place.port or 80
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sender:
        sender.sendall(head.encode() + body)
        wait_for_some(app, before)
    (left,) = wait_for_some(app, before)
    end = time.monotonic() + PATIENCE
    while files(app) - before and time.monotonic() < end:
        with contextlib.suppress(OSError):  # it is gone
            os.utime(left, (0, 0))  # again and again: Gradio may still write what it has
        time.sleep(0.2)
    assert files(app) - before == set()


def test_the_page_keeps_a_photo_while_it_shows_it(
    app: Running, visits: Visits, tmp_path: Path
) -> None:
    before = files(app)
    text = load_text("id")
    page = visits.open("/")
    upload(page, face(tmp_path, 2))
    press(page)
    wait_for_answers(page)
    page.get_by_role("button", name=text("looks.button"), exact=True).click()
    page.wait_for_selector(".map .layers")
    page.get_by_role("button", name=text("report.button"), exact=True).click()
    page.wait_for_selector(".report-files a", state="attached")
    (first,) = wait_for_some(app, before)

    remover(page).click()
    page.locator(".upload input[type=file]").wait_for(state="attached")
    wait_until_gone(app, before)
    upload(page, face(tmp_path, 3))
    (second,) = wait_for_some(app, before)
    assert first != second

    page.close()
    wait_until_gone(app, before)
    names_no_file(app)


def test_a_test_set_is_deleted_when_it_was_read(
    app: Running, visits: Visits, tmp_path: Path
) -> None:
    before = files(app)
    text = load_text("id")
    page = visits.open(f"/{PATHS['id']['own']}", shows=".own-intro")
    members = {**zips.set_of_faces(3), f"test/sedih/{NAME}.png": face(tmp_path, 4).read_bytes()}
    photos = [zips.write_zip(tmp_path / f"{NAME}.zip", members), face(tmp_path, 5)]
    page.locator(".own-files input[type=file]").set_input_files(photos)
    page.wait_for_selector(".own-files .file-preview")
    wait_for_some(app, before, 2)
    page.get_by_role("button", name=text("own.start"), exact=True).click()
    page.locator(".own-results .photos").wait_for()

    (left,) = wait_for_some(app, before)
    assert left.endswith(".csv")
    page.close()
    wait_until_gone(app, before)
    names_no_file(app)


@pytest.mark.parametrize("name", ["evidence", "data", "method", "live", "program"])
def test_pages_that_only_show_write_nothing(app: Running, visits: Visits, name: str) -> None:
    before = files(app)
    page = visits.open(f"/{PATHS['id'][name]}", shows=".colophon")
    if name == "data":
        show_samples(page)

    assert files(app) == before


def show_samples(page: Page) -> None:
    page.get_by_role("button", name=load_text("id")("gallery.show"), exact=True).click()
    page.wait_for_selector(".samples .sample")


def test_the_browser_keeps_nothing(visits: Visits, tmp_path: Path) -> None:
    page = visits.open("/")
    upload(page, face(tmp_path, 6))
    press(page)
    wait_for_answers(page)

    assert page.context.cookies() == []
    assert page.evaluate("() => Object.keys(localStorage)") == []
    assert page.evaluate("() => Object.keys(sessionStorage)") == []
    assert page.evaluate("async () => (await indexedDB.databases()).map((d) => d.name)") == []
    assert page.evaluate("async () => [...await caches.keys()]") == []


def test_no_request_leaves_the_computer(app: Running) -> None:
    """Looked at again when all tests that use this app are through: tests/browser.py."""
    assert app.recorded("socket.connect"), "the witness sees what the app asks of itself"
    assert calls_elsewhere(app) == []


def test_nothing_is_written_elsewhere(app: Running) -> None:
    """So neither the app's own folder nor a home has to let it write. Python's caches may fail, and
    what was tried in the system's temporary folder at the start is gone again.
    """
    written = {Path(details[0]) for details in app.recorded("write")} - {Path(os.devnull)}
    assert any(path.is_relative_to(app.uploads) for path in written), "the witness sees it"
    elsewhere = {path for path in written if not path.is_relative_to(app.uploads)}
    gone = {path for path in elsewhere if path.is_relative_to(TEMPORARY) and not path.exists()}
    assert {path for path in elsewhere - gone if "__pycache__" not in path.parts} == set()


def test_the_pages_say_how_long(app: Running) -> None:
    for language, path in (("id", "/"), ("en", "/en")):
        shown = httpx.get(app.address + path, timeout=60).text
        assert load_text(language)("privacy.title") in shown
