"""--mcp behind a login: the programs' call as a tool, asked by MCP's own client."""

from __future__ import annotations

import ast
import asyncio
import base64
import importlib.util
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

import app
from scenarios import Scenario
from tests.browser import START_SECONDS, coloured

ROOT = Path(app.__file__).resolve().parent
LOGIN = ("penguji", "sangat rahasia")
missing = importlib.util.find_spec("mcp") is None


def test_without_the_package_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SystemExit):
        app.parse(["--mcp"])
    assert "pip install -r requirements-mcp.txt" in capsys.readouterr().err


def test_the_package_is_pinned_as_the_app_pins_gradio() -> None:
    wanted = (ROOT / "requirements-mcp.txt").read_text("utf-8").split()
    assert wanted[-1].replace("[mcp]", "") in (ROOT / "requirements.txt").read_text("utf-8")


@pytest.mark.skipif(missing, reason="mcp is not installed (pip install -r requirements-mcp.txt)")
def test_an_assistant_who_logs_in_finds_the_tool_and_gets_the_answer(
    toy_weights: Path, tmp_path: Path, scenarios: dict[str, Scenario]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "app.py", "--mcp", "--port", str(port), "--models", str(toy_weights)]
    command += ["--auth", ":".join(LOGIN)]
    photo = base64.b64encode(coloured(tmp_path, 1).read_bytes()).decode()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stdout or ():
                if "Running on local URL" in line:
                    break
            address = f"http://127.0.0.1:{port}/gradio_api/mcp/"
            for route in ("", "sse", "schema", "messages/", "nothing"):
                for way in (httpx.get, httpx.post):
                    assert way(address + route, timeout=60).status_code == 401
                    wrong = way(address + route, auth=(LOGIN[0], "rahasia"), timeout=60)
                    assert wrong.status_code == 401
            asked = ask(address, f"data:image/png;base64,{photo}")
            tools, said = asyncio.run(asyncio.wait_for(asked, START_SECONDS))
        finally:
            process.terminate()
    assert tools == ["compare"]
    (face,) = said["faces"]
    assert [answer["scenario"] for answer in face["predictions"]] == list(scenarios)


async def ask(address: str, photo: str) -> tuple[list[str], Any]:
    """The names of the tools, and what the first answers on a photo: Gradio writes it as Python."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async with (
        httpx.AsyncClient(auth=LOGIN, timeout=60) as visitor,
        streamable_http_client(address, http_client=visitor) as (read, write, _),
        ClientSession(read, write) as it,
    ):
        await it.initialize()
        tools = [tool.name for tool in (await it.list_tools()).tools]
        result = await it.call_tool(tools[0], {"image": photo})
        return tools, ast.literal_eval(result.content[0].text)  # type: ignore[union-attr]
