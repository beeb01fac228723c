"""Gradio's pages with our language, title and script; its words that we know have ours."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from ui.gradio_words import (
    FIXED,
    ICON,
    QUEUE,
    REFUSED,
    SECONDS,
    SECONDS_OF,
    SIZE,
    TOO_HEAVY,
    UNREACHED,
    UPLOADING,
    FinishedPages,
    finished,
    page_at,
    script,
    translations,
)
from ui.header import PATHS
from ui.text import LANGUAGES, load_text

TITLE = load_text("id")("page.title")
PAGE = (
    '<!doctype html>\n<html\n\tlang="en"\n\tstyle="margin: 0"><head><script>1</script></head>'
    f'<body><i lang="en"></i><script>config = {{"title":"{TITLE}","a":"<head>"}}</script></body>'
)


@pytest.mark.parametrize(("language", "name"), [(c, n) for c in LANGUAGES for n in PATHS[c]])
def test_every_address_is_one_page(language: str, name: str) -> None:
    path = PATHS[language][name].strip(".")
    assert page_at(f"/{path}") == page_at(f"/behind/a/proxy/{path}/") == (language, name)


def test_language_title_and_script_are_in_the_page() -> None:
    page = finished(PAGE, "/evidence/")
    assert '<html\n\tlang="en"' in page
    assert page.index(script("en")) == page.index("<head>") + len("<head>")
    assert f'"title":"Evidence \\u00b7 {TITLE}"' in page
    indonesian = finished(PAGE, "/hasil")
    assert '<html\n\tlang="id"' in indonesian
    assert '<i lang="en">' in indonesian, "only the page's own language is exchanged"
    assert indonesian.count(script("id")) == 1
    assert f'"title":"Hasil \\u00b7 {TITLE}"' in indonesian
    assert f'"title":"{TITLE}"' in finished(PAGE, "/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_in_gradio_s_code_has_ours(language: str) -> None:
    text = load_text(language)
    given = re.search(r"\}\)\n\((.*)\);</script>$", script(language), re.DOTALL)
    assert given
    code, fixed, patterns = json.loads(f"[{given[1]}]")
    assert code == language
    assert fixed.keys() == FIXED.keys()
    assert all(f"gradio.{key}" in text for key in FIXED.values())
    samples = {
        TOO_HEAVY: ('File(s) exceed the maximum allowed size of 30.0 Mb: "big.jpg"', '"big.jpg"'),
        QUEUE: ("queue: 3/7 |", "3"),
        SECONDS: ("1.2s", "1,2" if language == "id" else "1.2"),
        SECONDS_OF: ("1.5/12.0s", "1.5/12.0".replace(".", text("language.decimal"))),
        SIZE: ("91.7 KB", "91,7 KB" if language == "id" else "91.7 KB"),
        ICON: ("Grace Hopper icon", "Grace Hopper"),
        UPLOADING: ("Uploading 2\n\t\tfiles...", "2"),
        REFUSED: ('HTTP 429: {"detail":"Coba lagi."}', "Coba lagi."),
        UNREACHED: ("Connection errored out. Failed to fetch", text("gradio.unreached")),
    }
    assert [pattern for pattern, _ in patterns] == list(samples)
    for pattern, words in patterns:
        english, part = samples[pattern]
        shown = re.sub(pattern, words.replace("$", "\\"), english)
        assert part in shown
        assert shown != english or pattern == SIZE
        assert "{" not in shown


def test_the_keys_given_to_gradio_are_its_own() -> None:
    given = translations().translations_dict
    assert set(given) == set(LANGUAGES)
    assert "common.upload" in given["id"]
    assert all(key.count(".") == 1 for key in given["id"])


def served(kind: bytes, path: str, *parts: bytes) -> tuple[dict[bytes, bytes], bytes]:
    """What a visitor gets of an application that answers in these parts."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        size = str(sum(map(len, parts))).encode()
        headers = [(b"content-type", kind), (b"content-length", size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, part in enumerate(parts, start=1):
            more = number < len(parts)
            await send({"type": "http.response.body", "body": part, "more_body": more})

    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    scope = {"type": "http", "method": "GET", "path": path}
    asyncio.run(FinishedPages(app)(scope, None, send))  # type: ignore[arg-type]
    return dict(said[0]["headers"]), b"".join(message.get("body", b"") for message in said)


def test_pages_are_changed_on_their_way_and_their_length_is_right() -> None:
    content = PAGE.encode()
    headers, body = served(b"text/html; charset=utf-8", "/metode", content[:100], content[100:])
    assert body.decode() == finished(PAGE, "/metode")
    assert headers[b"content-length"] == str(len(body)).encode()


def test_what_is_no_page_passes_as_it_is() -> None:
    content = PAGE.encode()
    headers, body = served(b"application/json", "/metode", content)
    assert body == content
    assert headers[b"content-length"] == str(len(content)).encode()
