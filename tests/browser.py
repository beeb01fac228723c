"""The app as visitors meet it: one real server with toy networks, and a browser to visit it with.

``tests/conftest.py`` hands the fixtures on, so that all test files share the one server.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import keras
import numpy as np
import pytest
from PIL import Image

from scenarios import Scenario
from tests.toys import COLOURS, build_toy, mma_pictures, store, write_files
from tests.toys import coloured as colour_noise

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
DAMAGED = "mobilenet"  # the scenario whose weights file has one byte flipped
START_SECONDS = 600  # after which a server that says nothing counts as hanging
PATIENCE = 90_000  # milliseconds that the browser waits for what should appear
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def toy_weights(scenarios: dict[str, Scenario], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A toy in every real scenario's place, which answers by the colour of what it sees.

    The first colour channel is the scenario's first emotion and so on. One file is damaged.
    """
    folder = tmp_path_factory.mktemp("weights")
    for scenario in scenarios.values():
        store(replace(scenario, build=partial(_toy, scenario)), folder)
    path = folder / f"{DAMAGED}.keras"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return folder


def coloured(folder: Path, number: int) -> Path:
    """A picture of 48 px that shows the toys their first, second or third emotion."""
    path = folder / f"{number}.png"
    Image.new("RGB", (48, 48), tuple(COLOURS.values())[number]).save(path)
    return path


@pytest.fixture(scope="session")
def toy_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MMA of toys, 8 test images a class in their colour, and one "happy" that is blue as "sad"."""
    pictures = mma_pictures(each=8)
    blue = colour_noise("sad", np.random.default_rng(9))
    pictures["MMAFEDB/test/happy/Happy.8.jpg"] = blue
    return write_files(tmp_path_factory.mktemp("data"), pictures)


def _toy(scenario: Scenario) -> keras.Model:
    return build_toy(len(scenario.emotions), scenario.input.size, scenario.heatmap_layer)


@dataclass(frozen=True)
class Running:
    """A running app. uploads: where its folder for visitors' files lies. said: in the terminal.

    record: what tests/witness.py writes of it.
    """

    address: str
    uploads: Path
    said: list[str]
    record: Path

    def recorded(self, kind: str) -> list[list[Any]]:
        """The details of every event of that kind so far."""
        lines = map(json.loads, self.record.read_text("utf-8").splitlines())
        return [details for name, *details in lines if name == kind]


@contextmanager
def running(folder: Path, *options: str) -> Iterator[Running]:
    """``python app.py`` with these options in a process of its own, watched by a witness."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    uploads, record = folder / "uploads", folder / "record"
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith(("SIDANG", "GRADIO"))}
    surroundings |= {
        "GRADIO_TEMP_DIR": str(uploads),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "tests/witness.py", str(record), "--port", str(port), *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        said: list[str] = []
        ready = threading.Event()  # or ended

        def listen() -> None:
            for line in process.stdout or ():
                said.append(line)
                if "Running on local URL" in line:
                    ready.set()
            ready.set()

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            ready.wait(START_SECONDS)
            if not any("Running on local URL" in line for line in said):
                pytest.fail("the app did not start:\n" + "".join(said))
            yield Running(f"http://127.0.0.1:{port}", uploads, said, record)
        finally:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
            listener.join(30)
        assert list(uploads.iterdir()) == [], "an app that is stopped takes its folder along"


@pytest.fixture(scope="session")
def app(
    toy_weights: Path, toy_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """The app, started once for all tests. Nothing that they do may make it call elsewhere."""
    options = ["--models", str(toy_weights), "--data", str(toy_data)]
    with running(tmp_path_factory.mktemp("app"), *options) as started:
        yield started
        assert calls_elsewhere(started) == []


@pytest.fixture(scope="session")
def server(app: Running) -> str:
    """The address of the app that all tests share."""
    return app.address


def calls_elsewhere(app: Running) -> list[Any]:
    """What the app's process asked of other computers, or had other programs ask."""
    addresses = [details[0] for details in app.recorded("socket.connect")]
    addresses += [details[0] for details in app.recorded("socket.sendto")]
    names = [details[0] for details in app.recorded("socket.getaddrinfo")]
    programs = [details[0] for details in app.recorded("subprocess.Popen")]
    here = ("127.0.0.1", "localhost", "::1")
    return [
        *(a for a in addresses if isinstance(a, list) and a[0] not in here),
        *(name for name in names if name not in here),
        *(program for program in programs if program != "uname"),  # Python asks for the processor
    ]


def _absent(what: str) -> NoReturn:
    """Skip, with the reason; where tests are the gate (CI=true) that is a failure."""
    reason = f"{what} is not installed, so the page cannot be driven in a browser"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def launched(*options: str) -> Iterator[Browser]:
    """Headless Chromium: the system's, or Playwright's own where it was installed."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        _absent("Playwright (pip install playwright)")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM, *options])
        except Error as error:
            if path is not None:
                raise
            _absent(f"Chromium ({str(error).splitlines()[0]})")
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser that visits are made with; a module may need another one."""
    with launched() as browser:
        yield browser


@dataclass
class Visits:
    """One test's visits, and what its pages did behind the visitor's back."""

    open: Callable[..., Page]
    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def visits(
    chromium: Browser, server: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Visits]:
    """``visits.open("/en", locale="fr-FR")`` gives the loaded page in a fresh browser profile.

    Afterwards: no page may have logged an error or asked anything of another machine. Of a test
    that failed a screenshot of each page stays in its temporary folder.
    """
    contexts: list[BrowserContext] = []

    def open_page(path: str = "/", shows: str = ".comparison .scenario", **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        context = chromium.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("request", lambda asked: kept.requests.append(asked.url))
        page.on("pageerror", lambda error: kept.problems.append(str(error)))
        page.on(
            "console",
            lambda said: (
                kept.problems.append(f"{said.text} {said.location['url']}")
                if said.type == "error"
                else None
            ),
        )
        page.goto(server + path)
        page.wait_for_selector(shows)
        return page

    kept = Visits(open_page)
    yield kept
    for number, context in enumerate(contexts):
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                page.screenshot(path=tmp_path / f"page-{number}.png", full_page=True)
        context.close()
    assert kept.problems == [], kept.problems
    assert {host for host in map(_host, kept.requests) if host} <= {"127.0.0.1"}


def _host(url: str) -> str | None:
    return urlsplit(url).hostname if url.startswith(("http", "ws")) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the fixtures of a test know that it failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report
