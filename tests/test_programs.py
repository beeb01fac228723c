"""The examples for programs, run against a running server as they stand on their page."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from scenarios import Scenario
from tests.browser import DAMAGED, Visits, coloured
from ui.header import PATHS
from ui.programs import ADDRESSES, EXAMPLES, OPENAPI, PROGRAMS
from ui.text import LANGUAGES, load_text

ROOT = Path(__file__).resolve().parent.parent
IN_THE_FILES = "http://127.0.0.1:7860"


def program(kind: str, server: str, folder: Path) -> Path:
    """An example with this server's address; its photo lies beside it."""
    coloured(folder, 1).rename(folder / "photo.jpg")
    source = (PROGRAMS / EXAMPLES[kind]).read_text("utf-8")
    assert IN_THE_FILES in source
    path = folder / EXAMPLES[kind]
    path.write_text(source.replace(IN_THE_FILES, server), "utf-8")
    return path


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def check(output: str, scenarios: dict[str, Scenario]) -> None:
    for slug in scenarios:
        assert slug in output
    assert f"{DAMAGED}.keras" in output, "why it cannot answer"


def test_python(server: str, tmp_path: Path, scenarios: dict[str, Scenario]) -> None:
    check(run(sys.executable, program("python", server, tmp_path), folder=tmp_path), scenarios)


def test_javascript(server: str, tmp_path: Path, scenarios: dict[str, Scenario]) -> None:
    modules = ROOT / "node_modules"
    if shutil.which("node") is None or not (modules / "@gradio" / "client").exists():
        pytest.skip("needs Node.js and, in the repository, npm install --no-save @gradio/client")
    (tmp_path / "node_modules").symlink_to(modules)
    check(run("node", program("javascript", server, tmp_path), folder=tmp_path), scenarios)


def test_shell(server: str, tmp_path: Path, scenarios: dict[str, Scenario]) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    said = run("sh", program("shell", server, tmp_path), folder=tmp_path)
    assert said.startswith("event: complete\ndata: [{")
    check(said, scenarios)


def test_the_addresses_are_those_of_the_openapi_document(server: str) -> None:
    with urllib.request.urlopen(f"{server}/{OPENAPI}") as answer:
        paths = json.load(answer)["paths"]
    served = {f"{method.upper()} {path}" for path, each in paths.items() for method in each}
    assert served == set(ADDRESSES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_footer_leads_there_and_back_in_the_same_language(
    visits: Visits, language: str
) -> None:
    text = load_text(language)
    page = visits.open(f"/{PATHS[language]['method']}", shows=".colophon")
    page.locator(".colophon").get_by_role("link", name=text("nav.program"), exact=True).click()
    page.locator(".programs").wait_for()
    shown = page.locator(".programs").inner_text()
    for file in (*EXAMPLES.values(), "mcp.json"):
        assert (PROGRAMS / file).read_text("utf-8").strip().splitlines()[-1].strip() in shown
    assert page.locator("html").get_attribute("lang") == language
    other = "en" if language == "id" else "id"
    page.locator(".masthead .language").click()
    page.get_by_role("heading", name=load_text(other)("program.title"), exact=True).wait_for()
