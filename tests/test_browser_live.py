"""The camera's page in headless Chromium, whose camera shows a video of a face."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from scenarios import Scenario
from tests.browser import DAMAGED, Visits, launched
from tests.test_browser import EXAMPLES, overflow
from tests.test_browser_access import SMALL_TEXT, violations
from ui.header import PATHS
from ui.text import LANGUAGES, load_text

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

# What a browser without a camera does, or one whose visitor says no.
REFUSE = """name => {
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", name); };
}"""
NOBODY = """() => {
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
    const pen = canvas.getContext("2d");
    setInterval(() => { pen.fillStyle = "#777"; pen.fillRect(0, 0, 320, 240); }, 50);
    return canvas.captureStream();
  };
}"""
PLAIN_HTTP = """() => {
  Object.defineProperty(navigator, "mediaDevices", { value: undefined });
  Object.defineProperty(window, "isSecureContext", { value: false });
}"""
ANSWERED = "() => document.querySelector('.live .top strong').textContent.length > 1"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose camera plays a public-domain portrait that moves."""
    face = Image.open(EXAMPLES / "hopper.jpg").convert("RGB").resize((440, 440))
    video = tmp_path_factory.mktemp("camera") / "face.mjpeg"
    with video.open("wb") as file:
        for step in range(20):
            frame = Image.new("RGB", (640, 480), (110, 120, 130))
            frame.paste(face, (60 + 5 * step, 20))
            picture = io.BytesIO()
            frame.save(picture, "JPEG")
            file.write(picture.getvalue())
    with launched(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ) as browser:
        yield browser


def opened(visits: Visits, language: str = "id", width: int = 1440) -> Page:
    viewport = {"width": width, "height": 900}
    return visits.open(f"/{PATHS[language]['live']}", shows=".live-start", viewport=viewport)


def start(page: Page) -> None:
    page.locator(".live-start").click()


def says(page: Page, sentence: str) -> None:
    """Wait until the page says that sentence."""
    page.locator(".live .notice", has_text=sentence).wait_for()


def camera_is_on(page: Page) -> bool:
    return page.evaluate("() => window.track?.readyState === 'live'")


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_follow_the_face_and_the_camera_goes_off(
    visits: Visits, scenarios: dict[str, Scenario], language: str
) -> None:
    text = load_text(language)
    page = opened(visits, language)
    assert text("live.consent") in page.locator(".live").inner_text()
    assert page.evaluate("() => document.querySelector('.live video').srcObject") is None
    asked: list[str] = []
    together = [0]

    def leaves(request: object) -> None:
        if "component_server" in getattr(request, "url", ""):
            asked.append("sent")
            together[0] = max(together[0], asked.count("sent") - asked.count("answered"))

    page.on("request", leaves)
    page.on(
        "requestfinished",
        lambda request: asked.append("answered") if "component_server" in request.url else None,
    )
    start(page)
    page.wait_for_function(ANSWERED)
    page.wait_for_function("() => document.querySelector('.live-rate').textContent")
    page.evaluate(
        "() => { window.track = document.querySelector('.live video').srcObject.getTracks()[0]; }"
    )

    assert asked.count("sent") >= 2
    assert together == [1], "a frame waits for the answer to the one before"
    assert camera_is_on(page)
    words = {text.emotion(e) for scenario in scenarios.values() for e in scenario.emotions}
    for slug in scenarios:
        column = page.locator(f".live .scenario[data-scenario={slug}]")
        if slug == DAMAGED:
            assert text("column.failed") in column.inner_text()
        else:
            assert column.locator(".top strong").inner_text() in words
            assert column.locator(".bars .best").count() == 1
    rate = page.locator(".live-rate").inner_text()
    assert rate.endswith(text("live.rate", number="").strip())
    assert page.locator(".live > .unseen").inner_text()
    assert not any("/upload" in url for url in visits.requests), "no frame becomes a file"
    assert violations(page) == {}

    page.get_by_role("button", name=text("live.stop"), exact=True).click()
    says(page, text("live.stopped"))
    assert not camera_is_on(page)
    assert page.get_by_role("button", name=text("live.start"), exact=True).is_visible()


def test_the_door_of_frames_leads_nowhere_else(visits: Visits, server: str) -> None:
    page = opened(visits)
    components = page.evaluate("() => window.gradio_config.components.map((one) => one.id)")
    asked = {"session_hash": "a", "data": "/", "fn_name": "ls"}
    found = [
        page.request.post(
            f"{server}/gradio_api/component_server", data={**asked, "component_id": number}
        ).status
        for number in components
    ]
    assert set(found) == {404}


@pytest.mark.parametrize("how", ["pagehide", "visibilitychange"])
def test_whoever_leaves_leaves_no_camera_on(visits: Visits, how: str) -> None:
    page = opened(visits)
    start(page)
    page.wait_for_function("() => document.querySelector('.live video').videoWidth")
    page.evaluate(
        "() => { window.track = document.querySelector('.live video').srcObject.getTracks()[0]; }"
    )
    assert camera_is_on(page)

    if how == "pagehide":
        page.evaluate("() => dispatchEvent(new Event('pagehide'))")
    else:
        page.evaluate(
            "() => { Object.defineProperty(document, 'hidden', { value: true });"
            " document.dispatchEvent(new Event('visibilitychange')); }"
        )
        says(page, load_text("id")("live.left"))
    assert not camera_is_on(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_keeps_a_camera_from_answering_is_said(visits: Visits, language: str) -> None:
    text = load_text(language)
    page = opened(visits, language)
    for name, state in (
        ("NotAllowedError", "denied"),
        ("NotFoundError", "none"),
        ("NotReadableError", "taken"),
    ):
        page.evaluate(REFUSE, name)
        start(page)
        says(page, text(f"live.{state}"))

    page.evaluate(NOBODY)
    start(page)
    says(page, text("live.no_face"))
    for tick in page.locator(".live-models input").all():
        tick.uncheck()
    says(page, text("live.no_model"))

    said = {"state": "crowd"}

    def answer(route: Route) -> None:
        route.fulfill(body=json.dumps(said), content_type="application/json")

    page.route(re.compile("component_server"), answer)
    says(page, text("live.crowd"))
    said["state"] = "broken"
    says(page, text("live.broken"))
    assert page.get_by_role("button", name=text("live.start"), exact=True).is_visible()

    page.unroute(re.compile("component_server"))
    start(page)
    says(page, text("live.no_model"))
    page.route(re.compile("component_server"), lambda route: route.abort())
    says(page, text("live.broken"))
    visits.problems.clear()  # the browser calls it an error that the server is gone

    page.evaluate(PLAIN_HTTP)
    start(page)
    says(page, text("live.insecure"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_fits_every_screen(visits: Visits, language: str) -> None:
    page = opened(visits, language)
    start(page)
    page.wait_for_function(ANSWERED)
    widths = (1440, 1024, 390, 320)
    assert {width: overflow(page, width) for width in widths} == dict.fromkeys(widths, 0)
    page.set_viewport_size({"width": 1024, "height": 768})
    page.keyboard.press("F2")
    assert page.locator(".live-answers").evaluate(SMALL_TEXT) == []
    assert overflow(page, 1024) == 0
