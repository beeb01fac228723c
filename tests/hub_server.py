"""A Hub of one's own: what huggingface_hub asks of huggingface.co, answered from memory.

It answers as the real one does (resolve with X-Repo-Commit, X-Linked-Size, X-Linked-Etag and Range;
repos/create; preupload; LFS batch, upload and verify; commit; tree) and, told so, badly: with an
error's status, late, cut midway, or with another file. Uploads need the token TOKEN.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "hf_of_the_tests"
LARGE = (".keras", ".png", ".jpg", ".woff2")  # what the Hub keeps in LFS
PREFIX = {"models": "", "spaces": "spaces/"}


@dataclass
class Repo:
    """A repository: each commit's files by path, and whether it is private."""

    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    private: bool = False

    @property
    def head(self) -> str:
        return list(self.commits)[-1]

    @property
    def files(self) -> dict[str, bytes]:
        return self.commits[self.head]

    def commit(self, files: dict[str, bytes]) -> str:
        """Make these the files; the commit's 40 digits."""
        seed = f"{len(self.commits)} {sorted(files)}".encode()
        sha = hashlib.sha1(seed).hexdigest()
        self.commits[sha] = dict(files)
        return sha


@dataclass
class Behaviour:
    """How downloads go wrong. status: of every answer. delay: seconds before each. cut: the byte
    behind which the connection breaks, ``cuts`` times. rate: bytes a second. swap: what is sent
    instead, with the right headers. bare: no header that a Hub sends."""

    status: int | None = None
    delay: float = 0
    cut: int | None = None
    cuts: int = 1
    rate: int | None = None
    swap: bytes | None = None
    bare: bool = False


@dataclass
class FakeHub:
    """repos: by kind ("models", "spaces") and id. asked: method, path and Range of each request.
    refuse_new: the status and sentence that creating a repository of a kind is refused with."""

    url: str
    repos: dict[tuple[str, str], Repo] = field(default_factory=dict)
    large: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    behaviour: Behaviour = field(default_factory=Behaviour)
    refuse_new: dict[str, tuple[int, str]] = field(default_factory=dict)

    def model(self, name: str, files: dict[str, bytes]) -> str:
        """A model repository with these files; its commit."""
        return self.repos.setdefault(("models", name), Repo()).commit(files)

    def downloads(self) -> list[tuple[str, str | None]]:
        """File name and Range of each GET of a file."""
        return [
            (path.rsplit("/", 1)[-1], extent)
            for method, path, extent in self.asked
            if method == "GET" and "/resolve/" in path
        ]


