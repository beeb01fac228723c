"""The app in a process of its own, as ``python app.py`` starts it, to be measured from outside."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 30  # that the app has to end in


@dataclass(frozen=True)
class Server:
    """A running app: its address and its process."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def serving(options: Sequence[str] = (), program: Sequence[str] = ("app.py",)) -> Iterator[Server]:
    """The app with these options at a free port of this computer, until the block is left.

    program: what Python runs; it takes app.py's options. It need not answer yet, see
    ``models.study.crowd.when_ready``.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, *program, "--port", str(port), "--host", "127.0.0.1", *options]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, stdout=silent, stderr=silent) as process:
        try:
            yield Server(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def memory(process: int, field: str = "VmRSS") -> float | None:
    """Megabytes that a process holds, or with "VmHWM" the most so far; None where the system does
    not say.
    """
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return None
    kilobytes = [line.split()[1] for line in lines if line.startswith(f"{field}:")]
    return int(kilobytes[0]) / 1000 if kilobytes else None
