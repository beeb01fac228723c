"""A fault of our own shows nothing of the inside, and is not taken for the caller's."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.payloads import HANDLERS
from ui.text import LANGUAGES, load_text


@pytest.mark.parametrize("fault", [KeyError("face"), TypeError("/home/me"), OSError("/home/me")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_fault(fault: Exception, language: str) -> None:
    def broken(_: Request) -> Response:
        raise fault

    app = Starlette(routes=[Route("/", broken)], exception_handlers=HANDLERS)  # type: ignore[arg-type]
    client = TestClient(app, raise_server_exceptions=False)

    answer = client.get("/", headers={"accept-language": language})

    assert answer.status_code == 500
    assert answer.json() == {"detail": load_text(language)("error.request.broken")}
