"""Files from the Hub: found in the cache, fetched once, resumed, refused, each for its reason."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from huggingface_hub import close_session, constants

from models import hub
from models.hub import SENTENCES, Hub, HubError, Pin, parse_pin, pin_in
from tests.hub_server import TOKEN, Behaviour, FakeHub, serve

ROOT = Path(__file__).resolve().parents[2]
NAME = "user/sidang"
CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A Hub of our own in huggingface.co's place, and an empty cache."""
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN", raising=False)
    with serve() as fake:
        template = fake.url + "/{repo_id}/resolve/{revision}/{filename}"
        for name, value in {
            "ENDPOINT": fake.url,
            "HUGGINGFACE_CO_URL_TEMPLATE": template,
            "HF_HUB_CACHE": str(tmp_path / "cache"),
            "HF_TOKEN_PATH": str(tmp_path / "token"),
            "HF_HUB_OFFLINE": False,
            "HF_HUB_DISABLE_XET": True,
            "HF_HUB_DISABLE_TELEMETRY": True,
        }.items():
            monkeypatch.setattr(constants, name, value)
        monkeypatch.setattr(hub, "HEAD_SECONDS", 1)
        monkeypatch.setattr(hub, "RETRY_SECONDS", (0.05, 0.05))
        close_session()
        yield fake
        close_session()


@dataclass(frozen=True)
class Stock:
    """What a test begins with: a repository that holds net.keras at one commit."""

    fake: FakeHub
    pin: Pin

    def find(self) -> Path:
        return Hub(self.pin).find("net.keras", len(CONTENT), SHA256)

    def refusal(self) -> HubError:
        with pytest.raises(HubError) as raised:
            self.find()
        error = raised.value
        sentence = SENTENCES[error.code].format(file="net.keras", **error.details)
        assert "net.keras" in sentence
        assert "{" not in sentence
        return error


@pytest.fixture
def stock(fake: FakeHub) -> Stock:
    return Stock(fake, Pin(NAME, fake.model(NAME, {"net.keras": CONTENT})))


def test_a_file_is_fetched_once_and_then_found_without_a_network(
    stock: Stock, capsys: pytest.CaptureFixture[str]
) -> None:
    first = stock.find()
    assert first.read_bytes() == CONTENT
    said = capsys.readouterr().out
    assert "Fetching net.keras (0.0 MB) from user/sidang at 127.0.0.1" in said
    assert "net.keras is here." in said

    stock.fake.asked.clear()
    assert stock.find() == first
    assert stock.fake.asked == []
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("stock")
def test_a_branch_is_as_good_as_a_commit() -> None:
    found = Hub(Pin(NAME, "main")).find("net.keras", len(CONTENT), SHA256)
    assert found.read_bytes() == CONTENT


def test_a_cut_download_goes_on_where_it_broke(fake: FakeHub) -> None:
    content = os.urandom(1 << 20) * 5
    pin = Pin(NAME, fake.model(NAME, {"net.keras": content}))
    fake.behaviour = Behaviour(cut=5 << 19)
    sha256 = hashlib.sha256(content).hexdigest()

    path = Hub(pin).find("net.keras", len(content), sha256)

    assert path.read_bytes() == content
    assert fake.downloads() == [("net.keras", None), ("net.keras", f"bytes={2 << 20}-")]


@dataclass(frozen=True)
class Killed:
    """A download that was killed with the app: its file's bytes, and the cache it left."""

    stock: Stock
    content: bytes
    home: Path

    @property
    def part(self) -> Path | None:
        return next(self.home.rglob("*.part"), None)

    def again(self) -> str:
        """What the next start says."""
        self.stock.fake.asked.clear()
        return alone(self.stock, HF_HOME=str(self.home), content=self.content)


@pytest.fixture
def killed(fake: FakeHub, tmp_path: Path) -> Killed:
    content = os.urandom(1 << 20) * 8
    stock = Stock(fake, Pin(NAME, fake.model(NAME, {"net.keras": content})))
    left = Killed(stock, content, tmp_path / "home")
    fake.behaviour = Behaviour(rate=3 << 20)  # three pieces, and a second's pause
    with start(stock, HF_HOME=str(left.home), content=content) as process:
        until = time.monotonic() + 60
        while not (left.part and left.part.stat().st_size >= 3 << 20):
            assert time.monotonic() < until
            time.sleep(0.02)
        process.kill()
    fake.behaviour = Behaviour()
    return left


def test_a_download_that_was_killed_goes_on(killed: Killed) -> None:
    assert killed.part is not None
    here = killed.part.stat().st_size
    assert 0 < here < len(killed.content)

    said = killed.again()

    assert killed.stock.fake.downloads() == [("net.keras", f"bytes={here}-")]
    assert f"net.keras: {here / 1e6:.1f} MB of it are already here." in said
    assert "net.keras: 75 %" in said
    assert "net.keras: 25 %" not in said
    found = Path(said.splitlines()[-1])
    assert found.read_bytes() == killed.content
    assert killed.part is None


