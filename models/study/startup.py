"""Where the start of the app goes: python -m models.study.startup RECORD [options of app.py]

Runs app.py and looks at short intervals at what each of its threads is doing, so that the app need
not measure itself. Each look is a line of the file RECORD; ``stretches`` adds them up.
"""

from __future__ import annotations

import runpy
import sys
import threading
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
TICK = 0.01  # seconds between two looks

# What a thread is doing, by the innermost function that says so: its name, where its file's path
# ends, the stretch it belongs to.
DOING = (
    ("_find_and_load", "importlib._bootstrap>", "imports"),
    ("__init__", "models/faces.py", "detector"),
    ("warm_up", "models/faces.py", "detector"),
    ("load_network", "models/weights.py", "weights"),
    ("load", "models/compare.py", "compiling"),
    ("warm_up", "models/compare.py", "compiling"),
    ("build", "ui/build.py", "pages"),
    ("launch", "gradio/blocks.py", "pages"),
    ("block_thread", "gradio/blocks.py", "answer"),
)
ANSWER = "answer"  # the page is open: it waits for visitors, or answers the first
STRETCHES = ("python", *dict.fromkeys(stretch for *_, stretch in DOING), "rest")


def doing(frame: FrameType | None) -> str | None:
    """The stretch a thread is in; None for what belongs to none, such as waiting."""
    while frame is not None:
        path = frame.f_code.co_filename.replace("\\", "/")
        for function, file, stretch in DOING:
            if frame.f_code.co_name == function and path.endswith(file):
                return stretch
        frame = frame.f_back
    return None


def stretches(record: str, began: float, answered: float) -> dict[str, float]:
    """Seconds of each of STRETCHES; together they are ``answered - began``.

    record: lines of a time and of what threads have been doing since the line before; where two of
    them worked, each counts half. began, answered: when the process was started and when it had
    given its first answer, seconds since 1970 as in the record. Up to the first line Python starts.
    """
    found = dict.fromkeys(STRETCHES, 0.0)
    looks = [line.split() for line in record.splitlines()]
    before = began
    for number, (said, *names) in enumerate([*looks, [str(answered), ANSWER]]):
        now = min(float(said), answered)
        working = [name for name in names if name != ANSWER] or names or ["rest"]
        working = working if number else ["python"]
        for name in working:
            found[name] += (now - before) / len(working)
        before = now
    return found


def look(record: Path) -> None:
    """Write what all other threads are doing, every TICK, as long as the process lives."""
    with record.open("w", encoding="utf-8", buffering=1) as lines:
        while True:
            frames = sys._current_frames()
            del frames[threading.get_ident()]
            names = [name for frame in frames.values() if (name := doing(frame))]
            print(time.time(), *names, file=lines)
            time.sleep(TICK)


def main() -> None:
    _, record, *options = sys.argv
    threading.Thread(target=look, args=[Path(record)], daemon=True).start()
    sys.argv = ["app.py", *options]
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")


if __name__ == "__main__":
    main()
