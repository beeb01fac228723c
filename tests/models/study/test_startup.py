"""The start's stretches are told apart, and add up to the whole."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path
from types import FrameType

import pytest

from models.study.startup import DOING, ROOT, doing, stretches


def test_stretches_add_up_and_share_a_moment_of_two() -> None:
    record = (
        "101.0\n103.0 imports weights\n104.0\n105.0 pages\n106.0 answer\n107.0 answer imports\n"
    )
    found = stretches(record, began=100.0, answered=110.0)
    assert {name: seconds for name, seconds in found.items() if seconds} == {
        "python": 1.0,
        "imports": 2.0,
        "weights": 1.0,
        "rest": 1.0,
        "pages": 1.0,
        "answer": 4.0,
    }
    assert sum(found.values()) == 10.0


def test_what_came_after_the_first_answer_does_not_count() -> None:
    found = stretches("101.0\n103.0 answer\n109.0 imports\n", began=100.0, answered=104.0)
    assert (found["python"], found["answer"], found["imports"]) == (1.0, 2.0, 1.0)
    assert sum(found.values()) == 4.0


def frame_in(path: str, function: str, inner: str) -> FrameType:
    """A frame of a function called inner, which one in that file calls."""
    names = {"sys": sys}
    exec(compile(f"def {inner}(): return sys._getframe()", "elsewhere.py", "exec"), names)
    exec(compile(f"def {function}(): return {inner}()", path, "exec"), names)
    found = names[function]()  # type: ignore[operator]
    assert isinstance(found, FrameType)
    return found


def test_the_innermost_function_that_says_so_counts() -> None:
    assert doing(frame_in("C:\\app\\models\\weights.py", "load_network", "read")) == "weights"
    assert doing(frame_in("/app/models/other.py", "load_network", "read")) is None
    assert doing(frame_in("/app/models/weights.py", "read", "load_network")) is None


@pytest.mark.parametrize(
    ("function", "file"),
    [(function, file) for function, file, _ in DOING if file.endswith(".py")],
)
def test_functions_that_say_what_is_done_are_there(function: str, file: str) -> None:
    path = ROOT / file
    if file.startswith("gradio"):
        spec = importlib.util.find_spec("gradio")
        assert spec is not None
        path = Path(str(spec.origin)).parent / Path(file).name
    tree = ast.parse(path.read_text("utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert function in names
