"""``python tests/witness.py RECORD …``: app.py with these options, and a witness beside it.

Every address that the process connects to or looks up, every file it opens to write, and every
program it starts, becomes a line of the file RECORD, by Python's audit hooks, which nothing in the
process can leave out; so does every route that Gradio opened. Rounds for leftover files are made
every second, and --share opens no tunnel.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def main() -> None:
    record = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def note(kind: str, *details: Any) -> None:
        os.write(record, (json.dumps([kind, *details], default=str) + "\n").encode())

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto"):
            note(event, arguments[1])
        elif event in ("socket.getaddrinfo", "subprocess.Popen"):
            note(event, arguments[0])
        elif event == "open" and isinstance(arguments[0], str) and arguments[2] & WRITING:
            note("write", os.path.abspath(arguments[0]))

    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.addaudithook(hook)
    import app
    import ui.uploads

    ui.uploads.TIDY_SECONDS = 1
    serve = app.serve

    def serve_and_tell(options: argparse.Namespace, uploads: ui.uploads.Uploads) -> None:
        os.environ["GRADIO_TEMP_DIR"] = str(uploads.folder)  # before Gradio looks
        from gradio import networking
        from gradio.routes import App

        # No test opens a tunnel to the world.
        networking.setup_tunnel = lambda **_: "https://tunnel.example"
        create = App.create_app

        def tell(*arguments: Any, **settings: Any) -> App:
            made = create(*arguments, **settings)
            for path, methods in routes(made):
                note("route", path, methods)
            return made

        App.create_app = staticmethod(tell)  # type: ignore[method-assign]
        serve(options, uploads)

    app.serve = serve_and_tell
    app.main()


def routes(router: Any) -> Iterator[tuple[str, list[str]]]:
    """Every path and its methods, those of routers within it too."""
    for route in router.routes:
        if hasattr(route, "original_router"):  # as FastAPI keeps one that was included
            yield from routes(route.original_router)
        else:
            yield route.path, sorted(getattr(route, "methods", None) or ())


if __name__ == "__main__":
    main()
