"""``python tests/witness.py RECORD …``: app.py with these options, and a witness beside it.

Every address that the process connects to or looks up, and every program it starts, becomes a line
of the file RECORD, by Python's audit hooks, which nothing in the process can leave out; so does
every route that Gradio opened. Rounds for leftover files are made every second.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    record = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(kind: str, *details: Any) -> None:
        os.write(record, (json.dumps([kind, *details], default=str) + "\n").encode())

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            note(event, arguments[1])
        elif event in ("socket.getaddrinfo", "subprocess.Popen"):
            note(event, arguments[0])

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.addaudithook(hook)
    import app
    import ui.uploads

    ui.uploads.TIDY_SECONDS = 1  # type: ignore[attr-defined]
    import gradio

    block = gradio.Blocks.block_thread

    def tell(blocks: gradio.Blocks) -> None:
        for route in blocks.app.routes:
            note("route", getattr(route, "path", ""), sorted(getattr(route, "methods", None) or ()))
        block(blocks)

    gradio.Blocks.block_thread = tell  # type: ignore[method-assign]
    app.main()


if __name__ == "__main__":
    main()
