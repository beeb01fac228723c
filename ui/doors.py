"""Which of Gradio's doors are open, to whom, and what every answer says to the browser. Pure."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path

from ui.header import PATHS
from ui.text import Text, load_text

API = "/gradio_api/"
# What this app has no use for. They write or run files, fetch other addresses, or show what is
# nobody's business.
CLOSED = (
    f"{API}custom_component/", f"{API}deep_link", f"{API}dev/", f"{API}file/",
    f"{API}process_recording", f"{API}profiling/", f"{API}proxy=", f"{API}run-history/",
    f"{API}runs", f"{API}token", f"{API}undo-vibe-edit", f"{API}vibe-", "/monitoring",
)  # fmt: skip
# With --auth all others need a login. These are the login page's parts, and what says nothing.
PUBLIC = {
    "/login", "/logout", "/theme.css", "/favicon.ico", "/robots.txt", "/manifest.json",
    f"{API}theme.css", f"{API}startup-events", f"{API}login_check", f"{API}user", f"{API}app_id",
}  # fmt: skip
PUBLIC_FOLDERS = ("/assets/", "/static/", "/svelte/", "/pwa_icon")
FILE, UPLOAD = f"{API}file=", f"{API}upload"
TOOL = f"{API}mcp"  # where an assistant sends a photo, as JSON
QUEUE = f"{API}queue/join"  # where Gradio's own clients ask
STREAM = f"{API}queue/data"  # where they hear the answers
CALL = f"{API}call/"  # where other programs ask
JOINING = (QUEUE, CALL)  # the queue before the networks
CLICKS = f"{API}run/"  # what a page asks without the networks, such as another face
FRAMES = f"{API}component_server"  # what a page's script may call: the camera's function alone
# What a visitor has only so much of.
ASKING = (*JOINING, CLICKS, f"{API}api/", UPLOAD, FRAMES)


def headers_for(on_space: bool) -> dict[str, str]:
    """What every answer carries.

    Gradio writes scripts into its page and makes functions of text, so those two must be allowed;
    from anywhere else nothing is loaded, sent to or embedded. Spaces show the page inside a frame,
    and their page asks the Hub how the Space is.
    """
    hub = " https://huggingface.co" if on_space else ""
    policy = (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "media-src 'self' data: blob:; font-src 'self' data:; "
        f"connect-src 'self' data: blob:{hub}; worker-src 'self' blob:; frame-src 'none'; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'self' https://huggingface.co"
    )
    headers = {} if on_space else {"X-Robots-Tag": "noindex"}  # a share link is for those invited
    return {
        **headers,
        "Content-Security-Policy": policy,
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def is_closed(path: str, folder: Path, content_type: str = "") -> bool:
    """Whether nobody comes in here. folder: where the files lie that may be fetched."""
    if path.startswith(FRAMES):  # files sent there would lie outside the folder for a while
        return content_type.strip().lower().startswith("multipart/")
    if path.startswith(FILE):
        return not _lies_in(folder, path.removeprefix(FILE))
    return path.startswith(CLOSED)


def is_public(path: str, pages: Collection[str]) -> bool:
    """Whether a path is open without a login. pages: the app's, which then show the login."""
    return path in PUBLIC or path.lstrip("/") in pages or path.startswith(PUBLIC_FOLDERS)


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether a script of another site asks, by the browser's word. Following a link is none."""
    return (
        headers.get("sec-fetch-site") == "cross-site"
        and headers.get("sec-fetch-mode") != "navigate"
    )


def hears_answers_only(headers: Mapping[str, str]) -> bool:
    """Whether the caller keeps an HTTP error's words to itself, as Gradio's Python client does."""
    return headers.get("user-agent", "").startswith("gradio_client/")


def is_known(tokens: Collection[str], cookie_id: str, cookies: Mapping[str, str]) -> bool:
    """Whether a request carries the cookie of a login, as Gradio gave it."""
    names = (f"access-token-{cookie_id}", f"access-token-unsecure-{cookie_id}")
    return any(cookies.get(name) in tokens for name in names)


def knows_password(logins: Mapping[str, str], authorization: str) -> bool:
    """Whether this header names a user with the right password (RFC 7617), as assistants do."""
    kind, _, given = authorization.partition(" ")
    try:
        user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:  # no such code, or no text in it
        return False
    right = logins.get(user)
    if kind.lower() != "basic" or right is None:
        return False
    return secrets.compare_digest(right.encode(), password.encode())


def language_of(headers: Mapping[str, str]) -> Text:
    """The language of the page that asks; without one English for callers who ask for it by
    Accept-Language, Indonesian for all others.
    """
    page = headers.get("referer")
    if page:
        path = re.sub(r"^\w+://[^/?#]*|[?#].*", "", page)
        name = path.rstrip("/").rpartition("/")[2]
        return load_text("en" if name in PATHS["en"].values() else "id")
    wanted = headers.get("accept-language", "").lower()
    return load_text("en" if wanted.startswith("en") else "id")


def session_of(body: bytes) -> str:
    """The session a question belongs to, by its own word; empty where it has none."""
    found = re.search(rb'"session_hash"\s*:\s*"([^"\\]{1,64})"', body)
    return found[1].decode(errors="replace") if found else ""


def _lies_in(folder: Path, name: str) -> bool:
    """Whether that is the full name of a file in the folder, with all links followed."""
    try:
        found = Path(name).resolve()
        inside = Path(name).is_absolute() and found.is_relative_to(folder.resolve())
        return inside and found.is_file()
    except (OSError, ValueError, RuntimeError):  # names no system knows, links in a circle
        return False
