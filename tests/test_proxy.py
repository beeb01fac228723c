"""nginx.conf, tried: visitors stay with their replica, move when it is gone, and nothing is held
back or kept on the way."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from gradio_client import Client, handle_file

ROOT = Path(__file__).resolve().parent.parent
PAGE = {"Accept": "text/html,application/xhtml+xml"}
PATIENCE = 20  # seconds


class Replica(ThreadingHTTPServer):
    """Stands for one app: says its name; sends or takes in two pieces, the second when told."""

    daemon_threads = True

    def __init__(self, name: str):
        super().__init__(("127.0.0.1", 0), Doors)
        self.name = name
        self.first, self.second = threading.Event(), threading.Event()
        self.taken = 0  # bytes of the last upload
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class Doors(BaseHTTPRequestHandler):
    server: Replica

    def do_GET(self) -> None:
        pieces = [b"one", b"two"] if self.path == "/pieces" else [self.server.name.encode()]
        self.send_response(200)
        self.send_header("Content-Length", str(sum(map(len, pieces))))
        self.end_headers()
        for number, piece in enumerate(pieces):
            if number:
                self.server.second.wait(PATIENCE)
            self.wfile.write(piece)
            self.wfile.flush()

    def do_POST(self) -> None:
        size, self.server.taken = int(self.headers["Content-Length"]), 0
        while self.server.taken < size:
            self.server.taken += len(self.rfile.read1(1 << 16))
            self.server.first.set()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Proxy:
    """nginx as committed, but for its ports and the places of its own files."""

    port: int
    folder: Path
    connections: list[HTTPConnection] = field(default_factory=list)

    def ask(self, path: str = "/", **headers: str) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self.connections.append(connection)
        connection.request("GET", path, headers=headers)
        return connection.getresponse()

    def who(self, cookie: str = "", **headers: str) -> str:
        """The name of the replica that answers a visitor."""
        answer = self.ask(**headers, **({"Cookie": f"sidang={cookie}"} if cookie else {}))
        assert answer.status == 200
        return answer.read().decode()

    def kept(self) -> list[Path]:
        """Files that hold what passed through."""
        return [path for path in self.folder.rglob("*/*") if path.is_file()]


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def configured(folder: Path, port: int, upstream: tuple[int, int]) -> Path:
    """The committed file with other ports and places."""
    text = (ROOT / "nginx.conf").read_text("utf-8")
    own = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    for old, new in {
        "/run/nginx.pid": f"{folder}/nginx.pid",
        "http {": f"http {{ {own}",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "127.0.0.1:7861": f"127.0.0.1:{upstream[0]}",
        "127.0.0.1:7862": f"127.0.0.1:{upstream[1]}",
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / "nginx.conf"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[int, int], Proxy]]:
    """Starts nginx before two ports; without nginx a skip, in CI (which installs it) a failure."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        reason = "nginx is not installed (Debian: nginx-light)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    running: list[tuple[subprocess.Popen[bytes], Proxy]] = []

    def begin(first: int, second: int) -> Proxy:
        folder = tmp_path / "nginx"
        folder.mkdir()
        tmp_path.chmod(0o755)
        proxy = Proxy(free_port(), folder)
        config = configured(folder, proxy.port, (first, second))
        command = [program, "-e", "stderr", "-c", str(config), "-g", "daemon off;"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        running.append((process, proxy))
        for _ in range(100 * PATIENCE):
            with closing(socket.socket()) as knock:
                if knock.connect_ex(("127.0.0.1", proxy.port)) == 0:
                    return proxy
            assert process.poll() is None, process.communicate()[1].decode()
            time.sleep(0.01)
        raise AssertionError("nginx did not start")

    yield begin
    for process, proxy in running:
        for connection in proxy.connections:
            connection.close()
        process.terminate()
        process.communicate(timeout=PATIENCE)


@pytest.fixture
def replicas() -> Iterator[tuple[Replica, Replica]]:
    both = Replica("first"), Replica("second")
    yield both
    for replica in both:
        replica.second.set()
        replica.close()


@pytest.fixture
def proxy(start: Callable[[int, int], Proxy], replicas: tuple[Replica, Replica]) -> Proxy:
    return start(replicas[0].server_port, replicas[1].server_port)


def test_a_browser_is_given_a_cookie_once_and_stays_where_its_page_came_from(proxy: Proxy) -> None:
    homes = {}
    for _ in range(40):
        page = proxy.ask(**PAGE)
        cookie = page.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        homes[cookie.partition(";")[0].removeprefix("sidang=")] = page.read().decode()

    assert len(homes) == 40
    assert set(homes.values()) == {"first", "second"}
    for visitor, home in homes.items():
        assert [proxy.who(visitor), proxy.who(visitor, **PAGE)] == [home, home]
    again = proxy.ask(**PAGE, Cookie=f"sidang={next(iter(homes))}")
    assert again.headers["Set-Cookie"] is None


def test_a_program_stays_with_one_replica_by_its_address(proxy: Proxy) -> None:
    answer = proxy.ask(Accept="*/*")
    assert answer.headers["Set-Cookie"] is None
    assert {proxy.who(Accept="*/*") for _ in range(10)} == {answer.read().decode()}


def test_when_a_replica_is_gone_only_its_visitors_move(
    proxy: Proxy, replicas: tuple[Replica, Replica]
) -> None:
    visitors = [secrets.token_hex(16) for _ in range(20)]
    before = {visitor: proxy.who(visitor) for visitor in visitors}
    assert set(before.values()) == {"first", "second"}

    replicas[0].close()

    assert {proxy.who(visitor) for visitor in visitors} == {"second"}
    replicas[1].close()
    assert proxy.ask().status == 502


def test_an_answer_in_pieces_comes_piece_by_piece(
    proxy: Proxy, replicas: tuple[Replica, Replica]
) -> None:
    answer = proxy.ask("/pieces")
    assert answer.read(3) == b"one"  # the second is sent only after this
    for replica in replicas:
        replica.second.set()
    assert answer.read() == b"two"


def test_an_upload_passes_through_and_is_kept_nowhere(
    proxy: Proxy, replicas: tuple[Replica, Replica]
) -> None:
    size = 40_000_000  # more than nginx lets in untold
    with closing(HTTPConnection("127.0.0.1", proxy.port, timeout=PATIENCE)) as connection:
        connection.putrequest("POST", "/upload")
        connection.putheader("Content-Length", str(size))
        connection.endheaders(bytes(size // 2))
        reached = any(replica.first.wait(PATIENCE / 4) for replica in replicas)
        assert reached, "the upload was held back until it was whole"
        assert proxy.kept() == []
        connection.send(bytes(size - size // 2))
        assert connection.getresponse().status == 200
    assert sum(replica.taken for replica in replicas) == size
    assert proxy.kept() == []


def test_the_app_answers_through_the_proxy(start: Callable[[int, int], Proxy], server: str) -> None:
    port = urlsplit(server).port
    assert port
    proxy = start(port, port)
    client = Client(f"http://127.0.0.1:{proxy.port}", verbose=False)
    photo = ROOT / "assets" / "examples" / "collins.jpg"

    answer = client.predict(handle_file(str(photo)), api_name="/compare")

    assert [face["detected"] for face in answer["faces"]] == [True]
    assert any("distribution" in said for said in answer["faces"][0]["predictions"])
    client.close()
