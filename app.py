"""Start the demo: python app.py

One photo in, every model answers side by side. Needs no network.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import gc
import importlib.util
import io
import os
import signal
import socket
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from models.hub import parse_pin

if TYPE_CHECKING:
    from models.compare import Engine
    from models.faces import FaceFinder
    from ui.uploads import Uploads

KEEP_ALIVE = 75  # seconds that an idle connection stays open
SESSIONS = 1000  # visitors whose pages are remembered, where nothing tells that they have left
M_ARENA_MAX = -8  # of glibc's malloc.h
WEIGHTS = Path(__file__).resolve().parent / "models" / "weights"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line; each option can also be given as an environment variable."""
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="Show the comparison of facial-expression models in a browser.",
        epilog="Each option can also be set in the environment: SIDANG_SHARE=1, "
        "SIDANG_AUTH=user:password (several separated by spaces), SIDANG_HOST, SIDANG_PORT, "
        "SIDANG_MODELS, SIDANG_HUB, SIDANG_MCP, SIDANG_DATA (several separated as in PATH).",
    )
    parser.add_argument(
        "--share",
        action="store_true",
        default=env("SIDANG_SHARE", "").lower() in ("1", "true", "yes"),
        help="also make a public link for a few days (needs the internet)",
    )
    parser.add_argument(
        "--auth",
        action="append",
        metavar="USER:PASSWORD",
        help="ask visitors for this name and password; may be given several times. Other users of "
        "this computer can see a command line: @FILE reads them from a file, one a line",
    )
    parser.add_argument(
        "--host",
        default=env("SIDANG_HOST"),
        help="address to listen on; 0.0.0.0 lets other computers in (by default this one only)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=env("SIDANG_PORT"),
        help="port to listen on (by default the first free one from 7860)",
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=Path(env("SIDANG_MODELS") or WEIGHTS),
        metavar="DIR",
        help="folder with manifest.json and the .keras files (models/weights by default)",
    )
    parser.add_argument(
        "--data",
        type=Path,
        action="append",
        metavar="DIR",
        help="your copy of FER-2013 or MMA, folder or zip: the page about the data then shows its "
        "exam images with every model's answer; may be given several times",
    )
    parser.add_argument(
        "--mcp",
        action="store_true",
        default=env("SIDANG_MCP", "").lower() in ("1", "true", "yes"),
        help="also offer the programs' call as a tool to AI assistants, by the Model Context "
        "Protocol (needs: pip install -r requirements-mcp.txt)",
    )
    parser.add_argument(
        "--hub",
        default=env("SIDANG_HUB"),
        metavar="USER/NAME@REVISION",
        help="model repository on the Hugging Face Hub for files that are not whole in that folder "
        "(by default the one its manifest names, if any)",
    )
    options = parser.parse_args(arguments)
    if options.data is None:
        folders = env("SIDANG_DATA", "").split(os.pathsep)
        options.data = [Path(folder) for folder in folders if folder]
    try:
        options.hub = parse_pin(options.hub) if options.hub else None
    except ValueError as error:
        parser.error(f"--hub: {error}")
    if options.mcp and importlib.util.find_spec("mcp") is None:
        parser.error("--mcp needs one more package: pip install -r requirements-mcp.txt")
    options.auth = _logins(parser, options.auth or os.environ.pop("SIDANG_AUTH", "").split())
    return options


def _logins(parser: argparse.ArgumentParser, given: list[str]) -> list[tuple[str, str]]:
    """Names and passwords from USER:PASSWORD or @FILE; what is neither ends the program."""
    pairs = []
    for pair in given:
        if not pair.startswith("@"):
            pairs.append(pair)
            continue
        try:
            lines = Path(pair[1:]).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            parser.error(f"--auth {pair}: {error}")
        pairs += [line for line in lines if line.strip()] or [""]
    logins = []
    for pair in pairs:
        user, colon, password = pair.partition(":")
        if not (user and colon and password):
            parser.error("--auth takes USER:PASSWORD, for example --auth penguji:rahasia")
        logins.append((user, password))
    return logins


def open_to_others(options: argparse.Namespace) -> bool:
    """Whether the page can be visited from other computers, by our options or Gradio's own."""
    host = options.host or os.environ.get("GRADIO_SERVER_NAME") or "localhost"
    return options.share or not (host in ("localhost", "::1") or host.startswith("127."))


def load(engine: Engine) -> FaceFinder:
    """Make networks and detector ready for the first visitor."""
    from models.faces import FaceFinder
    from models.runtime import set_threads

    set_threads()
    finder = FaceFinder()
    finder.warm_up()
    engine.load()
    engine.warm_up()
    return finder