@contextmanager
def serve() -> Iterator[FakeHub]:
    """A FakeHub at a free port, until the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.block_on_close = False
    hub = FakeHub(f"http://127.0.0.1:{server.server_address[1]}")
    server.hub = hub  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        hub.behaviour = Behaviour()
        server.shutdown()
        thread.join()
        server.server_close()


def _blob(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _oid(path: str, content: bytes) -> str:
    return hashlib.sha256(content).hexdigest() if path.endswith(LARGE) else _blob(content)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> FakeHub:
        return self.server.hub  # type: ignore[attr-defined, no-any-return]

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def do_HEAD(self) -> None:
        self._route()

    do_GET = do_POST = do_PUT = do_HEAD

    def _route(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append((self.command, path, self.headers.get("Range")))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if found := re.fullmatch(r"/(spaces/)?([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            kind = "spaces" if found[1] else "models"
            self._resolve(kind, found[2], found[3], found[4])
        elif found := re.fullmatch(r"/lfs/(\w+)", path):
            self.hub.large[found[1]] = body
            self._answer(200, {})
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._answer(401, {"error": "Invalid username or password."})
        elif path == "/api/repos/create":
            self._create(json.loads(body))
        elif path == "/api/validate-yaml":
            self._validate(json.loads(body))
        elif found := re.fullmatch(r"/(spaces/)?([^/]+/[^/]+)\.git/info/lfs/objects/batch", path):
            self._batch(json.loads(body))
        elif found := re.fullmatch(r"/api/(\w+)/([^/]+/[^/]+)(?:/(\w+)(?:/([^/]+))?)?", path):
            self._api(found[1], found[2], found[3] or "", body)
        else:
            self._answer(404, {"error": f"no such door: {path}"})

    def _answer(self, status: int, plain: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(plain).encode()
        self._head(status, {"Content-Length": str(len(content)), **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(content)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, {"error": code}, {"X-Error-Code": code, "X-Error-Message": code})

    def _resolve(self, kind: str, name: str, revision: str, file: str) -> None:
        """HEAD or GET of a file."""
        how = self.hub.behaviour
        time.sleep(how.delay)
        if how.status:
            self._answer(how.status, {"error": "told so"})
            return
        repo = self.hub.repos.get((kind, name))
        allowed = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        if repo is None or (repo.private and not allowed):
            self._refuse(401, "RepoNotFound")
            return
        commit = repo.head if revision == "main" else revision
        if commit not in repo.commits:
            self._refuse(404, "RevisionNotFound")
        elif file not in repo.commits[commit]:
            self._refuse(404, "EntryNotFound")
        else:
            self._send(commit, repo.commits[commit][file], how)

    def _send(self, commit: str, content: bytes, how: Behaviour) -> None:
        sha256 = hashlib.sha256(content).hexdigest()
        content = content if how.swap is None else how.swap
        start = int(re.sub(r"\D", "", self.headers.get("Range") or "0"))
        headers = {"Content-Length": str(len(content) - start), "Accept-Ranges": "bytes"}
        if not how.bare:
            headers |= {
                "X-Repo-Commit": commit,
                "X-Linked-Size": str(len(content)),
                "X-Linked-Etag": f'"{sha256}"',
                "ETag": f'"{sha256}"',
            }
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._head(206 if start else 200, headers)
        if self.command == "HEAD":
            return
        end = len(content)
        if how.cut is not None and how.cuts > 0 and start < how.cut < end:
            how.cuts -= 1
            end = how.cut
        step = how.rate or end
        for place in range(start, end, step):
            self.wfile.write(content[place : min(place + step, end)])
            if how.rate:
                time.sleep(1 if self.hub.behaviour is how else 0)
        if end < len(content):
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)

    def _create(self, wanted: dict[str, Any]) -> None:
        kind = f"{wanted.get('type') or 'model'}s"
        name = f"{wanted.get('organization') or 'user'}/{wanted['name']}"
        url = f"{self.hub.url}/{PREFIX[kind]}{name}"
        if (kind, name) in self.hub.repos:
            self._answer(409, {"error": "You already created this repo", "url": url})
        elif kind in self.hub.refuse_new:
            status, sentence = self.hub.refuse_new[kind]
            self._answer(status, {"error": sentence}, {"X-Error-Message": sentence})
        else:
            repo = Repo(
                private=wanted.get("visibility") == "private" or bool(wanted.get("private"))
            )
            repo.commit({".gitattributes": b"*.keras filter=lfs\n"})
            self.hub.repos[kind, name] = repo
            self._answer(200, {"url": url, "name": name})

    def _validate(self, wanted: dict[str, Any]) -> None:
        sound = str(wanted["content"]).startswith("---\n")
        errors = [] if sound else [{"message": "no front matter"}]
        self._answer(200 if sound else 400, {"errors": errors, "warnings": []})

    def _batch(self, wanted: dict[str, Any]) -> None:
        objects = []
        for item in wanted["objects"]:
            if item["oid"] not in self.hub.large:
                upload = {"href": f"{self.hub.url}/lfs/{item['oid']}", "header": {}}
                item = {**item, "actions": {"upload": upload}}
            objects.append(item)
        self._answer(200, {"transfer": "basic", "objects": objects})

    def _api(self, kind: str, name: str, door: str, body: bytes) -> None:
        repo = self.hub.repos.get((kind, name))
        if repo is None:
            self._refuse(404, "RepoNotFound")
        elif door == "preupload":
            self._answer(200, {"files": [_mode(repo, item) for item in json.loads(body)["files"]]})
        elif door == "commit":
            sha = repo.commit(self._committed(dict(repo.files), body))
            url = f"{self.hub.url}/{PREFIX[kind]}{name}/commit/{sha}"
            self._answer(200, {"success": True, "commitOid": sha, "commitUrl": url})
        elif door == "tree":
            files = repo.files.items()
            tree = [
                {"type": "file", "path": path, "size": len(content), "oid": _blob(content)}
                for path, content in files
            ]
            self._answer(200, tree)
        else:
            siblings = [{"rfilename": path} for path in repo.files]
            self._answer(200, {"id": name, "sha": repo.head, "siblings": siblings, "tags": []})

    def _committed(self, files: dict[str, bytes], body: bytes) -> dict[str, bytes]:
        for line in body.splitlines():
            item = json.loads(line)
            value = item["value"]
            if item["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif item["key"] == "lfsFile":
                files[value["path"]] = self.hub.large[value["oid"]]
            elif item["key"] == "deletedFile":
                del files[value["path"]]
        return files


def _mode(repo: Repo, item: dict[str, Any]) -> dict[str, Any]:
    """How a file is to be uploaded, and which the repository has under its name."""
    path, mode = item["path"], "lfs" if item["path"].endswith(LARGE) else "regular"
    plain: dict[str, Any] = {"path": path, "uploadMode": mode, "shouldIgnore": False}
    if path in repo.files:
        plain["oid"] = _oid(path, repo.files[path])
    return plain
