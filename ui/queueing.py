"""What ``ui.guard`` asks of Gradio's queue, and how it refuses through it."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr
from gradio.server_messages import UnexpectedErrorMessage
from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from ui.doors import CALL, STREAM, language_of
from ui.text import Text

REFUSAL = "refusal"  # the event that answers with a refusal


def waiting_seconds(queue: Any) -> int:
    """In how many seconds a tenth of those who wait now have had their turn; at least 1."""
    times = queue.process_time_per_fn.values()
    count = sum(time.count for time in times)
    each = sum(time.process_time for time in times) / count if count else 1.0
    return max(1, round(each * len(queue) / 10))


def answerless(blocks: Any, scope: Scope, text: Text) -> Response | None:
    """The refusal to wait for an answer that nobody will give; Gradio would wait for ever, or cut
    the line.
    """
    path, queue = scope["path"].rstrip("/"), blocks._queue
    if scope["method"] != "GET":
        return None
    sentence = text("error.request.event")
    if CALL in path:
        event = path.rpartition("/")[2]
        if any(event in events for events in queue.pending_event_ids_session.values()):
            return None
        return JSONResponse({"detail": sentence}, 404)
    session = QueryParams(scope["query_string"]).get("session_hash")
    if not path.endswith(STREAM) or session is None:
        return None
    if session in queue.pending_messages_per_session:
        return None
    # By these words a page from before a restart knows that it has to be loaded again.
    told = UnexpectedErrorMessage(message=sentence, session_not_found=True, success=False)
    content = f"data: {told.model_dump_json()}\n\n"
    return Response(content, media_type="text/event-stream")


def busy_sentence(text: Text, seconds: int, waiting: int) -> str:
    """When to come again. waiting: how many are before one; 0 where one asked too fast."""
    if not waiting:
        return text("busy.rate", seconds=text.number(seconds))
    numbers = {"waiting": waiting, "number": waiting + 1, "seconds": seconds}
    return text("busy.full", **{name: text.number(number) for name, number in numbers.items()})


def failing_question(blocks: Any, session: str, seconds: int, waiting: int) -> bytes:
    """A question to which the answer is ``busy_sentence``, as an error."""
    (number,) = (n for n, function in blocks.fns.items() if function.api_name == REFUSAL)
    question = {"data": [seconds, waiting], "fn_index": number, "session_hash": session}
    return json.dumps(question).encode()


def add_refusal() -> None:
    """Add the event that ``failing_question`` asks to the Blocks that are being built."""

    def refuse(seconds: int, waiting: int, request: gr.Request) -> None:
        sentence = busy_sentence(language_of(request.headers), seconds, waiting)
        raise gr.Error(sentence, print_exception=False)

    gr.Button(visible=False).click(
        refuse,
        [gr.Number(visible=False, precision=0), gr.Number(visible=False, precision=0)],
        api_name=REFUSAL,
        api_visibility="private",
        concurrency_limit=None,
    )
