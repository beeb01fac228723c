"""Where visitors' files lie, and how each comes to its end. Knows nothing of Gradio's insides.

Each running app has a folder of its own, which only its user can enter, and holds a lock beside it.
The system lets go of the lock however the app ends, so the next one to start knows which folders
nobody needs any more, and deletes them. While the app runs, a file goes

- when its answer is given, where nothing on the page still needs it (the API, a test set);
- when the page that shows it takes another, or is left;
- at the latest LONGEST_SECONDS after it was last needed, whatever has happened.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "sidang-"
LONGEST_SECONDS = 600  # that a file lies here unused: what the pages promise
TIDY_SECONDS = 10  # between two rounds, so a file goes a round before its time is up
# Between letting go of a file and deleting it: who sent the same picture just before has put it in
# the same place, and is only known a moment later.
GRACE_SECONDS = 5


class Uploads:
    """The files in one folder. Its methods may be called from any thread.

    spared: the app's own, such as the icons of examples, also where a visitor sends just the same.
    names: sets in which others keep the paths of files; what is deleted is taken out of them.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.spared: frozenset[str] = frozenset()
        self.names: Sequence[set[str]] = ()
        self._claims: Counter[str] = Counter()  # how many sent this file and still need it
        self._shown: dict[str, frozenset[str]] = {}  # by session
        # When a file that nobody needs may go, and which it is: another may take its place.
        self._due: dict[str, tuple[float, tuple[int, int] | None]] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def arrived(self, paths: Iterable[str]) -> None:
        """Files were sent; the same picture sent by two visitors is one file."""
        with self._lock:
            self._claims.update(paths)

    def release(self, paths: Iterable[str]) -> None:
        """One who sent these files needs them no more."""
        with self._lock:
            self._release(paths)

    def show(self, session: str | None, paths: Iterable[str]) -> None:
        """What a visitor's page shows from now on; what it showed before is let go.

        A file that nobody sent, such as an example, stays.
        """
        if session is None:
            return
        with self._lock:
            before = self._shown.pop(session, frozenset())
            now = frozenset(path for path in paths if path in before or self._claims[path] > 0)
            self._release(before - now)
            if now:
                self._shown[session] = now

    def leave(self, session: str | None) -> None:
        """The visitor has left the page."""
        self.show(session, ())

    def tidy(self) -> None:
        """One round: delete what is due and what has lain too long."""
        now = time.time()
        with self._lock:
            due = {path: file for path, (when, file) in self._due.items() if when <= now}
            for path, file in due.items():
                del self._due[path]
                if self._claims[path] <= 0 and file == _identity(path) and self._may_go(path):
                    self._delete(Path(path))
            self._claims = +self._claims  # without those that came to nothing
        longest = LONGEST_SECONDS - TIDY_SECONDS
        for lying in self._files():
            with contextlib.suppress(OSError):  # it is gone already
                age = now - lying.lstat().st_mtime
                if age > longest or age < -longest:  # or the clock was turned back
                    with self._lock:
                        self._delete(lying)

    def start(self) -> None:
        """Make rounds in the background, until the end; ``spared`` is to be set before."""
        threading.Thread(target=self._rounds, name="uploads", daemon=True).start()

    def end(self) -> None:
        """Delete the folder."""
        self._ended.set()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _rounds(self) -> None:
        while not self._ended.wait(TIDY_SECONDS):
            self.tidy()

    def _release(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._claims[path] = max(0, self._claims[path] - 1)
            self._due[path] = time.time() + GRACE_SECONDS, _identity(path)

    def _may_go(self, path: str) -> bool:
        """Whether that is a visitor's file in our folder; a path comes from a stranger."""
        try:
            inside = Path(path).resolve().is_relative_to(self.folder.resolve())
        except (OSError, ValueError, RuntimeError):  # names no system knows, links in a circle
            return False
        return inside and path not in self.spared

    def _files(self) -> list[Path]:
        """All files of the folder but the spared, also those whose sending was broken off."""
        return [
            Path(folder, name)
            for folder, _, names in os.walk(self.folder)
            for name in names
            if os.path.join(folder, name) not in self.spared
        ]

    def _delete(self, path: Path) -> None:
        self._claims.pop(str(path), None)
        for names in self.names:
            names.discard(str(path))
        with contextlib.suppress(OSError):
            path.unlink()
        if path.parent != self.folder:
            with contextlib.suppress(OSError):  # another file lies there
                path.parent.rmdir()


def _identity(path: str) -> tuple[int, int] | None:
    """Which file lies there: sent again, the same picture is another one. None where none does."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_mtime_ns


def own_folder(base: Path | None = None) -> tuple[Path, FileLock]:
    """A new folder for this process and the lock that says it is in use; keep that.

    base: where it is made, by default in the system's folder for temporary files. Folders that
    apps left there which run no more are deleted first. Raises OSError where none can be made.
    """
    base = base or Path(tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    sweep(base)
    folder = base.resolve() / f"{PREFIX}{secrets.token_hex(8)}"
    lock = _lock(folder)
    lock.acquire()  # before the folder is there, so that nobody takes it for a left one
    folder.mkdir(mode=0o700)
    return folder, lock


def sweep(base: Path) -> None:
    """Delete the folders of apps that run no more; others' and those in use stay."""
    for folder in base.resolve().glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            if folder.is_symlink() or not folder.is_dir() or not _is_ours(folder):
                continue
            lock = _lock(folder)
            with lock.acquire(timeout=0):
                shutil.rmtree(folder, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)


def _lock(folder: Path) -> FileLock:
    return FileLock(f"{folder}.lock", thread_local=False)


def _is_ours(folder: Path) -> bool:
    """Whether this user made it; always so where the system knows no users by number."""
    return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()
