"""Weights from the Hugging Face Hub: a file of known checksum, from the local cache or downloaded.

Nothing is asked of the network unless a repository is named (in the manifest by ``python -m
models.publish``, or by the option --hub) and a file is not whole on this computer. What comes back
is held against the manifest's bytes and SHA-256 before anything else sees it.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from models.fetch import NO_ROOM, into_cache

if TYPE_CHECKING:
    from huggingface_hub import HfFileMetadata

HEAD_SECONDS = 10.0  # until the Hub must have said whether it has a file
RETRY_SECONDS = (1.0, 3.0)  # waits before asking again where it is busy or failing
BUSY = (429, 500, 502, 503, 504)
GRACE_SECONDS = 30.0  # a download may take this long, and longer by its size over LEAST_RATE
LEAST_RATE = 200_000  # bytes a second; on a slower line the app starts without the file

REPOSITORY = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
REVISION = re.compile(r"[\w-][\w./-]*")
COMMIT = re.compile(r"[0-9a-f]{40}")

# As models.weights.SENTENCES: the pages look up ``error.weights.<code>``.
SENTENCES = {
    "hub_unreachable": "There is no sound {file} here, and {host} cannot be reached or does not "
    "answer: {problem}. Start the app again when this computer is online.",
    "hub_slow": "There is no sound {file} here, and {host} sends it too slowly: after {seconds} "
    "seconds it was not complete. Start the app again on a faster connection.",
    "hub_busy": "There is no sound {file} here, and {host} refuses more requests for now (429). "
    "Start the app again in a few minutes.",
    "hub_error": "There is no sound {file} here, and {host} answers with error {status}. Start the "
    "app again when it has recovered.",
    "hub_not_found": "There is no sound {file} here, and {host} has none in {repo} at {revision}, "
    "or only for those who logged in (hf auth login; in a Space the secret HF_TOKEN).",
    "hub_wrong_file": "There is no sound {file} here, and the one in {repo} at {revision} is not "
    "the one the manifest describes. Publish the weights again (python -m models.publish), or "
    "bring back the manifest that belongs to that revision.",
    "hub_disk_full": "There is no sound {file} here, and no room to keep it: {megabytes} MB are "
    "needed. Free some space and start the app again.",
    "hub_cache": "There is no sound {file} here, and the folder where downloads are kept cannot be "
    "used: {problem}. Name one that can be written, HF_HOME=FOLDER, and start the app again.",
    "hub_offline": "There is no sound {file} here, and HF_HUB_OFFLINE forbids asking {host}. Start "
    "the app again without it.",
}
REMEDY = (
    "To do without the Hub, copy {copy} into the folder of the manifest, or train it: "
    "python -m models.train {scenario} --data PATH."
)
# Whatever the file.
HUB_WIDE = {"hub_unreachable", "hub_busy", "hub_error", "hub_offline", "hub_cache"}


class HubError(Exception):
    """The Hub gave no sound file. ``code`` is a key of SENTENCES, ``details`` fill it."""

    def __init__(self, code: str, **details: Any):
        self.code = code
        self.details = details
        super().__init__(code)


@dataclass(frozen=True)
class Pin:
    """Which files are meant: a model repository and one of its commits (or a branch or tag)."""

    repo_id: str
    revision: str


def parse_pin(words: str) -> Pin:
    """USER/NAME@REVISION as a Pin; without a revision the branch main. Raises ValueError."""
    repo_id, _, revision = words.partition("@")
    revision = revision or "main"
    sound = REPOSITORY.fullmatch(repo_id) and REVISION.fullmatch(revision)
    if not sound or ".." in words:
        raise ValueError("give USER/NAME or USER/NAME@REVISION, for example user/sidang@main")
    return Pin(repo_id, revision)


def pin_in(manifest: object) -> Pin | None:
    """The Pin that a manifest's ``hub`` names, None without one. Raises ValueError if broken."""
    hub = manifest.get("hub") if isinstance(manifest, dict) else None
    if hub is None:
        return None
    if not isinstance(hub, dict):
        raise ValueError("its hub is no object with repo_id and revision")
    repo_id, revision = str(hub.get("repo_id")), str(hub.get("revision"))
    if not REPOSITORY.fullmatch(repo_id) or ".." in repo_id or not COMMIT.fullmatch(revision):
        raise ValueError("its hub does not name a repository and a commit")
    return Pin(repo_id, revision)


