"""What becomes of visitors' files: deleted when nobody needs them, and in any case in time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ui import uploads as room
from ui.uploads import LONGEST_SECONDS, Uploads, own_folder, sweep

ROOT = Path(room.__file__).resolve().parent.parent
# Makes a folder with a file in it, says which, and is killed, or waits for a line before it ends.
LIVE = """
import os, sys
from pathlib import Path
from ui.uploads import own_folder
folder, lock = own_folder(Path(sys.argv[1]))
(folder / "hash").mkdir()
(folder / "hash" / "face.jpg").write_bytes(b"face")
print(folder, flush=True)
sys.stdin.readline()
os._exit(9)
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Uploads:
    """Files that are let go of are due at once."""
    monkeypatch.setattr(room, "GRACE_SECONDS", -1)
    return Uploads(tmp_path)


def send(kept: Uploads, name: str) -> str:
    """A visitor sends a file."""
    path = kept.folder / name / "face.jpg"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"face")
    kept.arrived([str(path)])
    return str(path)


def there(kept: Uploads) -> list[str]:
    """After a round, which of what was sent is left."""
    kept.tidy()
    return sorted(path.parent.name for path in kept.folder.rglob("*") if path.is_file())


def test_what_nobody_has_let_go_of_stays(kept: Uploads) -> None:
    send(kept, "a")

    assert there(kept) == ["a"]


def test_a_file_goes_with_its_answer_and_its_folder_too(kept: Uploads) -> None:
    path = send(kept, "a")
    kept.release([path])

    assert there(kept) == []
    assert list(kept.folder.iterdir()) == []


def test_there_is_a_moment_before_it_goes(kept: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "GRACE_SECONDS", 60)
    kept.release([send(kept, "a")])

    assert there(kept) == ["a"]


def test_of_two_who_sent_the_same_picture_the_slower_one_keeps_it(kept: Uploads) -> None:
    path = send(kept, "a")
    send(kept, "a")

    kept.release([path])
    assert there(kept) == ["a"]
    kept.release([path])
    assert there(kept) == []


def test_a_picture_that_is_just_being_sent_again_is_not_taken_away(kept: Uploads) -> None:
    """Gradio has put the new file in place, and nobody has been told yet."""
    path = send(kept, "a")
    kept.release([path])
    new = kept.folder / "tmp8f3a"
    new.write_bytes(b"face")
    new.replace(path)

    assert there(kept) == ["a"]
    kept.arrived([path])
    kept.release([path])
    assert there(kept) == []


def test_who_lets_go_twice_takes_nothing_from_the_next(kept: Uploads) -> None:
    path = send(kept, "a")
    kept.release([path, path, path])
    send(kept, "a")

    assert there(kept) == ["a"]


def test_a_page_keeps_what_it_shows_until_it_shows_another_or_is_left(kept: Uploads) -> None:
    first, second = send(kept, "a"), send(kept, "b")

    kept.show("session", [first])
    assert there(kept) == ["a", "b"]
    kept.show("session", [first])
    assert there(kept) == ["a", "b"]
    kept.show("session", [second])
    assert there(kept) == ["b"]
    kept.leave("somebody else")
    assert there(kept) == ["b"]
    kept.leave("session")
    assert there(kept) == []


def test_a_page_that_leaves_takes_no_file_from_another(kept: Uploads) -> None:
    path = send(kept, "a")
    send(kept, "a")
    kept.show("one", [path])
    kept.show("other", [path])

    kept.leave("one")
    assert there(kept) == ["a"]
    kept.leave("other")
    assert there(kept) == []


def test_an_example_that_nobody_sent_stays_when_its_page_is_left(kept: Uploads) -> None:
    path = kept.folder / "example" / "face.jpg"
    path.parent.mkdir()
    path.write_bytes(b"public")

    kept.show("session", [str(path)])
    kept.leave("session")

    assert there(kept) == ["example"]


@pytest.mark.parametrize("age", [LONGEST_SECONDS, -2 * LONGEST_SECONDS], ids=["old", "future"])
def test_whatever_happens_a_file_goes_in_time(kept: Uploads, age: float) -> None:
    old, new = send(kept, "old"), send(kept, "new")
    broken_off = kept.folder / "tmp8f3a"
    broken_off.write_bytes(b"half a face")
    for path in (old, broken_off):
        os.utime(path, (time.time() - age,) * 2)

    assert there(kept) == ["new"]
    kept.release([new])
    assert there(kept) == []


@pytest.mark.parametrize("jump", [-86_400, 86_400], ids=["back", "ahead"])
def test_where_the_clock_jumps_a_file_goes_early_rather_than_late(
    kept: Uploads, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    """As on a laptop that finds the time on its network in the middle of a defence."""
    released, forgotten = send(kept, "released"), send(kept, "forgotten")
    kept.release([released])
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + jump)
    assert there(kept) == []

    for path in (released, forgotten):
        assert not Path(path).exists()
    sent = Path(send(kept, "after"))
    os.utime(sent, (now + jump,) * 2)
    assert there(kept) == ["after"]
    kept.release([str(sent)])
    assert there(kept) == []


def test_the_app_s_own_files_stay_also_where_a_visitor_sends_the_same(kept: Uploads) -> None:
    icon = kept.folder / "icon" / "face.jpg"
    icon.parent.mkdir()
    icon.write_bytes(b"public")
    kept.spared = frozenset({str(icon)})
    assert send(kept, "icon") == str(icon)
    os.utime(icon, (0, 0))
    kept.show("session", [str(icon)])
    kept.leave("session")

    assert there(kept) == ["icon"]


def test_what_is_deleted_is_taken_out_of_the_lists_of_others(kept: Uploads) -> None:
    path = send(kept, "a")
    kept.names = [{path, "other"}, set()]
    kept.release([path])
    kept.tidy()

    assert kept.names == [{"other"}, set()]


def test_nothing_outside_the_folder_is_deleted(tmp_path: Path, kept: Uploads) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.write_bytes(b"important")
    kept.release([str(outside), f"{tmp_path}/../{outside.name}", "web-address", "", "\0"])
    kept.tidy()

    assert outside.exists()


def test_the_folder_is_for_nobody_else(tmp_path: Path) -> None:
    folder, lock = own_folder(tmp_path)

    assert folder.parent == tmp_path.resolve()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
    Uploads(folder).end()
    lock.release()
    assert not folder.exists()


def test_the_next_to_start_sweeps_what_a_killed_app_left(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LIVE, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        assert (left / "hash" / "face.jpg").exists()
        sweep(tmp_path)
        assert (left / "hash" / "face.jpg").exists(), "it is in use"
        process.kill()
        process.wait()

    _, lock = own_folder(tmp_path)
    assert not left.exists()
    lock.release()


def test_a_link_is_not_followed_when_sweeping(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (tmp_path / "sidang-link").symlink_to(precious)
    (tmp_path / "sidang-file").write_bytes(b"not a folder")
    sweep(tmp_path)

    assert precious.exists()
    assert (tmp_path / "sidang-file").exists()
