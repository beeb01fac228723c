"""The app as its visitors meet it: a real server in a process of its own, asked over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 600  # seconds for any one answer
FORM = "sidang-benchmark"  # separates the parts of an upload


@dataclass(frozen=True)
class Server:
    """A running app: its address and its process."""

    address: str
    process: subprocess.Popen[str]

    def memory(self, field: str = "VmRSS") -> float | None:
        """Megabytes of memory, or with "VmHWM" the most so far; None where the system has no
        /proc."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return None
        for line in status.read_text("ascii").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1000
        return None


@contextmanager
def serving() -> Iterator[Server]:
    """``python app.py`` with the networks that are here, until the block is left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "app.py", "--port", str(port), "--host", "127.0.0.1"]
    surroundings = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL, text=True
    )
    try:
        yield Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(30)


def ask_when_ready(server: Server, photo: bytes) -> int:
    """Ask until the server answers: how many faces it found. Raises RuntimeError where it ended."""
    while server.process.poll() is None:
        try:
            return ask(server.address, photo)
        except urllib.error.URLError:
            time.sleep(0.1)
    raise RuntimeError("app.py ended before it answered")


def ask(address: str, photo: bytes) -> int:
    """Send one photo to /compare: how many faces were answered. Raises OSError, RuntimeError."""
    head = (
        f'--{FORM}\r\nContent-Disposition: form-data; name="files"; filename="photo.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    form = head.encode() + photo + f"\r\n--{FORM}--\r\n".encode()
    (path,) = json.loads(
        _send(f"{address}/gradio_api/upload", form, f"multipart/form-data; boundary={FORM}")
    )
    file = {"path": path, "meta": {"_type": "gradio.FileData"}}
    call = f"{address}/gradio_api/call/compare"
    number = json.loads(_send(call, json.dumps({"data": [file]}).encode(), "application/json"))
    said = _send(f"{call}/{number['event_id']}")
    event, _, data = said.rstrip().rpartition("\ndata: ")
    if not event.endswith("event: complete"):
        raise RuntimeError(f"no answer: {said[-300:]}")
    return len(json.loads(data)[0]["faces"])


def read_page(address: str) -> None:
    """Fetch the first page."""
    _send(f"{address}/")


def _send(url: str, body: bytes | None = None, kind: str = "") -> str:
    request = urllib.request.Request(url, body, {"Content-Type": kind} if body else {})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return str(answer.read().decode("utf-8"))


@dataclass(frozen=True)
class Crowd:
    """What many visitors met. waits: seconds of each answered request; failed: how many others."""

    waits: list[float]
    failed: int
    seconds: float


def crowd(visit: Callable[[], object], visitors: int, each: int) -> Crowd:
    """``visitors`` threads that call ``visit`` ``each`` times, one after the other."""
    waits: list[float] = []
    failures: list[Exception] = []
    together = threading.Barrier(visitors)

    def one(_: int) -> None:
        together.wait()
        for _ in range(each):
            began = time.perf_counter()
            try:
                visit()
            except (OSError, HTTPException, RuntimeError, ValueError, LookupError) as error:
                failures.append(error)
            else:
                waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(visitors) as pool:
        list(pool.map(one, range(visitors)))
    return Crowd(waits, len(failures), time.perf_counter() - began)