def checksum(path: Path) -> str:
    """The SHA-256 of a file, 64 hexadecimal digits. Raises OSError."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def _is_whole(path: Path, size: int, sha256: str) -> bool:
    return path.stat().st_size == size and checksum(path) == sha256


class Hub:
    """One repository at one revision. Once the Hub itself is in trouble it is not asked again."""

    def __init__(self, pin: Pin):
        self.pin = pin
        self._trouble: HubError | None = None

    def find(self, file: str, size: int, sha256: str) -> Path:
        """A whole copy of ``file``, from the Hub's cache on this computer or downloaded into it.

        size: in bytes. Raises HubError, see SENTENCES.
        """
        try:
            cached = self._cached(file)
            if cached and _is_whole(cached, size, sha256):
                return cached
        except (OSError, ValueError) as error:
            raise self._explained(error, size) from error
        # A damaged file in the cache would be handed out again, under this revision or another.
        for afresh in (True,) if cached else (False, True):
            path = self._download(file, size, sha256, afresh)
            if _is_whole(path, size, sha256):
                return path
        raise self._error("hub_wrong_file")

    def _cached(self, file: str) -> Path | None:
        # Imported here and below: a start that needs no Hub does not load its library.
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(self.pin.repo_id, file, revision=self.pin.revision)
        return Path(found) if isinstance(found, str) else None

    def _download(self, file: str, size: int, sha256: str, afresh: bool) -> Path:
        """afresh: even where the cache holds the file."""
        from huggingface_hub import constants, hf_hub_download, hf_hub_url
        from huggingface_hub.errors import HTTPError
        from huggingface_hub.file_download import repo_folder_name

        if self._trouble:
            raise self._trouble
        host = urlsplit(_endpoint()).netloc
        print(
            f"Fetching {file} ({size / 1e6:.1f} MB) from {self.pin.repo_id} at {host} …", flush=True
        )
        seconds = GRACE_SECONDS + size / LEAST_RATE

        def work() -> str:
            url = hf_hub_url(self.pin.repo_id, file, revision=self.pin.revision)
            metadata = self._metadata(url)
            if metadata.commit_hash is None:
                raise OSError("what answers is not the Hub; perhaps this network's login page")
            etag = metadata.etag or ""
            if metadata.size not in (None, size) or (len(etag) == 64 and etag != sha256):
                raise self._error("hub_wrong_file")
            name = repo_folder_name(repo_id=self.pin.repo_id, repo_type="model")
            folder = Path(constants.HF_HUB_CACHE) / name
            into_cache(folder, url, metadata, file, size, afresh)
            return hf_hub_download(self.pin.repo_id, file, revision=self.pin.revision)

        try:
            path = Path(_in_time(work, seconds))
        except TooSlow as error:
            self._trouble = self._error("hub_slow", seconds=round(seconds))
            raise self._trouble from error
        except (HTTPError, OSError, ValueError, RuntimeError) as error:
            explained = self._explained(error, size)
            self._trouble = explained if explained.code in HUB_WIDE else None
            raise explained from error
        print(f"{file} is here.", flush=True)
        return path

    def _metadata(self, url: str) -> HfFileMetadata:
        """What the Hub says of a file, asked with few and short waits: nobody shall sit here."""
        from huggingface_hub import get_hf_file_metadata
        from huggingface_hub.errors import HfHubHTTPError

        for wait in RETRY_SECONDS:
            try:
                return get_hf_file_metadata(url, timeout=HEAD_SECONDS)
            except HfHubHTTPError as error:
                if error.response.status_code not in BUSY:
                    raise
            time.sleep(wait)
        return get_hf_file_metadata(url, timeout=HEAD_SECONDS)

    def _error(self, code: str, **details: object) -> HubError:
        host = urlsplit(_endpoint()).netloc
        return HubError(
            code, host=host, repo=self.pin.repo_id, revision=self.pin.revision, **details
        )

    def _explained(self, error: Exception, size: int) -> HubError:
        """What an error of the library, of the network or of the disk means for the reader."""
        from huggingface_hub.errors import HfHubHTTPError, HTTPError, OfflineModeIsEnabled

        while not isinstance(error, HfHubHTTPError) and isinstance(
            error.__cause__, (HTTPError, OSError)
        ):
            error = error.__cause__  # the library wraps the cause in a general complaint
        if isinstance(error, OfflineModeIsEnabled):
            return self._error("hub_offline")
        if isinstance(error, HfHubHTTPError):
            status = error.response.status_code
            if status in (401, 403, 404):
                return self._error("hub_not_found")
            return self._error("hub_busy" if status == 429 else "hub_error", status=status)
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return self._error("hub_disk_full", megabytes=f"{size / 1e6:.0f}")
        if isinstance(error, OSError) and error.errno is not None:
            return self._error("hub_cache", problem=error.strerror)
        first_line = str(error).strip().partition("\n")[0]
        return self._error("hub_unreachable", problem=f"{type(error).__name__}: {first_line}")


def _endpoint() -> str:
    """The Hub's address: huggingface.co, or what HF_ENDPOINT named when the library was loaded."""
    from huggingface_hub import constants

    return constants.ENDPOINT


def _in_time(work: Callable[[], str], seconds: float) -> str:
    """What ``work`` returns or raises; TooSlow after so many seconds.

    It then goes on in a thread that does not keep the app from ending, and a download that still
    comes through stands in the cache at the next start.
    """
    answer: Future[str] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # handed to the thread that waits
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True, name="hub").start()
    return answer.result(timeout=seconds)
