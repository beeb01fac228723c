"""Start the demo: python app.py

One photo in, every model answers side by side. Needs no network.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from models.hub import parse_pin

if TYPE_CHECKING:
    from models.compare import Engine
    from models.faces import FaceFinder

WEIGHTS = Path(__file__).resolve().parent / "models" / "weights"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line; each option can also be given as an environment variable."""
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python app.py",
        description="Show the comparison of facial-expression models in a browser.",
        epilog="Each option can also be set in the environment: SIDANG_SHARE=1, "
        "SIDANG_AUTH=user:password (several separated by spaces), SIDANG_HOST, SIDANG_PORT, "
        "SIDANG_MODELS, SIDANG_HUB, SIDANG_DATA (several separated as in PATH).",
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
        help="ask visitors for this name and password; may be given several times",
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
    pairs = options.auth or env("SIDANG_AUTH", "").split()
    options.auth = []
    for pair in pairs:
        user, colon, password = pair.partition(":")
        if not (user and colon and password):
            parser.error("--auth takes USER:PASSWORD, for example --auth penguji:rahasia")
        options.auth.append((user, password))
    return options


def open_to_others(options: argparse.Namespace) -> bool:
    """Whether the page can be visited from other computers, by our options or Gradio's own."""
    host = options.host or os.environ.get("GRADIO_SERVER_NAME") or "localhost"
    return options.share or not (host in ("localhost", "::1") or host.startswith("127."))


def load(engine: Engine) -> FaceFinder:
    """Make networks and detector ready for the first visitor."""
    from models.faces import FaceFinder

    finder = FaceFinder()
    finder.warm_up()
    engine.load()
    engine.warm_up()
    return finder


def main() -> None:
    """Load the models, warm them up, then open the page."""
    options = parse()
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Downloads over plain HTTP: the way that is tested, with one cache and one set of timeouts.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    print("Loading the models …", flush=True)
    # Imported here, so that --help answers at once and the settings above are in place.
    from models.compare import Engine

    engine = Engine(options.models, pin=options.hub)
    with ThreadPoolExecutor(1) as pool:
        loading = pool.submit(load, engine)  # meanwhile the pages' libraries are read
        from ui.build import build
        from ui.samples import find_own_copy
        from ui.theme import HEAD, css, theme

        finder = loading.result()
    for failure in engine.failures.values():
        print(f"{failure.scenario}: {failure.reason}", flush=True)
    print(f"{len(engine.networks)} of {len(engine.scenarios)} models are ready.", flush=True)
    own = find_own_copy(options.data, open_to_others(options))
    for problem in own.problems:
        print(problem, flush=True)
    build(engine, finder, own).launch(
        share=options.share,
        auth=options.auth or None,
        server_name=options.host,
        server_port=options.port,
        theme=theme(),
        css=css(),
        head=HEAD,
        max_file_size="30mb",
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        show_error=True,
    )


if __name__ == "__main__":
    main()