def test_a_part_that_was_damaged_is_fetched_anew(killed: Killed) -> None:
    assert killed.part is not None
    content = bytearray(killed.part.read_bytes())
    content[1000] ^= 1
    killed.part.write_bytes(content)

    found = Path(killed.again().splitlines()[-1])

    assert found.read_bytes() == killed.content
    assert [extent for _, extent in killed.stock.fake.downloads()][-1] is None


def test_a_part_longer_than_the_file_is_fetched_anew(killed: Killed) -> None:
    assert killed.part is not None
    killed.part.write_bytes(bytes(len(killed.content) + 1))

    assert Path(killed.again().splitlines()[-1]).read_bytes() == killed.content


def test_two_starts_at_once_fetch_the_file_once(fake: FakeHub, tmp_path: Path) -> None:
    content = os.urandom(1 << 20) * 4
    stock = Stock(fake, Pin(NAME, fake.model(NAME, {"net.keras": content})))
    fake.behaviour = Behaviour(rate=2 << 20)
    both = [start(stock, HF_HOME=str(tmp_path), content=content) for _ in range(2)]
    said = [process.communicate()[0].splitlines()[-1] for process in both]

    assert [Path(path).read_bytes() for path in said] == [content, content]
    assert fake.downloads() == [("net.keras", None)]


def test_a_line_that_breaks_each_time_is_given_up(
    stock: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    stock.fake.behaviour = Behaviour(cut=100, cuts=99)

    assert stock.refusal().code == "hub_unreachable"
    assert 1 < len(stock.fake.downloads()) < 20


def test_a_damaged_file_in_the_cache_is_fetched_anew(stock: Stock) -> None:
    path = stock.find()
    path.resolve().write_bytes(b"x" * len(CONTENT))

    assert stock.find().read_bytes() == CONTENT
    assert len(stock.fake.downloads()) == 2


def test_a_damaged_file_of_another_revision_is_fetched_anew(stock: Stock) -> None:
    stock.find().resolve().write_bytes(b"x" * len(CONTENT))
    later = stock.fake.model(NAME, {"net.keras": CONTENT, "other": b""})

    assert Hub(Pin(NAME, later)).find("net.keras", len(CONTENT), SHA256).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (Behaviour(status=429), "hub_busy"),
        (Behaviour(status=500), "hub_error"),
        (Behaviour(status=404), "hub_not_found"),
        (Behaviour(status=403), "hub_not_found"),
        (Behaviour(delay=1.5), "hub_unreachable"),
        (Behaviour(bare=True), "hub_unreachable"),
        (Behaviour(swap=b"another file"), "hub_wrong_file"),
        (Behaviour(swap=bytes(len(CONTENT))), "hub_wrong_file"),
    ],
    ids=["429", "500", "404", "403", "silent", "no Hub", "of other size", "of other bytes"],
)
def test_a_hub_in_trouble_is_told_apart(stock: Stock, behaviour: Behaviour, code: str) -> None:
    stock.fake.behaviour = behaviour
    begun = time.monotonic()

    assert stock.refusal().code == code
    assert time.monotonic() - begun < 6

    stock.fake.behaviour = Behaviour()
    assert stock.find().read_bytes() == CONTENT, "a later start finds it"


def test_one_busy_moment_is_waited_for(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    stock.fake.behaviour = Behaviour(status=503)
    monkeypatch.setattr(hub.time, "sleep", lambda _: setattr(stock.fake, "behaviour", Behaviour()))

    assert stock.find().read_bytes() == CONTENT


def test_a_slow_line_is_not_waited_for(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "GRACE_SECONDS", 0.5)
    stock.fake.behaviour = Behaviour(rate=100)  # each byte in time, all of them in two minutes
    begun = time.monotonic()

    error = stock.refusal()

    assert (error.code, error.details["seconds"]) == ("hub_slow", 1)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("name", "revision"),
    [("user/other", "0" * 40), (NAME, "0" * 40)],
    ids=["no such repository", "no such revision"],
)
def test_what_the_hub_does_not_have(stock: Stock, name: str, revision: str) -> None:
    error = Stock(stock.fake, Pin(name, revision)).refusal()

    assert error.code == "hub_not_found"
    assert (error.details["repo"], error.details["revision"]) == (name, revision)


