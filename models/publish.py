"""Publish on the Hugging Face Hub: python -m models.publish --model USER/NAME --space USER/NAME

The weights with their cards go to a model repository; its new commit is written into the manifest
as ``hub``, and the app, with only the files it needs and no weights, goes to a Space that fetches
them from there. ``--dry-run`` lists what would go and asks nothing of the network. Log in before:
``hf auth login``, with a token that may write. Nothing is removed from the model repository; in the
Space, files of an earlier publication that the app no longer needs are.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from models.hub import Pin, parse_pin, pin_in

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    from models.study.shipment import Files

ROOT = Path(__file__).resolve().parent.parent
OWN = ("app.py", "assets/", "models/", "scenarios/", "ui/")  # of the Space, where old files go
UNKNOWN = "0" * 40  # as long as the commit that a dry run does not know
NO_TOKEN = (
    "Nobody is logged in on this computer. Make a token that may write at "
    "https://huggingface.co/settings/tokens and run: hf auth login"
)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m models.publish", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--model", metavar="USER/NAME", help="model repository for the weights")
    parser.add_argument("--space", metavar="USER/NAME", help="Space for the app")
    parser.add_argument("--private", action="store_true", help="new repositories are private")
    parser.add_argument("--dry-run", action="store_true", help="only list what would go")
    parser.add_argument("--models", type=Path, default=ROOT / "models" / "weights", metavar="DIR")
    options = parser.parse_args(arguments)
    if not (options.model or options.space):
        parser.error("name --model, --space or both")
    for name in filter(None, (options.model, options.space)):
        try:
            sound = parse_pin(name).repo_id == name
        except ValueError:
            sound = False
        if not sound:
            parser.error(f"{name!r} is not of the form USER/NAME")
    return options


def main(arguments: list[str] | None = None) -> None:
    options = parse(arguments)
    # Uploads over plain HTTP, the way that is tested.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    # Imported here, so that --help answers at once and the setting above is in place.
    from models.study.shipment import app_files, weights_files
    from models.weights import WeightsError

    weights, results = options.models, ROOT / "assets" / "results"
    try:
        model = weights_files(weights, results, options.model) if options.model else None
        pin = Pin(options.model, UNKNOWN) if options.model else _pin(weights)
    except (WeightsError, ValueError, OSError) as error:
        raise SystemExit(str(error)) from error
    if options.dry_run:
        if model:
            show(model, f"model {options.model}")
        if options.space:
            show(app_files(ROOT, weights, pin), f"Space {options.space}")
        print("This was a dry run: nothing was sent.")
        return
    api = _api()
    if model:
        pin = Pin(options.model, send(api, options.model, "model", model, options.private))
        keep_pin(weights, pin)
        print(f"{weights / 'manifest.json'} now names {pin.repo_id} at {pin.revision}.")
    if options.space:
        send(api, options.space, "space", app_files(ROOT, weights, pin), options.private)
        if options.private:
            print("Give the Space a secret HF_TOKEN that may read the model repository.")


def _pin(weights: Path) -> Pin:
    """Where an earlier publication left the weights. Raises ValueError where there was none."""
    pin = pin_in(json.loads((weights / "manifest.json").read_text("utf-8")))
    if pin is None:
        raise ValueError(
            "The manifest names no model repository, so the Space would have no weights. "
            "Publish them as well: --model USER/NAME"
        )
    return pin


def show(files: Files, title: str) -> None:
    """Each file with its bytes, and all of them together."""
    sizes = {name: _size(content) for name, content in files.items()}
    print(f"{title}: {len(files)} files, {sum(sizes.values()):,} bytes")
    for name, size in sizes.items():
        print(f"{size:>14,}  {name}")


def _size(content: Path | bytes) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _api() -> HfApi:
    """The Hub, with the token of whoever is logged in; ends the program where nobody is."""
    from huggingface_hub import HfApi, get_token

    token = get_token()
    if token is None:
        raise SystemExit(NO_TOKEN)
    return HfApi(token=token)


def send(api: HfApi, repo_id: str, kind: str, files: Files, private: bool) -> str:
    """Create the repository where it is not there, and commit the files to it.

    kind: "model" or "space". Returns the commit; where nothing has changed, the one that stands.
    Ends the program with a sentence where the Hub refuses or cannot be reached.
    """
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete
    from huggingface_hub.errors import HfHubHTTPError, HTTPError

    show(files, f"{kind} {repo_id}")
    try:
        sdk = "gradio" if kind == "space" else None
        api.create_repo(
            repo_id, repo_type=kind, space_sdk=sdk, private=private or None, exist_ok=True
        )
        operations: list[CommitOperationAdd | CommitOperationDelete] = [
            CommitOperationAdd(name, content) for name, content in files.items()
        ]
        if kind == "space":
            old = set(api.list_repo_files(repo_id, repo_type=kind)) - files.keys()
            operations += [
                CommitOperationDelete(name) for name in sorted(old) if name.startswith(OWN)
            ]
        commit = api.create_commit(
            repo_id, operations, commit_message="Published with models.publish", repo_type=kind
        )
    except HfHubHTTPError as error:
        raise SystemExit(_refusal(repo_id, kind, error)) from error
    except (HTTPError, OSError, RuntimeError, ValueError) as error:
        cause = f"{error} {error.__cause__ or ''}".strip()
        raise SystemExit(f"{repo_id} was not published: {cause}") from error
    print(f"Published: {api.endpoint}/{'spaces/' if kind == 'space' else ''}{repo_id}")
    return str(commit.oid)


def _refusal(repo_id: str, kind: str, error: HfHubHTTPError) -> str:
    """What the Hub's refusal means."""
    status, said = error.response.status_code, error.server_message or "it does not say why"
    if status == 401:
        return f"The Hub does not accept the token for {repo_id}. Log in again: hf auth login"
    if status in (402, 403):
        hint = "the token must be one that may write there"
        if kind == "space":
            hint += ", and since 2026 a new Gradio Space on CPU needs a paid plan"
        return f"The Hub refuses {repo_id} ({status}): {said}. Remember: {hint}."
    return f"The Hub refuses {repo_id} ({status}): {said}. Try again later."


def keep_pin(weights: Path, pin: Pin) -> None:
    """Write the manifest's ``hub``, by way of a second file: a killed run leaves no half one."""
    from models.study.shipment import with_pin

    path = weights / "manifest.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(with_pin(weights, pin))
    os.replace(temporary, path)


if __name__ == "__main__":
    main()
