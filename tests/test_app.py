"""The command line: options, their twins in the environment, and help that answers at once."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import app
from models.hub import Pin

ROOT = Path(app.__file__).resolve().parent
VARIABLES = (
    "SIDANG_SHARE",
    "SIDANG_AUTH",
    "SIDANG_HOST",
    "SIDANG_PORT",
    "SIDANG_MODELS",
    "SIDANG_DATA",
    "SIDANG_HUB",
    "SIDANG_MCP",
)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the options of whoever runs the tests."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


def test_without_options_the_app_stays_on_this_computer() -> None:
    options = app.parse([])

    assert vars(options) == {
        "share": False,
        "auth": [],
        "host": None,
        "port": None,
        "models": ROOT / "models" / "weights",
        "data": [],
        "hub": None,
        "mcp": False,
    }


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (["--share"], "share", True),
        (["--auth", "penguji:rahasia"], "auth", [("penguji", "rahasia")]),
        (["--auth", "a:1", "--auth", "b:2"], "auth", [("a", "1"), ("b", "2")]),
        (["--auth", "a:with:colons"], "auth", [("a", "with:colons")]),
        (["--host", "0.0.0.0"], "host", "0.0.0.0"),
        (["--port", "8080"], "port", 8080),
        (["--models", "elsewhere"], "models", Path("elsewhere")),
        (["--data", "my fer"], "data", [Path("my fer")]),
        (["--data", "fer", "--data", "mma.zip"], "data", [Path("fer"), Path("mma.zip")]),
        (["--hub", "user/sidang"], "hub", Pin("user/sidang", "main")),
        (["--hub", "user/sidang@v1.0"], "hub", Pin("user/sidang", "v1.0")),
    ],
)
def test_an_option(arguments: list[str], name: str, value: object) -> None:
    assert getattr(app.parse(arguments), name) == value


@pytest.mark.parametrize(
    ("variable", "given", "name", "value"),
    [
        ("SIDANG_SHARE", "1", "share", True),
        ("SIDANG_SHARE", "TRUE", "share", True),
        ("SIDANG_SHARE", "0", "share", False),
        ("SIDANG_SHARE", "", "share", False),
        ("SIDANG_AUTH", "a:1 b:2", "auth", [("a", "1"), ("b", "2")]),
        ("SIDANG_AUTH", "", "auth", []),
        ("SIDANG_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("SIDANG_PORT", "8080", "port", 8080),
        ("SIDANG_MODELS", "elsewhere", "models", Path("elsewhere")),
        ("SIDANG_MODELS", "", "models", ROOT / "models" / "weights"),
        ("SIDANG_DATA", f"my fer{os.pathsep}mma", "data", [Path("my fer"), Path("mma")]),
        ("SIDANG_DATA", "", "data", []),
        ("SIDANG_HUB", "user/sidang@0a1b", "hub", Pin("user/sidang", "0a1b")),
        ("SIDANG_HUB", "", "hub", None),
    ],
)
def test_an_environment_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, given: str, name: str, value: object
) -> None:
    monkeypatch.setenv(variable, given)

    assert getattr(app.parse([]), name) == value


def test_an_option_wins_over_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDANG_PORT", "1")
    monkeypatch.setenv("SIDANG_AUTH", "a:1")
    monkeypatch.setenv("SIDANG_DATA", "fer")

    options = app.parse(["--port", "2", "--auth", "b:2", "--data", "mma"])

    assert (options.port, options.auth, options.data) == (2, [("b", "2")], [Path("mma")])


@pytest.mark.parametrize(
    ("arguments", "environment", "others"),
    [
        ([], {}, False),
        (["--host", "127.0.0.1"], {}, False),
        (["--host", "127.0.1.1"], {}, False),
        (["--host", "localhost"], {}, False),
        (["--host", "::1"], {}, False),
        (["--share"], {}, True),
        (["--share", "--host", "localhost"], {}, True),
        (["--host", "0.0.0.0"], {}, True),
        (["--host", "192.168.1.7"], {}, True),
        ([], {"SIDANG_SHARE": "1"}, True),
        ([], {"SIDANG_HOST": "0.0.0.0"}, True),
        ([], {"GRADIO_SERVER_NAME": "0.0.0.0"}, True),
        (["--host", "localhost"], {"GRADIO_SERVER_NAME": "0.0.0.0"}, False),
    ],
)
def test_whether_others_can_visit(
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environment: dict[str, str],
    others: bool,
) -> None:
    monkeypatch.delenv("GRADIO_SERVER_NAME", raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)

    assert app.open_to_others(app.parse(arguments)) is others


@pytest.mark.parametrize("pair", ["penguji", "penguji:", ":rahasia", ":", ""])
def test_a_name_without_a_password_is_refused(
    pair: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        app.parse(["--auth", pair])

    assert stop.value.code == 2
    assert "--auth takes USER:PASSWORD, for example" in capsys.readouterr().err


def test_logins_from_a_file_stand_in_no_command_line(tmp_path: Path) -> None:
    logins = tmp_path / "logins"
    logins.write_text("a:1\n\nb:with : blanks\n", "utf-8")

    options = app.parse(["--auth", f"@{logins}", "--auth", "c:3"])

    assert options.auth == [("a", "1"), ("b", "with : blanks"), ("c", "3")]


@pytest.mark.parametrize("content", [None, b"", b"\n", b"a:1\npenguji", b"\xff:\xfe"])
def test_a_file_without_logins_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    logins = tmp_path / "logins"
    if content is not None:
        logins.write_bytes(content)

    with pytest.raises(SystemExit):
        app.parse(["--auth", f"@{logins}"])

    assert "--auth" in capsys.readouterr().err


def test_a_password_in_the_environment_is_handed_to_no_other_program(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SIDANG_AUTH", "a:1")

    assert app.parse([]).auth == [("a", "1")]
    assert "SIDANG_AUTH" not in os.environ


def test_what_is_set_in_the_environment_stays_but_for_the_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    monkeypatch.setenv("GRADIO_TEMP_DIR", "elsewhere")
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)

    found = app.surroundings(tmp_path, on_space=False)

    assert found["TF_CPP_MIN_LOG_LEVEL"] == "0"
    assert found["GRADIO_TEMP_DIR"] == str(tmp_path)
    assert found["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert "FORWARDED_ALLOW_IPS" not in found
    assert "10.0.0.0/8" in app.surroundings(tmp_path, on_space=True)["FORWARDED_ALLOW_IPS"]


def test_a_bad_pair_in_the_environment_is_refused_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIDANG_AUTH", "a:1 penguji")

    with pytest.raises(SystemExit):
        app.parse([])

    assert "USER:PASSWORD" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    ["sidang", "user/", "/sidang", "a/b/c", "user/../x", "user/sidang@../x", "@main", "a b/c"],
)
def test_a_repository_that_is_none_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        app.parse(["--hub", name])

    assert "--hub: give USER/NAME or USER/NAME@REVISION" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["a door", "80.5"])
def test_a_port_that_is_no_number_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    monkeypatch.setenv("SIDANG_PORT", port)

    with pytest.raises(SystemExit):
        app.parse([])

    assert "--port" in capsys.readouterr().err


def python(*arguments: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_help_names_every_option_and_variable() -> None:
    helped = python("app.py", "--help")

    assert (helped.returncode, helped.stderr) == (0, "")
    for name in (
        "--share",
        "--auth",
        "--host",
        "--port",
        "--models",
        "--hub",
        "--data",
        *VARIABLES,
    ):
        assert name in helped.stdout


def test_options_are_read_before_anything_heavy_is_imported() -> None:
    code = (
        "import sys, app; app.parse(['--share', '--auth', 'a:1']); "
        ""
        "heavy = {'tensorflow', 'keras', 'gradio', 'numpy', 'PIL', 'huggingface_hub'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )

    assert python("-c", code).stdout.strip() == "[]"


def test_a_console_that_lacks_a_letter_does_not_end_the_program() -> None:
    said = python("-c", "import app; app.print_anything(); print('Łódź')", encoding="ascii")

    assert (said.returncode, said.stdout.strip()) == (0, r"\u0141\xf3d\u017a")


HEAPS = """
import ctypes, os, threading
import app

app.share_heaps()
ready = threading.Barrier(8)
def take():
    kept = [bytes(5000) for _ in range(1000)]
    ready.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
out = libc.fdopen(1, b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fflush(None)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives threads heaps")
def test_threads_share_heaps() -> None:
    described = python("-c", HEAPS).stdout
    assert 1 <= described.count("<heap nr") <= 2, described[:500]


def test_a_port_that_is_taken_is_said_before_anything_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "app.py", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )

    assert done.returncode == 1
    assert done.stdout == ""
    assert f"cannot be opened at port {port}: " in done.stderr
    assert "--port NUMBER" in done.stderr
    assert "Traceback" not in done.stderr
    assert app.unusable(None, port) is None, "it was let go of"


@pytest.mark.parametrize(("host", "port"), [("203.0.113.9", 0), (None, 65536), ("no host", 0)])
def test_where_nobody_can_listen(host: str | None, port: int) -> None:
    assert app.unusable(host, port)