def test_a_private_repository_needs_a_token(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    stock.fake.repos["models", NAME].private = True
    assert stock.refusal().code == "hub_not_found"

    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert stock.find().read_bytes() == CONTENT


def test_nobody_listens(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setattr(constants, "ENDPOINT", nowhere)
    template = nowhere + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)

    error = stock.refusal()

    assert error.code == "hub_unreachable"
    assert "ConnectError" in error.details["problem"]


def test_offline_mode_is_kept_to(stock: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)

    assert stock.refusal().code == "hub_offline"
    assert stock.fake.asked == []


def test_a_hub_in_trouble_is_asked_once(stock: Stock) -> None:
    stock.fake.behaviour = Behaviour(status=500)
    source = Hub(stock.pin)
    for _ in range(3):
        with pytest.raises(HubError):
            source.find("net.keras", len(CONTENT), SHA256)

    assert len(stock.fake.asked) == 1 + len(hub.RETRY_SECONDS)


def test_one_missing_file_does_not_hide_the_next(stock: Stock) -> None:
    source = Hub(stock.pin)
    with pytest.raises(HubError):
        source.find("other.keras", 1, SHA256)

    assert source.find("net.keras", len(CONTENT), SHA256).read_bytes() == CONTENT


def test_a_cache_that_cannot_be_written(
    stock: Stock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "file" / "cache"))

    error = stock.refusal()

    assert (error.code, error.details["problem"]) == ("hub_cache", "Not a directory")
    assert str(tmp_path) not in str(error.details), "pages show this"


# What a process of its own says, where the surroundings are what is wrong.
ALONE = """
import sys
from models.hub import Hub, HubError, Pin
if "full" in sys.argv:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    print(Hub(Pin(sys.argv[1], sys.argv[2])).find("net.keras", int(sys.argv[3]), sys.argv[4]))
except HubError as error:
    print(error.code, error.details.get("problem"))
"""


def start(
    stock: Stock, *arguments: str, content: bytes = CONTENT, **surroundings: str
) -> subprocess.Popen[str]:
    """A fresh Python that looks for the file, with HF_ENDPOINT naming our Hub."""
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("HF_", "XDG_"))
    }
    sha256 = hashlib.sha256(content).hexdigest()
    told = [stock.pin.repo_id, stock.pin.revision, str(len(content)), sha256, *arguments]
    return subprocess.Popen(
        [sys.executable, "-c", ALONE, *told],
        cwd=ROOT,
        env={**bare, "HF_ENDPOINT": stock.fake.url, "HF_HUB_DISABLE_XET": "1", **surroundings},
        stdout=subprocess.PIPE,
        text=True,
    )


def alone(stock: Stock, *arguments: str, content: bytes = CONTENT, **surroundings: str) -> str:
    """What it says."""
    said, _ = start(stock, *arguments, content=content, **surroundings).communicate()
    return said.strip()


def test_the_environment_names_the_hub_and_the_cache(stock: Stock, tmp_path: Path) -> None:
    home = tmp_path / "home"
    said = alone(stock, HF_HOME=str(home)).splitlines()[-1]

    assert Path(said).is_relative_to(home)
    assert Path(said).read_bytes() == CONTENT


def test_no_home_directory(stock: Stock) -> None:
    assert alone(stock, HOME=os.devnull).splitlines()[-1] == "hub_cache Not a directory"


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_disk_that_fills_up(stock: Stock, tmp_path: Path) -> None:
    assert alone(stock, "full", HF_HOME=str(tmp_path)).splitlines()[-1] == "hub_disk_full None"
    assert not [*tmp_path.rglob("*.incomplete"), *tmp_path.rglob("*.part")]


def test_every_code_is_tested() -> None:
    source = Path(__file__).read_text("utf-8")
    assert [code for code in SENTENCES if f'"{code}' not in source] == []


@pytest.mark.parametrize(
    ("words", "pin"),
    [
        ("user/sidang", Pin("user/sidang", "main")),
        ("user/sidang@" + "a" * 40, Pin("user/sidang", "a" * 40)),
        ("u-1/s.i_d@v1.0", Pin("u-1/s.i_d", "v1.0")),
    ],
)
def test_a_repository_is_named_on_the_command_line(words: str, pin: Pin) -> None:
    assert parse_pin(words) == pin


def test_a_manifest_names_a_commit() -> None:
    plain = {"repo_id": NAME, "revision": "0a" * 20}
    assert pin_in({"models": {}, "hub": plain}) == Pin(NAME, "0a" * 20)
    assert pin_in({"models": {}}) is None
    assert pin_in(json.loads("[]")) is None


@pytest.mark.parametrize(
    "broken",
    [
        "user/sidang",
        {},
        {"repo_id": NAME},
        {"repo_id": NAME, "revision": "main"},
        {"repo_id": "../..", "revision": "0a" * 20},
        {"repo_id": NAME, "revision": "../" * 10 + "0a" * 5},
        {"repo_id": 7, "revision": "0a" * 20},
    ],
)
def test_a_manifest_that_names_none_is_refused(broken: object) -> None:
    with pytest.raises(ValueError, match="its hub"):
        pin_in({"models": {}, "hub": broken})