def unusable(host: str | None, port: int) -> str | None:
    """Why nobody can listen there, in the system's words; None where one can."""
    host = host or os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1"
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if not 0 <= port < 65536:
        return "ports are numbered up to 65535"
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:  # taken, not allowed, or no address of this computer
        return (error.strerror or str(error)).partition(" (")[0]
    return None


def share_heaps() -> None:
    """Let all threads take memory from the same two heaps, where the C library is glibc.

    By itself it gives each thread a heap of its own, in which what others freed is of no use: the
    server then grows with every visitor for hours.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def print_anything() -> None:
    """Let no letter that this console cannot show, as in a folder's name, end the program."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def main() -> None:
    """Load the models, warm them up, then open the page."""
    print_anything()
    share_heaps()
    options = parse()
    if options.port is not None and (why := unusable(options.host, options.port)):
        sys.exit(
            f"The page cannot be opened at port {options.port}: {why}. Perhaps this app runs "
            "already. Choose another port, --port NUMBER, or none: then the first free one from "
            "7860 is taken."
        )
    # Imported here, so that --help answers at once.
    from ui.uploads import Uploads, own_folder

    base = os.environ.get("GRADIO_TEMP_DIR")
    try:
        folder, lock = own_folder(Path(base) if base else None)
    except OSError as error:
        sys.exit(f"There is no place for visitors' files (GRADIO_TEMP_DIR sets one): {error}")
    uploads = Uploads(folder)
    # A stop asked for by the system, as of a container, ends like Ctrl+C: the folder goes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(options, uploads)
    finally:
        uploads.end()
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def surroundings(folder: Path, on_space: bool) -> dict[str, str]:
    """What libraries read from the environment, where it is not set otherwise.

    folder: for visitors' files. on_space: whether this is a Hugging Face Space.
    """
    found = {
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        # Downloads over plain HTTP: the way that is tested, with one cache and one set of timeouts.
        "HF_HUB_DISABLE_XET": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_BACKEND": "tensorflow",
    }
    if on_space:
        # A Space's own proxies have private addresses; they say who the visitor is.
        found["FORWARDED_ALLOW_IPS"] = "127.0.0.1,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"
    return {**found, **os.environ, "GRADIO_TEMP_DIR": str(folder)}


def serve(options: argparse.Namespace, uploads: Uploads) -> None:
    """Show the page until it is stopped."""
    on_space = bool(os.environ.get("SPACE_ID"))
    os.environ.update(surroundings(uploads.folder, on_space))
    # What Pillow finds odd in a visitor's photo is nothing for the terminal.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    print("Loading the models …", flush=True)
    gc.disable()  # of all that is made now nothing is garbage, and looking for some takes a second
    # Imported here, so that the settings above are in place.
    from starlette.middleware import Middleware

    from models.compare import Engine

    engine = Engine(options.models, pin=options.hub)
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load, engine)  # meanwhile the pages' libraries are read
        from models.refusals import MAX_BYTES
        from ui.build import build
        from ui.gradio_words import FinishedPages, translations
        from ui.guard import Guard
        from ui.payloads import HANDLERS
        from ui.samples import find_own_copy
        from ui.theme import HEAD, css, theme

        finder = loading.result()
    for failure in engine.failures.values():
        print(f"{failure.scenario}: {failure.reason}", flush=True)
    print(f"{len(engine.networks)} of {len(engine.scenarios)} models are ready.", flush=True)
    own = find_own_copy(options.data, open_to_others(options))
    for problem in own.problems:
        print(problem, flush=True)
    app = build(engine, finder, own, uploads=uploads)
    uploads.start()  # now that it knows which files are the app's own
    gc.freeze()
    gc.enable()
    guard = Middleware(Guard, uploads=uploads, lenient=not options.share, on_space=on_space)
    app.launch(
        share=options.share,
        auth=options.auth or None,
        server_name=options.host,
        server_port=options.port,
        theme=theme(),
        css=css(),
        head=HEAD,
        i18n=translations(),
        max_file_size=MAX_BYTES,
        ssr_mode=False,
        state_session_capacity=SESSIONS,
        run_history=False,
        enable_monitoring=False,
        mcp_server=options.mcp,
        footer_links=[],
        show_error=True,
        app_kwargs={
            "middleware": [guard, Middleware(FinishedPages)],
            "exception_handlers": HANDLERS,
        },
        prevent_thread_lock=True,
    )
    app.share = False  # else the page asks Amazon's computers for its scripts, not this one
    # uvicorn hangs up after five idle seconds, in a crowd also on who is about to ask.
    app.server.config.timeout_keep_alive = KEEP_ALIVE
    app.block_thread()


if __name__ == "__main__":
    main()
