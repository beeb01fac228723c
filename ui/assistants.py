"""The tool for AI assistants (--mcp), where the app asks for a login."""

from __future__ import annotations

import gradio as gr
from gradio_client import Client


def sign_in(app: gr.Blocks, login: tuple[str, str]) -> None:
    """Let the tool into the running app: it asks as a visitor does, and knows no password itself.

    Whoever calls the tool has shown a login at the door (ui.guard) before.
    """
    if app.mcp_server_obj is None:
        return
    app.mcp_server_obj._client_instance = Client(
        app.local_url,
        auth=login,
        download_files=False,
        verbose=False,
        analytics_enabled=False,
        _skip_components=False,
        headers={"x-gradio-user": "mcp"},
    )
