"""What is asked of the app's process."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from models.study.crowd import when_ready
from models.study.server import memory, serving


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc on this system")
def test_memory_is_read() -> None:
    found, most = memory(os.getpid()), memory(os.getpid(), "VmHWM")

    assert found is not None
    assert most is not None
    assert 10 < found <= most < 100_000
    assert memory(2**30) is None


def test_an_app_that_ends_is_not_waited_for(tmp_path: Path) -> None:
    program = tmp_path / "ends.py"
    program.write_text("import sys; sys.exit('--port' not in sys.argv)", "utf-8")
    with serving(["--mcp"], [str(program)]) as server, pytest.raises(RuntimeError, match="start"):
        when_ready(server)
    assert server.process.returncode == 0, "the program was given app.py's options"
